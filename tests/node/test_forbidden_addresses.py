"""A worker of a real installation, not of the demo: wherever a camera sends it, it goes only where cameras may be."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest

from custodes.video.source.address import AddressPolicy
from custodes.video.wire.assignment import CameraAssignment, SourceAssignment
from tests.node.support import FakeNotary, Installation, RunningWorker
from tests.patience import until

MOVED = "RTSP/1.0 302 Moved Temporarily\r\nCSeq: {cseq}\r\nLocation: {where}\r\n\r\n"


def own_address() -> str:
    """An address of this machine that is no loopback address; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))
        except OSError:
            pytest.skip("this machine has no address but loopback")
        return str(probe.getsockname()[0])


class Camera:
    """Answers every request with a redirect to `where`; counts who came."""

    def __init__(self, host: str) -> None:
        self.where = ""
        self.asked = 0
        self._server = socket.create_server((host, 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)  # closing it does not wake who waits for a connection
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                self.asked += 1
                cseq = "0"
                for line in lines:
                    if line.lower().startswith(b"cseq:"):
                        cseq = line.split(b":", 1)[1].decode().strip()
                    if not line.strip():
                        connection.sendall(MOVED.format(cseq=cseq, where=self.where).encode())
                        break


@contextmanager
def camera_at(host: str) -> Iterator[Camera]:
    made = Camera(host)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def tripwire() -> Iterator[Camera]:
    """Something on loopback that must never be reached."""
    with camera_at("127.0.0.1") as made:
        made.where = "rtsp://127.0.0.1:1/"
        yield made


@pytest.fixture(scope="module")
def redirecting() -> Iterator[Camera]:
    """A camera where a camera may be."""
    with camera_at(own_address()) as made:
        yield made


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = Installation(tmp_path_factory.mktemp("node"))
    networks = (ipaddress.ip_network(own_address()),)
    made.settings = made.settings.model_copy(
        update={"training": False, "camera_networks": networks, "probe_per_minute": 1000}
    )
    return made


@pytest.fixture(scope="module")
def worker(installation: Installation, redirecting: Camera) -> Iterator[RunningWorker]:
    notary = FakeNotary(installation.settings.notary_socket_path)
    notary.start()
    installation.assign([])
    with RunningWorker(installation) as running:
        yield running
    notary.stop()


REFUSED = ("not_allowed", "loopback", "name", "protocol")
"""What a probe says of an address that was never connected to."""


def forbidden(port: int) -> list[str]:
    """Ways to say loopback and link-local: literals, odd spellings, names of the real resolver."""
    hosts = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::]",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "169.254.169.254",
        "[fe80::1]",
        "[fe80::1%25lo]",
        "224.0.0.1",
        "255.255.255.255",
    ]
    name = socket.gethostname()
    try:
        if all(ipaddress.ip_address(found[4][0]).is_loopback for found in socket.getaddrinfo(name, 1)):
            hosts.append(name)
    except (OSError, ValueError):
        pass
    return [f"rtsp://{host}:{port}/x" for host in hosts]


def probe(installation: Installation, url: str) -> dict[str, object]:
    body = {"camera": str(uuid4()), "url": url, "username": "root", "sealed_password": ""}
    found: dict[str, object] = installation.request("POST", "/internal/probe", body).json()
    return found


def test_a_forbidden_address_is_not_probed_under_any_spelling(
    installation: Installation, worker: RunningWorker, tripwire: Camera
) -> None:
    for url in forbidden(tripwire.port):
        found = probe(installation, url)
        assert (found["ok"], found["failure"] in REFUSED) == (False, True), (url, found)
    assert tripwire.asked == 0


def test_a_redirect_to_a_forbidden_address_is_not_followed_by_the_probe(
    installation: Installation, worker: RunningWorker, tripwire: Camera, redirecting: Camera
) -> None:
    address = f"rtsp://{own_address()}:{redirecting.port}/x"
    for where in forbidden(tripwire.port):
        redirecting.where = where
        before = redirecting.asked
        found = probe(installation, address)
        assert redirecting.asked == before + 1, "the camera itself may be asked"
        assert found["ok"] is False
        assert found["failure"] in REFUSED, (where, found)
    assert tripwire.asked == 0


def test_a_redirect_within_the_networks_is_followed(
    installation: Installation, worker: RunningWorker, redirecting: Camera
) -> None:
    with camera_at(own_address()) as second:
        second.where = "rtsp://127.0.0.1:1/"
        redirecting.where = f"rtsp://{own_address()}:{second.port}/x"
        assert probe(installation, f"rtsp://{own_address()}:{redirecting.port}/x")["failure"] == "loopback"
        assert second.asked == 1


def test_a_camera_that_is_recorded_and_redirects_to_a_forbidden_address_is_refused(
    installation: Installation, worker: RunningWorker, tripwire: Camera, redirecting: Camera
) -> None:
    redirecting.where = f"rtsp://localhost:{tripwire.port}/x"
    url = f"rtsp://{own_address()}:{redirecting.port}/x"
    identity = UUID(int=77)
    before = redirecting.asked
    installation.assign([CameraAssignment(id=identity, name="gate", main=SourceAssignment(url=url))])
    worker.order()

    def state() -> str:
        found = [camera for camera in worker.worker.cameras if camera.id == identity]
        return found[0].state.state if found else ""

    until(lambda: redirecting.asked > before and state() == "refused")
    assert tripwire.asked == 0


def test_a_name_whose_answer_changes_gains_nothing(
    installation: Installation, worker: RunningWorker, tripwire: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is asked once: the second answer, which leads to loopback, is never heard."""
    real, asked = socket.getaddrinfo, []

    def rebinding(host: object, port: object, *more: object, **how: object) -> object:
        if host != "camera.example":
            return real(host, port, *more, **how)  # type: ignore[arg-type]
        asked.append(host)
        return real(own_address() if len(asked) == 1 else "127.0.0.1", port, *more, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(AddressPolicy.target, "__defaults__", (rebinding,))
    found = probe(installation, f"rtsp://camera.example:{tripwire.port}/x")
    assert found["failure"] == "refused", "nothing listens there on the address that was checked"
    assert len(asked) == 1
    assert tripwire.asked == 0
