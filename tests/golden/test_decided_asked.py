"""What the pages offer and refuse of what one person asks for and another decides: interruptions, recording hours, sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.places.models import Camera, Decided, Decision, HoursBasis, Site
from tests.golden.asked import Act, Asked, to
from tests.golden.conftest import AskedOf
from tests.golden.keys import counted_keys
from tests.golden.test_decided import walk_hours, walk_interruption, walk_sound
from tests.places.plans import HOUR
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]


def _acts(view: str, decides: str) -> dict[str, Act]:
    """Of a kind whose views begin with this name."""
    return {
        "approve": Act(decides, to(f"{view}_decide"), lambda _row: {"approve": "1", "words": "同意"}),
        "refuse": Act(decides, to(f"{view}_decide"), lambda _row: {"refuse": "1", "words": "没有必要"}),
        "end": Act("caretaker", to(f"{view}_end"), lambda _row: {"words": "不再需要"}),
    }


def _seen(one: Asked, view: str) -> Callable[..., None]:
    """At each stop; where it waits also: by who asked for it, and without words."""

    def seen(row: Decided, name: str = "") -> None:
        one.at(row, name)
        if row.state == Decision.WAITING and not name:
            one.guard(row, "refuse", "no words", words="")
            own = {"approve": Act("caretaker", to(f"{view}_decide"), lambda _row: {"approve": "1"})}
            one.guard(row, "approve", "who asked for it, and may not decide about others", acts=own)

    return seen


def test_interruptions_and_windows(stage: Stage, asked: AskedOf) -> None:
    def wanted(_site: Site) -> dict[str, Any]:
        begins = timezone.localtime() + HOUR
        return {
            "kind": "interruption", "cause": "power", "words": "配电室检修", "begins": f"{begins:%Y-%m-%dT%H:%M}",
            "ends": f"{begins + HOUR:%Y-%m-%dT%H:%M}", "cameras": [stage.gate.pk], "silences": ["camera.down"], "ask": "1",
        }  # fmt: skip

    def new(site: Site) -> str:
        return f"{reverse('upkeep:plan_new')}?site={site.pk}"

    begin, site = {"ask": Act("caretaker", new, wanted)}, stage.school.site
    with asked("interruption", stage.cast, _acts("upkeep:plan", "lead")) as one:
        past = timezone.localtime() - 3 * HOUR
        one.at(site, "none", acts=begin, page=new)
        one.guard(site, "ask", "no words", acts=begin, words="")
        one.guard(site, "ask", "no camera", acts=begin, cameras=[])
        one.guard(site, "ask", "it ends before it begins", acts=begin, ends=f"{past:%Y-%m-%dT%H:%M}")
        one.guard(site, "ask", "too long", acts=begin, ends=f"{past + 100 * HOUR:%Y-%m-%dT%H:%M}")
        walk_interruption(stage, one.clock, _seen(one, "upkeep:plan"))


def test_recording_hours(stage: Stage, asked: AskedOf) -> None:
    def wanted(_camera: Camera) -> dict[str, Any]:
        return {
            "basis": "order", "place": "n7_2", "order_number": "城法函〔2026〕3号", "words": "案件审理期间夜间停录",
            "calendar": "week", "days_0": ["1", "2"], "begin_0": "22:00", "end_0": "06:00",
        }  # fmt: skip

    begin = {"ask": Act("caretaker", to("upkeep:hours_new"), wanted)}
    with asked("hours", stage.cast, _acts("upkeep:hours", "lead")) as one:
        one.at(stage.gate, "none", acts=begin, page=begin["ask"].address)
        one.guard(stage.gate, "ask", "no words", acts=begin, words="")
        one.guard(stage.gate, "ask", "an order without its number", acts=begin, order_number="")
        one.guard(
            stage.gate,
            "ask",
            "a place that is recorded without a break",
            acts=begin,
            basis=HoursBasis.FREE_PLACE.value,
            place="n7_1",
        )
        walk_hours(stage, one.clock, _seen(one, "upkeep:hours"))


def test_leave_to_record_sound(stage: Stage, asked: AskedOf) -> None:
    def wanted(_camera: Camera) -> dict[str, Any]:
        return {"reason": "emergency", "statute": "", "why": "求助人可能说不出位置"}

    begin = {
        "ask": Act("caretaker", to("places:sound"), wanted),
        "switch off": Act("caretaker", to("places:sound_off")),
    }
    with asked("sound", stage.cast, _acts("places:sound", "approver")) as one:
        one.at(stage.gate, "none", acts=begin, page=begin["ask"].address)
        one.guard(stage.gate, "ask", "no reason", acts=begin, reason="")
        one.guard(stage.gate, "ask", "no need", acts=begin, why="")
        one.guard(stage.gate, "ask", "a reason of another law, unnamed", acts=begin, reason="counter")
        walk_sound(stage, one.clock, _seen(one, "places:sound"))
