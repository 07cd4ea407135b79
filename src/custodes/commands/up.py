"""`custodes up`: the whole system on this machine; and its processes' log files: turned over by size and day, compressed, kept as long as the
law asks.

The children write into files that they were given open and, as users of their own, couldn't open themselves. So a file is
copied and then cut to nothing; a line written in the microseconds between the two is lost, which the log that counts, the
evidence log, never sees.
"""

from __future__ import annotations

import datetime
import gzip
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from custodes.commands.fleet import Fleet, FleetError, FleetProcess, own_environment, stop_on_signals, watch
from custodes.commands.users import as_web, users_of, witness_user

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

    from custodes.backup.manifest import BackupRefused
    from custodes.commands.installation import NotInitialised, UnfitDatabase, register_own_node, require_keys
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
    console.print("Looking at the database; what is older is brought up to date, with a copy kept first …")
    try:
        copy = bring_up_to_date(settings)
        with as_web(settings):
            register_own_node(settings)  # ports and origins may have changed since the last start
    except (UnfitDatabase, BackupRefused, OSError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(3) from error
    if copy is not None:
        console.print(f"The database was brought up to date; as it was before, it is in {copy}.")
    fleet = make_fleet(settings, console)

    def started() -> None:
        console.print(f"Everything runs. Sign in at {settings.web_origin}: the workbench says what comes next.")
        console.print(f"Logs: {settings.data / 'log'} · Ctrl-C stops everything.")

    raise typer.Exit(run_fleet(fleet, system_members(settings), console, started))


def make_fleet(settings: Settings, console: Console, environment: Mapping[str, str] | None = None) -> Fleet:
    """A fleet whose log files are in `log/` of the data folder, turned over and kept as the settings say.

    Args:
        environment: of its processes; this process's own where none is given.
    """
    import datetime

    def say(line: str) -> None:
        console.print(line)

    folder = settings.data / "log"
    files = LogFiles(
        folder, settings.log_file_bytes, settings.log_days, lambda: datetime.datetime.now(datetime.UTC), say
    )
    return Fleet(folder, environment or own_environment(), say, tend_logs=files.look)


def run_fleet(fleet: Fleet, members: list[FleetProcess], console: Console, started: Callable[[], None]) -> int:
    """Start the members, say so, watch them, stop them; the exit code."""
    stop_on_signals(fleet)
    try:
        fleet.start_all(members)
        if not fleet.stopping:
            started()
        watch(fleet)
    except FleetError as error:
        console.print(f"[red]{error}[/red]")
        return 3
    finally:
        fleet.stop()
    return 0


def system_members(settings: Settings) -> list[FleetProcess]:
    """Notary, web, gateway where there is one, node, and witness where there is one, in the order in which they start."""
    from custodes.tls.names import url_host
    from custodes.web.doctor.listening import accepts, accepts_unix, answers

    scheme = "https" if settings.has_tls else "http"
    members = [
        FleetProcess("notary", ("notary",), lambda: accepts_unix(settings.notary_socket_path)),
        FleetProcess("web", ("web",), lambda: accepts(settings.web_host, settings.web_port)),
        FleetProcess(
            "node", ("node",), lambda: answers(f"{scheme}://{settings.node_host}:{settings.node_port}/healthz")
        ),
    ]
    if settings.gateway_id:
        own = "https" if settings.tls_of("gateway") is not None else "http"
        address = f"{own}://{url_host(settings.gateway_host)}:{settings.gateway_port}/healthz"
        members.insert(2, FleetProcess("gateway", ("gateway",), lambda: answers(address)))
    users = users_of(settings) if os.geteuid() == 0 else None
    if users is not None:
        for member in members:
            user = users.of(member.name)
            member.user = (user.uid, user.gid)
    if settings.witness_name:
        members.append(_witness(settings))
    return members


def _witness(settings: Settings) -> FleetProcess:
    """The witness of platforms below; last to start, and nothing waits for it: a file of a log that can't be used stops no recording."""
    member = FleetProcess("witness", ("witness",))
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

    from custodes.web.doctor.listening import accepts

    for setting, host, port in ports:
        if accepts(host, port):
            console.print(
                f"[red]Port {port} is taken. Stop what listens there, or choose another with {setting}.[/red]"
            )
            raise typer.Exit(3)


LOOK_SECONDS = 10.0
_TURNED = re.compile(r"^(?P<name>[\w.-]+?)-(?P<at>\d{8}T\d{6})Z\.log\.gz$")


@dataclass
class LogFiles:
    """The folder of log files.

    Attributes:
        folder: holds ``NAME.log`` and what was turned over, ``NAME-20261124T150000Z.log.gz``.
        max_bytes: a file that is larger is turned over.
        days: what was turned over is kept so long.
        now: gives the moment, aware.
        say: prints a line for the person at the terminal.
    """

    folder: Path
    max_bytes: int
    days: int
    now: Callable[[], datetime.datetime]
    say: Callable[[str], None]
    _looked: float = field(default=float("-inf"), init=False)
    _day: datetime.date | None = field(default=None, init=False)

    def look(self, monotonic: float) -> None:
        """At most every ten seconds: turn over what is too large, all at a new UTC day, and delete what is too old. Never raises."""
        if monotonic - self._looked < LOOK_SECONDS:
            return
        self._looked = monotonic
        at = self.now()
        new_day = self._day is not None and at.date() != self._day
        self._day = at.date()
        try:
            for path in sorted(self.folder.glob("*.log")):
                size = path.lstat().st_size
                if size > self.max_bytes or (new_day and size):
                    self._turn(path, at)
            self._delete(at)
        except OSError as error:
            self.say(f"Log files in {self.folder} can't be turned over: {error.strerror}")

    def _turn(self, path: Path, at: datetime.datetime) -> None:
        target = self.folder / f"{path.stem}-{at.astimezone(datetime.UTC):%Y%m%dT%H%M%S}Z.log.gz"
        if target.exists():  # twice within a second: next time
            return
        draft = target.with_name(f".{target.name}.new")
        source = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(source, "r+b") as log:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(draft, flags, 0o640), "wb") as raw:
                with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed:
                    shutil.copyfileobj(log, packed, 1 << 20)
                    while more := log.read():  # what came meanwhile
                        packed.write(more)
                    log.truncate(0)
                raw.flush()
                os.fsync(raw.fileno())
        draft.rename(target)

    def _delete(self, at: datetime.datetime) -> None:
        oldest = at - datetime.timedelta(days=self.days)
        for path in self.folder.iterdir():
            named = _TURNED.match(path.name)
            if named is None:
                continue
            turned = datetime.datetime.strptime(named["at"], "%Y%m%dT%H%M%S").replace(tzinfo=datetime.UTC)
            if turned < oldest:
                path.unlink()
