"""A long film takes no more memory than a short one: pictures pass through and are not kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE
from tests.video.mask import films

PROGRAM = """
import sys
from pathlib import Path
from custodes.video.mask.detector import Detection
from custodes.video.mask.masking import find_tracks, write_copy
from custodes.video.mask.reading import FileSource
from custodes.video.mask.shapes import MaskBox
from custodes.video.mask.tracks import MaskedKind

class Standing:
    finds, named = MaskedKind.FACE, ("standing", "00" * 32)
    def detect(self, planes, least):
        return [Detection(MaskBox(100, 100, 160, 180), 0.9)]

def peak():
    # Not getrusage: its peak is that of the process that forked this one, too.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))

source = FileSource(Path(sys.argv[1]))
tracks = find_tracks(source, [Standing()])
found = peak()
write_copy(source, tracks, Path(sys.argv[2]))
print(found, peak())
"""


def peaks(film: Path, out: Path) -> tuple[int, int]:
    """KiB of a process after the first pass, and after the second."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(film), str(out)],
        capture_output=True,
        text=True,
        check=True,
        timeout=max(PATIENCE, 100),
    )
    found, written = map(int, done.stdout.split())
    return found, written


def test_memory_does_not_grow_with_the_film(tmp_path: Path) -> None:
    size = (960, 544)
    short = peaks(films.write(tmp_path / "a.mp4", 40, size=size), tmp_path / "a-out.mp4")
    long = peaks(films.write(tmp_path / "b.mp4", 160, size=size), tmp_path / "b-out.mp4")
    # 120 pictures more are 90 MiB when they are kept, and 26 MiB as small lumas.
    assert long[0] - short[0] < 13 << 10, f"first pass: {short[0]} and {long[0]} KiB"
    assert long[1] - short[1] < 26 << 10, f"second pass: {short[1]} and {long[1]} KiB"
