"""``POST /api/steering``: asking for the helm of a camera that one looks at (wire.md §4)."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Router, Schema, Status
from pydantic import Field

from custodes.access import steering
from custodes.access.schemas import RefusalOut, Text
from custodes.access.standing.asking import REFUSALS, LookIn, answer
from custodes.access.standing.leave import Held
from custodes.access.throttle import PersonThrottle
from custodes.access.words import plain_refusal
from custodes.video.wire.steering import Holder

router = Router()


class SteerIn(LookIn):
    """A wish to steer; `reason` only to take the camera over from somebody."""

    reason: Annotated[Text, Field(max_length=200)] = ""


class SteerOut(Schema):
    """Leave to steer."""

    steering: UUID
    index: int
    presets: bool


class HeldOut(RefusalOut):
    """Somebody else steers."""

    holder: str
    may_take_over: bool


@router.post("", response={201: SteerOut, 409: HeldOut, **REFUSALS}, url_name="steering", throttle=[PersonThrottle()])
def begin_steering(request: HttpRequest, wish: SteerIn) -> Any:
    """Ask for the helm; leave is recorded before the node hears of it."""
    remedy = gettext("请先打开该点位的实时画面，再操控。")
    found = answer(request, wish, lambda look: steering.begin(look, wish.reason), remedy)
    if isinstance(found, Status):
        return found
    if isinstance(found, Held):
        return Status(409, _held(found))
    presets = steering.sets_presets(found.post)
    return Status(201, {"steering": found.leave, "index": found.index, "presets": presets})


def _held(held: Held[Holder]) -> dict[str, Any]:
    name = held.holder.person_name if held.holder is not None else gettext("他人")
    may_take_over = steering.may_take_over(held)
    remedy = gettext("可以说明理由后接管。") if may_take_over else gettext("请待对方交还，或者请上级岗位接管。")
    said = plain_refusal(gettext("%(name)s 正在操控该点位") % {"name": name}, remedy)
    return said | {"holder": name, "may_take_over": may_take_over}
