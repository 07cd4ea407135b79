"""`custodes init`: make an installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from custodes.settings import Settings


def init(
    admin: Annotated[
        str,
        typer.Option(
            prompt="User name of the first administrator",
            help="User name of the first administrator, who opens the accounts of all others.",
        ),
    ],
    name: Annotated[
        str, typer.Option(prompt="Name of that person", help="The administrator's name, as on the work card.")
    ],
    unit: Annotated[
        str,
        typer.Option(
            prompt="Unit that runs this installation", help="The public security organ that runs the installation."
        ),
    ],
    division: Annotated[str, typer.Option(help="GB/T 2260 code of the unit's division.")] = "540100",
    host: Annotated[
        list[str] | None,
        typer.Option(
            help="Host name or address by which browsers will reach this installation; may be given several times. Makes a private certificate authority and certificates for it (`custodes tls make`)."
        ),
    ] = None,
    network: Annotated[
        list[str] | None,
        typer.Option(help="Network (CIDR) whose addresses that authority may vouch for later as well."),
    ] = None,
    second: Annotated[
        str | None,
        typer.Option(
            help="User name of the second administrator, who audits and confirms whom the first appoints. Until there is one nobody sees footage."
        ),
    ] = None,
    second_name: Annotated[
        str | None, typer.Option(help="The second administrator's name, as on the work card.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of sentences.")] = False,
) -> None:
    """Make keys, database and the first two administrators in the data folder (`CUSTODES_DATA`).

    Run it once. Running it again makes what is missing and replaces nothing; with the administrators already there it
    says so and ends with 2. There is no default password: a one-time password is printed once for each and must be changed at
    the first sign-in. The first administrator is the *security* administrator (安全管理员), the second the *audit* administrator
    (审计管理员), with `--second` and `--second-name`: both stand before the machine. What the first asks for, the second confirms, so
    that without a second nobody else gets in and footage stays closed; call it again with `--second` when the person is there. The
    system administrator is a third person, whom the two appoint.
    Called by root with `CUSTODES_NOTARY_UID`, `CUSTODES_WEB_UID` and `CUSTODES_NODE_UID` set, it gives each of these OS
    users what is its own, also on a folder that was made before.
    With `--host` it makes a private certificate authority as well, and web and node speak TLS from the start; without it they
    can be reached from this machine alone until `custodes tls make` is called.
    Exit code 0: made. 2: the call was wrong, or there is an administrator. 3: the keys or another part of the folder can't be used.
    """
    import datetime
    import json

    from rich.console import Console

    from custodes.commands.installation import (
        UnfitDatabase,
        make_keys,
        migrate,
        register_own_node,
        settings_before_tls,
    )
    from custodes.commands.tls import found, tell_passphrase
    from custodes.commands.users import HandOverRefused, as_web
    from custodes.keyfile import KeyFileError
    from custodes.settings import get_settings

    console = Console(stderr=True, soft_wrap=True, highlight=False)
    if bool(second) != bool(second_name):
        console.print("[red]--second and --second-name go together: the user name and the name of one person.[/red]")
        raise typer.Exit(2)
    settings = settings_before_tls() if host else get_settings()
    try:
        _hand_over(settings)  # before root writes there: an installation of one user may have become one of three
        make_keys(settings)
        _hand_over(settings)
        passphrase = ""
        if host and not (settings.keys_folder / "public" / "ca.pem").exists():
            passphrase = found(settings, host, network or [], console)
        if host:
            get_settings.cache_clear()  # names and addresses follow from the certificate
            settings = get_settings()
        with as_web(settings):
            migrate()
            register_own_node(settings)
    except (HandOverRefused, KeyFileError, UnfitDatabase, OSError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error

    from django.db import transaction

    from custodes.people.accounts import AccountRefused
    from custodes.people.bootstrap import (
        AlreadyBootstrapped,
        Enrolled,
        create_first_administrator,
        create_second_administrator,
    )
    from custodes.people.models import Division

    at = datetime.datetime.now(datetime.UTC)

    def refused(words: str) -> typer.Exit:
        """What was made before stays: a passphrase that nobody was shown would be lost for good."""
        console.print(words)
        if passphrase:
            tell_passphrase(settings, passphrase, console)
        return typer.Exit(2)

    made: Enrolled | None = None
    audits: Enrolled | None = None
    option, asked = "--admin", admin
    try:
        # Both or none: a password that was made and not shown would lock its holder out.
        with as_web(settings), transaction.atomic():
            try:
                made = create_first_administrator(
                    username=admin, name=name, unit_name=unit, division_code=division, at=at
                )
            except AlreadyBootstrapped:
                if not second:
                    raise
            if second and second_name:
                option, asked = "--second", second
                audits = create_second_administrator(username=second, name=second_name, at=at)
    except AlreadyBootstrapped as error:
        which, then = (
            ("an audit administrator", "A further one is appointed by two.")
            if second
            else ("a security administrator", "Ask that person to open accounts.")
        )
        raise refused(f"There is {which} already in {settings.data}; nothing was changed. {then}") from error
    except Division.DoesNotExist as error:
        raise refused(
            f"[red]--division {division}: no such division. Use the GB/T 2260 code, for example 540102 for 城关区.[/red]"
        ) from error
    except AccountRefused as error:
        raise refused(f"[red]{option} {asked}: {error}[/red]") from error
    if as_json:
        facts: dict[str, str] = {"data": str(settings.data)}
        if made is not None:
            facts |= {"username": made.username, "password": made.password}
        if audits is not None:
            facts |= {"second": audits.username, "second_password": audits.password}
        if passphrase:
            facts |= {"address": settings.web_origin, "passphrase": passphrase}
        typer.echo(json.dumps(facts))
        return
    console.print(f"Installation made in [bold]{settings.data}[/bold].")
    for what, who in (("First", made), ("Second", audits)):
        if who is not None:
            console.print(
                f"{what} administrator: [bold]{who.username}[/bold] ({who.person}, {who.unit}), one-time password: [bold]{who.password}[/bold]"
            )
    console.print(
        "It is shown only now, to whom it is for. Next: `custodes up`, sign in, change it, set up a second factor."
    )
    if audits is None:
        console.print(
            "[yellow]Footage is closed until a second administrator is enrolled: call this again with --second and --second-name when that person is here.[/yellow]"
        )
    if passphrase:
        console.print(
            f"Address: [bold]{settings.web_origin}[/bold], certificate of the authority: {settings.web_origin}/ca/"
        )
        tell_passphrase(settings, passphrase, console)
    for line in (*_reach(settings), *_separation(settings)):
        console.print(line)


def _reach(settings: Settings) -> list[str]:
    if not settings.has_tls:
        return [
            "[yellow]Without a certificate it can be reached from this machine alone: `custodes tls make --host NAME` makes one.[/yellow]"
        ]
    if settings.web_host == "127.0.0.1" or settings.node_host == "127.0.0.1":
        return [
            "[yellow]Web and node listen on this machine alone: set CUSTODES_WEB_HOST and CUSTODES_NODE_HOST to 0.0.0.0, or to one address, to be reached from others.[/yellow]"
        ]
    return []


def _separation(settings: Settings) -> list[str]:
    import os

    from custodes.commands.users import users_of

    if users_of(settings) is None:
        return [
            "[yellow]Web, node and notary run as one OS user here: who breaks into one reaches the keys of all. "
            "Give each a user of its own, set CUSTODES_NOTARY_UID, CUSTODES_WEB_UID and CUSTODES_NODE_UID, and call this as root again.[/yellow]"
        ]
    if os.geteuid() != 0:
        return ["[yellow]Only root can give each OS user what is its own: call this as root again.[/yellow]"]
    return ["Each OS user has what is its own. `custodes up`, called by root, starts each process as its user."]


def _hand_over(settings: Settings) -> None:
    """As root, with three users set: give each what is its own."""
    import os

    from custodes.commands.users import hand_over, users_of

    if os.geteuid() == 0 and (users := users_of(settings)) is not None:
        hand_over(settings, users)
