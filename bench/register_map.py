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

from tests.postgres import cluster

#: Name of the zoom to the edge of its window in degrees of longitude; a window is 4 by 3.
ZOOMS = {"region": 1.6, "city": 0.2, "street": 0.012}
#: Where people look, with how far around.
CENTRE = (91.14, 29.65, 0.04)


def say(text: str) -> None:
    """A line for the person who watches."""
    print(text, file=sys.stderr, flush=True)


def measure(cameras: int, systems: int, questions: int) -> dict[str, object]:
    """Fill the database that the settings name and ask."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from register_fill import fill

    settings.SECRET_KEY = secrets.token_hex(32)
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    began = time.monotonic()
    filled = fill(cameras=cameras, systems=systems, units=1000, gaps=2000, now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    say(f"filled in {time.monotonic() - began:.0f} s")
    chance = random.Random(2)
    found: dict[str, object] = {"cameras": cameras, "systems": systems}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for who in (filled.inspector, filled.caretaker):
        browser = Client()
        browser.force_login(who)
        for name, wide in ZOOMS.items():
            spent, size = [], 0
            for number in range(questions + 5):
                east, north = chance.gauss(CENTRE[0], CENTRE[2]), chance.gauss(CENTRE[1], CENTRE[2])
                box = [east - wide / 2, north - wide * 0.375, east + wide / 2, north + wide * 0.375]
                start = time.perf_counter()
                answer = browser.post(reverse("places:map_window"), json.dumps({"box": box}), "application/json")
                if number >= 5:
                    spent.append((time.perf_counter() - start) * 1000)
                assert answer.status_code == 200, answer
                size = max(size, len(answer.content))
            cuts = statistics.quantiles(spent, n=20)
            row = {"p50_ms": round(statistics.median(spent), 1), "p95_ms": round(cuts[18], 1), "most_bytes": size}
            say(f"{who.username} {name}: {row}")
            found[f"{who.username} {name}"] = row
    found["memory_mib"] = {
        "before": before // 1024,
        "after": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    return found


def main() -> int:
    """Start a cluster and measure in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cameras", type=int, default=100_000)
    parser.add_argument("--systems", type=int, default=5_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        print(json.dumps(measure(given.cameras, given.systems, given.questions), indent=2))
        return 0
    with cluster() as url, tempfile.TemporaryDirectory() as data:
        env = {**os.environ, "CUSTODES_DATABASE_URL": url, "CUSTODES_DATA": data, "CUSTODES_REQUESTS_PER_MINUTE": "100000000",
               "CUSTODES_TRAINING": "1", "DJANGO_SETTINGS_MODULE": "custodes.web.settings"}  # fmt: skip
        return subprocess.run([sys.executable, __file__, "--inside", *sys.argv[1:]], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
