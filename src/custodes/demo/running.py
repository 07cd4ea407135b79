"""The demo on one level: its settings and ports, its story planted, the system and everything simulated around it run until Ctrl-C."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from custodes.demo import platforms
from custodes.demo.gb28181 import PORTS as GB_PORTS
from custodes.demo.gb28181 import SERVER, UPPERS, gb_members, gb_passwords, upper_member
from custodes.demo.words import welcome
from custodes.video.simcam.cast import PASSWORD, USER

if TYPE_CHECKING:
    from rich.console import Console

    from custodes.commands.fleet import FleetProcess
    from custodes.settings import Settings

CAMERAS = 8
BITRATE_KBIT = 480
CAP_BYTES = 3_300_000_000
"""A little more than an hour of the story's cameras, so that an alarm says that the volume fills; with the second one, which is added in time
(`volumes.add_disk_in_time`), it is more than the two hours for which footage is kept, and nothing ever stops."""
GB_STEP = 6
"""How far behind the cameras' first port the simulated devices of GB/T 28181 listen; the gateway has the one before (SIP) and the one behind (HTTP)."""
UPPER_STEP = platforms.PORT_STEP + len(UPPERS)
"""The same of the ports at which the gateway is reached by platforms above: one for each link, and one for a link that a person adds."""
UPPER_PORTS = len(UPPERS) + 1
ALARM_LOOKS, ALARM_LOOK_SECONDS = 90, 4.0
DISK_LOOK_SECONDS = 20.0
MOVED_AFTER_SECONDS = 150
"""After which one camera is turned aside: time enough to declare what it is to show."""


