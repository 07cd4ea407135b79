"""Runs targets, each in a process of its own, with equal shares of the time.

    uv run --group fuzz python -m tests.fuzz.run [--seconds 300] [TARGET …]

Exit code 0: nothing was found. 1: something was; its octets lie in var/fuzz/found.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "var" / "fuzz"
LONGEST, SLOWEST, MEMORY_MB = 16_384, 5, 1_024


def one(name: str, arguments: list[str]) -> None:
    """Fuzz a target until its time is over; does not return."""
    import atheris

    with atheris.instrument_imports(include=["custodes.gb28181"]):
        from tests.fuzz.targets import TARGETS

    atheris.Setup([sys.argv[0], *arguments], TARGETS[name])
    atheris.Fuzz()


def sow(names: list[str]) -> None:
    """Write the seeds."""
    from tests.fuzz.seeds import seeds

    for name, found in seeds().items():
        folder = ROOT / "seeds" / name
        folder.mkdir(parents=True, exist_ok=True)
        for number, octets in enumerate(found if name in names else ()):
            (folder / f"{number:03}").write_bytes(octets[:LONGEST])


def main() -> int:
    """All that was asked for."""
    from tests.fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=300, help="for all together")
    given = parser.parse_args()
    names = given.targets or list(TARGETS)
    if unknown := sorted(set(names) - set(TARGETS)):
        parser.error(f"{unknown[0]} is no target; give one of {', '.join(TARGETS)}")
    sow(names)
    found = []
    for name in names:
        corpus, kept = ROOT / "corpus" / name, ROOT / "found" / name
        for folder in (corpus, kept):
            folder.mkdir(parents=True, exist_ok=True)
        before = set(kept.iterdir())
        command = [
            sys.executable, "-m", "tests.fuzz.run", "--one", name, str(corpus), str(ROOT / "seeds" / name),
            f"-max_total_time={max(given.seconds // len(names), 1)}", f"-max_len={LONGEST}", f"-timeout={SLOWEST}",
            f"-rss_limit_mb={MEMORY_MB}", f"-artifact_prefix={kept}/", "-print_final_stats=1",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        runs = re.search(r"number_of_executed_units: (\d+)", done.stderr)
        print(f"{name}: {runs[1] if runs else '?'} inputs", flush=True)
        if done.returncode:
            found.append(name)
            print(
                f"{done.stdout[-1500:]}\n{done.stderr[-2500:]}\n{name}: {sorted(set(kept.iterdir()) - before)}",
                flush=True,
            )
    return int(bool(found))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3:])
    sys.exit(main())
