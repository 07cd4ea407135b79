"""Steps in a recording that an upper is sent: its INFO (MANSRTSP, GB/T 28181-2016 Annex B) to the node, and the node's word back."""

from __future__ import annotations

import math
from collections import Counter

import structlog

from custodes.gateway.upper_platforms.link import UpperLink
from custodes.gateway.upper_platforms.pace import UpperPace
from custodes.gateway.upper_platforms.senders import NodeUnavailable, Senders
from custodes.gateway.upper_platforms.served import ServedCall
from custodes.gb28181.cascade.events import Controlled
from custodes.gb28181.mansrtsp import MOST_SCALE, MOST_SECONDS, MansrtspAnswer, MansrtspMethod, MansrtspRequest
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.rate import HostRates
from custodes.video.clock import HostClock
from custodes.video.wire.sending import SendStep, SendStepped

log = structlog.get_logger(__name__)

NO_SESSION, NO_PLACE, AWAY, UNABLE = 454, 457, 503, 551
"""Status of RTSP: no such recording is sent, the place is outside, the node says nothing or is not asked any more, not at that speed."""

FASTEST, LONGEST_S = 16.0, 86_400.0
"""What `SendStep` can say."""

RATE, BURST = 10.0, 100.0
"""Steps of one upper that go to nodes, a second for long and at once (a wall that is moved on together): each may cost a disk a search."""


class Steps:
    """Steps of all calls, of one call one at a time: the core lets four wait.

    Attributes:
        answered: by status.
    """

    def __init__(self, senders: Senders, clock: HostClock, pace: UpperPace) -> None:
        self.answered: Counter[str] = Counter()
        self._senders = senders
        self._clock = clock
        self._pace = pace
        self._rates = HostRates(RATE, BURST, 1_024)

    async def take(self, link: UpperLink, call: ServedCall | None, controlled: Controlled) -> None:
        """Have it done, and answer it."""
        if call is None or not call.begun:
            answer = MansrtspAnswer(NO_SESSION)
        elif not self._rates.take(str(link.upper.link), self._clock.monotonic()):
            answer = MansrtspAnswer(AWAY)
        else:
            async with call.stepping:
                answer = await self._step(call, controlled.steps)
        self.answered[str(answer.status)] += 1
        log.info("upper.step", link=str(link.upper.link), status=answer.status)
        if link.lower is None:
            return
        try:
            link.lower.controlled(controlled.control, answer, self._clock.monotonic())
        except Gb28181Refused as error:
            log.error("upper.step_not_answered", why=str(error))
        link.ask_work()

    async def _step(self, call: ServedCall, steps: MansrtspRequest) -> MansrtspAnswer:
        worker = call.worker
        if call.over or worker is None:
            return MansrtspAnswer(NO_SESSION)
        if steps.scale is not None and abs(steps.scale) > FASTEST:
            return MansrtspAnswer(UNABLE)
        if steps.seek is not None and steps.seek > LONGEST_S:
            return MansrtspAnswer(NO_PLACE)
        step = SendStep(
            call=call.id,
            pause=steps.method is MansrtspMethod.PAUSE,
            scale=steps.scale,
            at_s=steps.seek,
            ranged=steps.now or steps.seek is not None or steps.until is not None,
            until_s=min(steps.until, LONGEST_S) if steps.until is not None else None,
        )
        try:
            stepped = await self._senders.step(worker, step, self._pace.step)
        except NodeUnavailable as error:
            log.warning("upper.node_not_stepped", call=str(call.id), why=str(error))
            return MansrtspAnswer(AWAY)
        return answer_of(stepped, steps)


def answer_of(stepped: SendStepped, steps: MansrtspRequest) -> MansrtspAnswer:
    """What the upper is told: of what plays on, where and how fast (RFC 2326 §12.29, §12.34)."""
    if stepped.status != 200:
        return MansrtspAnswer(stepped.status if 400 <= stepped.status <= 599 else AWAY)
    if steps.method is not MansrtspMethod.PLAY:
        return MansrtspAnswer(200)
    scale, at, until = stepped.scale, stepped.at_s, stepped.until_s
    known = math.isfinite(at) and 0 <= at <= MOST_SECONDS
    ends = known and until is not None and math.isfinite(until) and at <= until <= MOST_SECONDS
    return MansrtspAnswer(
        200,
        scale=scale if math.isfinite(scale) and 1e-3 <= abs(scale) <= MOST_SCALE else None,
        at=at if known else None,
        until=until if ends else None,
    )
