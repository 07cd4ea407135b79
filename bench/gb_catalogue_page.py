"""Whether the pages answer while the register takes in a catalogue of 100,000 channels, on PostgreSQL.

Starts a throwaway PostgreSQL, fills it (`register_fill`), and hands the parts of one device's catalogue to the register as the gateway's
reports do, in a thread beside the one that asks for pages, so that both share one interpreter as the requests of one server do. Twice:
the first catalogue, and the same again with a tenth of it renamed and a tenth gone, which is compared. No peer, no network.

    uv run bench/gb_catalogue_page.py [--channels 100000]
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from record import figure, say

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from database import database
from smoke import parse

TARGET_TAKEN = 60.0
"""Seconds for the whole catalogue."""
TARGET_PAGE = 500.0
"""Milliseconds within which 95 of 100 pages have to be answered meanwhile."""
DEVICE = "54010000002000000002"


def parts(channels: int, again: bool) -> Iterator[object]:
    """A whole taking in parts, as the gateway sends them."""
    from custodes.video.wire.devices import MOST_ITEMS, CatalogueItem, CataloguePart

    numbers = [number for number in range(channels) if not (again and number % 10 == 3)]
    taking, of = uuid.uuid4(), -(-len(numbers) // MOST_ITEMS)
    for part in range(of):
        items = tuple(
            CatalogueItem(
                id=f"5401000000132{number:07}", parent=DEVICE, name=f"城关区{'新' if again and number % 10 == 5 else ''}摄像机{number}",
                maker="某厂", model="IPC", civil_code="540102", address="某街某号", ptz=3, online=True, longitude=91.1, latitude=29.6,
            )
            for number in numbers[part * MOST_ITEMS : (part + 1) * MOST_ITEMS]
        )  # fmt: skip
        yield CataloguePart(
            gateway="gateway-1", device=DEVICE, taking=taking, part=part, parts=of, complete=True, said=len(numbers),
            at_us=time.time_ns() // 1000, items=items,
        )  # fmt: skip


def measure(channels: int) -> list[dict[str, object]]:
    """Fill the database that the settings name and measure."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from custodes.places.devices.catalogue import take_part
    from custodes.places.models import Gateway, GbDevice, System
    from custodes.web.warming import warm_up
    from register_fill import fill

    settings.SECRET_KEY = secrets.token_hex(32)
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    filled = fill(cameras=1000, systems=100, units=50, gaps=0, now=timezone.now())
    gateway = Gateway.objects.create(name="gateway-1")
    now, by = timezone.now(), filled.inspector.person
    device = GbDevice.objects.create(
        gb_id=DEVICE, name="下级平台", system=System.objects.first(), entered_by=by, entered_at=now, password_at=now
    )
    warm_up()
    browser = Client()
    browser.force_login(filled.inspector)
    pages = [reverse("places:device", args=[device.pk]), reverse("places:device_list"), reverse("places:camera_list")]
    for url in pages:
        assert browser.get(url).status_code == 200, url
    rows: list[dict[str, object]] = []
    for again in (False, True):
        failed: list[Exception] = []

        def take(again: bool = again, failed: list[Exception] = failed) -> None:
            try:
                for part in parts(channels, again):
                    take_part(gateway, part, timezone.now())  # type: ignore[arg-type]
            except Exception as error:
                failed.append(error)
            finally:
                connection.close()

        taker, spent, begun = threading.Thread(target=take), [], time.perf_counter()
        taker.start()
        while taker.is_alive():
            for url in pages:
                start = time.perf_counter()
                assert browser.get(url).status_code == 200, url
                spent.append((time.perf_counter() - start) * 1000)
        taker.join()
        took = time.perf_counter() - begun
        if failed:
            raise failed[0]
        kept, expected = device.channels.count(), channels - (channels // 10 if again else 0)
        assert kept == expected, (kept, expected)
        what = f"{'another' if again else 'a first'} catalogue of {channels:,} channels into the register"
        note = f"{len(spent)} pages meanwhile, p50 {statistics.median(spent):.0f} ms, the slowest {max(spent):.0f} ms; load {os.getloadavg()[0]:.1f}."
        slow = statistics.quantiles(spent, n=20)[18]
        rows.append({**figure(what, "s", took, None, TARGET_TAKEN, took <= TARGET_TAKEN), "note": note})
        pages_meanwhile = "pages meanwhile (the device, devices, cameras), p95"
        rows.append(figure(pages_meanwhile, "ms", slow, None, TARGET_PAGE, slow <= TARGET_PAGE))
        say(f"{what}: {took:.1f} s; {note}")
    return rows


def main() -> int:
    """Start a cluster and measure in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=100_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parse(parser, channels=500)
    if given.inside:
        print(json.dumps(measure(given.channels)))
        return 0
    with database() as url, tempfile.TemporaryDirectory() as data:
        env = {**os.environ, "CUSTODES_DATABASE_URL": url, "CUSTODES_DATA": data, "CUSTODES_REQUESTS_PER_MINUTE": "100000000",
               "CUSTODES_TRAINING": "1", "DJANGO_SETTINGS_MODULE": "custodes.web.settings"}  # fmt: skip
        return subprocess.run([sys.executable, __file__, "--inside", *sys.argv[1:]], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
