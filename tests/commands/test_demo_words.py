"""What the demo prints: six logins in a line each at its start, and everything that waits when it is asked, nothing of it cut."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from custodes.cli import app
from custodes.demo.levels import story as levels_story
from custodes.demo.levels import words as levels
from custodes.demo.levels.plan import plan
from custodes.demo.logins import PEOPLE
from custodes.demo.story import PASSWORD
from custodes.demo.words import welcome
from custodes.settings import get_settings

USERNAME = re.compile(r"^([a-z]+\d?) +\S")


def told(write) -> str:
    written = io.StringIO()
    write(Console(file=written, width=80, soft_wrap=True))
    return written.getvalue()


def test_the_demo_begins_with_address_password_and_six_logins_in_a_line_each() -> None:
    said = told(lambda console: welcome(get_settings(), console)).splitlines()
    assert get_settings().web_origin in said[1]
    assert PASSWORD in said[2]
    briefs = {one.username: one.brief for one in PEOPLE if one.brief}
    assert len(briefs) == 6
    for line, (username, (chinese, english)) in zip(said[3:9], briefs.items(), strict=True):
        assert line.startswith(username)
        assert line.rstrip().endswith(f"{chinese} · {english}"), "as wide as a terminal"
    assert said[10].endswith("custodes demo --story")


def test_three_levels_begin_with_their_addresses_and_six_logins_in_a_line_each(tmp_path: Path) -> None:
    three = plan(tmp_path, web_port=8000, node_port=8100, camera_port=8554)
    said = told(lambda console: levels.welcome(three, PASSWORD, console))
    assert all(one.address in said for one in three)
    assert PASSWORD in said
    lines = [line for line in said.splitlines() if USERNAME.match(line)]
    assert {line.split()[0] for line in lines} == {username for username, _ in levels_story.PEOPLE}
    assert len(lines) == 6
    for line, (username, chinese, english, *_) in zip(lines, levels.PEOPLE, strict=True):
        assert line.startswith(username)
        assert line.rstrip().endswith(f"{chinese} · {english}"), "as wide as a terminal"
    assert "custodes demo --levels 3 --story" in said


def test_the_story_tells_every_login_with_all_that_waits_and_starts_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    environment = dict(os.environ)
    result = CliRunner().invoke(app, ["demo", "--story", "--data", str(data)])
    assert result.exit_code == 0, result.output
    assert os.environ == environment
    assert not data.exists()
    assert PASSWORD in result.stdout
    for person in PEOPLE:
        assert f"\n{person.username} · {person.name} · {person.post} · {person.unit_name}\n" in result.stdout
        for texts in person.waits:
            assert all(text in result.stdout for text in texts), person.username


def test_the_story_of_three_levels_tells_what_is_to_be_seen_where(tmp_path: Path) -> None:
    asked = ["demo", "--levels", "3", "--story", "--data", str(tmp_path / "data"), "--web-port", "9000"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    assert list(tmp_path.iterdir()) == []
    assert "http://county.localhost:9002" in result.stdout
    for _, _, _, *texts in levels.PEOPLE:
        assert all(text in result.stdout for text in texts)


@pytest.mark.parametrize("other", ["--fresh", "--json"])
def test_the_story_throws_no_data_away(other: str, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    result = CliRunner().invoke(app, ["demo", "--story", other, "--data", str(tmp_path)])
    assert result.exit_code == 2
    assert (tmp_path / "keys").exists()
