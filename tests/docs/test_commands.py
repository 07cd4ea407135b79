"""Commands that the pages name exist, down to their options, so that nobody copies a line that fails."""

from __future__ import annotations

import re
from typing import Any

import pytest
import typer.main
from typer.core import TyperGroup

from custodes.cli import app
from tests.docs.test_pages import PAGES, ROOT

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
CALL = re.compile(r"(?<![-\w=])custodes ([^\n`#|;]+)")
MAKE = re.compile(r"(?<![\w-])make ((?:[a-z][\w-]*[ \t]*)+)")
#: Decisions keep the words of their day; they are never edited.
LIVING = [page for page in PAGES if page.parent.name != "decisions" or page.name == "README.md"]
NO_CALLS = ("evidence package v1",)
"""Begin a note that is signed (docs/design/evidence.md)."""

COMMANDS: Any = typer.main.get_command(app)


def unknown_in(call: str) -> str:
    """What of a call behind ``custodes`` there is not; empty where all of it exists."""
    command = COMMANDS
    # Where there is no word there is no call: `/opt/custodes && …`.
    words = call.split("&&")[0].split()
    if not words or not re.fullmatch(r"[a-z][\w-]*", words[0]):
        return ""
    while isinstance(command, TyperGroup) and words and re.fullmatch(r"[a-z][\w-]*", words[0]):
        found = command.get_command(typer.Context(command), words[0])
        if found is None:
            return f"command {words[0]!r}"
        command, words = found, words[1:]
    known = {"--help", *(option for parameter in command.params for option in parameter.opts)}
    for word in words:
        option = re.match(r"--[a-z][\w-]*", word)
        if option is not None and option[0] not in known:
            return f"option {option[0]!r} of {command.name!r}"
    return ""


@pytest.mark.parametrize(
    ("call", "unknown"),
    [
        ("demo --levels 3 --story", ""),
        ('verify ledger var/demo/ledger --key "$(cat key)"', ""),
        ("law late-fee … --payment DAY=YUAN", ""),
        ("&& cd /opt", ""),
        ("dmeo --fresh", "command 'dmeo'"),
        ("verify legder", "command 'legder'"),
        ("demo --stroy", "option '--stroy' of 'demo'"),
    ],
)
def test_a_call_that_does_not_exist_is_found(call: str, unknown: str) -> None:
    assert unknown_in(call) == unknown


def test_every_command_and_option_of_a_page_exists() -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    wrong = []
    for page in LIVING:
        for code in CODE.findall(page.read_text(encoding="utf-8")):
            wrong += [
                f"{page.relative_to(ROOT)}: {call}: no {what}"
                for call in CALL.findall(code)
                if not call.startswith(NO_CALLS) and (what := unknown_in(call))
            ]
            for named in MAKE.findall(code):
                wrong += [f"{page.relative_to(ROOT)}: make {one}" for one in named.split() if one not in targets]
    assert wrong == []
