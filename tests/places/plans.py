"""Plans as the cast asks for them, on a clock that the test gives."""

from __future__ import annotations

import datetime
from typing import Any

from custodes.places import deciding
from custodes.places.models import Camera, Plan, PlanCause, PlanKind, RecordingHours
from custodes.places.planning import RULES, ask, ask_hours

LONGEST = datetime.timedelta(hours=72)
HOUR = datetime.timedelta(hours=1)
NIGHT = [{"days": [1, 2, 3, 4, 5], "begin": 22 * 60, "end": 6 * 60}]


def approve(row, by, at, words=""):
    return deciding.approve(row, RULES, by, at, words)


def refuse(row, by, at, words):
    return deciding.refuse(row, RULES, by, at, words)


def end(row, by, at, words=""):
    return deciding.end(row, RULES, by, at, words)


def make(stage, *cameras: Camera, at: datetime.datetime, after=HOUR, length=HOUR, by="caretaker", **more: Any) -> Plan:
    """A plan that begins `after` from `at`, asked for at `at`."""
    plan = Plan(
        **{
            "kind": PlanKind.INTERRUPTION,
            "cause": PlanCause.POWER,
            "words": "配电室检修",
            "silences": ["camera.down", "camera.silent"],
            **more,
        },
        begins=at + after,
        ends=at + after + length,
    )
    return ask(plan, cameras or (stage.gate,), stage.cast.members[by].person, at, LONGEST)


def approved(stage, *cameras: Camera, at: datetime.datetime, by="lead", **more: Any) -> Plan:
    """The same, approved in that moment."""
    return approve(make(stage, *cameras, at=at, **more), stage.cast.members[by].person, at)


def hours(stage, at: datetime.datetime, **more: Any) -> RecordingHours:
    """Recording hours of the school's gate by a court's order, asked for."""
    row = RecordingHours(
        **{
            "camera": stage.gate,
            "basis": "order",
            "place": "n7_2",
            "order_number": "城法函〔2026〕3号",
            "words": "案件审理期间夜间停录",
            "week": NIGHT,
            **more,
        }
    )
    return ask_hours(row, stage.cast.caretaker.person, at)
