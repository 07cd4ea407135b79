"""A real disk is pulled out under a node: the alarm about its volume comes, and is over when the disk is back."""

from __future__ import annotations

import asyncio
import datetime
import json
from pathlib import Path

import pytest
from django.utils import timezone

from custodes.upkeep.alarms.conditions.volumes import KINDS, look
from custodes.upkeep.alarms.keeping import keep
from custodes.upkeep.intake import take_status
from custodes.upkeep.models import Alarm, AlarmState
from custodes.upkeep.reports import Status
from tests.node.smalldisk import real_disks, small_disks
from tests.node.support import FakeNotary, Installation, RunningWorker
from tests.patience import PATIENCE, until

pytestmark = [real_disks, pytest.mark.django_db]
STEP = datetime.timedelta(minutes=1)


def test_the_alarm_comes_with_the_disk_that_goes_and_is_over_when_it_is_back(stage, tmp_path: Path) -> None:
    where = tmp_path / "one"
    where.mkdir()
    at = timezone.now()
    with small_disks(tmp_path, "one") as (disk,):
        disk.plug_in(where)
        installation = Installation(tmp_path / "data", {"volumes": (where,)})
        notary = FakeNotary(installation.settings.notary_socket_path)
        notary.start()
        with RunningWorker(installation) as running:

            def stands() -> str:
                return running.worker.archive.forecast()[0].stands

            def told(at: datetime.datetime) -> list[str]:
                said = asyncio.run_coroutine_threadsafe(running.worker.reporter.status(), running.loop).result(PATIENCE)
                take_status(stage.node, Status.model_validate_json(json.dumps(said)), at)
                keep(KINDS, list(look(at)), at)
                return list(Alarm.objects.filter(state=AlarmState.OPEN).values_list("kind", flat=True))

            assert told(at) == []
            disk.pull_out()
            until(lambda: stands() == "missing")
            told(at + STEP)
            assert told(at + 2 * STEP) == ["volume.absent"]
            disk.plug_in(where)
            until(lambda: stands() == "recording")
            for number in range(3, 10):
                left = told(at + number * STEP)
            assert left == []
        notary.stop()
