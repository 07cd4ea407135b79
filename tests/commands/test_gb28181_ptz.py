"""`custodes gb28181 ptz`: eight bytes written and read, and what can't be right named."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from custodes.cli import app

RUNNER = CliRunner()


def run(*arguments: str) -> tuple[int, str, str]:
    result = RUNNER.invoke(app, ["gb28181", "ptz", *arguments])
    return result.exit_code, result.stdout.strip(), result.stderr


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("move",), "A50F0100000000B5"),
        (("move", "--pan", "-32"), "A50F0102200000D7"),
        (("move", "--zoom", "1", "--address", "77"), "A50F4D1000001021"),
        (("lens", "--focus", "-64"), "A50F014240000037"),
        (("preset", "--do", "call", "--number", "5"), "A50F01820005003C"),
        (("cruise", "--do", "stay", "--number", "1", "--value", "300"), "A50F0187012C1079"),
        (("scan", "--do", "start"), "A50F01890100003F"),
        (("auxiliary", "--do", "on"), "A50F018C01000042"),
    ],
)
def test_a_command_is_written_and_what_was_written_is_read(arguments: tuple[str, ...], text: str) -> None:
    assert run("encode", *arguments) == (0, text, "")
    code, words, _error = run("decode", text)
    assert code == 0
    assert words.split()[0] == arguments[0]


def test_both_answer_with_one_document() -> None:
    code, text, _error = run("encode", "preset", "--do", "set", "--number", "5", "--json")
    assert (code, json.loads(text)["hex"]) == (0, "A50F01810005003B")
    code, text, _error = run("decode", "a50f01810005003b", "--json")
    assert json.loads(text) == {"address": 1, "command": {"what": "preset", "do": "set", "number": 5}}


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("decode", "A50F0100000000B6"), "byte 8"),
        (("decode", "hello"), "PTZCmd"),
        (("encode", "move", "--pan", "256"), "pan"),
        (("encode", "preset", "--do", "jump"), "do"),
        (("encode", "preset", "--do", "call", "--number", "0"), "preset"),
        (("encode", "move", "--address", "4096"), "address"),
    ],
)
def test_what_can_not_be_right_names_its_field_and_ends_with_2(arguments: tuple[str, ...], field: str) -> None:
    code, text, error = run(*arguments, "--json")
    told = json.loads(text)["error"]
    assert (code, told["field"]) == (2, field)
    assert told["rule"] in error
    assert told["remedy"]
