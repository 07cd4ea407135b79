"""What the pages of a link offer and refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.places.models import System
from custodes.sharing.models import Link, Platform
from tests.golden.asked import Act, to
from tests.golden.conftest import AskedOf
from tests.golden.keys import counted_keys
from tests.golden.test_link import FAILED, ready, walk
from tests.places.stage import Stage
from tests.sharing.stage import FIVE, NEED

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

Form = Callable[[Any], dict[str, Any]]


def _said(**said: Any) -> Form:
    return lambda link: {"revision": link.revision, "seen": link.revision, **said}


def _test(parts: dict[str, str], words: str = "") -> Act:
    def form(link: Link) -> dict[str, Any]:
        return {
            "seen": link.revision,
            "on": timezone.localdate().isoformat(),
            "latency_ms": 320,
            "words": words,
        } | parts

    return Act("inspector", to("sharing:link_test"), form)


def _do(by: str, event: str, words: str = "") -> Act:
    return Act(by, to(f"sharing:link_{event}"), _said(words=words))


def _day(link: Link) -> dict[str, Any]:
    return {"seen": link.revision, "test_on": timezone.localdate().isoformat()}


ACTS = {
    "examine": _do("inspector", "examine", "材料齐全"),
    "pass_test": _test(FIVE),
    "fail_test": _test(FAILED, "未授权的点位可以打开"),
    "put_in_force": _do("second", "put_in_force", "同意启用"),
    "suspend": _do("inspector", "suspend", "对方网络改造"),
    "resume": _do("second", "resume", "恢复"),
    "end": _do("inspector", "end", "平台合并"),
    "refuse": _do("inspector", "refuse", "材料不全"),
}
PREPARED = {
    "test_day": Act("inspector", to("sharing:link_test_day"), _day),
    "trial": _do("inspector", "trial"),
    "password": Act("inspector", to("sharing:link_password"), _said(password="Lantern-44")),
    "group": Act("inspector", to("sharing:tree_act", "group"), _said(name="城关区")),
}
TOLD = {
    "alarms_ask": _do("inspector", "alarms_ask", "重点时段联动处置"),
    "alarms_on": _do("second", "alarms_on"),
    "alarms_off": _do("inspector", "alarms_off", "演练结束"),
    "positions_ask": _do("inspector", "positions_ask", "巡逻车辆调度"),
    "positions_on": _do("second", "positions_on", "同意"),
    "positions_off": _do("inspector", "positions_off", "调度结束"),
}
BESIDE = {
    "examined, with its password": PREPARED, "tested, alarms asked for": TOLD, "tested, alarms told": TOLD,
    "tested, positions asked for": TOLD,
}  # fmt: skip
"""What is asked besides the steps between states, where it may be."""


def test_what_is_offered_and_refused(stage: Stage, asked: AskedOf, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = ready(stage, monkeypatch)
    with asked("link", stage.cast, ACTS, more={"second": ends.other}) as one:
        ask = {"ask": Act("caretaker", lambda _system: reverse("sharing:link_ask"), _asks)}
        begin = {"begin": Act("inspector", to("sharing:link_ask_platform"), lambda _platform: {"need": NEED})}

        def seen(link: Link, name: str = "") -> None:
            one.at(link, name, acts=BESIDE.get(name))
            if not name and link.state == "asked":
                one.guard(ends.above, "begin", "a link is open", acts=begin)
                one.guard(link, "refuse", "no words", words="")
                one.guard(link, "examine", "another revision was read", seen=link.revision - 1)
            elif name == "examined, with its password":
                one.guard(link, "fail_test", "no words", words="")
                one.guard(link, "pass_test", "a day to come", on="2027-01-05")
                one.guard(link, "password", "none", acts=PREPARED, password="")
            elif name == "tested, alarms asked for":
                one.guard(link, "alarms_off", "no words", acts=TOLD, words="")
            elif link.state == "tested" and not name:
                one.guard(
                    link, "put_in_force", "who examined it", acts={"put_in_force": _do("inspector", "put_in_force")}
                )

        one.at(stage.school, "none, of a unit's system", acts=ask, page=ask["ask"].address)
        one.guard(stage.school, "ask", "no need", acts=ask, need="")
        one.at(ends.above, "none, of a platform", acts=begin)
        one.guard(ends.above, "begin", "no need", acts=begin, need="")
        walk(stage, one.clock, ends, seen)


def _asks(system: System | Platform) -> dict[str, Any]:
    return {"system": system.pk, "need": NEED}
