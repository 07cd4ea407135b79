"""Rows of simulated devices: IDs that no two share, passwords from files, recordings up to now."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from custodes.commands.gb28181.simulated import (
    Simulation,
    SimulationOrder,
    channels_of,
    passwords,
    platform_of,
    recordings,
    row_of,
)
from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.refused import Gb28181Refused
from tests.gb28181.sip.examples import SERVER

NVR, IPC = "54010200001180000001", "54010200001320000001"
REELS: Any = None  # nothing is streamed here


def order(**changes: Any) -> SimulationOrder:
    return SimulationOrder(SERVER, "127.0.0.1", 5060, **{"rows": (NVR,), "password": lambda _id: "x", **changes})


def simulation(**changes: Any) -> Simulation:
    return Simulation(order(**changes), REELS, ["gate", "yard"], lambda _id, _news: None)


def test_no_two_devices_share_a_channel_and_cameras_are_not_their_own_parents() -> None:
    row = row_of(NVR, 50)
    assert (row[0], row[-1], len(set(row))) == (NVR, "54010200001180000050", 50)
    channels = [channel.id for device in row for channel in channels_of(device, 8, ["gate"], ())]
    assert len(set(channels)) == 400
    assert {id[10:13] for id in channels} == {"132"}
    assert channels_of(IPC, 1, ["gate"], ())[0].id == "54010200001310000001"


def test_rows_that_overlap_and_ports_that_are_too_few_are_refused() -> None:
    with pytest.raises(Gb28181Refused, match="rows overlap"):
        simulation(rows=(NVR, "54010200001180000002"), devices=2)
    with pytest.raises(Gb28181Refused, match="media-ports"):
        simulation(devices=2, media=(20_000, 20_006))
    with pytest.raises(Gb28181Refused, match="serial"):
        simulation(rows=("54010200001189999990",), devices=50)


def test_each_device_has_ports_of_its_own() -> None:
    made = simulation(devices=3, media=(20_000, 20_014))
    settings = [shell.device.settings for shell in made.shells]
    assert [one.ports for one in settings] == [(20_000, 20_004), (20_005, 20_009), (20_010, 20_014)]
    assert len({one.upper.contact.port for one in settings}) == 3
    assert {one.upper.contact.host for one in settings} == {"127.0.0.1"}


def test_recordings_reach_to_now_and_are_renewed() -> None:
    now = datetime(2026, 11, 24, 21, 45, tzinfo=BEIJING)
    found = recordings(24, now)
    assert found[0].start == datetime(2026, 11, 23, 21, tzinfo=BEIJING)
    assert found[-1].end == datetime(2026, 11, 24, 22, tzinfo=BEIJING)
    assert all(one.end == next_.start for one, next_ in itertools.pairwise(found))
    made = simulation(channels=2)
    channels = made.shells[0].device.channels
    old = recordings(24, datetime.now(BEIJING) - timedelta(hours=5))
    for id, channel in list(channels.items()):
        channels[id] = channel.__class__(channel.id, channel.name, recordings=old)
    made._record()
    assert all(channel.recordings[-1].end > datetime.now(BEIJING) for channel in channels.values())


@pytest.mark.parametrize(
    ("content", "password"),
    [
        ("one for all\n", "one for all"),
        (f"{NVR} my own word\n", "my own word"),
        (f"{IPC} other\n{NVR} mine\n\n", "mine"),
    ],
)
def test_a_file_has_one_password_or_one_for_each(tmp_path: Path, content: str, password: str) -> None:
    path = tmp_path / "passwords"
    path.write_text(content)
    path.chmod(0o600)
    find = passwords(path, "from elsewhere")
    assert find(NVR) == password
    if len(content.splitlines()) > 1:
        with pytest.raises(Gb28181Refused, match="has none for"):
            find("54010200001180000009")


@pytest.mark.parametrize("text", ["", "x", f"{SERVER}@", f"{SERVER}@127.0.0.1", f"{SERVER}@127.0.0.1:0", f"{SERVER}@127.0.0.1:70000", "a b@127.0.0.1:5060"])  # fmt: skip
def test_what_names_no_platform_is_refused(text: str) -> None:
    with pytest.raises(Gb28181Refused, match="SERVER_ID@HOST:PORT"):
        platform_of(text)


def test_a_platform_may_have_an_address_of_either_kind() -> None:
    assert platform_of(f"{SERVER}@127.0.0.1:5060") == (SERVER, "127.0.0.1", 5060)
    assert platform_of(f"{SERVER}@[::1]:5060") == (SERVER, "::1", 5060)
