"""kill -9 of a recording process, at random moments and at each step of the commit order."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from custodes.video.archive import faults
from tests.chaos.check import check_archive
from tests.chaos.recorder_process import CAMERAS, SPEED, FastClock, open_archive
from tests.patience import PATIENCE

KILLS = 5
MANY_KILLS = int(os.environ.get("CUSTODES_CHAOS_KILLS", "50"))
ROOT = Path(__file__).parents[2]
COUNTS = {"opened": 9, "header": 9, "torn": 30, "fragment": 30, "synced": 4, "dirsync": 3, "commit": 5, "committed": 5}
OPEN_FRAGMENT_US = 1_100_000 + 100_000 * SPEED
"""What was being gathered (a GOP of 1 s), and a tenth of a second for the writer thread to get its turn on a busy
machine: the victim's clock runs faster than the machine."""


class Victim:
    """A recording process."""

    def __init__(self, folder: Path, fault: str = "", **env: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.recorder_process", str(folder)],
            cwd=ROOT,
            env={**os.environ, "CUSTODES_FAULT": fault, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.last_us = 0
        self.lines = threading.Semaphore(0)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.last_us = int(line)
            self.lines.release()

    def run_for(self, seconds: int) -> None:
        """Wait until it has recorded so many (of its own) seconds."""
        for _ in range(seconds):
            assert self.lines.acquire(timeout=PATIENCE), self.process.stderr.read() if self.process.stderr else ""

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.wait()

    def wait(self) -> None:
        assert self.process.wait(timeout=PATIENCE) == -signal.SIGKILL, (
            self.process.stderr.read() if self.process.stderr else ""
        )
        self._reader.join(PATIENCE)


def after_the_crash(folder: Path, victim: Victim, played: set[Path] | None = None) -> None:
    """Restart as a node does, then check everything."""
    clock = FastClock(folder)
    archive = open_archive(folder, clock, threads=False)
    try:
        for camera in CAMERAS:
            runs = archive.runs(camera, 0, 1 << 60)
            assert runs, "a camera lost everything"
            lost = victim.last_us - runs[-1][1]
            assert lost <= OPEN_FRAGMENT_US, f"{lost} µs lost"
            gaps = archive.gaps(camera, 0, 1 << 60)
            assert gaps[-1][0] == runs[-1][1]
            assert gaps[-1][2] == "restart"
            assert all(reason in ("restart", "new") for _, _, reason in gaps)
    finally:
        archive.close()
    delivered = folder / "delivered.jsonl"
    lines = delivered.read_text().splitlines() if delivered.exists() else []
    findings = check_archive(
        (folder / "worker-0.sqlite3").absolute(), folder / "volume", [json.loads(line) for line in lines], played
    )
    assert findings.wrong == []
    assert findings.segments >= len(CAMERAS)


def kill_again_and_again(folder: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    played: set[Path] = set()
    for _ in range(kills):
        victim = Victim(folder)
        victim.run_for(chance.randint(3, 12))
        threading.Event().wait(chance.random() / 10)  # anywhere within a tenth of a second
        victim.kill()
        after_the_crash(folder, victim, played)


def test_killed_at_random_moments_it_loses_at_most_the_open_fragment(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path, KILLS, 1)


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_killed_at_many_random_moments_it_loses_at_most_the_open_fragment(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path, MANY_KILLS, random.SystemRandom().randrange(1 << 32))


@pytest.mark.parametrize("point", [point for point in faults.POINTS if point in COUNTS])
def test_killed_at_each_step_of_the_commit_order_it_loses_at_most_the_open_fragment(tmp_path: Path, point: str) -> None:
    victim = Victim(tmp_path, f"{point}:{COUNTS[point]}")
    victim.wait()
    after_the_crash(tmp_path, victim)


def test_killed_between_delivery_and_forgetting_a_record_stands_once(tmp_path: Path) -> None:
    victim = Victim(tmp_path, "delivered:3")
    victim.wait()
    after_the_crash(tmp_path, victim)
    ids = [json.loads(line)["id"] for line in (tmp_path / "delivered.jsonl").read_text().splitlines()]
    assert len(ids) == len(set(ids))


@pytest.mark.chaos
@pytest.mark.parametrize("point", ["purged", "unlinked", "swept"])
def test_killed_while_deleting_rows_and_files_agree_again(tmp_path: Path, point: str) -> None:
    victim = Victim(tmp_path, f"{point}:2")
    victim.wait()
    after_the_crash(tmp_path, victim)
