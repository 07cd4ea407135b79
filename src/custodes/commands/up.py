"""`custodes up`: the whole system on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rich.console import Console

from custodes.commands.fleet import Fleet, FleetError, Member, own_environment, stop_on_signals
from custodes.commands.users import as_web, users_of, witness_user
from custodes.tls.names import url_host
from custodes.web.doctor.listening import accepts as accepts
from custodes.web.doctor.listening import accepts_unix, answers

if TYPE_CHECKING:
    from custodes.settings import Settings


def up() -> None:
    """Start notary, web, gateway (where `CUSTODES_GATEWAY_ID` is set), node and witness (where `CUSTODES_WITNESS_NAME` is set) on this machine and keep them running until Ctrl-C.

    Brings the database up to date first, and keeps a copy of everything but the footage in `backups/` before it changes it. What ends is started again; on Ctrl-C or SIGTERM the processes stop in the
    order in which no record is lost. Each has a log file in `log/` of the data folder. Run `custodes init` once before.
    Called by root with `CUSTODES_NOTARY_UID`, `CUSTODES_WEB_UID` and `CUSTODES_NODE_UID` set (and `CUSTODES_GATEWAY_UID`, `CUSTODES_WITNESS_UID` where there is a gateway, a witness), each process runs as its user.
    Under systemd run `custodes notary`, `custodes web`, `custodes gateway`, `custodes node` and `custodes witness` as units of their own instead.
    Exit code 0: stopped as asked. 3: not initialised, a port is taken, or a process could not start.
    """
    import typer

    from custodes.backup.refused import BackupRefused
    from custodes.commands.installation import NewerDatabase, NotInitialised, register_own_node, require_keys
    from custodes.commands.upgrade import bring_up_to_date
    from custodes.settings import get_settings

    console = Console(stderr=True, soft_wrap=True)
    settings = get_settings()
    try:
        require_keys(settings)
    except NotInitialised as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    refuse_taken_ports(own_ports(settings), console)
    try:
        copy = bring_up_to_date(settings)
        with as_web(settings):
            register_own_node(settings)  # ports and origins may have changed since the last start
    except (NewerDatabase, BackupRefused, OSError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    if copy is not None:
        console.print(f"The database was brought up to date; as it was before, it is in {copy}.")
    fleet = make_fleet(settings, console)
    raise typer.Exit(
        run_fleet(fleet, system_members(settings), console, lambda: console.print(f"{settings.web_origin}"))
    )


def make_fleet(settings: Settings, console: Console, environment: Mapping[str, str] | None = None) -> Fleet:
    """A fleet whose log files are in `log/` of the data folder, turned over and kept as the settings say.

    Args:
        environment: of its processes; this process's own where none is given.
    """
    import datetime

    from custodes.commands.logfiles import LogFiles

    def say(line: str) -> None:
        console.print(line)

    folder = settings.data / "log"
    files = LogFiles(
        folder, settings.log_file_bytes, settings.log_days, lambda: datetime.datetime.now(datetime.UTC), say
    )
    return Fleet(folder, environment or own_environment(), say, tend_logs=files.look)


def run_fleet(fleet: Fleet, members: list[Member], console: Console, started: Callable[[], None]) -> int:
    """Start the members, say so, watch them, stop them; the exit code."""
    stop_on_signals(fleet)
    try:
        for member in members:
            fleet.start(member)
        if not fleet.stopping:
            started()
        fleet.watch()
    except FleetError as error:
        console.print(f"[red]{error}[/red]")
        return 3
    finally:
        fleet.stop()
    return 0


def system_members(settings: Settings) -> list[Member]:
    """Notary, web, gateway where there is one, node, and witness where there is one, in the order in which they start."""
    scheme = "https" if settings.has_tls else "http"
    members = [
        Member("notary", ("notary",), lambda: accepts_unix(settings.notary_socket_path)),
        Member("web", ("web",), lambda: accepts(settings.web_host, settings.web_port)),
        Member("node", ("node",), lambda: answers(f"{scheme}://{settings.node_host}:{settings.node_port}/healthz")),
    ]
    if settings.gateway_id:
        own = "https" if settings.tls_of("gateway") is not None else "http"
        address = f"{own}://{url_host(settings.gateway_host)}:{settings.gateway_port}/healthz"
        members.insert(2, Member("gateway", ("gateway",), lambda: answers(address)))
    users = users_of(settings) if os.geteuid() == 0 else None
    if users is not None:
        for member in members:
            user = users.of(member.name)
            member.user = (user.uid, user.gid)
    if settings.witness_name:
        members.append(_witness(settings))
    return members


def _witness(settings: Settings) -> Member:
    """The witness of platforms below; last to start, and nothing waits for it: a file of a log that can't be used stops no recording."""
    member = Member("witness", ("witness",))
    user = witness_user(settings) if os.geteuid() == 0 else None
    if user is not None:
        member.user = (user.uid, user.gid)
    return member


def own_ports(settings: Settings) -> list[tuple[str, str, int]]:
    """``(what sets it, host, port)`` of every port that web, node and gateway will listen on."""
    ports = [("CUSTODES_WEB_PORT", settings.web_host, settings.web_port)]
    if settings.witness_name:
        ports.append(("CUSTODES_WITNESS_PORT", settings.witness_host, settings.witness_port))
    ports += [
        ("CUSTODES_NODE_PORT", settings.node_host, settings.node_port + worker)
        for worker in range(settings.worker_count)
    ]
    if settings.gateway_id:
        ports.append(("CUSTODES_GATEWAY_PORT", settings.gateway_host, settings.gateway_port))
        ports.append(("CUSTODES_GATEWAY_SIP_PORT", settings.gateway_sip_host, settings.gateway_sip_port))
        if settings.gateway_statements_port:
            name = "CUSTODES_GATEWAY_STATEMENTS_PORT"
            ports.append((name, settings.gateway_statements_host, settings.gateway_statements_port))
    return ports


def refuse_taken_ports(ports: list[tuple[str, str, int]], console: Console) -> None:
    """Look before anything is started: else another program's answer would be taken for ours.

    Args:
        ports: ``(what sets it, host, port)``.

    Raises:
        typer.Exit: 3, a port is taken; the person has been told which.
    """
    import typer

    for setting, host, port in ports:
        if accepts(host, port):
            console.print(
                f"[red]Port {port} is taken. Stop what listens there, or choose another with {setting}.[/red]"
            )
            raise typer.Exit(3)
