"""Rows of simulated devices behind real sockets, for `custodes simcam --gb28181`, and what they show: the films of the simulated cameras as
frames of a program stream, with the tones of a call beside them where sound is wanted.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import random
import re
import secrets
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from custodes.gb28181 import ids
from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.charset import Charset
from custodes.gb28181.device.device import SimulatedDevice
from custodes.gb28181.device.looped_film import LoopedFilm, Steered, side_of
from custodes.gb28181.device.ptz import View
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.settings import Path as Way
from custodes.gb28181.device.settings import SimulatedChannel, SimulatedDeviceSettings, SimulatedRecording
from custodes.gb28181.device.shell import Shell
from custodes.gb28181.device.speech import ReceivedSpeech
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.alarm import AlarmMethod
from custodes.gb28181.media.frame import CLOCK_RATE, Coding, Frame
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.peer import Carrier, Peer
from custodes.gb28181.sip.registering import RegistrarServer, RegistrationNews
from custodes.secretfile import read_secret
from custodes.video.simcam.dome import VIEWS
from custodes.video.simcam.film import SAMPLES, FilmOrder, call_tones, film_apart, load_film
from custodes.video.unit import Codec

PIECE = SAMPLES // 25
"""Samples of sound in one PES packet: 40 ms, as cameras send them."""


class LoopedFilms:
    """Films by the number of their camera, from 0 on; made once, shared by all channels that show them.

    Args:
        films: in the cameras' order; cache: the folder that holds them.
        sub: the small stream is shown instead of the large one.
        sound: the tones of a call go with the pictures.
        turning: number of the camera, from 1 on, that has films of its other sides; 0 for none.
    """

    def __init__(
        self, films: Sequence[FilmOrder], cache: Path, *, sub: bool = False, sound: bool = False, turning: int = 0
    ) -> None:
        self._films = films
        self._cache = cache
        self._sub = sub
        self._sound = _sounds() if sound else ()
        self._turning = turning - 1
        self._sides: dict[str, LoopedFilm] = {}
        self._reels = [self._load(order) for order in films]

    def of(self, number: int, view: Callable[[], View]) -> LoopedFilm:
        """What the channel of this number shows, for one stream; channels beyond the films begin with the first again."""
        index = number % len(self._reels)
        if index != self._turning:
            return self._reels[index]
        return Steered(self._reels[index], self._sides, lambda: side_of(view()))

    def film_sides(self) -> None:
        """Make the films of the camera that turns; each is shown from when it is there. Blocks, and is for a thread of its own."""
        for order in self._films:
            if order.camera.number - 1 != self._turning:
                continue
            for view in VIEWS:
                side = FilmOrder(order.camera, order.codec, order.main, order.sub, order.seconds, order.rate, order.gop, view=view)  # fmt: skip
                if film_apart(side, self._cache):
                    self._sides[view] = self._load(side)

    def _load(self, order: FilmOrder) -> LoopedFilm:
        codec = Codec.H264 if self._sub else order.codec
        film = load_film(order.files(self._cache)[int(self._sub)], codec)
        coding, step = Coding(codec.value), CLOCK_RATE // order.rate
        pictures = [
            Frame(coding, b"".join(len(nal).to_bytes(4, "big") + nal for nal in nals), key, number * step, 0, film.params.sets)
            for number, (nals, key) in enumerate(film.pictures)
        ]  # fmt: skip
        end = len(pictures) * step
        return LoopedFilm(
            sorted((*pictures, *(one for one in self._sound if one.time < end)), key=lambda one: one.time)
        )


def _sounds() -> tuple[Frame, ...]:
    """A picture is before the sound of its moment, so that a film begins with a picture."""
    octets = call_tones()
    ticks = PIECE * CLOCK_RATE // SAMPLES
    return tuple(
        Frame(Coding.G711A, octets[at : at + PIECE], True, at // PIECE * ticks, 0)
        for at in range(0, len(octets) - PIECE + 1, PIECE)
    )


@dataclass
class SpeechRecorder:
    """Writes the last seconds of each speech, without its pauses, once it is over: ``ID-1.al``, A-law at 8,000 a second.

    Attributes:
        folder: of the files, made where it is not there; device: whose ID they have.
    """

    folder: Path
    device: str

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def __call__(self, ear: ReceivedSpeech) -> None:
        """A speech is over: its file, whole from the moment that it has its name. Of one of which nothing came there is none.

        Raises:
            OSError: it can't be written.
        """
        if not ear.packets:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{self.device}-{next(self._numbers)}.al"
        begun = path.with_suffix(".part")
        begun.write_bytes(ear.said)
        os.replace(begun, path)


HOUR_LOOK = 30.0
"""Seconds from one look at whether another hour has begun to the next."""
CAMERA, OLD_CAMERA = 132, 131
INTRUSION, ALARM_PRIORITY = 6, 2
"""Of method 5 (Annex A.2.5)."""

ROUND = ((91.1120, 29.6480), (91.1175, 29.6482), (91.1215, 29.6507), (91.1270, 29.6510), (91.1325, 29.6528))
"""Where what moves goes, there and back: a made way through the demo's town."""
LEG_SECONDS = 90.0

