"""What was done at a camera that turns, as the log says it in words."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from custodes.oversight.steering_phrases import commands

NAMES: Any = SimpleNamespace(camera=lambda key: "校门")


def told(*given: tuple[str, str]) -> str:
    return commands({"camera": "x", "commands": [{"what": what, "outcome": outcome} for what, outcome in given]}, NAMES)


def test_what_was_not_given_is_told_by_its_reason_and_apart_from_what_the_device_did_not_do() -> None:
    text = told(
        ("move", "presets"),
        ("move", "presets"),
        ("cruise", "presets"),
        ("precise", "outside"),
        ("goto", "taken"),
        ("goto", "timeout"),
    )
    assert text == (
        "校门 · 转动或变倍 2 次、开始巡航 1 次、转到指定角度 1 次、转到预置位 2 次，其中 1 次因超出或者不能确认在采集范围内未发出"
        "，其中 3 次因该点位只准转到预置位未发出，其中 1 次设备未执行"
    )


def test_of_what_was_all_taken_nothing_more_is_said() -> None:
    assert told(("goto", "taken"), ("home", "taken")) == "校门 · 转到预置位 1 次、恢复规定指向 1 次"
