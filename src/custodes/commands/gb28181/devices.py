"""`custodes simcam --gb28181`: what was asked for at the terminal, made into devices that run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import typer

from custodes.commands.gb28181.messages import refusing
from custodes.commands.gb28181.simulated import LoopedFilms, Simulation, SimulationOrder, passwords, platform_of, row_of
from custodes.gb28181.charset import Charset
from custodes.gb28181.device.ptz import View
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.edition import Edition
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.registering import RegistrationNews
from custodes.video.simcam import station
from custodes.video.simcam.film import film_all

if TYPE_CHECKING:
    from rich.console import Console

_CHARSETS = {"auto": None, "gb2312": Charset.GB2312, "gb18030": Charset.GB18030, "utf-8": Charset.UTF8}


@dataclass(frozen=True, slots=True)
class DeviceOptions:
    """Options of the devices, as they were given; a preset's pan from -1 to 1 is half a turn to each side."""

    platform: str
    rows: tuple[str, ...]
    devices: int
    channels: int
    password: str
    password_file: Path | None
    carrier: str
    edition: str
    charset: str
    quirks: tuple[str, ...]
    keepalive: bool
    keepalive_seconds: float
    expires: int
    streams: int
    recorded_hours: int
    sip_port: int
    media_ports: str
    presets: tuple[tuple[str, float], ...] = ()
    alarm_each: int = 0
    moves: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    heard: Path | None = None

    def order(self) -> SimulationOrder:
        """What to simulate.

        Raises:
            Refused: an option can't be right.
        """
        server, host, port = platform_of(self.platform)
        if not self.rows:
            raise Gb28181Refused(
                "device-id", "there is none", "give the first device's ID, for example 54010200001180000001"
            )
        row = [id for first in self.rows for id in row_of(first, self.devices)]
        find = passwords(self.password_file, self.password)
        for id in row:
            find(id)
        if self.sip_port and self.sip_port + self.devices * len(self.rows) > 65_536:
            raise Gb28181Refused("sip-port", "the row runs past 65535", "begin lower, or leave it out")
        return SimulationOrder(
            server, host, port, self.rows, find, self.devices, self.channels,
            "TCP" if self.carrier == "tcp" else "UDP", Edition[f"E{self.edition}"], _CHARSETS[self.charset],
            quirks_of(self.quirks), self.keepalive, self.keepalive_seconds, self.expires, self.streams,
            self.recorded_hours, own_port=self.sip_port, media=ports_of(self.media_ports), alarm_each=self.alarm_each,
            moves=moves_of(self.moves, self.channels), heard=self.heard,
            presets={number: (name, View(pan * 180 % 360)) for number, (name, pan) in enumerate(self.presets, start=1)},
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FilmOptions:
    """Options of the films: how many at most, which are H.265, bit/s, seconds from key to key, the small ones, with tones, which one turns."""

    cameras: int
    h265: int
    bitrate: int
    sub_bitrate: int
    gop: int
    sub: bool
    sound: bool
    dome: int


def serve(wanted: DeviceOptions, shown: FilmOptions, folder: Path, console: Console, as_json: bool) -> None:
    """Run the devices until Ctrl-C.

    Raises:
        typer.BadParameter: faults are named and no platform.
        typer.Exit: 2 where an option can't be right, 3 where a port is taken.
    """
    if "list" in wanted.quirks:
        typer.echo("\n".join(quirk.value for quirk in Quirk))
        return
    if not wanted.platform:
        raise typer.BadParameter("--quirk belongs to --gb28181 SERVER_ID@HOST:PORT")
    with refusing(False):
        order = wanted.order()
        channels = len(order.rows) * order.devices * order.channels
        count = min(shown.cameras, channels)
        films = station.orders(count, min(shown.h265, count), shown.bitrate, shown.sub_bitrate, shown.gop)
        film_all(films, folder, lambda _order: None)
        reels = LoopedFilms(films, folder, sub=shown.sub, sound=shown.sound, turning=shown.dome)
        names = wanted.names or tuple(one.camera.name for one in films)

        def told(id: str, news: RegistrationNews) -> None:
            console.print(f"{id} {news.what} {news.why}".rstrip(), highlight=False)

        simulation = Simulation(order, reels, names, told)
    if 0 < shown.dome <= count:
        Thread(target=reels.film_sides, name="sides", daemon=True).start()

    def ready() -> None:
        listing = [
            {
                "id": shell.device.settings.id,
                "sip_port": shell.device.settings.upper.contact.port,
                "channels": [{"id": one.id, "name": one.name} for one in shell.device.settings.channels],
            }
            for shell in simulation.shells
        ]
        if as_json:
            facts = {"address": simulation.address, "devices": listing}
            typer.echo(json.dumps(facts, ensure_ascii=False))
            return
        for one in listing:
            typer.echo(f"{one['id']}  {simulation.address}:{one['sip_port']}  {order.channels} channels")

    try:
        asyncio.run(simulation.run(ready))
    except OSError as error:
        console.print(f"[red]A port can't be opened: {error}. Choose another --sip-port.[/red]")
        raise typer.Exit(3) from error


def moves_of(texts: Sequence[str], channels: int) -> dict[int, float]:
    """Which channels move, each with the seconds by which it tells late: ``2`` or ``2:1800``.

    Raises:
        Refused: no such channel, or no number.
    """
    found: dict[int, float] = {}
    for text in texts:
        number, _, late = text.partition(":")
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= channels):
            raise Gb28181Refused("moves", f"{text} names none of the {channels} channels", "write its number, from 1")
        if late and not (late.isascii() and late.isdigit() and int(late) <= 86_400):
            raise Gb28181Refused("moves", f"{text} says no seconds", "write NUMBER:SECONDS, a day at most")
        found[int(number)] = float(late or 0)
    return found


def quirks_of(names: tuple[str, ...]) -> frozenset[Quirk]:
    """Faults by their names.

    Raises:
        Refused: one is not known.
    """
    known = {quirk.value: quirk for quirk in Quirk}
    for name in names:
        if name not in known:
            raise Gb28181Refused("quirk", f"{name} is not known", f"give one of {', '.join(known)}")
    return frozenset(known[name] for name in names)


def ports_of(text: str) -> tuple[int, int]:
    """``20000-29999``.

    Raises:
        Refused: it is no range of ports.
    """
    first, _, last = text.partition("-")
    if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit() and len(text) < 12):
        raise Gb28181Refused("media-ports", f"{text} is no range", "write 20000-29999")
    if not 1024 <= int(first) <= int(last) <= 65_535:
        raise Gb28181Refused(
            "media-ports", f"{text} lies outside 1024 to 65535, or ends before it begins", "write 20000-29999"
        )
    return int(first), int(last)
