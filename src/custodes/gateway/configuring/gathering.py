"""The answers to one question about a configuration, put together: one for all types, or several with the same number (2016 A.2.4). Pure; time is passed in."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.gb28181.manscdp.config import ConfigDownload, ConfigType, merged
from custodes.gb28181.manscdp.frame import Result

SECOND = 1_000_000
MOST_ANSWERS = 16
"""Answers to one question that are kept; there are fewer types than that."""

FIELDS = {
    ConfigType.BASIC: "basic",
    ConfigType.VIDEO_OPTIONS: "video_options",
    ConfigType.RECORD_PLAN: "record_plan",
    ConfigType.ALARM_RECORD: "alarm_record",
    ConfigType.PICTURE_MASK: "picture_mask",
    ConfigType.FRAME_MIRROR: "frame_mirror",
    ConfigType.ALARM_REPORT: "alarm_report",
    ConfigType.VIDEO_ATTRIBUTE: "video_attribute",
    ConfigType.OSD: "osd",
}


@dataclass(frozen=True, slots=True)
class GatheringPatience:
    """Microseconds for which answers are waited for: the first; the next that brings something new; in all."""

    first: int = 6 * SECOND
    idle: int = 2 * SECOND
    longest: int = 10 * SECOND


def types_of(answer: ConfigDownload) -> frozenset[ConfigType]:
    """What an answer tells of."""
    return frozenset(one for one, field in FIELDS.items() if getattr(answer, field) is not None)


class AnswerGathering:
    """One question while it is answered.

    Attributes:
        came: types that were told of and asked for.
        heard: answers that came, also those that were passed over.
    """

    def __init__(self, wanted: frozenset[ConfigType], now_us: int, patience: GatheringPatience) -> None:
        self.came: frozenset[ConfigType] = frozenset()
        self.heard = 0
        self._wanted = wanted
        self._patience = patience
        self._ends_us = now_us + patience.longest
        self._due_us = now_us + patience.first
        self._kept: list[ConfigDownload] = []
        self._over = False
        self._refused = False

    @property
    def over(self) -> bool:
        """Whether nothing more is waited for."""
        return self._over

    @property
    def due_us(self) -> int | None:
        """When `tick` is to be called; None when it is over."""
        return None if self._over else min(self._due_us, self._ends_us)

    @property
    def missing(self) -> frozenset[ConfigType]:
        """What was asked for and did not come."""
        return self._wanted - self.came

    @property
    def refused(self) -> bool:
        """Whether an error was all that came."""
        return self._refused and not self.came

    def add(self, answer: ConfigDownload, now_us: int) -> bool:
        """One more answer; whether it was the last. One that brings nothing new moves nothing, so that nobody is waited for without an end."""
        if self.tick(now_us):
            return True
        self.heard += 1
        new = (types_of(answer) & self._wanted) - self.came
        if new and len(self._kept) < MOST_ANSWERS:
            self._kept.append(answer)
            self.came |= new
            self._due_us = now_us + self._patience.idle
        if answer.result is Result.ERROR and not new:
            # Of one type, or of all: others may come behind it, but not for long.
            self._refused = True
            self._due_us = min(self._due_us, now_us + self._patience.idle)
            self._over = len(self._wanted) == 1
        self._over = self._over or not self.missing
        return self._over

    def tick(self, now_us: int) -> bool:
        """Time has passed; whether it is over."""
        due = self.due_us
        if due is not None and now_us >= due:
            self._over = True
        return self._over

    def answer(self) -> ConfigDownload | None:
        """All that came as one; None where nothing did."""
        return merged(self._kept) if self._kept else None
