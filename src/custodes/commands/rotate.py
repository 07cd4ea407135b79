"""`custodes rotate`: replaces a key of this installation, on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from uuid import UUID

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from rich.console import Console

    from custodes.commands.rotate_statements import RotationStanding
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
    gateway = "gateway"
    gateway_seal = "gateway-seal"
    gateway_statements = "gateway-statements"
    witness = "witness"


class StillRunning(Exception):
    """What has to stand still does not; the message says what."""


def rotate(
    key: Annotated[
        Key,
        typer.Argument(
            help="Which key: of the log, of grants, of the web's, the node's or the GB/T 28181 gateway's requests, of evidence packages, of the witness's cosignatures, the certificate with which the gateway states to other platforms who asks, or the ones that passwords of cameras and of GB/T 28181 devices and platforms are sealed to."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of sentences.")] = False,
    finish: Annotated[
        bool, typer.Option("--finish", help="Of gateway-statements: use the next certificate from now on.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Of gateway-statements: destroy the next certificate, keep the present one.")
    ] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="With --finish: although platforms have not entered the next certificate.")
    ] = False,
) -> None:
    """Replace a key and destroy the old one. Stop the system first, start it again afterwards.

    The change is on record (`key.rotated`) under a checkpoint of the present log key before the new key is used. After
    `rotate log` give the new verifier key to all who check the log; they check with both keys, `--key NEW --key OLD`.
    What the old key of packages signed stays proven: give whoever checks packages the new key beside the old one.
    Nodes on other machines need the new `keys/public` before they show anything again.

    `rotate node-seal` seals the camera passwords of this machine's node to the new key, in the register and in the node's
    last assignment, and keeps the old key until all of them are. No password is shown, written or logged. Camera
    passwords in older backups of the register can't be opened afterwards.

    `rotate gateway-seal` does the same with the passwords of GB/T 28181 devices and of platforms above and below. What the gateway
    keeps of its last assignment opens no more: devices register again once it has asked the web.

    `rotate witness` makes the key that cosigns anew, under the same name: hand `custodes witness show` to every platform below
    again, each is cosigned from then on once it has put the file in place. A witness that was put back to an older state cosigns
    nothing before.

    `rotate gateway-statements` replaces the certificate that platforms above and below were handed, in two steps. Called without an
    option it makes the next one beside the present one, which stays in use; hand `keys/public/gateway-statements-next.crt` to each
    platform and mark it on its page once they have entered it. Then stop the system and call it with `--finish`; or with `--undo`.

    Interrupted, it can be called again. Exit code 0: replaced. 1: the ledger is behind or forked, or platforms have not entered the next certificate; nothing was changed.
    2: the notary (for `node-seal` and `gateway-seal` also web and node, for `gateway`, `gateway-seal` and `gateway-statements --finish` also the gateway, for `witness` also the witness) is running, or there is no such key. 3: a file can't be read or written.
    """
    import json

    from rich.console import Console

    from custodes.commands.rotate_statements import NotHanded
    from custodes.keyfile import KeyFileError
    from custodes.logs import configure_logs
    from custodes.notary.process import NotaryAlreadyRunning, config_of
    from custodes.notary.recovery import LogMismatch
    from custodes.notary.rotation import rotate as replace
    from custodes.notary.signing import SigningRefused
    from custodes.notary.store import StoreError
    from custodes.settings import get_settings
    from custodes.video.clock import SystemClock

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    configure_logs(process="rotate")
    settings = get_settings()
    if (
        ((finish or undo or anyway) and key is not Key.gateway_statements)
        or (finish and undo)
        or (anyway and not finish)
    ):
        raise typer.BadParameter("--finish (with --anyway) or --undo, of gateway-statements alone")
    unopened: list[UUID] = []
    try:
        if key is Key.gateway_statements:
            _tell_statements(_statements(settings, finish=finish, undo=undo, anyway=anyway), console, as_json=as_json)
            return
        with _still(key, settings):
            done = replace(_place(key, settings, unopened.extend), config_of(settings), SystemClock())
            if key not in (Key.log, Key.witness):
                _tell_register(settings)
    except (NotaryAlreadyRunning, StillRunning) as error:
        console.print(f"[red]{error}: stop the system first.[/red]")
        raise typer.Exit(2) from error
    except NotHanded as error:
        console.print(
            f"[red]These platforms have not entered the next certificate:[/red] {error}. Mark it on their pages once they have, or call it with --anyway: they take no statements until then."
        )
        raise typer.Exit(1) from error
    except (LogMismatch, SigningRefused) as error:
        console.print(f"[red]The log can't be signed:[/red] {error}")
        raise typer.Exit(1) from error
    except (KeyFileError, StoreError, OSError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    if as_json:
        facts: dict[str, object] = {"key": done.key, "old": done.old, "new": done.new, "index": done.index}
        if key in (Key.node_seal, Key.gateway_seal):
            facts["unopened"] = list(map(str, unopened))
        typer.echo(json.dumps(facts))
        return
    console.print(f"The key {done.key} was replaced: {done.old} → {done.new}, on record as entry {done.index}.")
    what = "camera" if key is Key.node_seal else "device or link"
    for one in unopened:
        console.print(
            f"[yellow]The password of {what} {one} opened with neither key, as before. Enter it again.[/yellow]"
        )
    if key is Key.witness:
        console.print("Hand what `custodes witness show` prints to every platform below again.")
    console.print("Start the system again.")


def _statements(settings: Settings, *, finish: bool, undo: bool, anyway: bool) -> RotationStanding:
    from custodes.commands import rotate_statements
    from custodes.video.clock import SystemClock

    if finish:
        with _still(Key.gateway_statements, settings):
            return rotate_statements.finish(settings, SystemClock(), anyway=anyway)
    return rotate_statements.undo(settings) if undo else rotate_statements.begin(settings, datetime.now(UTC))


def _tell_statements(told: RotationStanding, console: Console, *, as_json: bool) -> None:
    import json
    from dataclasses import asdict

    if as_json:
        typer.echo(json.dumps(asdict(told), ensure_ascii=False))
        return
    owed = f"Not entered yet, as far as their pages say: {', '.join(told.owed)}." if told.owed else ""
    if told.step == "waiting":
        console.print(
            f"The next certificate waits since {told.since}; the present one stays in use. Hand keys/public/gateway-statements-next.crt to each platform (SHA-256 {told.new}), mark it on its page, then call this with --finish."
        )
        console.print(owed or "Nobody waits for it: it can be finished.")
    elif told.step == "undone":
        console.print(
            "The next certificate is gone, the present one stays. Platforms that entered it take it out again."
        )
    else:
        console.print(f"The certificate was replaced: {told.old} → {told.new}, on record as entry {told.index}. {owed}")
        console.print("Start the system again. Platforms take the old certificate out now.")


def _place(key: Key, settings: Settings, unopened: Callable[[list[UUID]], None]) -> KeyPlace:
    from custodes.gateway import keys as gateway
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
    if key is Key.gateway_seal:
        return _gateway_seal_place(settings, unopened)
    if key is Key.witness:
        return _witness_place(settings)
    private, published = {
        Key.grant: (folder / "notary" / notary.GRANT_KEY, notary.GRANT_PUBLIC),
        Key.web: (folder / "web" / web.CONTROL_KEY, web.PUBLIC_KEY),
        Key.packages: (folder / "web" / web.PACKAGES_KEY, web.PACKAGES_PUBLIC_KEY),
        Key.node: (folder / "node" / node.CONTROL_KEY, node.CONTROL_PUBLIC),
        Key.gateway: (folder / "gateway" / gateway.CONTROL_KEY, gateway.CONTROL_PUBLIC),
    }[key]
    return KeyPlace(key.value, private, public / published, public_line)


def _seal_place(settings: Settings, unopened: Callable[[list[UUID]], None]) -> KeyPlace:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from custodes.commands.installation import set_up_django
    from custodes.keyfile import load_sealing_key, public_line, publish
    from custodes.node import keys as node
    from custodes.node.assignment import NAME, reseal_assignment, resealer
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


def _gateway_seal_place(settings: Settings, unopened: Callable[[list[UUID]], None]) -> KeyPlace:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from custodes.commands.installation import set_up_django
    from custodes.gateway import keys as gateway
    from custodes.keyfile import load_sealing_key, public_line, publish
    from custodes.node.assignment import resealer
    from custodes.notary.rotation import KeyPlace, as_owner

    set_up_django()
    private = settings.keys_folder / "gateway" / gateway.SEAL_KEY
    public = settings.keys_folder / "public" / gateway.SEAL_PUBLIC

    def carry(old: X25519PrivateKey, new: X25519PrivateKey) -> None:
        from custodes.sharing.links.passwords import reseal

        # Published first, as for a node: who starts now seals to the key that stays.
        with as_owner(public):
            publish(public, public_line(new))
        with _as_web(settings):
            unopened(reseal(public_line(new), resealer(old, new)))

    return KeyPlace("gateway-seal", private, public, public_line, X25519PrivateKey.generate, load_sealing_key, carry)


def _witness_place(settings: Settings) -> KeyPlace:
    """
    Raises:
        KeyFileError: no witness is switched on here.
    """
    from custodes.keyfile import KeyFileError
    from custodes.ledger.checkpoint import verifier_of
    from custodes.notary.rotation import KeyPlace
    from custodes.witness.keys import KEY, VKEY

    if not settings.witness_name:
        raise KeyFileError("no witness is run here: CUSTODES_WITNESS_NAME is not set")
    line = lambda new: str(verifier_of(settings.witness_name, new))  # noqa: E731 - its public half bears its name
    return KeyPlace("witness", settings.keys_folder / "witness" / KEY, settings.keys_folder / "public" / VKEY, line)


@contextmanager
def _still(key: Key, settings: Settings) -> Iterator[None]:
    """Hold what must not run while this key is replaced.

    Raises:
        StillRunning, OSError.
    """
    from custodes.notary.rotation import as_owner
    from custodes.witness.process import WitnessAlreadyRunning, locked

    with ExitStack() as held:
        if key in (Key.gateway, Key.gateway_seal, Key.gateway_statements):
            _require_no_gateway(settings)
        if key in (Key.node_seal, Key.gateway_seal):
            held.enter_context(_standing_still(settings))
        state = settings.witness_folder / "state"
        if key is Key.witness and state.is_dir():
            with as_owner(state):
                try:
                    held.enter_context(locked(state))
                except WitnessAlreadyRunning as error:
                    raise StillRunning("The witness is running") from error
        yield


@contextmanager
def _standing_still(settings: Settings) -> Iterator[None]:
    """Hold what the node's workers hold while they run, and look whether the web answers.

    Raises:
        StillRunning: one of them runs.
    """
    import os

    from custodes.notary.rotation import as_owner
    from custodes.video.archive.index import lock
    from custodes.video.archive.schema import IndexRefused
    from custodes.web.doctor.listening import accepts

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


def _require_no_gateway(settings: Settings) -> None:
    """It reads its keys when it starts: running on, it would sign with the old one and open nothing that is sealed to the new one.

    Raises:
        StillRunning: it answers.
    """
    from custodes.web.doctor.listening import accepts

    if settings.gateway_id and accepts(settings.gateway_host, settings.gateway_port):
        raise StillRunning(f"The gateway answers on port {settings.gateway_port}")


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
