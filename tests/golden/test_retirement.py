"""Records of a camera that is taken out of use until a day, and of what ends it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.places import deciding, retiring
from custodes.places.models import Camera, RemovalGround, Retirement, RetirementBasis
from tests.golden.asked import Act, Seen, to, unseen
from tests.golden.conftest import AskedOf, Golden
from tests.golden.places import DAY, proposed, step
from tests.golden.tour import Clock
from tests.places.life import removals as removal
from tests.places.stage import Stage
from tests.places.test_retiring import back

pytestmark = pytest.mark.django_db

ORDER = {"basis": RetirementBasis.ORDER, "issuer": "城关区人民法院", "order_number": "〔2026〕7号"}


def _asked(_camera: Camera) -> dict[str, Any]:
    until = timezone.localdate() + 5 * DAY
    return {
        "basis": "replacement",
        "until": until.isoformat(),
        "words": "镜头雾化，厂家来换",
        "issuer": "",
        "order_number": "",
    }


def _decide(**said: str) -> Act:
    return Act("approver", to("places:retirement_decide"), lambda _row: said)


CAMERAS = {"ask": Act("caretaker", to("places:camera_retire"), _asked)}
ALONE = {"take out": Act("caretaker", to("places:camera_retire"), lambda _camera: {"reason": "装错位置"})}
ACTS = {
    "approve": _decide(approve="1", words="同意"),
    "refuse": _decide(refuse="1", words="请先提供备用设备"),
    "end": Act("caretaker", to("places:retirement_end"), lambda _row: {"words": "厂家改期"}),
}


def test_each_step_of_a_retirement(stage: Stage, golden: Golden) -> None:
    new = proposed(stage).cameras.get()
    with golden("retirement") as clock:
        walk(stage, clock, new)


def test_what_is_offered_and_refused(stage: Stage, asked: AskedOf) -> None:
    new = proposed(stage).cameras.get()
    with asked("retirement", stage.cast, ACTS) as one:
        gate, day = stage.gate, timezone.localdate()

        def seen(row: Retirement | Camera, name: str = "") -> None:
            if isinstance(row, Camera):
                one.at(row, name, acts=ALONE)
                one.guard(row, "take out", "no reason", acts=ALONE, reason="")
                return
            one.at(row, name)
            if row.state == "waiting" and not name:
                one.guard(gate, "ask", "one waits already", acts=CAMERAS)
                one.guard(row, "refuse", "no words", words="")

        one.at(gate, "none", acts=CAMERAS)
        one.guard(gate, "ask", "no words", acts=CAMERAS, words="")
        one.guard(gate, "ask", "until a day that has passed", acts=CAMERAS, until=(day - DAY).isoformat())
        one.guard(gate, "ask", "longer than a replacement may be", acts=CAMERAS, until=(day + 99 * DAY).isoformat())
        one.guard(gate, "ask", "an order without its number", acts=CAMERAS, basis="order", issuer="城关区人民法院")
        walk(stage, one.clock, new, seen)


def walk(stage: Stage, clock: Clock, new: Camera, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    gate, yard, school = stage.gate, stage.yard, stage.school
    unit, approver = stage.cast.caretaker.person, stage.cast.approver.person

    def asked(camera: Camera, **more: Any) -> Retirement:
        at = clock.later()
        row = {"basis": RetirementBasis.REPLACEMENT, "words": "镜头雾化，厂家来换"} | more
        return retiring.ask(Retirement(camera=camera, until=timezone.localdate(at) + 5 * DAY, **row), unit, at)

    def approved(row: Retirement, words: str = "") -> Retirement:
        return deciding.approve(row, retiring.RULES, approver, clock.later(), words)

    def removed(camera: Camera) -> None:
        at = clock.later()
        wanted = removal.Wanted((camera,), RemovalGround.OTHER, "修不好，立柱须迁走", timezone.localdate(at) + 16 * DAY)
        row = removal.plan(school, wanted, unit, at)
        removal.report(row, step(clock, unit))
        clock.later(days=16)
        removal.carry_out(row, step(clock, unit), LegalTerms())

    row = asked(gate)
    seen(row)
    seen(deciding.refuse(row, retiring.RULES, approver, clock.later(), "请先提供备用设备"))
    seen(deciding.end(asked(gate), retiring.RULES, unit, clock.later(), "厂家改期"))
    deciding.end(asked(gate), retiring.RULES, approver, clock.later())
    row = approved(asked(gate), "同意")
    seen(row)
    clock.later(days=2)
    back(stage, gate)
    seen(row, "ended, the camera is back")
    # what goes for good ends what is out, and what waits
    row = approved(asked(gate, **ORDER))
    removed(gate)
    seen(row, "ended, the camera was removed")
    asked(yard)
    removed(yard)
    # before acceptance, by one person's word
    seen(new, "of a system that nobody has accepted")
    retiring.take_out(new, unit, "装错位置", clock.later())
