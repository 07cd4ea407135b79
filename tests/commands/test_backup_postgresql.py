"""`custodes backup` and `custodes restore` with the web's database on PostgreSQL, and footage recorded after the back-up."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from custodes.video.archive.archive import Archive
from custodes.video.archive.volume import VolumeConfig
from custodes.video.clock import SystemClock
from custodes.video.recorder.host_clock import HostSync
from custodes.video.recorder.recorder import Recorder
from tests.commands.called import call, environment
from tests.commands.test_backup import ADMIN, types, up
from tests.patience import until
from tests.ports import free_port
from tests.postgres import NoPostgres, cluster
from tests.video.archive.conftest import CAMERA
from tests.video.footage import units

pytestmark = pytest.mark.timeout(400)  # two databases are made, and the system is started twice


@pytest.fixture
def server() -> Iterator[str]:
    try:
        with cluster() as url:
            yield url
    except NoPostgres as error:
        pytest.skip(str(error))


def record(data: Path, seconds: int) -> None:
    """Footage of a camera, from now on, as a worker leaves it; the records that its outbox holds are lost with the machine."""
    with closing(
        Archive.open(
            data / "node/worker-0.sqlite3", [VolumeConfig(data / "footage", reserve_bytes=0)],
            node="node-1", worker=0, clock=SystemClock(), threads=False,
        )
    ) as archive:  # fmt: skip
        archive.register(CAMERA)
        recorder = Recorder(CAMERA, archive, SystemClock(), host_sync=lambda: HostSync(True, 12, "ok"))
        for unit in units(seconds * 25, wall_us=SystemClock().wall_us()):
            recorder.take(unit)
        recorder.close()
        archive.tick()


def test_an_installation_on_postgresql_comes_back_whole_and_takes_later_footage_into_its_log(
    server: str, tmp_path: Path
) -> None:
    data, new, port = tmp_path / "data", tmp_path / "new", free_port()
    common = {"web_port": port, "node_port": free_port(), "node_workers": 1, "checkpoint_seconds": 1}
    env = environment(data, database_url=server, notary_socket=tmp_path / "s", **common)
    page = f"http://localhost:{port}/"
    (tmp_path / "target").mkdir()
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("correct horse battery\n")
    passphrase.chmod(0o600)
    secret = ("--passphrase-file", str(passphrase))
    assert call(env, *ADMIN).returncode == 0
    with up(env, page):
        until((data / "ledger/checkpoint").exists)
        made = call(env, "backup", str(tmp_path / "target"), *secret, "--json")
        assert made.returncode == 0, made.stderr
    backup = json.loads(made.stdout)["file"]
    # After the back-up: its records never reach the log that will be restored. A first file has 75 seconds at most, so
    # that there are two, wherever in the minute the camera is cut.
    record(data, 130)

    assert call(env, "restore", backup, "--into", str(new), *secret).returncode == 1, "that database holds tables"
    assert not new.exists()
    with psycopg.connect(server, autocommit=True) as db:
        db.execute("CREATE DATABASE restored")
        accounts = db.execute("SELECT count(*) FROM people_account").fetchone()
    target = server.replace("/postgres?", "/restored?")
    done = call({**env, "CUSTODES_DATABASE_URL": target}, "restore", backup, "--into", str(new), *secret, "--json")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    with psycopg.connect(target) as db:
        assert db.execute("SELECT count(*) FROM people_account").fetchone() == accounts
        assert db.execute("SELECT count(*) FROM django_session").fetchone() == (0,)

    again = {
        **environment(new, env_file=facts["settings"], database_url=target, notary_socket=tmp_path / "s2"),
        "CUSTODES_VOLUMES": str(data / "footage"),
    }
    built = call(again, "reindex", "--replace", "--enter-since", facts["made_at"], "--json")
    assert built.returncode == 0, built.stderr
    report = json.loads(built.stdout)["built"]["worker-0.sqlite3"]
    assert report["entered"] == report["segments"] >= 1
    with up(again, page):
        until(lambda: types(new).count("segment.sealed") == report["segments"] + report["to_finish"])
        until(lambda: "heartbeat" in types(new)[facts["before"]["entries"] :])
    keys = ("--key", str(new / "keys/public/log.vkey"), "--key", str(data / "keys/public/log.vkey"))
    checked = call(again, "verify", "segments", str(data / "footage"), "--ledger", str(new / "ledger"), *keys, "--json")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    with closing(sqlite3.connect(new / "ledger/book.sqlite3")) as db:
        sealed = [json.loads(text) for (text,) in db.execute("SELECT record FROM entry")]
    assert all(one["at"] > facts["made_at"] for one in sealed if one["type"] == "segment.sealed")
