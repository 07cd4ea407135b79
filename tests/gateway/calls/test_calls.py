"""Calls of a node to a device of our own, over real sockets: made, kept, ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from custodes.gateway.calls.open_calls import BOUNDS, CallBounds
from custodes.gateway.calls.switchboard import Switchboard
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.edition import Edition
from custodes.gb28181.sip.peer import Carrier
from custodes.video.wire.calls import CallsKept
from tests.gateway.calls.house import CAMERAS, HOST, NODE, NVR, Gateway, Simulated, ask, gateway, simulated
from tests.patience import until_async

QUICK = replace(BOUNDS, silent_s=0.4, answer_s=0.8, room_s=0.3, bye_s=0.5)


class Cast:
    """Gateway, its room of calls, one device."""

    def __init__(self, process: Gateway, board: Switchboard, device: Simulated) -> None:
        self.process, self.board, self.device = process, board, device

    def camera(self, channel: str = CAMERAS[0], **more: Any) -> Any:
        return self.process.assigned.camera(channel, **more)


@asynccontextmanager
async def cast(
    folder: Path,
    carrier: Carrier = "UDP",
    bounds: CallBounds = QUICK,
    edition: Edition = Edition.E2016,
    **more: object,
) -> AsyncIterator[Cast]:
    async with gateway(folder, edition) as process:
        board = Switchboard(process, bounds)
        process.ears.append(board.hear)
        process.message_ears.append(board.hear_message)
        async with simulated(process, carrier, **more) as device:
            try:
                yield Cast(process, board, device)
            finally:
                await board.stop(0.2)


def kept(*ids: Any) -> CallsKept:
    return CallsKept(worker=f"{NODE}/0", calls=ids)


@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
@pytest.mark.parametrize("setup", ["udp", "tcp-passive", "tcp-active"])
async def test_a_channel_is_called_and_the_call_ended(tmp_path: Path, carrier: Carrier, setup: Any) -> None:
    async with cast(tmp_path, carrier) as all:
        answer = await all.board.place(NODE, ask(all.camera(), setup=setup))
        assert (answer.step, answer.detail) == ("", "")
        assert answer.call is not None
        stream = all.device.core.streams[0][1]
        assert answer.ssrc == stream.ssrc
        assert (answer.address, answer.port) == (HOST, stream.outlet.own)
        assert (stream.outlet.tcp, stream.outlet.connects) == (setup != "udp", setup == "tcp-passive")
        if setup == "udp":
            await until_async(lambda: all.device.sent[30_000] > 0)  # not before ACK
        assert all.board.keep(NODE, kept(answer.call)).ended == {}
        all.board.end(NODE, answer.call)
        await until_async(lambda: not all.device.core.streams)
        await until_async(lambda: not len(all.board.farewells))
        assert all.board.keep(NODE, kept(answer.call)).ended == {answer.call: "unknown"}


async def test_the_offer_says_what_the_standard_wants(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        await all.board.place(NODE, ask(all.camera(), stream="sub"))
        invite = next(one for one in all.device.requests if one.method == "INVITE")
        lines = invite.body.decode().split("\r\n")
        y = next(line for line in lines if line.startswith("y="))[2:]
        assert {"s=Play", "t=0 0", "m=video 30000 RTP/AVP 96", "a=recvonly", "a=rtpmap:96 PS/90000"} <= set(lines)
        assert "a=streamnumber:1" in lines
        assert (len(y), y[:6]) == (10, "020000")
        assert invite.headers.get("Subject") == f"{CAMERAS[0]}:{y},{all.process.id}:0"


@pytest.mark.parametrize("quirk", [Quirk.NO_TO_TAG, Quirk.LF_ENDS, Quirk.WRONG_SSRC])
async def test_a_device_with_faults_is_called_and_hears_the_end(tmp_path: Path, quirk: Quirk) -> None:
    async with cast(tmp_path, quirks=[quirk]) as all:
        answer = await all.board.place(NODE, ask(all.camera()))
        assert answer.call is not None
        await until_async(lambda: all.device.sent[30_000] > 0)
        all.board.end(NODE, answer.call)
        await until_async(lambda: not all.device.core.streams)


@pytest.mark.parametrize("setup", ["udp", "tcp-passive", "tcp-active"])
async def test_an_answer_without_description_is_taken_where_we_wait_for_the_stream(tmp_path: Path, setup: Any) -> None:
    async with cast(tmp_path, quirks=[Quirk.NO_SDP]) as all:
        answer = await all.board.place(NODE, ask(all.camera(), setup=setup))
        if setup == "tcp-active":
            assert answer.step == "answer", "nobody says where to connect to"
            return
        assert (answer.step, answer.hosts) == ("", (HOST,))
        assert answer.ssrc == all.device.core.streams[0][1].ssrc
        assert "without a description" in answer.detail
        assert answer.call is not None
        all.board.end(NODE, answer.call)
        await until_async(lambda: not all.device.core.streams)


async def test_who_may_not_call_reaches_no_device(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        camera = all.camera()
        for node, wish in ((NODE, ask(uuid4())), ("node-2", ask(camera)), (NODE, ask(camera, CAMERAS[1]))):
            assert (await all.board.place(node, wish)).step == "not_assigned"
        await all.device.kill()
        all.process.registrar.remove(NVR)
        assert (await all.board.place(NODE, ask(camera))).step == "not_registered"
        assert all.device.count("INVITE") == 0


async def test_a_refusal_is_told_with_its_status(tmp_path: Path) -> None:
    async with cast(tmp_path, streams=1) as all:
        await all.board.place(NODE, ask(all.camera()))
        answer = await all.board.place(NODE, ask(all.camera(CAMERAS[1]), CAMERAS[1]))
        assert (answer.step, answer.status) == ("refused", 486)
        assert "486" in answer.detail


async def test_no_answer_is_cancelled_in_time(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        all.device.deaf = frozenset({"INVITE"})
        answer = await all.board.place(NODE, ask(all.camera()))
        assert (answer.step, len(all.board), all.process.ssrc.used) == ("no_answer", 0, 0)


async def test_a_late_answer_is_ended(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        all.device.deaf = frozenset({"INVITE"})
        await all.board.place(NODE, ask(all.camera()))
        all.device.deaf = frozenset()  # INVITE is sent again by its transaction, and answered now
        await until_async(lambda: all.device.count("BYE") > 0 or all.device.count("CANCEL") > 0)
        await until_async(lambda: not all.device.core.streams)


async def test_a_node_that_hangs_up_during_invite_leaves_nothing(tmp_path: Path) -> None:
    async with cast(tmp_path, bounds=replace(QUICK, silent_s=5.0)) as all:
        all.device.deaf = frozenset({"INVITE"})
        placing = asyncio.create_task(all.board.place(NODE, ask(all.camera())))
        await until_async(lambda: all.device.count("INVITE") > 0)
        placing.cancel()
        await asyncio.wait([placing])
        assert placing.cancelled()
        all.device.deaf = frozenset()
        await until_async(lambda: all.device.count("BYE") > 0)
        await until_async(lambda: not all.device.core.streams)
        assert (len(all.board), all.process.ssrc.used) == (0, 0)


async def test_the_same_stream_asked_for_again_ends_the_older_call(tmp_path: Path) -> None:
    async with cast(tmp_path, streams=1) as all:
        camera = all.camera()
        first = await all.board.place(NODE, ask(camera))
        second = await all.board.place(NODE, ask(camera, port=30_002))
        assert first.call is not None
        assert second.call is not None  # the device sends one stream at a time: the first was ended before
        assert all.board.keep(NODE, kept(first.call, second.call)).ended == {first.call: "taken"}
        assert [stream.outlet.port for _, stream in all.device.core.streams] == [30_002]


async def test_a_trial_takes_no_call_but_another_trial_s(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        camera = all.camera()
        kept_one = await all.board.place(NODE, ask(camera))
        first = await all.board.place(NODE, ask(camera, trial=True, port=30_002))
        again = await all.board.place(NODE, ask(camera, trial=True, port=30_004))
        assert kept_one.call is not None
        assert first.call is not None
        assert again.call is not None
        standing = all.board.keep(NODE, kept(kept_one.call, first.call, again.call))
        assert standing.ended == {first.call: "taken"}


async def test_asked_for_twice_at_once_one_call_stands(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        camera = all.camera()
        answers = await asyncio.gather(*(all.board.place(NODE, ask(camera, port=30_000 + 2 * n)) for n in range(4)))
        await until_async(lambda: len(all.device.core.streams) == 1)
        assert [answer.step for answer in answers] == ["no_answer"] * 3 + [""]
        assert len(all.board) == 1


async def test_room_is_waited_for_a_while_and_no_longer(tmp_path: Path) -> None:
    async with cast(tmp_path, bounds=replace(QUICK, of_device=2, room_s=1.0)) as all:
        first = await all.board.place(NODE, ask(all.camera()))
        assert (await all.board.place(NODE, ask(all.camera(CAMERAS[1]), CAMERAS[1]))).step == ""
        waiting = asyncio.create_task(all.board.place(NODE, ask(all.camera(CAMERAS[2]), CAMERAS[2])))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        assert first.call is not None
        all.board.end(NODE, first.call)
        assert (await waiting).step == ""
        more = await all.board.place(NODE, ask(all.camera(CAMERAS[3]), CAMERAS[3]))
        assert (more.step, all.device.count("INVITE")) == ("full", 3)


async def test_one_channel_has_no_more_than_its_calls(tmp_path: Path) -> None:
    async with cast(tmp_path, bounds=replace(QUICK, of_channel=2)) as all:
        answers = [await all.board.place(NODE, ask(all.camera())) for _ in range(3)]
        assert [answer.step for answer in answers] == ["", "", "full"]


async def test_invites_to_one_device_go_a_few_at_a_time(tmp_path: Path) -> None:
    async with cast(tmp_path, bounds=replace(QUICK, at_once=2, room_s=5.0, silent_s=5.0)) as all:
        all.device.deaf = frozenset({"INVITE"})
        placing = [asyncio.create_task(all.board.place(NODE, ask(all.camera(id), id))) for id in CAMERAS]
        await until_async(lambda: all.device.count("INVITE") >= 4)  # each was said again
        assert len({request.call_id for request in all.device.requests if request.method == "INVITE"}) == 2
        all.device.deaf = frozenset()
        assert {answer.step for answer in await asyncio.gather(*placing)} == {""}
        assert len(all.board) == len(CAMERAS)


async def test_a_device_that_hangs_up_is_told_of(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        answer = await all.board.place(NODE, ask(all.camera()))
        assert answer.call is not None
        await until_async(lambda: all.device.sent[30_000] > 0)
        all.device.core.calls.hang_up("", asyncio.get_running_loop().time())
        all.device.transport.drain()
        await until_async(lambda: len(all.board) == 0)
        assert all.board.keep(NODE, kept(answer.call)).ended == {answer.call: "device"}
        assert all.board.keep("node-2", kept(answer.call)).ended == {answer.call: "unknown"}


@pytest.mark.parametrize("again", [False, True])
async def test_a_device_that_restarts_ends_its_calls(tmp_path: Path, again: bool) -> None:
    """Once with INVITE under way, once with a call that stands."""
    async with cast(tmp_path, bounds=replace(QUICK, silent_s=5.0)) as all:
        all.device.deaf = frozenset() if again else frozenset({"INVITE"})
        placing = asyncio.create_task(all.board.place(NODE, ask(all.camera())))
        await until_async(lambda: all.device.count("INVITE") > 0)
        if again:
            await placing
        await all.device.kill()
        other = await Simulated(all.process, own=all.device.own).start()
        try:
            answer = await placing
            await until_async(lambda: all.process.changes["restarted"] > 0)
            if not again:
                assert answer.step == "not_registered"
                return
            assert answer.call is not None
            assert all.board.keep(NODE, kept(answer.call)).ended == {answer.call: "gone"}
            await other.registered()
            all.board.tick()
            await until_async(lambda: other.count("BYE") > 0)  # 481: it has forgotten the call
            await until_async(lambda: not len(all.board.farewells))
        finally:
            await other.kill()


async def test_what_nobody_names_is_ended(tmp_path: Path) -> None:
    async with cast(tmp_path, bounds=replace(QUICK, kept_s=0.2)) as all:
        answer = await all.board.place(NODE, ask(all.camera()))
        other = await all.board.place(NODE, ask(all.camera(CAMERAS[1]), CAMERAS[1]))
        for _ in range(6):
            await asyncio.sleep(0.05)
            assert other.call is not None
            all.board.keep(NODE, kept(other.call))
            all.board.tick()
        await until_async(lambda: [id for id, _ in all.device.core.streams] == [CAMERAS[1]])
        assert answer.call is not None


async def test_silent_devices_of_one_node_leave_another_s_calls_alone(tmp_path: Path) -> None:
    bounds = replace(QUICK, at_once=9, of_node=3, of_node_at_once=1, room_s=0.1, silent_s=5.0)
    async with cast(tmp_path, bounds=bounds) as all:
        other = ask(all.process.assigned.camera(CAMERAS[5], "node-2"), CAMERAS[5])
        all.device.deaf = frozenset({"INVITE"})
        silent = asyncio.create_task(all.board.place(NODE, ask(all.camera())))
        await until_async(lambda: all.device.count("INVITE") >= 1)
        # One is under way: the next waits for its room, and then hears that there is none.
        waiting = [asyncio.create_task(all.board.place(NODE, ask(all.camera(id), id))) for id in CAMERAS[1:3]]
        await asyncio.sleep(0)
        assert (await all.board.place(NODE, ask(all.camera(CAMERAS[3]), CAMERAS[3]))).step == "full"
        assert [(await one).step for one in waiting] == ["full", "full"]
        all.device.deaf = frozenset()
        assert (await all.board.place("node-2", other)).step == ""
        silent.cancel()
        await asyncio.gather(silent, return_exceptions=True)
        assert (await all.board.place(NODE, ask(all.camera(CAMERAS[4]), CAMERAS[4]))).step == ""
        assert not +all.board.calls.under_way
        assert not +all.board.calls.inviting


async def test_a_keep_that_found_no_room_ends_no_call(tmp_path: Path) -> None:
    async with cast(tmp_path, bounds=replace(QUICK, kept_s=30.0)) as all:
        await all.board.place(NODE, ask(all.camera()))
        await all.board.place("node-2", ask(all.process.assigned.camera(CAMERAS[1], "node-2"), CAMERAS[1]))
        for call in all.board.calls:
            call.kept_at -= 31.0
        all.board.turned_away(NODE, "/internal/call")
        all.board.turned_away(NODE, "/internal/call/keep")
        all.board.tick()
        assert [call.node for call in all.board.calls] == [NODE]


async def test_what_nobody_could_name_while_the_gateway_was_held_up_goes_on(tmp_path: Path) -> None:
    async with cast(tmp_path, bounds=replace(QUICK, kept_s=30.0)) as all:
        await all.board.place(NODE, ask(all.camera()))
        for call in all.board.calls:
            call.kept_at -= 40.0
        all.board._looked_at -= 41.0
        all.board.tick()
        assert len(all.board) == 1


async def test_a_channel_that_is_given_to_another_node_is_ended(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        await all.board.place(NODE, ask(all.camera()))
        all.process.assigned.channels.clear()
        all.board.tick()
        await until_async(lambda: not all.device.core.streams)


@pytest.mark.parametrize(("edition", "element"), [(Edition.E2016, b"IFameCmd"), (Edition.E2022, b"IFrameCmd")])
async def test_a_key_picture_is_asked_for_as_the_edition_spells_it(
    tmp_path: Path, edition: Edition, element: bytes
) -> None:
    async with cast(tmp_path, edition=edition) as all:
        answer = await all.board.place(NODE, ask(all.camera()))
        assert answer.call is not None
        assert not all.board.key("node-2", answer.call)
        assert all.board.key(NODE, answer.call)
        assert not all.board.key(NODE, answer.call)  # once a second
        await until_async(lambda: bool(all.device.bodies(element)))


async def test_another_address_in_the_answer_is_not_believed(tmp_path: Path) -> None:
    async with cast(tmp_path, media="203.0.113.7") as all:
        answer = await all.board.place(NODE, ask(all.camera(), setup="tcp-active"))
        assert (answer.step, answer.address, answer.hosts) == ("", HOST, (HOST,))
        all.process.assigned.networks = ("127.", "203.0.113.")
        answer = await all.board.place(NODE, ask(all.camera(CAMERAS[1]), CAMERAS[1], setup="tcp-active"))
        assert (answer.step, answer.address, answer.hosts) == ("", "203.0.113.7", (HOST, "203.0.113.7"))
