"""After a power cut only what was synced is there: at most what came after the last group sync is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from custodes.video.archive import faults
from custodes.video.archive.verify import verify_segments
from tests.video.archive.conftest import CAMERA, Site
from tests.video.footage import START_US


class Disk:
    """Remembers what each file held when it was last synced, and which names were."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.synced: dict[Path, int] = {}
        self.names: set[Path] = set()
        real_data, real = os.fdatasync, os.fsync

        def note(fd: int) -> None:
            path = Path(os.readlink(f"/proc/self/fd/{fd}"))
            if path.is_dir():
                self.names.update(path.iterdir())
            else:
                self.synced[path] = os.fstat(fd).st_size

        def fdatasync(fd: int) -> None:
            real_data(fd)
            note(fd)

        def fsync(fd: int) -> None:
            real(fd)
            note(fd)

        monkeypatch.setattr(os, "fdatasync", fdatasync)
        monkeypatch.setattr(os, "fsync", fsync)

    def cut_power(self, files: list[Path]) -> None:
        """Every file is as long as when it was synced; a name that was never synced is gone."""
        for file in files:
            if file in self.names and file in self.synced:
                os.truncate(file, self.synced[file])
            else:
                file.unlink()


@pytest.mark.parametrize("seconds", [1, 19, 20, 21, 60, 81, 100])
def test_a_power_cut_costs_at_most_two_seconds(site: Site, monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    disk = Disk(monkeypatch)
    site.record(seconds)
    site.record(1, tick=False)  # written, never synced
    before = site.clock.wall_us()
    shown = [ref.end_us for ref in site.archive.fragments(CAMERA, 0, 1 << 60)]
    site.crash()
    disk.cut_power(site.files())
    site.clock.advance(5)
    archive = site.open()
    runs = archive.runs(CAMERA, 0, 1 << 60)
    end = runs[0][1] if runs else START_US
    assert before - end <= 2_100_000
    assert end >= max(shown, default=START_US), "what readers were shown is gone"
    assert verify_segments(site.volume, records=site.records()).ok


def test_nothing_is_a_row_before_it_is_durable(site: Site) -> None:
    steps: list[str] = []
    faults.listen(steps.append)
    try:
        site.record(70)
    finally:
        faults.listen(None)
    first_seal = next(at for at, step in enumerate(steps) if step == "commit" and at > steps.index("synced"))
    order = [step for step in steps[: first_seal + 2] if step != "fragment"]
    assert order.index("opened") < order.index("header") < order.index("synced") < order.index("dirsync")
    assert order[-2:] == ["commit", "committed"]
