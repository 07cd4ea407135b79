"""Every bench still runs: a figure of an older program is none. What they print with `--smoke` is no figure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests import postgres
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
BENCHES = sorted(path for path in (ROOT / "bench").glob("*.py") if "__main__" in path.read_text(encoding="utf-8"))
HELPERS = {"leaking_worker"}
"""Programs that a bench starts."""
WORDS_ALONE = {"alarms"}
"""Benches that print no row for docs/figures.md."""

pytestmark = [pytest.mark.bench, pytest.mark.timeout(320)]


@pytest.fixture(scope="session")
def migrated() -> Iterator[str]:
    """A PostgreSQL database with its tables, for benches to begin with a copy of."""
    kept = environment()
    with postgres.cluster() as url:
        migrating = kept | {"CUSTODES_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "custodes.web.settings"}
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "--verbosity", "0"], cwd=ROOT, env=migrating, check=True
        )
        yield url


def environment() -> dict[str, str]:
    """What a bench is started with: nothing of these tests' own, and films that were drawn already."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CUSTODES_", "DJANGO_"))}
    return kept | {"CUSTODES_BENCH_FILMS": str(ROOT / "var" / "films")}


def one(bench: Path) -> ParameterSet:
    """A bench; those on PostgreSQL come to one worker, which starts and fills it once."""
    on_postgresql = "import database" in bench.read_text(encoding="utf-8")
    return pytest.param(bench, id=bench.stem, marks=[pytest.mark.xdist_group("postgresql")] if on_postgresql else [])


@pytest.mark.parametrize("bench", [one(path) for path in BENCHES if path.stem not in HELPERS])
def test_a_bench_runs_to_its_end(bench: Path, request: pytest.FixtureRequest) -> None:
    env = environment()
    if request.node.get_closest_marker("xdist_group"):
        env["CUSTODES_BENCH_DATABASE"] = request.getfixturevalue("migrated")
    done = subprocess.run(
        [sys.executable, str(bench), "--smoke"],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=max(PATIENCE, 300), check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    if bench.stem not in WORDS_ALONE:
        assert json.loads(done.stdout.splitlines()[-1])
