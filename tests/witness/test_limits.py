"""Bounds of what one client can hold: time for a body, time for a connection, connections."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from custodes.tls.handed_server import server_context, trust
from custodes.tls.pinned import make_pinned, witness_server
from custodes.witness import server
from custodes.witness.service import WitnessAnswer
from tests.patience import PATIENCE
from tests.witness.running import NOW, Lower

HEAD = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 500\r\n\r\n"


@contextmanager
def listening(folder: Path, lower: Lower) -> Iterator[int]:
    """The server alone, in a thread, answering 200 to every whole body; its port."""
    files = witness_server(folder)
    make_pinned(files, "w", ("127.0.0.1",), NOW, serves=True)
    context = server_context(files)
    from cryptography import x509

    trust(context, [x509.load_pem_x509_certificate(lower.files.cert.read_bytes())])
    ports: list[int] = []
    up, loop = threading.Event(), asyncio.new_event_loop()
    ending = asyncio.Event()

    async def serve() -> None:
        async with server.serving("127.0.0.1", 0, context, lambda client, body: WitnessAnswer(200, "yes\n")) as port:
            ports.append(port)
            up.set()
            await ending.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert up.wait(PATIENCE)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(ending.set)
        thread.join(PATIENCE)


def connected(folder: Path, lower: Lower, port: int) -> ssl.SSLSocket:
    """A client's connection."""
    import socket

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(witness_server(folder).cert)
    context.load_cert_chain(lower.files.cert, lower.files.key)
    line = context.wrap_socket(socket.create_connection(("127.0.0.1", port)))
    line.settimeout(PATIENCE)
    return line


def test_a_body_that_drips_is_answered_and_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "BOUNDS", replace(server.BOUNDS, body_s=0.1))
    lower = Lower.make(tmp_path / "l", "a.example/log")
    with listening(tmp_path, lower) as port, connected(tmp_path, lower, port) as line:
        line.sendall(HEAD + b"o")
        assert line.recv(100).startswith(b"HTTP/1.1 408")


def test_a_head_that_drips_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "BOUNDS", replace(server.BOUNDS, connection_s=0.2))
    lower = Lower.make(tmp_path / "l", "a.example/log")
    with listening(tmp_path, lower) as port, connected(tmp_path, lower, port) as line:
        line.sendall(HEAD[:20])
        try:
            assert line.recv(100) == b""
        except ConnectionError:
            pass
        except ssl.SSLError:
            pass


def test_a_head_without_end_is_cut_off(tmp_path: Path) -> None:
    lower = Lower.make(tmp_path / "l", "a.example/log")
    with listening(tmp_path, lower) as port, connected(tmp_path, lower, port) as line:
        sent = 0
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            line.sendall(HEAD[:-2] + b"a: ")
            while sent < 64 << 20:
                sent += line.send(b"x" * 65_536)
        assert sent < 16 << 20


def asked(line: ssl.SSLSocket) -> bytes:
    """What the server answers to a whole request; b"" where it has closed."""
    said = b""
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        line.sendall(HEAD + b"x" * 500)
        while not said.endswith(b"yes\n") and (piece := line.recv(1000)):
            said += piece
    return said


def test_connections_are_counted_and_the_one_that_waits_gives_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "BOUNDS", replace(server.BOUNDS, connections=2))
    lower = Lower.make(tmp_path / "l", "a.example/log")
    with listening(tmp_path, lower) as port:
        lines = [connected(tmp_path, lower, port) for _ in range(2)]
        assert all(asked(line) for line in lines)
        lines.append(connected(tmp_path, lower, port))
        assert [bool(asked(line)) for line in (lines[2], lines[1], lines[0])] == [True, True, False]
        for line in lines:
            line.close()
