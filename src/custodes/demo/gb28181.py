"""The demo's devices of GB/T 28181: who they are, their passwords, and the process that is them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from custodes.demo import platforms

if TYPE_CHECKING:
    from custodes.commands.fleet import FleetProcess
    from custodes.settings import Settings

SERVER = "54010000002000000001"
"""The platform: Lhasa (540100), a central signalling server (200)."""
DEVICES = ("54010200021188000001", "54010200021188000002", "54010200021188000003")
"""Recorders (118) inside units (02) of the urban district (540102), in networks of their own (8). The story has entered the first, and the third, whose first channel is the camera that one speaks through; the second tries in vain."""
PLATFORMS = tuple(one.gb_id for one in platforms.BELOW_CITY)
"""Platforms of counties below, which wait for their test: to the gateway they are devices of their ID."""
CAR = "54010200001114000001"
"""The county police's vehicle recorder (111) on the roads (00), in the police's mobile network (4). Its two cameras move: the car's, and an officer's
that tells where it is forty minutes late. It says ERROR to a Broadcast, and is spoken through by the short form (0411)."""
CAR_CHANNELS, CAR_LATE_S = ("车顶摄像机", "执法记录仪"), 2_400
CHANNELS = 4
"""Cameras (132) of each recorder: 54010200021328000001 to …04 of the first, …05 to …08 of the second, …09 to …12 of the third."""
SHOWN = 2 * CHANNELS + 1
"""Films: one for each channel of the first two, and one for the camera that one speaks through; what is behind it begins with the first again."""
MEDIA_PORTS, CAR_PORTS = (15_100, 15_199), (15_200, 15_219)
CAR_STEP = len(DEVICES) + len(PLATFORMS)
"""From the recorders' first port to the car's: between them are those of the other devices of their process."""
PORTS = CAR_STEP + 1
"""How many ports the devices listen on."""
UPPERS = tuple(one.gb_id for one in platforms.ABOVE_CITY)
"""Platforms of the region above: our gateway registers with them, and is one of the devices that they know."""
UPPER_MEDIA = (15_300, 15_399)
BITRATE = "480k"
"""That of the demo's other cameras, so that their films are shown and none is made for these."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def gb_passwords(settings: Settings) -> dict[str, str]:
    """Each device's password, and what each platform above gave us, made at the first call and kept in a file that its owner alone reads: for the register, as for the devices."""
    return kept_passwords(password_file(settings.data), (*DEVICES, *PLATFORMS, CAR, *UPPERS))


def kept_passwords(path: Path, devices: Sequence[str]) -> dict[str, str]:
    """The same for any simulated devices; those that the file does not know yet get theirs at its end."""
    known = dict(line.split() for line in path.read_text(encoding="ascii").splitlines()) if path.exists() else {}
    new = {id: "".join(secrets.choice(_LETTERS) for _ in range(16)) for id in devices if id not in known}
    if new:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="ascii") as file:
            file.writelines(f"{id} {password}\n" for id, password in new.items())
    return known | new


def gb_members(settings: Settings, films: Path, own_port: int) -> list[FleetProcess]:
    """The processes of the simulated devices, to be started once the gateway listens.

    Args:
        films: folder of the simulated cameras' films.
        own_port: the devices' first on loopback; the car's is behind them.
    """
    from custodes.commands.fleet import FleetProcess
    from custodes.web.doctor.listening import accepts

    gb_passwords(settings)
    platform, car_port = f"{SERVER}@127.0.0.1:{settings.gateway_sip_port}", own_port + CAR_STEP
    arguments = (
        "simcam", "--gb28181", platform,
        *(word for id in (*DEVICES, *PLATFORMS) for word in ("--device-id", id)), "--channels", str(CHANNELS),
        "--password-file", str(password_file(settings.data)), "--keepalive-seconds", str(platforms.KEEPALIVE_SECONDS),
        "--cameras", str(SHOWN), "--h265", "0", "--bitrate", BITRATE, "--dome", "1", "--cache", str(films),
        "--sip-port", str(own_port), "--media-ports", f"{MEDIA_PORTS[0]}-{MEDIA_PORTS[1]}",
    )  # fmt: skip
    names = tuple(word for name in CAR_CHANNELS for word in ("--channel-name", name))
    car = (
        "simcam", "--gb28181", platform, "--device-id", CAR, "--channels", str(len(CAR_CHANNELS)), *names,
        "--moves", "1", "--moves", f"2:{CAR_LATE_S}", "--password-file", str(password_file(settings.data)),
        "--cameras", str(len(CAR_CHANNELS)), "--h265", "0", "--bitrate", BITRATE, "--cache", str(films),
        "--quirk", "speech-refused", "--quirk", "talk",
        "--sip-port", str(car_port), "--media-ports", f"{CAR_PORTS[0]}-{CAR_PORTS[1]}",
    )  # fmt: skip
    return [
        FleetProcess(
            "simcam-gb28181", arguments, lambda: accepts("127.0.0.1", own_port), ready_seconds=300, simulated=True
        ),
        FleetProcess(
            "simcam-gb28181-car", car, lambda: accepts("127.0.0.1", car_port), ready_seconds=300, simulated=True
        ),
    ]


def upper_member(settings: Settings, port: int) -> FleetProcess:
    """The process of the simulated platforms above.

    Args:
        port: the first one's on loopback; the others have the next ones.
    """
    from custodes.commands.fleet import FleetProcess
    from custodes.web.doctor.listening import accepts

    gb_passwords(settings)
    arguments = (
        "simupper", SERVER, *(word for id in UPPERS for word in ("--id", id)), "--host", platforms.HOST, "--port", str(port),
        "--password-file", str(password_file(settings.data)), "--each", str(platforms.ROUND_SECONDS), "--calls", str(platforms.CALLS),
        "--media-ports", f"{UPPER_MEDIA[0]}-{UPPER_MEDIA[1]}",
    )  # fmt: skip
    return FleetProcess("simupper", arguments, lambda: accepts(platforms.HOST, port))


def password_file(data: Path) -> Path:
    """Where an installation keeps the passwords of its simulated devices."""
    return data / "gb28181-devices.txt"
