"""``custodes verify segments``: how records come to vouch for files; the files' own check is tested with the archive."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from custodes.cli import app
from custodes.ledger.records import record_of
from custodes.ledger.tiles import bundle_path
from custodes.video.archive.verify import SegmentsReport
from tests.ledger.madelog import SIGNER, make_log, open_test_log, write
from tests.ledger.test_records import sample

VKEY = str(SIGNER.verifier)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log with one sealed segment under its checkpoint and one behind it; the volume is empty."""
    make_log(tmp_path, (3,))
    log = open_test_log(tmp_path)
    write(log, [record_of(sample("segment.sealed", id="00000000-0000-0000-0000-0000000000fe"))])
    log.publisher.publish("2026-11-24")
    later = sample("segment.sealed", id="00000000-0000-0000-0000-0000000000ff", sequence=4)
    write(log, [record_of(later)])
    log.close()
    (tmp_path / "volume").mkdir()
    return tmp_path


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    result = CliRunner().invoke(app, ["verify", "segments", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_without_records_nothing_is_claimed(folder: Path) -> None:
    code, out, _ = run(folder / "volume", "--json")
    report = json.loads(out)
    assert (code, report["ok"], report["files"], report["proven"]) == (0, True, 0, 0)


def test_a_log_that_is_not_whole_vouches_for_nothing(folder: Path) -> None:
    path = folder / "ledger" / bundle_path(0, 4)
    path.write_bytes(path.read_bytes().replace(b'"t":"gap"', b'"t":"pag"', 1))
    code, _, err = run(folder / "volume", "--ledger", folder / "ledger", "--key", VKEY)
    assert code == 1
    assert "vouch for nothing" in err


def test_only_records_under_the_checkpoint_vouch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict[str, Any]] = []

    def verify_segments(path: Path, progress: object, records: Iterable[dict[str, Any]]) -> SegmentsReport:
        given.extend(records)
        return SegmentsReport()

    monkeypatch.setattr("custodes.video.archive.verify.verify_segments", verify_segments)
    assert run(folder / "volume", "--ledger", folder / "ledger", "--key", VKEY)[0] == 0
    assert [record["sequence"] for record in given if record["type"] == "segment.sealed"] == [3]
    assert len(given) == 4


@pytest.mark.parametrize(
    "more", [("--key", VKEY), ("--ledger", "x"), ("--ledger", "x", "--key", VKEY, "--records", "y")]
)
def test_options_that_do_not_go_together_are_exit_code_2(folder: Path, more: tuple[str, ...]) -> None:
    assert run(folder / "volume", *more)[0] == 2


def test_a_path_that_is_not_there_is_exit_code_3(folder: Path) -> None:
    assert run(folder / "nowhere")[0] == 3


def test_records_that_are_none_are_exit_code_3(folder: Path) -> None:
    (folder / "records").write_text("rubbish\n", encoding="utf-8")
    assert run(folder / "volume", "--records", folder / "records")[0] == 3
