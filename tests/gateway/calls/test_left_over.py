"""What a gateway that died left behind: each device hears BYE, from the next one, inside the dialog that the first had."""

from __future__ import annotations

import asyncio
import signal
import sys
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from custodes.gateway.calls import pending_byes
from custodes.gateway.calls.book import NAME, BookRefused, DialogFile, kept
from custodes.gateway.calls.switchboard import Switchboard
from custodes.gb28181.sip.dialog import Dialog, DialogState
from custodes.gb28181.sip.message import Request
from custodes.gb28181.sip.peer import Carrier, Peer
from custodes.gb28181.sip.uri import parse_address
from custodes.video.wire.calls import CallsKept
from tests.gateway.calls.house import NODE, NVR, Gateway, Simulated, ask, gateway, simulated
from tests.patience import until_async
from tests.ports import free_port

CHANNEL = "34020000001320000001"


def byes(device: Simulated) -> list[Request]:
    return [request for request in device.requests if request.method == "BYE"]


async def test_killed_with_a_call_the_next_one_ends_it(tmp_path: Path) -> None:
    port = free_port()
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.gateway.calls.killed", str(tmp_path), str(port), stdout=asyncio.subprocess.PIPE
    )
    assert killed.stdout is not None
    assert (await killed.stdout.readline()).decode().strip() == "listening"
    there = Gateway(tmp_path / "other")
    there.transport.port = port
    device = await Simulated(there).start()
    try:
        while (line := (await killed.stdout.readline()).decode()) and not line.startswith("called"):
            pass
        assert line.strip() == "called"
        await until_async(lambda: device.sent[30_000] > 0)
        killed.send_signal(signal.SIGKILL)
        await killed.wait()
        async with gateway(tmp_path, port=port) as process:
            board = Switchboard(process)
            process.ears.append(board.hear)
            board.tick()  # at the address that was kept: the device has not registered with this one
            await until_async(lambda: not device.core.streams)
            invite = next(one for one in device.requests if one.method == "INVITE")
            (bye,) = byes(device)
            assert bye.call_id == invite.call_id
            assert bye.cseq.number > invite.cseq.number
            await until_async(lambda: not len(board.farewells))
            await board.stop(0)
            assert DialogFile(tmp_path).left() == []
    finally:
        if killed.returncode is None:
            killed.kill()
        await device.kill()


@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
async def test_a_device_that_did_not_hear_is_told_when_it_registers(tmp_path: Path, carrier: Carrier) -> None:
    port = free_port()
    async with gateway(tmp_path, port=port) as first:
        board = Switchboard(first)
        first.ears.append(board.hear)
        device = await Simulated(first, carrier).start()
        await device.registered()
        answer = await board.place(NODE, ask(first.assigned.camera(CHANNEL)))
        assert answer.step == ""
        first.ears.clear()
        await first.transport.close()  # dead, with the book as it is
    async with gateway(tmp_path, port=port) as second:
        second.assigned.networks = ()  # the kept address is not one that devices may have: nothing goes there
        board = Switchboard(second)
        second.ears.append(board.hear)
        board.tick()
        await asyncio.sleep(0.1)
        assert (byes(device), len(board.farewells)) == ([], 1)
        device.platform = second
        if carrier == "TCP":
            await device.reconnect()
        else:
            device.core.registering.disconnected(asyncio.get_running_loop().time())
        await until_async(lambda: second.reach(NVR) is not None)
        await until_async(lambda: len(byes(device)) == 1 and not device.core.streams)
        await until_async(lambda: not len(board.farewells))
        await board.stop(0)
    await device.kill()


async def test_what_is_left_over_is_ended_before_the_next_call(tmp_path: Path) -> None:
    port = free_port()
    async with gateway(tmp_path, port=port) as first:
        board = Switchboard(first)
        first.ears.append(board.hear)
        device = await Simulated(first, streams=1).start()
        await device.registered()
        await board.place(NODE, ask(first.assigned.camera(CHANNEL)))
        first.ears.clear()
        await first.transport.close()
    async with gateway(tmp_path, port=port) as second:
        board = Switchboard(second)
        second.ears.append(board.hear)
        device.platform = second
        device.core.registering.disconnected(asyncio.get_running_loop().time())
        second.ears.clear()  # it registers, and is called before anything was looked at
        await until_async(lambda: second.reach(NVR) is not None)
        second.ears.append(board.hear)
        assert (await board.place(NODE, ask(second.assigned.camera(CHANNEL)))).step == ""  # one stream at a time
        await board.stop()
    await device.kill()


