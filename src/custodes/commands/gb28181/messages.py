"""`custodes gb28181 id`, `sip` and `ptz`: what the digits of an ID, SIP messages in files and the eight bytes that turn a camera say. The answer
is a JSON document or plain lines; what can't be right names its field and ends with 2.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from custodes.gb28181.refused import Gb28181Refused

if TYPE_CHECKING:
    from custodes.gb28181.ptz.command import Command
    from custodes.gb28181.sip.message import Message

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")]


def say(document: dict[str, Any], lines: Sequence[str], as_json: bool) -> None:
    """Print the answer, as a document or as lines."""
    typer.echo(json.dumps(document, ensure_ascii=False) if as_json else "\n".join(lines))


@contextmanager
def refusing(as_json: bool) -> Iterator[None]:
    """Say what can't be right, with its field, rule and remedy, and end with 2."""
    try:
        yield
    except Gb28181Refused as error:
        if as_json:
            told = {"field": error.field, "rule": error.rule, "remedy": error.remedy}
            typer.echo(json.dumps({"error": told}, ensure_ascii=False))
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def code(
    text: Annotated[str, typer.Argument(metavar="CODE", help="The ID, 20 digits.")],
    as_json: Json = False,
) -> None:
    """Explain an ID: region, industry, type, network, serial, and the SIP domain that it lies in.

    Names are those of the 2016 edition; a type that only the 2022 edition has is marked. Nothing is asked of any device.
    Exit code 0: explained. 2: it is no ID; the rule and the remedy are said.
    """
    from custodes.gb28181.ids import parse

    with refusing(as_json):
        found = parse(text.strip())
    kind, industry, network = found.type_name, found.industry_name, found.network_name
    if as_json:
        document = {
            "id": found.text,
            "domain": found.domain,
            "centre": found.centre,
            "division": found.division,
            "province": found.province,
            "industry": {"code": found.text[8:10], "zh": industry.zh, "en": industry.en},
            "type": {
                "code": found.text[10:13], "zh": kind.zh, "en": kind.en, "family": found.family, "since": kind.since,
            },
            "network": {"code": found.text[13], "zh": network.zh, "en": network.en},
            "serial": found.serial,
        }  # fmt: skip
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    since = f"（{kind.since}）" if kind.since > 2016 else ""
    for name, digits, zh, en in (
        (
            "中心编码 · centre",
            found.centre,
            found.province or "未知省份",
            "province unknown" if not found.province else "",
        ),
        ("行业 · industry", found.text[8:10], industry.zh, industry.en),
        ("类型 · type", found.text[10:13], kind.zh + since, kind.en),
        ("网络标识 · network", found.text[13], network.zh, network.en),
        ("序号 · serial", found.serial, "", ""),
        ("SIP 域 · domain", found.domain, "", ""),
    ):
        typer.echo("\t".join((name, digits, " · ".join(word for word in (zh, en) if word))).rstrip())


sip = typer.Typer(
    name="sip", help="Read SIP messages from files, as the platform would read them.", no_args_is_help=True
)


@sip.callback()
def group() -> None:
    """Read SIP messages from files, as the platform would read them."""


@sip.command("parse")
def parse(
    file: Annotated[Path, typer.Argument(help="A file with one message as it was on the wire (one datagram).")],
    as_json: Json = False,
) -> None:
    """Read one SIP message: start line, fields, body, where its answer would go, and what in it deviates from the standard.

    Login answers and passwords in bodies are not printed. Exit code 0: it was read. 1: it is no message, or breaks a rule without which it can't be
    answered; which one is said. 3: the file can't be read.
    """
    from custodes.gb28181.sip.malformed import Malformed
    from custodes.gb28181.sip.message import read_datagram

    try:
        data = file.read_bytes()
    except OSError as error:
        typer.echo(f"{file} can't be read: {error.strerror}", err=True)
        raise typer.Exit(3) from error
    try:
        message = read_datagram(data)
        message.check()
    except Malformed as error:
        if as_json:
            typer.echo(json.dumps({"error": {"rule": error.fault.value, "detail": str(error)}}, ensure_ascii=False))
        typer.echo(f"{error.fault.value}: {error}", err=True)
        raise typer.Exit(1) from error
    document = document_of(message)
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    typer.echo(document["start"])
    for name, value in document["fields"]:
        typer.echo(f"{name}: {value}")
    if document["body"]:
        typer.echo(f"\n{document['body']}")
    for remark in document["remarks"]:
        typer.echo(f"deviates: {remark}", err=True)


def document_of(message: Message) -> dict[str, Any]:
    """A message as JSON, without what proves a password."""
    from custodes.gb28181.sip.message import Request
    from custodes.gb28181.sip.shown import shown_body, shown_fields, shown_start

    return {
        "kind": "request" if isinstance(message, Request) else "response",
        "start": shown_start(message),
        "from": message.sender.uri.id,
        "to": message.to.uri.id,
        "call_id": message.call_id,
        "cseq": {"number": message.cseq.number, "method": message.cseq.method},
        "via": [str(value) for value in message.vias],
        "fields": list(map(list, shown_fields(message))),
        "body": shown_body(message),
        "remarks": list(message.remarks),
    }


ptz = typer.Typer(
    name="ptz", help="The eight bytes of PTZCmd (A.3): written and read, sent to nobody.", no_args_is_help=True
)


class PtzSubject(StrEnum):
    """What a command is about."""

    MOVE = "move"
    LENS = "lens"
    PRESET = "preset"
    CRUISE = "cruise"
    SCAN = "scan"
    AUXILIARY = "auxiliary"


@ptz.command("encode")
def encode(
    what: Annotated[
        PtzSubject, typer.Argument(help="move (all speeds 0: stop), lens, preset, cruise, scan or auxiliary.")
    ],
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
        if what is PtzSubject.MOVE:
            command: Command = Move(pan, tilt, zoom)
        elif what is PtzSubject.LENS:
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


def _numbered(what: PtzSubject, do: str, number: int, value: int) -> Command:
    from custodes.gb28181.ptz.command import Auxiliary, Cruise, CruiseDo, Preset, PresetDo, Scan, ScanDo
    from custodes.gb28181.refused import Gb28181Refused

    words: tuple[str, ...] = {
        PtzSubject.PRESET: tuple(PresetDo),
        PtzSubject.CRUISE: tuple(CruiseDo),
        PtzSubject.SCAN: tuple(ScanDo),
        PtzSubject.AUXILIARY: ("on", "off"),
    }[what]
    if do not in words:
        raise Gb28181Refused("do", f"is none of {', '.join(words)}", f"give --do with {what}")
    if what is PtzSubject.PRESET:
        return Preset(PresetDo(do), number)
    if what is PtzSubject.CRUISE:
        return Cruise(CruiseDo(do), number, value)
    if what is PtzSubject.SCAN:
        return Scan(ScanDo(do), number, value)
    return Auxiliary(do == "on", number)


def _document(command: Command) -> dict[str, Any]:
    return {"what": type(command).__name__.lower(), **asdict(command)}
