"""`custodes rotate`: replaces a key of this installation, on record."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from custodes.notary.rotation import KeyPlace
    from custodes.settings import Settings


class Key(StrEnum):
    """A key that can be replaced."""

    log = "log"
    grant = "grant"
    web = "web"
    node = "node"


def rotate(
    key: Annotated[Key, typer.Argument(help="Which key: of the log, of grants, of the web's or the node's requests.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of sentences.")] = False,
) -> None:
    """Replace a key and destroy the old one. Stop the system first, start it again afterwards.

    The change is on record (`key.rotated`) under a checkpoint of the present log key before the new key is used. After
    `rotate log` give the new verifier key to all who check the log; they check with both keys, `--key NEW --key OLD`.
    Nodes on other machines need the new `keys/public` before they show anything again. The node's sealing key is not
    replaced here: camera passwords are sealed to it, and nobody else can read them to seal them anew.
    Interrupted, it can be called again. Exit code 0: replaced. 1: the ledger is behind or forked, nothing was changed.
    2: the notary is running, or there is no such key. 3: a file can't be read or written.
    """
    import json

    from rich.console import Console

    from custodes.keyfile import KeyFileError
    from custodes.notary.logs import set_up_logs
    from custodes.notary.process import AlreadyRunning, config_of
    from custodes.notary.recovery import LogMismatch
    from custodes.notary.rotation import rotate as replace
    from custodes.notary.signing import SigningRefused
    from custodes.notary.store import StoreError
    from custodes.settings import get_settings
    from custodes.video.clock import SystemClock

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    set_up_logs()
    settings = get_settings()
    try:
        done = replace(_place(key, settings), config_of(settings), SystemClock())
        if key is not Key.log:
            _tell_register(settings)
    except AlreadyRunning as error:
        console.print(f"[red]{error}: stop the system first.[/red]")
        raise typer.Exit(2) from error
    except (LogMismatch, SigningRefused) as error:
        console.print(f"[red]The log can't be signed:[/red] {error}")
        raise typer.Exit(1) from error
    except (KeyFileError, StoreError, OSError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    if as_json:
        facts = {"key": done.key, "old": done.old, "new": done.new, "index": done.index}
        typer.echo(json.dumps(facts))
        return
    console.print(f"The key {done.key} was replaced: {done.old} → {done.new}, on record as entry {done.index}.")
    console.print("Start the system again.")


def _place(key: Key, settings: Settings) -> KeyPlace:
    from custodes.keyfile import public_line
    from custodes.node import keys as node
    from custodes.notary import keys as notary
    from custodes.notary.rotation import KeyPlace
    from custodes.web import keys as web

    folder, public = settings.keys_folder, settings.keys_folder / "public"
    if key is Key.log:
        line = lambda new: notary.vkey_of(new, settings.log_origin)  # noqa: E731 - one of two ways to write a public half
        return KeyPlace("log", folder / "notary" / notary.LOG_KEY, public / notary.LOG_VKEY, line)
    private, published = {
        Key.grant: (folder / "notary" / notary.GRANT_KEY, notary.GRANT_PUBLIC),
        Key.web: (folder / "web" / web.CONTROL_KEY, web.PUBLIC_KEY),
        Key.node: (folder / "node" / node.CONTROL_KEY, node.CONTROL_PUBLIC),
    }[key]
    return KeyPlace(key.value, private, public / published, public_line)


def _tell_register(settings: Settings) -> None:
    """The register holds the node's key, and a fresh assignment carries those of web and grants."""
    from custodes.commands.installation import register_own_node, set_up_django

    set_up_django()
    register_own_node(settings)
