"""Letters about joining systems, requests to cooperate and drafts of the directory as PDF.

Of a letter, number, day, last day and systems are printed as it was issued, from its record (decision 0332); of a request, what was asked and
when, from its row and steps. Who it is from and to, with addresses and contacts, the platform and the name of a request's system come from the
register as it is today: a reprint may differ in them from the paper that was served.
"""

from __future__ import annotations

from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from custodes.cases.models import CaseStep
from custodes.documents.forms.document import Party
from custodes.documents.forms.sharing import (
    CooperationRequest,
    CooperationUrging,
    LinkLetter,
    LinkNotice,
    LinkUrging,
    ToJoin,
)
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Unit
from custodes.sharing.directory.secrecy import withheld
from custodes.sharing.directory.standing import first_listed
from custodes.sharing.letters.issued import IssuedLetter, asked_step, of_office, urging_step
from custodes.sharing.links.gathering import is_closed
from custodes.sharing.links.platforms import own_of
from custodes.sharing.models import Cooperation


def cooperation_request(row: Cooperation, today: date, terms: LegalTerms) -> CooperationRequest:
    """配合联网请求书, as it was asked last."""
    step = asked_step(row)
    again = step.words if step.event == "ask_again" else ""
    return CooperationRequest(
        **_parties(row), need=row.need, wanted=row.wanted, again=again, due=row.due, issued=step.on
    )


def cooperation_urging(row: Cooperation, today: date, terms: LegalTerms) -> CooperationUrging:
    """配合联网催告书 of the last reminder, where it came after the last day for an answer."""
    asked, step = asked_step(row), urging_step(row)
    assert step is not None
    return CooperationUrging(
        **_parties(row),
        wanted=row.wanted,
        asked_on=asked.on,
        due=row.due,
        late=(step.on - row.due).days,
        times=row.steps.filter(event="remind", seq__lte=step.seq).count(),
        issued=step.on,
    )


def link_document(letter: IssuedLetter) -> LinkLetter:
    """As it was issued but for parties and platform, which are today's; a system that may not be named any more is counted alone (S20, S30.1)."""
    step, row = letter.step, letter.directory
    office = row.unit
    hidden = withheld(row)
    entries = {one.system_id: one for one in row.entries.filter(system__in=letter.systems)}
    shown = [entries[pk] for pk in letter.systems if pk not in hidden and pk in entries]
    listed = first_listed(office)
    before: dict[UUID, IssuedLetter] = {}
    for one in of_office(office):
        if one.step.pk == step.pk:
            break
        before |= dict.fromkeys(one.systems, one)
    unit = Unit.objects.get(uuid=letter.to)
    platform = own_of(office)
    made = LinkUrging if letter.urges else LinkNotice
    return made(
        number=letter.number,
        issued=step.on,
        unit=Party(unit.name, unit.uscc, unit.address, "", unit.contact, unit.phone),
        directory=str(row),
        directory_on=row.published_on,
        systems=tuple(
            _to_join(entry.name, entry.unit_name, listed.get(entry.system_id), before.get(entry.system_id), step)
            for entry in shown
        ),
        gone=len(letter.systems) - len(shown),
        term=letter.due,
        platform=platform.name if platform else "",
        platform_id=platform.gb_id if platform else "",
        police=office.name,
        **_contact(office),
    )


def _to_join(name: str, unit: str, listed: date | None, before: IssuedLetter | None, step: CaseStep) -> ToJoin:
    if before is None:
        return ToJoin(name, unit, listed)
    return ToJoin(name, unit, listed, before.number, before.step.on, before.due, before.days_late(step.on))


def _parties(row: Cooperation) -> dict[str, Any]:
    unit = row.unit
    named = row.system is not None and not is_closed(row.system)
    return {
        "number": row.number,
        "unit": Party(unit.name, unit.uscc, unit.address, "", unit.contact, unit.phone),
        "system": row.system.name if named and row.system is not None else "",
        "police": row.office.name,
        **_contact(row.office),
    }


class _Contact(TypedDict):
    contact: str
    contact_phone: str


def _contact(office: Unit) -> _Contact:
    """Whom to ask: who is named with the office's platform, else with the office."""
    platform = own_of(office)
    if platform is not None and platform.contact:
        return {"contact": platform.contact, "contact_phone": platform.phone}
    return {"contact": office.contact, "contact_phone": office.phone}
