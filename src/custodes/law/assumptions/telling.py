"""Saying of an answer that it rests on a value that could not be checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from custodes.law.assumptions.model import Assumptions, items


@dataclass(frozen=True, slots=True)
class Caveat:
    """One unconfirmed value on which an answer rests.

    Attributes:
        name: of the assumption.
        clause: the rule that it fills.
        zh, en: in one sentence each, with 「未核实」 and "unconfirmed" in them.
    """

    name: str
    clause: str
    zh: str
    en: str


def caveats(assumed: Assumptions, *names: str) -> tuple[Caveat, ...]:
    """What has to be said of an answer that rests on these values: one caveat for each that is unconfirmed."""
    return tuple(_caveat(assumed, name) for name in dict.fromkeys(assumed.open(*names)))


def of_clause(assumed: Assumptions, clause: str) -> tuple[Caveat, ...]:
    """The unconfirmed values that fill `clause`, or a part of it."""
    return caveats(assumed, *(name for name, item in items().items() if _within(item.clause, clause)))


def _within(part: str, whole: str) -> bool:
    return part == whole or (part.startswith(whole) and not part[len(whole)].isdigit())


def _caveat(assumed: Assumptions, name: str) -> Caveat:
    item = items()[name]
    assert item.why is not None
    value = shown(getattr(assumed, name), item.unit)
    zh = f"未核实：{item.zh}（{value[0]}）；{item.why[0]}"
    en = f"unconfirmed: {item.en} ({value[1]}); {item.why[1]}"
    return Caveat(name, item.clause, zh, en)


_UNITS = {"days": "日", "working days": "个工作日", "years": "周岁", "yuan": "元", "minutes": "分钟", "hours": "小时"}


def shown(value: Any, unit: str) -> tuple[str, str]:
    """A value for people, Chinese and English."""
    if value is None or value == "":
        return "未填写", "not entered"
    if isinstance(value, bool):
        return ("是", "yes") if value else ("否", "no")
    if isinstance(value, time):
        return f"{value:%H:%M}", f"{value:%H:%M}"
    if isinstance(value, int):
        return f"{value:,}{_UNITS.get(unit, '')}", f"{value:,} {unit}"
    return str(value), str(value)
