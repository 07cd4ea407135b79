"""`custodes tls`: the installation's own certificate authority, and the certificates of web, node and gateway; each issue is a record of the log."""

from __future__ import annotations

import datetime
import ipaddress
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from cryptography import x509
    from rich.console import Console

    from custodes.settings import Settings


def keeper(settings: Settings, at: datetime.datetime) -> Callable[[str, x509.Certificate], None]:
    """What `tls.files.TlsFolder` tells of each certificate: writes one record down, whole and durable, as the web's user.

    Raises (what it gives):
        OSError: it can't be written; nothing has been issued then.
    """
    from custodes.commands.asking import person_here
    from custodes.commands.users import as_web
    from custodes.people.kept_records import keep

    by = person_here()

    def told(server: str, certificate: x509.Certificate) -> None:
        with as_web(settings):
            keep(settings.keys_folder / "web", _record(server, certificate, by, at))

    return told


def _record(server: str, certificate: x509.Certificate, by: str, at: datetime.datetime) -> dict[str, object]:
    from cryptography.hazmat.primitives import hashes

    from custodes.tls.reading import names_of

    return {
        "id": str(uuid.uuid4()),
        "type": "certificate.issued",
        "at": _text(at),
        "by": by,
        "server": server,
        "names": list(names_of(certificate)),
        "serial": format(certificate.serial_number, "x"),
        "begins": _text(certificate.not_valid_before_utc),
        "ends": _text(certificate.not_valid_after_utc),
        "sha256": certificate.fingerprint(hashes.SHA256()).hex(),
    }


def _text(at: datetime.datetime) -> str:
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


tls = typer.Typer(
    name="tls",
    help="The installation's own certificate authority, and the certificates of web, node and gateway.",
    no_args_is_help=True,
)

HOST = typer.Option(
    "--host", help="Host name or address by which browsers reach this installation; may be given several times."
)
NETWORK = typer.Option(
    "--network",
    help="Network (CIDR) whose addresses the authority may vouch for later as well; may be given several times.",
)
JSON = typer.Option("--json", help="Print one JSON document instead of sentences.")


