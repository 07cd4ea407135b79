"""A renewed certificate is taken up by a server that runs."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette
from uvicorn import Config, Server

from custodes.node.app import make_server
from custodes.tls import server as serving
from custodes.tls.authority import Authority
from custodes.tls.files import TlsFiles, TlsFolder
from custodes.tls.names import hosts
from custodes.tls.reading import read
from custodes.web import server as web_server
from tests.patience import PATIENCE, until_async

AT = datetime.datetime.now(datetime.UTC)
NAMES = hosts(["video.example"])


@pytest.fixture
def store(tmp_path: Path) -> TlsFolder:
    return TlsFolder(tmp_path / "keys")


@pytest.fixture
def authority(store: TlsFolder) -> Authority:
    made, _ = store.found_authority("明鉴", NAMES, [], AT)
    store.certify(made, NAMES, AT)
    return made


def _of_node(tls: TlsFiles) -> Server:
    return make_server(Starlette(), tls)


def _of_web(tls: TlsFiles) -> Server:
    config = Config(Starlette(), ssl_certfile=tls.cert, ssl_keyfile=tls.key, log_config=None, lifespan="off")
    return web_server.WebServer(config, tls)


@contextlib.asynccontextmanager
async def _running(server: Server) -> AsyncIterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        serving_task = asyncio.create_task(server.serve(sockets=[listening]))
        await until_async(lambda: server.started)
        yield listening.getsockname()[1]
        server.should_exit = True
        await serving_task


async def _shown(port: int, trust: Path) -> tuple[asyncio.StreamWriter, bytes]:
    context = ssl.create_default_context(cafile=str(trust))
    _reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    tls: ssl.SSLObject = writer.get_extra_info("ssl_object")
    shown = tls.getpeercert(binary_form=True)
    assert shown is not None
    return writer, shown


@pytest.mark.parametrize("make", [_of_web, _of_node], ids=["web", "node"])
async def test_new_connections_get_the_renewed_certificate_and_open_ones_go_on(
    store: TlsFolder, authority: Authority, make: Callable[[TlsFiles], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "LOOK_TICKS", 1)
    async with asyncio.timeout(3 * PATIENCE), _running(make(store.server("web"))) as port:
        writer, before = await _shown(port, store.authority_certificate)
        store.certify(authority, NAMES, AT)
        after = before
        while after == before:
            other, after = await _shown(port, store.authority_certificate)
            other.close()
        assert read(store.server("web").cert).fingerprint == _fingerprint(after)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        await writer.drain()
        assert not writer.is_closing()
        writer.close()


def test_a_pair_that_does_not_fit_is_left_alone_until_it_does(store: TlsFolder, authority: Authority) -> None:
    files = store.server("web")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.cert, files.key)
    renewal = serving.Renewal(files, context)
    old = files.key.read_bytes()
    store.certify(authority, NAMES, AT)
    new = files.key.read_bytes()
    files.key.write_bytes(old)
    assert not renewal.look(0)
    files.key.unlink()
    assert not renewal.look(0)
    files.key.write_bytes(new)
    assert renewal.look(0)
    assert not renewal.look(0)


def _fingerprint(der: bytes) -> str:
    import hashlib

    return hashlib.sha256(der).digest().hex(":").upper()
