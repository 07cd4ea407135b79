"""sipp as a device: registers, sends keepalives, repeats and reorders, is called."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from custodes.gb28181.sip.call import CallEvent
from custodes.gb28181.sip.peer import Peer
from tests.gb28181.sip.examples import DEVICE
from tests.gb28181.sip.house import house
from tests.interop.gb28181.sipp import sipp
from tests.patience import until_async
from tests.ports import free_port

pytestmark = pytest.mark.interop
DEVICES = tuple(f"3402000000132{number:07}" for number in range(1, 41))


@pytest.mark.parametrize("carrier", ["u1", "t1", "tn"])
async def test_devices_register_send_keepalives_and_unregister(carrier: str, tmp_path: Path) -> None:
    async with house(*DEVICES) as at:
        await sipp("register.xml", at.port, tmp_path, "-t", carrier, "-r", "20", "-max_socket", "100", devices=DEVICES)
        await at.until("gone", len(DEVICES))
        assert at.seen["registered"] == at.seen["MESSAGE"] == len(DEVICES)
        assert len(at.registrar) == 0
        assert at.endpoint.refusals["login-none"] == 2 * len(DEVICES)
        assert at.endpoint.refusals["wrong-login"] == 0


async def test_a_network_that_loses_a_fifth_loses_no_device(tmp_path: Path) -> None:
    async with house(*DEVICES) as at:
        await sipp("register.xml", at.port, tmp_path, "-t", "u1", "-r", "20", "-lost", "20", devices=DEVICES)
        await at.until("gone", len(DEVICES))
        # What was repeated was answered from the cache: nothing was done twice.
        assert at.seen["registered"] == at.seen["MESSAGE"] == len(DEVICES)
        assert at.endpoint.refusals["repeated"] > 0


async def test_a_message_that_comes_twice_counts_once_and_an_old_registration_changes_nothing(tmp_path: Path) -> None:
    async with house(DEVICE) as at:
        await sipp("repeated.xml", at.port, tmp_path, "-t", "u1", devices=(DEVICE,))
        assert at.seen["MESSAGE"] == 1
        assert at.endpoint.refusals["repeated"] >= 1
        assert at.endpoint.refusals["out-of-order"] == 1
        assert at.registrar.find(DEVICE) is not None
        assert at.seen["gone"] == 0


async def test_a_camera_is_called_and_hung_up_on(tmp_path: Path) -> None:
    port = free_port()
    camera = Peer("UDP", "127.0.0.1", port)
    async with house() as at:
        running = asyncio.ensure_future(sipp("camera.xml", at.port, tmp_path, "-t", "u1", "-p", str(port)))
        now = at.transport._clock()
        invite = at.endpoint.request("INVITE", DEVICE, camera, b"v=0\r\n", (("Content-Type", "Application/SDP"),))
        call = at.endpoint.call(invite, camera, now)
        at.transport.drain()

        def up() -> bool:
            assert call.phase.value != "over"
            return call.phase.value == "up"

        await until_async(up)
        call.hang_up("enough", at.transport._clock())
        at.transport.drain()
        await running
        told = [event for event in at.events if isinstance(event, CallEvent)]
        assert [event.what for event in told] == ["answered", "ended"]
        assert told[0].message is not None
        assert b"y=0200000001" in told[0].message.body
