"""A camera's live picture goes to an upper as program stream, over each way, on record, and only while it may."""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from custodes.gb28181.media.frame import Coding, Frame
from custodes.node.gb28181.sending import desk, sending, ways
from custodes.node.journal import Journal
from custodes.video.unit import Codec
from tests.node.gb28181.sending.conftest import SlowJournal
from tests.node.gb28181.sending.room import CAMERA, SSRC, WORKER, Room, Upper, begun, room, viewing_of
from tests.patience import until_async
from tests.ports import HOST

WAYS = pytest.mark.parametrize(
    ("way", "codec"),
    [("udp", Codec.H264), ("udp", Codec.H265), ("tcp-active", Codec.H264), ("tcp-passive", Codec.H265)],
)
STREAMS = pytest.mark.parametrize("way", ["tcp-active", "tcp-passive"])


@WAYS
async def test_it_arrives_from_the_last_key_picture_on_and_not_before_start(
    tmp_path: Path, way: str, codec: Codec
) -> None:
    async with room(tmp_path, codec=codec) as here:
        with Upper(way) as upper:
            here.play(13)  # the eleventh is a key picture
            ready = await here.desk.make_ready(upper.ask(here.token()))
            assert (ready.step, ready.address) == ("", HOST)
            await upper.connect(ready)
            await here.play_slowly(4)  # the sixteenth too
            assert not upper.read(), "something came before ACK"
            assert not here.records("view.begun"), "nobody looks yet"
            assert here.desk.start(upper.call)
            await until_async(upper.read)
            await here.play_slowly(12)
            frames = await upper.until_frames(12)
    sent = here.played[15:]
    assert [frame.data for frame in frames[:12]] == [unit.data for unit in sent[:12]]
    assert [frame.key for frame in frames[:12]] == [unit.key for unit in sent[:12]]
    assert frames[0].sets == sent[0].params.sets
    assert {frame.coding for frame in frames} == {Coding(codec.value)}
    assert [later.time - frames[0].time for later in frames[:12]] == [
        unit.media_time - sent[0].media_time for unit in sent[:12]
    ]


