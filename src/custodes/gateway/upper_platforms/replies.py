"""What questions and commands of uppers are answered with, and how often; an upper learns `Result` ERROR whatever the reason was.

One that runs this program learns beside it that a camera is steered here, not by whom (decision 0387).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import structlog

from custodes.gateway.upper_platforms.link import UpperLink
from custodes.gb28181.cascade.events import Questioned
from custodes.gb28181.manscdp.control import HELD
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.manscdp.records import RecordItem
from custodes.gb28181.refused import Gb28181Refused
from custodes.video.clock import HostClock

log = structlog.get_logger(__name__)

NODE_HELD = "node-held"
"""Somebody here, or another upper, has the helm."""


class Replies:
    """Answers of one gateway.

    Attributes:
        denied: by why; answered: by what was asked.
    """

    def __init__(self, clock: HostClock) -> None:
        self.denied: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self._clock = clock

    def deny(self, link: UpperLink, asked: Questioned, why: str) -> None:
        """Refuse it; why is for ourselves alone, but for `NODE_HELD`."""
        self.denied[why] += 1
        log.info("upper.question_denied", link=str(link.upper.link), command=asked.message.CMD, why=why)
        if link.lower is not None:
            reason = HELD if why == NODE_HELD and link.upper.certificate else ""
            link.lower.deny(asked.question, self._clock.monotonic(), reason)
            link.ask_work()

    def lose(self, link: UpperLink, channel: str, sn: int) -> None:
        """A hand that stood is over since the camera is steered here: of whom runs this program nobody goes on believing that it has it."""
        if link.lower is not None and link.upper.certificate:
            link.lower.refuse_late(channel, sn, HELD, self._clock.monotonic())
            link.ask_work()

    def answer(self, link: UpperLink, asked: Questioned, answer: Message | Sequence[RecordItem] | None) -> None:
        """Answer it; None for a command that was done, of which the standard wants a word only where it says so."""
        if link.lower is None:
            return
        try:
            link.lower.reply(asked.question, answer, self._clock.monotonic())
        except Gb28181Refused as error:
            log.error("upper.unwritable", command=asked.message.CMD, why=str(error))
            self.deny(link, asked, "unwritable")
            return
        self.answered[asked.message.CMD] += 1
        link.ask_work()
