"""A back-up is whole and of one moment, whatever goes on meanwhile, or there is none."""

from __future__ import annotations

import itertools
import json
import os
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from custodes.backup import making
from custodes.backup.envelope import unseal
from custodes.backup.making import LastBackup, make_backup, note_backup
from custodes.backup.manifest import BackupRefused
from custodes.backupnote import last_made
from custodes.gateway.keys import make_keys as make_gateway_keys
from custodes.keyfile import load_sealing_key
from custodes.ledger.book import BookReader
from custodes.ledger.checkpoint import parse_checkpoint
from custodes.ledger.records import ControlEnded, SpeechEnded
from custodes.node.speaking import SpeechBook
from custodes.node.steering.book import SteeringBook
from custodes.notary.keys import load_vkey
from custodes.video.clock import SystemClock
from tests.backup.installation import CAMERA, PASSPHRASE, Installed
from tests.ledger.madelog import ORIGIN, gap, write
from tests.patience import PATIENCE


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path)


def nothing_half(installed: Installed) -> bool:
    own = installed.settings.data / "backups"
    return list(installed.target.iterdir()) == [] and {path.name for path in own.iterdir()} <= {".lock"}


def test_it_is_read_again_before_it_has_its_name_and_says_what_is_in_it(installed: Installed, tmp_path: Path) -> None:
    made = make_backup(installed.settings, installed.plan(passphrase=PASSPHRASE))
    assert made.path == installed.target / "custodes-node-1-20261124T150500Z.backup"
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert (made.note.bytes, made.note.checkpoint) == (made.path.stat().st_size, 20)
    out = tmp_path / "out"
    out.mkdir()
    manifest = unseal(made.path, PASSPHRASE, out)
    assert manifest.origin == ORIGIN
    assert manifest.vkey == str(load_vkey(installed.settings.keys_folder / "public"))
    assert parse_checkpoint(manifest.checkpoint.partition("\n\n")[0] + "\n").size == 20
    assert {item.name for item in manifest.items} == {
        "web.sqlite3", "ledger/book.sqlite3", "node/worker-0.sqlite3", "keys/node/seal.key", "keys/web/secret.key",
        *(f"keys/public/{name}" for name in ("log.vkey", "grant.pub", "web.pub", "packages.pub", "node.pub", "node-seal.pub")),
    }  # fmt: skip
    with closing(BookReader(out / "ledger")) as book:
        assert book.size == 23


def test_who_steered_and_who_spoke_is_in_it_though_the_log_does_not_have_it_yet(
    installed: Installed, tmp_path: Path
) -> None:
    node, worker, clock = installed.settings.node_folder, "node-1/0", SystemClock()
    with (
        closing(SteeringBook(node / "steering-0.sqlite3", worker, clock)) as steered,
        closing(SpeechBook(node / "speaking-0.sqlite3", worker, clock)) as spoken,
    ):
        steered.refuse(uuid4(), 1, "p", CAMERA, "held")
        spoken.refuse(uuid4(), 2, "p", CAMERA, "held")
    made = make_backup(installed.settings, installed.plan())
    out = tmp_path / "out"
    out.mkdir()
    manifest = unseal(made.path, None, out)
    assert {"steering", "speaking"} <= manifest.formats.keys()
    with closing(SteeringBook(out / "node/steering-0.sqlite3", worker, clock)) as steered:
        assert [type(record) for _row, record in steered.outbox_pending(9)] == [ControlEnded]
    with closing(SpeechBook(out / "node/speaking-0.sqlite3", worker, clock)) as spoken:
        assert [type(record) for _row, record in spoken.outbox_pending(9)] == [SpeechEnded]


def test_what_opens_devices_passwords_is_in_it_where_there_is_a_gateway(installed: Installed, tmp_path: Path) -> None:
    folder = installed.settings.keys_folder
    keys = make_gateway_keys(folder / "gateway", folder / "public")
    made = make_backup(installed.settings, installed.plan())
    out = tmp_path / "out"
    out.mkdir()
    unseal(made.path, None, out)
    assert load_sealing_key(out / "keys/gateway/seal.key").private_bytes_raw() == keys.seal.private_bytes_raw()
    assert (out / "keys/public/gateway.pub").exists()
    assert not (out / "keys/gateway/control.key").exists(), "what signs is not in it"


