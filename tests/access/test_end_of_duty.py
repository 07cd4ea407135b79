"""Duty that runs out or changes hands while a picture is being watched: through the pages, to a real worker's socket.

The web's clock is moved; the worker's is the machine's.
"""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from custodes.access import grants, revocation
from custodes.access.models import Grant
from custodes.ledger.client import GrantAnswer
from custodes.ledger.records import Grant as GrantRecord
from custodes.notary.grants import sign_claims
from custodes.notary.protocol import TokenClaims
from custodes.people import delivery as line
from custodes.people import periodic
from custodes.people.models import DutySession, RecordOutbox
from custodes.places import node_client
from custodes.places.keys import control_key
from custodes.places.models import Node
from custodes.video.wire.assignment import CameraAssignment, SourceAssignment
from custodes.video.wire.view import SUBPROTOCOL
from tests.access.notary import FakeNotary
from tests.access.test_views_api import ask, post
from tests.node.support import ORIGIN, Installation, RunningWorker, camera_server, good_mounts
from tests.node.support import FakeNotary as NodesNotary
from tests.patience import PATIENCE, until
from tests.places.stage import Stage

pytestmark = pytest.mark.postgresql

HOURS = datetime.timedelta(hours=1)
SECOND = datetime.timedelta(seconds=1)


class SigningNotary(FakeNotary):
    """Gives tokens that a worker believes."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        super().__init__()
        self.key = key

    def grant(self, record: GrantRecord, tokens: Sequence[Mapping[str, Any]]) -> GrantAnswer:
        index = super().grant(record, tokens).index
        return GrantAnswer(index, self._sign(tokens, index))

    def renew(self, grant: UUID, tokens: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
        super().renew(grant, tokens)
        return self._sign(tokens, 0)

    def _sign(self, tokens: Sequence[Mapping[str, Any]], index: int) -> tuple[str, ...]:
        claims = [msgspec.convert(token, TokenClaims) for token in tokens]
        return tuple(sign_claims(each, index, int(time.time()), 60, self.key) for each in claims)


class MovedClock:
    """The web's clock: the machine's, and as much later as a test says."""

    def __init__(self) -> None:
        self.later = datetime.timedelta()

    def __call__(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC) + self.later

    def go_to(self, moment: datetime.datetime) -> None:
        self.later = moment - datetime.datetime.now(datetime.UTC)


class Picture:
    """A browser's socket to the worker, with a live picture on it."""

    def __init__(self, installation: Installation, opened: dict[str, Any], camera: UUID) -> None:
        [socket] = opened["sockets"]
        assert socket["url"] == f"ws://localhost:{installation.port}/view"
        opening = connect(
            f"ws://127.0.0.1:{installation.port}/view",
            origin=ORIGIN,  # type: ignore[arg-type]
            subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]
            proxy=None,
            max_size=None,
        )
        self.connection: ClientConnection = opening.__enter__()
        self._say("token", token=socket["token"])
        self._say("open", channel=1, camera=str(camera), stream="main", at=None)
        self.wait_media(2)

    def _say(self, kind: str, **fields: Any) -> None:
        self.connection.send(json.dumps({"type": kind, **fields}))

    def renew(self, opened: dict[str, Any]) -> None:
        self._say("token", token=opened["sockets"][0]["token"])

    def wait_media(self, count: int) -> None:
        while count:
            count -= isinstance(self.connection.recv(PATIENCE), bytes)

    def stopped(self) -> tuple[dict[str, Any], int]:
        """Take what comes until it is stopped; the reason that is shown, and the close code."""
        said: dict[str, Any] = {}
        try:
            while True:
                message = self.connection.recv(PATIENCE)
                if isinstance(message, str) and json.loads(message)["type"] == "stopped":
                    said = json.loads(message)
        except ConnectionClosed:
            return said, self.connection.close_code or 0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> MovedClock:
    made = MovedClock()
    monkeypatch.setattr(timezone, "now", made)
    return made


