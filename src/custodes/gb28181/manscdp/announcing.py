"""Speaking to a place, step by step (GB/T 28181-2016 §9.12): announce, wait for the promise, wait for the call, and try the next target when none comes.

The device calls the platform, not the other way round. Many say OK and never call, because they only know another target: the voice output,
its camera, or the recorder. Time is passed in, in microseconds; what is sent is whoever's who holds this.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from custodes.gb28181.manscdp.broadcast import CALL_SECONDS, Broadcast, BroadcastAnswer
from custodes.gb28181.manscdp.frame import Result
from custodes.gb28181.refused import Gb28181Refused

SECOND = 1_000_000
MOST_TARGETS = 4


class AnnouncementStep(StrEnum):
    """Where an announcement is."""

    READY = "ready"
    ANNOUNCED = "announced"
    PROMISED = "promised"
    CALLED = "called"
    FAILED = "failed"
    OVER = "over"


class AnnouncementFailure(StrEnum):
    """Why the last target did not call."""

    NONE = ""
    UNANSWERED = "unanswered"
    """SIP or the device said nothing."""
    REFUSED = "refused"
    """It said ERROR."""
    NO_CALL = "no_call"
    """It said OK and did not call: its firmware wants TCP, or another target."""


class Announcing:
    """One announcement to one place.

    Attributes:
        step: where it is; failure: of the last target.
        target: code that is being tried, and that a call then comes from or for.
    """

    def __init__(self, source: str, targets: Sequence[str], seconds: float = CALL_SECONDS) -> None:
        """To be tried in this order: the voice output first, then the camera, then its host.

        Args:
            seconds: for which its answer, and then its call, is waited for.

        Raises:
            Refused: no target, or more than four.
        """
        if not 1 <= len(targets) <= MOST_TARGETS:
            raise Gb28181Refused(
                "TargetID", f"are not 1 to {MOST_TARGETS}", "name the voice output, its camera and its host"
            )
        self._source = source
        self._left = list(targets)
        self._patience_us = round(seconds * SECOND)
        self._sn = 0
        self._due_us: int | None = None
        self.step = AnnouncementStep.READY
        self.failure = AnnouncementFailure.NONE
        self.target = ""

    @property
    def due_us(self) -> int | None:
        """When `tick` has to be called; None while nothing is waited for."""
        return self._due_us

    def announce(self, sn: int, now_us: int) -> Broadcast:
        """The message to the next target, with a number of its own.

        Raises:
            ValueError: it is not the time to announce.
        """
        if self.step is not AnnouncementStep.READY:
            raise ValueError("there is nothing to announce")
        self.target = self._left.pop(0)
        self._sn = sn
        self._wait(AnnouncementStep.ANNOUNCED, now_us)
        return Broadcast(sn=sn, source=self._source, target=self.target)

    def answered(self, answer: BroadcastAnswer, now_us: int) -> None:
        """The device's own answer. One to another announcement, or too late, is nothing."""
        if self.step is not AnnouncementStep.ANNOUNCED or answer.sn not in (self._sn, 0):
            return
        if answer.result is Result.OK:
            self._wait(AnnouncementStep.PROMISED, now_us)
        else:
            self._fail(AnnouncementFailure.REFUSED)

    def unsent(self) -> None:
        """SIP got no answer, or a refusal."""
        if self.step is AnnouncementStep.ANNOUNCED:
            self._fail(AnnouncementFailure.UNANSWERED)

    def called(self) -> bool:
        """The device calls: whether the call is taken. Some call before they promise; a second call, or one that nobody waits for, is refused (486)."""
        if self.step not in (AnnouncementStep.ANNOUNCED, AnnouncementStep.PROMISED):
            return False
        self.step, self._due_us = AnnouncementStep.CALLED, None
        return True

    def end(self) -> None:
        """Somebody hung up, or it was given up."""
        self.step, self._due_us = AnnouncementStep.OVER, None

    def tick(self, now_us: int) -> AnnouncementStep:
        """Time has passed: `READY` when the next target is to be announced to, `FAILED` when there is none."""
        if self._due_us is not None and now_us >= self._due_us:
            self._fail(
                AnnouncementFailure.NO_CALL
                if self.step is AnnouncementStep.PROMISED
                else AnnouncementFailure.UNANSWERED
            )
        return self.step

    def _wait(self, step: AnnouncementStep, now_us: int) -> None:
        self.step, self._due_us = step, now_us + self._patience_us

    def _fail(self, failure: AnnouncementFailure) -> None:
        self.failure, self._due_us = failure, None
        self.step = AnnouncementStep.READY if self._left else AnnouncementStep.FAILED