MOST = 10_000
"""Devices of one process, at most."""
_LONGEST = 1 << 20
_ROW = re.compile(r"\d{20}\s+\S")
_PLATFORM = re.compile(r"([0-9A-Za-z._-]{1,64})@(\[[0-9a-fA-F:]+\]|[^:\[\]@]+):(\d{1,5})")


@dataclass(frozen=True, slots=True)
class SimulationOrder:
    """What to simulate.

    Attributes:
        server: ID of the platform; host, port: where it is, the host as an address.
        rows: IDs, the first of each row.
        devices: of a row; channels: of a device.
        password: by device's ID.
        address: of ours; empty for the one from which the platform is reached.
        own_port: SIP port of the first device, one more for each further; 0 for free ones.
        media: ports of all streams, first and last.
        recorded_hours: how far back the recordings go, whole hours.
        presets: that each channel remembers, by number.
        alarm_each: seconds from one alarm of each device to its next; 0 for none.
        moves: which channels of each device move, counted from 1, and how many seconds late each tells where it is.
        heard: folder for what is spoken through the devices; None keeps nothing of it.
    """

    server: str
    host: str
    port: int
    rows: tuple[str, ...]
    password: Callable[[str], str]
    devices: int = 1
    channels: int = 1
    carrier: Carrier = "UDP"
    edition: Edition = Edition.E2022
    charset: Charset | None = None
    quirks: frozenset[Quirk] = frozenset()
    keepalive: bool = True
    interval: float = 60.0
    expires: int = 86_400
    streams: int = 4
    recorded_hours: int = 24
    address: str = ""
    own_port: int = 0
    media: tuple[int, int] = (20_000, 29_999)
    presets: Mapping[int, tuple[str, View]] = field(default_factory=dict)
    alarm_each: int = 0
    moves: Mapping[int, float] = field(default_factory=dict)
    heard: Path | None = None


def platform_of(text: str) -> tuple[str, str, int]:
    """ID, address and port of ``SERVER_ID@HOST:PORT``; a name is looked up once.

    Raises:
        Refused: it is none, or the name is not known.
    """
    found = _PLATFORM.fullmatch(text.strip())
    if found is None or not 1 <= int(found[3]) <= 65_535:
        raise Gb28181Refused(
            "gb28181", f"{text} names no platform", "write SERVER_ID@HOST:PORT, for example 54010000002000000001@127.0.0.1:5060"
        )  # fmt: skip
    host = found[2].strip("[]")
    try:
        address = str(socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)[0][4][0])
    except OSError as error:
        raise Gb28181Refused(
            "gb28181", f"{host} is not found ({error.strerror})", "give the platform's address"
        ) from error
    return ids.checked(found[1], "gb28181"), address, int(found[3])


