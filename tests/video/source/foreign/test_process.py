"""The process of a source: bounded, alone, and gone when it is not wanted any more."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.source.address import AddressPolicy
from custodes.video.source.defaults import ForeignSourcePool, ProcessSeats, SourceDefaults
from custodes.video.source.foreign import process, wire
from custodes.video.source.foreign import source as apart_source
from custodes.video.source.foreign.source import ApartSource
from custodes.video.source.foreign.wire import (
    BadSourceMessage,
    CodedPicture,
    Inbox,
    Parameters,
    SourceFailure,
    SourceOrder,
)
from custodes.video.unit import Codec
from tests.patience import PATIENCE
from tests.video.source.foreign.films import film
from tests.video.source.foreign.http_camera import http_camera
from tests.video.source.rig import Rig


def running(source: ApartSource) -> process._Running:
    assert source._apart is not None
    assert source._apart._running is not None
    return source._apart._running


@pytest.fixture
def ground(tmp_path: Path) -> SourceDefaults:
    film(tmp_path / "a.mp4")
    return SourceDefaults(yard=ForeignSourcePool(ProcessSeats(2), tmp_path))


def test_a_crash_in_native_code_costs_this_source_its_connection_and_nobody_else(
    rig: Rig, ground: SourceDefaults
) -> None:
    source = rig.add_apart("file:///a.mp4", ground=ground)
    rig.add_apart("file:///a.mp4", "other", ground=ground)
    rig.until(lambda: rig.units["cam"] and rig.units["other"], "pictures")
    os.kill(running(source).process.pid, signal.SIGSEGV)
    rig.until(lambda: "network" in rig.names(), "the loss")
    told = next(state for state in rig.states["cam"] if state.state == "network")
    assert "signal" in told.detail
    rig.until(lambda: rig.names()[-1] == "receiving", "the return")
    assert rig.names("other") == ["connecting", "receiving"]


def test_no_more_processes_than_there_are_seats(rig: Rig, ground: SourceDefaults) -> None:
    first, _second = (rig.add_apart("file:///a.mp4", name, ground=ground) for name in ("a", "b"))
    rig.until(lambda: rig.units["a"] and rig.units["b"], "pictures")
    third = rig.add_apart("file:///a.mp4", "c", ground=ground)
    rig.until(lambda: rig.names("c")[-1] == "refused", "the refusal")
    assert "CUSTODES_APART_SOURCES" in third.state.detail
    first.stop()
    rig.until(lambda: rig.units["c"], "a picture on the free seat")


def test_a_stopped_source_leaves_no_process(rig: Rig, ground: SourceDefaults) -> None:
    source = rig.add_apart("file:///a.mp4", ground=ground)
    rig.until(lambda: rig.units["cam"], "a picture")
    child = running(source).process
    source.stop()
    rig.until(lambda: child.poll() is not None, "its end")
    early = rig.add_apart("file:///a.mp4", "early", ground=ground)
    early.stop()  # before the process has started
    rig.until(ground.yard.seats.take, "a free seat")
    rig.until(ground.yard.seats.take, "the other free seat")


def test_a_process_ends_with_its_worker() -> None:
    child = subprocess.Popen(process.COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert child.stdin is not None
    with http_camera() as port:
        child.stdin.write(SourceOrder("http", "127.0.0.1", port, "127.0.0.1", "/cam", reencode=True).encode())
        child.stdin.flush()
        assert child.stdout is not None
        assert child.stdout.read(5)
        child.stdin.close()
        assert child.wait(PATIENCE) == 0


def test_a_process_can_write_no_file_and_take_no_memory_without_bound(tmp_path: Path) -> None:
    script = (
        "from custodes.video.source.foreign.child import confine; import os, signal; confine();"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"fd = os.open({str(tmp_path / 'x')!r}, os.O_CREAT | os.O_WRONLY)\n"
        "try: os.write(fd, b'x')\nexcept OSError: print('no file')\n"
        "try: bytearray(3 << 30)\nexcept MemoryError: print('no memory')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert done.stdout.split("\n")[:2] == ["no file", "no memory"]


def test_the_password_is_on_no_command_line_and_in_no_environment(rig: Rig) -> None:
    with http_camera(users={"user": "very-secret"}) as port:
        way = process.ConnectionOptions("user", "very-secret", reencode=True)
        source = rig.add_apart(f"http://127.0.0.1:{port}/cam", way=way)
        rig.until(lambda: rig.units["cam"], "a picture")
        about = Path("/proc") / str(running(source).process.pid)
        for name in ("cmdline", "environ"):
            assert b"very-secret" not in (about / name).read_bytes()
            assert b"CUSTODES" not in (about / name).read_bytes()


@pytest.mark.parametrize("url", ["http://192.0.2.1/cam", "rtmp://192.0.2.1/live/cam", "http://169.254.169.254/"])
def test_an_address_outside_the_cameras_networks_is_never_tried(rig: Rig, url: str) -> None:
    source = rig.add_apart(url, policy=AddressPolicy())
    rig.until(lambda: rig.names()[-1] == "refused", "the refusal")
    assert "outside the networks" in source.state.detail


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/x", "http://user:secret@127.0.0.1/", "concat:a|b", "https://127.0.0.1/"]
)
def test_other_schemes_are_refused(rig: Rig, url: str) -> None:
    source = rig.add_apart(url)
    rig.until(lambda: rig.names()[-1] == "refused", "the refusal")
    assert "secret" not in source.state.detail


MESSAGES = [
    (wire.parameters(Codec.H265, (b"abc", b"d" * 300)), Parameters(Codec.H265, (b"abc", b"d" * 300))),
    (wire.picture(True, -5, b"xyz"), CodedPicture(True, -5, b"xyz")),
    (wire.failure("path", "没有"), SourceFailure("path", "没有")),
    (wire.message(wire.OPENED), None),
]


@given(st.lists(st.sampled_from(MESSAGES), max_size=8), st.integers(1, 17))
def test_messages_come_out_as_they_went_in_however_they_are_cut(sent: list[tuple[bytes, object]], step: int) -> None:
    data, inbox = b"".join(message for message, _ in sent), Inbox()
    came = [found for at in range(0, len(data), step) for found in inbox.take(data[at : at + step])]
    assert came == [meant for _, meant in sent]


@given(st.lists(st.binary(max_size=80), max_size=6))
def test_what_is_no_message_is_refused_and_nothing_else_happens(chunks: list[bytes]) -> None:
    inbox = Inbox()
    try:
        for chunk in chunks:
            list(inbox.take(chunk))
    except BadSourceMessage:
        return


def test_an_endless_message_is_refused_before_it_is_kept() -> None:
    with pytest.raises(BadSourceMessage):
        list(Inbox().take(b"\xff\xff\xff\xff\x02"))


@pytest.mark.parametrize("scheme", ["http", "rtmp"])
def test_a_source_that_says_nothing_is_ended_and_told(rig: Rig, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setattr(apart_source, "HANDSHAKE_SECONDS", 1.5)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        source = rig.add_apart(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/live/cam")
        rig.until(lambda: rig.names()[-1] == "network", "its end")
        assert "in time" in source.state.detail


def test_a_login_that_rtmp_can_not_carry_is_told_without_repeating_it(rig: Rig) -> None:
    way = process.ConnectionOptions("user", "se/cr@t")
    source = rig.add_apart("rtmp://127.0.0.1:1/live/cam", way=way)
    rig.until(lambda: rig.names()[-1] == "refused", "the refusal")
    assert "letters" in source.state.detail
    assert "se/cr" not in source.state.detail


def test_what_is_no_rtmp_server_is_told(rig: Rig) -> None:
    with http_camera() as port:
        source = rig.add_apart(f"rtmp://127.0.0.1:{port}/live/cam")
        rig.until(lambda: rig.names()[-1] in ("network", "refused"), "its end")
        assert source.state.detail
