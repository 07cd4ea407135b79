"""``POST /api/speaking``: asking to speak through a camera that one looks at (wire.md §4)."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from custodes.access import grants, speaking
from custodes.access.models import Grant
from custodes.access.schemas import RefusalOut, Text, UnmetOut
from custodes.access.throttle import PersonThrottle
from custodes.access.words import notary_down, plain_refusal, refusal
from custodes.people.viewer import Viewer
from custodes.places.node_client import NodeBusy, NodeUnreachable
from custodes.places.scope import visible_cameras

router = Router()


class SpeakIn(Schema):
    """A wish to speak, and why."""

    model_config = ConfigDict(extra="forbid")

    camera: UUID
    grant: UUID
    reason: Annotated[Text, Field(max_length=100)]


class SpeakOut(Schema):
    """Leave to speak; how the call to the device goes is told on the socket."""

    speech: UUID
    index: int


class SpeakHeldOut(Schema):
    """Somebody else speaks."""

    refusal: list[UnmetOut]
    index: int | None
    speaker: str


@router.post(
    "",
    response={
        201: SpeakOut,
        400: RefusalOut,
        403: RefusalOut,
        404: RefusalOut,
        409: SpeakHeldOut,
        429: RefusalOut,
        503: RefusalOut,
    },
    url_name="speaking",
    throttle=[PersonThrottle()],
)
def begin_speaking(request: HttpRequest, wish: SpeakIn) -> Any:
    """Ask for leave; it is recorded before the node hears of it."""
    viewer = Viewer.of(request)
    camera = (
        visible_cameras(viewer.person, viewer.at).select_related("node", "system__site").filter(pk=wish.camera).first()
    )
    looks = Grant.objects.open().recorded().filter(person=viewer.person, live=True, cameras=wish.camera)
    grant = looks.filter(pk=wish.grant).first()
    if camera is None or grant is None:
        return Status(404, _closed())
    try:
        answer = speaking.begin(viewer.person, camera, grant, wish.reason, viewer.at)
    except speaking.NoReason:
        return Status(400, plain_refusal(gettext("没有写明喊话的事由"), gettext("请选择或者写明事由，再喊话。")))
    except grants.NotaryDown:
        return Status(503, notary_down())
    except speaking.NotShown:
        return Status(404, _closed())
    except (NodeUnreachable, NodeBusy):
        return Status(503, plain_refusal(gettext("媒体节点没有应答"), gettext("请稍后再试，或者联系系统管理员。")))
    if isinstance(answer, grants.Denied):
        return Status(403, refusal(answer.refused.unmet, answer.index))
    if isinstance(answer, speaking.Held):
        return Status(409, _held(answer))
    return Status(201, {"speech": answer.speech, "index": answer.index})


def _closed() -> dict[str, Any]:
    return plain_refusal(gettext("没有正在显示的实时画面"), gettext("请先打开该点位的实时画面，再喊话。"))


def _held(held: speaking.Held) -> dict[str, Any]:
    name = held.speaker.person_name if held.speaker is not None else gettext("他人")
    said = plain_refusal(gettext("%(name)s 正在通过该点位喊话") % {"name": name}, gettext("请待对方结束后再喊话。"))
    return said | {"speaker": name}
