"""``/api/``: what the player, the wall and the page of an officer who is there ask of the web (wire.md §4). Session cookie and CSRF token; no
schema page.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from ninja import NinjaAPI, Query, Schema, Status
from ninja.errors import Throttled
from ninja.security import SessionAuth
from pydantic import Field

from custodes.access import grants
from custodes.access.agency import presence
from custodes.access.agency.reach import held_by, own_requests, visible_requests
from custodes.access.ask import Ask, Refused
from custodes.access.control.api import router as control_router
from custodes.access.looks import matters
from custodes.access.looks.reach import held_for
from custodes.access.models import AgencyRequest, Grant, SupervisedSession
from custodes.access.models.agency import OPEN
from custodes.access.papers import is_masking, microseconds
from custodes.access.schemas import (
    Moment,
    PersonThrottle,
    RefusalOut,
    SocketOut,
    SpanOut,
    UnmetOut,
    ViewIn,
    ViewOut,
    WithheldOut,
    expires_at,
    notary_down,
    plain_refusal,
    refusal,
    spoken,
)
from custodes.access.supervised.sessions import own_session
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer
from custodes.places.models import Camera
from custodes.places.node_answers import Timeline
from custodes.places.node_client import NodeBusy, NodeUnreachable, worker_client
from custodes.places.scope import visible_cameras
from custodes.settings import get_settings

api = NinjaAPI(
    title="Custodes", version="1", auth=SessionAuth(csrf=True), docs_url=None, openapi_url=None, urls_namespace="api"
)


api.add_router("", control_router)


@api.exception_handler(Throttled)
def too_many(request: HttpRequest, error: Throttled) -> HttpResponse:
    """Say so in words, as every other refusal of this API does."""
    said = plain_refusal(gettext("一分钟内申请查看的次数过多"), gettext("请一分钟后再申请。"))
    return api.create_response(request, said, status=429)


LONGEST_TIMELINE = timedelta(days=366)


@api.post(
    "/views",
    response={201: ViewOut, 400: RefusalOut, 403: RefusalOut, 404: RefusalOut, 429: RefusalOut, 503: RefusalOut},
    by_alias=True,
    url_name="views",
    throttle=[PersonThrottle()],
)
def open_view(request: HttpRequest, wish: ViewIn) -> Any:
    """Ask to look; the answer is recorded before anything is shown."""
    if wish.request is not None and wish.session is not None:
        said = gettext("一次查看只能依据一件调取申请或者一次在场查看")
        return Status(400, plain_refusal(said, gettext("请分别申请。")))
    viewer = Viewer.of(request)
    row = None if wish.request is None else visible_requests(viewer.person, viewer.at).filter(pk=wish.request).first()
    session = None if wish.session is None else own_session(viewer.person, wish.session)
    if wish.request is not None:
        cameras = _requested(row, wish.cameras)
    elif wish.session is not None:
        cameras = _of_session(session, wish.cameras)
    else:
        cameras = _visible(viewer, wish.cameras)
    if cameras is None:
        return Status(404, _not_found())
    matter = _matter(viewer, wish)
    if matter is None:
        said = gettext("没有找到编号为“%(number)s”的案件、事件或者走失人员查看事项") % {"number": wish.reason.matter}  # type: ignore[union-attr]
        return Status(400, plain_refusal(said, gettext("请核对编号；没有编号的，不填写。")))
    ask = Ask(
        cameras=cameras,
        live=wish.live,
        span=None if wish.span is None else (wish.span.from_.astimezone(UTC), wish.span.to.astimezone(UTC)),
        purpose=row.purpose if row else wish.reason.purpose if wish.reason else "",
        content=row.content if row else wish.reason.content if wish.reason else "",
        asked_at=viewer.at,
        basis=row or session,
        matter=matter,
    )
    try:
        answer = grants.open_view(viewer.person, ask, viewer.at)
    except grants.NotaryDown:
        return Status(503, notary_down())
    if isinstance(answer, grants.Denied):
        return Status(403, refusal(answer.refused.unmet, answer.index))
    return Status(201, _opened(answer, viewer.at))


@api.post(
    "/views/{uuid:grant}/renew",
    response={200: ViewOut, 403: RefusalOut, 404: RefusalOut, 503: RefusalOut},
    by_alias=True,
    url_name="renew",
)
def renew_view(request: HttpRequest, grant: UUID) -> Any:
    """Fresh tokens for a running look; the decision is made again."""
    viewer = Viewer.of(request)
    row = _own(viewer, grant)
    if row is None:
        return Status(404, _not_found())
    if (closed := _closed(row)) is not None:
        return closed
    try:
        answer = grants.renew(row, viewer.at)
    except grants.NotaryDown:
        return Status(503, notary_down())
    except grants.ViewClosed:
        row.refresh_from_db()
        return _closed(row)
    if isinstance(answer, Refused):
        return Status(403, refusal(answer.unmet, row.index))
    return Status(200, _opened(answer, viewer.at))


def _matter(viewer: Viewer, wish: ViewIn) -> str | None:
    """The matter that a look of the own duty names, empty for none; None where the person sees none of this number."""
    stated = wish.reason.matter.strip() if wish.reason else ""
    if not stated or wish.request is not None or wish.session is not None:
        return ""
    return matters.named(viewer.person, viewer.at, stated) or None


def _closed(row: Grant) -> Status[Any] | None:
    """The answer to whoever would go on with a look that is over; None while it is open."""
    if row.revoked_at is not None:
        reason = gettext(row.revoked_reason)
        return Status(
            403, {"refusal": [{"clause": row.revoked_clause, "reason": reason, "remedy": ""}], "index": row.index}
        )
    if row.ended_at is not None or row.index is None or row.still or is_masking(row):
        return Status(403, plain_refusal(gettext("这次查看已经结束"), gettext("请重新打开画面。")))
    return None


@api.post("/views/{uuid:grant}/end", response={204: None, 404: RefusalOut}, url_name="end")
def end_view(request: HttpRequest, grant: UUID) -> Any:
    """The person stopped looking."""
    viewer = Viewer.of(request)
    row = _own(viewer, grant)
    if row is None:
        return Status(404, _not_found())
    grants.end(row, viewer.at)
    return Status(204, None)


@api.post("/here", response={204: None}, url_name="here")
def here(request: HttpRequest) -> Any:
    """Somebody touched a key or the pointer on the page of a look that is bound to their being there: it keeps the session alive."""
    return Status(204, None)


class Between(Schema):
    """The two ends of a timeline."""

    from_: Moment = Field(alias="from")
    to: Moment


@api.get(
    "/cameras/{uuid:camera}/timeline",
    response={200: Timeline, 400: RefusalOut, 404: RefusalOut, 503: RefusalOut},
    url_name="timeline",
)
def timeline(request: HttpRequest, camera: UUID, between: Query[Between]) -> Any:
    """What is recorded of a camera; for whoever may see its row in the register."""
    viewer = Viewer.of(request)
    rows = _visible(viewer, [camera])
    span = None
    if rows is None:
        span, rows = _granted_span(viewer, camera)
    if rows is None:
        return Status(404, _not_found())
    if not between.from_ < between.to or between.to - between.from_ > LONGEST_TIMELINE:
        return Status(400, plain_refusal(gettext("时段不正确"), gettext("请给出不超过一年的起止时间。")))
    row, begin, end = rows[0], between.from_, between.to
    if span is not None:
        begin, end = max(begin, span[0]), min(end, span[1])
        if begin >= end:
            return Timeline(runs=[], gaps=[], held=[], now_us=microseconds(viewer.at))
    try:
        told = worker_client(row.node, row.worker).timeline(row.id, microseconds(begin), microseconds(end))
    except (NodeUnreachable, NodeBusy):
        return Status(503, plain_refusal(gettext("媒体节点没有应答"), gettext("请稍后再试，或者联系系统管理员。")))
    return told.model_copy(update={"held": held_for(viewer.person, viewer.at, row, told.held)})


class OfficerOut(Schema):
    """One of them."""

    id: UUID
    there: bool


class PresentOut(Schema):
    """Whether enough are there for the picture to run."""

    enough: bool
    officers: list[OfficerOut]


@api.post("/requests/{uuid:request_id}/present", response={200: PresentOut, 404: RefusalOut}, url_name="present")
def present(request: HttpRequest, request_id: UUID) -> Any:
    """The page is open: an officer's own, or that of the member of staff beside whom they stand."""
    viewer = Viewer.of(request)
    row = own_requests(viewer.person, viewer.at).filter(pk=request_id).first()
    if row is not None:
        enough = presence.beat(row, viewer.person, viewer.at)
        return Status(200, _present(row, presence.there(row, viewer.at), enough))
    row = held_by(viewer.person, viewer.at, Permission.TAKE_REQUESTS).filter(pk=request_id).first()
    if row is None:
        return Status(404, plain_refusal(gettext("没有找到"), gettext("请检查地址。")))
    enough = presence.beat_of_staff(row, viewer.person, viewer.at)
    sitting = presence.sitting_of(row, viewer.person)
    seen = frozenset(sitting.officers.values_list("pk", flat=True)) if sitting else frozenset()
    return Status(200, _present(row, seen, enough))


