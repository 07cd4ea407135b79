"""Events of cameras as nodes report them: about their own cameras, once, and told for as long as they are known."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.utils import timezone

from custodes.upkeep.events import KEPT, RECENT, camera_events, forget_old_events
from custodes.upkeep.models import CameraEvent, CameraStatus
from tests.upkeep.test_reports import status


def iso(at):
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event(camera, since, **more):
    return {
        "camera": str(camera),
        "kind": "tamper",
        "since": iso(since),
        "last": iso(since),
        "count": 1,
        "text": "VideoSource/ImageTooDark",
        "over": False,
    } | more


def test_an_event_is_kept_once_however_often_it_is_reported_and_ends_when_the_device_says_so(stage):
    now = timezone.now()
    begun = now - datetime.timedelta(minutes=1)
    assert status(stage, events=[event(stage.gate.pk, begun)]).status_code == 204
    assert status(stage, events=[event(stage.gate.pk, begun, count=5, last=iso(now))]).status_code == 204
    [row] = camera_events(timezone.now())
    assert (row.camera, row.kind, row.count, row.over, row.since) == (stage.gate, "tamper", 5, False, begun)
    status(stage, events=[event(stage.gate.pk, begun, count=5, last=iso(now), over=True)])
    [row] = camera_events(timezone.now())
    assert row.over
    assert list(camera_events(timezone.now() + RECENT + datetime.timedelta(minutes=1))) == []


def test_what_is_no_longer_reported_is_not_known_to_go_on(stage):
    status(stage, events=[event(stage.gate.pk, timezone.now())])
    assert camera_events(timezone.now()).count() == 1
    assert list(camera_events(timezone.now() + datetime.timedelta(minutes=2))) == []


def test_a_node_speaks_for_its_own_cameras_alone(stage):
    status(stage, events=[event(uuid.uuid4(), timezone.now())])
    assert not CameraEvent.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"kind": "face"}, {"count": 0}, {"count": 2**40}, {"since": "soon"}, {"text": "x" * 101}, {"camera": "x"}]
)
def test_one_wrong_field_refuses_the_whole_report(stage, wrong):
    answer = status(stage, events=[event(stage.gate.pk, timezone.now()) | wrong])
    assert answer.status_code == 400
    assert not CameraStatus.objects.exists()


def test_a_node_of_an_older_version_reports_without_events(stage):
    assert status(stage).status_code == 204
    assert not CameraEvent.objects.exists()


def test_old_events_are_forgotten(stage):
    status(stage, events=[event(stage.gate.pk, timezone.now())])
    assert forget_old_events(timezone.now()) == 0
    assert forget_old_events(timezone.now() + KEPT + datetime.timedelta(days=1)) == 1
