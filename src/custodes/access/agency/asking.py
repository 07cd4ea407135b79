"""What the steps of whoever asks do: a draft is begun, gone on with, handed in; the second officer confirms; papers are added.

The number of a letter of introduction is unique for one issuing unit at one holder; used elsewhere it is shown, not refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from custodes.access.agency.approvals import due_after
from custodes.access.models import AgencyOfficer, AgencyPaper, AgencyPaperKind, AgencyRequest, AgencyState, Intake
from custodes.access.models.agency import WITH_LETTER
from custodes.cases.step import StepInput
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.stating import identity, says_something
from custodes.people.lawful import StepRefused
from custodes.people.models import Paper, Person, Unit

#: What whoever asks may state, and the desk may set right while it checks.
FIELDS = (
    *("requester", "unit_name", "basis", "law", "way", "base_data", "purpose", "content", "wanted", "penalty"),
    *("security_organ", "approval_number", "letter_number", "span_from", "span_to", "undertaken_on", "return_by"),
)


@dataclass(frozen=True, slots=True)
class Named:
    """An officer as the form names them; `person` where they have an account."""

    name: str
    card: str
    person: Person | None = None


def begin(holder: Unit, step: StepInput, terms: LegalTerms) -> AgencyRequest:
    """A draft. Nothing is checked and nothing has an effect before it is handed in.

    Its `intake`; `unit`, the organ, of one that comes in online; `earlier`, the refused request that this one completes: what it said is
    taken over.
    """
    by, at, intake = step.person, step.at, Intake(step.data["intake"])
    unit, earlier = step.data.get("unit"), step.data.get("earlier")
    row = AgencyRequest(holder=holder, intake=intake, begun_by=by, begun_at=at, touched_at=at, unit=unit)
    row.unit_name = unit.name if unit else ""
    if earlier is not None:
        for name in FIELDS:
            setattr(row, name, getattr(earlier, name))
        row.letter_key = key_of(row.unit_name, row.letter_number)
        row.earlier, row.unit = earlier, earlier.unit
    row.save()  # its record says who asks for which cameras
    if earlier is not None:
        row.cameras.set(earlier.cameras.all())
        _name_officers(row, [Named(one.name, one.card, one.person) for one in earlier.officers.all()], at)
    elif intake == Intake.ONLINE:
        AgencyOfficer.objects.create(request=row, person=by, name=by.name, confirmed_at=at)
    return row


def ask_unchanged(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """What is set right is what the form was drawn with: its `revision`."""
    if row.revision != step.data["revision"]:
        raise StepRefused(_("您打开本页后，他人修改了同一申请。请核对后再次保存。"))


def state(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """What the form says: `values`, some of `FIELDS`; `officers` and `cameras`, None where they stay.

    Raises:
        StepRefused: the letter belongs to another request that was handed in to this holder.
    """
    values: Mapping[str, Any] = step.data["values"]
    officers, cameras = step.data.get("officers"), step.data.get("cameras")
    if unknown := set(values) - set(FIELDS):
        raise ValueError(f"not to be stated: {sorted(unknown)}")
    changed = any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    if "law" in values or "basis" in values:
        row.law_reviewed_by = None
    row.letter_key = key_of(row.unit_name, row.letter_number)
    if row.state == AgencyState.CHECKING:
        ask_letter(row, step, terms)
    row.touched_at = step.at
    if officers is not None:
        _name_officers(row, officers, step.at)
    if cameras is not None:
        wanted, before = set(cameras), set(row.cameras.all())
        row.cameras.set(wanted)
        changed = changed or wanted != before
    if changed and row.intake == Intake.ONLINE:
        # Who confirmed online has confirmed what stood there then: with another span or other cameras they are asked again.
        row.officers.exclude(person__in=[row.begun_by, step.person]).update(confirmed_at=None)


def _name_officers(row: AgencyRequest, officers: Sequence[Named], at: datetime) -> None:
    """Name those who ask. At the counter they stand there; online each but the first confirms from the own account."""
    confirmed = {one.person_id: one.confirmed_at for one in row.officers.all() if one.person_id}
    row.officers.all().delete()
    for place, one in enumerate(officers):
        counter = row.intake == Intake.COUNTER
        mine = one.person is not None and one.person.pk == row.begun_by_id
        when = at if counter or mine else confirmed.get(one.person.pk) if one.person else None
        AgencyOfficer.objects.create(
            request=row, place=place, person=one.person, name=one.name, card=one.card, confirmed_at=when
        )


def confirm(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """An officer who was named says from the own account that they ask too, with the number of their card (S28.1(1)(2)).

    Raises:
        StepRefused: they were not named.
    """
    officer = row.officers.filter(person=step.by).first()
    if officer is None:
        raise StepRefused(_("您不是该申请的工作人员。"))
    officer.card, officer.confirmed_at = step.data["card"], step.at
    officer.save(update_fields=["card", "confirmed_at"])
    row.touched_at = step.at


def submit(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """What is missing does not hinder it: the desk says so, and refuses in writing where it has to."""
    row.submitted_at = step.at
    row.approve_due, row.escalated_at = due_after(step.at), None


def ask_letter(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """One letter is one request to a holder."""
    other = used_here(row).first()
    if other is not None:
        raise StepRefused(
            _(
                "同一单位的同一介绍信函已用于本单位的申请 %(other)s。一封介绍信函在同一持有单位只能办理一件申请，请出示新的介绍信函。"
            )
            % {"other": other.number or other.get_state_display()}
        )


def add_paper(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> None:
    """A paper that was shown, of this `kind`; on record with its SHA-256."""
    [paper] = step.papers
    AgencyPaper.objects.create(request=row, kind=step.data["kind"], paper=paper, by=step.person, at=step.at)
    row.touched_at = step.at


def paper_named(row: AgencyRequest, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """What it is."""
    return str(AgencyPaperKind(step.data["kind"]).label), step.papers


def key_of(unit_name: str, number: str) -> str:
    """Issuing unit and number as they are compared: width, case, blanks and punctuation tell nothing apart."""
    if not says_something(number):
        return ""
    return f"{identity(unit_name)}|{identity(number)}"[:220]


def used_here(row: AgencyRequest) -> QuerySet[AgencyRequest]:
    """Other requests to the same holder that this letter belongs to; each stands against a second use."""
    return _others(row).filter(holder=row.holder)


def used_elsewhere(row: AgencyRequest) -> QuerySet[AgencyRequest]:
    """Requests to other holders on the same letter: one case may need footage of several."""
    return _others(row).exclude(holder=row.holder)


def _others(row: AgencyRequest) -> QuerySet[AgencyRequest]:
    if not row.letter_key:
        return AgencyRequest.objects.none()
    rows = AgencyRequest.objects.filter(letter_key=row.letter_key, state__in=[one.value for one in WITH_LETTER])
    return rows.exclude(pk=row.pk).select_related("holder")
