"""What the node is told: generations, the long poll, and who may ask."""

from __future__ import annotations

import asyncio
import time

import pytest
from asgiref.sync import sync_to_async
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections, transaction
from django.test import AsyncClient, Client

from custodes.places import internal
from custodes.places.assignment import build_assignment, bump
from custodes.places.models import Camera, CameraState, Node
from custodes.places.register import save_recorded
from custodes.places.retiring import retire
from custodes.video.wire.assignment import Assignment
from custodes.video.wire.control import sign_request
from tests.patience import PATIENCE, until_async
from tests.places.signing import signed

pytestmark = pytest.mark.postgresql


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(internal, "WAIT_SECONDS", 0.2)
    monkeypatch.setattr(internal, "LOOK_SECONDS", 0.02)


def test_the_assignment_holds_the_connected_cameras_of_the_node(stage):
    Camera.objects.filter(pk=stage.yard.pk).update(state=CameraState.DRAFT)
    assignment = build_assignment(stage.node)
    assert {camera.id for camera in assignment.cameras} == {stage.gate.pk, stage.lobby.pk}
    [gate] = [camera for camera in assignment.cameras if camera.id == stage.gate.pk]
    assert gate.main.url == "rtsp://10.1.2.3:554/gate"
    assert (gate.username, gate.sealed_password) == ("viewer", "c2VhbGVk")
    assert assignment.origins == ("http://localhost:8000",)


def test_a_node_gets_its_assignment_at_once_and_as_the_wire_says(stage, quick):
    answer = signed(stage, "GET", "/internal/assignment?after=0&workers=2")
    assert answer.status_code == 200
    assert Assignment.model_validate_json(answer.content).generation == stage.node.generation


def test_a_node_that_has_the_newest_waits_and_gets_204(stage, quick):
    path = f"/internal/assignment?after={stage.node.generation}&workers=2"
    assert signed(stage, "GET", path).status_code == 204
    assert Node.objects.get().last_seen is not None


def test_another_number_of_workers_is_a_new_assignment(stage, quick):
    answer = signed(stage, "GET", f"/internal/assignment?after={stage.node.generation}&workers=3")
    assert answer.status_code == 200
    assert Node.objects.get().workers == 3


def test_a_centre_restored_from_an_older_copy_is_followed(stage, quick):
    assert signed(stage, "GET", "/internal/assignment?after=999&workers=2").status_code == 200


@pytest.mark.parametrize("query", ["after=x", "workers=0", "workers=9999", "after=1&workers="])
def test_a_malformed_poll_is_told_so(stage, quick, query):
    assert signed(stage, "GET", f"/internal/assignment?{query}").status_code == 400


@pytest.mark.clause("S30.1")
def test_nobody_but_the_node_gets_an_assignment(stage, quick, client_of):
    path = "/internal/assignment?after=0&workers=2"
    stranger = Ed25519PrivateKey.generate()
    assert Client().get(path).status_code == 401
    assert client_of("system_admin").get(path).status_code == 401
    assert signed(stage, "GET", path, key=stranger).status_code == 401
    assert signed(stage, "GET", path, issuer="node-2").status_code == 401
    header = sign_request(stage.node_key, "node-1", "web", "GET", path, b"", time.time())
    assert Client().get(path, headers={"Authorization": header}).status_code == 200
    assert Client().get(path, headers={"Authorization": header}).status_code == 401, "a replay"
    header = sign_request(stage.node_key, "node-1", "web", "GET", path, b"", time.time())
    assert Client().get(path + "0", headers={"Authorization": header}).status_code == 401, "another path"


def test_only_changes_that_the_node_must_know_raise_the_generation(stage):
    person, now = stage.cast.caretaker.person, stage.node.cameras.first().created_at
    before = Node.objects.get().generation
    stage.gate.view = "校门内外"
    save_recorded(stage.gate, ("view",), person, now)
    assert Node.objects.get().generation == before
    stage.gate.record = False
    save_recorded(stage.gate, ("record",), person, now)
    assert Node.objects.get().generation == before + 1
    retire(stage.gate, person, "拆除", now)
    assert Node.objects.get().generation == before + 2
    assert stage.gate.pk not in {camera.id for camera in build_assignment(stage.node).cameras}


@pytest.mark.django_db(transaction=True)
def test_a_change_that_fails_raises_nothing_and_bump_needs_its_transaction(stage):
    before = Node.objects.get().generation
    with pytest.raises(RuntimeError):
        bump(stage.node)

    with transaction.atomic():
        bump(stage.node)
        transaction.set_rollback(True)
    assert Node.objects.get().generation == before


@pytest.mark.django_db(transaction=True)
async def test_a_waiting_node_hears_of_a_change_before_its_time_is_up(stage, monkeypatch):
    monkeypatch.setattr(internal, "LOOK_SECONDS", 0.02)
    path = f"/internal/assignment?after={stage.node.generation}&workers=2"
    header = sign_request(stage.node_key, "node-1", "web", "GET", path, b"", time.time())
    waiting = asyncio.ensure_future(AsyncClient().get(path, headers={"Authorization": header}))

    async def seen() -> bool:
        return (await Node.objects.aget()).last_seen is not None

    await until_async(seen)
    assert not waiting.done()
    await Node.objects.filter(pk=stage.node.pk).aupdate(generation=stage.node.generation + 1)
    answer = await asyncio.wait_for(waiting, PATIENCE)
    # Django answered in another thread, which the test's end knows nothing of.
    await sync_to_async(connections.close_all)()
    assert answer.status_code == 200
