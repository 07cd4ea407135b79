"""`custodes doctor`, as a person calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import migrated
from tests.commands.called import call, environment
from tests.ports import free_port

#: A whole installation is set up: every migration runs, which a busy machine takes minutes for.
pytestmark = pytest.mark.timeout(400)

INIT = ("init", "--admin", "anquan", "--name", "张三", "--unit", "拉萨市公安局")


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An installation that has been made and not been started."""
    data = tmp_path_factory.mktemp("doctor") / "data"
    migrated.begin(data)
    env = environment(data, web_port=free_port(), node_port=free_port(), node_workers=1)
    assert call(env, *INIT).returncode == 0
    return env


def test_it_says_in_both_languages_what_is_broken_and_ends_with_2(env: dict[str, str]) -> None:
    done = call(env, "doctor", "--json")
    assert done.returncode == 2, done.stderr
    findings = json.loads(done.stdout)
    assert {finding["state"] for finding in findings} <= {"ok", "attention", "fault"}
    assert all(finding["zh"] and finding["en"] and finding["zh"] != finding["en"] for finding in findings)
    assert all(finding["remedy"] for finding in findings if finding["state"] != "ok")
    faults = {finding["subject"] for finding in findings if finding["state"] == "fault"}
    # It stands still; one administrator opens no footage; and its checkpoints lie nowhere else.
    assert faults == {"notary", "accounts", "checkpoints"}
    assert not any("没有查成" in finding["zh"] for finding in findings)


def test_it_can_look_at_one_subject_alone(env: dict[str, str]) -> None:
    done = call(env, "doctor", "--only", "database")
    assert done.returncode == 0, done.stdout
    assert "数据库" in done.stdout
    assert "database" in done.stdout


def test_what_it_can_not_look_at_is_refused(env: dict[str, str], tmp_path: Path) -> None:
    refused = call(env, "doctor", "--only", "weather")
    assert refused.returncode == 2
    assert "database" in refused.stderr
    bare = call(environment(tmp_path), "doctor")
    assert bare.returncode == 3
    assert "custodes init" in bare.stderr
