"""How many looks are decided in a second, for each ground, in a register of 100,000 cameras in PostgreSQL.

A decision is all of `access.decide`: facts from the rows, and the ground's function asked. It is timed as it happens at the start of a
look and at each renewal, in one process and one thread, without the record that a grant makes durable (`bench/ledger.py`).
*Processor* is what this process itself computes for one; the rest of the time it waits for the database, or for a turn.
Each ground is asked for what it grants, and for what it refuses; an answer that is not what it should be ends the bench.

    uv run bench/decide.py [--cameras 100000] [--systems 5000] [--seconds 5]
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from database import database
from smoke import parse

WALL = 16
HOUR = datetime.timedelta(hours=1)


def say(text: str) -> None:
    """A line for the person who watches."""
    print(text, file=sys.stderr, flush=True)


def wishes() -> tuple[dict[str, tuple[Callable[[], Any], bool]], Callable[[], None]]:
    """What is decided by name, and whether it is granted; and what says that both officers are still there."""
    from django.db.models import Value
    from django.db.models.functions import Concat
    from django.utils import timezone
    from tests import cast as people
    from tests.access.agency.asked import Asked
    from tests.access.missing.desk import make_desk
    from tests.places import stage as places

    from custodes.access.agency import presence
    from custodes.access.ask import Ask
    from custodes.access.decision import decide
    from custodes.people.models import Account
    from custodes.places.keys import control_key
    from custodes.places.models import Camera, Node
    from custodes.settings import get_settings

    # The register's own people and its node make room for those on the stage.
    for model, name in ((Account, "username"), (Node, "name")):
        model.objects.update(**{name: Concat(Value("filled-"), name)})
    places.make_key_folders(get_settings().keys_folder)
    stage = places.build(people.build(), places.FakeWorker(control_key().public_key()))
    more = [
        Camera(system=stage.school, node=stage.node, number=f"B{n}", name="走廊", place="走廊") for n in range(WALL)
    ]
    for camera in more:
        camera.state = stage.gate.state
    Camera.objects.bulk_create(more)
    wall = tuple(Camera.objects.select_related("node", "system__site").filter(pk__in=[one.pk for one in more]))
    gate = Camera.objects.select_related("node", "system__site").get(pk=stage.gate.pk)
    stage.on_duty()
    operator, stranger = stage.cast.operator.person, stage.cast.bystander.person
    now = timezone.now
    asked = Asked.on(stage)
    request = asked.granted("online", cameras=[stage.gate, stage.yard])
    alone = asked.granted("online", cameras=[stage.gate], letter_number="（2026）藏0102介字第19号")
    desk = make_desk(stage)
    session = desk.session(desk.ready())
    span = (request.span_from, request.span_to)

    def duty(person: Any, cameras: tuple[Camera, ...], back: datetime.timedelta | None = None) -> Callable[[], Any]:
        def ask() -> Any:
            at = now()
            wished = None if back is None else (at - back, at - back + HOUR)
            why = ("核查门口纠纷", "校门口") if back else ("", "")
            return decide(person, Ask(cameras, back is None, wished, *why, at), at)

        return ask

    def resting(person: Any, row: Any) -> Callable[[], Any]:
        return lambda: decide(person, Ask((gate,), False, span, "", "", now(), basis=row), now())

    def beside(person: Any) -> Callable[[], Any]:
        wished = (session.case.span_from, session.case.span_to)
        return lambda: decide(person, Ask((gate,), False, wished, "", "", now(), basis=session), now())

    def both_are_there() -> None:
        for officer in (asked.first, asked.second.person):
            presence.beat(request, officer, now())

    decided = {
        "duty, live, one camera": (duty(operator, (gate,)), True),
        f"duty, live, a wall of {WALL}": (duty(operator, wall), True),
        "duty, an hour of yesterday, with a reason": (duty(operator, (gate,), 24 * HOUR), True),
        "duty, refused": (duty(stranger, (gate,)), False),
        "S27, both officers there": (resting(asked.first, request), True),
        "S27, refused: nobody there": (resting(asked.first, alone), False),
        "S29, beside an officer": (beside(desk.officer), True),
        "S29, refused: another's session": (beside(desk.lead), False),
    }
    return decided, both_are_there


def timed(decided: Callable[[], Any], seconds: float) -> tuple[float, float, float, float]:
    """Decisions a second; p50, p95 and processor of one, in milliseconds."""
    for _ in range(20):
        decided()
    spent, until, computed = [], time.perf_counter() + seconds, time.process_time()
    while (began := time.perf_counter()) < until:
        decided()
        spent.append(time.perf_counter() - began)
    computed = time.process_time() - computed
    slow = statistics.quantiles(spent, n=20)[18]
    return len(spent) / sum(spent), statistics.median(spent) * 1000, slow * 1000, computed / len(spent) * 1000


def measure(cameras: int, systems: int, seconds: float) -> list[dict[str, object]]:
    """Fill the database that the settings name and decide."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from custodes.access.ask import Granted
    from register_fill import fill

    settings.SECRET_KEY = secrets.token_hex(32)
    call_command("migrate", verbosity=0)
    fill(cameras=cameras, systems=systems, units=1000, gaps=2000, now=timezone.now())
    asked, both_are_there = wishes()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    figures: list[dict[str, object]] = []
    for name, (decided, granted) in asked.items():
        both_are_there()
        answer = decided()
        if isinstance(answer, Granted) is not granted:
            raise SystemExit(f"{name}: {answer}")
        rate, middle, slow, computed = timed(decided, seconds)
        say(f"{name}: {rate:.0f} decisions/s, p50 {middle:.2f} ms, p95 {slow:.2f} ms, processor {computed:.2f} ms")
        figures += [figure(name, "decisions/s", rate), figure(f"{name}, p95", "ms", slow)]
        figures += [figure(f"{name}, processor", "ms", computed)]
    return figures


def figure(name: str, unit: str, ours: float) -> dict[str, object]:
    """One row of docs/figures.md; no target is set for it."""
    number = round(ours, 2 if ours < 100 else 0)
    return {"figure": name, "unit": unit, "ours": number, "peer": None, "ratio": None, "target": None, "met": None}


def main() -> int:
    """Start a cluster and measure in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cameras", type=int, default=100_000)
    parser.add_argument("--systems", type=int, default=5_000)
    parser.add_argument(
        "--seconds",
        type=float,
        default=5.0,
        help="for each kind of decision, 8 at most: then an officer counts as having left",
    )
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parse(parser, cameras=400, systems=40, seconds=0.1)
    if given.inside:
        print(json.dumps(measure(given.cameras, given.systems, given.seconds)))
        return 0
    with database() as url, tempfile.TemporaryDirectory() as data:
        env = {**os.environ, "CUSTODES_DATABASE_URL": url, "CUSTODES_DATA": data, "CUSTODES_TRAINING": "1",
               "DJANGO_SETTINGS_MODULE": "custodes.web.settings"}  # fmt: skip
        return subprocess.run([sys.executable, __file__, "--inside", *sys.argv[1:]], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
