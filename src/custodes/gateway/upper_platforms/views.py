"""Where a camera can be sent and where it points, asked of the node for an upper that may steer it: presets, the home position, PTZ position."""

from __future__ import annotations

from uuid import uuid4

import structlog

from custodes.gateway.upper_platforms.deciding import Deciding, worker_of
from custodes.gateway.upper_platforms.link import UpperLink
from custodes.gateway.upper_platforms.pace import UpperPace
from custodes.gateway.upper_platforms.ptz_lease import UpperPtzLease
from custodes.gateway.upper_platforms.senders import NodeUnavailable, Senders, SendingWorker
from custodes.gateway.upper_platforms.served import UpperRefusal
from custodes.gb28181.cascade.events import Questioned
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.manscdp.presets import (
    HomePosition,
    HomePositionAnswer,
    HomePositionQuery,
    PresetItem,
    PresetList,
    PtzPosition,
    PtzPositionQuery,
)
from custodes.video.wire.sending import SendPosition, SendPresetList, SendPresets

log = structlog.get_logger(__name__)

LONGEST_NAME = 255
"""Characters of a preset's name (Annex A)."""

HOME = "看守位"
"""What the preset of the declared view is called to uppers: the standard's own word for the view to which a camera returns."""


class UpperViewQuestions:
    """Questions of all uppers about where cameras can be sent and where they point."""

    def __init__(self, deciding: Deciding, senders: Senders, pace: UpperPace) -> None:
        self._deciding = deciding
        self._senders = senders
        self._pace = pace

    async def find(self, link: UpperLink, asked: Questioned) -> Message | str:
        """The answer, or why there is none. A token opens it once, and puts no hand on the camera: whoever only asks holds nothing."""
        call = uuid4()
        verdict = await self._deciding.decide(link, call, asked.channel, "steer", str(asked.message.sn))
        if isinstance(verdict, UpperRefusal):
            return verdict.why
        return await self._ask(asked, worker_of(verdict), SendPresets(call=call, token=verdict.token))

    async def find_by(self, hand: UpperPtzLease, worker: SendingWorker, asked: Questioned) -> Message | str:
        """The same under a hand that stands."""
        return await self._ask(asked, worker, SendPresets(call=hand.id))

    async def _ask(self, asked: Questioned, worker: SendingWorker, ask: SendPresets) -> Message | str:
        found: SendPosition | SendPresetList
        try:
            if isinstance(asked.message, PtzPositionQuery):
                found = await self._senders.position(worker, ask, self._pace.node)
            else:
                found = await self._senders.presets(worker, ask, self._pace.node)
        except NodeUnavailable as error:
            log.warning("upper.views_not_told", call=str(ask.call), why=str(error))
            return "node-away"
        return f"node-{found.step}" if found.step else answer_of(found, asked)


def answer_of(found: SendPosition | SendPresetList, asked: Questioned) -> Message:
    """As an upper is told it."""
    sn, about = asked.message.sn, asked.channel
    if isinstance(found, SendPosition):
        return PtzPosition(sn=sn, device_id=about, pan=found.pan, tilt=found.tilt, zoom=found.zoom)
    if isinstance(asked.message, HomePositionQuery):
        home = HomePosition(enabled=False)
        if found.home:
            home = HomePosition(enabled=True, reset_time=found.home_after_s, preset=found.home)
        return HomePositionAnswer(sn=sn, device_id=about, home=home)
    made = tuple(
        PresetItem(number=number, name=_named(name, number == found.home))
        for number, name in found.presets
        if 1 <= number <= 255  # what a command could not name is left out
    )
    return PresetList(sn=sn, device_id=about, sum_num=len(made), presets=made)


def _named(name: str, home: bool) -> str:
    if not home or name == HOME:
        return name[:LONGEST_NAME]
    return f"{name[: LONGEST_NAME - len(HOME) - 2]}（{HOME}）" if name else HOME
