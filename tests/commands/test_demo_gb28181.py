"""The demo's devices of GB/T 28181: valid IDs, passwords that are kept, and a process that registers them."""

from __future__ import annotations

import stat
from pathlib import Path

from custodes.commands.fleet import Fleet
from custodes.commands.gb28181.simulated import channels_of
from custodes.demo import platforms, running, story
from custodes.demo.gb28181 import (
    CAR,
    CAR_CHANNELS,
    CHANNELS,
    DEVICES,
    PLATFORMS,
    PORTS,
    SERVER,
    SHOWN,
    UPPERS,
    gb_members,
    gb_passwords,
    kept_passwords,
    password_file,
    upper_member,
)
from custodes.gb28181 import ids
from custodes.gb28181.sip.account import SipAccount
from custodes.gb28181.sip.digest import Secret
from custodes.settings import Settings
from custodes.video.simcam import station
from custodes.video.simcam.cast import cast
from tests.commands.called import environment
from tests.commands.test_simcam_gb28181 import small_films
from tests.gb28181.sip.house import house
from tests.ports import free_port


def test_the_ids_are_what_they_are_said_to_be() -> None:
    assert (ids.parse(SERVER).type, ids.parse(SERVER).division) == (200, "540100")
    assert [ids.make("540102", 2, 118, 8, number).text for number in (1, 2, 3)] == list(DEVICES)
    assert story.GB_DEVICES[0].gb_id == DEVICES[0]
    assert story.SPEAKING_DEVICE.gb_id == DEVICES[2]
    assert channels_of(DEVICES[2], CHANNELS, ["x"], ())[0].id == story.SPEAKING_CHANNEL
    assert [(ids.parse(one).type, ids.parse(one).division) for one in UPPERS] == [(200, "540000")] * 3, "the region's"
    told = [(one.channel_id, one.name) for one in story.GB_CHANNELS]
    names = [camera.name for camera in cast(CHANNELS)]
    assert told == [(one.id, one.name) for one in channels_of(DEVICES[0], CHANNELS, names, ())]
    counties = {ids.parse(one).division for one in PLATFORMS}
    assert {ids.parse(one).type for one in PLATFORMS} == {200}
    assert len(counties) == len(PLATFORMS)
    assert {one[:4] for one in counties} == {"5401"}, "all of the city's"
    assert ids.make("540102", 0, 111, 4, 1).text == CAR == story.GB_CAR.gb_id
    assert [(one.id, one.name) for one in channels_of(CAR, len(CAR_CHANNELS), CAR_CHANNELS, ())] == [
        (one.channel_id, one.said) for one in story.GB_MOBILES
    ]


def test_the_camera_that_one_speaks_through_shows_a_film_that_no_other_shows() -> None:
    shows = [number % SHOWN for number in range(len(DEVICES) * CHANNELS)]
    spoken_through = shows[DEVICES.index(story.SPEAKING_DEVICE.gb_id) * CHANNELS]
    assert shows.count(spoken_through) == 1
    assert cast(SHOWN)[spoken_through].name == f"模拟·{story.SPEAKING_CAMERA[1]}"


def test_the_ports_behind_the_cameras_first_are_used_once_each() -> None:
    cameras, gateway = range(5), (5, running.GB_STEP + PORTS)
    uppers = [platforms.port_of(one, 0) for one in platforms.ABOVE_CITY]
    links = range(running.UPPER_STEP, running.UPPER_STEP + running.UPPER_PORTS)
    used = [*cameras, *gateway, *range(running.GB_STEP, running.GB_STEP + PORTS), *uppers, *links]
    assert sorted(used) == list(range(21)), "docs/guide/demo.md says up to which port"


def test_passwords_are_made_once_and_read_by_nobody_else(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "new")
    first = gb_passwords(settings)
    assert set(first) == {*DEVICES, *PLATFORMS, CAR, *UPPERS}
    assert len(set(first.values())) == len(first)
    assert gb_passwords(settings) == first
    written = password_file(settings.data).read_text().splitlines()
    password_file(settings.data).write_text("".join(f"{line}\n" for line in written if CAR not in line))
    older = gb_passwords(settings)
    assert {id: older[id] for id in DEVICES} == {id: first[id] for id in DEVICES}, "a demo from before goes on"
    assert older[CAR] != first[CAR]
    assert gb_passwords(settings) == older
    [file] = (tmp_path / "new").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_demo_of_before_gets_the_passwords_that_it_lacks_and_keeps_its_own(tmp_path: Path) -> None:
    path = tmp_path / "devices.txt"
    old = kept_passwords(path, DEVICES)
    new = kept_passwords(path, (*DEVICES, *PLATFORMS))
    assert {id: new[id] for id in DEVICES} == old
    assert set(new) == {*DEVICES, *PLATFORMS}
    assert kept_passwords(path, PLATFORMS) == new


async def test_its_process_registers_them_and_shows_no_password(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    passwords = gb_passwords(settings)
    films = small_films(tmp_path / "films", station.orders(len(DEVICES) * CHANNELS, 0, 480_000))
    accounts = {id: SipAccount(id, Secret(password)) for id, password in passwords.items()}
    # The platform's ID of these tests is another one; a registrar asks for the password alone.
    async with house(accounts=accounts) as at:
        settings = settings.model_copy(update={"gateway_sip_port": at.port})
        members = [*gb_members(settings, films, free_port()), upper_member(settings, free_port())]
        words = [word for member in members for word in member.arguments]
        assert not [word for word in words for password in passwords.values() if password in word]
        fleet = Fleet(tmp_path / "log", environment(tmp_path), lambda _line: None)
        try:
            for member in members:
                fleet.start(member)
            await at.until("registered", len(DEVICES) + len(PLATFORMS) + 1)
        finally:
            fleet.stop()
    log = "".join((tmp_path / "log" / f"{member.name}.log").read_text() for member in members)
    assert not [password for password in passwords.values() if password in log]
