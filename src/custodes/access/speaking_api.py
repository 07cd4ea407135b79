"""``POST /api/speaking``: asking to speak through a camera that one looks at (wire.md §4)."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Router, Schema, Status
from pydantic import Field

from custodes.access import speaking
from custodes.access.schemas import RefusalOut, Text
from custodes.access.standing.asking import REFUSALS, LookIn, answer
from custodes.access.standing.leave import Held
from custodes.access.throttle import PersonThrottle
from custodes.access.words import plain_refusal
from custodes.video.wire.speech import Speaker

router = Router()


class SpeakIn(LookIn):
    """A wish to speak, and why."""

    reason: Annotated[Text, Field(max_length=100)]


class SpeakOut(Schema):
    """Leave to speak; how the call to the device goes is told on the socket."""

    speech: UUID
    index: int


class SpeakHeldOut(RefusalOut):
    """Somebody else speaks."""

    speaker: str


@router.post(
    "",
    response={201: SpeakOut, 400: RefusalOut, 409: SpeakHeldOut, **REFUSALS},
    url_name="speaking",
    throttle=[PersonThrottle()],
)
def begin_speaking(request: HttpRequest, wish: SpeakIn) -> Any:
    """Ask for leave; it is recorded before the node hears of it."""
    remedy = gettext("请先打开该点位的实时画面，再喊话。")
    try:
        found = answer(request, wish, lambda look: speaking.begin(look, wish.reason), remedy)
    except speaking.NoReason:
        return Status(400, plain_refusal(gettext("没有写明喊话的事由"), gettext("请选择或者写明事由，再喊话。")))
    if isinstance(found, Status):
        return found
    if isinstance(found, Held):
        return Status(409, _held(found))
    return Status(201, {"speech": found.leave, "index": found.index})


def _held(held: Held[Speaker]) -> dict[str, Any]:
    name = held.holder.person_name if held.holder is not None else gettext("他人")
    said = plain_refusal(gettext("%(name)s 正在通过该点位喊话") % {"name": name}, gettext("请待对方结束后再喊话。"))
    return said | {"speaker": name}
