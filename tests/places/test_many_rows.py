"""Lists ask the database as often for many rows as for few."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from custodes.places.models import Camera, CameraState, Site, System, SystemState
from custodes.upkeep.models import CameraStatus

pytestmark = pytest.mark.postgresql


def _add(stage, count):
    now = timezone.now()
    for number in range(count):
        site = Site.objects.create(
            name=f"场所 {number}", category=1, address="无", division=stage.school.site.division, unit=stage.school.unit
        )
        system = System.objects.create(
            site=site, name=f"系统 {number}", unit=stage.school.unit, state=SystemState.LEGACY
        )
        camera = Camera.objects.create(
            system=system,
            number=f"X{number:03}",
            name=f"点位 {number}",
            place="无",
            node=stage.node,
            state=CameraState.CONNECTED,
            connected_at=now,
        )
        CameraStatus.objects.create(camera=camera, state="network", since=now - datetime.timedelta(hours=1), at=now)


@pytest.mark.parametrize(
    "name", ["places:camera_list", "places:system_list", "places:site_list", "upkeep:completeness", "upkeep:down"]
)
def test_the_number_of_queries_does_not_grow_with_the_rows(stage, client_of, name):
    browser = client_of("caretaker")

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(reverse(name)).status_code == 200
        return len(asked)

    _add(stage, 2)
    queries()
    few = queries()
    _add(stage, 30)
    assert queries() == few
