"""A long film takes no more memory than a short one: pictures pass through and are not kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.video.mask import films

PROGRAM = """
import resource, sys
from pathlib import Path
from custodes.video.mask.by_hand import drawn
from custodes.video.mask.detections import Detection
from custodes.video.mask.masking import mask_copy
from custodes.video.mask.reading import FileSource
from custodes.video.mask.shapes import Box
from custodes.video.mask.tracks import Kind

class Standing:
    finds, named = Kind.FACE, ("standing", "00" * 32)
    def detect(self, planes, least):
        return [Detection(Box(100, 100, 160, 180), 0.9)]

mask_copy(FileSource(Path(sys.argv[1])), [Standing()], Path(sys.argv[2]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(film: Path, out: Path) -> int:
    """KiB of a process that masks it."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(film), str(out)], capture_output=True, text=True, check=True, timeout=100
    )
    return int(done.stdout)


def test_memory_does_not_grow_with_the_film(tmp_path: Path) -> None:
    size = (960, 544)
    short = peak(films.write(tmp_path / "a.mp4", 40, size=size), tmp_path / "a-out.mp4")
    long = peak(films.write(tmp_path / "b.mp4", 160, size=size), tmp_path / "b-out.mp4")
    # 120 pictures more are 90 MiB when they are kept, and 26 MiB as small lumas.
    assert long - short < 16 << 10, f"{short} and {long} KiB"
