"""Runs as they were drawn, kept on the disk: drawing a picture costs ten times what judging it does.

    uv run python -m bench.pictures.album FOLDER --seeds 2 [--faults blurred,covered] [--healthy 20] [--days] [--minutes 10]
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
from bench.pictures.days import A_DAY, DAY_CHECKS
from bench.pictures.drawing import KINDS
from bench.pictures.faults import FAULTS
from bench.pictures.runs import Run, Studio, coded_frames, coded_references, healthy, ill, labels_of
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
    path = folder / _edition() / f"{run.kind}-{run.seed}-{run.trouble}-{run.fault}-{run.severity}-{run.checks}"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(".part")
        made.write_bytes(pickle.dumps(draw_run(run, studio)))
        made.rename(path)
    found = pickle.loads(path.read_bytes())  # our own file
    assert isinstance(found, Drawn)
    return found


def _edition() -> str:
    """Names what pictures are drawn by: another edition draws others."""
    here = Path(__file__).parent
    text = b"".join((here / f"{name}.py").read_bytes() for name in DRAWN_BY)
    return hashlib.sha256(text).hexdigest()[:12]


def a_day(kind: str, seed: int) -> Run:
    """A whole day of one camera."""
    return Run(kind, seed, A_DAY, checks=DAY_CHECKS)


def chosen(seeds: list[int], faults: list[str], checks: int, days: bool) -> Iterator[Run]:
    """Runs to draw."""
    yield from (run for run in ill(seeds, ("clear",)) if run.fault in faults)
    if checks:
        yield from healthy(seeds, checks)
    if days:
        yield from (a_day(kind, seed) for seed in seeds for kind in KINDS)


def main() -> None:
    """Draw what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", required=True)
    parser.add_argument("--faults", default=",".join(FAULTS))
    parser.add_argument("--healthy", type=int, default=0, metavar="CHECKS")
    parser.add_argument("--days", action="store_true")
    parser.add_argument("--minutes", type=float, default=10)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    until, count = time.monotonic() + 60 * args.minutes, 0
    studios: dict[tuple[str, int], Studio] = {}
    faults = [one for one in args.faults.split(",") if one]
    for run in chosen([int(one) for one in args.seeds.split(",")], faults, args.healthy, args.days):
        if time.monotonic() > until:
            print("time is over")
            break
        place = run.kind, run.seed
        if place not in studios:
            studios[place] = Studio(*place)
        drawn(run, studios[place], args.folder)
        count += 1
    print(f"{count} runs are in the album")


if __name__ == "__main__":
    main()
