"""Letters about joining systems, requests to cooperate and drafts of the directory as PDF.

Of a letter, number, day, last day and systems are printed as it was issued, from its record (decision 0315); of a request, what was asked and
when, from its row and steps. Who it is from and to, with addresses and contacts, the platform and the name of a request's system come from the
register as it is today: a reprint may differ in them from the paper that was served.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from custodes.access.provenance import provenance_of
from custodes.documents.forms.document import Party
from custodes.documents.forms.sharing import (
    CooperationRequest,
    CooperationUrging,
    LinkLetter,
    LinkNotice,
    LinkUrging,
    ToJoin,
)
from custodes.people.models import Unit
from custodes.people.permissions import Permission
from custodes.people.printed import printed
from custodes.people.viewer import Viewer, needs
from custodes.sharing.directory import printing
from custodes.sharing.directory.secrecy import withheld
from custodes.sharing.directory.standing import first_listed
from custodes.sharing.letters.issued import Letter, letter_of, of_office
from custodes.sharing.letters.urged import asked_step, urging_step
from custodes.sharing.links.gathering import is_closed
from custodes.sharing.links.platforms import own_of
from custodes.sharing.models import Cooperation, SharingStep
from custodes.sharing.models.directory import OPEN
from custodes.sharing.reach import read_cooperations, read_directories, read_letters


@require_safe
@needs(Permission.VIEW_SHARING)
def link_letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """联网通知书 or 联网催告书."""
    viewer = Viewer.of(request)
    rows = read_letters(viewer.person, viewer.at).select_related("record", "directory__unit", "by")
    step = get_object_or_404(rows, pk=pk)
    with override("zh-hans"):  # an official form, whoever prints it
        document = link_document(letter_of(step))
    return printed(request, document, reverse("sharing:who"), provenance_of(step))


@require_safe
@needs(Permission.VIEW_SHARING)
def cooperation_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """配合联网请求书, as it was asked last."""
    row = _cooperation(request, pk)
    step = asked_step(row)
    again = step.words if step.event == "ask_again" else ""
    document = CooperationRequest(
        **_parties(row), need=row.need, wanted=row.wanted, again=again, due=row.due, issued=step.on
    )
    return printed(request, document, row.get_absolute_url(), provenance_of(step))


@require_safe
@needs(Permission.VIEW_SHARING)
def cooperation_urging(request: HttpRequest, pk: UUID) -> HttpResponse:
    """配合联网催告书 of the last reminder, where it came after the last day for an answer."""
    row = _cooperation(request, pk)
    asked = asked_step(row)
    step = urging_step(row)
    if step is None:
        raise Http404
    times = row.steps.filter(event="remind", revision__lte=step.revision).count()
    document = CooperationUrging(
        **_parties(row), wanted=row.wanted, asked_on=asked.on, due=row.due, late=(step.on - row.due).days, times=times,
        issued=step.on,
    )  # fmt: skip
    return printed(request, document, row.get_absolute_url(), provenance_of(step))


@require_safe
@needs(Permission.VIEW_SHARING, Permission.MANAGE_SHARING)
def directory_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """应当接入目录 while it is being worked on, marked as a draft; for whoever reads the draft."""
    viewer = Viewer.of(request)
    rows = read_directories(viewer.person, viewer.at).filter(state__in=[one.value for one in OPEN])
    row = get_object_or_404(rows.select_related("unit__division"), pk=pk)
    step = row.steps.select_related("record").last()
    with override("zh-hans"):
        document = printing.draft(row)
    return printed(request, document, row.get_absolute_url(), provenance_of(step))


def link_document(letter: Letter) -> LinkLetter:
    """As it was issued but for parties and platform, which are today's; a system that may not be named any more is counted alone (S20, S30.1)."""
    step, row = letter.step, letter.step.directory
    assert row is not None
    office = row.unit
    hidden = withheld(row)
    entries = {one.system_id: one for one in row.entries.filter(system__in=letter.systems)}
    shown = [entries[pk] for pk in letter.systems if pk not in hidden and pk in entries]
    listed = first_listed(office)
    before: dict[UUID, Letter] = {}
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


def _to_join(name: str, unit: str, listed: date | None, before: Letter | None, step: SharingStep) -> ToJoin:
    if before is None:
        return ToJoin(name, unit, listed)
    return ToJoin(name, unit, listed, before.number, before.step.on, before.due, before.days_late(step.on))


def _cooperation(request: HttpRequest, pk: UUID) -> Cooperation:
    viewer = Viewer.of(request)
    rows = read_cooperations(viewer.person, viewer.at).select_related("office", "unit", "system")
    return get_object_or_404(rows, pk=pk)


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


def _contact(office: Unit) -> dict[str, str]:
    """Whom to ask: who is named with the office's platform, else with the office."""
    platform = own_of(office)
    if platform is not None and platform.contact:
        return {"contact": platform.contact, "contact_phone": platform.phone}
    return {"contact": office.contact, "contact_phone": office.phone}
