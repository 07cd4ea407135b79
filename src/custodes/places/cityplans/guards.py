"""What is still unmet before each event of a plan or a norm; empty means that it may go on. Pure: facts in, conditions out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from custodes.law.building.departments import BY_KEY
from custodes.law.duties.finding import DutyFinding, DutyStatus, LegalTerms
from custodes.law.duties.planning import (
    DesignationFacts,
    NormFacts,
    PlanFacts,
    s8_1_city_plan,
    s8_2_county_plan,
    s12_2_norm,
    s13_2_designation,
)
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something

CITY, COUNTY, NORM = "S8.1", "S8.2", "S12.2"
_LONGEST = 40


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
        clause: on which it rests: `CITY` or `COUNTY` a plan, `NORM` a norm.
        written: its text says something.
        partners: of this round.
        city_plan: version of the city's plan that a county's points to.
        city_plan_in_force: that version is in force.
        unanswered: sentences that the check of S13.2 found, and nobody has answered.
    """

    clause: str
    version: str
    written: bool
    partners: tuple[Partner, ...]
    city_plan: str
    city_plan_in_force: bool
    unanswered: tuple[str, ...]


_OF_THE_LAW: Mapping[str, tuple[str, str, str, str]] = {
    "city_plan": (
        "没有写明所依据的全市规划",
        "it does not say which version of the city's plan it rests on",
        "请选择施行中的全市规划版本",
        "choose the version of the city's plan that is in force",
    ),
    "opinions": (
        "没有列出会同的相关部门，或者尚无一个部门答复",
        "no department concerned is named, or none has answered",
        "请添加相关部门并登记意见",
        "add the departments concerned and enter their opinions",
    ),
    "approval": (
        "没有人民政府批准文号",
        "the number of the government's approval is missing",
        "请填写批准文号",
        "enter the number of the approval",
    ),
    "version": ("没有版本", "it has no version", "请填写版本", "give it a version"),
}
"""What the obligations call by key; departments say their own names."""


def consult_unmet(facts: TextFacts, on: date, today: date) -> tuple[Unmet, ...]:
    """Before partners are asked: there is a text, which prescribes nobody, and a county's rests on the city's."""
    unmet = []
    if not facts.written:
        unmet.append(Unmet(facts.clause, "没有正文", "it has no text", "请先写正文", "write the text first"))
    if facts.clause == NORM:
        unmet += _lacking(_norm(facts, on), only={"version"})
    if not facts.partners:
        unmet.append(
            Unmet(
                facts.clause,
                "没有列出会同的部门",
                "no partner is named",
                "请添加会同的部门",
                "add the departments that take part",
            )
        )
    return (*unmet, *_resting(facts, on), *_designation(facts, on))


def submit_unmet(facts: TextFacts, on: date, today: date) -> tuple[Unmet, ...]:
    """Before the government is asked, and before it has approved: every partner has answered or is waived with a reason."""
    return (*_opinions(facts, _plan(facts, on)), *_resting(facts, on), *_designation(facts, on))


def approve_unmet(facts: TextFacts, answers: Mapping[str, Any]) -> tuple[Unmet, ...]:
    """Of what is entered when a plan comes into force: number and day of its approval."""
    on, approved = answers["on"], answers["day"]
    unmet = _lacking(_plan(facts, on, answers["number"]), only={"approval"})
    if approved is None:
        unmet.append(
            Unmet(
                facts.clause,
                "没有批准日期",
                "the day of the approval is missing",
                "请填写批准日期",
                "enter the day of the approval",
            )
        )
    elif approved > on:
        unmet.append(
            Unmet(
                facts.clause,
                "批准日期尚未到来",
                "the day of the approval lies in the future",
                "请核对批准日期",
                "check the day of the approval",
            )
        )
    return tuple(unmet)


def enact_unmet(facts: TextFacts, on: date, today: date) -> tuple[Unmet, ...]:
    """Before a norm is in force: made together with the departments for big data and state security."""
    norm = _norm(facts, on)
    return (*_opinions(facts, norm), *_lacking(norm, only={"version"}), *_designation(facts, on))


