"""A gateway with its room of speeches, and a device that is spoken through."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from custodes.gateway.calls.switchboard import Switchboard
from custodes.gateway.speaking.open_speech import BOUNDS, SpeechBounds
from custodes.gateway.speaking.room import Speaking
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.sdp import MediaDirection, MediaLine, Sdp, Setup, write_sdp
from custodes.gb28181.sip.call import SipCall
from custodes.gb28181.sip.peer import Carrier
from custodes.video.wire.calls import CallsKept
from custodes.video.wire.control_leases import SpeakAnswer, SpeakAsk
from tests.gateway.calls.house import CAMERAS, HOST, NODE, NVR, SERVER, Gateway, Simulated, gateway, simulated
from tests.ports import free_port

OUTPUT = "34020000001370000001"
"""A voice output: the simulated device has none of this code, and says ERROR to it."""
QUICK = replace(BOUNDS, call_s=3.0, acknowledged_s=3.0)


class Cast:
    """All of them."""

    def __init__(self, process: Gateway, board: Switchboard, room: Speaking, device: Simulated) -> None:
        self.process, self.board, self.room, self.device = process, board, room, device
        self.camera = process.assigned.camera(CAMERAS[0], speaker=(CAMERAS[0], OUTPUT, NVR))

    def ask(self, *targets: str, **more: Any) -> SpeakAsk:
        return SpeakAsk(
            **{
                "camera": self.camera,
                "device": NVR,
                "channel": CAMERAS[0],
                "targets": targets or (CAMERAS[0],),
                "address": HOST,
                "port": free_port(),
                "grant": uuid4(),
                **more,
            }
        )

    async def speak(self, *targets: str, node: str = NODE, **more: Any) -> SpeakAnswer:
        return await self.room.speak(node, self.ask(*targets, **more))

    def kept(self, *ids: UUID | None) -> CallsKept:
        return CallsKept(worker=f"{NODE}/0", calls=tuple(id for id in ids if id is not None))

    def register(self, **changes: Any) -> None:
        """The register says otherwise of the camera from now on."""
        there = self.process.assigned.channels
        key = (self.camera, NVR, CAMERAS[0])
        there[key] = there[key].model_copy(update=changes)

    def invite(self, body: bytes, target: str = SERVER, subject: str = "", sender: str = "") -> SipCall:
        """A call of the device's own making."""
        core = self.device.core
        fields = [("Content-Type", "Application/SDP"), *([("Subject", subject)] if subject else [])]
        request = core.endpoint.request("INVITE", target, core.platform, body, tuple(fields))
        if sender:
            request.headers.set("From", request.headers.get("From").replace(NVR, sender))
        call = core.endpoint.call(request, core.platform, self.process.clock.monotonic())
        self.device.transport.drain()
        return call


def offer(
    kind: str = "audio", types: tuple[int, ...] = (8,), maps: Any = (), address: str = HOST, **more: Any
) -> bytes:
    """What a device may offer."""
    media = MediaLine(kind, more.pop("port", 15_500), more.pop("tcp", False), types, maps, more.pop("way", MediaDirection.RECVONLY), more.pop("setup", None))  # fmt: skip
    return write_sdp(Sdp(NVR, address, (media,), **more))


@asynccontextmanager
async def cast(
    folder: Path,
    quirks: Iterable[Quirk] = (),
    carrier: Carrier = "UDP",
    bounds: SpeechBounds = QUICK,
    cameras: Callable[[str], frozenset[str]] = lambda _device: frozenset(CAMERAS),
    **more: Any,
) -> AsyncIterator[Cast]:
    """A gateway, one device that is registered."""
    async with gateway(folder) as process:
        board = Switchboard(process)
        room = Speaking(process, board.shelf, board.farewells, cameras, bounds)
        process.ears += [board.hear, room.hear]
        process.message_ears += [board.hear_message, room.hear_message]
        async with simulated(process, carrier, quirks=quirks, **more) as device:
            try:
                yield Cast(process, board, room, device)
            finally:
                await room.stop()
                await board.stop(0.2)


__all__ = ["CAMERAS", "HOST", "NODE", "NVR", "OUTPUT", "QUICK", "SERVER", "Cast", "Setup", "cast", "offer"]
