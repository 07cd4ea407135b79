"""What web and node say about steering a camera (docs/design/wire.md §3, steering.md)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from custodes.video.wire.onvif import OnvifAsk
from custodes.video.wire.shapes import Shape
from custodes.video.wire.standing import LeaveAnswer, LeaveBegin, Tenant, Words

UPPER_RANK = -1
"""Of an upper platform's hand: below everybody here (S2.2)."""


class SteerBegin(LeaveBegin):
    """``POST /internal/steering/begin``: somebody was given leave, and that is on record.

    Attributes:
        steering: id of this leave.
        rank: of the post; a higher one may take over.
        presets: may set and remove presets and the home position.
        over: takes the camera over from whoever steers it.
    """

    steering: UUID
    rank: Annotated[int, Field(ge=0, le=9)] = 0
    presets: bool = False
    over: bool = False

    @property
    def leave(self) -> UUID:
        """Its id."""
        return self.steering


class Holder(Tenant):
    """Who steers a camera.

    Attributes:
        rank: below 0 for the hand of an upper platform: whoever may steer here takes its place without a reason.
        idle_s: seconds since their last command.
    """

    rank: int = 0
    idle_s: float = 0.0


class SteerAnswer(LeaveAnswer[Holder]):
    """What became of a wish to steer, or how a camera stands."""

    holder: Holder | None = None

    @property
    def tenant(self) -> Holder | None:
        """Who steers."""
        return self.holder


class SteeringAsk(OnvifAsk):
    """``POST /internal/onvif/steering``: what the camera that sends `url` offers."""

    url: Annotated[str, Field(max_length=400)]


class SteeringLook(Shape):
    """What a camera offers, found by the address of its main stream.

    Attributes:
        failure: as of a probe; ``path`` also where the device has no such stream.
        profile: token of the media profile that gives the stream.
        presets: how many views it remembers.
    """

    ok: bool
    failure: Annotated[str, Field(max_length=16)] = ""
    detail: Annotated[str, Field(max_length=300)] = ""
    profile: Words = ""
    move: bool = False
    zoom: bool = False
    focus: bool = False
    iris: bool = False
    presets: int = 0
    home: bool = False
    set_home: bool = False
