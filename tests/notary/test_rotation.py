"""Replacing keys: on record before the new one is used, and whole after a crash at any step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from custodes.keyfile import fingerprint, load_signing_key, public_line
from custodes.ledger.book import BookReader
from custodes.ledger.checkpoint import open_checkpoint, sign_checkpoint
from custodes.ledger.note import Signer, VerifierKey
from custodes.ledger.records import KeyRotated, parse_record
from custodes.ledger.report import LedgerReport
from custodes.ledger.verify import verify_ledger
from custodes.notary.keys import load_signer, load_vkey, vkey_of
from custodes.notary.process import NotaryAlreadyRunning, NotaryConfig, config_of, locked
from custodes.notary.rotation import KeyPlace, rotate
from custodes.settings import Settings
from custodes.video.clock import SystemClock
from tests.ledger.madelog import ORIGIN
from tests.notary.running import data_folder, notary

STEPS = ("rotate.made", "rotate.recorded", "rotate.replaced", "rotate.published")


@pytest.fixture
def folder() -> Iterator[Path]:
    with data_folder() as made:
        with notary(made) as running:
            assert running.stop() == 0
        yield made


def config(folder: Path) -> NotaryConfig:
    return config_of(Settings(data=folder, notary_socket=folder / "s", log_origin=ORIGIN))


def place(folder: Path, name: str) -> KeyPlace:
    keys = folder / "keys"
    if name == "log":
        return KeyPlace(name, keys / "notary/log.key", keys / "public/log.vkey", lambda key: vkey_of(key, ORIGIN))
    return KeyPlace(name, keys / "notary/grant.key", keys / "public/grant.pub", public_line)


def check(folder: Path, *keys: VerifierKey, seen: tuple[bytes, ...] = ()) -> LedgerReport:
    return verify_ledger(folder / "ledger", keys, datetime.now(UTC), seen)


def rotations(folder: Path) -> list[KeyRotated]:
    reader = BookReader(folder / "ledger")
    try:
        found = [parse_record(row.record) for row in reader.rows(0, reader.size) if row.record is not None]
    finally:
        reader.close()
    return [record for record in found if isinstance(record, KeyRotated)]


def test_a_new_log_key_takes_over_and_both_keys_check_the_log(folder: Path) -> None:
    old, before = load_vkey(folder / "keys/public"), (folder / "ledger/checkpoint").read_bytes()
    done = rotate(place(folder, "log"), config(folder), SystemClock())
    new = load_vkey(folder / "keys/public")
    assert new != old
    [record] = rotations(folder)
    assert (record.key, record.old, record.new) == ("log", done.old, done.new)
    assert record.new == fingerprint(load_signing_key(folder / "keys/notary/log.key"))
    assert check(folder, new, old, seen=(before,)).ok
    assert not check(folder, old).ok, "who has the old key alone can't take the new one's word"
    assert not check(folder, new, seen=(before,)).ok, "nor the other way round"


def test_the_old_keys_last_checkpoint_covers_the_record_of_its_end(folder: Path) -> None:
    old = load_vkey(folder / "keys/public")
    done = rotate(place(folder, "log"), config(folder), SystemClock())
    last, _ = open_checkpoint((folder / f"ledger/checkpoint-{old.key_id:08x}").read_bytes(), [old])
    assert last.size == done.index + 1


def test_a_retired_key_signs_nothing_that_is_believed(folder: Path) -> None:
    stolen = load_signer(folder / "keys/notary", ORIGIN)
    rotate(place(folder, "log"), config(folder), SystemClock())
    with notary(folder) as running:
        assert running.stop() == 0
    path = folder / "ledger/checkpoint"
    new = load_vkey(folder / "keys/public")
    checkpoint, _ = open_checkpoint(path.read_bytes(), [new])
    path.write_text(str(sign_checkpoint(checkpoint, Signer(ORIGIN, stolen.key))), encoding="utf-8")
    report = check(folder, new, stolen.verifier)
    assert not report.ok
    assert "took over" in report.findings[0].detail


def test_a_new_grant_key_leaves_the_logs_key_alone(folder: Path) -> None:
    log, grant = load_vkey(folder / "keys/public"), (folder / "keys/public/grant.pub").read_text()
    done = rotate(place(folder, "grant"), config(folder), SystemClock())
    assert load_vkey(folder / "keys/public") == log
    assert (folder / "keys/public/grant.pub").read_text() != grant
    report = check(folder, log)
    assert report.ok
    assert report.proven > done.index
    assert (folder / "keys/notary/grant.key").stat().st_mode & 0o777 == 0o600


def test_nothing_is_replaced_while_the_notary_runs(folder: Path) -> None:
    before = (folder / "keys/notary/log.key").read_bytes()
    with locked(folder / "ledger"), pytest.raises(NotaryAlreadyRunning):
        rotate(place(folder, "log"), config(folder), SystemClock())
    assert (folder / "keys/notary/log.key").read_bytes() == before


class Crashed(Exception):
    """Stands for the end of the process."""


def crash_at(wanted: str) -> Callable[[str], None]:
    def reached(step: str) -> None:
        if step == wanted:
            raise Crashed

    return reached


@pytest.mark.parametrize("name", ["log", "grant"])
@pytest.mark.parametrize("step", STEPS)
def test_after_a_crash_at_any_step_asking_again_leaves_a_whole_chain(folder: Path, name: str, step: str) -> None:
    keys = [load_vkey(folder / "keys/public")]
    where = place(folder, name)
    first = fingerprint(load_signing_key(where.private))
    with pytest.raises(Crashed):
        rotate(where, config(folder), SystemClock(), crash_at(step))
    if name == "log":
        keys.append(load_signer(folder / "keys/notary", ORIGIN).verifier)
    rotate(where, config(folder), SystemClock())
    keys.append(load_vkey(folder / "keys/public"))
    records = rotations(folder)
    assert records[0].old == first
    assert [record.new for record in records[:-1]] == [record.old for record in records[1:]]
    assert records[-1].new == fingerprint(load_signing_key(where.private))
    assert where.public.read_text().strip() == where.line(load_signing_key(where.private))
    with notary(folder) as running:
        assert running.stop() == 0
    assert check(folder, *dict.fromkeys(keys)).ok
