"""Runs as they were drawn, kept on the disk: drawing a picture costs several times what judging it does (`fill_album`)."""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass
from pathlib import Path

from bench.pictures.days import A_DAY, DAY_CHECKS
from bench.pictures.runs import Run, Studio, coded_frames, coded_references, labels_of
from bench.pictures.twins import share_that_differs

DRAWN_BY = ("place", "drawing", "light", "passing", "optics", "camera", "faults", "days", "runs", "twins")


@dataclass(frozen=True)
class Drawn:
    """One run, drawn.

    Attributes:
        references: key frames of the declared views.
        checks: key frames of the checks.
        differs: share of the picture that the fault changes by more than the sensor's noise, % (`twins`); 100 without one.
    """

    references: tuple[bytes, ...]
    checks: tuple[bytes, ...]
    differs: float


def draw_run(run: Run, studio: Studio) -> Drawn:
    """Draw it."""
    declared = tuple(coded_references(studio, labels_of(run), run.seed))
    differs = share_that_differs(run, studio) if run.fault else 100.0
    return Drawn(declared, tuple(coded_frames(run, studio)), differs)


def drawn(run: Run, studio: Studio, folder: Path | None = None) -> Drawn:
    """Take it from the album in `folder`, or draw it and put it there."""
    if folder is None:
        return draw_run(run, studio)
    path = folder / _edition() / name_of(run)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(".part")
        made.write_bytes(pickle.dumps(draw_run(run, studio)))
        made.rename(path)
    found = pickle.loads(path.read_bytes())  # our own file
    assert isinstance(found, Drawn)
    return found


def name_of(run: Run) -> str:
    """Names a run in a folder."""
    return f"{run.kind}-{run.seed}-{run.trouble}-{run.fault}-{run.severity}-{run.checks}"


def _edition() -> str:
    """Names what pictures are drawn by: another edition draws others."""
    here = Path(__file__).parent
    text = b"".join((here / f"{name}.py").read_bytes() for name in DRAWN_BY)
    return hashlib.sha256(text).hexdigest()[:12]


def a_day(kind: str, seed: int) -> Run:
    """A whole day of one camera."""
    return Run(kind, seed, A_DAY, checks=DAY_CHECKS)