@api.post("/requests/{uuid:request_id}/leave", response={204: None, 404: RefusalOut}, url_name="leave")
def leave(request: HttpRequest, request_id: UUID) -> Any:
    """An officer leaves the page: the picture stops."""
    viewer = Viewer.of(request)
    row = own_requests(viewer.person, viewer.at).filter(pk=request_id).first()
    if row is None:
        return Status(404, plain_refusal(gettext("没有找到"), gettext("请检查地址。")))
    presence.leave(row, viewer.person)
    return Status(204, None)


def _present(row: AgencyRequest, seen: frozenset[UUID], enough: bool) -> PresentOut:
    officers = row.officers.values_list("pk", flat=True)
    return PresentOut(enough=enough, officers=[OfficerOut(id=pk, there=pk in seen) for pk in officers])


def _visible(viewer: Viewer, ids: list[UUID]) -> tuple[Camera, ...] | None:
    """The named cameras, or None when one of them is not there for this person."""
    wanted = set(ids)
    rows = visible_cameras(viewer.person, viewer.at).filter(pk__in=wanted).select_related("node", "system__site")
    found = tuple(rows)
    return found if len(found) == len(wanted) else None


def _granted_span(viewer: Viewer, camera: UUID) -> tuple[tuple[datetime, datetime] | None, tuple[Camera, ...] | None]:
    """What an officer who sees no register may know of a camera: what is recorded of it within a span that was granted to them."""
    rows = own_requests(viewer.person, viewer.at).filter(state__in=[one.value for one in OPEN], cameras=camera)
    row = rows.filter(expires_at__gt=viewer.at, span_from__isnull=False, span_to__isnull=False).first()
    if row is None:
        return None, None
    return row.span, tuple(Camera.objects.filter(pk=camera).select_related("node"))


