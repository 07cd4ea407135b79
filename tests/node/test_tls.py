"""A worker behind TLS, with a certificate of a private authority: socket, pictures, and what the web says to it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidMessage

from custodes.node.web_client import trusted_authorities
from custodes.places import node_client
from custodes.places.models import Node
from custodes.places.node_client import NodeUnreachable, worker_client
from custodes.settings import get_settings
from custodes.video.wire.token import sign_token
from custodes.video.wire.view import SUBPROTOCOL
from tests.node.authority import Certified, certify
from tests.node.support import (
    ORIGIN,
    Browser,
    FakeNotary,
    Installation,
    RunningWorker,
    camera,
    camera_server,
    good_mounts,
)
from tests.patience import PATIENCE, until

CAMERA = UUID(int=1)


class TlsWorker(RunningWorker):
    """Ready when it records."""

    def __enter__(self) -> TlsWorker:
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        until(lambda: _listens(self.installation.port))
        until(lambda: self.recording(0))
        return self


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    return certify(tmp_path_factory.mktemp("tls"), "localhost", "127.0.0.1")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, certified: Certified) -> Installation:
    folder: Path = tmp_path_factory.mktemp("node")
    return Installation(folder, {"tls_cert": certified.cert, "tls_key": certified.key})


@pytest.fixture(scope="module")
def worker(installation: Installation) -> Iterator[TlsWorker]:
    notary = FakeNotary(installation.settings.notary_socket_path)
    notary.start()
    with camera_server(good_mounts(1)) as server:
        installation.assign([camera(0, server)])
        with TlsWorker(installation) as running:
            yield running
    notary.stop()


def browse(installation: Installation, authority: Path, origin: str = ORIGIN) -> Any:
    return connect(
        f"wss://localhost:{installation.port}/view",
        ssl=ssl.create_default_context(cafile=str(authority)),
        origin=origin,  # type: ignore[arg-type]
        subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]
        max_size=None,
        proxy=None,
        close_timeout=0.5,
    )


async def test_the_picture_comes_through_tls_live_and_played_back(
    worker: TlsWorker, installation: Installation, certified: Certified
) -> None:
    async with browse(installation, certified.authority) as connection:
        assert connection.transport.get_extra_info("cipher")
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA))
        assert (await browser.text("granted"))["index"] == 42
        await browser.say("open", channel=1, camera=str(CAMERA), stream="main", at=None)
        assert (await browser.text("init"))["live"]
        media = await browser.media(30)
        begin = worker.worker.archive.runs(CAMERA, 0, 1 << 62)[0][0]
        await browser.say("seek", channel=1, at=begin)
        while (await browser.text("init"))["live"]:
            pass
        assert (await browser.media(1))[0][4] <= media[0][4]


async def test_a_browser_that_does_not_know_the_authority_does_not_connect(
    worker: TlsWorker, installation: Installation, tmp_path: Path
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        async with browse(installation, certify(tmp_path, "localhost").authority):
            pass


async def test_who_speaks_without_tls_gets_nothing_and_the_worker_goes_on(
    worker: TlsWorker, installation: Installation, certified: Certified
) -> None:
    with pytest.raises((InvalidMessage, OSError, EOFError)):
        async with connect(f"ws://localhost:{installation.port}/view", proxy=None):
            pass
    _, writer = await asyncio.open_connection("localhost", installation.port)
    writer.write(b"\x16\x03\x01\x00\x05nonsense")  # half a handshake, then nothing
    await writer.drain()
    async with browse(installation, certified.authority) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA))
        await browser.text("granted")
    writer.close()


async def test_another_origin_is_turned_away_behind_tls_too(
    worker: TlsWorker, installation: Installation, certified: Certified
) -> None:
    async with browse(installation, certified.authority, origin="https://evil.example") as connection:
        browser = Browser(connection)
        assert await browser.closed() == 4403


@pytest.fixture
def node(installation: Installation, certified: Certified, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Node:
    """The register's row of this node, as the web of another data folder has it."""
    monkeypatch.setattr(node_client, "control_key", lambda: installation.web_key)
    settings = get_settings().model_copy(update={"data": tmp_path})
    monkeypatch.setattr(node_client, "get_settings", lambda: settings)
    (tmp_path / "keys/public").mkdir(parents=True)
    (tmp_path / "keys/public/ca.pem").write_bytes(certified.authority.read_bytes())
    return Node(
        name=installation.settings.node_name, port=installation.port, internal_origin="https://localhost", workers=1
    )


async def test_the_webs_revocation_arrives_through_tls_and_stops_the_picture(
    worker: TlsWorker, installation: Installation, certified: Certified, node: Node
) -> None:
    claims = installation.claims(CAMERA)
    async with browse(installation, certified.authority) as connection:
        browser = Browser(connection)
        await browser.say("token", token=sign_token(claims, installation.grant_key))
        await browser.say("open", channel=1, camera=str(CAMERA))
        await browser.media(1)
        await asyncio.to_thread(worker_client(node, 0).revoke, [claims.grant], "duty ended", "S34(1)")
        stopped = await browser.text("stopped")
        assert (stopped["reason"], stopped["clause"]) == ("revoked", "S34(1)")
        assert await browser.closed() == 4410


def test_the_web_speaks_to_no_worker_that_another_authority_vouches_for(
    worker: TlsWorker, node: Node, tmp_path: Path
) -> None:
    authority = tmp_path / "keys/public/ca.pem"
    authority.write_bytes(certify(tmp_path / "other", "localhost").authority.read_bytes())
    with pytest.raises(NodeUnreachable):
        worker_client(node, 0).revoke([uuid.uuid4()], "r", "c")
    authority.write_text("no certificate")
    with pytest.raises(NodeUnreachable):
        worker_client(node, 0).revoke([uuid.uuid4()], "r", "c")
    authority.unlink()  # the system's authorities know nothing of it either
    with pytest.raises(NodeUnreachable):
        worker_client(node, 0).revoke([uuid.uuid4()], "r", "c")


def test_an_authority_that_can_not_be_read_stops_no_recording(tmp_path: Path, certified: Certified) -> None:
    public = certificates(trusted_authorities(tmp_path))
    assert len(public) > 1
    (tmp_path / "ca.pem").write_text("no certificate")
    assert certificates(trusted_authorities(tmp_path)) == public
    (tmp_path / "ca.pem").write_bytes(certified.authority.read_bytes())
    assert len(certificates(trusted_authorities(tmp_path))) == 1


def certificates(trust: ssl.SSLContext) -> list[bytes]:
    """Of the authorities that are believed."""
    assert trust.verify_mode is ssl.CERT_REQUIRED
    assert trust.check_hostname
    return trust.get_ca_certs(binary_form=True)
