"""The disk under the ledger is full, down to the last byte, the log file's included: nothing is lost, half written or wrongly said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from custodes.ledger.client import NotaryClient, NotaryUnavailable
from custodes.ledger.verify import verify_ledger
from custodes.notary.keys import load_vkey, make_keys
from tests.ledger.madelog import ORIGIN, gap, grant
from tests.notary.full_disk import SmallDisk, small_disk
from tests.notary.running import launch, notary
from tests.notary.test_grants import CLAIMS
from tests.patience import PATIENCE, until

LONG = "摄像机无信号" * 60


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    with small_disk(6) as made:
        make_keys(made.path / "keys/notary", made.path / "keys/public", ORIGIN)
        yield made


def append_until_refused(client: NotaryClient, begin: int = 0) -> dict[int, int]:
    """Append records, ten at a time, until the notary says no; the index of each that it has acknowledged."""
    taken: dict[int, int] = {}
    for number in range(begin, begin + 50_000, 10):
        numbers = range(number, number + 10)
        try:
            indices = client.append([gap(each, LONG) for each in numbers])
        except NotaryUnavailable as error:
            if "full" not in str(error):
                raise
            return taken
        taken.update(zip(numbers, indices, strict=True))
    raise AssertionError("the disk was never full")


def assert_whole(folder: Path, taken: dict[int, int]) -> None:
    """The whole log is proven and each acknowledged record stands where it was said to stand."""
    with NotaryClient(folder / "s", timeout=PATIENCE) as client:
        for number, index in taken.items():
            assert client.append([gap(number, LONG)]) == [index]
        until(lambda: client.status().checkpoint_size == client.status().size, "a checkpoint over all")
    report = verify_ledger(folder / "ledger", [load_vkey(folder / "keys/public")], datetime.now(UTC), ())
    assert report.ok, report.findings
    assert report.unproven == 0


def test_with_a_full_disk_appends_and_grants_are_refused_and_go_on_when_there_is_room(disk: SmallDisk) -> None:
    with notary(disk.path, checkpoint_seconds=1) as running, running.client() as client:
        taken = dict(zip(range(20), client.append([gap(n, LONG) for n in range(20)]), strict=True))
        disk.fill()
        taken |= append_until_refused(client, 20)
        last = max(taken)
        for _ in range(40):  # the notary's log is on this disk too, and is full by now
            with pytest.raises(NotaryUnavailable, match="full"):
                client.append([gap(n, LONG) for n in range(last + 1, last + 500)])
            with pytest.raises(NotaryUnavailable, match="full"):
                client.grant(grant(), [msgspec.to_builtins(CLAIMS)])
        assert client.status().size >= len(taken), "what is there can be asked for"
        assert running.process.poll() is None
        disk.make_room()
        indices = client.append([gap(n, LONG) for n in range(last + 1, last + 11)])
        taken.update(zip(range(last + 1, last + 11), indices, strict=True))
        assert client.grant(grant(), [msgspec.to_builtins(CLAIMS)]).tokens
        assert_whole(disk.path, taken)
        assert running.stop() == 0


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_a_notary_that_ends_on_a_full_disk_has_lost_nothing(disk: SmallDisk, end: str) -> None:
    with notary(disk.path, checkpoint_seconds=1) as running, running.client() as client:
        taken = dict(zip(range(20), client.append([gap(n, LONG) for n in range(20)]), strict=True))
        disk.fill()
        taken |= append_until_refused(client, 20)
        if end == "kill":
            running.kill()
        else:
            running.stop()
    again = launch(disk.path)  # on a disk that is still full it runs, or says that it can't; it never harms
    until(lambda: again.process.poll() is not None or (disk.path / "s").exists(), "an answer of some kind")
    if again.process.poll() is None:
        again.kill()
    disk.make_room()
    with notary(disk.path, checkpoint_seconds=1):
        assert_whole(disk.path, taken)


def test_checkpoints_go_on_when_there_is_room_again(disk: SmallDisk) -> None:
    with notary(disk.path, checkpoint_seconds=1) as running, running.client() as client:
        client.append([gap(n) for n in range(5)])
        until(lambda: client.status().checkpoint_size >= 5, "the first checkpoint")
        taken = {}
        # As much as the record book's own file still takes, and then not a byte for tiles and checkpoints.
        disk.fill()
        taken |= append_until_refused(client, 5)
        before = client.status().checkpoint_size
        disk.make_room()
        indices = client.append([gap(50_000, LONG)])
        until(lambda: client.status().checkpoint_size > indices[0] >= before, "a checkpoint over the newest")
        assert_whole(disk.path, {**taken, 50_000: indices[0]})
