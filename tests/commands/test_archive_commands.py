"""`custodes reindex` and `custodes completeness` as a person or a program calls them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from custodes.cli import app
from custodes.settings import get_settings
from custodes.video.archive.volume import VolumeConfig
from tests.video.archive.conftest import CAMERA, Site

DAY = "2025-06-15"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A node's data folder with two minutes of one camera; nothing runs."""
    monkeypatch.setenv("CUSTODES_DATA", str(tmp_path))
    monkeypatch.setenv("CUSTODES_NODE_WORKERS", "1")
    get_settings.cache_clear()
    made = Site(tmp_path)
    made.crash()
    made.volume, made.index = tmp_path / "footage", tmp_path / "node" / "worker-0.sqlite3"
    made.volumes = [VolumeConfig(made.volume, reserve_bytes=0)]
    made.open()
    made.record(130)
    made.recorder().stop("schedule")
    made.archive.tick()
    made.crash()
    yield made
    get_settings.cache_clear()


def run(*arguments: str, code: int) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.stdout


def test_completeness_says_what_was_recorded_and_what_is_missing_why(site: Site) -> None:
    told = json.loads(run("completeness", "--day", DAY, "--json", code=0))
    (camera,) = told["cameras"]
    assert camera["camera"] == str(CAMERA)
    assert camera["recorded_us"] == camera["owed_us"] == 130_000_000
    assert set(camera["reasons"]) == {"new", "schedule"}
    assert "130.0" in run("completeness", "--day", DAY, code=0)


def test_completeness_ends_with_1_when_a_gap_has_no_reason(site: Site) -> None:
    site.open()
    with site.archive._index.transaction() as cursor:
        cursor.execute("DELETE FROM gaps WHERE reason = 'schedule'")
    site.crash()
    told = json.loads(run("completeness", "--day", DAY, "--json", code=1))
    assert told["cameras"][0]["reasons"]["unexplained"] > 0


def test_a_wrong_call_ends_with_2_and_a_missing_index_with_3(site: Site) -> None:
    run("completeness", "--day", "yesterday", code=2)
    run("completeness", "--camera", "00000000-0000-0000-0000-0000000000ff", code=2)
    run("completeness", "--camera", "x", code=2)
    site.index.unlink()
    run("completeness", code=3)


def test_reindex_builds_a_lost_index_and_says_what_it_can_not_know(site: Site) -> None:
    for part in site.index.parent.glob("worker-0.sqlite3*"):
        part.unlink()
    told = json.loads(run("reindex", "--json", code=0))
    assert told["built"]["worker-0.sqlite3"]["cameras"] == 1
    assert len(told["unknown"]) == 4
    site.open()
    assert site.archive.runs(CAMERA, 0, 1 << 60)
    site.crash()


def test_reindex_never_overwrites_and_keeps_what_it_replaces(site: Site) -> None:
    run("reindex", code=2)
    told = json.loads(run("reindex", "--replace", "--json", code=0))
    assert all(Path(path).exists() for path in told["moved"])
    assert told["moved"]


def test_reindex_refuses_while_the_node_has_the_index_open(site: Site) -> None:
    site.open()
    before = site.index.stat().st_ino
    run("reindex", "--replace", code=2)
    assert site.index.stat().st_ino == before
    site.crash()


def test_reindex_ends_with_3_when_the_volume_is_not_there(site: Site) -> None:
    site.volume.rename(site.folder / "away")
    run("reindex", "--replace", code=3)
    assert site.index.exists()