def passwords(path: Path | None, given: str) -> Callable[[str], str]:
    """The password of each device: of a file with one line for all, or a line ``ID PASSWORD`` for each; else `given`.

    Raises:
        Refused: there is none, or none for a device.
        SecretFileRefused: the file can't be used.
    """
    remedy = "set CUSTODES_SIMCAM_PASSWORD, or name a file by --password-file"
    if path is None:
        if not given:
            raise Gb28181Refused("password", "there is none", remedy)
        return lambda _id: given
    lines = _lines(path)
    if len(lines) == 1 and not _ROW.match(lines[0]):
        one = read_secret("--password-file", path)
        return lambda _id: one
    rows = [line.split(None, 1) for line in lines]
    known = {row[0]: row[1].strip() for row in rows if len(row) == 2}

    def find(id: str) -> str:
        if id not in known:
            raise Gb28181Refused("password", f"{path} has none for {id}", "give it a line: ID, a blank, the password")
        return known[id]

    return find


def _lines(path: Path) -> list[str]:
    try:
        if path.stat().st_mode & 0o007:
            raise Gb28181Refused("password-file", f"{path} can be read by everybody", f"chmod 600 {path}")
        content = path.read_bytes()[:_LONGEST]
    except OSError as error:
        raise Gb28181Refused(
            "password-file", f"{path} can't be read ({error.strerror})", "name a file of yours"
        ) from error
    return [line for line in content.decode("utf-8", errors="replace").splitlines() if line.strip()]


def row_of(first: str, count: int) -> list[str]:
    """The IDs of a row: `first`, and the next ones by serial number.

    Raises:
        Refused: `first` is no ID of 20 digits, or the serials run out.
    """
    begin = ids.parse(first)
    start = int(begin.serial)
    return [
        ids.make(begin.centre, begin.industry, begin.type, begin.network, start + step).text for step in range(count)
    ]


def channels_of(
    device: str,
    count: int,
    names: Sequence[str],
    recorded: tuple[SimulatedRecording, ...],
    moves: Mapping[int, float] | None = None,
) -> tuple[SimulatedChannel, ...]:
    """A device's channels: cameras of its centre whose serials follow from the device's, so that no two devices share one.

    Raises:
        Refused: the serials run out.
    """
    parent = ids.parse(device)
    kind = OLD_CAMERA if parent.type == CAMERA else CAMERA
    start = (int(parent.serial) - 1) * count + 1
    return tuple(
        SimulatedChannel(
            ids.make(parent.centre, parent.industry, kind, parent.network, start + step).text,
            names[(start + step - 1) % len(names)],
            recordings=recorded,
            path=Way(ROUND, LEG_SECONDS, moves[step + 1]) if moves and step + 1 in moves else None,
        )
        for step in range(count)
    )


def recordings(hours: int, now: datetime) -> tuple[SimulatedRecording, ...]:
    """A recording for each whole hour of the last `hours`, and the one that runs."""
    this = now.astimezone(BEIJING).replace(minute=0, second=0, microsecond=0)
    return tuple(
        SimulatedRecording(this - timedelta(hours=back), this - timedelta(hours=back - 1))
        for back in range(hours, -1, -1)
    )