def test_no_key_that_signs_and_no_password_of_the_database_is_in_it(installed: Installed, tmp_path: Path) -> None:
    from pydantic import SecretStr

    secret = f"sqlite:///{installed.web}"
    settings = installed.settings.model_copy(update={"database_url": SecretStr(secret), "web_port": 8123})
    made = make_backup(settings, installed.plan())
    assert made.manifest.settings == {
        "CUSTODES_DATA": str(settings.data), "CUSTODES_WEB_PORT": "8123",
        **{name: value for name, value in made.manifest.settings.items() if name.endswith(("ORIGIN", "URL"))},
    }  # fmt: skip
    assert "CUSTODES_DATABASE_URL" not in made.manifest.settings
    out = tmp_path / "out"
    out.mkdir()
    unseal(made.path, None, out)
    signing = [installed.settings.keys_folder / name for name in ("notary/log.key", "notary/grant.key", "web/control.key", "web/packages.key", "node/control.key")]  # fmt: skip
    everything = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert not any(key.read_bytes() in everything for key in signing)


def test_under_load_each_database_is_of_one_moment_and_what_was_delivered_is_in_the_log(
    installed: Installed, tmp_path: Path
) -> None:
    """A writer keeps both halves of a pair equal, and appends to the log before it notes that it did."""
    stop, begun = threading.Event(), threading.Event()

    def work() -> None:
        with (
            closing(sqlite3.connect(installed.web, isolation_level=None, timeout=PATIENCE)) as db,
            installed.log() as log,
        ):
            for number in itertools.count(23):
                if stop.is_set():
                    return
                write(log, [gap(number)])
                if number % 10 == 0:
                    log.publisher.publish("2026-11-24")
                db.execute("BEGIN IMMEDIATE")
                db.executemany("INSERT INTO pair VALUES (?, ?)", [(number, number)] * 50)
                db.execute("UPDATE pair SET b = ?, a = ?", (number, number))
                db.execute("COMMIT")
                begun.set()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert begun.wait(PATIENCE)
        manifests = [make_backup(installed.settings, installed.plan(second)) for second in range(5)]
    finally:
        stop.set()
        thread.join(PATIENCE)
    for number, made in enumerate(manifests):
        out = tmp_path / f"out{number}"
        out.mkdir()
        unseal(made.path, None, out)
        with closing(sqlite3.connect(out / "web.sqlite3")) as db:
            [(low, high, other)] = db.execute("SELECT min(a), max(a), max(b) FROM pair").fetchall()
        assert low == high == other
        with closing(BookReader(out / "ledger")) as book:
            assert book.size > high, "what the database says was delivered is not in the log"
            assert book.size >= made.note.checkpoint
    assert manifests[-1].note.checkpoint > 20


