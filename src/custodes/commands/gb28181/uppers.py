"""`custodes simupper`: what was asked for at the terminal, made into platforms above that run."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import signal
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import typer

from custodes.commands.gb28181.devices import ports_of
from custodes.commands.gb28181.simulated import passwords
from custodes.gb28181 import ids
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.upper.line import Did, UpperSettings
from custodes.gb28181.upper.upper import SimulatedUpper

PLATFORM = 200


@dataclass(frozen=True, slots=True)
class UpperOptions:
    """Options, as they were given."""

    lower: str
    uppers: tuple[str, ...]
    host: str
    port: int
    password_file: Path | None
    password: str
    calls: int
    each: int
    media_ports: str

    def settings(self) -> tuple[UpperSettings, ...]:
        """Each platform above.

        Raises:
            Refused: an option can't be right.
        """
        if not self.uppers:
            raise Gb28181Refused("id", "there is none", "give the platform's ID, for example 54000000002000000001")
        for one in (self.lower, *self.uppers):
            if ids.parse(one).type != PLATFORM:
                raise Gb28181Refused("id", f"{one} is no platform's", f"give one whose digits 11 to 13 are {PLATFORM}")
        try:
            ipaddress.ip_address(self.host)
        except ValueError as error:
            raise Gb28181Refused(
                "host", f"{self.host} is no address", "give one of this machine's, for example 127.0.0.1"
            ) from error
        if len(set(self.uppers)) < len(self.uppers):
            raise Gb28181Refused("id", "one is given twice", "give each platform an ID of its own")
        if self.port + len(self.uppers) > 65_536:
            raise Gb28181Refused("port", "the ports run past 65535", "begin lower")
        find, media = passwords(self.password_file, self.password), ports_of(self.media_ports)
        return tuple(
            UpperSettings(
                one, self.lower, Secret(find(one)), self.host, self.port + step, media, self.calls, float(self.each)
            )
            for step, one in enumerate(self.uppers)
        )


def serve(wanted: Sequence[UpperSettings], as_json: bool) -> None:
    """Run them until Ctrl-C.

    Raises:
        typer.Exit: 3 where a port is taken.
    """

    def ready() -> None:
        listing = [{"id": one.id, "host": one.host, "port": one.port} for one in wanted]
        if as_json:
            typer.echo(json.dumps({"uppers": listing}, ensure_ascii=False))
        else:
            typer.echo("\n".join(f"{one.id}  {one.host}:{one.port}  for {one.lower}" for one in wanted))

    try:
        asyncio.run(_run(wanted, partial(_say, as_json), ready))
    except OSError as error:
        typer.echo(f"A port can't be opened: {error}. Choose another --port.", err=True)
        raise typer.Exit(3) from error


async def _run(wanted: Sequence[UpperSettings], say: Callable[[str, Did], None], ready: Callable[[], None]) -> None:
    asked, open_ones = asyncio.Event(), list[SimulatedUpper]()
    for signed in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signed, asked.set)
    try:
        for one in wanted:
            made = SimulatedUpper(one, partial(say, one.id))
            await made.open()
            open_ones.append(made)
        ready()
        await asked.wait()
    finally:
        await asyncio.gather(*(one.close() for one in open_ones), return_exceptions=True)


def _say(as_json: bool, id: str, did: Did) -> None:
    if as_json:
        typer.echo(json.dumps({"id": id} | asdict(did), ensure_ascii=False))
    else:
        typer.echo(f"{id} {did}")
