"""A real disk answers with EIO under a node that records: an alarm of its own, until the volume takes footage again."""

from __future__ import annotations

import asyncio
import datetime
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from custodes.people.models import RecordOutbox
from custodes.places.models import Camera
from custodes.upkeep.alarms.conditions.volumes import KINDS, look
from custodes.upkeep.alarms.keeping import keep
from custodes.upkeep.alarms.steps import acknowledge
from custodes.upkeep.alarms.words import facts, title
from custodes.upkeep.intake import take_status
from custodes.upkeep.models import Alarm, AlarmState
from custodes.upkeep.reports import Status
from tests.node import failing_disk
from tests.node.failing_disk import FailingDisk
from tests.node.smalldisk import WANTED, real_disks, small_disks
from tests.node.test_real_disks import FIRST, Node, _running
from tests.patience import PATIENCE, until

pytestmark = [
    real_disks,
    pytest.mark.django_db,
    pytest.mark.skipif(
        bool(failing_disk.why_not()) and not os.environ.get(WANTED), reason=failing_disk.why_not() or "can be made"
    ),
    pytest.mark.postgresql,
]
STEP = datetime.timedelta(minutes=1)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[FailingDisk]:
    made = FailingDisk(tmp_path / "one.img")
    try:
        yield made
    finally:
        made.throw_away()


@pytest.fixture
def node(tmp_path: Path, disk: FailingDisk) -> Iterator[Node]:
    with small_disks(tmp_path, "two") as (two,):
        for name, each in (("one", disk), ("two", two)):
            (tmp_path / name).mkdir()
            each.plug_in(tmp_path / name)
        yield from _running(tmp_path, disk, two)


def test_the_alarm_names_volume_path_error_and_cameras_and_is_over_when_the_volume_takes_footage_again(
    stage, node: Node, disk: FailingDisk
) -> None:
    Camera.objects.filter(pk=stage.gate.pk).delete()
    stage.gate.pk = FIRST
    stage.gate.save(force_insert=True)
    worker, at = node.running.worker, timezone.now()

    def told(minutes: int) -> list[str]:
        said = asyncio.run_coroutine_threadsafe(worker.reporter.status(), node.running.loop).result(PATIENCE)
        now = at + minutes * STEP
        take_status(stage.node, Status.model_validate_json(json.dumps(said)), now)
        keep(KINDS, list(look(now)), now)
        return list(Alarm.objects.filter(state=AlarmState.OPEN).values_list("kind", flat=True))

    def failing() -> bool:
        return any(volume.failing_since for volume in node.archive.forecast())

    assert told(0) == []
    disk.break_down()
    until(failing)
    node.goes_on(FIRST)
    told(1)
    assert told(2) == ["volume.broken"]
    alarm = Alarm.objects.get(state=AlarmState.OPEN)
    assert title(alarm) == "存储卷 node-1/one 读写出错，涉及 1 个点位"
    said = dict(facts(alarm))
    assert said["路径"] == str(node.mount("one"))
    assert "Input/output error" in said["系统报错"]
    assert said["开始出错"]
    assert [row.camera_id for row in alarm.cameras.all()] == [FIRST]
    acknowledge(alarm, by=stage.cast.system_admin.person, words="已通知维护单位", at=at + 2 * STEP)
    assert told(3) == ["volume.broken"], "a volume that rests is broken all the same"

    where = node.mount("one")
    disk.pull_out()
    until(lambda: node.stands()["one"] == "missing")
    disk.mend()
    disk.plug_in(where)
    until(lambda: not failing())
    for minutes in range(4, 10):
        left = told(minutes)
    assert left == []
    kinds = list(
        RecordOutbox.objects.filter(type__startswith="alarm.").order_by("created_at").values_list("type", flat=True)
    )
    assert kinds == ["alarm.raised", "alarm.acknowledged", "alarm.cleared"]
