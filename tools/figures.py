"""Run every bench and write docs/figures.md: what was measured, where, when, by which command.

Each bench ends with one line of JSON (an object or an array of objects); that line alone goes into the page.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "figures.md"
STORE = ROOT / "docs" / "figures.json"
BENCHES = (
    *("record", "live", "fanout", "seek", "ledger", "health", "burn", "mask"),
    *("register", "register_map", "shared_tree", "evidence", "decide", "papers"),
    *(
        "gb_register",
        "gb_catalogue",
        "gb_catalogue_page",
        "gb_ingest",
        "gb_send",
        "gb_send_recorded",
        "gb_wall",
        "gb_play",
        "soak",
    ),
)

BY_HAND = ("shared machine",)
"""What no bench measures yet, or was measured beside other loads: entered into the store by hand, with its notes."""


def machine() -> str:
    """What it ran on, in one line."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{os.cpu_count()} cores ({model}), {pages / 2**30:.0f} GiB, Linux {platform.release()}, Python {platform.python_version()}"


def last_json(output: str) -> list[dict[str, object]]:
    """The last line that is JSON, as a list of figures."""
    for line in reversed(output.splitlines()):
        if line.startswith(("{", "[")):
            found = json.loads(line)
            return found if isinstance(found, list) else [found]
    raise SystemExit("the bench printed no JSON line")


def show(value: object) -> str:
    """A figure for the table; a dash where there is none."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "**no**"
    return f"{value:,.4g}" if isinstance(value, float) else f"{value}"


def page(store: dict[str, dict[str, object]]) -> str:
    """The Markdown page."""
    lines = [
        "# Figures",
        "",
        "Measured, not promised. Each row comes from the last line of one bench; ours and the peer ran in the same run. Regenerate with",
        "`uv run tools/figures.py [NAME…]` (`'NAME --argument …'` as the tables name them), on a machine that does nothing else.",
    ]
    for name in (*BENCHES, *BY_HAND):
        if name not in store:
            continue
        entry = store[name]
        lines += ["", f"## {name}", "", f"`{entry['command']}` · {entry['date']} · {entry['machine']}", ""]
        lines += [
            "| figure | unit | ours | peer | ratio | target | met |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        figures = entry["figures"]
        assert isinstance(figures, list)
        for row in figures:
            cells = [show(row.get(key)) for key in ("figure", "unit", "ours", "peer", "ratio", "target", "met")]
            lines.append("| " + " | ".join(cells) + " |")
        lines += ["", *(str(note) for row in figures if (note := row.get("note")))]
    return "\n".join([*lines, ""])


def main() -> None:
    """Run the benches that are named, or all; a name may bring arguments, as in ``"record --cameras 256"``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("benches", nargs="*", default=list(BENCHES), metavar="NAME[ ARGUMENTS]")
    benches = parser.parse_args().benches
    store: dict[str, dict[str, object]] = json.loads(STORE.read_text(encoding="utf-8")) if STORE.exists() else {}
    for bench in benches:
        name, *arguments = shlex.split(bench)
        if "--smoke" in arguments:
            parser.error("--smoke measures nothing")
        called = shlex.join([f"bench/{name}.py", *arguments])
        print(f"--- {called}", flush=True)
        done = subprocess.run(
            [sys.executable, f"bench/{name}.py", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
        )
        print(done.stdout, flush=True)
        if done.returncode != 0:
            raise SystemExit(f"{called} failed with {done.returncode}")
        store[name] = {
            "command": f"uv run {called}",
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "machine": machine(),
            "figures": last_json(done.stdout),
        }
        STORE.write_text(json.dumps(store, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(page(store), encoding="utf-8")


if __name__ == "__main__":
    main()
