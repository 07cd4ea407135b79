"""No test reads a clock that nobody moved: what is asked as a file is imported keeps the real day for all of its tests (`tests/day.py`)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.day import ROOMS

HERE = Path(__file__).parent
PURE = ("evidence", "gb28181", "ledger", "metrics", "regex", "video")
"""Libraries whose time is an argument: their tests have no need of a clock."""
BUT = {
    "gb28181/device/test_on_loopback.py": "the sockets' own time",
    "video/onvif/test_clock.py": "a device whose clock is off by so much from the real one, which the product asks",
}
CLOCKS = re.compile(
    r"((datetime|dt)\.)?((datetime|date)\.(now|today|utcnow)|timezone\.now|time\.time|time\.time_ns|now)"
)
ZONED = re.compile(r"(timezone\.)?(localdate|localtime)")
"""Clocks only without an argument: with one they turn a moment into another form."""


def clocks_read(tree: ast.Module, *, at_import: bool) -> Iterator[int]:
    """Lines that ask the hour; `at_import`: only those that are run as the file is read, default arguments among them."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if CLOCKS.fullmatch(called) or (ZONED.fullmatch(called) and not node.args):
                yield node.lineno
        if at_import and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += [*node.args.defaults, *[one for one in node.args.kw_defaults if one]]
            waiting += getattr(node, "decorator_list", [])
        else:
            waiting += ast.iter_child_nodes(node)


def asked(room: str, *, at_import: bool) -> list[str]:
    return [
        f"{path.relative_to(HERE)}:{line}"
        for path in sorted((HERE / room).rglob("*.py"))
        if at_import or path.relative_to(HERE).as_posix() not in BUT
        for line in clocks_read(ast.parse(path.read_text(encoding="utf-8")), at_import=at_import)
    ]


def test_it_is_seen_where_a_clock_is_read() -> None:
    source = "NOW = timezone.now()\ndef f(at=datetime.now(UTC)):\n    return time.time()\nclass A:\n    day: date = date.today()\nlater = lambda: localdate()\n"
    assert sorted(clocks_read(ast.parse(source), at_import=True)) == [1, 2, 5]
    assert sorted(clocks_read(ast.parse(source), at_import=False)) == [1, 2, 3, 5, 6]


@pytest.mark.parametrize("room", ROOMS)
def test_no_file_of_the_web_part_keeps_the_day_on_which_it_was_read(room: str) -> None:
    assert asked(room, at_import=True) == []


@pytest.mark.parametrize("room", PURE)
def test_where_time_is_an_argument_no_test_asks_for_it(room: str) -> None:
    assert asked(room, at_import=False) == []