def run(values: Mapping[str, str], camera_port: int, films: Path, console: Console, *, as_json: bool) -> int:
    """Make it ready, and run it until Ctrl-C.

    Args:
        values: what `values_of` says.
        camera_port: RTSP port of the simulated cameras; the other simulated ports follow from it.
        films: folder of the simulated cameras' films.

    Returns:
        The exit code: 0 stopped as asked, 3 the database is of another program or a process could not start.

    Raises:
        typer.Exit: 3, a port is taken.
    """
    from custodes.commands.fleet import FleetError, stop_on_signals
    from custodes.commands.installation import UnfitDatabase, set_up_django
    from custodes.commands.up import make_fleet, refuse_taken_ports, run_fleet, system_members
    from custodes.video.simcam.certificate import certificate_in

    settings = _settings(values)
    refuse_taken_ports(_ports(settings, camera_port), console)
    set_up_django()
    fleet, simcam = make_fleet(settings, console), _simcam(films, camera_port)
    notary, web, *others = system_members(settings)
    certificate_in(films, datetime.now(UTC))  # both would make one

    def planted() -> None:
        """The pages are loaded while the rest is looked at; from now on there is an order in which to stop."""
        stop_on_signals(fleet)
        fleet.begin(notary)
        fleet.begin(web)

    try:
        if is_first(settings):
            fleet.begin(simcam)  # its films are drawn meanwhile; nobody has to wait for them to see a page
        _prepare(settings, camera_port, films, console, planted)
    except FleetError as error:
        console.print(f"[red]{error}[/red]")
        fleet.stop()
        return 3
    except UnfitDatabase as error:
        fleet.stop()
        console.print(f"[red]{error}[/red] Or begin anew with --fresh.")
        return 3

    upper = upper_member(settings, camera_port + platforms.PORT_STEP)
    upper.needs = notary.needs = web.needs = ()
    together = gb_members(settings, films, camera_port + GB_STEP)
    for one in together[1:]:
        one.needs = ()
    # The platforms above are there before the gateway, which waits for two minutes before it tries one again that was not;
    # the cameras before the node, which would say that they are gone.
    members = [notary, web, upper, simcam, *others, *together]

    def started() -> None:
        _leave_refusal()
        Thread(target=_tend_story, args=(settings.data / "disks",), name="story", daemon=True).start()
        if as_json:
            sys.stdout.write(json.dumps(_facts(settings, camera_port), ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            welcome(settings, console)

    console.print("Starting …")
    code = run_fleet(fleet, members, console, started)
    console.print("Stopped. `make demo` continues with the same data.")
    return code


def values_of(
    folder: Path, films: Path, *, web_port: int, node_port: int, workers: int, camera_port: int
) -> dict[str, str]:
    """The demo's settings by their names."""
    return {
        "data": str(folder),
        "training": "true",
        "installation_name": "拉萨市公共安全视频图像信息系统",
        "installation_name_en": "Lhasa public-safety video system",
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


def _settings(values: Mapping[str, str]) -> Settings:
    """These settings, put into the environment so that each process reads the same ones."""
    os.environ.update({f"CUSTODES_{name.upper()}": value for name, value in values.items()})
    from custodes.settings import get_settings

    get_settings.cache_clear()
    return get_settings()


def is_first(settings: Settings) -> bool:
    """Whether nothing was ever started here."""
    return not (settings.keys_folder / "public" / "log.vkey").exists()


def _prepare(settings: Settings, camera_port: int, films: Path, console: Console, planted: Callable[[], None]) -> None:
    """Keys, database and the story; all of it only where it is missing.

    Args:
        planted: called as soon as it is seen that the story stands there already, in a database that is up to date.
    """
    from custodes.commands.installation import make_keys, migrate, register_own_node

    if is_first(settings):
        console.print("First start: making keys, database and the story …")
    make_keys(settings)
    migrate()
    register_own_node(settings)

    from custodes.demo.story import UNITS
    from custodes.people.models import Unit

    if Unit.objects.filter(name=UNITS[0].name).exists():
        planted()

    from custodes.access.holds.delivering import resting
    from custodes.demo.alarms import lay_out_disk
    from custodes.demo.plant import seed_demo
    from custodes.video.simcam.certificate import certificate_in, fingerprint_of

    lay_out_disk(settings.data / "disks")

    with resting():
        seed_demo(
            camera_port=camera_port,
            camera_user=USER,
            camera_password=PASSWORD,
            certificate=fingerprint_of(certificate_in(films, datetime.now(UTC))),
            gb_passwords=gb_passwords(settings),
        )


def _leave_refusal() -> None:
    from django.db import connection
    from django.utils import timezone

    from custodes.demo.looks import leave_refusal

    leave_refusal(timezone.now())
    connection.close()


def _tend_story(disks: Path) -> None:
    """As soon as it can be, the looks of the story are recorded and what rests on them answered, a view is declared, links are tried and what two officers may look at is granted;
    once the alarm of the story's broken line is there, its duty lead acknowledges it. Then the disk is seen to."""
    from django.db import DatabaseError, connection
    from django.utils import timezone

    from custodes.demo.alarms import acknowledge_known, add_disk_in_time, declare_story_view
    from custodes.demo.looks import leave_looks
    from custodes.demo.own_image import answer_own_images
    from custodes.demo.requests import leave_request_to_look_at
    from custodes.demo.sharing import try_links
    from custodes.demo.speaking import leave_speech

    left = [try_links, leave_looks, answer_own_images, leave_speech, declare_story_view, acknowledge_known]
    left += [leave_request_to_look_at]
    for number in count():
        time.sleep(ALARM_LOOK_SECONDS if number < ALARM_LOOKS else DISK_LOOK_SECONDS)
        try:
            if number < ALARM_LOOKS:
                left = [step for step in left if not step(timezone.now())]
            if add_disk_in_time(disks, timezone.now()) and (not left or number >= ALARM_LOOKS):
                return
        except DatabaseError:
            return  # the demo is being stopped
        finally:
            connection.close()


def _simcam(films: Path, camera_port: int) -> FleetProcess:
    from custodes.commands.fleet import FleetProcess
    from custodes.demo.story import DOME_CAMERA, DOME_PRESETS, MOVED_CAMERA
    from custodes.web.doctor.listening import accepts

    arguments = (
        "simcam", "--cameras", str(CAMERAS), "--port", str(camera_port), "--http-port", str(camera_port + 1),
        "--ill", f"{MOVED_CAMERA}:aside", "--ill-after", str(MOVED_AFTER_SECONDS),
        "--bitrate", f"{BITRATE_KBIT}k", "--user", USER, "--password", PASSWORD,
        "--cache", str(films), "--tls-port", str(camera_port + 2), "--mjpeg-port", str(camera_port + 3),
        "--dome", str(DOME_CAMERA), "--onvif-port", str(camera_port + 4), "--no-degrees", "--spoken",
        *(argument for name, pan in DOME_PRESETS for argument in ("--preset", f"{name}:{pan}")),
    )  # fmt: skip
    # The first start draws and encodes the scenes, which takes a while on a small machine.
    return FleetProcess(
        "simcam", arguments, lambda: accepts("127.0.0.1", camera_port), ready_seconds=300, simulated=True
    )


def _ports(settings: Settings, camera_port: int) -> list[tuple[str, str, int]]:
    from custodes.commands.up import own_ports

    options = {"CUSTODES_WEB_PORT": "--web-port", "CUSTODES_NODE_PORT": "--node-port"}
    options |= dict.fromkeys(("CUSTODES_GATEWAY_PORT", "CUSTODES_GATEWAY_SIP_PORT"), "--camera-port")
    cameras = [
        ("--camera-port", "127.0.0.1", camera_port + step)
        for step in (
            *range(5),
            *range(GB_STEP, GB_STEP + GB_PORTS),
            *range(platforms.PORT_STEP, UPPER_STEP + UPPER_PORTS),
        )
    ]
    return [(options[setting], host, port) for setting, host, port in own_ports(settings)] + cameras


def _facts(settings: Settings, camera_port: int) -> dict[str, object]:
    from custodes.demo.logins import PEOPLE
    from custodes.demo.story import PASSWORD as LOGIN

    return {
        "address": settings.web_origin,
        "data": str(settings.data),
        "node_port": settings.node_port,
        "workers": settings.worker_count,
        "camera_port": camera_port,
        "sent_port": camera_port + 1,
        "logins": [
            {
                "post": person.post,
                "username": person.username,
                "password": LOGIN,
                "try": [chinese for chinese, _ in person.waits],
                "try_en": [english for _, english in person.waits],
            }
            for person in PEOPLE
        ],
    }