async def test_a_device_that_lost_its_connection_is_told_over_the_next(tmp_path: Path) -> None:
    async with gateway(tmp_path) as process:
        board = Switchboard(process)
        process.ears.append(board.hear)
        async with simulated(process, "TCP") as device:
            answer = await board.place(NODE, ask(process.assigned.camera(CHANNEL)))
            process.endpoint.lost(process.endpoint.calls_of(NVR)[0].dialog.peer.connection, 0.0)  # type: ignore[union-attr]
            process.transport.drain()
            assert answer.call is not None
            assert board.keep(NODE, CallsKept(worker="", calls=(answer.call,))).ended == {answer.call: "gone"}
            assert len(device.core.streams) == 1
            device.requests.clear()
            device.deaf = frozenset({"BYE"})  # the one that went out before the end of the connection
            await device.reconnect()
            device.deaf = frozenset()
            await until_async(lambda: not device.core.streams)
            await until_async(lambda: not len(board.farewells))
        await board.stop(0)


async def test_a_bye_that_is_not_answered_is_said_again_and_given_up_at_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending_byes, "TRIES", 2)
    async with gateway(tmp_path) as process:
        board = Switchboard(process)
        process.ears.append(board.hear)
        async with simulated(process) as device:
            answer = await board.place(NODE, ask(process.assigned.camera(CHANNEL)))
            device.deaf = frozenset({"BYE"})
            assert answer.call is not None
            board.end(NODE, answer.call)
            await until_async(lambda: len(byes(device)) > 0)
            assert [row.id for row in DialogFile(tmp_path).left()] == [str(answer.call)]
            now = process.clock.monotonic() + 40
            process.endpoint.tick(now)  # its transaction is over
            process.transport.drain()
            board.farewells.tick(now + pending_byes.FIRST_PAUSE_S + 1)
            process.transport.drain()
            await until_async(lambda: len({bye.cseq.number for bye in byes(device)}) == 2)
            process.endpoint.tick(now + 80)
            process.transport.drain()
            assert len(board.farewells) == 1
            board.farewells.tick(now + 10_000)
            assert (len(board.farewells), board.farewells.forgotten) == (0, 1)
        await board.stop(0)
    assert DialogFile(tmp_path).left() == []


async def test_an_orderly_end_says_bye_to_all(tmp_path: Path) -> None:
    async with gateway(tmp_path) as process:
        board = Switchboard(process)
        process.ears.append(board.hear)
        async with simulated(process) as device:
            for _ in range(3):
                await board.place(NODE, ask(process.assigned.camera(CHANNEL)))
            await board.stop()
            await until_async(lambda: not device.core.streams)
    assert DialogFile(tmp_path).left() == []


def test_a_dialog_comes_back_as_it_was(tmp_path: Path) -> None:
    dialog = Dialog(
        "call@192.0.2.1",
        parse_address("<sip:34020000002000000001@3402000000>;tag=a1"),
        parse_address('"门" <sip:34020000001320000001@192.0.2.10:5060>;tag=b2'),
        "sip:34020000001320000001@10.0.0.7:5060;transport=tcp",
        ["<sip:proxy.example:5070;lr>", "<sip:192.0.2.9;lr>"],
        Peer("TCP", "192.0.2.10", 5060, 7),
        DialogState.CONFIRMED,
    )
    dialog.local_number = 3
    row = kept(uuid4(), NVR, "0200000001", dialog, 1_000_000)
    book = DialogFile(tmp_path)
    book.begin(row)
    book.close()
    (found,) = DialogFile(tmp_path).left()
    assert found == row
    again = found.dialog(61_000_000)
    own = Peer("UDP", "192.0.2.1", 5060)
    before, after = dialog.request("BYE", own, "z9hG4bKx"), again.request("BYE", own, "z9hG4bKx")
    assert after.cseq.number == before.cseq.number + 60  # above whatever went out in the minute since
    for name in ("Route", "From", "To", "Call-ID", "Max-Forwards"):
        assert after.headers.all(name) == before.headers.all(name)
    assert after.target == before.target


def test_a_file_that_is_none_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"not a database, by far" * 100)
    assert DialogFile(tmp_path).left() == []
    assert (tmp_path / f"{NAME}.unreadable").exists()


def test_a_row_that_is_none_costs_no_other(tmp_path: Path) -> None:
    book = DialogFile(tmp_path)
    dialog = Dialog(
        "c",
        parse_address("<sip:a@b>"),
        parse_address("<sip:c@d>"),
        "sip:c@d",
        [],
        Peer("UDP", "::1", 1),
        DialogState.CONFIRMED,
    )
    sound = kept(uuid4(), NVR, "0200000001", dialog, 1)
    book.begin(sound)
    book.begin(replace(sound, id=str(uuid4()), local=""))
    book.begin(replace(sound, id=str(uuid4()), routes="{"))
    book.begin(replace(sound, id="no id"))
    assert book.left() == [sound]


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    book = DialogFile(tmp_path)
    book._db.execute("PRAGMA user_version = 9")
    book.close()
    with pytest.raises(BookRefused):
        DialogFile(tmp_path)
