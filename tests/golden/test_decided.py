"""Records of what one person asks for and another decides: interruptions and windows, recording hours, sound."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import pytest
from django.utils import timezone

from custodes.places import deciding, planning, sound
from custodes.places.models import Camera, Decided, Plan, PlanCause, PlanKind, RecordingHours, Repeat, SoundOrder
from tests.golden.asked import Seen, unseen
from tests.golden.conftest import Golden
from tests.golden.keys import counted_keys
from tests.golden.tour import Clock
from tests.places.plans import HOUR, LONGEST, NIGHT
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

DAY = datetime.timedelta(days=1)


def _plan(at: datetime.datetime, **more: Any) -> Plan:
    told = {"cause": PlanCause.POWER, "words": "配电室检修", "silences": ["camera.down", "camera.silent"]}
    return Plan(**{**told, "begins": at + HOUR, "ends": at + 2 * HOUR, **more})


def test_each_step_of_interruptions_and_windows(stage: Stage, golden: Golden) -> None:
    with golden("interruption") as clock:
        walk_interruption(stage, clock)


def walk_interruption(stage: Stage, clock: Clock, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    cameras, rules = (stage.gate, stage.yard), planning.RULES
    one, other = stage.cast.caretaker.person, stage.cast.lead.person

    def asked(of: Sequence[Camera] = cameras[:1], **more: Any) -> Plan:
        at = clock.later()
        return planning.ask(_plan(at, **more), of, one, at, LONGEST)

    def weekly(at: datetime.datetime, words: str = "每周清洁护罩") -> list[Plan]:
        plan = _plan(at, kind=PlanKind.WINDOW, cause=PlanCause.MAINTENANCE, words=words)
        until = timezone.localdate(at) + 14 * DAY
        return planning.spread(plan, Repeat.WEEKLY, until, timezone.get_current_timezone())

    row = asked(cameras)
    seen(row)
    row = deciding.approve(row, rules, other, clock.later(), "同意")
    seen(row)
    clock.later(minutes=70)
    seen(row, "approved, it runs")
    seen(deciding.end(row, rules, one, clock.later(), "提前完工"))
    row = deciding.approve(asked(cause=PlanCause.VOTE, words="投票站", silences=[]), rules, other, clock.later())
    deciding.end(row, rules, other, clock.later())
    seen(deciding.refuse(asked(), rules, other, clock.later(), "错开上学时间"))
    seen(deciding.end(asked(), rules, one, clock.later(), "不再需要"))

    first = planning.ask_all(weekly(clock.later()), cameras, one, clock.at, LONGEST)
    seen(first, "waiting, of several")
    for row in first.occurrences():
        deciding.approve(row, rules, other, clock.later())
    second = first.occurrences()[1]
    seen(second, "approved, of several")
    changed = weekly(clock.later() + 7 * DAY, "改在午后")
    changed = list(planning.ask_change(second, changed, cameras, one, clock.at, LONGEST).occurrences())
    for row in changed:
        deciding.approve(row, rules, other, clock.later())
    for row in changed[1:]:
        deciding.end(row, rules, one, clock.later(), "不再需要")


def test_each_step_of_recording_hours(stage: Stage, golden: Golden) -> None:
    with golden("hours") as clock:
        walk_hours(stage, clock)


def walk_hours(stage: Stage, clock: Clock, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    camera, rules = stage.gate, planning.RULES
    one, other = stage.cast.caretaker.person, stage.cast.lead.person

    def asked(**more: Any) -> RecordingHours:
        told = {
            "basis": "order",
            "place": "n7_2",
            "order_number": "城法函〔2026〕3号",
            "words": "案件审理期间夜间停录",
        }
        row = RecordingHours(**{"camera": camera, "week": NIGHT, **told, **more})
        return planning.ask_hours(row, one, clock.later())

    row = asked()
    seen(row)
    deciding.approve(row, rules, other, clock.later(), "同意")
    workdays = [{"days": [1, 2, 3, 4, 5], "begin": 0, "end": 360}, {"days": [6, 7], "begin": 0, "end": 1440}]
    row = deciding.approve(asked(calendar="law", week=workdays), rules, other, clock.later())
    seen(row)
    seen(deciding.end(row, rules, one, clock.later(), "案件已审结"))
    seen(deciding.refuse(asked(), rules, other, clock.later(), "没有书面要求"))
    seen(deciding.end(asked(), rules, one, clock.later()))


def test_each_step_of_leave_to_record_sound(stage: Stage, golden: Golden) -> None:
    with golden("sound") as clock:
        walk_sound(stage, clock)


def walk_sound(stage: Stage, clock: Clock, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    camera, rules = stage.gate, sound.RULES
    one, other = stage.cast.caretaker.person, stage.cast.approver.person

    def asked(**more: Any) -> SoundOrder:
        row = SoundOrder(**{"camera": camera, "reason": "emergency", "why": "求助人可能说不出位置", **more})
        return sound.ask(row, one, clock.later())

    def approved(row: SoundOrder, words: str = "") -> Decided:
        return deciding.approve(row, rules, other, clock.later(), words)

    row = asked()
    seen(row)
    approved(row, "同意")
    statute = "《某条例》第九条"
    row = approved(asked(reason="counter", statute=statute, why="窗口应当同步录音"))
    seen(row)
    seen(deciding.end(row, rules, other, clock.later(), "窗口撤销"))
    seen(deciding.refuse(asked(), rules, other, clock.later(), "没有求助桩"))
    seen(deciding.end(asked(), rules, one, clock.later(), "不再需要"))
    approved(asked())
    asked()
    sound.switch_off(camera, one, clock.later())
