"""What the web may ask of a worker, and what nobody else may."""

import socket
import sqlite3
import time
from datetime import UTC, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.node.assignment import NAME, load_assignment, save_assignment
from custodes.video.wire.control import sign_request
from custodes.video.wire.seal import seal
from tests.node.support import FakeNotary, Installation, RunningWorker
from tests.patience import PATIENCE, until

CAMERA = UUID(int=1)
PATH = "/internal/forecast"
WRITE = "/internal/masking/write"


@pytest.fixture(autouse=True)
def _running(worker: RunningWorker) -> None:
    """Every test here needs the worker."""


def signed(installation: Installation, path: str, after: float = 0, **changes: object) -> dict[str, str]:
    """The header of a request that is signed so many seconds from now."""
    now = time.time() + after
    how = {"key": installation.web_key, "issuer": "web", "audience": installation.worker, "now": now, **changes}
    return {
        "Authorization": sign_request(
            how["key"],
            how["issuer"],
            how["audience"],
            "GET",
            path,
            b"",
            how["now"],  # type: ignore[arg-type]
        )
    }


def test_a_signed_request_is_answered(installation: Installation) -> None:
    answer = installation.request("GET", PATH)
    assert answer.status_code == 200
    [volume] = answer.json()["volumes"]
    assert volume["path_name"] == "footage"
    assert volume["state"] == "ok"


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("another signer", {"key": Ed25519PrivateKey.generate()}),
        ("another issuer", {"issuer": "node-1"}),
        ("another worker", {"audience": "node-1/1"}),
        ("an old one", {"after": -120}),
        ("one from the future", {"after": 120}),
    ],
)
def test_a_request_that_the_web_did_not_sign_for_this_worker_now_is_refused(
    installation: Installation, what: str, changes: dict[str, object]
) -> None:
    assert installation.request("GET", PATH, headers=signed(installation, PATH, **changes)).status_code == 401, what


def test_an_unsigned_request_is_refused(installation: Installation) -> None:
    assert installation.request("GET", PATH, headers={}).status_code == 401
    assert installation.request("GET", PATH, headers={"Authorization": "Bearer x"}).status_code == 401


def _begun(installation: Installation, path: str, length: int, authorization: str = "") -> socket.socket:
    """A request of which only the head has been sent."""
    connection = socket.create_connection(("127.0.0.1", installation.port), timeout=PATIENCE)
    lines = [f"POST {path} HTTP/1.1", "Host: worker", f"Content-Length: {length}", "Connection: close"]
    if authorization:
        lines.append(f"Authorization: {authorization}")
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return connection


def test_nothing_of_an_unsigned_body_is_waited_for(installation: Installation) -> None:
    for authorization in (
        "",
        "Bearer x",
        signed(installation, WRITE, key=Ed25519PrivateKey.generate())["Authorization"],
    ):
        with _begun(installation, WRITE, 32 << 20, authorization) as connection:
            assert connection.recv(100).startswith(b"HTTP/1.1 401"), "before a byte of it was sent"


def test_a_signature_has_one_body_read_and_no_second(installation: Installation) -> None:
    header = signed(installation, PATH)["Authorization"]
    with _begun(installation, WRITE, 1, header) as connection:
        connection.sendall(b"x")
        assert connection.recv(100).startswith(b"HTTP/1.1 401"), "for another request"
    with _begun(installation, WRITE, 32 << 20, header) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 401")


def test_large_bodies_come_one_at_a_time_and_small_ones_beside_them(installation: Installation) -> None:
    def header(body: bytes) -> str:
        return sign_request(installation.web_key, "web", installation.worker, "POST", WRITE, body, time.time())

    with _begun(installation, WRITE, 2, header(b"{}")) as first:
        first.sendall(b"{")
        with _begun(installation, WRITE, 2, header(b"{}")) as second:
            second.sendall(b"{}")
            assert installation.request("GET", PATH).status_code == 200
            second.setblocking(False)
            with pytest.raises(BlockingIOError):  # what was asked behind it has been answered
                second.recv(100)
            first.sendall(b"}")
            assert first.recv(100).startswith(b"HTTP/1.1 422")
            second.settimeout(PATIENCE)
            assert second.recv(100).startswith(b"HTTP/1.1 422")


def test_a_replayed_request_is_refused(installation: Installation) -> None:
    headers = signed(installation, PATH)
    assert installation.request("GET", PATH, headers=headers).status_code == 200
    assert installation.request("GET", PATH, headers=headers).status_code == 401


def test_a_signature_is_good_for_its_own_path_and_body_only(installation: Installation) -> None:
    other = f"/internal/completeness?camera={CAMERA}&day=2026-01-01"
    assert installation.request("GET", other, headers=signed(installation, PATH)).status_code == 401
    empty = sign_request(installation.web_key, "web", installation.worker, "POST", "/internal/revoke", b"", time.time())
    body = {"grants": [str(uuid4())], "reason": "", "clause": ""}
    answer = installation.request("POST", "/internal/revoke", body, headers={"Authorization": empty})
    assert answer.status_code == 401


