"""What web and node command of a device through the gateway: to move a camera, to point it, to start again (docs/design/wire.md §8, gateway.md)."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field, model_validator

from custodes.video.wire.shapes import Id, Line, Shape

Command = Literal["move", "stop", "goto", "set", "remove", "home", "drag_in", "drag_out", "precise", "cruise"]


class PictureBox(Shape):
    """A box drawn in a picture, in parts of its width and height, from the left upper corner."""

    left: float = Field(ge=0, lt=1)
    top: float = Field(ge=0, lt=1)
    width: float = Field(ge=0.01, le=1)
    height: float = Field(ge=0.01, le=1)

    @model_validator(mode="after")
    def _within(self) -> PictureBox:
        if self.left + self.width > 1.0001 or self.top + self.height > 1.0001:
            raise ValueError("the box reaches beyond the picture")
        return self


class PointAt(Shape):
    """Where to point, as the device counts: degrees of pan and tilt, times of zoom (2022 A.2.3.1.11)."""

    pan: float = Field(ge=0, le=360)
    tilt: float = Field(ge=-30, le=90)
    zoom: float = Field(ge=1, le=1000)


class GatewaySteer(Shape):
    """``POST /internal/steer`` (node → gateway): durable in the node's book before it is asked.

    Attributes:
        pan, tilt, zoom, focus, iris: per cent, -100 to 100; of ``move``. Said again at least each second while it holds; after two
            seconds without the gateway stops it.
        preset: number of the preset, 1 to 255; of ``goto``, ``set``, ``remove``.
        box: of ``drag_in`` and ``drag_out``; point: of ``precise``.
        cruise: group of the cruise; of ``cruise``, which is said again as a movement is and ended by ``stop``.
        grant: of the look of whoever steers; None where nobody does (a stop, the turn back).
    """

    camera: UUID
    device: Id
    channel: Id
    command: Command
    pan: int = Field(default=0, ge=-100, le=100)
    tilt: int = Field(default=0, ge=-100, le=100)
    zoom: int = Field(default=0, ge=-100, le=100)
    focus: int = Field(default=0, ge=-100, le=100)
    iris: int = Field(default=0, ge=-100, le=100)
    preset: int = Field(default=0, ge=0, le=255)
    name: Line = ""
    box: PictureBox | None = None
    point: PointAt | None = None
    cruise: int = Field(default=0, ge=0, le=255)
    grant: UUID | None = None

    @model_validator(mode="after")
    def _whole(self) -> GatewaySteer:
        if (self.command in ("drag_in", "drag_out") and self.box is None) or (
            self.command == "precise" and self.point is None
        ):
            raise ValueError("what the command is about is missing")
        return self


class GatewayTaken(Shape):
    """Whether a command was sent; `failure` ∈ empty, ``not_assigned``, ``not_registered``, ``no_answer``, ``refused``, ``not_stated`` (as of `CallAnswer`), ``held``: a platform below said lately that it steers the camera itself."""

    failure: Literal["", "not_assigned", "not_registered", "no_answer", "refused", "not_stated", "held"] = ""
    detail: Line = ""


class Preset(Shape):
    """One preset position as the device names it."""

    number: int = Field(ge=1, le=255)
    name: Line = ""


class PresetsAsk(Shape):
    """``POST /internal/presets`` (node → gateway); `grant` as of `GatewaySteer`."""

    camera: UUID
    device: Id
    channel: Id
    grant: UUID | None = None


class PresetsAnswer(Shape):
    """Its presets, or why they can't be had (as of `GatewayTaken`)."""

    failure: Literal["", "not_assigned", "not_registered", "no_answer", "refused", "not_stated"] = ""
    presets: tuple[Preset, ...] = ()


class PositionAsk(Shape):
    """``POST /internal/position`` (node → gateway): where does the camera point? `grant` as of `GatewaySteer`.
    ``POST /internal/stands``: does the hand on it stand? (`GatewayTaken`)"""

    camera: UUID
    device: Id
    channel: Id
    grant: UUID | None = None


class PositionAnswer(Shape):
    """As its device counts, of the 2022 edition alone: degrees, times of zoom; None for what it does not say."""

    failure: Literal["", "not_assigned", "not_registered", "no_answer", "refused", "not_stated"] = ""
    pan: float | None = None
    tilt: float | None = None
    zoom: float | None = None


class RebootAsk(Shape):
    """``POST /internal/reboot`` (web → gateway): start this device again; the answer is a `GatewayTaken`.

    Attributes:
        step: of the register that says who wants it and why; its record is in the log.
    """

    device: Id
    step: UUID
