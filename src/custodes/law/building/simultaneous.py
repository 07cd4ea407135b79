"""The four simultaneous steps (S14): the system is designed, built, accepted and put to use together with the main works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

STEPS = (
    ("design", "完成设计", "design"),
    ("build", "完成施工", "building"),
    ("accept", "通过验收", "acceptance"),
    ("use", "投入使用", "use"),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """The days on which a step was completed, of the works and of the system; None while it is not."""

    works: date | None
    system: date | None


@dataclass(frozen=True, slots=True)
class Lag:
    """A step in which the system is behind the works.

    Attributes:
        step: key of the step.
        days: behind; None when the system's day is missing.
        zh, en: in words.
    """

    step: str
    days: int | None
    zh: str
    en: str


def lagging(pairs: dict[str, Pair], today: date) -> tuple[Lag, ...]:
    """Steps that the works have completed by `today` and the system has not, or did later."""
    found = []
    for key, zh, en in STEPS:
        pair = pairs.get(key)
        if pair is None or pair.works is None or pair.works > today:
            continue
        if pair.system is None or pair.system > today:
            late = (today - pair.works).days
            found.append(
                Lag(
                    key,
                    None,
                    f"主体工程已于{pair.works:%Y-%m-%d}{zh}，至今{late}日，系统尚未{zh}",
                    f"{en}: the works did it {late} days ago, the system not",
                )
            )
        elif pair.system > pair.works:
            late = (pair.system - pair.works).days
            found.append(
                Lag(
                    key,
                    late,
                    f"系统于{pair.system:%Y-%m-%d}{zh}，比主体工程晚{late}日",
                    f"{en}: {late} days after the works",
                )
            )
    return tuple(found)
