"""A camera's recording goes to an upper as it was recorded, over each way, at its pace, on record, and no more than was opened."""

from __future__ import annotations

import asyncio
import threading
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from custodes.gb28181.media.frame import Coding
from custodes.node.gb28181.sending import desk, recorded, ways
from custodes.video.archive.archive import Archive
from custodes.video.unit import Codec
from tests.node.gb28181.sending.conftest import SlowJournal
from tests.node.gb28181.sending.footage import SECOND, archive_room, same
from tests.node.gb28181.sending.room import CAMERA, Upper, begun, viewing_of
from tests.patience import PATIENCE, until_async

WAYS = pytest.mark.parametrize(
    ("way", "codec"),
    [("udp", Codec.H264), ("udp", Codec.H265), ("tcp-active", Codec.H265), ("tcp-passive", Codec.H264)],
)
STREAMS = pytest.mark.parametrize("way", ["tcp-active", "tcp-passive"])
SESSIONS = pytest.mark.parametrize("session", ["Playback", "Download"])


@WAYS
@SESSIONS
async def test_what_was_recorded_arrives_and_nothing_before_start(
    tmp_path: Path, way: str, codec: Codec, session: str
) -> None:
    grant = uuid4()
    async with archive_room(tmp_path) as here:
        here.record(8, codec)
        here.done()
        with Upper(way) as upper:
            ready = await here.desk.make_ready(here.ask(upper, 2, 6, session=session, claims={"grant": grant}))
            assert not ready.step, ready
            await upper.connect(ready)
            here.clock.advance(5)
            for _ in range(20):
                await asyncio.sleep(0.001)
            assert not upper.read(), "something came before ACK"
            assert not here.records("view.begun"), "nobody looks yet"
            assert here.desk.start(upper.call)
            await here.run(upper)
            [begin], [end] = here.records("view.begun"), here.records("view.ended")
    same(upper.frames, here.taken[50:150])
    assert begin.grant == end.grant == grant
    assert viewing_of(begin) == viewing_of(end)
    assert (begin.stream, begin.at_us, end.reason) == ("main", here.at(2), "finished")
    assert end.shown == ((here.at(2), here.at(6)),)
    framing = 2 * (end.bytes // 1412 + 101) if way != "udp" else 0
    assert end.bytes <= upper.octets <= end.bytes + framing


async def test_pictures_that_wait_for_later_ones_keep_their_order_and_times(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(4, bframes=2)
        here.done()
        with Upper("tcp-active") as upper:
            await here.call(upper, -1, 10)  # the first is decoded before it is shown
            await here.run(upper)
    same(upper.frames, here.taken)
    first = upper.frames[0].time - here.taken[0].media_time
    assert [frame.time - first for frame in upper.frames] == [
        unit.media_time for unit in here.taken[: len(upper.frames)]
    ]


async def test_that_it_is_looked_at_is_durable_before_the_first_packet(
    tmp_path: Path, slow_journal: SlowJournal
) -> None:
    async with archive_room(tmp_path) as here:
        here.record(3)
        here.done()
        with Upper("udp") as upper:
            await here.call(upper, 0, 3, session="Download")
            await until_async(slow_journal.asked.is_set)
            for _ in range(20):
                here.clock.advance(0.1)
                await asyncio.sleep(0.001)
            assert not upper.read()
            slow_journal.go.set()
            await until_async(upper.read)
            assert here.records("view.begun")


@pytest.mark.usefixtures("full_journal")
async def test_what_can_t_be_written_down_is_not_sent(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(3)
        here.done()
        with Upper("udp") as upper:
            await here.call(upper, 0, 3)
            await until_async(lambda: not len(here.desk))
            assert not upper.read()
            assert here.desk.keep((upper.call,)).ended == {upper.call: "no_picture"}


@pytest.mark.parametrize(
    ("asked", "opened"),
    [((2, 6), (3, 6)), ((2, 6), (2, 5)), ((2, 6), (6, 9)), ((2, 6), (0, 2))],
    ids=["from before", "to behind", "behind", "before"],
)
async def test_a_token_that_opens_less_than_is_asked_for_opens_nothing(
    tmp_path: Path, asked: tuple[float, float], opened: tuple[float, float]
) -> None:
    async with archive_room(tmp_path) as here:
        here.record(9)
        here.done()
        with Upper("udp") as upper:
            ready = await here.desk.make_ready(here.ask(upper, *asked, span=opened))
            assert (ready.step, ready.port) == ("not_granted", 0)
            assert not len(here.desk)
            assert not here.gate._sendings


@pytest.mark.parametrize(
    "claims",
    [
        {"span": None, "live": True},
        {"span": None, "back_seconds": 3600},
        {"burnt": "a name"},
        {"handover": True},
        {"masking": True},
        {"span": None, "upper": "steer"},
        {"what": "list"},
        {"upper": ""},
        {"still": True},
        {"cameras": ()},
        {"cameras": (CAMERA, UUID(int=2))},
        {"aud": "node-1/1"},
    ],
    ids=lambda claims: ",".join(claims),
)
@SESSIONS
async def test_a_token_for_anything_else_opens_no_recording(
    tmp_path: Path, session: str, claims: dict[str, Any]
) -> None:
    async with archive_room(tmp_path) as here:
        here.record(3)
        here.done()
        with Upper("udp") as upper:
            ready = await here.desk.make_ready(here.ask(upper, 0, 3, session=session, claims=claims))
            assert ready.step == "not_granted"
            assert not len(here.desk)


@pytest.mark.parametrize(("start", "end"), [(None, None), (5, None), (None, 5), (5, 5), (6, 5)])
async def test_a_recording_of_no_time_is_not_sent(tmp_path: Path, start: int | None, end: int | None) -> None:
    async with archive_room(tmp_path) as here:
        here.record(3)
        here.done()
        with Upper("udp") as upper:
            ready = await here.desk.make_ready(here.ask(upper, 0, 3, start_us=start, end_us=end))
            assert ready.step == "not_granted"


async def test_where_nothing_is_recorded_there_is_no_picture(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(3)
        here.gap(20)
        here.record(3)
        here.done()
        with Upper("udp") as upper:
            for begin, end in ((5, 20), (40, 50), (23.1, 23.9)):  # the last has no key picture
                ready = await here.desk.make_ready(here.ask(upper, begin, end))
                assert (ready.step, ready.detail) == ("no_picture", "nothing is recorded there")
            elsewhere = await here.desk.make_ready(here.ask(upper, 0, 3, claims={"cameras": (UUID(int=2),)}))
            assert elsewhere.step == "not_here"
        assert not len(here.desk)
        assert not here.gate._sendings


async def test_what_was_recorded_is_sent_while_a_plan_keeps_the_camera_dark(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(3)
        here.done()
        here.camera.dark = True
        with Upper("udp") as upper:
            await here.call(upper, 0, 3)
            await here.run(upper)
    same(upper.frames, here.taken)


async def test_it_begins_at_the_key_picture_before_unless_that_is_not_opened(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(8)
        here.done()
        with Upper("udp") as wide, Upper("udp") as narrow:
            await here.call(wide, 2.5, 4, span=(0, 8))
            await here.call(narrow, 2.5, 4)
            await here.run(wide, narrow)
            ended = {record.bytes: record.shown for record in here.records("view.ended")}
    same(wide.frames, here.taken[50:100])
    same(narrow.frames, here.taken[75:100])
    assert sorted(ended.values()) == [((here.at(2), here.at(4)),), ((here.at(3), here.at(4)),)]


async def test_a_picture_that_reaches_beyond_the_end_is_not_sent(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(5)
        here.done()
        with Upper("udp") as upper:
            await here.call(upper, 1, 2.99, span=(0, 5))
            await here.run(upper)
            [ended] = here.records("view.ended")
    same(upper.frames, here.taken[25:74])
    assert ended.shown == ((here.at(1), here.at(2.96)),)


async def test_playback_goes_at_its_own_pace(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(9)
        here.done()
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 9)
            await here.until_stands(upper, 0.04)
            here.clock.advance(1.001)
            await here.until_stands(upper, 1.04)
            here.clock.advance(0.5)
            await here.until_stands(upper, 1.54)


@pytest.mark.parametrize(("speed", "times"), [(None, 4), (1, 1), (2, 2), (8, 8), (100, 8), (0, 4), (-3, 1)])
async def test_a_download_goes_so_many_times_as_fast(tmp_path: Path, speed: int | None, times: int) -> None:
    async with archive_room(tmp_path) as here:
        here.record(12)
        here.done()
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 12, session="Download", speed=speed)
            await here.until_stands(upper, 0.04)
            here.clock.advance(1.001)
            await here.until_stands(upper, times + 0.04)
            await here.run(upper)
    same(upper.frames, here.taken)
    assert [after.time - before.time for before, after in pairwise(upper.frames)] == [3600] * (len(upper.frames) - 1)


async def test_no_recording_takes_more_than_so_many_octets_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with archive_room(tmp_path) as here:
        here.record(8)
        here.done()
        mean = sum(len(unit.data) for unit in here.taken) / 8
        monkeypatch.setattr(recorded, "OCTETS_A_SECOND", mean)
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 8, session="Download", speed=8)
            for _ in range(40):
                here.clock.advance(0.1)
                for _ in range(3):
                    await asyncio.sleep(0.002)
                upper.read()
            assert 0.2 < here.stands(upper) <= 4.5
            await here.run(upper)
    same(upper.frames, here.taken)


async def test_so_many_are_downloaded_at_once_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "DOWNLOADS", 3)
    async with archive_room(tmp_path) as here:
        here.record(9)
        here.done()
        how: dict[str, Any] = {"session": "Download"}
        other: dict[str, Any] = how | {"claims": {"sub": "link-8"}}
        with ExitStack() as stack:
            one, two, three, four, played = (stack.enter_context(Upper("udp")) for _ in range(5))
            await here.call(one, 0, 9, **how)
            await here.call(two, 0, 9, **how)
            assert (await here.desk.make_ready(here.ask(three, 0, 9, **how))).step == "full", "of a link"
            assert len(here.gate._sendings) == 2
            await here.call(three, 0, 9, **other)
            assert (await here.desk.make_ready(here.ask(four, 0, 9, **other))).step == "full", "of all"
            await here.call(played, 0, 9)
            await here.desk.end(one.call)
            await here.call(four, 0, 9, **other)


async def test_no_more_recordings_are_sent_at_once_than_the_disks_bear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "RECORDED", 2)
    async with archive_room(tmp_path) as here:
        here.record(9)
        here.done()
        here.play(1)
        with Upper("udp") as one, Upper("udp") as two, Upper("udp") as three, Upper("udp") as live:
            await here.call(one, 0, 9)
            await here.call(two, 0, 9, session="Download")
            assert (await here.desk.make_ready(here.ask(three, 0, 9))).step == "full"
            await begun(here, live)
            await here.desk.end(one.call)
            await here.call(three, 0, 9)


async def test_one_platform_takes_no_other_s_room_for_recordings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "RECORDED_OF_A_LINK", 2)
    async with archive_room(tmp_path) as here:
        here.record(9)
        here.done()
        with Upper("udp") as one, Upper("udp") as two, Upper("udp") as three, Upper("udp") as other:
            await here.call(one, 0, 9)
            await here.call(two, 0, 9)
            await here.step(one, pause=True)
            assert (await here.desk.make_ready(here.ask(three, 0, 9))).step == "full"
            assert len(here.gate._sendings) == 2
            await here.call(other, 0, 9, claims={"sub": "link-8"})


async def test_a_link_s_recordings_and_live_pictures_are_counted_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "OF_A_LINK", 2)
    async with archive_room(tmp_path) as here:
        here.record(9)
        here.done()
        here.play(1)
        with Upper("udp") as live, Upper("udp") as one, Upper("udp") as two, Upper("udp") as other:
            await begun(here, live)
            await here.call(one, 0, 9)
            assert (await here.desk.make_ready(here.ask(two, 0, 9))).step == "full"
            await here.call(other, 0, 9, claims={"sub": "link-8"})
            here.desk.most = 3
            assert (await here.desk.make_ready(here.ask(two, 0, 9, claims={"sub": "link-9"}))).step == "full"


@SESSIONS
async def test_gaps_are_jumped_over_and_times_go_on(tmp_path: Path, session: str) -> None:
    async with archive_room(tmp_path) as here:
        here.record(3)
        here.gap(100)
        here.record(3, Codec.H265)
        here.record(2, Codec.H265, width=192)
        here.record(2, Codec.H264)
        here.done()
        with Upper("tcp-passive") as upper:
            await here.call(upper, 0, 110, session=session)
            await here.run(upper)
            [ended] = here.records("view.ended")
    frames = upper.frames
    same(frames, here.taken)
    assert frames[0].time == 90_000
    assert {after.time - before.time for before, after in pairwise(frames)} == {3600}
    changes = [at for at, (before, after) in enumerate(pairwise(frames), 1) if before.coding != after.coding]
    assert changes == [75, 200]
    assert frames[200].coding is Coding.H264
    assert len({frame.sets for frame in frames}) == 3
    assert ended.shown == ((here.at(0), here.at(3)), (here.at(103), here.at(110)))


async def test_what_is_deleted_meanwhile_ends_that_stretch_alone(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(50)
        here.done()
        segments = here.archive.sealed_segments(CAMERA, here.at(0), here.at(50))
        assert len(segments) == 3
        gone = [(one.start_us, one.end_us) for one in segments[1:2]]
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 50, session="Download", speed=8)
            await here.until_stands(upper, 0.04)
            segments[1].path.unlink()
            await here.run(upper)
            [ended] = here.records("view.ended")
    left = [unit for unit in here.taken if not any(a <= unit.wall_us < b for a, b in gone)]
    assert len(left) < len(here.taken) - 250
    same(upper.frames, left)
    assert len(ended.shown) == 2
    assert {after.time - before.time for before, after in pairwise(upper.frames)} == {3600}


async def test_what_all_is_deleted_before_ack_is_sent_as_far_as_it_was_read(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(9)
        here.done()
        with Upper("udp") as upper:
            ready = await here.desk.make_ready(here.ask(upper, 0, 9))
            assert not ready.step
            here.delete(0, 9)
            here.desk.start(upper.call)
            await here.run(upper)
    assert len(upper.frames) <= 25


async def test_playback_goes_on_with_what_is_recorded_meanwhile_and_a_download_does_not(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(6)
        with Upper("tcp-active") as played, Upper("tcp-active") as fetched:
            await here.call(played, 0, 100)
            await here.call(fetched, 0, 100, session="Download", speed=8)
            for _ in range(7):
                here.record(1)
                for _ in range(10):
                    await asyncio.sleep(0.005)
                    played.read()
                    fetched.read()
            await until_async(lambda: here.desk.keep((fetched.call,)).ended == {fetched.call: "finished"})
            assert not here.desk.keep((played.call,)).ended
            here.done(0)
            await here.run(played)
            fetched.read()
    same(played.frames, here.taken)
    assert 125 <= len(fetched.frames) <= len(here.taken)


async def test_its_end_stands_until_the_gateway_ends_it(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(3)
        here.done()
        with Upper("tcp-active") as upper:
            await here.call(upper, 0, 3)
            await here.run(upper)
            here.clock.advance(100)
            here.desk.look()
            for _ in range(3):
                assert here.desk.keep((upper.call,)).ended == {upper.call: "finished"}
            assert (await here.step(upper, scale=1.0)).status == 454
            assert not here.desk.start(upper.call)
            assert await here.desk.end(upper.call)
            assert here.desk.keep((upper.call,)).ended == {upper.call: "unknown"}
            assert not here.gate._sendings


@pytest.mark.parametrize("cameras", [(), (CAMERA,)], ids=["grant", "camera of it"])
@SESSIONS
async def test_a_grant_that_is_taken_back_ends_it(tmp_path: Path, session: str, cameras: tuple[UUID, ...]) -> None:
    grant = uuid4()
    async with archive_room(tmp_path) as here:
        here.record(9)
        here.done()
        with Upper("udp") as upper, Upper("udp") as other:
            await here.call(upper, 0, 9, session=session, claims={"grant": grant})
            await here.call(other, 0, 9, session=session)
            await until_async(upper.read)
            here.clock.advance(0.4)
            await upper.until_frames(4)
            if cameras:
                assert here.gate.withhold([grant], cameras, "why", "S20", here.now) == 1
            else:
                assert here.gate.revoke([grant], "why", "S20", here.now) == 1
            upper.read()
            came = upper.octets
            await here.run(other)
            upper.read()
            assert upper.octets == came, "a packet came behind the revocation"
            assert here.desk.keep((upper.call,)).ended == {upper.call: "revoked"}
            assert {record.reason for record in here.records("view.ended")} == {"revoked", "finished"}
            [cut] = [record for record in here.records("view.ended") if record.reason == "revoked"]
            assert cut.shown[0][1] - cut.shown[0][0] < 4 * SECOND
            again = await here.desk.make_ready(here.ask(Upper("tcp-passive"), 0, 9, claims={"grant": grant}))
            assert again.step == "not_granted"


@pytest.mark.usefixtures("little_room")
@STREAMS
@SESSIONS
async def test_a_slow_receiver_gets_all_of_it_later(tmp_path: Path, way: str, session: str) -> None:
    async with archive_room(tmp_path) as here:
        here.record(20, width=640, height=480)
        here.done()
        with Upper(way) as slow, Upper("udp") as quick:
            await here.call(slow, 0, 20, session=session, speed=8)
            await until_async(slow.read)
            await here.call(quick, 0, 20, session="Download", speed=8)
            await here.run_without(slow, quick)
            held_up = here.sending(slow)._pictures
            assert len(held_up) <= 25, "more than one fragment waits for it"
            await here.run(slow)
    same(slow.frames, here.taken)
    same(quick.frames, here.taken)


@pytest.mark.usefixtures("little_room")
@STREAMS
async def test_a_receiver_that_takes_nothing_is_broken(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "STALLED_SECONDS", 0.05)
    async with archive_room(tmp_path) as here:
        here.record(20, width=640, height=480)
        here.done()
        with Upper(way) as upper:
            await here.call(upper, 0, 20, session="Download", speed=8)
            await until_async(upper.read)

            def over() -> bool:
                here.clock.advance(0.1)
                return not len(here.desk)

            await until_async(over)
            assert here.desk.keep((upper.call,)).ended == {upper.call: "broken"}
            assert [record.reason for record in here.records("view.ended")] == ["disconnected"]


@STREAMS
async def test_it_is_finished_when_the_receiver_s_machine_has_it(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [300, 300, 7, 0]
    monkeypatch.setattr(ways, "_unacknowledged", lambda _: left.pop(0))
    async with archive_room(tmp_path) as here:
        here.record(2)
        here.done()
        with Upper(way) as upper:
            await here.call(upper, 0, 2)
            await until_async(upper.read)
            assert upper.sock is not None
            upper.sock.send(b"\0\4RTCP")  # of which nobody reads anything here
            await here.run(upper)
            upper.read()
    assert not left
    same(upper.frames, here.taken)


@pytest.mark.usefixtures("third_is_cut_short")
async def test_behind_a_picture_that_was_cut_short_a_key_picture_comes_next(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(3)
        here.done()
        with Upper("udp") as upper:
            await here.call(upper, 0, 3)
            await here.run(upper)
    same(upper.frames, [*here.taken[:3], *here.taken[25:]])


async def test_a_disk_that_gives_nothing_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hangs, free = threading.Event(), threading.Event()
    read = Archive.read

    def hung(ref: Any) -> bytes:
        if hangs.is_set():
            free.wait(PATIENCE)
        return read(ref)

    monkeypatch.setattr(Archive, "read", staticmethod(hung))
    monkeypatch.setattr(recorded, "READ_SECONDS", 0.1)
    async with archive_room(tmp_path) as here:
        here.record(5)
        here.done()
        with Upper("udp") as upper:
            await here.call(upper, 0, 5)
            hangs.set()

            def over() -> bool:
                here.clock.advance(0.04)
                return not len(here.desk)

            await until_async(over)
            free.set()
            assert here.desk.keep((upper.call,)).ended == {upper.call: "no_picture"}


async def test_what_the_gateway_names_no_more_ends_and_a_long_silence_ends_nothing(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(5)
        here.gap(100)
        here.record(5, length=4, gop=100)
        here.done()
        with Upper("udp") as kept, Upper("udp") as left:
            await here.call(kept, 0, 5)
            await here.call(left, 0, 5)
            assert (await here.step(kept, pause=True)).status == 200
            assert (await here.step(left, pause=True)).status == 200
            for _ in range(10):
                here.clock.advance(10)
                assert not here.desk.keep((kept.call,)).ended
                here.desk.look()
            await until_async(lambda: len(here.desk) == 1)
            assert here.desk.keep((left.call,)).ended == {left.call: "unknown"}
            assert (await here.step(kept)).status == 200
            await here.run(kept)
    same(kept.frames, here.taken[:125])


async def test_a_worker_that_stops_closes_the_account(tmp_path: Path) -> None:
    async with archive_room(tmp_path) as here:
        here.record(5)
        here.done()
        with Upper("udp") as upper:
            await here.call(upper, 0, 5)
            await until_async(upper.read)
            here.gate.stop_all("restart", "the node is being restarted")
            await here.desk.stop()
            assert [record.reason for record in here.records("view.ended")] == ["restart"]