def test_the_timeline_says_runs_gaps_and_now(installation: Installation) -> None:
    now_us = round(time.time() * 1_000_000)
    answer = installation.request(
        "GET", f"/internal/timeline?camera={CAMERA}&from={now_us - 3_600_000_000}&to={now_us}"
    ).json()
    assert answer["runs"][0][0] < answer["runs"][0][1] <= answer["now_us"]
    assert answer["held"] == []
    assert abs(answer["now_us"] - now_us) < 5_000_000


def test_one_question_says_of_many_cameras_when_footage_last_arrived(installation: Installation) -> None:
    other = UUID(int=99)
    body = {"cameras": [str(CAMERA), str(other)], "back_us": 120_000_000}
    answer = installation.request("POST", "/internal/arrivals", body).json()
    assert set(answer["last"]) == {str(CAMERA)}
    assert 0 < answer["now_us"] - answer["last"][str(CAMERA)] < 120_000_000


@pytest.mark.parametrize(
    "wrong", [{"back_us": 0}, {"back_us": 10**12}, {"cameras": ["x"]}, {"cameras": [str(CAMERA)] * 5_001}]
)
def test_a_question_about_arrivals_has_bounds(installation: Installation, wrong: dict[str, object]) -> None:
    body = {"cameras": [str(CAMERA)], "back_us": 120_000_000} | wrong
    assert installation.request("POST", "/internal/arrivals", body).status_code == 422


def test_completeness_accounts_for_the_day(installation: Installation) -> None:
    day = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()
    answer = installation.request("GET", f"/internal/completeness?camera={CAMERA}&day={day}").json()
    assert answer["recorded_us"] > 0
    assert answer["owed_us"] >= answer["recorded_us"] - 1_000_000


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/internal/completeness?camera={UUID(int=99)}&day=2026-01-01", 404),
        (f"/internal/completeness?camera={CAMERA}", 404),
        (f"/internal/completeness?camera={CAMERA}&day=soon", 422),
        ("/internal/timeline?camera=x&from=1&to=2", 422),
        (f"/internal/timeline?camera={CAMERA}&from=1&to={10**30}", 422),
    ],
)
def test_bad_questions_get_a_plain_answer(installation: Installation, path: str, status: int) -> None:
    assert installation.request("GET", path).status_code == status


def test_a_body_that_is_too_large_or_no_json_is_refused(installation: Installation) -> None:
    large = installation.request("POST", "/internal/revoke", {"reason": "x" * 300_000})
    assert (large.status_code, "at most 262144 octets" in large.text) == (413, True)
    assert installation.request("POST", "/internal/revoke", {"grants": ["x"]}).status_code == 422


def test_a_probe_says_what_is_there_and_one_still_is_a_look_of_its_own(
    installation: Installation, worker: RunningWorker, notary: FakeNotary
) -> None:
    new = uuid4()
    url = next(iter(worker.worker.cameras)).assignment.main.url
    sealed = seal(installation.keys.seal.public_key(), "secret")
    body = {"camera": str(new), "url": url, "username": "", "sealed_password": sealed}
    found = installation.request("POST", "/internal/probe", body).json()
    assert (found["ok"], found["codec"], found["width"], found["height"]) == (True, "H264", 160, 96)
    token = installation.token(new, live=False, back_seconds=0, still=True)
    still = installation.request("POST", "/internal/still", {"token": token})
    assert still.status_code == 200
    assert still.content[:2] == b"\xff\xd8"
    assert installation.request("POST", "/internal/still", {"token": token}).status_code == 403, "consumed by use"
    [begun] = until(lambda: [r for r in notary.of_type("view.begun") if r["camera"] == str(new)])
    [ended] = until(lambda: [r for r in notary.of_type("view.ended") if r["camera"] == str(new)])
    assert begun["person"] == ended["person"] == "person-1"
    assert (ended["reason"], ended["bytes"]) == ("still", len(still.content))
    assert ended["shown"] == [[begun["at_us"], begun["at_us"] + 1]]


