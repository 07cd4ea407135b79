"""What holds for every command: help worth reading, and settings that make no sense refused in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from custodes.cli import app
from tests.commands.called import call, environment


def _commands() -> list[tuple[str, ...]]:
    group = typer.main.get_group(app)
    context = typer.Context(group)
    found: list[tuple[str, ...]] = []
    for name in group.list_commands(context):
        found += _inside(group.get_command(context, name), (name,))
    return found


def _inside(command: Any, words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The commands of a group, of groups in it too; itself where it is none."""
    if not hasattr(command, "list_commands"):
        return [words]
    context = typer.Context(command)
    inner = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    return [found for name, one in inner for found in _inside(one, (*words, name))]


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_every_command_says_what_it_does_and_what_its_exit_codes_mean(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    assert "Exit code" in " ".join(result.output.replace("│", " ").split())
    for line in result.output.splitlines():
        assert not line.rstrip("│ ").endswith(("<str>", "<path>", "<int>", "<bool>")), f"{line} says nothing"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"web_port": "abc"}, ("CUSTODES_WEB_PORT", "integer")),
        ({"retention_days": 3}, ("CUSTODES_RETENTION_DAYS", "30", "S32")),
        ({"node_host": "192.0.2.1"}, ("CUSTODES_NODE_HOST", "CUSTODES_TLS_CERT")),
    ],
)
def test_settings_that_make_no_sense_are_named_with_the_rule(
    tmp_path: Path, settings: dict[str, object], words: tuple[str, ...]
) -> None:
    refused = call(environment(tmp_path, **settings), "up")
    assert refused.returncode == 2
    assert all(word in refused.stderr for word in words), refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("command", ["web", "node", "notary"])
def test_a_process_without_its_keys_ends_with_3_and_names_the_remedy(tmp_path: Path, command: str) -> None:
    refused = call(environment(tmp_path / "none"), command)
    assert refused.returncode == 3
    assert "custodes init" in refused.stderr
    assert "Traceback" not in refused.stderr
