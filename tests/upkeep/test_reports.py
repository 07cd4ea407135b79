"""What nodes report: signed, checked, idempotent, and only about their own cameras."""

from __future__ import annotations

import datetime
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from custodes.places.models import Node
from custodes.upkeep.models import CameraStatus, HourRollup, VolumeStatus, WorkerStatus
from tests.places.signing import signed

pytestmark = pytest.mark.postgresql

HOUR = "2024-06-03T00:00:00.000000Z"


def hour(camera, recorded=3_600_000_000, **more):
    return {
        "camera": str(camera),
        "hour": HOUR,
        "recorded_us": recorded,
        "owed_us": 3_600_000_000,
        "reasons": {"network": 3_600_000_000 - recorded} if recorded < 3_600_000_000 else {},
        "roots": "ab" * 32,
    } | more


def rollup(stage, *hours, worker=0):
    return signed(stage, "POST", "/internal/rollup", {"worker": worker, "hours": list(hours)})


def status(stage, **more):
    body = {
        "worker": 0,
        "cameras": [{"camera": str(stage.gate.pk), "state": "recording", "since": HOUR, "reason": ""}],
        "volumes": [
            {
                "path_name": "footage",
                "bytes_used": 10,
                "bytes_free": 20,
                "rate_bytes_per_s": 1.5,
                "days_left": 3.5,
                "days_held": None,
                "oldest": 1_717_372_800_000_000,
                "state": "ok",
            }
        ],
        "clock": {"synchronised": True, "offset_us": -12},
    } | more
    return signed(stage, "POST", "/internal/status", body)


def test_an_hour_is_kept_and_the_same_hour_again_replaces_it(stage):
    assert rollup(stage, hour(stage.gate.pk, 3_000_000_000)).status_code == 204
    assert rollup(stage, hour(stage.gate.pk)).status_code == 204
    row = HourRollup.objects.get()
    assert (row.recorded_us, row.reasons) == (3_600_000_000, {})


def test_a_node_speaks_for_its_own_cameras_alone(stage):
    other = Node.objects.create(name="node-2", public_key="", seal_key="")
    stage.lobby.node = other
    stage.lobby.save()
    assert rollup(stage, hour(stage.gate.pk), hour(stage.lobby.pk), hour(uuid.uuid4())).status_code == 204
    assert [row.camera_id for row in HourRollup.objects.all()] == [stage.gate.pk]
    cameras = [{"camera": str(stage.lobby.pk), "state": "silent", "since": HOUR, "reason": ""}]
    assert status(stage, cameras=cameras).status_code == 204
    assert not CameraStatus.objects.exists()


def test_status_replaces_what_the_worker_said_before(stage):
    assert status(stage).status_code == 204
    assert status(stage, volumes=[]).status_code == 204
    assert CameraStatus.objects.get().state == "recording"
    assert not VolumeStatus.objects.exists()
    assert WorkerStatus.objects.get().clock_offset_us == -12


def test_a_volume_keeps_its_oldest_footage_as_a_time(stage):
    status(stage)
    assert VolumeStatus.objects.get().oldest == datetime.datetime(2024, 6, 3, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        {"worker": -1, "hours": []},
        {"worker": 0, "hours": [{"camera": "x"}]},
        {"worker": 0, "hours": [hour(uuid.uuid4(), recorded=-1)]},
        {"worker": 0, "hours": [hour(uuid.uuid4(), hour="2024-06-03T00:00:00")]},
        {"worker": 0, "hours": [hour(uuid.uuid4(), roots="../../etc")]},
    ],
)
def test_a_malformed_rollup_is_refused_whole(stage, body):
    answer = signed(stage, "POST", "/internal/rollup", body)
    assert answer.status_code == 400
    assert not HourRollup.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        {"clock": None},
        {"cameras": [{"camera": "x", "state": "recording", "since": HOUR}]},
        {"cameras": [{"camera": str(uuid.uuid4()), "state": "dancing", "since": HOUR}]},
        {"volumes": [{"path_name": "x"}]},
    ],
)
def test_a_malformed_status_is_refused_whole(stage, more):
    assert status(stage, **more).status_code == 400
    assert not WorkerStatus.objects.exists()


@pytest.mark.parametrize("path", ["/internal/rollup", "/internal/status"])
def test_nobody_but_a_node_reports(stage, client_of, path):
    stranger = Ed25519PrivateKey.generate()
    assert Client().post(path, {}, content_type="application/json").status_code == 401
    assert client_of("system_admin").post(path, {}, content_type="application/json").status_code == 401
    assert signed(stage, "POST", path, {}, key=stranger).status_code == 401
    assert signed(stage, "GET", path).status_code == 405
