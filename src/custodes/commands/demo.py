"""`custodes demo`: the whole system with simulated cameras, as a training installation."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from custodes.commands.demo_gb28181 import PORTS as GB_PORTS
from custodes.commands.demo_gb28181 import SERVER, UPPERS, gb_members, gb_passwords, upper_member
from custodes.video.simcam.login import PASSWORD, USER
from custodes.web.seed import above

if TYPE_CHECKING:
    from rich.console import Console

    from custodes.commands.fleet import Member
    from custodes.settings import Settings
    from custodes.web.seed.plant import Login

CAMERAS = 8
BITRATE_KBIT = 480
CAP_BYTES = 2_890_000_000
"""Less than two hours of the story's cameras need, so that its volume fills; a second one is enough."""
GB_STEP = 6
"""How far behind the cameras' first port the simulated devices of GB/T 28181 listen; the gateway has the one before (SIP) and the one behind (HTTP)."""
UPPER_STEP = above.PORT_STEP + len(UPPERS)
"""The same of the ports at which the gateway is reached by platforms above: one for each link, and one for a link that a person adds."""
UPPER_PORTS = len(UPPERS) + 1
ALARM_LOOKS, ALARM_LOOK_SECONDS = 90, 4.0
MOVED_AFTER_SECONDS = 60
"""After which one camera is turned aside: time enough to declare what it is to show."""


