"""The register of a city: 100,000 cameras of 5,000 systems in PostgreSQL. How long list, search and work list take, and an import of 100,000 rows.

A throwaway cluster is filled; then pages are asked for in this process by Django's test client, so that each request goes through
all of the middleware, the view, the template and the database, and through no socket. Two persons ask: one who takes the city's
filings, and one who takes a county's. The import runs in a process of its own, whose memory is read before, during and after.

    uv run bench/register.py [--cameras 100000] [--systems 5000] [--rows 100000] [--requests 40]

To try a change several times, keep a cluster and let it be filled once; `--rows 0` leaves the imports out, which change it:

    uv run python -m tests.postgres -- sh -c 'echo "$CUSTODES_DATABASE_URL"; sleep infinity'
    uv run bench/register.py --database URL --rows 0 [--only search] [--trace]
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from smoke import parse

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TARGET_MS = 100.0
IMPORT_S = 180.0
FLAT_MB = 100.0
SPOTS = ("东门", "西门", "大厅", "走廊", "停车场", "电梯厅", "收银台", "围墙", "操场", "仓库")
#: Of each hundred rows so many are wrong where rows may be.
WRONG = 2
#: Ways to import, and what a person calls them.
WAYS = {"whole": "all or nothing", "right": "without bad rows"}
KINDS = ("小学", "宾馆", "商场", "车站", "医院", "小区", "银行", "广场", "工厂", "公园")


def say(text: str) -> None:
    """A line for the person who watches."""
    print(text, file=sys.stderr, flush=True)


def start() -> None:
    """Django, on the database that the environment names."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "custodes.web.settings"
    import django

    django.setup()
    from django.conf import settings

    settings.SECRET_KEY = "only-for-the-bench-" + "x" * 40


