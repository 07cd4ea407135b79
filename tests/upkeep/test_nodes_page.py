"""The page that tells how each node's workers stand, from what they report to what a person reads."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.upkeep.models import WorkerStatus
from tests.day import morning
from tests.places.stage import Stage
from tests.upkeep.test_reports import status


def process(**more: object) -> dict[str, object]:
    """What a worker says of its process."""
    return {
        "started": (timezone.now() - datetime.timedelta(days=3)).isoformat(),
        "restarts": 0,
        "version": "0.1.0",
        "views": 2,
        "lateness_ms": 7,
        "backlog_bytes": 0,
        "disk_ms": 3,
        **more,
    }


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({}, "运行中"),
        ({"restarts": 4, "started": morning().isoformat()}, "刚刚重启"),
        ({"lateness_ms": 900}, "繁忙"),
        ({"disk_ms": 5000}, "磁盘慢"),
        ({"backlog_bytes": 1 << 30}, "磁盘慢"),
    ],
)
def test_what_a_worker_reports_is_what_the_page_says(
    stage: Stage, client_of: Callable[[str], Client], said: dict[str, object], word: str
) -> None:
    assert status(stage, process=process(**said)).status_code == 204
    page = client_of("caretaker").get(reverse("upkeep:nodes")).content.decode()
    row = page[page.index("<tbody>") :]
    assert word in row
    assert "0.1.0" in row
    assert "录像中 1 / 点位 1" in page


def test_a_node_that_is_silent_and_a_worker_that_is_missing_are_named(
    stage: Stage, client_of: Callable[[str], Client]
) -> None:
    status(stage, process=process())
    WorkerStatus.objects.update(at=timezone.now() - datetime.timedelta(hours=1))
    stage.gate.node.__class__.objects.update(last_seen=timezone.now() - datetime.timedelta(hours=1), workers=3)
    page = client_of("caretaker").get(reverse("upkeep:nodes")).content.decode()
    assert page.count("无上报") == 2
    assert "缺 2 个" in page


def test_a_node_of_an_older_version_says_nothing_of_its_process(
    stage: Stage, client_of: Callable[[str], Client]
) -> None:
    assert status(stage).status_code == 204
    assert WorkerStatus.objects.get().started_at is None
    assert client_of("caretaker").get(reverse("upkeep:nodes")).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"restarts": -1}, {"version": "x" * 41}, {"views": "many"}, {"started": "yesterday"}]
)
def test_nonsense_about_a_process_is_refused_whole(stage: Stage, wrong: dict[str, object]) -> None:
    assert status(stage, process=process(**wrong)).status_code == 400
    assert not WorkerStatus.objects.exists()
