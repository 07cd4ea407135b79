"""What a camera remembers and where it points, asked of its device: presets (2014), home and PTZ position (2022). The answer is a message of its own, in parts maybe."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.gateway.calls.needs import Process
from custodes.gateway.inquiries import Failure, Inquiries, Inquiry
from custodes.gb28181.ids import family
from custodes.gb28181.manscdp.collector import SECOND, AnswerPatience, Collector, End
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.manscdp.presets import (
    HomePosition,
    HomePositionAnswer,
    HomePositionQuery,
    PresetItem,
    PresetList,
    PresetQuery,
    PtzPosition,
    PtzPositionQuery,
)
from custodes.gb28181.sip.events import Got

PATIENCE = AnswerPatience(first=6 * SECOND, idle=2 * SECOND, longest=9 * SECOND, most=255)
"""Some makes send several parts and announce no number, or a wrong one."""

AT_ONCE = AnswerPatience(first=2 * SECOND, idle=SECOND, longest=2 * SECOND, most=1)
"""Where a camera that moves was two seconds ago helps nobody."""

BELOW = AnswerPatience(first=4 * SECOND, idle=SECOND, longest=4 * SECOND, most=1)
"""A platform below decides first, and may have to ask one below it; who watches a camera that moves does not wait for so long."""


@dataclass(eq=False)
class _Asked(Inquiry[PresetItem]):
    home: HomePosition | None = None
    position: PtzPosition | None = None


class SteeringQuestions:
    """Questions to cameras that wait."""

    def __init__(self, process: Process, patience: AnswerPatience = PATIENCE) -> None:
        self._process = process
        self._patience = patience
        self._inquiries: Inquiries[_Asked] = Inquiries(process, of_peer=16)

    async def presets(self, device: str, channel: str) -> tuple[Failure, tuple[PresetItem, ...]]:
        """The presets of a channel, by their numbers."""
        asked = await self._ask(device, channel, PresetQuery(sn=self._process.number(device), device_id=channel))
        if asked.failure:
            return asked.failure, ()
        found = asked.collector.collected()
        if found.end is End.SILENT:
            return "no_answer", ()
        return "", tuple(sorted(found.entries, key=lambda preset: preset.number))

    async def home(self, device: str, channel: str) -> tuple[Failure, HomePosition | None]:
        """Where a channel of a 2022 device returns to; None for nowhere."""
        asked = await self._ask(device, channel, HomePositionQuery(sn=self._process.number(device), device_id=channel))
        return asked.failure or ("" if asked.answered else "no_answer"), asked.home

    async def position(self, device: str, channel: str) -> tuple[Failure, PtzPosition | None]:
        """Where a channel of a 2022 device points now."""
        query = PtzPositionQuery(sn=self._process.number(device), device_id=channel)
        asked = await self._ask(device, channel, query, BELOW if family(device) == "platform" else AT_ONCE)
        return asked.failure or ("" if asked.answered else "no_answer"), asked.position

    def hear(self, got: Got) -> bool:
        """What became of a request; False where it is none of these."""
        return self._inquiries.hear(got)

    def hear_message(self, device: str, message: Message) -> bool:
        """A message of a device; False where it is no answer to a question of ours."""
        if not isinstance(message, (PresetList, HomePositionAnswer, PtzPosition)):
            return False
        asked = self._inquiries.of(device, message)
        if asked is None:
            return True
        asked.answered = True
        if asked.refused_in(message):
            pass
        elif isinstance(message, PresetList):
            asked.over = asked.collector.add(message.sum_num, message.presets, self._inquiries.now_us()) is not None
        elif isinstance(message, PtzPosition):
            asked.position, asked.over = message, True
        else:
            asked.home, asked.over = message.home, True
        asked.changed.set()
        return True

    def away(self, device: str) -> None:
        """A device is away: nothing more comes."""
        self._inquiries.away(device)

    async def _ask(
        self,
        device: str,
        channel: str,
        query: PresetQuery | HomePositionQuery | PtzPositionQuery,
        patience: AnswerPatience | None = None,
    ) -> _Asked:
        patience = patience or self._patience
        asked = _Asked(Collector(lambda preset: preset.number, self._inquiries.now_us(), patience))
        await self._inquiries.ask(asked, device, channel, query, patience.longest)
        return asked