def prepare() -> None:
    """The tables."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def is_empty() -> bool:
    """Whether nobody has filled the register yet."""
    from custodes.places.models import Camera

    return not Camera.objects.exists()


def fill(cameras: int, systems: int) -> None:
    """The register."""
    from django.db import connection
    from django.utils import timezone

    from custodes.people.models import Division, Unit, UnitKind
    from custodes.places.models import Camera, Filing, FilingState, Node, Site, System, SystemState

    now = timezone.now()
    counties = list(Division.objects.filter(path__startswith=Division.objects.get(code="540100").path).order_by("code"))
    police(counties)
    units = []
    for number in range(max(1, systems // 5)):
        unit = Unit(
            name=f"第{number}{KINDS[number % 10]}", kind=UnitKind.ENTERPRISE, division=counties[number % len(counties)]
        )
        unit.save()
        units.append(unit)
    sites = Site.objects.bulk_create(
        [
            Site(
                name=f"{KINDS[number % 10]}{number:05d}",
                category=number % 13 + 1,
                address=f"示例路 {number} 号",
                division=units[number % len(units)].division,
                unit=units[number % len(units)],
            )
            for number in range(systems)
        ],
        batch_size=1000,
    )
    states = (SystemState.LEGACY, SystemState.IN_USE, SystemState.IN_USE, SystemState.BUILDING)
    rows = System.objects.bulk_create(
        [
            System(site=site, name=f"{site.name}视频系统", unit_id=site.unit_id, state=states[number % 4])
            for number, site in enumerate(sites)
        ],
        batch_size=1000,
    )
    node = Node.objects.create(name="node-1", public_key="", seal_key="", workers=16, last_seen=now)
    multiply(Camera(system=rows[0], node=node, number="0", name="x", place="x", view="出入口内外"), cameras, systems)
    drafted = person("city")
    Filing.objects.bulk_create(
        [
            Filing(
                system=row,
                kind="initial",
                state=(FilingState.SUBMITTED, FilingState.FILED, FilingState.FILED)[number % 3],
                submitted_on=now.date(),
                drafted_by=drafted,
                drafted_at=now,
            )
            for number, row in enumerate(rows[: systems // 2])
        ],
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the database does by itself after a while


def multiply(camera: Any, count: int, systems: int) -> None:
    """So many cameras, made by the database: those of a system have numbers from 0001 on, a fifth of all are drafts."""
    from django.db import connection

    spots = "(ARRAY['" + "','".join(SPOTS) + "'])[1 + floor(random() * 10)::int]"
    made = {
        "id": "gen_random_uuid()",
        "system_id": "s.id",
        "number": f"lpad((n / {systems} + 1)::text, 4, '0')",
        "name": f"{spots} || lpad(n::text, 6, '0')",
        "place": f"{spots} || '立柱，距地 ' || (25 + n % 35) / 10.0 || ' 米'",
        "longitude": "round((91 + random() * 0.4)::numeric, 6)",
        "latitude": "round((29.5 + random() * 0.3)::numeric, 6)",
        "state": "CASE WHEN n % 5 = 0 THEN 'draft' ELSE 'connected' END",
    }
    camera.save()
    columns = [field.column for field in camera._meta.concrete_fields if not getattr(field, "generated", False)]
    wanted = ", ".join(made.get(column, f"t.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.7)")
        cursor.execute(
            f"INSERT INTO places_camera ({', '.join(columns)}) SELECT {wanted}"
            f" FROM generate_series(0, {count - 1}) n"
            f" JOIN (SELECT id, row_number() OVER (ORDER BY name) - 1 AS k FROM places_system) s ON s.k = n % {systems}"
            " CROSS JOIN (SELECT * FROM places_camera) t"
        )
    camera.delete()


def police(counties: list[Any]) -> None:
    """The city's police with who takes filings, a county's with theirs, and the city's administrator who imports."""
    from datetime import UTC, datetime

    from custodes.people.models import Account, Division, Person, Post, PostKind, Unit, UnitKind

    since = datetime(2024, 6, 1, tzinfo=UTC)
    city = Unit.objects.create(
        name="市公安局", kind=UnitKind.PUBLIC_SECURITY, division=Division.objects.get(code="540100")
    )
    county = Unit.objects.create(
        name="城关区公安分局", kind=UnitKind.PUBLIC_SECURITY, division=Division.objects.get(code="540102"), parent=city
    )
    for name, unit, kind in (
        ("city", city, PostKind.INSPECTOR),
        ("county", county, PostKind.INSPECTOR),
        ("admin", city, PostKind.SYSTEM_ADMIN),
    ):
        one = Person.objects.create(name=name, unit=unit)
        Account.objects.create(username=name, person=one)
        Post.objects.create(person=one, unit=unit, kind=kind, valid_from=since)


def person(name: str) -> Any:
    """One of them."""
    from custodes.people.models import Account

    return Account.objects.select_related("person").get(username=name).person


def pages() -> Iterator[tuple[str, str, dict[str, str]]]:
    """What is asked for: its name, its address, its query."""
    from django.urls import reverse

    cameras = reverse("places:camera_list")
    yield "list of cameras", cameras, {}
    yield "list of cameras, page 900", cameras, {"page": "900"}
    yield "list of cameras by unit", cameras, {"sort": "system__unit__name"}
    yield "list of cameras, drafts", cameras, {"state": "draft"}
    yield "search, many hits (东门)", cameras, {"q": "东门"}
    yield "search, one hit (操场…)", cameras, {"q": "012345"}
    yield "search, a site's name", cameras, {"q": "小学00420"}
    yield "search, no hit", cameras, {"q": "不存在的名称"}
    yield "list of systems", reverse("places:system_list"), {}
    yield "search of systems", reverse("places:system_list"), {"q": "小学00420"}
    yield "list of places", reverse("places:site_list"), {}
    yield "list of filings", reverse("places:filing_list"), {"state": "submitted"}
    yield "work list", reverse("home"), {}


