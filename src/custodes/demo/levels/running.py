"""Makes the three ready, starts them, tells what there is to see, watches them, and stops them, the highest first."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from threading import Thread
from typing import IO, TYPE_CHECKING, Any

from custodes.commands.fleet import (
    Fleet,
    FleetError,
    FleetProcess,
    ends_with,
    own_environment,
    stop_on_signals,
    watch,
)
from custodes.demo.levels.plan import (
    BELOW_MEDIA,
    DOME_MEDIA,
    LOOPBACK,
    Installation,
    below_ports,
    dome_port,
    environment_of,
    values_of,
)
from custodes.demo.levels.processes import MIGRATED, PREPARE
from custodes.demo.levels.story import CAMERAS, DOME_DEVICE, below_of
from custodes.demo.levels.words import said_of, welcome
from custodes.demo.platforms import KEEPALIVE_SECONDS

if TYPE_CHECKING:
    from rich.console import Console

    from custodes.settings import Settings

BITRATE = "480k"
"""That of the demo's other cameras, so that their films are shown."""
VIEWS = ("检票通道:0.4", "广场西口:-0.4", "广场全景:0")
ALARM_SECONDS = 30
"""From one alarm of the county's device to its next."""

BELOW_CHANNELS = 2
"""Of each of the region's simulated platforms."""

END_SECONDS = 10.0


class NotReady(Exception):
    """One of them could not be made ready; the message says which, and where its words are."""


def run(
    installations: Sequence[Installation], films: Path, camera_port: int, console: Console, *, as_json: bool
) -> int:
    """Run them until Ctrl-C.

    Args:
        films: folder of the simulated cameras' films.
        camera_port: of the county's simulated cameras.

    Returns:
        The exit code: 0 stopped as asked, 3 one could not be started.

    Raises:
        typer.Exit: 3, a port is taken.
    """
    from custodes.commands.up import make_fleet, own_ports, refuse_taken_ports, system_members

    settings = {one.key: settings_of(one) for one in installations}
    ports = [port for one in installations for port in own_ports(settings[one.key])]
    ports += [("CUSTODES_GATEWAY_UPPER_PORTS", LOOPBACK, one.upper_port) for one in installations]
    refuse_taken_ports(_by_option(ports, camera_port), console)
    console.print("Making the three installations ready …")
    try:
        login = prepare(installations, camera_port)
    except NotReady as error:
        console.print(f"[red]{error}[/red]")
        return 3
    console.print("Starting …")
    fleets = [make_fleet(settings[one.key], console, own_environment(**environment_of(one))) for one in installations]
    members = [system_members(settings[one.key]) for one in installations]
    members[-1].insert(0, _simcam(films, camera_port))
    members[-1].append(_dome(installations[-1], films, camera_port))
    takings: list[subprocess.Popen[str]] = []
    stop_on_signals(*fleets)
    try:
        _start(fleets, members)
        if not fleets[0].stopping:
            _tell(installations, login, camera_port, console, as_json=as_json)
            takings += [_take(one, console) for one in installations]
            fleets[0].begin(_below(installations[0], films, camera_port))
        watch(*fleets)
    except FleetError as error:
        console.print(f"[red]{error}[/red]")
        return 3
    finally:
        for process in takings:
            _end(process)
        for fleet in fleets:
            fleet.stop()
    console.print("Stopped. `custodes demo --levels 3` continues with the same data.")
    return 0


def settings_of(one: Installation) -> Settings:
    """Its settings, for the process that starts it; whatever else the environment sets counts for all three."""
    from custodes.settings import Settings

    return Settings.model_validate({name: value or None for name, value in values_of(one).items()})


