"""`custodes gb28181 sip`: reads SIP messages from files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from custodes.commands.gb28181.answering import Json

if TYPE_CHECKING:
    from custodes.gb28181.sip.message import Message

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