def measure(requests: int, only: str = "", traced: bool = False) -> list[dict[str, object]]:
    """Ask for each page, as each of the two; of those whose name has `only` in it. What a request computes, in this process and in
    the database's, is told beside how long it takes: a machine that others use too hardly changes it."""
    from django.test import Client

    from custodes.people.models import Account
    from custodes.web.warming import warm_up

    warm_up()  # as the server does before its first request
    found: list[dict[str, object]] = []
    for who, told in (("city", "city-wide"), ("county", "one county")):
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(Account.objects.get(username=who))
        for name, address, query in pages():
            if only not in name:
                continue
            taken, computed, asked = [], [], []
            for number in range(requests + 3):
                began, busy, database = time.perf_counter(), time.process_time(), database_ms()
                answer = browser.get(address, query)
                if number >= 3:
                    taken.append((time.perf_counter() - began) * 1000)
                    computed.append((time.process_time() - busy) * 1000)
                    asked.append(database_ms() - database)
                if answer.status_code != 200:
                    raise SystemExit(f"{name}: {answer.status_code} {answer.headers.get('Location', '')}")
            middle, late = statistics.median(taken), statistics.quantiles(taken, n=20)[18]
            costs = f"computed here {statistics.median(computed):6.1f}, by the database {statistics.median(asked):6.1f}"
            say(f"{told:11} {name:32} p50 {middle:6.1f}  p95 {late:6.1f} ms, {costs}")
            if traced:
                trace(browser, address, query)
            found += [
                {"figure": f"{name}, {told}: p50", "unit": "ms", "ours": round(middle, 1)},
                {
                    "figure": f"{name}, {told}: p95",
                    "unit": "ms",
                    "ours": round(late, 1),
                    "target": TARGET_MS,
                    "met": late <= TARGET_MS,
                },
            ]
    return found


def database_ms() -> float:
    """How long the process that serves our connection has computed so far; its parallel workers are not in it."""
    from django.db import connection

    connection.ensure_connection()
    return int(Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]) / 1e6


