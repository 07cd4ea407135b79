"""`--smoke` of every bench: all of it runs once with next to no load, so that one that no longer starts is a failing test (`tests/bench`)."""

from __future__ import annotations

import argparse
import sys


def parse(parser: argparse.ArgumentParser, **small: object) -> argparse.Namespace:
    """The bench's options; with `--smoke` the values of `small` stand for those that are not given. What it prints then is no figure."""
    parser.add_argument(
        "--smoke", action="store_true", help="see in seconds that it still runs; what it prints is no figure"
    )
    if "--smoke" in sys.argv[1:]:
        parser.set_defaults(**small)
    return parser.parse_args()


def settling(seconds: float) -> float:
    """How long to wait until what is measured is steady, in seconds; next to nothing with `--smoke`, in processes that the bench starts too."""
    return 0.5 if "--smoke" in sys.argv[1:] else seconds
