"""What several grounds ask alike: that something is really stated, that what is asked for is bounded, and by no wider value than may be set."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from custodes.law.assumptions import AS_SHIPPED, BOUNDS, items
from custodes.law.grounds.ground import Unmet

_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Letters and marks that show nothing: Hangul and Khmer fillers, joiners, selectors of a variation."""
SPAN_ASSUMED = ("scope.longest", "request_hours")
"""Of facts with a `StatedScope`: how long its span may be is the installation's (`GroundEntry.filled`)."""


def says_something(text: str) -> bool:
    """Whether the text has a letter, a character or a number that can be seen: blanks of every kind and dots state nothing."""
    return any(unicodedata.category(char)[0] in "LN" for char in _UNSEEN.sub("", text))


def identity(text: str) -> str:
    """A name or number as it is compared: its letters, numbers and marks alone, in one width and case.

    Blanks, punctuation, symbols and what cannot be seen are no part of it, so that nobody counts as two by adding some. It may say
    "the same" of two that differ (``1-11`` and ``11-1``): use it where sameness refuses, never where it opens something.
    """
    folded = unicodedata.normalize("NFKC", _seen(text)).casefold()
    return unicodedata.normalize("NFC", _seen(unicodedata.normalize("NFKC", folded)))


def _seen(text: str) -> str:
    kept = (char for char in _UNSEEN.sub("", text) if unicodedata.category(char)[0] in "LNM")
    return "".join(char for char in kept if unicodedata.category(char) != "Me")


@dataclass(frozen=True, slots=True)
class StatedScope:
    """Which footage is asked for.

    Attributes:
        cameras: how many named cameras.
        begin, end: UTC; the end itself is not in it.
        longest: longest span that one request opens; more than any installation may set counts as that (`widest`).
    """

    cameras: int
    begin: datetime | None
    end: datetime | None
    longest: timedelta = timedelta(hours=AS_SHIPPED.request_hours)


def scope_unmet(scope: StatedScope, at: datetime, clause: str, otherwise: str = "") -> tuple[Unmet, ...]:
    """What is missing for `scope` to be bounded: named cameras, both ends, nothing to come, no longer than allowed.

    Args:
        clause, otherwise: the rule that bounds it, and the one that does where that does not bind (`Unmet`).
    """
    return tuple(replace(one, otherwise=otherwise) for one in _unbounded(scope, at, clause))


_NO_CAMERA, _TOO_LONG = "没有指明点位", "时段超过一次申请的上限"


def names_no_camera(one: Unmet) -> bool:
    """Whether it says that no camera is named."""
    return one.reason_zh == _NO_CAMERA


def too_long(one: Unmet) -> bool:
    """Whether it says that the span is longer than the installation opens at once: a number of ours, in no article."""
    return one.reason_zh.startswith(_TOO_LONG)


def _unbounded(scope: StatedScope, at: datetime, clause: str) -> tuple[Unmet, ...]:
    found: list[Unmet] = []
    if scope.cameras < 1:
        found.append(Unmet(clause, _NO_CAMERA, "no camera is named", "请选择点位", "choose the cameras"))
    if scope.begin is None or scope.end is None:
        found.append(
            Unmet(clause, "没有写明起止时间", "no span is given", "请填写起止时间", "give both ends of the span")
        )
    elif scope.begin >= scope.end:
        found.append(
            Unmet(
                clause, "止不晚于起", "the span ends before it begins", "请核对起止时间", "check both ends of the span"
            )
        )
    elif scope.end > at:
        found.append(
            Unmet(
                clause,
                "时段尚未到来",
                "the span lies in the future",
                "请将结束时间改为现在或者更早",
                "end it now or earlier",
            )
        )
    elif scope.end - scope.begin > (most := longest("request_hours", scope.longest)):
        hours = most.total_seconds() / 3600
        found.append(
            Unmet(
                clause,
                f"{_TOO_LONG}（{hours:g}小时）",
                f"the span is longer than one request opens ({hours:g} h)",
                "请缩短时段，或者分次申请",
                "shorten it, or ask several times",
            )
        )
    return tuple(found)


LONGEST_WINDOW = timedelta(hours=2)
"""How far back a duty officer looks without a reason, at the most."""
LONGEST_DUTY_SPAN = timedelta(hours=72)
"""The longest span that a stated reason opens at once, at the most."""
LONGEST_FRESH = timedelta(minutes=1)
"""How long a probe counts as this attempt's, at the most."""


def longest(name: str, given: timedelta) -> timedelta:
    """The length, no longer than the assumption `name` may be set to."""
    return min(given, timedelta(**{items()[name].unit: BOUNDS[name][1]}))


def oldest(name: str, given: int) -> int:
    """The age, no greater than the assumption `name` may be set to."""
    return min(given, BOUNDS[name][1])


def youngest(name: str, given: int) -> int:
    """The age, no smaller than the assumption `name` may be set to."""
    return max(given, BOUNDS[name][0])
