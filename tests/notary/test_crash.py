"""``kill -9``: what was acknowledged is there, what was not is either whole or absent, and nothing stands twice."""

from __future__ import annotations

import os
import random
import threading
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from custodes.ledger.book import BookReader
from custodes.ledger.client import NotaryClient, NotaryRefused, NotaryUnavailable
from custodes.ledger.records import Gap
from custodes.ledger.report import LedgerReport
from custodes.ledger.verify import verify_ledger
from custodes.notary.keys import load_vkey
from tests.ledger.madelog import gap, grant
from tests.patience import PATIENCE, until

from .running import Running, data_folder, notary
from .test_process import claims

STEPS = [
    ("append.inserted", 4),
    ("append.durable", 4),
    ("publish.tiles", 2),
    ("publish.state", 2),
    ("publish.signed", 2),
    ("publish.done", 2),
]
QUICK = {"checkpoint_seconds": 1, "checkpoint_entries": 1}


def check(folder: Path, *seen: bytes) -> LedgerReport:
    """The offline check of a data folder."""
    return verify_ledger(folder / "ledger", load_vkey(folder / "keys/public"), datetime(2026, 12, 1, tzinfo=UTC), seen)


class Producers:
    """Threads that append until the notary is gone; they remember what was acknowledged."""

    def __init__(self, running: Running, count: int, first: int) -> None:
        self.acknowledged: dict[uuid.UUID, int] = {}
        self.sent: list[Gap] = []
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._work, args=(running.client(), first + number * 100_000))
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def _work(self, client: NotaryClient, first: int) -> None:
        with client:
            for at in range(first, first + 100_000, 5):
                records = [gap(number) for number in range(at, at + 5)]
                with self._lock:
                    self.sent += records
                try:
                    indices = client.append(records)
                except NotaryUnavailable:
                    return
                with self._lock:
                    self.acknowledged.update(zip((record.id for record in records), indices, strict=True))

    def join(self) -> None:
        """Wait for all of them."""
        for thread in self._threads:
            thread.join()


def assert_nothing_lost_or_doubled(folder: Path, acknowledged: dict[uuid.UUID, int]) -> None:
    """Every acknowledged record stands at its index, and every id once."""
    reader = BookReader(folder / "ledger")
    from custodes.ledger.records import read_record

    stored = {row.index: read_record(row.record).id for row in reader.rows(0, reader.size) if row.record}
    reader.close()
    assert len(stored) == reader.size
    assert len(set(stored.values())) == len(stored)
    for identity, index in acknowledged.items():
        assert stored[index] == identity


def go_on_and_check(folder: Path, producers: Producers, note: bytes | None) -> None:
    """Restart, send everything again as an outbox would, and check the whole log."""
    with notary(folder, **QUICK) as again:
        assert_nothing_lost_or_doubled(folder, producers.acknowledged)
        with again.client() as client:
            indices = []
            for at in range(0, len(producers.sent), 5_000):
                indices += client.append(producers.sent[at : at + 5_000])
            for record, index in zip(producers.sent, indices, strict=True):
                assert producers.acknowledged.get(record.id, index) == index
            until(lambda: client.status().checkpoint_size == client.status().size, "a checkpoint over everything")
        assert again.stop() == 0
    assert_nothing_lost_or_doubled(folder, producers.acknowledged)
    report = check(folder, *([note] if note else []))
    assert report.ok, report.findings
    assert report.unproven == 0


@pytest.mark.parametrize(("step", "count"), STEPS)
def test_a_crash_at_each_step_leaves_a_log_that_goes_on(step: str, count: int) -> None:
    with data_folder() as folder:
        with notary(folder, step, str(count), **QUICK) as running:
            producers = Producers(running, 2, 1_000)
            running.process.wait(PATIENCE)
            producers.join()
        checkpoint = folder / "ledger/checkpoint"
        note = checkpoint.read_bytes() if checkpoint.exists() else None
        go_on_and_check(folder, producers, note)


def test_a_kill_at_a_random_moment_under_load_loses_nothing_acknowledged() -> None:
    with data_folder() as folder:
        with notary(folder, **QUICK) as running:
            producers = Producers(running, 8, 1_000)
            enough = random.randint(50, 2_000)
            until(lambda: len(producers.acknowledged) >= enough, "some load")
            running.kill()
            producers.join()
        checkpoint = folder / "ledger/checkpoint"
        note = checkpoint.read_bytes() if checkpoint.exists() else None
        go_on_and_check(folder, producers, note)


@pytest.mark.chaos
@pytest.mark.parametrize("turn", range(min(20, int(os.environ.get("CUSTODES_CHAOS_KILLS", "50")))))
def test_many_kills_at_random_moments(turn: int) -> None:
    test_a_kill_at_a_random_moment_under_load_loses_nothing_acknowledged()


@pytest.mark.parametrize("step", ["append.inserted", "append.durable", "grant.durable"])
def test_no_token_exists_without_a_durable_record(step: str) -> None:
    """Killed between record and signature: no token came out. After the restart the record decides, not the asker."""
    record = grant(1)
    with data_folder() as folder:
        count = "1" if step == "grant.durable" else "2"
        with notary(folder, step, count) as running:
            with running.client() as client:
                until(lambda: client.status().size == 1, "the first heartbeat")
                with pytest.raises(NotaryUnavailable):
                    client.grant(record, [claims(record)])
            running.process.wait(PATIENCE)
        with notary(folder) as again, again.client() as client:
            on_record = any(entry.record and entry.record["id"] == str(record.id) for entry in client.entries(0, 100))
            assert on_record == (step != "append.inserted")
            if on_record:
                assert len(client.renew(record.grant, [claims(record)])) == 1
            else:
                with pytest.raises(NotaryRefused, match="no such grant"):
                    client.renew(record.grant, [claims(record)])