@pytest.fixture
def installation(
    tmp_path: Path, stage: Stage, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """The stage's node is a real worker that records the gate's camera."""
    made = Installation(tmp_path)
    made.web_key = control_key()
    signing = SigningNotary(made.grant_key)
    monkeypatch.setattr(grants, "notary", lambda: signing)
    monkeypatch.setattr(line, "notary", lambda: signing)
    monkeypatch.setattr(node_client, "TRANSPORT", None)
    monkeypatch.setattr(revocation._pushes, "submit", lambda call, *args: call(*args))
    Node.objects.filter(pk=stage.node.pk).update(workers=1, port=made.port)
    stage.gate.refresh_from_db()
    notary = NodesNotary(made.settings.notary_socket_path)
    notary.start()
    with camera_server(good_mounts(1)) as server:
        main = SourceAssignment(url=f"rtsp://127.0.0.1:{server.port}/c0")
        made.assign([CameraAssignment(id=stage.gate.pk, name="gate", main=main)])
        with RunningWorker(made) as running:
            until(lambda: running.worker.archive.runs(stage.gate.pk, 0, 1 << 62))
            yield made
    notary.stop()


@pytest.fixture
def act(django_capture_on_commit_callbacks: Any) -> Callable[[Callable[[], Any]], Any]:
    """Do something, and what it has put behind the commit."""

    def run(call: Callable[[], Any]) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return call()

    return run


def begin_duty(browser: Client) -> DutySession:
    browser.post(reverse("people:duty_begin"))
    return DutySession.objects.get(ended_at=None)


def records(kind: str) -> list[dict[str, Any]]:
    return [row.record for row in RecordOutbox.objects.filter(type=kind).order_by("created_at")]


def test_after_twelve_hours_the_live_picture_stops_and_says_why(
    installation: Installation, stage: Stage, client_of: Callable[[str], Client], clock: MovedClock, act: Any
) -> None:
    session = begin_duty(client_of("operator"))
    assert session.ends_at - session.begun_at == 12 * HOURS
    clock.go_to(session.ends_at - 30 * SECOND)
    browser = client_of("operator")  # the sign-in is a fresh one: that one too lasts no longer than twelve hours
    opened = ask(browser, stage.gate).json()
    picture = Picture(installation, opened, stage.gate.pk)
    picture.renew(post(browser, f"/api/views/{opened['grant']}/renew").json())
    act(lambda: periodic.sweep(timezone.now()))
    picture.wait_media(3)

    clock.go_to(session.ends_at + SECOND)
    act(lambda: periodic.sweep(timezone.now()))  # as the web's background does
    said, code = picture.stopped()
    assert (said["reason"], said["clause"], said["detail"], code) == ("revoked", "S34(1)", "值班已结束", 4410)
    again = post(browser, f"/api/views/{opened['grant']}/renew")
    assert (again.status_code, again.json()["refusal"][0]["reason"]) == (403, "值班已结束")
    anew = ask(browser, stage.gate)
    assert (anew.status_code, anew.json()["refusal"][0]["clause"]) == (403, "S34(1)")
    page = browser.get(reverse("people:duty")).content.decode()
    assert reverse("people:duty_begin") in page, "the next step is to begin again"
    [ended] = records("duty.ended")
    assert ended["reason"] == "expired"
    assert ended["at"].startswith(session.ends_at.strftime("%Y-%m-%dT%H:%M:%S.%f"))
    [revoked] = records("revocation")
    assert revoked["grants"] == [opened["grant"]]


def test_a_renewal_after_twelve_hours_is_refused_and_stops_the_picture_even_if_nobody_has_swept(
    installation: Installation, stage: Stage, client_of: Callable[[str], Client], clock: MovedClock, act: Any
) -> None:
    session = begin_duty(client_of("operator"))
    clock.go_to(session.ends_at - SECOND * 30)
    browser = client_of("operator")
    opened = ask(browser, stage.gate).json()
    picture = Picture(installation, opened, stage.gate.pk)
    clock.go_to(session.ends_at)
    answer = act(lambda: post(browser, f"/api/views/{opened['grant']}/renew"))
    assert answer.status_code == 403
    assert answer.json()["refusal"][0]["clause"] == "S34(1)"
    said, code = picture.stopped()
    assert (said["reason"], said["clause"], code) == ("revoked", "S34(1)", 4410)
    assert said["detail"]
    assert Grant.objects.get(pk=opened["grant"]).revoked_at is not None


def test_a_hand_over_stops_the_ones_picture_and_the_others_begins(
    installation: Installation, stage: Stage, client_of: Callable[[str], Client], act: Any
) -> None:
    first, second = client_of("operator"), client_of("lead")
    begin_duty(first)
    assert ask(second, stage.gate).status_code == 403, "not on duty yet"
    opened = ask(first, stage.gate).json()
    picture = Picture(installation, opened, stage.gate.pk)
    successor = stage.cast.lead.post
    assert successor is not None
    act(lambda: first.post(reverse("people:duty_hand_over"), {"successor": str(successor.uuid)}))
    said, code = picture.stopped()
    assert (said["reason"], said["clause"], said["detail"], code) == ("revoked", "S34(1)", "值班已结束", 4410)
    assert ask(first, stage.gate).status_code == 403
    taken_over = ask(second, stage.gate)
    assert taken_over.status_code == 201
    Picture(installation, taken_over.json(), stage.gate.pk).connection.close()
    [ended] = records("duty.ended")
    assert ended["reason"] == f"hand_over:{stage.cast.lead.person.uuid}"
    assert [begun["at"] for begun in records("duty.begun")][1] == ended["at"], "at one instant"


def test_a_picture_whose_push_is_lost_ends_with_its_token_and_is_renewed_no_more(
    installation: Installation,
    stage: Stage,
    client_of: Callable[[str], Client],
    clock: MovedClock,
    act: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = begin_duty(client_of("operator"))
    clock.go_to(session.ends_at - SECOND * 30)
    browser = client_of("operator")
    opened = ask(browser, stage.gate).json()
    picture = Picture(installation, opened, stage.gate.pk)
    monkeypatch.setattr(revocation._pushes, "submit", lambda *_: None)
    clock.go_to(session.ends_at)
    act(lambda: periodic.sweep(timezone.now()))
    picture.wait_media(2)
    assert post(browser, f"/api/views/{opened['grant']}/renew").status_code == 403
    expires = datetime.datetime.fromisoformat(opened["expires"])
    assert expires <= session.ends_at + 60 * SECOND, "the token's own end, which no renewal moves"
    picture.connection.close()
