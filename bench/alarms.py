"""What a look for alarms and a question of the bell cost, with many cameras, on an empty SQLite database of its own.

``uv run python bench/alarms.py --cameras 10000 --fallen 2000`` prints milliseconds: a look while all is well, the look
that sees so many fall, the look that raises them, one while they stay fallen, and one question of the bell. There is no
peer that does the same; the figures are for this product's own bound (a look every 15 s).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests import migrated

from smoke import parse


def main() -> None:
    """Set up, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cameras", type=int, default=10_000)
    parser.add_argument("--fallen", type=int, default=2_000)
    parser.add_argument("--sites", type=int, default=500)
    options = parse(parser, cameras=200, fallen=50, sites=10)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"CUSTODES_DATA": folder, "DJANGO_SETTINGS_MODULE": "custodes.web.settings"}
        import django

        django.setup()
        from django.core.management import call_command

        migrated.begin(Path(folder))
        call_command("migrate", verbosity=0)
        measure(options.cameras, options.fallen, options.sites)


def measure(count: int, fallen: int, sites: int) -> None:
    """The figures."""
    from django.test import RequestFactory
    from django.utils import timezone

    from custodes.people.models import Account, Division, Person, Post, PostKind, Unit, UnitKind
    from custodes.places.models import Camera, CameraState, Node, Site, System, SystemState
    from custodes.upkeep.alarms.conditions import cameras, gaps, nodes, volumes
    from custodes.upkeep.alarms.evaluating import SourceWatch
    from custodes.upkeep.alarms.visible import _kept
    from custodes.upkeep.models import Alarm, AlarmState, CameraStatus
    from custodes.upkeep.views.alarms import bell

    now = timezone.now()
    division = Division.objects.get(code="540102")
    unit = Unit.objects.create(name="城关区公安分局", kind=UnitKind.PUBLIC_SECURITY, division=division)
    node = Node.objects.create(name="node-1", public_key="", seal_key="", workers=16, last_seen=now)
    places = [Site(name=f"场所 {i}", category=1, address="x", division=division, unit=unit) for i in range(sites)]
    Site.objects.bulk_create(places)
    systems = System.objects.bulk_create(
        [System(site=site, name=site.name, unit=unit, state=SystemState.LEGACY) for site in places]
    )
    made = Camera.objects.bulk_create(
        [
            Camera(
                system=systems[i % sites], number=f"C{i}", name=f"点位 {i}", place="x",
                node=node, state=CameraState.CONNECTED,
            )
            for i in range(count)
        ],
        batch_size=1000,
    )  # fmt: skip
    CameraStatus.objects.bulk_create(
        [CameraStatus(camera=camera, state="recording", since=now, at=now) for camera in made], batch_size=1000
    )
    person = Person.objects.create(name="王伟", unit=unit)
    account = Account.objects.create(username="duty", person=person)
    Post.objects.create(person=person, unit=unit, kind=PostKind.DUTY_OFFICER, valid_from=now - timedelta(days=1))
    watch = SourceWatch([nodes.SOURCE, cameras.SOURCE, volumes.SOURCE, gaps.SOURCE])

    def look(seconds: int) -> Callable[[], object]:
        at = now + timedelta(seconds=seconds)

        def run() -> object:
            return watch.round(at)

        CameraStatus.objects.update(at=at)
        Node.objects.update(last_seen=at)
        return run

    print(f"{count} cameras of {sites} sites on one node, {fallen} fall together")
    show("a look while all is well", look(15))
    CameraStatus.objects.filter(camera__in=[camera.pk for camera in made[:fallen]]).update(
        state="network", since=now + timedelta(seconds=16)
    )
    show("the look that sees them fall", look(30))
    show("a look while that may pass", look(45))
    show("the look that raises it", look(60))
    show("a look while they stay away", look(75))
    kinds = list(Alarm.objects.filter(state=AlarmState.OPEN).values_list("kind", "facts__count"))
    print(f"alarms raised: {kinds}")
    request = RequestFactory().get("/api/alarms/bell")
    request.user = account
    bell(request)  # loads the words
    _kept.clear()
    show("the first question of a person's bell (view alone, without the session)", lambda: bell(request))
    show("each further one while nothing happens", lambda: bell(request), 50)


def show(name: str, run: Callable[[], object], times: int = 1) -> None:
    """Run and print the milliseconds of one run."""
    begin = time.perf_counter()
    for _time in range(times):
        run()
    print(f"{(time.perf_counter() - begin) * 1000 / times:9.1f} ms  {name}")


if __name__ == "__main__":
    main()
