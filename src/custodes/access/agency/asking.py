"""Asking: a draft is begun, gone on with, handed in; the second officer confirms; papers are added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.access.agency.approvals import due_after
from custodes.access.agency.letter import key_of, used_here
from custodes.access.agency.stepping import Taken, keep, locked, move
from custodes.access.models import AgencyOfficer, AgencyPaper, AgencyRequest, AgencyState, Intake
from custodes.people.models import Paper, Person, Unit
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera

#: What whoever asks may state, and the desk may set right while it checks.
FIELDS = (
    *("requester", "unit_name", "basis", "law", "way", "base_data", "purpose", "content", "wanted", "penalty"),
    *("security_organ", "approval_number", "letter_number", "span_from", "span_to", "undertaken_on", "return_by"),
)
EDITABLE = (AgencyState.DRAFT, AgencyState.CHECKING)


@dataclass(frozen=True, slots=True)
class Named:
    """An officer as the form names them; `person` where they have an account."""

    name: str
    card: str
    person: Person | None = None


def begin(
    holder: Unit,
    intake: Intake,
    by: Person,
    at: datetime,
    *,
    unit: Unit | None = None,
    earlier: AgencyRequest | None = None,
) -> AgencyRequest:
    """A draft. Nothing is checked and nothing has an effect before it is handed in.

    Args:
        unit: the organ, of a request that comes in online.
        earlier: the refused request that this one completes; what it said is taken over.
    """
    with transaction.atomic():
        row = AgencyRequest(holder=holder, intake=intake, begun_by=by, begun_at=at, touched_at=at, unit=unit)
        row.unit_name = unit.name if unit else ""
        if earlier is not None:
            for name in FIELDS:
                setattr(row, name, getattr(earlier, name))
            row.letter_key = key_of(row.unit_name, row.letter_number)
            row.earlier, row.unit = earlier, earlier.unit
        row.save()
        if earlier is not None:
            row.cameras.set(earlier.cameras.all())
            name_officers(row, [Named(one.name, one.card, one.person) for one in earlier.officers.all()], at)
        elif intake == Intake.ONLINE:
            AgencyOfficer.objects.create(request=row, person=by, name=by.name, confirmed_at=at)
        keep(row, "begin", "", Taken(by, at), ("S27",))
    return row


def state(
    row: AgencyRequest,
    values: Mapping[str, Any],
    by: Person,
    at: datetime,
    *,
    revision: int,
    officers: Sequence[Named] | None = None,
    cameras: Iterable[Camera] | None = None,
) -> AgencyRequest:
    """Go on with the draft, or set right at the desk what is being checked.

    Args:
        values: some of `FIELDS`.
        revision: of the row as the form was drawn with.

    Raises:
        StepRefused: it is past that, or somebody else changed it meanwhile.
    """
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise ValueError(f"not to be stated: {sorted(unknown)}")
    with transaction.atomic():
        row = locked(row)
        if row.state not in EDITABLE:
            raise StepRefused(_("现为“%(state)s”，不能修改。") % {"state": row.get_state_display()})
        if row.revision != revision:
            raise StepRefused(_("您打开本页后，他人修改了同一申请。请核对后再次保存。"))
        changed = any(getattr(row, name) != value for name, value in values.items())
        for name, value in values.items():
            setattr(row, name, value)
        if "law" in values or "basis" in values:
            row.law_reviewed_by = None
        row.letter_key = key_of(row.unit_name, row.letter_number)
        if row.state == AgencyState.CHECKING:
            _free_letter(row)
        row.revision += 1
        row.touched_at = at
        row.save()
        if officers is not None:
            name_officers(row, officers, at)
        if cameras is not None:
            wanted, before = set(cameras), set(row.cameras.all())
            row.cameras.set(wanted)
            changed = changed or wanted != before
        if changed:
            _ask_again(row, by)
        if row.state == AgencyState.CHECKING:
            keep(row, "correct", row.state, Taken(by, at), ("S28.1(3)",))
    return row


def name_officers(row: AgencyRequest, officers: Sequence[Named], at: datetime) -> None:
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


def _ask_again(row: AgencyRequest, by: Person) -> None:
    """Who confirmed online has confirmed what stood there then: with another span or other cameras they are asked again."""
    if row.intake == Intake.ONLINE:
        row.officers.exclude(person__in=[row.begun_by, by]).update(confirmed_at=None)


def confirm(row: AgencyRequest, card: str, by: Person, at: datetime) -> AgencyRequest:
    """An officer who was named says from the own account that they ask too, with the number of their card (S28.1(1)(2)).

    Raises:
        StepRefused: they were not named, or it is past that.
    """
    with transaction.atomic():
        row = locked(row)
        officer = row.officers.filter(person=by).first()
        if officer is None:
            raise StepRefused(_("您不是该申请的工作人员。"))
        if row.state not in EDITABLE:
            raise StepRefused(_("现为“%(state)s”，不能确认。") % {"state": row.get_state_display()})
        officer.card, officer.confirmed_at = card, at
        officer.save(update_fields=["card", "confirmed_at"])
        keep(row, "confirm", row.state, Taken(by, at), ("S28.1(1)", "S28.1(2)"))
    return row


def submit(row: AgencyRequest, by: Person, at: datetime) -> AgencyRequest:
    """Hand it in. What is missing does not hinder it: the desk says so, and refuses in writing where it has to.

    Raises:
        StepRefused: it was handed in, or the letter belongs to another request to this holder.
    """
    with transaction.atomic():
        row = locked(row)
        _free_letter(row)
        row.submitted_at = at
        row.approve_due, row.escalated_at = due_after(at), None
        move(row, "submit", Taken(by, at), ("S27", "S28.1(3)"))
    return row


def add_paper(row: AgencyRequest, kind: str, paper: Paper, by: Person, at: datetime) -> AgencyPaper:
    """Keep a paper that was shown; on record with its SHA-256."""
    with transaction.atomic():
        row = locked(row)
        if row.state in (AgencyState.LAPSED, AgencyState.REFUSED):
            raise StepRefused(_("现为“%(state)s”，不能再加入材料。") % {"state": row.get_state_display()})
        held = AgencyPaper.objects.create(request=row, kind=kind, paper=paper, by=by, at=at)
        keep(row, "paper", row.state, Taken(by, at, str(held.get_kind_display()), (paper,)), ("S28.1(2)",))
    return held


def _free_letter(row: AgencyRequest) -> None:
    other = used_here(row).first()
    if other is not None:
        raise StepRefused(
            _(
                "同一单位的同一介绍信函已用于本单位的申请 %(other)s。一封介绍信函在同一持有单位只能办理一件申请，请出示新的介绍信函。"
            )
            % {"other": other.number or other.get_state_display()}
        )
