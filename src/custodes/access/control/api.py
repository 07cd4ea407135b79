"""``POST /api/steering``, ``POST /api/speaking``: asking for a control lease of a camera that one looks at, by that look (wire.md §4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from custodes.access.control import speaking, steering
from custodes.access.control.lease import Given, Has, Held, Look, NotShown
from custodes.access.grants import Denied, NotaryDown
from custodes.access.models import Grant
from custodes.access.schemas import PersonThrottle, RefusalOut, Text, notary_down, plain_refusal, refusal
from custodes.people.viewer import Viewer
from custodes.places.node_client import NodeBusy, NodeUnreachable
from custodes.places.scope import visible_cameras

REFUSALS: dict[int, Any] = {403: RefusalOut, 404: RefusalOut, 429: RefusalOut, 503: RefusalOut}
"""What is answered where no lease is given and nobody else has the camera."""

router = Router()


class LeaseIn(Schema):
    """By which look, at which of its cameras."""

    model_config = ConfigDict(extra="forbid")

    camera: UUID
    grant: UUID


class SteerIn(LeaseIn):
    """A wish to steer; `reason` only to take the camera over from somebody."""

    reason: Annotated[Text, Field(max_length=200)] = ""


class SteerOut(Schema):
    """A lease to steer."""

    steering: UUID
    index: int
    presets: bool


class HeldOut(RefusalOut):
    """Somebody else steers."""

    holder: str
    may_take_over: bool


class SpeakIn(LeaseIn):
    """A wish to speak, and why."""

    reason: Annotated[Text, Field(max_length=100)]


class SpeakOut(Schema):
    """A lease to speak; how the call to the device goes is told on the socket."""

    speech: UUID
    index: int


class SpeakHeldOut(RefusalOut):
    """Somebody else speaks."""

    speaker: str


@router.post(
    "/steering", response={201: SteerOut, 409: HeldOut, **REFUSALS}, url_name="steering", throttle=[PersonThrottle()]
)
def begin_steering(request: HttpRequest, wish: SteerIn) -> Any:
    """Ask for the helm; the lease is recorded before the node hears of it."""
    found = _asked(
        request, wish, lambda look: steering.begin(look, wish.reason), gettext("请先打开该点位的实时画面，再操控。")
    )
    if isinstance(found, Status):
        return found
    if isinstance(found, Held):
        name, may_take_over = _name(found), steering.may_take_over(found)
        remedy = gettext("可以说明理由后接管。") if may_take_over else gettext("请待对方交还，或者请上级岗位接管。")
        said = plain_refusal(gettext("%(name)s 正在操控该点位") % {"name": name}, remedy)
        return Status(409, said | {"holder": name, "may_take_over": may_take_over})
    presets = steering.sets_presets(found.post)
    return Status(201, {"steering": found.lease, "index": found.index, "presets": presets})


@router.post(
    "/speaking",
    response={201: SpeakOut, 400: RefusalOut, 409: SpeakHeldOut, **REFUSALS},
    url_name="speaking",
    throttle=[PersonThrottle()],
)
def begin_speaking(request: HttpRequest, wish: SpeakIn) -> Any:
    """Ask to speak; the lease is recorded before the node hears of it."""
    remedy = gettext("请先打开该点位的实时画面，再喊话。")
    try:
        found = _asked(request, wish, lambda look: speaking.begin(look, wish.reason), remedy)
    except speaking.NoReason:
        return Status(400, plain_refusal(gettext("没有写明喊话的事由"), gettext("请选择或者写明事由，再喊话。")))
    if isinstance(found, Status):
        return found
    if isinstance(found, Held):
        name = _name(found)
        said = plain_refusal(gettext("%(name)s 正在通过该点位喊话") % {"name": name}, gettext("请待对方结束后再喊话。"))
        return Status(409, said | {"speaker": name})
    return Status(201, {"speech": found.lease, "index": found.index})


def _asked(
    request: HttpRequest, wish: LeaseIn, begin: Callable[[Look], Given | Held[Has] | Denied], remedy: str
) -> Given | Held[Has] | Status[Any]:
    """Find the look and ask for a lease by it.

    Args:
        begin: asks for a lease of one kind.
        remedy: what to do where the look is not open.

    Returns:
        What became of it; a refusal as it is answered.
    """
    viewer = Viewer.of(request)
    camera = (
        visible_cameras(viewer.person, viewer.at).select_related("node", "system__site").filter(pk=wish.camera).first()
    )
    looks = Grant.objects.open().recorded().filter(person=viewer.person, live=True, cameras=wish.camera)
    grant = looks.filter(pk=wish.grant).first()
    closed = Status(404, plain_refusal(gettext("没有正在显示的实时画面"), remedy))
    if camera is None or grant is None:
        return closed
    try:
        found = begin(Look(viewer.person, camera, grant, viewer.at))
    except NotaryDown:
        return Status(503, notary_down())
    except NotShown:
        return closed
    except (NodeUnreachable, NodeBusy):
        return Status(503, plain_refusal(gettext("媒体节点没有应答"), gettext("请稍后再试，或者联系系统管理员。")))
    if isinstance(found, Denied):
        return Status(403, refusal(found.refused.unmet, found.index))
    return found


def _name(held: Held[Any]) -> str:
    """Of whoever has the camera."""
    return held.holder.person_name if held.holder is not None else gettext("他人")
