"""What a hostile paper costs: the worst of a set for each kind that is taken, and what the web's own answers wait meanwhile.

A web process (Django under uvicorn, SQLite) answers `/health/`. In that same process two threads do what views do with an
upload: decide what it is and have it examined, one hostile file after the other. Before, the set is gone through in quiet, each file
three times, and the slowest of them counts.

    uv run bench/papers.py [--size 5] [--seconds 10] [--rounds 3] [--smoke]
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import io
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from smoke import parse

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

MOST_MS, MOST_MB, HEALTH_MS = 300.0, 64.0, 50.0
PACE_S = 0.01
EXAMINERS = 2
MB = 1 << 20


def say(text: str) -> None:
    """A line for the person who watches."""
    print(text, file=sys.stderr, flush=True)


def start() -> None:
    """Django, on the folder that the environment names."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "custodes.web.settings"
    import django
    from django.conf import settings

    settings.SECRET_KEY = "only-for-the-bench-" + "x" * 40
    django.setup()


def take_in(kind: str, data: bytes) -> None:
    """One file as a view's form field does it."""
    from custodes.people.papers.kinds import DOSSIER, PaperLimits, PaperRefused, find_kind

    with contextlib.suppress(PaperRefused):
        find_kind(io.BytesIO(data), f"a.{kind}", "", DOSSIER, PaperLimits.of_settings())


@contextlib.contextmanager
def children() -> Iterator[list[float]]:
    """MB that each child held at most while the block runs."""
    from custodes.people.papers.examination import asking

    held: list[float] = []
    examined = asking.examine_apart

    def noted(order: asking.ExaminationOrder, file: int) -> asking.Examined:
        one = examined(order, file)
        held.append(one.memory_kib / 1024)
        return one

    asking.examine_apart = noted
    try:
        yield held
    finally:
        asking.examine_apart = examined


def quiet(size: int, rounds: int) -> dict[str, tuple[float, float]]:
    """Worst ms and MB of each kind, nothing else going on."""
    from tests.people.papers.hostile import hostile
    from tests.people.papers.samples import pdf

    take_in("pdf", pdf())  # the keeper is started
    worst: dict[str, tuple[float, float]] = {}
    for kind, what, data in hostile(size):
        ms = 0.0
        with children() as held:
            for _ in range(rounds):
                began = time.perf_counter()
                take_in(kind, data)
                ms = max(ms, (time.perf_counter() - began) * 1000)
        most = max(held, default=0.0)
        say(f"{kind:5}{len(data):>9} octets {ms:6.0f} ms {most:5.0f} MB  {what}")
        before = worst.get(kind, (0.0, 0.0))
        worst[kind] = max(before[0], ms), max(before[1], most)
    return worst


def serve(port: int, size: int) -> None:
    """The web process. A line on standard input lets the hostile files in."""
    start()
    import uvicorn
    from django.core.asgi import get_asgi_application
    from tests.people.papers.hostile import hostile

    files = [(kind, data) for kind, _what, data in hostile(size)]
    turn, lock = itertools.cycle(files), threading.Lock()

    def attack() -> None:
        while True:
            with lock:
                kind, data = next(turn)
            take_in(kind, data)

    def wait_for_the_word() -> None:
        sys.stdin.readline()
        for _ in range(EXAMINERS):
            threading.Thread(target=attack, daemon=True).start()

    threading.Thread(target=wait_for_the_word, daemon=True).start()
    uvicorn.run(get_asgi_application(), host="127.0.0.1", port=port, log_level="error", lifespan="off")


def asked(port: int, seconds: float) -> list[float]:
    """How long `/health/` took, each time, in ms."""
    spent = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        connection.request("GET", "/health/")
        answer = connection.getresponse()
        answer.read()
        spent.append((time.perf_counter() - began) * 1000)
        if answer.status != 200:
            raise SystemExit(f"/health/ answered {answer.status}")
        time.sleep(PACE_S)
    return spent


@contextlib.contextmanager
def serving(size: int) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A web process that answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, __file__, "--serve", str(port), "--size", str(size // MB)]
    web = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT)
    try:
        until = time.monotonic() + 120
        while True:
            try:
                asked(port, 0.01)
                break
            except OSError:
                if web.poll() is not None or time.monotonic() > until:
                    raise SystemExit("the web process did not answer") from None
                time.sleep(0.1)
        yield port, web
    finally:
        web.kill()
        web.wait()


def figure(name: str, unit: str, ours: float, target: float) -> dict[str, object]:
    """One row of docs/figures.md."""
    ours = round(ours, 1)
    return {
        "figure": name,
        "unit": unit,
        "ours": ours,
        "peer": None,
        "ratio": None,
        "target": target,
        "met": ours <= target,
    }


def main() -> None:
    """Measure, and print the figures as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--size", type=int, default=5, help="MB that a hostile file may have, where more makes it worse"
    )
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3, help="how often each file is tried; its slowest counts")
    parser.add_argument("--serve", type=int, default=0, help=argparse.SUPPRESS)
    given = parse(parser, size=1, seconds=1.0, rounds=1)
    size = given.size * MB
    if given.serve:
        serve(given.serve, size)
        return
    with tempfile.TemporaryDirectory(prefix="custodes-papers-") as folder:
        os.environ["CUSTODES_DATA"] = folder
        subprocess.run([sys.executable, "-m", "tests.migrated"], cwd=ROOT, check=True)
        from tests.migrated import fetch

        fetch(Path(folder) / "web.sqlite3")
        start()
        worst = quiet(size, given.rounds)
        with serving(size) as (port, web):
            asked(port, 0.5)
            assert web.stdin is not None
            web.stdin.write(b"\n")
            web.stdin.flush()
            health = asked(port, given.seconds)
    slow = statistics.quantiles(health, n=100)[98]
    say(f"/health/ meanwhile: {len(health)} times, p50 {statistics.median(health):.1f} ms, p99 {slow:.1f} ms")
    rows = [figure(f"worst hostile paper, {kind}", "ms", ms, MOST_MS) for kind, (ms, _held) in worst.items()]
    rows.append(figure("memory of the worst of them", "MB", max(held for _ms, held in worst.values()), MOST_MB))
    rows.append(figure("/health/ meanwhile, p99", "ms", slow, HEALTH_MS))
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
