"""How far a long run is, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

_EVERY = 10


class MaskStopped(Exception):
    """The caller stopped the run; nothing was left behind."""


class MaskStage(StrEnum):
    """What is being done."""

    DETECT = "detect"
    FOLLOW = "follow"
    WRITE = "write"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is.

    Attributes:
        stage: what is being done.
        pictures: done in this stage.
        time: of the film, ticks of 90 kHz.
    """

    stage: MaskStage
    pictures: int
    time: int


@dataclass(frozen=True, slots=True)
class ProgressWatcher:
    """Tells how far a stage is, and asks whether to go on, every few pictures.

    Attributes:
        stage: what is being done.
        tell: takes the progress.
        stop: says whether to stop.
    """

    stage: MaskStage
    tell: Callable[[Progress], None] = lambda _: None
    stop: Callable[[], bool] = lambda: False

    def at(self, number: int, time: int) -> None:
        """Picture `number` at `time` is next.

        Raises:
            Stopped: the caller wants it.
        """
        if self.stop():
            raise MaskStopped("stopped as asked")
        if number % _EVERY == 0:
            self.tell(Progress(self.stage, number, time))