def _requested(row: AgencyRequest | None, ids: list[UUID]) -> tuple[Camera, ...] | None:
    """The named cameras of a request; whoever asks from outside learns nothing of any other."""
    if row is None:
        return None
    found = tuple(row.cameras.filter(pk__in=set(ids)).select_related("node", "system__site"))
    return found if len(found) == len(set(ids)) else None


def _of_session(session: SupervisedSession | None, ids: list[UUID]) -> tuple[Camera, ...] | None:
    """The named cameras, or None when one of them is none of the session's."""
    if session is None:
        return None
    rows = session.cameras.filter(pk__in=set(ids)).select_related("node", "system__site")
    found = tuple(rows)
    return found if len(found) == len(set(ids)) else None


def _own(viewer: Viewer, grant: UUID) -> Grant | None:
    rows = Grant.objects.select_related("person__unit", "post", "duty_session", "request", "session")
    return rows.filter(pk=grant, person=viewer.person).first()


def _not_found() -> dict[str, Any]:
    return plain_refusal(gettext("没有找到"), gettext("请检查地址，或者确认是否属于本单位的点位。"))


def _opened(answer: grants.Opened, at: datetime) -> ViewOut:
    grant = answer.grant
    return ViewOut(
        grant=grant.id,
        index=answer.index,
        watermark=grant.watermark,
        live=grant.live,
        back_seconds=answer.back_seconds,
        span=SpanOut(from_=grant.span[0], to=grant.span[1]) if grant.span else None,
        expires=expires_at(timezone.now(), get_settings().grant_seconds),
        sockets=[
            SocketOut(
                url=socket.request.node.socket_url(socket.request.worker),
                token=socket.token,
                cameras=[camera.id for camera in socket.request.cameras],
            )
            for socket in answer.sockets
        ],
        withheld=[
            WithheldOut(
                cameras=[camera.id for camera in group.cameras],
                refusal=[UnmetOut(**said) for said in spoken(group.unmet)],
            )
            for group in answer.withheld
        ],
    )
