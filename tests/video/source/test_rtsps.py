"""Cameras behind TLS: an authority vouches for them or their fingerprint was confirmed, else nothing is sent."""

from __future__ import annotations

import hashlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from custodes.video.clock import SystemClock
from custodes.video.rtsp.digest import Guard
from custodes.video.rtsp.server import RtspServer
from custodes.video.source import rtsp
from custodes.video.source.defaults import ConnectionOptions, SourceDefaults
from custodes.video.source.probe import probe
from custodes.video.unit import Codec
from tests.node.authority import Certified, certify
from tests.video.source.rig import DEMO, Rig, mount
from tests.video.streams import data_of, stream


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    """The certificate of a camera on this machine."""
    return certify(tmp_path_factory.mktemp("own"), "localhost", "127.0.0.1")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    """Another authority's certificate, for the same names."""
    return certify(tmp_path_factory.mktemp("other"), "localhost", "127.0.0.1")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    """A certificate for another camera."""
    return certify(tmp_path_factory.mktemp("elsewhere"), "camera.example")


def fingerprint(certified: Certified) -> str:
    first = certified.cert.read_text().partition("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(first)).hexdigest()


def context(certified: Certified) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certified.cert, certified.key)
    return made


def serve(certified: Certified, port: int = 0, tls: ssl.SSLContext | None = None) -> RtspServer:
    clock = SystemClock()
    guard = Guard({"user": "secret"}, clock, b"k" * 32)
    return RtspServer([mount()], guard, clock, port=port, tls=tls or context(certified))


def url(server: RtspServer, host: str = "127.0.0.1") -> str:
    return f"rtsps://{host}:{server.port}/cam"


def way(fingerprint: str = "") -> ConnectionOptions:
    return ConnectionOptions("user", "secret", fingerprint=fingerprint)


@contextmanager
def peer(behave: str) -> Iterator[int]:
    """A port behind which something else than a TLS camera is."""
    listener = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def run() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            held.append(sock)
            if behave == "garbage":
                sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 40)
            elif behave == "half":
                hello = sock.recv(4096)
                sock.sendall(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76" + hello[:20])
            elif behave == "close":
                sock.close()

    threading.Thread(target=run, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)  # closing it does not wake who waits for a connection
        listener.close()
        for sock in held:
            sock.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_camera_that_an_authority_vouches_for_is_taken_in(rig: Rig, own: Certified, host: str) -> None:
    with serve(own) as server:
        source = rig.add(url(server, host), way=way(), ground=SourceDefaults(authorities=own.authority))
        rig.until(lambda: len(rig.units["cam"]) >= 25, "25 pictures")
        assert {unit.data for unit in rig.units["cam"]} <= {data_of(nals) for nals, _ in stream(Codec.H264)[1]}
        assert source.counters.lost == source.counters.garbage == 0
        assert rig.names() == ["connecting", "receiving"]


def test_a_confirmed_certificate_needs_no_authority(rig: Rig, own: Certified, elsewhere: Certified) -> None:
    with serve(own) as mine, serve(elsewhere) as strange:
        rig.add(url(mine), "mine", way=way(fingerprint(own)))
        rig.add(url(strange), "strange", way=way(fingerprint(elsewhere).upper()))
        rig.until(lambda: rig.units["mine"] and rig.units["strange"], "pictures")


@pytest.mark.parametrize("reason", ["authority", "name"])
def test_an_unknown_certificate_is_refused_before_a_word_is_said(
    rig: Rig, own: Certified, other: Certified, elsewhere: Certified, reason: str
) -> None:
    shown = other if reason == "authority" else elsewhere
    trusted = own if reason == "authority" else elsewhere
    with serve(shown) as server:
        source = rig.add(url(server), way=way(), ground=SourceDefaults(authorities=trusted.authority))
        rig.until(lambda: rig.names()[-1] == "certificate", "the refusal")
        assert source.state.reason == "certificate"
        assert "vouches" in source.state.detail
        assert not source.counters.packets


def test_a_change_of_certificate_is_refused_with_its_reason_and_the_first_one_is_taken_again(
    rig: Rig, own: Certified, other: Certified, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtsp, "LOGIN_SECONDS", 0.1)
    with serve(own) as server:
        port = server.port
        source = rig.add(url(server), way=way(fingerprint(own)))
        rig.until(lambda: rig.units["cam"], "a picture")
    with serve(other, port):
        rig.until(lambda: rig.names()[-1] == "certificate", "the refusal")
        assert source.state.reason == "certificate"
        assert fingerprint(other) in source.state.detail
        before = len(rig.units["cam"])
        assert source.counters.units == before
    with serve(own, port):
        rig.until(lambda: rig.names()[-1] == "receiving", "the return")


@pytest.mark.parametrize(
    ("behave", "words"),
    [("garbage", "does not speak TLS"), ("close", "TLS handshake"), ("half", "in time"), ("silent", "in time")],
)
def test_what_is_no_tls_camera_is_told_and_the_others_go_on(
    rig: Rig, own: Certified, behave: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtsp, "HANDSHAKE_SECONDS", 0.5)
    with peer(behave) as port, serve(own) as server:
        bad = rig.add(f"rtsps://127.0.0.1:{port}/cam", "bad", way=way(fingerprint(own)))
        rig.add(url(server), "good", way=way(fingerprint(own)))
        rig.until(lambda: "network" in rig.names("bad") and len(rig.units["good"]) > 20, "the failure")
        assert words in next(state for state in rig.states["bad"] if state.state == "network").detail
        assert bad.counters.packets == 0
        assert rig.names("good") == ["connecting", "receiving"]


def test_a_server_that_knows_older_tls_alone_is_refused(rig: Rig, own: Certified) -> None:
    old = context(own)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with serve(own, tls=old) as server:
        source = rig.add(url(server), way=way(fingerprint(own)))
        rig.until(lambda: rig.names()[-1] == "network", "the refusal")
        assert "TLS 1.2" in source.state.detail


def test_a_redirect_out_of_tls_is_not_followed(rig: Rig, own: Certified) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def redirect() -> None:
            sock, _ = listener.accept()
            with context(own).wrap_socket(sock, server_side=True) as wrapped:
                wrapped.recv(4096)
                wrapped.sendall(b"RTSP/1.0 302 Moved\r\nCSeq: 1\r\nLocation: rtsp://127.0.0.1:1/cam\r\n\r\n")

        threading.Thread(target=redirect, daemon=True).start()
        source = rig.add(f"rtsps://127.0.0.1:{port}/cam", way=way(fingerprint(own)))
        rig.until(lambda: rig.names()[-1] == "refused", "the refusal")
        assert "in clear" in source.state.detail


async def test_a_probe_shows_the_fingerprint_that_is_to_be_confirmed(own: Certified, tmp_path: Path) -> None:
    with serve(own) as server:
        found = await probe(url(server), way(), DEMO, SystemClock())
        assert (found.ok, found.failure, found.certificate) == (False, "certificate", fingerprint(own))
        assert (await probe(url(server), way(fingerprint(own)), DEMO, SystemClock())).ok
        changed = await probe(url(server), way("0" * 64), DEMO, SystemClock())
        assert (changed.failure, changed.certificate) == ("certificate", fingerprint(own))
        ground = SourceDefaults(authorities=own.authority)
        assert (await probe(url(server), way(), DEMO, SystemClock(), ground=ground)).ok
        wrong = ConnectionOptions("user", "wrong", fingerprint=fingerprint(own))
        assert (await probe(url(server), wrong, DEMO, SystemClock())).failure == "password"
