"""`custodes rotate`: replaces a key of this installation, on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from uuid import UUID

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from custodes.notary.rotation import KeyPlace
    from custodes.settings import Settings


class Key(StrEnum):
    """A key that can be replaced."""

    log = "log"
    grant = "grant"
    web = "web"
    packages = "packages"
    node = "node"
    node_seal = "node-seal"


class StillRunning(Exception):
    """What has to stand still does not; the message says what."""


def rotate(
    key: Annotated[
        Key,
        typer.Argument(
            help="Which key: of the log, of grants, of the web's or the node's requests, of evidence packages, or the one that camera passwords are sealed to."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of sentences.")] = False,
) -> None:
    """Replace a key and destroy the old one. Stop the system first, start it again afterwards.

    The change is on record (`key.rotated`) under a checkpoint of the present log key before the new key is used. After
    `rotate log` give the new verifier key to all who check the log; they check with both keys, `--key NEW --key OLD`.
    What the old key of packages signed stays proven: give whoever checks packages the new key beside the old one.
    Nodes on other machines need the new `keys/public` before they show anything again.

    `rotate node-seal` seals the camera passwords of this machine's node to the new key, in the register and in the node's
    last assignment, and keeps the old key until all of them are. No password is shown, written or logged. Camera
    passwords in older backups of the register can't be opened afterwards.

    Interrupted, it can be called again. Exit code 0: replaced. 1: the ledger is behind or forked, nothing was changed.
    2: the notary (for `node-seal` also web and node) is running, or there is no such key. 3: a file can't be read or written.
    """
    import json

    from rich.console import Console

    from custodes.keyfile import KeyFileError
    from custodes.logs import configure_logs
    from custodes.notary.process import AlreadyRunning, config_of
    from custodes.notary.recovery import LogMismatch
    from custodes.notary.rotation import rotate as replace
    from custodes.notary.signing import SigningRefused
    from custodes.notary.store import StoreError
    from custodes.settings import get_settings
    from custodes.video.clock import SystemClock

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    configure_logs(process="rotate")
    settings = get_settings()
    unopened: list[UUID] = []
    try:
        with _standing_still(settings) if key is Key.node_seal else ExitStack():
            done = replace(_place(key, settings, unopened.extend), config_of(settings), SystemClock())
            if key is not Key.log:
                _tell_register(settings)
    except (AlreadyRunning, StillRunning) as error:
        console.print(f"[red]{error}: stop the system first.[/red]")
        raise typer.Exit(2) from error
    except (LogMismatch, SigningRefused) as error:
        console.print(f"[red]The log can't be signed:[/red] {error}")
        raise typer.Exit(1) from error
    except (KeyFileError, StoreError, OSError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    if as_json:
        facts: dict[str, object] = {"key": done.key, "old": done.old, "new": done.new, "index": done.index}
        if key is Key.node_seal:
            facts["unopened"] = list(map(str, unopened))
        typer.echo(json.dumps(facts))
        return
    console.print(f"The key {done.key} was replaced: {done.old} → {done.new}, on record as entry {done.index}.")
    for camera in unopened:
        console.print(
            f"[yellow]The password of camera {camera} opened with neither key, as before. Enter it again.[/yellow]"
        )
    console.print("Start the system again.")


def _place(key: Key, settings: Settings, unopened: Callable[[list[UUID]], None]) -> KeyPlace:
    from custodes.keyfile import public_line
    from custodes.node import keys as node
    from custodes.notary import keys as notary
    from custodes.notary.rotation import KeyPlace
    from custodes.web import keys as web

    folder, public = settings.keys_folder, settings.keys_folder / "public"
    if key is Key.log:
        line = lambda new: notary.vkey_of(new, settings.log_origin)  # noqa: E731 - one of two ways to write a public half
        return KeyPlace("log", folder / "notary" / notary.LOG_KEY, public / notary.LOG_VKEY, line)
    if key is Key.node_seal:
        return _seal_place(settings, unopened)
    private, published = {
        Key.grant: (folder / "notary" / notary.GRANT_KEY, notary.GRANT_PUBLIC),
        Key.web: (folder / "web" / web.CONTROL_KEY, web.PUBLIC_KEY),
        Key.packages: (folder / "web" / web.PACKAGES_KEY, web.PACKAGES_PUBLIC_KEY),
        Key.node: (folder / "node" / node.CONTROL_KEY, node.CONTROL_PUBLIC),
    }[key]
    return KeyPlace(key.value, private, public / published, public_line)


def _seal_place(settings: Settings, unopened: Callable[[list[UUID]], None]) -> KeyPlace:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from custodes.commands.installation import set_up_django
    from custodes.keyfile import load_sealing_key, public_line, publish
    from custodes.node import keys as node
    from custodes.node.assignment_file import NAME
    from custodes.node.resealing import reseal_assignment, resealer
    from custodes.notary.rotation import KeyPlace, as_owner

    set_up_django()
    private = settings.keys_folder / "node" / node.SEAL_KEY
    public = settings.keys_folder / "public" / node.SEAL_PUBLIC
    _require_own_node(settings)

    def carry(old: X25519PrivateKey, new: X25519PrivateKey) -> None:
        from custodes.places.resealing import reseal

        again = resealer(old, new)
        # Published before anything is sealed to it: whoever starts now seals to the key that stays, and the node, which
        # knows both keys until the old one is gone, opens what was sealed to either.
        with as_owner(public):
            publish(public, public_line(new))
        with _as_web(settings):
            unopened(reseal(settings.node_name, public_line(new), again))
        with as_owner(settings.node_folder):
            reseal_assignment(settings.node_folder / NAME, again)

    return KeyPlace("node-seal", private, public, public_line, X25519PrivateKey.generate, load_sealing_key, carry)


@contextmanager
def _standing_still(settings: Settings) -> Iterator[None]:
    """Hold what the node's workers hold while they run, and look whether the web answers.

    Raises:
        StillRunning: one of them runs.
    """
    import os

    from custodes.commands.up import accepts
    from custodes.notary.rotation import as_owner
    from custodes.video.archive.index import lock
    from custodes.video.archive.schema import IndexRefused

    if accepts(settings.web_host, settings.web_port):
        raise StillRunning(f"The web process answers on port {settings.web_port}")
    with ExitStack() as held:
        for path in sorted(settings.node_folder.glob("worker-*.sqlite3")):
            try:
                with as_owner(settings.node_folder):
                    held.callback(os.close, lock(path))
            except IndexRefused as error:
                raise StillRunning("The node is running") from error
        yield


def _require_own_node(settings: Settings) -> None:
    """
    Raises:
        KeyFileError: the register doesn't have this node, so that nobody could seal to its new key.
    """
    from custodes.keyfile import KeyFileError
    from custodes.places.models import Node

    with _as_web(settings):
        if not Node.objects.filter(name=settings.node_name).exists():
            raise KeyFileError(f"the register has no node {settings.node_name}; call this where the register is")


@contextmanager
def _as_web(settings: Settings) -> Iterator[None]:
    """Act as the user of the web process, whose the register is."""
    from custodes.notary.rotation import as_owner
    from custodes.web.keys import CONTROL_KEY

    with as_owner(settings.keys_folder / "web" / CONTROL_KEY):
        yield


def _tell_register(settings: Settings) -> None:
    """The register holds the node's keys, and a fresh assignment carries those of web and grants."""
    from custodes.commands.installation import register_own_node, set_up_django

    set_up_django()
    with _as_web(settings):
        register_own_node(settings)