def test_a_still_that_can_not_be_accounted_for_is_not_shown(
    installation: Installation, worker: RunningWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(worker.worker.journal, "begin", full)
    refused = installation.request("POST", "/internal/still", {"token": installation.token(CAMERA, still=True)})
    assert refused.status_code == 503
    assert refused.headers["content-type"] == "application/json"


def test_a_still_needs_a_token_for_a_still_of_one_camera(installation: Installation) -> None:
    for token in (
        installation.token(CAMERA),
        installation.token(CAMERA, UUID(int=2), still=True),
        installation.token(CAMERA, still=True, aud="node-1/1"),
        "x",
    ):
        assert installation.request("POST", "/internal/still", {"token": token}).status_code == 403
    hub = installation.request("POST", "/internal/still", {"token": installation.token(CAMERA, still=True)})
    assert hub.status_code == 200, "a camera that is taken in has a key frame at hand"


@pytest.mark.parametrize(
    ("url", "failure"),
    [
        ("rtsp://8.8.8.8/x", "not_allowed"),
        ("rtsp://127.0.0.1:1/x", "refused"),
        ("ftp://127.0.0.1/x", "protocol"),
    ],
)
def test_a_probe_that_fails_says_why(installation: Installation, url: str, failure: str) -> None:
    found = installation.request("POST", "/internal/probe", {"camera": str(uuid4()), "url": url}).json()
    assert found["ok"] is False
    assert found["failure"] == failure
    assert found["detail"]


def test_a_password_sealed_to_another_node_fails_as_a_password(installation: Installation) -> None:
    body = {"camera": str(uuid4()), "url": "rtsp://127.0.0.1:1/x", "sealed_password": "AAAA"}
    assert installation.request("POST", "/internal/probe", body).json()["failure"] == "password"


def test_probes_over_the_rate_are_refused(installation: Installation, worker: RunningWorker) -> None:
    body = {"camera": str(uuid4()), "url": "rtsp://127.0.0.1:1/x"}
    until(lambda: installation.request("POST", "/internal/probe", body).status_code == 429)
    worker.worker.room.prober._begun.clear()


def test_health_says_nothing_about_footage(installation: Installation) -> None:
    answer = installation.request("GET", "/healthz", headers={})
    assert answer.status_code == 200
    assert set(answer.json()) == {"worker", "cameras", "views", "archive"}


def test_there_are_no_cookies(installation: Installation) -> None:
    assert "set-cookie" not in installation.request("GET", PATH).headers


def hold(
    span: tuple[int, int], version: int = 1, *, released: bool = False, camera: UUID = CAMERA
) -> dict[str, object]:
    """A hold as the web pushes it."""
    return {
        "id": str(UUID(int=77)), "version": version, "from_us": span[0], "to_us": span[1],
        "cameras": [str(camera)], "released": released,
    }  # fmt: skip


def test_a_hold_that_is_pushed_is_durable_when_it_is_answered_and_says_what_is_there(
    installation: Installation,
) -> None:
    start = time.time_ns() // 1000 - 3_600_000_000
    until(lambda: installation.request("GET", f"/internal/timeline?camera={CAMERA}&from=0&to={1 << 60}").json()["runs"])
    answer = installation.request("POST", "/internal/hold", hold((start, start + 7_200_000_000))).json()
    assert (answer["id"], answer["version"], answer["released"]) == (str(UUID(int=77)), 1, False)
    [found] = answer["cameras"]
    assert found["known"]
    assert found["there_us"] > 0
    assert found["deleted_us"] == 0
    assert found["never_us"] > 3_000_000_000
    assert found["ahead_us"] > 3_500_000_000
    with sqlite3.connect(installation.settings.node_folder / "worker-0.sqlite3") as db:
        assert db.execute("SELECT version, released FROM hold_orders").fetchall() == [(1, 0)]
    held = installation.request("GET", f"/internal/timeline?camera={CAMERA}&from=0&to={1 << 60}").json()["held"]
    assert held == [[start, start + 7_200_000_000]]


def test_an_assignment_without_the_hold_does_not_take_it_away(
    installation: Installation, worker: RunningWorker
) -> None:
    span = (1_000_000, 2_000_000)
    installation.request("POST", "/internal/hold", hold(span) | {"id": str(UUID(int=78))})
    told = load_assignment(installation.settings.node_folder / NAME)
    assert told is not None
    assert told.holds == ()
    save_assignment(installation.settings.node_folder / NAME, told.model_copy(update={"generation": 99}))
    worker.call(worker.worker.apply_assignment)
    answer = installation.request("POST", "/internal/hold", hold(span) | {"id": str(UUID(int=78))}).json()
    assert (answer["version"], answer["released"]) == (1, False)
    held = installation.request("GET", f"/internal/timeline?camera={CAMERA}&from=0&to={1 << 60}").json()["held"]
    assert list(span) in held


@pytest.mark.parametrize(
    "wrong", [{"to_us": 1}, {"version": 0}, {"cameras": []}, {"cameras": ["x"]}, {"from_us": -1}], ids=str
)
def test_what_is_no_hold_is_refused(installation: Installation, wrong: dict[str, object]) -> None:
    assert installation.request("POST", "/internal/hold", hold((5, 9)) | wrong).status_code == 422


def test_a_hold_that_the_web_did_not_sign_is_refused(installation: Installation) -> None:
    answer = installation.request("POST", "/internal/hold", hold((5, 9)), headers={})
    assert answer.status_code == 401


def test_the_next_retention_pass_is_told_before_it_is_made(installation: Installation) -> None:
    told = installation.request("GET", "/internal/retention").json()
    assert told["days"] == []
    assert told["stopped"] is None
    assert [volume["braked"] for volume in told["volumes"]] == [False]
