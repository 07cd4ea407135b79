"""`custodes gb28181 ps probe`: what is in a program stream, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from custodes.commands.gb28181.messages import Json

if TYPE_CHECKING:
    from custodes.gb28181.media.frame import Frame

_PIECE = 1 << 20


def probe(
    file: Annotated[
        Path, typer.Argument(help="Program stream as a device sends it, without RTP headers.", metavar="FILE")
    ],
    as_json: Json = False,
) -> None:
    """Read a program stream as a channel is received: its streams, frames, times, and each thing that is wrong.

    It decodes nothing and changes nothing.
    Exit code 0: pictures or sound are in it and nothing is wrong. 1: there is no frame that could be shown, or something is wrong.
    2: the call was wrong. 3: the file can't be read.
    """
    import json
    from dataclasses import asdict

    from rich.console import Console
    from rich.table import Table

    from custodes.gb28181.media.ps import ProgramReader

    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    streams: dict[str, dict[str, Any]] = {}
    reader = ProgramReader(lambda frame: _note(streams, frame))
    try:
        with file.open("rb") as opened:
            while piece := opened.read(_PIECE):
                reader.push(piece, 0, len(piece))
    except OSError as error:
        errors.print(f"[red]{file}: {error.strerror}. Give the path of a file that you may read.[/red]")
        raise typer.Exit(3) from error
    reader.flush()
    wrong = _wrong(reader, streams)
    if as_json:
        types = {f"{number:02X}": f"{kind:02X}" for number, kind in reader.types.items()}
        document = {"streams": list(streams.values()), "map": types, "counts": asdict(reader.tally), "wrong": wrong}
        typer.echo(json.dumps(document))
        raise typer.Exit(int(bool(wrong)))
    table = Table("coding", "size", "frames", "key", "octets", "from s", "to s", title=file.name)
    for one in streams.values():
        size = f"{one['width']}×{one['height']}" if one["width"] else "–"
        table.add_row(
            *(one["coding"], size, str(one["frames"]), str(one["keys"]), str(one["octets"])),
            *(f"{one['from']:.3f}", f"{one['to']:.3f}"),
        )
    Console(highlight=False).print(table)
    for said in wrong:
        errors.print(f"[red]{said}[/red]")
    raise typer.Exit(int(bool(wrong)))


def _note(streams: dict[str, dict[str, Any]], frame: Frame) -> None:
    """Count a frame under its coding."""
    seconds = frame.time / 90_000
    one = streams.get(frame.coding)
    if one is None:
        width, height = _size(frame) if frame.coding.video else (0, 0)
        one = {"coding": frame.coding.value, "width": width, "height": height, "frames": 0, "keys": 0, "octets": 0}
        one |= {"from": seconds, "to": seconds}
        streams[frame.coding] = one
    one["frames"] += 1
    one["keys"] += frame.key
    one["octets"] += len(frame.data)
    one["from"], one["to"] = min(one["from"], seconds), max(one["to"], seconds)


def _size(frame: Frame) -> tuple[int, int]:
    from custodes.video.codec.bitstream import CodecError
    from custodes.video.codec.build import codec_parameters
    from custodes.video.unit import Codec

    try:
        found = codec_parameters(Codec(frame.coding.value), frame.sets)
    except CodecError:
        return 0, 0
    return found.width, found.height


def _wrong(reader: Any, streams: dict[str, dict[str, Any]]) -> list[str]:
    """What is wrong, one sentence each."""
    tally, found = reader.tally, []
    if not tally.packs:
        found.append("There is no pack header in it: this is no program stream.")
    elif not streams:
        found.append("No frame in it can be shown: no key frame with its parameter sets, and no sound.")
    if reader.refused:
        found.append(f"Coded as {', '.join(reader.refused)}, which is not taken in.")
    if tally.packs and not tally.maps:
        found.append("There is no program stream map in it: what the streams are was guessed.")
    if tally.contradicted:
        found.append("The map names another codec than the pictures have; the pictures were believed.")
    if tally.skipped:
        found.append(f"{tally.skipped} octets belong to nothing and were passed over.")
    if tally.broken:
        found.append(f"{tally.broken} packets or NAL units contradict themselves.")
    if tally.dropped:
        found.append(f"{tally.dropped} pictures were left out: damaged, or before the first key frame.")
    return found
