"""The power goes away while eight cameras record and the log grows: what was synced is there, and all agrees again.

One run gives as many cuts as one likes: each operation of the disk is a moment at which the power may have gone, and what
had been promised until then is known. Behind each cut the machine starts on what the disk held and is looked over.
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import migrated
from tests.chaos.check import Findings
from tests.chaos.power import after
from tests.chaos.power.disk import ROOT, LoggedDisk, check_file_system, mounted, require_power
from tests.chaos.power.machine import UNSYNCED, Machine, Run
from tests.chaos.power.oplog import Cut
from tests.node.support import camera_server, good_mounts

FEW_CUTS = 2
MANY_CUTS = int(os.environ.get("CUSTODES_TEST_CUTS", "20"))
CUTS_A_RUN = 4
CAMERAS = 8
SECONDS = 9.0
BUSY, QUIET = 0.02, 1.0
"""Pauses of whoever appends to the log, in seconds: with few appends few flushes come from anyone but the recorder."""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The web's database with its tables."""
    require_power()
    folder = tmp_path_factory.mktemp("web")
    migrated.begin(folder)
    env = {
        **os.environ, "CUSTODES_DATA": str(folder), "CUSTODES_DATABASE_URL": "", "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "custodes.web.settings",
    }  # fmt: skip
    command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    subprocess.run(command, env=env, check=True, cwd=ROOT)
    with sqlite3.connect(folder / "web.sqlite3") as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "web.sqlite3"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path, as sockets want."""
    with tempfile.TemporaryDirectory(prefix="cp-") as name:
        yield Path(name)


def choose(disk: LoggedDisk, run: Run, chance: random.Random) -> Cut:
    """A cut at a random moment; half of them where more is at stake than at a few dozen other moments."""
    within = [n for n, op in enumerate(disk.ops) if run.from_ns <= op.came_ns <= run.until_ns]
    some = chance.choices(within, k=1 if chance.random() < 0.5 else 40)
    at = max(some, key=lambda n: n - Cut(n, 0, 0, 0).durable(disk.ops))
    return Cut(at, chance.choice((0.0, 0.2, 0.5, 0.8, 1.0)), chance.choice((0.0, 0.3)), chance.randrange(1 << 32))


def after_cut(disk: LoggedDisk, machine: Machine, run: Run, cut: Cut) -> tuple[Findings, Path]:
    """Start the machine on what the disk held after `cut`; what is wrong then, and the disk as it is left."""
    image, (loose, kept) = disk.cut_power(cut)
    check_file_system(image)
    with mounted(image, disk.mount):
        machine.recover()
        found = after.check(machine, run, disk.ops[cut.at].came_ns)
    print(f"{cut}: {kept} of {loose} unflushed writes, {found.promised} promises, lost {found.lost_us / 1e6:.2f} s")
    return found, image


def cut_again_and_again(
    folder: Path, database: Path, cuts: int, cuts_a_run: int, seed: int, seconds: float = SECONDS
) -> None:
    """Runs of a machine, each with some cuts; the next run goes on with what the last cut left."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    disk = LoggedDisk(folder)
    disk.format()
    with camera_server(good_mounts(CAMERAS)) as server:
        machine = Machine(disk.mount, server, CAMERAS)
        for first in range(0, cuts, cuts_a_run):
            with disk.powered():
                if not first:
                    machine.install(database)
                run = machine.work(seconds, chance.choice((BUSY, QUIET)) if first else BUSY)
            for _ in range(min(cuts_a_run, cuts - first)):
                found, image = after_cut(disk, machine, run, choose(disk, run, chance))
                assert found.wrong == []
                assert found.segments >= CAMERAS
                assert found.promised
            disk.take_over(image)


def test_after_a_power_cut_all_agrees_again_and_at_most_two_seconds_more_than_a_fragment_are_lost(
    folder: Path, database: Path
) -> None:
    cut_again_and_again(folder, database, FEW_CUTS, FEW_CUTS, 7, seconds=6.0)


@pytest.mark.chaos
@pytest.mark.timeout(2400)
def test_after_many_power_cuts_all_agrees_again(folder: Path, database: Path) -> None:
    cut_again_and_again(folder, database, MANY_CUTS, CUTS_A_RUN, random.SystemRandom().randrange(1 << 32))


def one_run(
    folder: Path, database: Path, pause: float, pick: Callable[[LoggedDisk, list[int]], Cut], **environment: str
) -> Findings:
    """What is wrong after one run and the cut that `pick` chooses among the operations of the time under load."""
    disk = LoggedDisk(folder)
    disk.format()
    with camera_server(good_mounts(CAMERAS)) as server:
        machine = Machine(disk.mount, server, CAMERAS)
        with disk.powered():
            machine.install(database)
            run = machine.work(SECONDS, pause, **environment)
        within = [n for n, op in enumerate(disk.ops) if run.from_ns <= op.came_ns <= run.until_ns]
        return after_cut(disk, machine, run, pick(disk, within))[0]


@pytest.mark.chaos
def test_a_drive_that_forgets_what_it_said_was_flushed_is_found_out(folder: Path, database: Path) -> None:
    found = one_run(folder, database, BUSY, lambda disk, within: Cut(within[-1], 0.0, 0.0, 1, heeds_flushes=False))
    wrong = "\n".join(found.wrong)
    assert "was answered as" in wrong
    assert "committed and lost" in wrong
    assert "was shown as recorded" in wrong


@pytest.mark.chaos
def test_a_node_that_does_not_sync_its_files_is_found_out(folder: Path, database: Path) -> None:
    # The kernel writes such files down by itself every five seconds: the power goes when it is about to.
    def pick(disk: LoggedDisk, within: list[int]) -> Cut:
        return Cut(max(within, key=lambda n: disk.ops[n].size), 0.0, 0.0, 1)

    wrong = "\n".join(one_run(folder, database, QUIET, pick, **UNSYNCED).wrong)
    assert "µs" in wrong
    assert "was shown as recorded" in wrong
