"""Questions and commands of upper platforms about channels: what may be decided is decided and on record, and all are denied.

Nothing leads from here to recordings and to cameras that turn yet; who asks is on record all the same, and learns the same word whichever way it went.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import uuid4

import structlog

from custodes.gateway.uppers.calls import WANTED
from custodes.gateway.uppers.link import UpperLink
from custodes.gateway.uppers.pace import UpperPace
from custodes.gateway.web_client import WebClient, WebUnavailable
from custodes.gb28181.cascade.events import Questioned
from custodes.gb28181.manscdp import presets
from custodes.gb28181.manscdp.control import DeviceControl
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.manscdp.records import RecordInfoQuery
from custodes.gb28181.sip.rate import Rates
from custodes.video.clock import Clock
from custodes.video.wire.uppers import UpperVerdict, UpperWants, Verb

log = structlog.get_logger(__name__)

AT_ONCE = 4
"""Questions of one upper that the web is asked about at once."""

RATE, BURST = 5.0, 20.0
"""Questions of one upper that the web is asked about, a second for long and at once: each is a record for good."""

_MOVES = frozenset({"ptz", "drag_in", "drag_out", "home", "precise", "tracking"})
_OF_STEERING = (
    presets.PresetQuery,
    presets.HomePositionQuery,
    presets.CruiseTrackListQuery,
    presets.CruiseTrackQuery,
    presets.PtzPositionQuery,
)


class Asked:
    """Questions of all uppers.

    Attributes:
        denied: by why.
    """

    def __init__(self, gateway: str, web: WebClient, clock: Clock, pace: UpperPace) -> None:
        self.denied: Counter[str] = Counter()
        self._gateway = gateway
        self._web = web
        self._clock = clock
        self._pace = pace
        self._rates = Rates(RATE, BURST, 1_024)
        self._under_way: Counter[UpperLink] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    def questioned(self, link: UpperLink, asked: Questioned) -> None:
        """It asks."""
        verb = verb_of(asked.message)
        if verb is None:
            self._deny(link, asked, "not-shared")
        elif self._under_way[link] >= AT_ONCE or not self._rates.take(str(link.upper.link), self._clock.monotonic()):
            self._deny(link, asked, "too-many")
        else:
            self._under_way[link] += 1
            task = asyncio.get_running_loop().create_task(self._decide(link, asked, verb))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Links have left: nobody waits for an answer."""
        for task in self._tasks:
            task.cancel()

    async def _decide(self, link: UpperLink, asked: Questioned, verb: Verb) -> None:
        message = asked.message
        span = (message.start, message.end) if isinstance(message, RecordInfoQuery) else None
        question = UpperWants(
            gateway=self._gateway,
            link=link.upper.link,
            call=uuid4(),
            channel=asked.channel,
            verb=verb,
            call_id=str(message.sn),
            from_us=round(span[0].timestamp() * 1_000_000) if span else None,
            until_us=round(span[1].timestamp() * 1_000_000) if span else None,
        )
        why = "failed"
        try:
            verdict = await self._web.ask(WANTED, question, UpperVerdict, self._pace.decide)
            why = "not-granted" if verdict.status else "no-way-yet"
        except WebUnavailable as error:
            why = "web-away"
            log.warning("upper.not_decided", why=str(error))
        finally:
            self._under_way[link] -= 1
            if not self._under_way[link]:
                del self._under_way[link]
            self._deny(link, asked, why)

    def _deny(self, link: UpperLink, asked: Questioned, why: str) -> None:
        self.denied[why] += 1
        log.info("upper.question_denied", link=str(link.upper.link), command=asked.message.CMD, why=why)
        if link.lower is not None:
            link.lower.deny(asked.question, self._clock.monotonic())
            link.ask_work()


def verb_of(message: Message) -> Verb | None:
    """What would have to be granted for it; None for what no grant is for."""
    if isinstance(message, RecordInfoQuery):
        return "history"
    if isinstance(message, DeviceControl):
        return "steer" if message.command in _MOVES else None
    return "steer" if isinstance(message, _OF_STEERING) else None
