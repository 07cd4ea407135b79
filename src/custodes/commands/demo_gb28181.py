"""The demo's devices of GB/T 28181: who they are, their passwords, and the process that is them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from custodes.commands.fleet import Member
    from custodes.settings import Settings

SERVER = "54010000002000000001"
"""The platform: Lhasa (540100), a central signalling server (200)."""
DEVICES = ("54010200021188000001", "54010200021188000002", "54010200021188000003")
"""Recorders (118) inside units (02) of the urban district (540102), in networks of their own (8). The story has entered the first, and the third, whose first channel is the camera that one speaks through; the second tries in vain."""
CHANNELS = 4
"""Cameras (132) of each: 54010200021328000001 to …04 of the first, …05 to …08 of the second, …09 to …12 of the third."""
SHOWN = 2 * CHANNELS
"""Films; the third shows those of the first."""
MEDIA_PORTS = (15_100, 15_199)
BITRATE = "480k"
"""That of the demo's other cameras, so that their films are shown and none is made for these."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def gb_passwords(settings: Settings) -> dict[str, str]:
    """Each device's password, made at the first call and kept in a file that its owner alone reads: for the register, as for the devices."""
    return kept_passwords(password_file(settings.data), DEVICES)


def kept_passwords(path: Path, devices: Sequence[str]) -> dict[str, str]:
    """The same for any simulated devices."""
    kept = dict(line.split() for line in path.read_text(encoding="ascii").splitlines()) if path.exists() else {}
    missing = [id for id in devices if id not in kept]
    if missing:
        lines = [f"{id} {''.join(secrets.choice(_LETTERS) for _ in range(16))}\n" for id in missing]
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="ascii") as file:
            file.write("".join(lines))
        kept |= dict(line.split() for line in lines)
    return kept


def gb_members(settings: Settings, films: Path, own_port: int) -> list[Member]:
    """The process of the simulated devices, to be started once the gateway listens.

    Args:
        films: folder of the simulated cameras' films.
        own_port: the devices' first on loopback.
    """
    from custodes.commands.fleet import Member
    from custodes.commands.up import accepts

    gb_passwords(settings)
    arguments = (
        "simcam", "--gb28181", f"{SERVER}@127.0.0.1:{settings.gateway_sip_port}", "--device-id", DEVICES[0],
        "--devices", str(len(DEVICES)), "--channels", str(CHANNELS), "--password-file", str(password_file(settings.data)),
        "--cameras", str(SHOWN), "--h265", "0", "--bitrate", BITRATE, "--dome", "1", "--cache", str(films),
        "--sip-port", str(own_port), "--media-ports", f"{MEDIA_PORTS[0]}-{MEDIA_PORTS[1]}",
    )  # fmt: skip
    return [Member("simcam-gb28181", arguments, lambda: accepts("127.0.0.1", own_port), ready_seconds=300)]


def password_file(data: Path) -> Path:
    """Where an installation keeps the passwords of its simulated devices."""
    return data / "gb28181-devices.txt"