async def test_its_packets_are_what_the_standard_says(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        with Upper("udp") as upper:
            ready = await begun(here, upper)
            await here.play_slowly(9)
            await upper.until_frames(9)
    assert ready.port % 2 == 0
    heads = [struct.unpack(">BBHII", packet[:12]) for packet in upper.packets]
    assert {(first, kind & 0x7F, ssrc) for first, kind, _, _, ssrc in heads} == {(0x80, 96, SSRC)}
    assert max(map(len, upper.packets)) <= 1412
    assert [(b[2] - a[2]) & 0xFFFF for a, b in pairwise(heads)] == [1] * (len(heads) - 1)
    for (_, kind, _, time, _), following in pairwise(heads):
        assert bool(kind & 0x80) is (following[3] != time), "the marker stands at the end of a picture"
    opens = [packet[12:] for packet, before in zip(upper.packets, [None, *heads], strict=False) if _ends(before)]
    assert all(payload.startswith(b"\0\0\1\xba") for payload in opens)
    assert [payload[14:18] == b"\0\0\1\xbb" for payload in opens] == [unit.key for unit in here.played[: len(opens)]]


def _ends(head: tuple[int, ...] | None) -> bool:
    return head is None or bool(head[1] & 0x80)


@WAYS
async def test_what_was_sent_is_on_record(tmp_path: Path, way: str, codec: Codec) -> None:
    grant = uuid4()
    async with room(tmp_path, codec=codec) as here:
        with Upper(way) as upper:
            await begun(here, upper, grant=grant)
            await here.play_slowly(25)
            await upper.until_frames(25)  # the last begins behind it
            assert await here.desk.end(upper.call)
            upper.read()
            [begin], [end] = here.records("view.begun"), here.records("view.ended")
            assert not await here.desk.end(upper.call), "it is unknown now"
    assert begin.grant == end.grant == grant
    assert viewing_of(begin) == viewing_of(end) == ("link-7", 9, CAMERA, WORKER)
    assert (begin.stream, begin.at_us, end.reason) == ("main", None, "closed")
    [(first, last)] = end.shown
    assert first == here.played[0].wall_us
    assert here.played[19].wall_us < last <= here.played[-1].wall_us + 40_000
    framing = 2 * (end.bytes // 1412 + 26) if way != "udp" else 0
    assert upper.octets - framing <= end.bytes <= upper.octets


async def test_that_it_is_looked_at_is_durable_before_the_first_packet(
    tmp_path: Path, slow_journal: SlowJournal
) -> None:
    async with room(tmp_path) as here:
        with Upper("udp") as upper:
            await begun(here, upper, comes=False)
            await until_async(slow_journal.asked.is_set)
            await here.play_slowly(10)
            assert not upper.read()
            slow_journal.go.set()
            await until_async(upper.read)
            assert here.records("view.begun")


@pytest.mark.usefixtures("full_journal")
async def test_what_can_t_be_written_down_is_not_sent(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        with Upper("udp") as upper:
            await begun(here, upper, comes=False)
            await until_async(lambda: not len(here.desk))
            assert not upper.read()
            assert here.desk.keep((upper.call,)).ended == {upper.call: "no_picture"}


@pytest.mark.parametrize("cameras", [(), (CAMERA,)], ids=["grant", "camera of it"])
async def test_a_grant_that_is_taken_back_ends_it(tmp_path: Path, cameras: tuple[UUID, ...]) -> None:
    grant = uuid4()
    async with room(tmp_path) as here:
        with Upper("udp") as upper, Upper("udp") as other:
            await begun(here, upper, grant=grant)
            await begun(here, other)
            if cameras:
                assert here.gate.withhold([grant], cameras, "why", "S20", here.now) == 1
            else:
                assert here.gate.revoke([grant], "why", "S20", here.now) == 1
            upper.read()
            await here.play_slowly(10)
            await other.until_frames(9)
            assert not upper.read(), "a packet came behind the revocation"
            await until_async(lambda: here.records("view.ended"))
            assert [record.reason for record in here.records("view.ended")] == ["revoked"]
            assert here.desk.keep((upper.call, other.call)).ended == {upper.call: "revoked"}
            again = await here.desk.make_ready(Upper("tcp-passive").ask(here.token(grant=grant)))
            assert again.step == "not_granted"


async def test_two_calls_of_one_grant_stand_beside_each_other(tmp_path: Path) -> None:
    grant = uuid4()
    async with room(tmp_path) as here:
        with Upper("udp") as one, Upper("tcp-active") as two:
            await begun(here, one, grant=grant)
            await begun(here, two, grant=grant)
            await here.play_slowly(10)
            await one.until_frames(9)
            await two.until_frames(9)
            assert not here.desk.keep((one.call, two.call)).ended


async def test_what_the_gateway_names_no_more_ends(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        with Upper("udp") as kept, Upper("udp") as left:
            for upper in (kept, left):
                await begun(here, upper)
            here.clock.advance(29)
            here.desk.look()
            assert not here.desk.keep((kept.call,)).ended
            here.play(1)
            await until_async(lambda: kept.read() and left.read())
            here.clock.advance(2)
            here.desk.look()
            await until_async(lambda: len(here.desk) == 1)
            assert here.desk.keep((kept.call, left.call)).ended == {left.call: "unknown"}
            [end] = here.records("view.ended")
            assert end.reason == "expired"


async def test_a_camera_of_which_nothing_comes_any_more_ends_it(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        with Upper("udp") as upper:
            await begun(here, upper)
            for _ in range(4):
                here.clock.advance(8)
                here.desk.keep((upper.call,))
                here.desk.look()
            await until_async(lambda: not len(here.desk))
            assert here.desk.keep((upper.call,)).ended == {upper.call: "no_picture"}


@pytest.mark.usefixtures("third_is_cut_short")
async def test_behind_a_picture_that_was_cut_short_a_key_picture_comes_next(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        with Upper("udp") as upper:
            await begun(here, upper)
            await here.play_slowly(9)
            frames = await upper.until_frames(7)
    assert [frame.data for frame in frames[:7]] == [here.played[at].data for at in (0, 1, 2, 5, 6, 7, 8)]


async def test_a_picture_that_is_live_no_more_is_not_sent(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        with Upper("udp") as upper:
            here.play(3)
            here.clock.advance(31)
            await begun(here, upper, comes=False)
            await here.play_slowly(9)
            frames = await upper.until_frames(6)
    assert [frame.data for frame in frames[:6]] == [unit.data for unit in here.played[5:11]]


async def test_what_was_not_started_sends_nothing_and_leaves_no_look(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        with Upper("udp") as upper:
            here.play(3)
            await here.desk.make_ready(upper.ask(here.token()))
            assert await here.desk.end(upper.call)
            assert not here.desk.start(upper.call)
            assert not here.records("view.begun")
            assert here.hub.viewers == 0


@pytest.mark.usefixtures("little_room")
@STREAMS
async def test_a_slow_receiver_goes_on_at_a_key_picture_and_holds_up_nobody(tmp_path: Path, way: str) -> None:
    async with room(tmp_path) as here:
        with Upper(way) as slow:
            await begun(here, slow)
            [queue] = here.hub._viewers
            viewer, seen = here.hub.watch(), 0
            while not queue.dropped:  # until the kernel's buffers and its queue are full
                here.play(1)
                await asyncio.sleep(0)
                assert len(queue) <= 60, "more waits for it than may"
                while len(viewer):
                    await viewer.take()
                    seen += 1
            here.hub.leave(viewer)

            def caught_up() -> bool:
                here.play(1)
                return slow.read() and bool(apart(slow))

            await until_async(caught_up)
    assert not viewer.dropped
    assert seen
    assert all(after.key for after in apart(slow))


def apart(upper: Upper) -> list[Frame]:
    """Pictures before which some are missing."""
    return [after for before, after in pairwise(upper.frames) if after.time - before.time != 3600]


@STREAMS
async def test_a_receiver_that_hangs_up_is_broken(tmp_path: Path, way: str) -> None:
    async with room(tmp_path) as here:
        with Upper(way) as upper:
            await begun(here, upper)
            await here.play_slowly(5)
            await upper.until_frames(4)
            assert upper.sock is not None
            upper.sock.close()

            def sent_into_nothing() -> bool:
                here.play(1)
                return not len(here.desk)

            await until_async(sent_into_nothing)
            assert here.desk.keep((upper.call,)).ended == {upper.call: "broken"}
            assert [record.reason for record in here.records("view.ended")] == ["disconnected"]


@pytest.mark.usefixtures("little_room")
@STREAMS
async def test_a_receiver_that_takes_nothing_is_broken(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "STALLED_SECONDS", 0.05)
    async with room(tmp_path) as here:
        with Upper(way) as upper:
            await begun(here, upper)

            def filled() -> bool:
                here.play(50)
                return not len(here.desk)

            await until_async(filled)
            assert here.desk.keep((upper.call,)).ended == {upper.call: "broken"}


@STREAMS
async def test_a_connection_that_does_not_come_about_is_broken(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "APART_SECONDS", 0.01)
    monkeypatch.setattr(ways, "REACHED_SECONDS", 0.1)
    async with room(tmp_path) as here:
        with Upper(way) as upper:
            if upper.door is not None:
                upper.door.close()
            here.play(1)
            assert not (await here.desk.make_ready(upper.ask(here.token()))).step
            here.desk.start(upper.call)
            await until_async(lambda: not len(here.desk))
            assert here.desk.keep((upper.call,)).ended == {upper.call: "broken"}
            assert not here.records("view.begun")


async def test_only_the_upper_itself_may_connect(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        with Upper("tcp-passive") as upper, socket.socket() as stranger:
            here.play(1)
            ready = await here.desk.make_ready(upper.ask(here.token()))
            stranger.setblocking(False)
            stranger.bind(("127.0.0.2", 0))
            loop = asyncio.get_running_loop()
            await loop.sock_connect(stranger, (ready.address, ready.port))
            assert await loop.sock_recv(stranger, 10) == b"", "a stranger is hung up on"
            await upper.connect(ready)
            here.desk.start(upper.call)
            await here.play_slowly(10)
            await upper.until_frames(8)


async def test_no_more_than_may_be_sent_at_once(tmp_path: Path) -> None:
    async with room(tmp_path, most=2) as here:
        with Upper("udp") as one, Upper("udp") as two, Upper("udp") as three:
            await begun(here, one)
            await begun(here, two)
            assert (await here.desk.make_ready(three.ask(here.token()))).step == "full"
            await here.desk.end(one.call)
            await begun(here, three)


async def test_one_link_leaves_room_for_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "OF_A_LINK", 2)
    async with room(tmp_path) as here:
        with Upper("udp") as one, Upper("udp") as two, Upper("udp") as three, Upper("udp") as other:
            await begun(here, one)
            await begun(here, two)
            assert (await here.desk.make_ready(three.ask(here.token()))).step == "full"
            assert len(here.gate._sendings) == 2, "who was not let in is not kept"
            await begun(here, other, sub="link-8")
            await here.desk.end(one.call)
            await begun(here, three)


class Deaf:
    """A socket through which nothing goes, for a while; the rest is that of a real one."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.fault: int | None = None
        self.tried = 0

    def send(self, octets: bytes) -> int:
        self.tried += 1
        if self.fault is not None:
            raise OSError(self.fault, "no")
        return self.sock.send(octets)

    def close(self) -> None:
        self.sock.close()


def deafened(here: Room, upper: Upper) -> tuple[ways.UdpSendTransport, Deaf]:
    """Put it between."""
    found = here.desk._calls[upper.call]
    assert found is not None
    assert isinstance(found.way, ways.UdpSendTransport)
    deaf = Deaf(found.way._sock)
    found.way._sock = deaf  # type: ignore[assignment]
    return found.way, deaf


async def test_what_can_t_leave_is_not_counted_and_ends_after_a_while(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        with Upper("udp") as upper:
            here.play(1)
            assert not (await here.desk.make_ready(upper.ask(here.token()))).step
            way, deaf = deafened(here, upper)
            deaf.fault = errno.ENETUNREACH
            here.desk.start(upper.call)
            await until_async(lambda: deaf.tried)
            sending_ = here.desk._calls[upper.call]
            assert sending_ is not None
            began = sending_.sent_at
            here.play(5)
            await until_async(lambda: deaf.tried > 1)
            assert sending_.sent_at == began
            # It goes again, and a later fault is a new one.
            deaf.fault = None
            here.play(5)
            await until_async(upper.read)
            assert sending_.sent_at != began
            assert way._failing is None
            deaf.fault, tried = errno.EPERM, deaf.tried
            here.play(5)
            await until_async(lambda: deaf.tried > tried)
            assert way._failing is not None
            way._failing -= ways.STALLED_SECONDS
            here.play(10)
            await until_async(lambda: not len(here.desk))
            assert here.desk.keep((upper.call,)).ended == {upper.call: "broken"}
            (ended,) = here.records("view.ended")
            upper.read()
            assert 0 < ended.bytes == upper.octets


async def test_a_receiver_s_machine_that_says_nobody_is_there_ends_nothing(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        with Upper("udp") as upper:
            await begun(here, upper)
            way, deaf = deafened(here, upper)
            deaf.fault = errno.ECONNREFUSED
            tried = deaf.tried
            for _ in range(5):
                here.play(5)
                await until_async(lambda tried=tried: deaf.tried > tried)
                tried = deaf.tried
            assert way._failing is None
            assert len(here.desk) == 1


async def test_a_camera_without_a_picture_is_said_to_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PICTURE_SECONDS", 0.05)
    async with room(tmp_path) as here:
        with Upper("udp") as upper:
            assert (await here.desk.make_ready(upper.ask(here.token()))).step == "no_picture"
            here.play(1)
            here.camera.dark = True
            assert (await here.desk.make_ready(Upper("tcp-passive").ask(here.token()))).step == "no_picture"
            assert not len(here.desk)
            assert here.hub.viewers == 0


async def test_a_look_that_a_crash_left_open_is_ended_by_the_next_start(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        with Upper("udp") as upper:
            await begun(here, upper)
            await here.play_slowly(10)
            await upper.until_frames(9)
            [viewing] = here.studio.viewings.values()
            here.journal.note([(viewing.begun.id, viewing.shown.intervals, viewing.shown.bytes)])
            next_start = Journal(tmp_path / "views.sqlite3", here.clock)
            ended = [record for _, record in next_start.outbox_pending(10) if record.type == "view.ended"]
            next_start.close()
    assert [(record.reason, bool(record.shown)) for record in ended] == [("crash", True)]  # type: ignore[attr-defined]


async def test_a_worker_that_stops_closes_the_account(tmp_path: Path) -> None:
    here = Room(tmp_path)
    with Upper("udp") as upper:
        await begun(here, upper)
        here.gate.stop_all("restart", "the node is being restarted")
        await here.desk.stop()
        assert [record.reason for record in here.records("view.ended")] == ["restart"]
        await here.close()


async def test_a_key_picture_is_asked_for_of_a_live_picture_that_goes_and_of_nothing_else(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        asked: list[Any] = []
        keys: Any = SimpleNamespace(
            joined=lambda *_: False, wanted=lambda camera: asked.append(camera.id) or len(asked) == 1
        )
        here.desk.studio = replace(here.studio, key_frames=keys)
        with Upper("udp") as upper:
            assert here.desk.key(upper.call).step == "not_here"
            here.play(1)
            assert not (await here.desk.make_ready(upper.ask(here.token()))).step
            assert here.desk.key(upper.call).step == "not_here", "nothing goes before it was acknowledged"
            here.desk.start(upper.call)
            assert here.desk.key(upper.call).step == ""
            assert here.desk.key(upper.call).step == "full", "just now"
            assert asked == [CAMERA, CAMERA]
            await here.desk.end(upper.call)
            assert here.desk.key(upper.call).step == "not_here"
