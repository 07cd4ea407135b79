"""Draw runs into an album, for a bench that judges them later.

uv run python -m bench.pictures.fill_album FOLDER --seeds 2 [--faults blurred,covered] [--healthy 20] [--days] [--minutes 10]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
from bench.pictures.album import a_day, drawn
from bench.pictures.drawing import KINDS
from bench.pictures.faults import FAULTS
from bench.pictures.runs import Run, Studio, healthy, ill


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
