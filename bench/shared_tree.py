"""What a shared tree of 100,000 cameras costs on PostgreSQL: opening its page, hanging a whole division's cameras at once, reading what an
upper is shown.

Starts a throwaway PostgreSQL, fills it (`register_fill`), makes a link of the city with the platform above, puts it in force, hangs all
cameras into one organisation by a filter, and asks through the whole of Django without a network.

    uv run bench/shared_tree.py [--cameras 100000] [--systems 5000] [--questions 30]
"""

from __future__ import annotations

import argparse
import json
import os
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

TARGET = 300.0
"""Milliseconds within which 95 of 100 pages have to be answered."""
WARM_UP = 3


def say(text: str) -> None:
    """A line for the person who watches."""
    print(text, file=sys.stderr, flush=True)


def measure(cameras: int, systems: int, questions: int) -> list[dict[str, object]]:
    """Fill the database that the settings name and measure."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone
    from tests.sharing import joining

    from custodes.people.models import Division
    from custodes.sharing.tree import changing
    from custodes.sharing.tree.showing import Filter, channel_of, shown
    from custodes.web.warming import warm_up
    from register_fill import fill

    settings.SECRET_KEY = secrets.token_hex(32)
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    filled = fill(cameras=cameras, systems=systems, units=1000, gaps=0, now=timezone.now())
    with joining.whoever():
        link, taken = joined(filled.inspector.person)
        node = changing.add_node(link, changing.add_node(link, None, "全市", taken()), "全部点位", taken())
    vacuum(connection)
    warm_up()  # as the server does before its first request
    load = os.getloadavg()[0]
    browser = Client()
    browser.force_login(filled.inspector)
    url = reverse("sharing:tree", args=[link.pk])
    figures: list[dict[str, object]] = []

    def pages(label: str, query: str) -> None:
        spent = []
        for number in range(questions + WARM_UP):
            start = time.perf_counter()
            answer = browser.get(f"{url}?{query}")
            if number >= WARM_UP:
                spent.append((time.perf_counter() - start) * 1000)
            assert answer.status_code == 200, answer
        figures.append(figure(f"{label}, p50", "ms", statistics.median(spent)))
        figures.append(figure(f"{label}, p95", "ms", statistics.quantiles(spent, n=20)[18], TARGET))
        say(f"{label}: p50 {figures[-2]['ours']} p95 {figures[-1]['ours']} ms")

    candidates = f"show=candidates&node={node.pk}"
    pages("candidates, nothing shared yet", candidates)
    before, start = resident(), time.perf_counter()
    with joining.whoever():
        count = changing.put_all(link, Filter(division=Division.objects.get(code="540100")), node, taken())
    figures.append(figure(f"a division's {count} cameras hung at once", "s", time.perf_counter() - start))
    figures.append(figure("memory for that, more than before", "MiB", resident() - before))
    say(f"hung {count} in {figures[-2]['ours']} s, {figures[-1]['ours']} MiB")
    vacuum(connection)
    pages("tree, all shared, first page", "")
    pages("tree, all shared, page 100 of an organisation", f"node={node.pk}&page=100")
    pages("candidates, all shared", candidates)
    before, start = resident(), time.perf_counter()
    told = sum(1 for _one in shown(link))
    figures.append(figure(f"shown(link), {told} entries", "s", time.perf_counter() - start))
    figures.append(figure("memory for that, more than before", "MiB", resident() - before))
    say(f"shown {told} in {figures[-2]['ours']} s, {figures[-1]['ours']} MiB")
    some = list(link.shared.order_by("?").values_list("channel", flat=True)[:questions])
    start = time.perf_counter()
    assert all(channel_of(link, channel) for channel in some)
    figures.append(figure("channel_of, mean", "ms", (time.perf_counter() - start) / len(some) * 1000))
    figures.append(figure("load of the machine (1 minute) when it began", "", load))
    return figures


def joined(by):  # type: ignore[no-untyped-def]
    """A link of the city's police with the platform above, in force, and a step of whoever looks."""
    from django.utils import timezone
    from tests.sharing import joining

    from custodes.cases.step import StepInput
    from custodes.people.models import Person
    from custodes.sharing.models import Outcome, Platform, TestPart

    def taken(who: Person = by) -> StepInput:
        return joining.given(who, timezone.now(), "measured")

    told = {"unit_name": "公安机关", "host": "192.0.2.1", "office": by.unit}
    own = Platform(role="own", gb_id="54010000002000000001", level="city", name="本级平台", **told)
    above = Platform(role="upper", gb_id="54000000002000000001", level="region", name="上级平台", **told)
    for one in (own, above):
        joining.save(one, taken())
    link = joining.examine(joining.ask_platform(above, "测量", taken()), None, taken())
    parts = dict.fromkeys(TestPart.values, Outcome.PASSED.value)
    joining.enter_test(link, parts, timezone.localdate(), 100, taken())
    link.refresh_from_db()
    other = Person.objects.create(name="another", unit=by.unit)
    return joining.put_in_force(link, taken(other)), taken


def vacuum(connection) -> None:  # type: ignore[no-untyped-def]
    """As the database does by itself after a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


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


def main() -> int:
    """Start a cluster and measure in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cameras", type=int, default=100_000)
    parser.add_argument("--systems", type=int, default=5_000)
    parser.add_argument("--questions", type=int, default=30)
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
