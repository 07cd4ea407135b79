"""What a worker says once a day of keeping, and the holds that come with an assignment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from custodes.ledger.records import record_of
from custodes.node.deletion_stop import BrakeFiles
from custodes.node.disk import Disk
from custodes.node.hold_care import HoldCare
from custodes.node.journal import Journal
from custodes.node.retention_desk import RetentionDesk
from custodes.node.web_client import WebUnavailable
from custodes.video.archive.retention import Retention, local_midnight_us
from custodes.video.wire.archive import HoldOrder, KeepingReport, RetentionLook
from tests.video.archive.conftest import CAMERA, OTHER, Site
from tests.video.archive.test_retention import ZONE, local, recorded
from tests.video.footage import START_US


class Web:
    """The centre, which may be away."""

    def __init__(self) -> None:
        self.away = False
        self.told: list[tuple[str, dict[str, Any]]] = []

    async def post(self, path: str, body: dict[str, Any]) -> None:
        if self.away:
            raise WebUnavailable("away")
        self.told.append((path, body))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.crash()


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def desk(site: Site, web: Web, tmp_path: Path) -> Iterator[Callable[[], bool]]:
    disk, journal = Disk(), Journal(tmp_path / "views.sqlite3", site.clock)
    made = RetentionDesk(
        *("node-1", 0, site.archive, journal, disk, Retention(), 0.2, BrakeFiles(tmp_path, 0)),
        web,  # type: ignore[arg-type]
        site.clock,
    )

    def tell() -> bool:
        return asyncio.run(made.tell_if_due())

    tell.desk = made  # type: ignore[attr-defined]
    yield tell
    journal.close()
    disk.close()


def to(site: Site, hour: float, days: int = 1) -> None:
    midnight = local_midnight_us(local(START_US).date() + timedelta(days=days), ZONE)
    site.clock.advance((midnight - site.clock.wall_us()) / 1e6 + hour * 3600)


def test_once_a_day_after_midnight_has_settled(site: Site, web: Web, desk: Callable[[], bool]) -> None:
    recorded(site)
    to(site, 0.3)
    assert not desk()
    to(site, 0.6)
    assert desk()
    assert not desk()
    [(path, body)] = web.told
    assert path == "/internal/keeping"
    report = KeepingReport.model_validate(body)
    assert report.day == local(site.clock.wall_us()).date()
    assert [one.camera for one in report.cameras] == [CAMERA]
    [record] = site.records("keeping")
    assert record_of(record).type == "keeping"
    assert record["cameras"] == [[str(CAMERA), 30, START_US, 0]]
    to(site, 0.6, 2)
    assert desk()


def test_a_web_that_is_away_is_told_later_and_the_log_keeps_one_record_of_the_day(
    site: Site, web: Web, desk: Callable[[], bool]
) -> None:
    recorded(site)
    to(site, 1)
    web.away = True
    with pytest.raises(WebUnavailable):
        desk()
    assert site.records("keeping") == []
    web.away = False
    assert desk()
    [first] = site.records("keeping")
    desk.desk.journal.remember("kept_told_day", 0)  # type: ignore[attr-defined]  # it died before it wrote that down
    assert desk()
    again = site.records("keeping")
    assert {record["id"] for record in again} == {first["id"]}


def test_the_look_has_the_shape_that_the_web_reads(site: Site, desk: Callable[[], bool]) -> None:
    count = recorded(site)
    site.hold(START_US, START_US + 1)
    to(site, 1, 31)
    look = RetentionLook.model_validate(desk.desk._look())  # type: ignore[attr-defined]
    [day] = look.days
    assert (day.segments, day.held_segments, day.holds) == (count - 1, 1, [str(UUID(int=1))])
    assert look.stopped is None


def test_a_worker_takes_of_an_assignment_what_is_its_own_or_has_left_footage_with_it(site: Site) -> None:
    recorded(site)  # CAMERA has footage here, though another worker has it now
    strange = UUID(int=99)
    order = HoldOrder(id=UUID(int=5), version=1, from_us=1, to_us=2, cameras=(CAMERA, OTHER, strange))
    disk = Disk()
    HoldCare(site.archive, disk).take([order], lambda camera: camera == OTHER)
    disk.close()
    taken = {camera for (camera,) in site.rows("SELECT camera FROM hold_orders")}
    assert taken == {str(CAMERA), str(OTHER)}
