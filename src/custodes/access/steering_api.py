"""``POST /api/steering``: asking for the helm of a camera that one looks at (wire.md §4)."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from custodes.access import grants, steering
from custodes.access.models import Grant
from custodes.access.schemas import RefusalOut, Text, UnmetOut
from custodes.access.throttle import PersonThrottle
from custodes.access.words import notary_down, plain_refusal, refusal
from custodes.people.viewer import Viewer
from custodes.places.node_client import NodeBusy, NodeUnreachable
from custodes.places.scope import visible_cameras

router = Router()


class SteerIn(Schema):
    """A wish to steer; `reason` only to take the camera over from somebody."""

    model_config = ConfigDict(extra="forbid")

    camera: UUID
    grant: UUID
    reason: Annotated[Text, Field(max_length=200)] = ""


class SteerOut(Schema):
    """Leave to steer."""

    steering: UUID
    index: int
    presets: bool


class HeldOut(Schema):
    """Somebody else steers."""

    refusal: list[UnmetOut]
    index: int | None
    holder: str
    may_take_over: bool


@router.post(
    "",
    response={201: SteerOut, 403: RefusalOut, 404: RefusalOut, 409: HeldOut, 429: RefusalOut, 503: RefusalOut},
    url_name="steering",
    throttle=[PersonThrottle()],
)
def begin_steering(request: HttpRequest, wish: SteerIn) -> Any:
    """Ask for the helm; leave is recorded before the node hears of it."""
    viewer = Viewer.of(request)
    camera = (
        visible_cameras(viewer.person, viewer.at).select_related("node", "system__site").filter(pk=wish.camera).first()
    )
    looks = Grant.objects.open().recorded().filter(person=viewer.person, live=True, cameras=wish.camera)
    grant = looks.filter(pk=wish.grant).first()
    if camera is None or grant is None:
        return Status(404, _closed())
    try:
        answer = steering.begin(viewer.person, camera, grant, wish.reason, viewer.at)
    except grants.NotaryDown:
        return Status(503, notary_down())
    except steering.NotShown:
        return Status(404, _closed())
    except (NodeUnreachable, NodeBusy):
        return Status(503, plain_refusal(gettext("媒体节点没有应答"), gettext("请稍后再试，或者联系系统管理员。")))
    if isinstance(answer, grants.Denied):
        return Status(403, refusal(answer.refused.unmet, answer.index))
    if isinstance(answer, steering.Held):
        return Status(409, _held(answer))
    return Status(201, {"steering": answer.steering, "index": answer.index, "presets": answer.presets})


def _closed() -> dict[str, Any]:
    return plain_refusal(gettext("没有正在显示的实时画面"), gettext("请先打开该点位的实时画面，再操控。"))


def _held(held: steering.Held) -> dict[str, Any]:
    name = held.holder.person_name if held.holder is not None else gettext("他人")
    remedy = gettext("可以说明理由后接管。") if held.may_take_over else gettext("请待对方交还，或者请上级岗位接管。")
    said = plain_refusal(gettext("%(name)s 正在操控该点位") % {"name": name}, remedy)
    return said | {"holder": name, "may_take_over": held.may_take_over}