def trace(browser: Any, address: str, query: dict[str, str]) -> None:
    """Say which queries the page makes, and how long each takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        browser.get(address, query)
    say(f"  {len(caught)} queries, {sum(float(one['time']) for one in caught) * 1000:.0f} ms")
    for one in caught:
        say(f"  {float(one['time']) * 1000:6.0f} ms  {one['sql'][:1500]}")


def table(rows: int, first: int, wrong: int = 0) -> bytes:
    """A CSV of cameras to import; the first `wrong` of each hundred rows have a longitude that is none."""
    from custodes.places.models import System

    systems = list(System.objects.order_by("pk").values_list("name", "site__name")[:5000])
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        [
            "系统名称",
            "场所名称",
            "点位编号",
            "点位名称",
            "安装位置",
            "采集范围",
            "经度",
            "纬度",
            "方位角",
            "水平视角",
            "可视距离",
        ]
    )
    for number in range(rows):
        system, site = systems[number % len(systems)]
        writer.writerow(
            [
                *(system, site, f"N{first + number:06d}", f"新点位 {number}", "立柱，距地 3.5 米", "出入口内外"),
                "191.0" if number % 100 < wrong else f"91.{number % 400_000:06d}",
                *(f"29.{500_000 + number % 300_000}", number % 360, 80, 40),
            ]
        )
    return text.getvalue().encode()


def peak() -> float:
    """Most resident memory so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def take_in(rows: int, way: str) -> dict[str, float]:
    """One import, from the file to the last row; seconds of each part, and how much the peak grew."""
    from django.utils import timezone

    from custodes.places.importing.kinds import KINDS
    from custodes.places.importing.tasks import begin, take_table
    from custodes.places.models import ImportState, TableImport
    from custodes.web.background import work_off

    admin = person("admin")

    # Without bad rows, some are bad: that is what this way is for.
    wrong = WRONG if way == "right" else 0

    def one(count: int, first: int) -> tuple[float, float, float]:
        data, right = io.BytesIO(table(count, first, wrong)), count - count * wrong // 100
        began = time.perf_counter()
        row = take_table(data, "cameras.csv", KINDS["cameras"], admin, timezone.now())
        read = time.perf_counter()
        work_off()
        row.refresh_from_db()
        if (row.state, row.ready) != (ImportState.CHECKED, right):
            raise SystemExit(f"{row.state}: {row.ready} of {count} rows are right")
        checked = time.perf_counter()
        TableImport.objects.filter(pk=row.pk).update(state=ImportState.ENTERING, whole=way == "whole", done=0)
        row.refresh_from_db()
        begin(row)
        work_off()
        row.refresh_from_db()
        if row.entered != right:
            raise SystemExit(f"{row.state}: {row.entered} of {right} rows were entered")
        return read - began, checked - read, time.perf_counter() - checked

    first = 0 if way == "whole" else 400_000
    one(2_000, first)  # everything that is loaded once, is
    before = peak()
    read, checked, entered = one(rows, first + 100_000)
    return {"read": read, "check": checked, "enter": entered, "grown": peak() - before, "peak": peak()}


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cameras", type=int, default=100_000)
    parser.add_argument("--systems", type=int, default=5_000)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--database", help="measure in this database and keep it; it is filled when it is empty")
    parser.add_argument("--only", default="", help="ask for the pages whose name has this in it")
    parser.add_argument("--trace", action="store_true", help="say which queries each page makes")
    parser.add_argument("--way", choices=list(WAYS), help="import in this way alone")
    parser.add_argument("--take-in", choices=list(WAYS), help=argparse.SUPPRESS)
    options = parse(parser, cameras=400, systems=40, rows=100, requests=2)
    if options.take_in:
        start()
        print(json.dumps(take_in(options.rows, options.take_in)))
        return

    from database import database

    busy = os.getloadavg()[0]
    kept = nullcontext(options.database) if options.database else database()
    with tempfile.TemporaryDirectory() as folder, kept as url:
        os.environ |= {"CUSTODES_DATA": folder, "CUSTODES_DATABASE_URL": url}
        start()
        began = time.perf_counter()
        prepare()
        if is_empty():
            fill(options.cameras, options.systems)
            say(f"filled in {time.perf_counter() - began:.0f} s")
        figures = measure(options.requests, options.only, options.trace)
        if not figures:
            raise SystemExit(f"no page's name has {options.only} in it")
        figures[0]["note"] = (
            f"{options.cameras:,} cameras, {options.systems:,} systems, PostgreSQL on the same machine; requests through all"
            f" middleware by Django's test client in one process, no socket. Load average when it began: {busy:.1f}."
        )
        for way, told in WAYS.items():
            if options.rows == 0 or options.way not in (None, way):
                continue
            figures += imported(options.rows, way, told)
    print(json.dumps(figures, ensure_ascii=False))


def imported(rows: int, way: str, told: str) -> list[dict[str, object]]:
    """The figures of one import, in a process of its own."""
    command = [sys.executable, __file__, "--rows", str(rows), "--take-in", way]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    took = json.loads(done.stdout.splitlines()[-1])
    seconds = took["read"] + took["check"] + took["enter"]
    say(f"import, {told}: {took}")
    parts = f"read {took['read']:.1f} s, check {took['check']:.1f} s, enter {took['enter']:.1f} s"
    return [
        {
            "figure": f"import of {rows:,} cameras, {told}",
            "unit": "s",
            "ours": round(seconds, 1),
            "target": IMPORT_S,
            "met": seconds <= IMPORT_S,
            "note": f"Import, {told}: {parts}; peak {took['peak']:.0f} MB.",
        },
        {
            "figure": f"its peak memory over that of 2,000 rows, {told}",
            "unit": "MB",
            "ours": round(took["grown"], 1),
            "target": FLAT_MB,
            "met": took["grown"] <= FLAT_MB,
        },
    ]


if __name__ == "__main__":
    main()