def prepare(installations: Sequence[Installation], camera_port: int) -> str:
    """Make all of them ready, at the same time as far as one does not wait for the other's password.

    Returns:
        The password with which everybody signs in.

    Raises:
        NotReady: one could not be.
    """
    processes: list[subprocess.Popen[str]] = []
    password, login = "", ""
    try:
        # Migrations take longest, and make the same of each: those that have no database get a copy of the first one's.
        processes.append(_preparing(installations[0]))
        _await_database(installations[0], processes[0])
        for one in installations[1:]:
            _copy_database(installations[0], one)
            processes.append(_preparing(one))
        for one, process in zip(installations[1:], processes[1:], strict=True):
            _await_database(one, process)
        for at, one in enumerate(installations):
            above = installations[at - 1] if at else None
            below = installations[at + 1] if at + 1 < len(installations) else None
            ports = {
                "own": one.sip_port, "upper": above and above.sip_port, "lower": below and below.upper_port,
            }  # fmt: skip
            statements = {
                "upper": above and _handed(above), "lower": below and _handed(below),
            }  # fmt: skip
            order = {
                "level": one.key, "ports": ports, "statements": statements, "camera_port": camera_port, "password": password,
                "below_joined": below is not None and below.joined.exists(),
            }  # fmt: skip
            answer = _ordered(one, processes[at], order)
            one.joined.touch()
            password, login = str(answer["password"]), str(answer["login"])
            if password and below is not None:
                below.joined.unlink(missing_ok=True)  # until the one below has this one
    finally:
        for process in processes:
            _end(process)
    return login


def _handed(one: Installation) -> dict[str, str]:
    """What a neighbour is handed of its side channel, as two offices do on paper; all keys are made before the first order."""
    try:
        return {"url": one.statements_url, "certificate": one.certificate.read_text()}
    except OSError as error:
        raise NotReady(f"{one.key} has no certificate of its gateway: {one.certificate} can't be read") from error


def _preparing(one: Installation) -> subprocess.Popen[str]:
    log = _log_of(one)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as errors:
        return _python(one, errors, "custodes.demo.levels.processes", PREPARE)


