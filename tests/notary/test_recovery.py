"""Opening the log: the notary never goes on from a log that is behind or forked from what it signed."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from custodes.ledger.book import FILE_NAME
from custodes.ledger.checkpoint import open_checkpoint
from custodes.ledger.tiles import bundle_path, tile_path
from custodes.notary.recovery import LogMismatch
from custodes.notary.signing import SigningRefused
from custodes.notary.store import StoreError
from tests.ledger.madelog import SIGNER, gap, make_log, open_test_log, write
from tests.ledger.test_verify import check


def test_a_log_goes_on_where_it_stopped(tmp_path: Path) -> None:
    make_log(tmp_path, (300,), unproven=40)
    log = open_test_log(tmp_path)
    assert (log.store.size, log.publisher.unsigned) == (340, 40)
    assert log.publisher.published is not None
    assert log.publisher.published.size == 300
    log.close()
    make_log(tmp_path, (340, 900))
    assert check(tmp_path / "ledger").proven == 900


def test_an_older_copy_of_the_ledger_is_refused(tmp_path: Path) -> None:
    make_log(tmp_path, (300,))
    old = shutil.copytree(tmp_path / "ledger", tmp_path / "old")
    make_log(tmp_path, (301,))
    shutil.rmtree(tmp_path / "ledger")
    shutil.copytree(old, tmp_path / "ledger")
    with pytest.raises(LogMismatch, match="behind"):
        open_test_log(tmp_path)


def test_a_lost_ledger_is_not_begun_anew(tmp_path: Path) -> None:
    make_log(tmp_path, (3,))
    shutil.rmtree(tmp_path / "ledger")
    with pytest.raises(LogMismatch, match="holds 0 entries, but 3 were signed"):
        open_test_log(tmp_path)


@pytest.mark.parametrize("index", [0, 299])
def test_a_changed_entry_in_the_book_is_refused(tmp_path: Path, index: int) -> None:
    make_log(tmp_path, (300,))
    db = sqlite3.connect(tmp_path / "ledger" / FILE_NAME)
    with db:
        db.execute("UPDATE entry SET entry = replace(entry, '\"v\":1', '\"v\":2') WHERE idx = ?", (index,))
    db.close()
    with pytest.raises(LogMismatch, match="forked"):
        open_test_log(tmp_path)


def test_a_ledger_of_another_history_is_refused(tmp_path: Path) -> None:
    make_log(tmp_path / "one", (300,))
    make_log(tmp_path / "other", (310,), detail="另一个")
    shutil.copy(tmp_path / "one" / "signed.json", tmp_path / "other" / "signed.json")
    with pytest.raises(LogMismatch, match="forked"):
        open_test_log(tmp_path / "other")


def test_missing_tiles_are_written_anew_from_a_book_that_matches_the_signature(tmp_path: Path) -> None:
    make_log(tmp_path, (700,))
    before = (tmp_path / "ledger" / tile_path(0, 1)).read_bytes()
    shutil.rmtree(tmp_path / "ledger" / "tile")
    open_test_log(tmp_path).close()
    assert (tmp_path / "ledger" / tile_path(0, 1)).read_bytes() == before
    assert check(tmp_path / "ledger").ok


def test_damaged_tiles_are_kept_as_evidence(tmp_path: Path) -> None:
    make_log(tmp_path, (700,))
    path = tmp_path / "ledger" / tile_path(1, 0, 2)
    path.write_bytes(bytes(64))
    with pytest.raises(LogMismatch, match="evidence"):
        open_test_log(tmp_path)
    assert path.read_bytes() == bytes(64)


def test_a_lost_signed_state_is_taken_from_the_checkpoint(tmp_path: Path) -> None:
    make_log(tmp_path, (300,))
    (tmp_path / "signed.json").unlink()
    log = open_test_log(tmp_path)
    assert log.publisher.unsigned == 0
    log.close()
    assert (tmp_path / "signed.json").exists()


def test_a_checkpoint_of_another_key_is_not_taken_for_the_signed_state(tmp_path: Path) -> None:
    make_log(tmp_path, (300,))
    (tmp_path / "signed.json").unlink()
    path = tmp_path / "ledger" / "checkpoint"
    path.write_text(path.read_text(encoding="utf-8").replace("\n300\n", "\n200\n"), encoding="utf-8")
    with pytest.raises(LogMismatch, match="not of this log's key"):
        open_test_log(tmp_path)


def test_an_unreadable_signed_state_stops_the_notary(tmp_path: Path) -> None:
    make_log(tmp_path, (3,))
    (tmp_path / "signed.json").write_text("{", encoding="utf-8")
    with pytest.raises(SigningRefused, match="can't be read"):
        open_test_log(tmp_path)


def test_a_book_of_a_newer_format_or_another_log_is_refused(tmp_path: Path) -> None:
    make_log(tmp_path, (3,))
    db = sqlite3.connect(tmp_path / "ledger" / FILE_NAME, isolation_level=None)
    db.execute("UPDATE about SET origin = 'custodes.example/other'")
    with pytest.raises(StoreError, match=r"custodes\.example/other"):
        open_test_log(tmp_path)
    db.execute("PRAGMA user_version = 2")
    db.close()
    with pytest.raises(StoreError, match="format 2"):
        open_test_log(tmp_path)


def test_tiles_that_change_under_a_running_notary_are_not_signed(tmp_path: Path) -> None:
    make_log(tmp_path, (300,))
    log = open_test_log(tmp_path)
    write(log, [gap(number) for number in range(300, 310)])
    path = tmp_path / "ledger" / tile_path(0, 0)
    path.write_bytes(bytes(8192))
    (tmp_path / "ledger" / tile_path(1, 0, 1)).write_bytes(bytes(32))
    with pytest.raises(SigningRefused):
        log.publisher.publish("2026-11-24")
    log.close()
    checkpoint, _ = open_checkpoint((tmp_path / "ledger/checkpoint").read_bytes(), [SIGNER.verifier])
    assert checkpoint.size == 300


def test_a_disk_that_refuses_leaves_the_publisher_ready_to_try_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = open_test_log(tmp_path)
    write(log, [gap(number) for number in range(600)])
    target = tmp_path / "ledger" / bundle_path(1)
    (tmp_path / "ledger" / "tile" / "entries").mkdir(parents=True)
    target.mkdir()
    with pytest.raises(OSError, match="001"):
        log.publisher.publish("2026-11-24")
    assert log.publisher.unsigned == 600
    target.rmdir()
    assert log.publisher.publish("2026-11-24").size == 600
    log.close()
    assert check(tmp_path / "ledger").ok
