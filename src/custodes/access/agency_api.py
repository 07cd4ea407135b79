"""``/api/requests/…``: who of the officers is there (docs/design/wire.md §4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Router, Schema, Status

from custodes.access.agency import presence
from custodes.access.agency.reach import held_by, own_requests
from custodes.access.models import AgencyRequest
from custodes.access.schemas import RefusalOut
from custodes.access.words import plain_refusal
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer

router = Router()


class OfficerOut(Schema):
    """One of them."""

    id: UUID
    there: bool


class PresentOut(Schema):
    """Whether enough are there for the picture to run."""

    enough: bool
    officers: list[OfficerOut]


@router.post("/{uuid:request_id}/present", response={200: PresentOut, 404: RefusalOut}, url_name="present")
def present(request: HttpRequest, request_id: UUID) -> Any:
    """The page is open: an officer's own, or that of the member of staff beside whom they stand."""
    viewer = Viewer.of(request)
    row = own_requests(viewer.person, viewer.at).filter(pk=request_id).first()
    if row is not None:
        enough = presence.beat(row, viewer.person, viewer.at)
        return Status(200, _said(row, presence.there(row, viewer.at), enough))
    row = held_by(viewer.person, viewer.at, Permission.TAKE_REQUESTS).filter(pk=request_id).first()
    if row is None:
        return Status(404, _not_found())
    enough = presence.beat_of_staff(row, viewer.person, viewer.at)
    sitting = presence.sitting_of(row, viewer.person)
    seen = frozenset(sitting.officers.values_list("pk", flat=True)) if sitting else frozenset()
    return Status(200, _said(row, seen, enough))


@router.post("/{uuid:request_id}/leave", response={204: None, 404: RefusalOut}, url_name="leave")
def leave(request: HttpRequest, request_id: UUID) -> Any:
    """An officer leaves the page: the picture stops."""
    viewer = Viewer.of(request)
    row = own_requests(viewer.person, viewer.at).filter(pk=request_id).first()
    if row is None:
        return Status(404, _not_found())
    presence.leave(row, viewer.person)
    return Status(204, None)


def _said(row: AgencyRequest, seen: frozenset[UUID], enough: bool) -> PresentOut:
    officers = row.officers.values_list("pk", flat=True)
    return PresentOut(enough=enough, officers=[OfficerOut(id=pk, there=pk in seen) for pk in officers])


def _not_found() -> dict[str, Any]:
    return plain_refusal(gettext("没有找到"), gettext("请检查地址。"))
