"""What the guards of a plan or a norm are asked about, read from its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custodes.places.cityplans.brands import Found, found_in, known_names
from custodes.places.models import PlanningKind, PlanningPartner, PlanningState, PlanningText


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner: its key in `law.building.departments` (empty for another), its name, whether it answered or is waived."""

    key: str
    name: str
    settled: bool


@dataclass(frozen=True, slots=True)
class TextFacts:
    """One plan or norm at one moment.

    Attributes:
        written: its text says something.
        partners: of this round.
        city_plan: version of the city's plan that a county's points to.
        city_plan_in_force: that version is in force.
        unanswered: sentences that the check of S13.2 found, and nobody has answered.
        approval, approved_on, in_force_from: as far as they are known.
        today: the legal day of the step.
    """

    kind: PlanningKind
    version: str
    written: bool
    partners: tuple[Partner, ...]
    city_plan: str
    city_plan_in_force: bool
    unanswered: tuple[str, ...]
    approval: str
    approved_on: date | None
    in_force_from: date | None
    today: date


def partners_of(row: PlanningText) -> list[PlanningPartner]:
    """Those of this round, in order."""
    return list(row.partners.filter(round=row.round).select_related("paper"))


def findings_of(row: PlanningText) -> list[tuple[Found, str]]:
    """What the check of S13.2 finds in its text, each with the words of a person's answer, or none."""
    answers = dict(row.answers.values_list("sentence", "words"))
    return [(found, answers.get(found.key, "")) for found in found_in(row.text, known_names())]


def facts_of(row: PlanningText, today: date, findings: list[tuple[Found, str]] | None = None) -> TextFacts:
    """The facts of a row as it stands."""
    found = findings_of(row) if findings is None else findings
    return TextFacts(
        kind=PlanningKind(row.kind),
        version=row.version,
        written=bool(row.text.strip()),
        partners=tuple(Partner(one.key, str(one), one.settled) for one in partners_of(row)),
        city_plan=row.city_plan.version if row.city_plan else "",
        city_plan_in_force=bool(row.city_plan and row.city_plan.state == PlanningState.IN_FORCE),
        unanswered=tuple(one.sentence for one, words in found if not words),
        approval=row.approval_number,
        approved_on=row.approved_on,
        in_force_from=row.in_force_from,
        today=today,
    )