def dated_unmet(facts: TextFacts, answers: Mapping[str, Any]) -> tuple[Unmet, ...]:
    """Of what is entered when a norm comes into force: its day."""
    if answers["day"] is None:
        return (Unmet(NORM, "没有施行日期", "it has no day of force", "请填写施行日期", "enter the day of force"),)
    if answers["day"] > answers["on"]:
        return (
            Unmet(
                NORM,
                "施行日期尚未到来",
                "the day of force lies in the future",
                "请到施行之日再登记",
                "enter it on that day",
            ),
        )
    return ()


def _plan(facts: TextFacts, on: date, approval: str = "") -> DutyFinding:
    settled = frozenset(one.key or one.name for one in facts.partners if one.settled)
    asked = s8_1_city_plan if facts.clause == CITY else s8_2_county_plan
    return asked(PlanFacts(settled, approval, False, facts.city_plan), on, on, LegalTerms())


def _norm(facts: TextFacts, on: date) -> DutyFinding:
    settled = frozenset(one.key for one in facts.partners if one.settled)
    return s12_2_norm(NormFacts(facts.version, settled), on, on, LegalTerms())


def _opinions(facts: TextFacts, finding: DutyFinding) -> list[Unmet]:
    """Departments that the clause names, then the others that are listed: each has to be settled."""
    named = [key for key in finding.missing if key in BY_KEY or key == "opinions"]
    unmet = _lacking(finding, only=set(named))
    others = [one for one in facts.partners if not one.settled and one.key not in named]
    return unmet + [_unanswered(finding.clauses[0], one.name, one.name) for one in others]


def _lacking(finding: DutyFinding, only: set[str]) -> list[Unmet]:
    found = []
    for key in finding.missing:
        if key not in only:
            continue
        if key in BY_KEY:
            found.append(_unanswered(finding.clauses[0], BY_KEY[key].name_zh, BY_KEY[key].name_en))
        else:
            found.append(Unmet(finding.clauses[0], *_OF_THE_LAW[key]))
    return found


def _unanswered(clause: str, zh: str, en: str) -> Unmet:
    return Unmet(
        clause,
        f"{zh}尚未答复",
        f"{en} has not answered",
        "请登记其意见；不征求意见的，请写明理由",
        "enter its opinion, or say why it is not asked",
    )


def _resting(facts: TextFacts, on: date) -> list[Unmet]:
    """A county's plan rests on a version of the city's that is in force."""
    if facts.clause != COUNTY:
        return []
    if not says_something(facts.city_plan):
        return _lacking(_plan(facts, on), only={"city_plan"})
    if facts.city_plan_in_force:
        return []
    return [
        Unmet(
            COUNTY,
            f"所依据的全市规划（{facts.city_plan}）不在施行",
            f"the city's plan that it rests on ({facts.city_plan}) is not in force",
            "请退回起草，改选施行中的版本",
            "take it back to draft and choose the version in force",
        )
    ]


def _designation(facts: TextFacts, on: date) -> list[Unmet]:
    """Each sentence that may prescribe somebody is mended or answered by a person."""
    unmet = []
    for sentence in facts.unanswered:
        short = sentence if len(sentence) <= _LONGEST else f"{sentence[:_LONGEST]}…"
        finding = s13_2_designation(DesignationFacts(sentence, frozenset()), on, on, LegalTerms())
        word_zh = "可能指定" if finding.status is DutyStatus.REVIEW else "写有已知的品牌或者单位"
        word_en = "may prescribe somebody" if finding.status is DutyStatus.REVIEW else "names a known brand or firm"
        unmet.append(
            Unmet(
                "S13.2",
                f"“{short}”{word_zh}",
                f"“{short}” {word_en}",
                "请改写该句，或者说明为何不构成指定",
                "mend the sentence, or say why it prescribes nobody",
            )
        )
    return unmet
