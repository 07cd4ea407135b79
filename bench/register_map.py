"""How fast the map's windows are answered from a register of 100,000 cameras in PostgreSQL, at three zooms, and what it takes.

Starts a throwaway PostgreSQL, fills it (`register_fill`), and asks for windows as a page does, through the whole of Django without
a network: an inspector who sees a city, and the caretaker of one unit.

    uv run bench/register_map.py [--cameras 100000] [--systems 5000] [--questions 200]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from database import database
from smoke import parse

#: Name of the zoom to the edge of its window in degrees of longitude; a window is 4 by 3.
ZOOMS = {"region": 1.6, "city": 0.2, "street": 0.012}
#: Where people look, with how far around.
CENTRE = (91.14, 29.65, 0.04)
TARGET = 100.0
"""Milliseconds within which 95 of 100 windows have to be answered."""
WARM_UP = 5


def say(text: str) -> None:
    """A line for the person who watches."""
    print(text, file=sys.stderr, flush=True)


def measure(cameras: int, systems: int, questions: int) -> list[dict[str, object]]:
    """Fill the database that the settings name and ask."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from custodes.web.warming import warm_up
    from register_fill import fill

    settings.SECRET_KEY = secrets.token_hex(32)
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    began = time.monotonic()
    filled = fill(cameras=cameras, systems=systems, units=1000, gaps=2000, now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    say(f"filled in {time.monotonic() - began:.0f} s")
    warm_up()  # as the server does before its first request
    chance = random.Random(2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    before = resident()
    figures: list[dict[str, object]] = []
    for who in (filled.inspector, filled.caretaker):
        browser = Client()
        browser.force_login(who)
        for name, wide in ZOOMS.items():
            spent, size = [], 0
            for number in range(questions + WARM_UP):
                if number == WARM_UP:
                    worked = time.process_time() + server_seconds(server)
                east, north = chance.gauss(CENTRE[0], CENTRE[2]), chance.gauss(CENTRE[1], CENTRE[2])
                box = [east - wide / 2, north - wide * 0.375, east + wide / 2, north + wide * 0.375]
                start = time.perf_counter()
                answer = browser.post(reverse("places:map_window"), json.dumps({"box": box}), "application/json")
                spent.append((time.perf_counter() - start) * 1000)
                assert answer.status_code == 200, answer
                size = max(size, len(answer.content))
            spent = spent[WARM_UP:]
            cpu = (time.process_time() + server_seconds(server) - worked) / questions * 1000
            label = f"{who.username}, {name} ({wide:g} degrees wide)"
            figures += [
                figure(f"{label}, p50", "ms", statistics.median(spent)),
                figure(f"{label}, p95", "ms", statistics.quantiles(spent, n=20)[18], TARGET),
                figure(f"{label}, processor time with PostgreSQL's", "ms", cpu),
                figure(f"{label}, largest answer", "KiB", size / 1024),
            ]
            say(
                f"{label}: p50 {figures[-4]['ours']} p95 {figures[-3]['ours']} cpu {figures[-2]['ours']} ms, {size} bytes"
            )
    figures.append(figure("memory of the web process, more than before the first question", "MiB", resident() - before))
    return figures


def figure(name: str, unit: str, ours: float, target: float | None = None) -> dict[str, object]:
    """One row of docs/figures.md."""
    met = None if target is None else ours <= target
    return {
        "figure": name,
        "unit": unit,
        "ours": round(ours, 1),
        "peer": None,
        "ratio": None,
        "target": target,
        "met": met,
    }


def resident() -> float:
    """Largest resident size of this process so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def server_seconds(stat: Path) -> float:
    """Processor time of the PostgreSQL process that answers, seconds."""
    user, system = stat.read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Start a cluster and measure in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cameras", type=int, default=100_000)
    parser.add_argument("--systems", type=int, default=5_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parse(parser, cameras=400, systems=40, questions=2)
    if given.inside:
        print(json.dumps(measure(given.cameras, given.systems, given.questions)))
        return 0
    with database() as url, tempfile.TemporaryDirectory() as data:
        env = {**os.environ, "CUSTODES_DATABASE_URL": url, "CUSTODES_DATA": data, "CUSTODES_REQUESTS_PER_MINUTE": "100000000",
               "CUSTODES_TRAINING": "1", "DJANGO_SETTINGS_MODULE": "custodes.web.settings"}  # fmt: skip
        return subprocess.run([sys.executable, __file__, "--inside", *sys.argv[1:]], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
