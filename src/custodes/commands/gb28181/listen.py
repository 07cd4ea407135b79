"""`custodes gb28181 listen`: what devices and platforms say to each other, out of a capture file or as it passes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from custodes.gb28181.capture.messages import Messages
    from custodes.gb28181.capture.told import ShownMessage


def listen(
    pcap: Annotated[
        Path | None, typer.Option(help="Read this capture file (pcap or pcapng) in place of the network.")
    ] = None,
    interface: Annotated[str, typer.Option(help="Interface to listen on; all by default.")] = "",
    port: Annotated[
        list[int] | None,
        typer.Option(min=1, max=65_535, help="SIP ports; repeatable. Without any: whatever begins as SIP does."),
    ] = None,
    device: Annotated[str, typer.Option(help="Only messages that name this ID.")] = "",
    method: Annotated[str, typer.Option(help="Only requests of this method and their answers.")] = "",
    call: Annotated[str, typer.Option(help="Only messages of this Call-ID.")] = "",
    full: Annotated[bool, typer.Option("--full", help="Print fields and bodies too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document a line and message.")] = False,
    most: Annotated[int, typer.Option("--count", min=0, help="End after so many messages; 0: never.")] = 0,
) -> None:
    """Print each SIP message in a line: when (Beijing's time), from where to where, and what its body is, PTZ commands read.

    Login answers and passwords are not printed. From the network it looks on and takes nothing: it needs root, or CAP_NET_RAW, and a port
    that a server has bound can be listened to. Beside many streams over TCP name the ports: the rest is then dropped by the kernel. Ctrl-C ends it.
    Exit code 0: read to its end, or ended as asked. 1: a message was broken. 2: the call was wrong. 3: the file or the network can't be read.
    """
    from custodes.gb28181.capture.messages import Messages

    messages = Messages(port or ())
    said = broken = 0
    wanted = method.strip().upper()
    try:
        for told in _told(messages, pcap, interface, port or []):
            if (device and device not in told.ids) or (wanted and told.method != wanted):
                continue
            if call and told.call_id != call:
                continue
            typer.echo(json.dumps(told.document, ensure_ascii=False) if as_json else told.whole if full else told.line)
            said += 1
            broken += bool(told.wrong)
            if said == most:
                break
    except KeyboardInterrupt:
        pass
    for name in ("gap", "cut-by-the-capture", "missed"):
        if messages.counts[name]:
            typer.echo(f"{name}: {messages.counts[name]}; messages may be missing", err=True)
    raise typer.Exit(int(bool(broken) and pcap is not None))


def _told(messages: Messages, pcap: Path | None, interface: str, ports: list[int]) -> Iterator[ShownMessage]:
    from custodes.gb28181.capture.pcap import NotCapture, read
    from custodes.gb28181.capture.told import tell

    if pcap is None:
        yield from _live(messages, interface, ports)
        return
    try:
        with pcap.open("rb") as file:
            for packet in read(file):
                yield from map(tell, messages.take(packet))
            yield from map(tell, messages.end())
    except OSError as error:
        typer.echo(f"{pcap} can't be read: {error.strerror}. Give the path of a file that you may read.", err=True)
        raise typer.Exit(3) from error
    except NotCapture as error:
        typer.echo(f"{pcap}: {error}.", err=True)
        raise typer.Exit(3) from error


def _live(messages: Messages, interface: str, ports: list[int]) -> Iterator[ShownMessage]:
    import signal

    from custodes.gb28181.capture.sniff import Sniffer
    from custodes.gb28181.capture.told import tell

    try:
        sniffer = Sniffer(interface, ports)
    except PermissionError as error:
        typer.echo("Listening needs root or CAP_NET_RAW; call it with sudo, or read a file by --pcap.", err=True)
        raise typer.Exit(3) from error
    except OSError as error:
        typer.echo(f"{interface or 'the network'} can't be listened to: {error.strerror}. Look at `ip link`.", err=True)
        raise typer.Exit(3) from error
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell that puts it behind would have it deaf to Ctrl-C
        signal.signal(number, signal.default_int_handler)
    try:
        for packet in sniffer.packets():
            if packet is not None:
                yield from map(tell, messages.take(packet))
    finally:
        messages.counts["missed"] += sniffer.missed()
        sniffer.close()
