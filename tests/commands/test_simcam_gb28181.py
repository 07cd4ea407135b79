"""`custodes simcam --gb28181` as a process: its devices register with a platform, show their films and turn."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from custodes.cli import app
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.alarm import AlarmNotice
from custodes.gb28181.manscdp.catalog import CatalogPart, CatalogQuery
from custodes.gb28181.manscdp.control import DeviceControl
from custodes.gb28181.manscdp.presets import PresetList, PresetQuery, PtzPosition, PtzPositionQuery
from custodes.gb28181.media.frame import Coding
from custodes.gb28181.ptz.command import Move
from custodes.gb28181.ptz.octets import encode
from custodes.gb28181.sip.account import SipAccount
from custodes.gb28181.sip.digest import Secret
from custodes.video.simcam import station
from custodes.video.simcam.film import FilmOrder, FilmShape, make_film
from tests.commands.called import PROGRAM, environment
from tests.gb28181.device.caller import Caller
from tests.gb28181.sip.examples import SERVER
from tests.gb28181.sip.house import house
from tests.patience import PATIENCE

FIRST, SECOND = "54010200001180000001", "54010200001180000002"
PASSWORDS = {FIRST: "one of the house", SECOND: "another"}


def small_films(folder: Path, orders: Sequence[FilmOrder]) -> Path:
    """Films in the places where the command looks for these, small and short: drawing one of its own takes ten seconds."""
    first = replace(orders[0], main=FilmShape(320, 180, 100_000), sub=FilmShape(160, 90, 50_000), seconds=2)
    made = [path.read_bytes() for path in make_film(first, folder)]
    for order in orders:
        for octets, path in zip(made, order.files(folder), strict=True):
            path.write_bytes(octets)
    return folder


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of films for the module."""
    return small_films(tmp_path_factory.mktemp("films"), station.orders(1, 0))


@contextmanager
def simcam(folder: Path, films: Path, *arguments: str, **settings: object) -> Iterator[tuple[Any, dict[str, Any]]]:
    command = [*PROGRAM, "simcam", *arguments, "--cameras", "1", "--h265", "0", "--cache", str(films), "--json"]
    process = subprocess.Popen(
        command, env=environment(folder, **settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.stderr.read() if process.stderr is not None else ""
        yield process, json.loads(line)
    finally:
        process.kill()
        process.communicate()


async def test_a_row_of_devices_registers_shows_films_with_tones_turns_and_leaves(tmp_path: Path, films: Path) -> None:
    secret = tmp_path / "passwords"
    secret.write_text("".join(f"{id} {password}\n" for id, password in PASSWORDS.items()))
    secret.chmod(0o600)
    accounts = {id: SipAccount(id, Secret(password)) for id, password in PASSWORDS.items()}
    async with house(accounts=accounts) as at:
        row = ("--gb28181", f"{SERVER}@127.0.0.1:{at.port}", "--device-id", FIRST, "--devices", "2", "--channels", "2")
        ways = ("--password-file", str(secret), "--sound", "--transport", "tcp", "--media-ports", "34000-34099")
        ways += ("--preset", "南门:0.5", "--alarm-each", "1")
        with simcam(tmp_path, films, *row, *ways) as (process, facts):
            caller = Caller(at)
            assert [one["id"] for one in facts["devices"]] == [FIRST, SECOND]
            channels = [[each["id"] for each in one["channels"]] for one in facts["devices"]]
            assert len({id for each in channels for id in each}) == 4
            await at.until("registered", 2)
            caller.ask(SECOND, CatalogQuery(sn=1, device_id=SECOND))
            await caller.until(lambda: caller.bodies(CatalogPart))
            [part] = caller.bodies(CatalogPart)
            assert isinstance(part, CatalogPart)
            assert [item.device_id for item in part.items] == channels[1]
            caller.ask(SECOND, PresetQuery(sn=4, device_id=channels[1][0]))
            await caller.until(
                lambda: caller.bodies(PresetList) and len({one.device_id for one in caller.bodies(AlarmNotice)}) == 2
            )
            assert [(one.number, one.name) for one in caller.bodies(PresetList)[0].presets] == [(1, "南门")]
            assert {(one.device_id, one.meaning) for one in caller.bodies(AlarmNotice)} == {
                (each[0], "intrusion") for each in channels
            }
            look = caller.look(SECOND, channels[1][0])
            await caller.until(lambda: len(look.pictures) > 20)
            assert {frame.coding for frame in look.frames} == {Coding.H264, Coding.G711A}
            caller.ask(SECOND, DeviceControl(sn=2, device_id=channels[1][0], ptz=encode(Move(255, 0, 0))))
            caller.ask(SECOND, PtzPositionQuery(sn=3, device_id=channels[1][0]), Edition.E2022)
            await caller.until(lambda: caller.bodies(PtzPosition))
            process.send_signal(signal.SIGINT)
            await at.until("gone", 2)
            rest, said = process.communicate(timeout=PATIENCE)
            assert (process.returncode, rest) == (0, "")
            assert f"{FIRST} registered" in said
            assert not any(password in said for password in PASSWORDS.values())
            caller.close()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--gb28181", "somewhere"), "SERVER_ID@HOST:PORT"),
        (("--gb28181", f"{SERVER}@127.0.0.1:5060"), "device-id"),
        (("--gb28181", f"{SERVER}@127.0.0.1:5060", "--device-id", "12"), "20"),
        (("--gb28181", f"{SERVER}@127.0.0.1:5060", "--device-id", FIRST, "--quirk", "odd"), "no-map"),
        (("--gb28181", f"{SERVER}@127.0.0.1:5060", "--device-id", FIRST, "--password", "x"), "--password-file"),
        (("--gb28181", f"{SERVER}@127.0.0.1:5060", "--device-id", FIRST, "--media-ports", "9-8"), "20000-29999"),
        (("--quirk", "no-map"), "--gb28181"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_what_to_do(arguments: tuple[str, ...], word: str) -> None:
    refused = CliRunner().invoke(app, ["simcam", *arguments], env={"CUSTODES_SIMCAM_PASSWORD": "x"})
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert word in refused.stderr


def test_no_password_and_a_file_that_everybody_reads_are_refused(tmp_path: Path) -> None:
    asked = ["simcam", "--gb28181", f"{SERVER}@127.0.0.1:5060", "--device-id", FIRST]
    none = CliRunner().invoke(app, asked, env={"CUSTODES_SIMCAM_PASSWORD": ""})
    assert (none.exit_code, "CUSTODES_SIMCAM_PASSWORD" in none.stderr) == (2, True)
    secret = tmp_path / "password"
    secret.write_text("secret of the house\n")
    secret.chmod(0o644)
    seen = CliRunner().invoke(app, [*asked, "--password-file", str(secret)])
    assert (seen.exit_code, "chmod 600" in seen.stderr, "secret of" in seen.stderr) == (2, True, False)