def demo(
    data: Annotated[
        Path, typer.Option(help="Folder of the training installation; kept from one demo to the next.")
    ] = Path("var/demo"),
    web_port: Annotated[int, typer.Option(help="Port of the pages.")] = 8000,
    node_port: Annotated[int, typer.Option(help="Port base of the media node; one port per worker.")] = 8100,
    camera_port: Annotated[
        int,
        typer.Option(
            help="RTSP port of the simulated cameras. The next one tells when frames were sent; the three after it serve RTSPS, Motion JPEG and ONVIF; the sixteen behind these are those of the GB/T 28181 gateway and of simulated devices and platforms, below and above."
        ),
    ] = 8554,
    workers: Annotated[int, typer.Option(help="Worker processes of the node; 0 means one per core.")] = 0,
    films: Annotated[
        Path | None,
        typer.Option(help="Folder with the simulated cameras' films; `simcam` in the data folder by default."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw the data of the last demo away first.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document when everything runs: address, logins, ports.")
    ] = False,
    levels: Annotated[
        int,
        typer.Option(
            help="3: the platforms of region, city and county instead, cascaded by GB/T 28181, each an installation of its own in a folder of its own. Each has the next port for pages and node; the sixteen ports behind the first two of the cameras are those of gateways and simulated devices."
        ),
    ] = 1,
) -> None:
    """Start everything on localhost with nine simulated cameras, two simulated GB/T 28181 recorders, a loudspeaker and a car whose cameras move, three platforms below that wait for their test and three above, and say what to try.

    A *training installation* (训练装置): simulated sources only, marked on every page, at most 500 kbit/s a camera,
    4 GB of footage, kept for two hours. Ctrl-C stops everything cleanly; the next `custodes demo` continues the same data.
    Exit code 0: stopped as asked. 2: `--fresh` on a folder that no demo made. 3: a port is taken, the database
    is of a newer program, or a process could not start.
    """
    from custodes.commands.fleet import end_on_signals

    end_on_signals()
    from rich.console import Console

    console = Console(stderr=True, soft_wrap=True)
    folder = data.expanduser().absolute()
    if levels not in (1, 3):
        raise typer.BadParameter("there is one level, or there are three", param_hint="--levels")
    if levels == 3:
        from custodes.commands.levels.plan import plan
        from custodes.commands.levels.running import run

        installations = plan(folder, web_port=web_port, node_port=node_port, camera_port=camera_port)
        for one in installations:
            if fresh and one.folder.exists():
                _throw_away(one.folder, console)
        films = films.expanduser().absolute() if films else folder / "simcam"
        raise typer.Exit(run(installations, films, camera_port, console, as_json=as_json))
    if fresh and folder.exists():
        _throw_away(folder, console)
    films = films.expanduser().absolute() if films else folder / "simcam"
    settings = _settings(
        folder, films, web_port=web_port, node_port=node_port, workers=workers, camera_port=camera_port
    )

    from custodes.commands.installation import NewerDatabase
    from custodes.commands.up import make_fleet, refuse_taken_ports, run_fleet, system_members

    refuse_taken_ports(_ports(settings, camera_port), console)
    try:
        logins = _prepare(settings, camera_port, films, console)
    except NewerDatabase as error:
        console.print(f"[red]{error}[/red] Or begin anew with --fresh.")
        raise typer.Exit(3) from error

    fleet = make_fleet(settings, console)
    members = [
        _simcam(films, camera_port),
        # Before the gateway, which waits for two minutes before it tries one again that was not there.
        upper_member(settings, camera_port + above.PORT_STEP),
        *system_members(settings),
        *gb_members(settings, films, camera_port + GB_STEP),
    ]

    def started() -> None:
        _leave_refusal()
        Thread(target=_tend_story, name="story", daemon=True).start()
        if as_json:
            sys.stdout.write(json.dumps(_facts(settings, camera_port, logins), ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            _welcome(settings, logins, console)

    console.print("Starting …")
    code = run_fleet(fleet, members, console, started)
    console.print("Stopped. `make demo` continues with the same data.")
    raise typer.Exit(code)


def _settings(folder: Path, films: Path, *, web_port: int, node_port: int, workers: int, camera_port: int) -> Settings:
    """The demo's settings, put into the environment so that each process reads the same ones."""
    values = {
        "data": str(folder),
        "training": "true",
        "installation_name": "拉萨市公共安全视频图像信息系统",
        "web_host": "127.0.0.1",
        "web_port": str(web_port),
        # Empty: they follow from the ports, and from `custodes tls make` where it was called on this folder.
        "web_origin": "",
        "web_internal_url": "",
        "node_host": "127.0.0.1",
        "node_port": str(node_port),
        "node_origin": "",
        "tls_cert": "",
        "tls_key": "",
        "node_workers": str(workers),
        "camera_networks": "127.0.0.0/8",
        "gateway_id": SERVER,
        "gateway_host": "127.0.0.1",
        "gateway_port": str(camera_port + GB_STEP + GB_PORTS),
        "gateway_sip_host": "127.0.0.1",
        "gateway_sip_port": str(camera_port + 5),
        "gateway_upper_ports": f"{camera_port + UPPER_STEP}-{camera_port + UPPER_STEP + UPPER_PORTS - 1}",
        "gateway_networks": "127.0.0.0/8",
        "file_sources": str(films),
        "log_origin": "training.custodes.localhost/log",
        "volume_cap_bytes": str(CAP_BYTES),
        "checkpoint_seconds": "20",
        "volume_roots": str(folder / "disks"),
        # Footage is kept for two hours here, so that the steps of a full disk lie within them.
        "ladder_warn_hours": "1.9",
        "ladder_thin_hours": "0.25",
        "ladder_stop_hours": "0.1",
        "ladder_settle_minutes": "3",
        "health_checks_per_minute": "12",
    }
    os.environ.update({f"CUSTODES_{name.upper()}": value for name, value in values.items()})
    from custodes.settings import get_settings

    get_settings.cache_clear()
    return get_settings()


def _prepare(settings: Settings, camera_port: int, films: Path, console: Console) -> tuple[Login, ...]:
    """Keys, database and the story; all of it only where it is missing."""
    from custodes.commands.installation import make_keys, migrate, register_own_node

    first = not (settings.keys_folder / "public" / "log.vkey").exists()
    if first:
        console.print("First start: making keys, database and the story …")
    make_keys(settings)
    migrate()
    register_own_node(settings)

    from custodes.access.holds.delivering import resting
    from custodes.video.simcam.certificate import certificate_in, fingerprint_of
    from custodes.web.seed.plant import seed_demo
    from custodes.web.seed.volumes import lay_out_disk

    lay_out_disk(settings.data / "disks")

    with resting():
        return seed_demo(
            camera_port=camera_port,
            camera_user=USER,
            camera_password=PASSWORD,
            certificate=fingerprint_of(certificate_in(films, datetime.now(UTC))),
            gb_passwords=gb_passwords(settings),
        )


def _leave_refusal() -> None:
    from django.db import connection
    from django.utils import timezone

    from custodes.web.seed.refusal import leave_refusal

    leave_refusal(timezone.now())
    connection.close()


def _tend_story() -> None:
    """As soon as it can be, the looks of the story are recorded, a view is declared and links are tried; once the alarm of the story's broken line is there, its duty lead acknowledges it."""
    from django.db import DatabaseError, connection
    from django.utils import timezone

    from custodes.web.seed.alarms import acknowledge_known
    from custodes.web.seed.looks import leave_looks
    from custodes.web.seed.sharing import try_links
    from custodes.web.seed.speaking import leave_speech
    from custodes.web.seed.views import declare_story_view

    left = [try_links, leave_looks, leave_speech, declare_story_view, acknowledge_known]
    for _look in range(ALARM_LOOKS):
        time.sleep(ALARM_LOOK_SECONDS)
        try:
            left = [step for step in left if not step(timezone.now())]
            if not left:
                return
        except DatabaseError:
            return  # the demo is being stopped
        finally:
            connection.close()


def _simcam(films: Path, camera_port: int) -> Member:
    from custodes.commands.fleet import Member
    from custodes.commands.up import accepts
    from custodes.web.seed.story import DOME_CAMERA, DOME_PRESETS, MOVED_CAMERA

    arguments = (
        "simcam", "--cameras", str(CAMERAS), "--port", str(camera_port), "--http-port", str(camera_port + 1),
        "--ill", f"{MOVED_CAMERA}:aside", "--ill-after", str(MOVED_AFTER_SECONDS),
        "--bitrate", f"{BITRATE_KBIT}k", "--user", USER, "--password", PASSWORD,
        "--cache", str(films), "--tls-port", str(camera_port + 2), "--mjpeg-port", str(camera_port + 3),
        "--dome", str(DOME_CAMERA), "--onvif-port", str(camera_port + 4), "--no-degrees", "--spoken",
        *(argument for name, pan in DOME_PRESETS for argument in ("--preset", f"{name}:{pan}")),
    )  # fmt: skip
    # The first start draws and encodes the scenes, which takes a while on a small machine.
    return Member("simcam", arguments, lambda: accepts("127.0.0.1", camera_port), ready_seconds=300)


def _ports(settings: Settings, camera_port: int) -> list[tuple[str, str, int]]:
    from custodes.commands.up import own_ports

    options = {"CUSTODES_WEB_PORT": "--web-port", "CUSTODES_NODE_PORT": "--node-port"}
    options |= dict.fromkeys(("CUSTODES_GATEWAY_PORT", "CUSTODES_GATEWAY_SIP_PORT"), "--camera-port")
    cameras = [
        ("--camera-port", "127.0.0.1", camera_port + step)
        for step in (*range(5), *range(GB_STEP, GB_STEP + GB_PORTS), *range(above.PORT_STEP, UPPER_STEP + UPPER_PORTS))
    ]
    return [(options[setting], host, port) for setting, host, port in own_ports(settings)] + cameras


def _throw_away(folder: Path, console: Console) -> None:
    # Only a folder that a demo made is ever removed.
    if not (folder / "keys" / "public" / "log.vkey").exists() and any(folder.iterdir()):
        console.print(f"[red]--data {folder} is not a demo's folder; nothing was removed.[/red]")
        raise typer.Exit(2)
    shutil.rmtree(folder)


def _facts(settings: Settings, camera_port: int, logins: tuple[Login, ...]) -> dict[str, object]:
    return {
        "address": settings.web_origin,
        "data": str(settings.data),
        "node_port": settings.node_port,
        "workers": settings.worker_count,
        "camera_port": camera_port,
        "sent_port": camera_port + 1,
        "logins": [
            {
                "post": login.post,
                "username": login.username,
                "password": login.password,
                "try": login.hint,
                "try_en": login.hint_en,
            }
            for login in logins
        ],
    }


def _welcome(settings: Settings, logins: tuple[Login, ...], console: Console) -> None:
    from rich.table import Table

    console.print()
    console.print(f"[bold]明鉴 Custodes[/bold] · 训练装置 training installation · [bold]{settings.web_origin}[/bold]")
    console.print(f"密码 password: [bold]{logins[0].password}[/bold]")
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column()
    table.add_column(overflow="fold")  # Chinese has no spaces to break at
    for login in logins:
        table.add_row(f"[bold]{login.username}[/bold]", login.post, f"{login.hint}\n[dim]{login.hint_en}[/dim]")
    console.print(table, soft_wrap=False)
    console.print(
        "Check the log offline while it runs:\n"
        f'  custodes verify ledger {settings.ledger_folder} --key "$(cat {settings.keys_folder / "public" / "log.vkey"})"\n'
        f"Logs: {settings.data / 'log'} · Ctrl-C stops everything."
    )