@tls.command()
def make(
    host: Annotated[list[str], HOST],
    network: Annotated[list[str] | None, NETWORK] = None,
    new_authority: Annotated[
        bool,
        typer.Option(
            "--new-authority",
            help="Replace an authority that is there. Every computer and telephone has to install it.",
        ),
    ] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Make a private certificate authority and certificates for web, node and gateway; `custodes up` speaks TLS from then on.

    The authority can vouch for the names given here (and names below them) and for nothing else, so that its key opens no
    other site to whoever steals it. Its key is kept encrypted in `keys/authority/ca.key`; the passphrase is shown once.
    Write it down, move the key to a stick in a safe, and bring both back once a year for `custodes tls renew`.
    Computers and telephones install the authority's certificate from the page `/ca/`, which says how.
    What was issued, and by whom, is on record (`certificate.issued`) once the web process runs.
    Exit code 0: made. 2: a name is no name, or there is an authority already. 3: not initialised, or a file can't be written.
    """
    from rich.console import Console

    from custodes.commands.installation import settings_before_tls
    from custodes.settings import get_settings

    console = Console(stderr=True, soft_wrap=True, highlight=False)
    settings = _initialised(settings_before_tls(), console)
    if (settings.keys_folder / "public" / "ca.pem").exists() and not new_authority:
        console.print(
            "[red]There is an authority already. `custodes tls renew --host NAME` adds a name to its certificates;"
            " `custodes tls make --new-authority` replaces it.[/red]"
        )
        raise typer.Exit(2)
    passphrase = found(settings, host, network or [], console)
    get_settings.cache_clear()
    facts = _facts(get_settings())
    if as_json:
        typer.echo(json.dumps({**facts, "passphrase": passphrase}, ensure_ascii=False))
        return
    _show(facts, console)
    tell_passphrase(settings, passphrase, console)


@tls.command()
def renew(
    host: Annotated[list[str] | None, HOST] = None,
    authority_key: Annotated[
        Path | None,
        typer.Option(help="The authority's key, where it is kept elsewhere; by default in `keys/authority`."),
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="File with the passphrase of that key; asked for at the terminal by default.")
    ] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Renew the certificates of web, node and gateway, and add names to them.

    Running servers take them up within seconds: nothing is restarted, no recording and no view is interrupted.
    Call it before they end (`custodes tls show`, `custodes doctor`); they hold 397 days. It is on record, as `make` is.
    Exit code 0: renewed. 2: a name is no name, or one that the authority may not vouch for. 3: the key, its passphrase or a file can't be used.
    """
    from rich.console import Console

    from custodes.commands.users import as_server
    from custodes.keyfile import KeyFileError
    from custodes.tls.authority import AuthorityError, NotVouched, open_authority
    from custodes.tls.files import TlsFolder
    from custodes.tls.names import NameRefused, hosts
    from custodes.tls.reading import read

    console = Console(stderr=True, soft_wrap=True, highlight=False)
    settings = _settings(console)
    store = TlsFolder(settings.keys_folder)
    try:
        present = read(store.server("web").cert).names
        names = hosts((*present, *(host or ())))
        phrase = (
            passphrase_file.read_text(encoding="utf-8")
            if passphrase_file
            else typer.prompt("Passphrase of the authority's key", hide_input=True, err=True)
        )
        authority = open_authority(store.authority_certificate, authority_key or store.authority_key, phrase)
        at = datetime.datetime.now(datetime.UTC)
        store.certify(
            authority, names, at, lambda server: as_server(settings, server), keeper(settings, at), _servers(settings)
        )
    except NameRefused as error:
        console.print(f"[red]--host: {error}[/red]")
        raise typer.Exit(2) from error
    except (AuthorityError, KeyFileError, OSError, ValueError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2 if isinstance(error, NotVouched) else 3) from error
    facts = _facts(settings)
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    _show(facts, console)
    console.print("Servers that run take the new certificates up within seconds.")


@tls.command()
def show(as_json: Annotated[bool, JSON] = False) -> None:
    """Show names, end and fingerprint of the authority and of the certificates of web, node and gateway.

    Exit code 0: all hold for 30 days or more. 1: one ends sooner, or has ended. 3: there are none, or one can't be read.
    """
    from rich.console import Console

    console = Console(stderr=True, soft_wrap=True, highlight=False)
    settings = _settings(console)
    if not settings.has_tls:
        console.print("There is no certificate: `custodes tls make --host NAME` makes an authority and certificates.")
        raise typer.Exit(3)
    try:
        facts = _facts(settings)
    except (OSError, ValueError) as error:
        console.print(f"[red]A certificate can't be read: {error}[/red]")
        raise typer.Exit(3) from error
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
    else:
        _show(facts, console)
    raise typer.Exit(1 if any(each["days_left"] < 30 for each in facts["certificates"].values()) else 0)


def found(settings: Settings, host: Sequence[str], network: Sequence[str], console: Console) -> str:
    """Make authority and certificates; the passphrase of the authority's key. Ends the command on what can't be done."""
    from custodes.commands.users import as_server
    from custodes.keyfile import KeyFileError
    from custodes.tls.files import TlsFolder
    from custodes.tls.names import NameRefused, hosts

    try:
        networks = [ipaddress.ip_network(each.strip()) for each in network]
    except ValueError as error:
        console.print(f"[red]--network: {error}. Give a network, for example 10.20.0.0/16.[/red]")
        raise typer.Exit(2) from error
    try:
        names = hosts(host)
    except NameRefused as error:
        console.print(f"[red]--host: {error}[/red]")
        raise typer.Exit(2) from error
    at = datetime.datetime.now(datetime.UTC)
    store = TlsFolder(settings.keys_folder)
    try:
        told = keeper(settings, at)
        authority, passphrase = store.found_authority(settings.installation_name, names, networks, at, told)
        store.certify(authority, names, at, lambda server: as_server(settings, server), told, _servers(settings))
    except (KeyFileError, OSError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    return passphrase


def tell_passphrase(settings: Settings, passphrase: str, console: Console) -> None:
    """Say it once, and what to do with it."""
    console.print(
        f"Passphrase of the authority's key: [bold]{passphrase}[/bold]\n"
        f"It is shown only now. Write it down, move {settings.keys_folder / 'authority' / 'ca.key'} to a stick in a safe,"
        " and bring both back for `custodes tls renew`."
    )


def _settings(console: Console) -> Settings:
    from custodes.settings import get_settings

    return _initialised(get_settings(), console)


def _initialised(settings: Settings, console: Console) -> Settings:
    from custodes.commands.installation import NotInitialised, require_keys

    try:
        require_keys(settings)
    except NotInitialised as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    return settings


def _servers(settings: Settings) -> tuple[str, ...]:
    """Those that this machine has."""
    return ("web", "node", "gateway") if settings.gateway_id else ("web", "node")


def _facts(settings: Settings) -> dict[str, Any]:
    from custodes.tls.reading import read

    at = datetime.datetime.now(datetime.UTC)
    public = settings.keys_folder / "public"
    files = {server: tls.cert for server in _servers(settings) if (tls := settings.tls_of(server)) is not None}
    if (public / "ca.pem").exists():
        files = {"authority": public / "ca.pem", **files}
    certificates = {}
    for name, path in files.items():
        facts = read(path)
        certificates[name] = {
            **asdict(facts),
            "begins": facts.begins.isoformat(),
            "ends": facts.ends.isoformat(),
            "days_left": facts.days_left(at),
            "file": str(path),
        }
    return {"address": settings.web_origin, "certificates": certificates}


def _show(facts: dict[str, Any], console: Console) -> None:
    for name, each in facts["certificates"].items():
        console.print(f"[bold]{name}[/bold]: {each['subject']} · until {each['ends'][:10]} ({each['days_left']} days)")
        if each["names"]:
            console.print(f"  for {', '.join(each['names'])}")
        console.print(f"  SHA-256 {each['fingerprint']}")
    console.print(f"Address: {facts['address']}")
