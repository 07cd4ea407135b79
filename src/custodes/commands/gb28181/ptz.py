"""`custodes gb28181 ptz`: the eight bytes that turn a camera, written and read."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from custodes.commands.gb28181.answering import Json, refusing, say

if TYPE_CHECKING:
    from custodes.gb28181.ptz.command import Command

ptz = typer.Typer(
    name="ptz", help="The eight bytes of PTZCmd (A.3): written and read, sent to nobody.", no_args_is_help=True
)


class What(StrEnum):
    """What a command is about."""

    MOVE = "move"
    LENS = "lens"
    PRESET = "preset"
    CRUISE = "cruise"
    SCAN = "scan"
    AUXILIARY = "auxiliary"


@ptz.command("encode")
def encode(
    what: Annotated[What, typer.Argument(help="move (all speeds 0: stop), lens, preset, cruise, scan or auxiliary.")],
    do: Annotated[
        str,
        typer.Option(
            "--do",
            help="preset: set, call, delete. cruise: add, delete, speed, stay, start. scan: start, left, right, speed. auxiliary: on, off.",
        ),
    ] = "",
    number: Annotated[int, typer.Option("--number", help="Of the preset, the cruise, the scan or the switch.")] = 1,
    value: Annotated[
        int, typer.Option("--value", help="cruise: preset, speed or seconds of stay; scan: speed; 0 to 4095.")
    ] = 0,
    pan: Annotated[int, typer.Option("--pan", help="-255 (left) to 255 (right).")] = 0,
    tilt: Annotated[int, typer.Option("--tilt", help="-255 (down) to 255 (up).")] = 0,
    zoom: Annotated[int, typer.Option("--zoom", help="-15 (wider) to 15 (nearer).")] = 0,
    focus: Annotated[int, typer.Option("--focus", help="-255 (near) to 255 (far).")] = 0,
    iris: Annotated[int, typer.Option("--iris", help="-255 (close) to 255 (open).")] = 0,
    address: Annotated[int, typer.Option("--address", help="Byte 3 and 4 bits of byte 7; no device uses it.")] = 1,
    as_json: Json = False,
) -> None:
    """Write a command as 16 digits.

    Exit code 0: written. 2: a number or a word can't be right; which, by which rule, and what to do is said.
    """
    from custodes.gb28181.ptz import octets
    from custodes.gb28181.ptz.command import Lens, Move

    with refusing(as_json):
        if what is What.MOVE:
            command: Command = Move(pan, tilt, zoom)
        elif what is What.LENS:
            command = Lens(focus, iris)
        else:
            command = _numbered(what, do.strip().lower(), number, value)
        text = octets.encode(command, address)
        say({"hex": text, "address": address, "command": _document(command)}, [text], as_json)


@ptz.command("decode")
def decode(
    text: Annotated[str, typer.Argument(help="16 hexadecimal digits.", metavar="HEX")],
    as_json: Json = False,
) -> None:
    """Read 16 digits: what they ask for.

    Exit code 0: read. 2: they are no PTZ command; which byte, by which rule, and what to do is said.
    """
    from custodes.gb28181.ptz import octets

    with refusing(as_json):
        found = octets.decode(text.strip())
        document = _document(found.command)
        words = " ".join(f"{name}={value}" for name, value in document.items() if name != "what")
        say({"address": found.address, "command": document}, [f"{document['what']} {words}"], as_json)


def _numbered(what: What, do: str, number: int, value: int) -> Command:
    from custodes.gb28181.ptz.command import Auxiliary, Cruise, CruiseDo, Preset, PresetDo, Scan, ScanDo
    from custodes.gb28181.refused import Refused

    words: tuple[str, ...] = {
        What.PRESET: tuple(PresetDo),
        What.CRUISE: tuple(CruiseDo),
        What.SCAN: tuple(ScanDo),
        What.AUXILIARY: ("on", "off"),
    }[what]
    if do not in words:
        raise Refused("do", f"is none of {', '.join(words)}", f"give --do with {what}")
    if what is What.PRESET:
        return Preset(PresetDo(do), number)
    if what is What.CRUISE:
        return Cruise(CruiseDo(do), number, value)
    if what is What.SCAN:
        return Scan(ScanDo(do), number, value)
    return Auxiliary(do == "on", number)


def _document(command: Command) -> dict[str, Any]:
    return {"what": type(command).__name__.lower(), **asdict(command)}