@pytest.mark.parametrize("step", ["gather", "seal", "unseal"])
def test_interrupted_it_leaves_nothing_half(installed: Installed, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    real = getattr(making, step)

    def interrupt(*arguments: object, **named: object) -> None:
        real(*arguments, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(making, step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        make_backup(installed.settings, installed.plan())
    assert nothing_half(installed)


def test_what_a_killed_call_left_is_removed_by_the_next(installed: Installed) -> None:
    own = installed.settings.data / "backups"
    (own / ".gathering-abc/keys").mkdir(parents=True)
    left = installed.target / ".custodes-node-1-20261123T000000Z.backup.part"
    others = installed.target / ".custodes-node-2-20261123T000000Z.backup.part"
    left.touch()
    others.touch()
    make_backup(installed.settings, installed.plan())
    assert not (own / ".gathering-abc").exists()
    assert not left.exists()
    assert others.exists(), "another installation may be at work on it"


def test_a_disk_that_gives_back_something_else_gets_no_back_up(
    installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def harm(out: object, *arguments: object) -> None:
        real(out, *arguments)  # type: ignore[arg-type]
        os.pwrite(out.fileno(), b"\0\0\0\0", 300)  # type: ignore[attr-defined]

    real = making.seal
    monkeypatch.setattr(making, "seal", harm)
    with pytest.raises(BackupRefused):
        make_backup(installed.settings, installed.plan())
    assert nothing_half(installed)


def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(installed: Installed) -> None:
    with closing(sqlite3.connect(installed.web, isolation_level=None)) as db:
        db.executemany("INSERT INTO pair VALUES (?, ?)", [(n, n) for n in range(5000)])
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with installed.web.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096)
    with pytest.raises(BackupRefused, match=r"web\.sqlite3"):
        make_backup(installed.settings, installed.plan())
    assert nothing_half(installed)


def test_old_ones_go_only_when_a_new_one_is_there_and_only_this_nodes(installed: Installed) -> None:
    others = installed.target / "custodes-node-2-20200101T000000Z.backup"
    others.touch()
    for second in range(3):
        make_backup(installed.settings, installed.plan(second))
    made = make_backup(installed.settings, installed.plan(3, keep=2))
    assert [path.name[-11:-7] for path in made.removed] == ["500Z", "501Z"]
    assert len(list(installed.target.iterdir())) == 3
    assert others.exists()
    installed.web.unlink()
    with pytest.raises(BackupRefused):
        make_backup(installed.settings, installed.plan(4, keep=1))
    assert len(list(installed.target.iterdir())) == 3


def test_two_at_once_are_refused(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    def second(*arguments: object) -> None:
        with pytest.raises(BackupRefused, match="Another back-up"):
            make_backup(installed.settings, installed.plan(1))

    real = making.gather
    monkeypatch.setattr(making, "gather", lambda *arguments: (second(), real(*arguments))[1])
    make_backup(installed.settings, installed.plan())


def test_a_target_that_is_not_mounted_is_not_made(installed: Installed) -> None:
    installed.target.rmdir()
    with pytest.raises(BackupRefused, match="mount"):
        make_backup(installed.settings, installed.plan())
    assert not installed.target.exists()


def test_an_installation_that_never_ran_says_so(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    (installed.settings.ledger_folder / "book.sqlite3").unlink()
    with pytest.raises(BackupRefused, match="start the system once"):
        make_backup(installed.settings, installed.plan())


def test_the_note_says_when_it_was_made(tmp_path: Path) -> None:
    assert last_made(tmp_path) is None
    note_backup(tmp_path, LastBackup("2026-11-20T00:00:00.000000Z", "/b", 1, "0" * 64, 5))
    assert last_made(tmp_path) == datetime(2026, 11, 20, tzinfo=UTC)
    assert json.loads((tmp_path / "backups/last.json").read_text())["checkpoint"] == 5
    (tmp_path / "backups/last.json").write_text("{}")
    assert last_made(tmp_path) is None


def _hand_in(installed: Installed, data: bytes) -> str:
    import hashlib

    sha256 = hashlib.sha256(data).hexdigest()
    path = installed.settings.papers_folder / sha256[:2] / sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return sha256


def test_papers_come_along_and_out_again(installed: Installed, tmp_path: Path) -> None:
    sha256 = _hand_in(installed, b"a letter")
    (installed.settings.papers_folder / ".incoming").mkdir()
    (installed.settings.papers_folder / ".incoming" / "half").write_bytes(b"a let")
    made = make_backup(installed.settings, installed.plan())
    assert [item.name for item in made.manifest.items if item.name.startswith("papers")] == [
        f"papers/{sha256[:2]}/{sha256}"
    ]
    out = tmp_path / "out"
    out.mkdir()
    unseal(made.path, None, out)
    restored = out / "papers" / sha256[:2] / sha256
    assert restored.read_bytes() == b"a letter"
    assert restored.stat().st_mode & 0o777 == 0o600


def test_a_damaged_paper_is_named_before_anybody_relies_on_a_back_up_of_it(installed: Installed) -> None:
    sha256 = _hand_in(installed, b"a letter")
    (installed.settings.papers_folder / sha256[:2] / sha256).write_bytes(b"another")
    with pytest.raises(BackupRefused, match=f"{sha256} is damaged"):
        make_backup(installed.settings, installed.plan())
    assert nothing_half(installed)


def test_what_a_witness_saw_comes_along_and_the_key_that_cosigns_does_not(installed: Installed, tmp_path: Path) -> None:
    """From old states under its old key it could cosign a second history (decision 0363)."""
    from custodes.witness.keys import make_keys
    from tests.oversight import below

    data = installed.settings.data
    make_keys(installed.settings.keys_folder, below.NAME, "127.0.0.1", below.NOW)
    below.stand(data / "witness")
    below.contradict(data / "witness")
    (data / "witnesses").mkdir()
    (data / "witnesses/city.toml").write_text('url = "https://city.example:8300"\n')
    made = make_backup(installed.settings, installed.plan())
    out = tmp_path / "out"
    out.mkdir()
    manifest = unseal(made.path, None, out)
    parts = sorted(
        item.name.rpartition("/")[0].partition("/")[0] for item in manifest.items if item.name.startswith("witness")
    )
    assert parts == ["witness", "witness", "witness", "witnesses"]
    assert not list(out.rglob("witness.key"))
    assert not list((out / "keys").rglob("tls.key"))
    assert (
        next((out / "witness/state").iterdir()).read_bytes()
        == next((data / "witness/state").glob("*.json")).read_bytes()
    )
