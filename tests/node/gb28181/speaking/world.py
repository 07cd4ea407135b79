"""Node, gateway and device whole: the desk of a worker, the gateway's process behind signed HTTP, the simulated device behind its own sockets."""

from __future__ import annotations

import asyncio
import itertools
import math
import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

from custodes.gateway.process import GatewayProcess
from custodes.gb28181.device.device import SimulatedDevice
from custodes.gb28181.device.looped_film import LoopedFilm
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.settings import SimulatedChannel, SimulatedDeviceSettings
from custodes.gb28181.device.shell import Shell
from custodes.gb28181.device.speech import ReceivedSpeech
from custodes.gb28181.media.frame import Coding
from custodes.gb28181.media.g711 import RATE, alaw_of, samples_of
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.peer import Carrier, Peer
from custodes.gb28181.sip.registering import RegistrarServer
from custodes.node.gb28181.gateway_client import GatewayClient
from custodes.node.gb28181.place import CallPlace, CameraSources
from custodes.node.gb28181.speaking.desk import SpeakDesk, Speech
from custodes.video.clock import SystemClock
from custodes.video.source.address import AddressPolicy
from custodes.video.wire.assignment import CameraAssignment, GatewayAddress, SourceAssignment, Transport
from custodes.video.wire.control_leases import SpeechChoice
from custodes.video.wire.gateway_assignment import GatewayChannel
from tests.gateway.world import ID, NVR, PASSWORD, World, channel
from tests.gb28181.media.films import film
from tests.patience import until_async
from tests.ports import free_port

HERE = "127.0.0.1"
CAMERA = f"{NVR[:10]}1320000001"
OUTPUT = f"{NVR[:10]}1370000001"
TONE_HZ = 440


def tone(seconds: float, hz: int = TONE_HZ, size: int = 8_000) -> bytes:
    """A tone as A-law."""
    return alaw_of([round(size * math.sin(2 * math.pi * hz * n / RATE)) for n in range(round(seconds * RATE))])


def snr(heard: bytes, said: bytes) -> float:
    """How far what was heard is above its difference from what was said, dB; infinite where they are the same."""
    ours, theirs = samples_of(said), samples_of(heard)
    power = sum(sample * sample for sample in ours)
    noise = sum((one - other) ** 2 for one, other in zip(ours, theirs, strict=True))
    return math.inf if not noise else 10 * math.log10(power / noise)


@dataclass
class Whole:
    """All of it.

    Attributes:
        whys: what the desk told of ends.
    """

    world: World
    gateway: GatewayProcess
    shell: Shell
    desk: SpeakDesk
    camera: UUID
    cameras: dict[UUID, CameraAssignment]
    whys: list[str] = field(default_factory=list)

    @property
    def device(self) -> SimulatedDevice:
        return self.shell.device

    @property
    def ears(self) -> list[ReceivedSpeech]:
        """Of all speeches, those that are over first."""
        return [*self.device.calls.spoken, *self.device.calls.ears]

    async def begin(self) -> Speech:
        return await self.desk.begin(self.camera, uuid4(), self.whys.append)

    async def heard(self, octets: int) -> ReceivedSpeech:
        """The last speech, once so much of it came."""
        await until_async(lambda: self.ears and self.ears[-1].octets >= octets)
        return self.ears[-1]


def shell_of(port: int, carrier: Carrier = "UDP", quirks: Iterable[Quirk] = ()) -> Shell:
    """A simulated device."""
    words, salt = itertools.count(1), secrets.token_hex(4)
    own = Peer(carrier, HERE, free_port())
    first = free_port()
    settings = SimulatedDeviceSettings(
        RegistrarServer(ID, NVR, Secret(PASSWORD), own, interval=0.5),
        Peer(carrier, HERE, port),
        (SimulatedChannel(CAMERA, "gate"), SimulatedChannel(OUTPUT, "horn", turns=False)),
        HERE,
        (first, first + 20),
        quirks=frozenset(quirks),
    )
    reel = LoopedFilm(film(Coding.H264))
    return Shell(SimulatedDevice(settings, lambda _id: reel, lambda: f"{salt}{next(words)}", Random(1).random), HERE)


def desk_of(world: World, cameras: dict[UUID, CameraAssignment], policy: AddressPolicy | None = None) -> SpeakDesk:
    """A worker's desk, that asks the gateway of `world`."""
    address = GatewayAddress(name="gateway-1", url=f"http://{HERE}:{world.settings.gateway_port}")
    client = GatewayClient(address, "node-1", world.node_key, SystemClock())
    sources = CameraSources(policy=policy or AddressPolicy(allow_loopback=True))
    return SpeakDesk("node-1/0", lambda: client, CallPlace(HERE, (26_000, 26_099), sources), cameras.get, Random(3))


def spoken_channel(camera: UUID, speech: SpeechChoice = "broadcast") -> GatewayChannel:
    """The camera as the gateway knows it, with every code that these tests try."""
    return channel(camera, NVR, CAMERA).model_copy(update={"speaker": (OUTPUT, CAMERA, NVR), "speech": speech})


def assigned(
    camera: UUID, targets: tuple[str, ...] = (OUTPUT, CAMERA, NVR), transport: Transport = "tcp"
) -> CameraAssignment:
    """A camera that can be spoken through."""
    main = SourceAssignment(url=f"gb28181://{NVR}/{CAMERA}", transport=transport)
    return CameraAssignment(id=camera, name="gate", main=main, speaker=targets)


@asynccontextmanager
async def whole(
    folder: Path,
    quirks: Iterable[Quirk] = (),
    carrier: Carrier = "UDP",
    targets: tuple[str, ...] = (OUTPUT, CAMERA, NVR),
    policy: AddressPolicy | None = None,
    keeps: bool = True,
    speech: SpeechChoice = "broadcast",
    transport: Transport = "tcp",
) -> AsyncIterator[Whole]:
    """All of it, the device registered.

    Args:
        keeps: whether the node names its speeches.
        speech, transport: as the register has them of device and camera.
    """
    world, camera = World(folder), uuid4()
    world.assign(NVR, channels=(spoken_channel(camera, speech),))
    async with world.gateway() as gateway:
        shell = shell_of(world.sip_port, carrier, quirks)
        await shell.open()
        cameras = {camera: assigned(camera, targets, transport)}
        desk = desk_of(world, cameras, policy)
        keeping = asyncio.create_task(desk.run() if keeps else asyncio.Event().wait())
        try:
            await until_async(lambda: gateway.context.reach(NVR) is not None)
            yield Whole(world, gateway, shell, desk, camera, cameras)
        finally:
            keeping.cancel()
            await desk.stop()
            await shell.close()