class Simulation:
    """All devices of an order.

    Args:
        told: ID and news of a device's registration.

    Raises:
        Refused: an ID, a number or a password can't be right.
    """

    def __init__(
        self,
        order: SimulationOrder,
        reels: LoopedFilms,
        names: Sequence[str],
        told: Callable[[str, RegistrationNews], None],
    ) -> None:
        self.shells: list[Shell] = []
        self._told = told
        self._order = order
        self.address = order.address or own_address(order.host)
        row = [id for first in order.rows for id in row_of(first, order.devices)]
        if len(set(row)) != len(row) or len(row) > MOST:
            raise Gb28181Refused(
                "device-id", "rows overlap, or are longer than 10,000 in all", "give each row IDs of its own"
            )
        first, last = order.media
        each = (last - first + 1) // len(row)
        if each < order.streams:
            needed = order.streams * len(row)
            raise Gb28181Refused(
                "media-ports", f"{needed} streams need as many ports", "give --media-ports a wider range"
            )
        recorded = recordings(order.recorded_hours, datetime.now(BEIJING)) if order.recorded_hours else ()
        for number, id in enumerate(row):
            channels = channels_of(id, order.channels, names, recorded, order.moves)
            ports = (first + number * each, first + (number + 1) * each - 1)
            shows = {channel.id: number * order.channels + step for step, channel in enumerate(channels)}
            self.shells.append(self._shell(id, number, channels, ports, reels, shows))

    async def run(self, ready: Callable[[], None]) -> None:
        """Until SIGINT or SIGTERM.

        Raises:
            OSError: a port is taken.
        """
        asked, alarms = asyncio.Event(), None
        for signed in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(signed, asked.set)
        try:
            for shell in self.shells:
                await shell.open()
            ready()
            alarms = asyncio.create_task(self._alarms())
            while not asked.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(HOUR_LOOK):
                        await asked.wait()
                self._record()
        finally:
            if alarms is not None:
                alarms.cancel()
            await asyncio.gather(*(shell.close() for shell in self.shells), return_exceptions=True)

    async def _alarms(self) -> None:
        """Somebody enters what the first channel of each device watches, again and again."""
        while self._order.alarm_each:
            await asyncio.sleep(self._order.alarm_each)
            for shell in self.shells:
                for channel in list(shell.device.channels)[:1]:
                    shell.alarm(channel, AlarmMethod.VIDEO, INTRUSION, ALARM_PRIORITY)

    def _record(self) -> None:
        """The hour that runs is recorded too, and what is older than the order says is overwritten."""
        if not self._order.recorded_hours:
            return
        now = recordings(self._order.recorded_hours, datetime.now(BEIJING))
        for shell in self.shells:
            known = shell.device.channels
            for id, channel in known.items():
                if channel.recordings != now:
                    known[id] = replace(channel, recordings=now)

    def _free_port(self) -> int:
        taken = {shell.device.settings.upper.contact.port for shell in self.shells}
        while (port := free_port(self.address)) in taken:
            pass
        return port

    def _shell(
        self,
        id: str,
        number: int,
        channels: tuple[SimulatedChannel, ...],
        ports: tuple[int, int],
        reels: LoopedFilms,
        shows: dict[str, int],
    ) -> Shell:
        order = self._order
        own = order.own_port + number if order.own_port else self._free_port()
        upper = RegistrarServer(
            order.server, id, Secret(order.password(id)), Peer(order.carrier, self.address, own),
            order.expires, order.interval, edition=order.edition,
        )  # fmt: skip
        settings = SimulatedDeviceSettings(
            upper, Peer(order.carrier, order.host, order.port), channels, self.address, ports,
            name=f"模拟设备 {id[-6:].lstrip('0')}", streams=order.streams, of_part=4, keepalive=order.keepalive,
            charset=order.charset, quirks=order.quirks,
        )  # fmt: skip
        dice = random.Random()  # noqa: S311 - it spreads registrations, nothing more
        device: SimulatedDevice
        shell: Shell

        def film(channel: str) -> LoopedFilm:
            return reels.of(shows.get(channel, 0), lambda: device.head(channel).view(shell.now))

        device = SimulatedDevice(settings, film, lambda: secrets.token_hex(12), dice.random)
        if order.heard is not None:
            device.calls.heard = SpeechRecorder(order.heard, id)
        for channel in channels:
            device.head(channel.id).presets.update(order.presets)
        shell = Shell(device, self.address, lambda news: self._told(id, news))
        return shell


def own_address(host: str) -> str:
    """Our address from which `host` is reached; nothing is sent for it.

    Raises:
        Refused: there is no way to it.
    """
    family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((host, 9))
        except OSError as error:
            raise Gb28181Refused(
                "gb28181", f"no way to {host} ({error.strerror})", "give the platform's address"
            ) from error
        return str(probe.getsockname()[0])


def free_port(host: str) -> int:
    """A port of ours that neither UDP nor TCP uses at this moment.

    Raises:
        Refused: none was found in a hundred tries.
        OSError: `host` is no address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for _try in range(100):
        with socket.socket(family, socket.SOCK_STREAM) as stream, socket.socket(family, socket.SOCK_DGRAM) as datagrams:
            stream.bind((host, 0))
            port = int(stream.getsockname()[1])
            try:
                datagrams.bind((host, port))
            except OSError:
                continue
            return port
    raise Gb28181Refused("port", "no free port was found", "give the first one by --port")
