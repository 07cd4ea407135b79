"""What the rooms that call, ask and steer need of this one: that it is stated first, to a platform below that wants it, for whom they do."""

from __future__ import annotations

from typing import Protocol

from custodes.video.wire.calls import CallAsk
from custodes.video.wire.commands import GatewaySteer, PositionAsk, PresetsAsk
from custodes.video.wire.recordings import RecordingsAsk


class NotStated(Exception):
    """It was not stated, so nothing may go out; the message says at which step it failed, in words for a person."""


class States(Protocol):
    """States it before. Each returns at once for a device that wants no statement, and raises `NotStated` where one was wanted and not kept."""

    async def call(self, ask: CallAsk, call_id: str) -> None:
        """Before the INVITE with this Call-ID."""
        ...

    async def records(self, ask: RecordingsAsk) -> None:
        """Before a question what was recorded."""
        ...

    async def steer(self, wish: GatewaySteer | PresetsAsk | PositionAsk) -> None:
        """Before a command that moves a camera, or a question for its presets or where it points."""
        ...


class StatesNothing:
    """Of rooms by themselves, whose devices want none."""

    async def call(self, ask: CallAsk, call_id: str) -> None:
        """Nothing."""

    async def records(self, ask: RecordingsAsk) -> None:
        """Nothing."""

    async def steer(self, wish: GatewaySteer | PresetsAsk | PositionAsk) -> None:
        """Nothing."""
