"""A restored log goes on under a new origin, says from where, and can't be taken for the old one."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from custodes.keyfile import fingerprint_of
from custodes.ledger.checkpoint import parse_checkpoint
from custodes.ledger.records import LogContinued, at_text, new_id
from custodes.ledger.report import FindingKind, LedgerReport
from custodes.ledger.verify import verify_ledger
from custodes.notary.continuing import Before, LogContinuation, continue_log, next_origin
from custodes.notary.keys import load_vkey, make_keys
from custodes.notary.process import NotaryConfig, config_of
from custodes.notary.recovery import LogMismatch
from custodes.settings import Settings
from custodes.video.clock import FakeClock
from tests.ledger.madelog import ORIGIN, SIGNER, START_US, make_log, open_test_log, write
from tests.notary.running import notary

NEW = next_origin(ORIGIN, "2026-11-24T15:05:11.000000Z")
CLOCK = FakeClock(START_US)
BACKUP = "ab" * 32


class Restored:
    """An old log of 300 signed entries and 7 more, and a folder with its book alone."""

    def __init__(self, folder: Path) -> None:
        self.old, self.new = folder / "old", folder / "new"
        self.old.mkdir()
        (self.note,) = make_log(self.old, [300], unproven=7)
        (self.new / "ledger").mkdir(parents=True)
        with sqlite3.connect(self.old / "ledger/book.sqlite3") as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.old / "ledger/book.sqlite3", self.new / "ledger/book.sqlite3")
        make_keys(self.new / "keys/notary", self.new / "keys/public", NEW)

    @property
    def config(self) -> NotaryConfig:
        return config_of(Settings(data=self.new, notary_socket=self.new / "s", log_origin=NEW))

    @property
    def before(self) -> Before:
        return Before(SIGNER.verifier, self.note, BACKUP, {"grant": ("SHA256:a", "SHA256:b")})

    def go_on(self) -> LogContinuation:
        return continue_log(self.config, self.before, "root", CLOCK)

    def check(self, *seen: str, with_old_key: bool = True) -> LedgerReport:
        keys = [load_vkey(self.new / "keys/public"), *([SIGNER.verifier] if with_old_key else [])]
        return verify_ledger(self.new / "ledger", keys, datetime.now(UTC), [note.encode() for note in seen])


@pytest.fixture
def restored(tmp_path: Path) -> Restored:
    return Restored(tmp_path)


def test_the_first_entry_of_the_new_origin_quotes_the_last_known_checkpoint(restored: Restored) -> None:
    done = restored.go_on()
    assert done.origin == NEW == f"{ORIGIN}/restored-20261124T150511Z"
    assert done.index == 307
    assert done.note.startswith(f"{NEW}\n309\n")
    report = restored.check(restored.note)
    assert report.ok, report.findings
    assert (report.size, report.proven, report.records_checked) == (309, 309, 309)
    [before] = report.continues
    assert (before.origin, before.index, before.size, before.carried, before.signed) == (ORIGIN, 307, 300, 307, True)
    assert report.seen_confirmed == (300,)


def test_without_the_old_key_the_quote_is_held_against_the_entries_and_its_signature_is_left_open(
    restored: Restored,
) -> None:
    restored.go_on()
    report = restored.check(with_old_key=False)
    assert report.ok
    assert report.continues[0].signed is None
    assert [finding.kind for finding in restored.check(restored.note, with_old_key=False).findings] == [
        FindingKind.SEEN
    ]


def test_what_the_old_log_signed_afterwards_is_named_and_not_taken_for_wrong(restored: Restored) -> None:
    restored.go_on()
    (later,) = make_log(restored.old, [400])
    report = restored.check(restored.note, later)
    assert report.ok
    assert report.continues[0].seen == 400
    assert report.seen_confirmed == (300,)


def test_another_history_under_the_old_name_is_a_fork(restored: Restored, tmp_path: Path) -> None:
    restored.go_on()
    (other,) = make_log(tmp_path / "other", [200], detail="另一段历史")
    assert [finding.kind for finding in restored.check(other).findings] == [FindingKind.FORK]


def test_a_quote_that_the_entries_do_not_bear_out_is_a_fork(tmp_path: Path) -> None:
    (other,) = make_log(tmp_path / "other", [5], detail="另一段历史")
    quoted = parse_checkpoint(other.partition("\n\n")[0] + "\n")
    make_log(tmp_path, [8])
    with closing(open_test_log(tmp_path)) as log:
        said = LogContinued(
            id=new_id(), at=at_text(START_US), origin="old.example/log", size=5, root=quoted.root.hex(), note=other,
            carried=8, old="", new=fingerprint_of(SIGNER.verifier.public), backup=BACKUP, by="root",
        )  # fmt: skip
        write(log, [said])
        log.publisher.publish("2026-11-24")
    [finding] = verify_ledger(tmp_path / "ledger", SIGNER.verifier, datetime.now(UTC)).findings
    assert (finding.kind, finding.index) == (FindingKind.FORK, 8)
    assert "another history" in finding.detail


def test_a_quote_with_a_forged_signature_is_found_with_the_old_key(
    restored: Restored, monkeypatch: pytest.MonkeyPatch
) -> None:
    from custodes.ledger.checkpoint import Checkpoint
    from custodes.notary import continuing

    def unchecked(before: Before) -> Checkpoint:
        return parse_checkpoint(before.note.partition("\n\n")[0] + "\n")

    monkeypatch.setattr(continuing, "_last_checkpoint", unchecked)
    forged = restored.note[:-8] + "AAAAAA=\n"
    continue_log(restored.config, replace(restored.before, note=forged), "root", CLOCK)
    assert restored.check(with_old_key=False).ok
    assert [finding.kind for finding in restored.check().findings] == [FindingKind.FORK]


@pytest.mark.parametrize("harm", ["DELETE FROM entry WHERE idx > 250", "UPDATE entry SET entry = x'00' WHERE idx = 17"])
def test_a_book_that_does_not_hold_what_was_signed_is_refused(restored: Restored, harm: str) -> None:
    with sqlite3.connect(restored.new / "ledger/book.sqlite3") as db:
        db.execute(harm)
    with pytest.raises(LogMismatch, match="300 entries"):
        restored.go_on()
    assert not (restored.new / "ledger/checkpoint").exists()


def test_a_log_that_was_never_signed_can_be_continued(restored: Restored) -> None:
    continue_log(restored.config, replace(restored.before, note=""), "root", CLOCK)
    report = restored.check()
    assert report.ok, report.findings
    assert (report.continues[0].size, report.continues[0].carried) == (0, 307)


def test_restored_twice_each_says_where_it_went_on(restored: Restored) -> None:
    assert next_origin(NEW, "2027-01-02T03:04:05.000000Z") == f"{ORIGIN}/restored-20270102T030405Z"


def test_the_notary_starts_on_it_and_goes_on(restored: Restored) -> None:
    restored.go_on()
    with notary(restored.new, log_origin=NEW, checkpoint_seconds=1) as running:
        with running.client() as client:
            assert client.status().origin == NEW
        assert running.stop() == 0
    report = restored.check(restored.note)
    assert report.ok, report.findings
    assert report.size == 310