def _await_database(one: Installation, process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    if process.stdout.readline().strip() != MIGRATED:
        raise NotReady(f"{one.key} could not be made ready; its last words are in {_log_of(one)}")


def _copy_database(of: Installation, to: Installation) -> None:
    """Only while nobody was entered there: else `to` would have the people, links and sealed passwords of another, and migrates anew."""
    if to.database.exists() or _is_peopled(of):
        return
    to.folder.mkdir(parents=True, exist_ok=True)
    new = to.database.with_suffix(".new")
    new.unlink(missing_ok=True)
    new.touch(0o600)
    with closing(sqlite3.connect(of.database)) as source, closing(sqlite3.connect(new)) as target:
        source.backup(target)
    new.rename(to.database)


def _is_peopled(one: Installation) -> bool:
    if one.joined.exists():
        return True
    with closing(sqlite3.connect(one.database)) as database:
        named = database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'people_person'")
        return named.fetchone() is not None and bool(database.execute("SELECT 1 FROM people_person LIMIT 1").fetchall())


def _ordered(one: Installation, process: subprocess.Popen[str], order: dict[str, Any]) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.close()
        answer: dict[str, Any] = json.loads(process.stdout.read())
    except (BrokenPipeError, ValueError) as error:
        raise NotReady(f"{one.key} could not be made ready; its last words are in {_log_of(one)}") from error
    return answer


def _log_of(one: Installation) -> Path:
    return one.folder / "log" / "preparing.log"


def _start(fleets: Sequence[Fleet], members: Sequence[Sequence[FleetProcess]]) -> None:
    """The same process of each at a time, the lowest first."""
    lanes = list(zip(fleets, members, strict=True))[::-1]
    for row in zip_longest(*(of_one for _fleet, of_one in lanes)):
        begun = [(fleet, member) for (fleet, _), member in zip(lanes, row, strict=True) if member is not None]
        for fleet, member in begun:
            fleet.begin(member)
        for fleet, member in begun:
            fleet.await_ready(member)


def _take(one: Installation, console: Console) -> subprocess.Popen[str]:
    """A process that takes on what the level below shows; what it says is told at the terminal."""
    with (one.folder / "log" / "taking.log").open("a") as errors:
        process = _python(one, errors, "custodes.demo.levels.processes", one.key)

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            console.print(said_of(one, line.strip()))

    Thread(target=listen, name=f"taking-{one.key}", daemon=True).start()
    return process


def _python(one: Installation, errors: IO[str], module: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env=own_environment(**environment_of(one)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        start_new_session=True,
        preexec_fn=ends_with(os.getpid()),
    )


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _simcam(films: Path, camera_port: int) -> FleetProcess:
    from custodes.video.simcam.cast import PASSWORD, USER
    from custodes.web.doctor.listening import accepts

    arguments = (
        "simcam", "--cameras", str(len(CAMERAS)), "--port", str(camera_port), "--http-port", str(camera_port + 1),
        "--h265", "0", "--bitrate", BITRATE, "--user", USER, "--password", PASSWORD, "--cache", str(films),
    )  # fmt: skip
    # The first start draws and encodes the scenes, which takes a while on a small machine.
    return FleetProcess("simcam", arguments, lambda: accepts("127.0.0.1", camera_port), ready_seconds=300)


def _dome(county: Installation, films: Path, camera_port: int) -> FleetProcess:
    """The county's device whose one channel turns; it shows the films of the first camera from each side."""
    from custodes.web.doctor.listening import accepts

    port, (first, last) = dome_port(camera_port), DOME_MEDIA
    arguments = (
        "simcam", "--gb28181", f"{county.told.gb_id}@{LOOPBACK}:{county.sip_port}", "--device-id", DOME_DEVICE,
        "--password-file", str(county.devices), "--cameras", "1", "--h265", "0", "--bitrate", BITRATE, "--dome", "1",
        "--cache", str(films), "--sip-port", str(port), "--media-ports", f"{first}-{last}", "--recorded-hours", "0",
        "--alarm-each", str(ALARM_SECONDS), *(part for view in VIEWS for part in ("--preset", view)),
    )  # fmt: skip
    return FleetProcess("simcam-gb28181", arguments, lambda: accepts(LOOPBACK, port), ready_seconds=300)


def _below(region: Installation, films: Path, camera_port: int) -> FleetProcess:
    """The region's simulated platforms below, begun behind all else, since nobody waits for them: they register when they are there."""
    first, last = BELOW_MEDIA
    arguments = (
        "simcam", "--gb28181", f"{region.told.gb_id}@{LOOPBACK}:{region.sip_port}",
        *(word for one in below_of(region.key) for word in ("--device-id", one.gb_id)), "--channels", str(BELOW_CHANNELS),
        "--password-file", str(region.devices), "--cameras", "1", "--h265", "0", "--bitrate", BITRATE, "--cache", str(films),
        "--sip-port", str(below_ports(camera_port)[0]), "--media-ports", f"{first}-{last}", "--recorded-hours", "0",
        "--keepalive-seconds", str(KEEPALIVE_SECONDS),
    )  # fmt: skip
    return FleetProcess("simcam-gb28181", arguments)


def _by_option(ports: list[tuple[str, str, int]], camera_port: int) -> list[tuple[str, str, int]]:
    """Each port with the option of the demo that it follows from."""
    options = {"CUSTODES_WEB_PORT": "--web-port", "CUSTODES_NODE_PORT": "--node-port"}
    own = [(options.get(setting, "--camera-port"), host, port) for setting, host, port in ports]
    return (
        own
        + [("--camera-port", "127.0.0.1", camera_port + step) for step in (0, 1, 14)]
        + [("--camera-port", LOOPBACK, port) for port in below_ports(camera_port)]
    )


def _tell(
    installations: Sequence[Installation], login: str, camera_port: int, console: Console, *, as_json: bool
) -> None:
    if not as_json:
        welcome(installations, login, console)
        return
    facts = {
        "camera_port": camera_port,
        "sent_port": camera_port + 1,
        "password": login,
        "installations": [{"level": one.key, "address": one.address, "data": str(one.folder)} for one in installations],
    }
    sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
    sys.stdout.flush()
