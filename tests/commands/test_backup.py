"""`custodes backup` beside a running system, `custodes restore` on an empty folder, and the system starting from there."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import migrated
from tests.commands.called import PROGRAM, call, environment
from tests.patience import PATIENCE, until
from tests.ports import free_port

#: A whole installation is set up: every migration runs, which a busy machine takes minutes for.
pytestmark = pytest.mark.timeout(400)

ADMIN = ("init", "--admin", "anquan", "--name", "张三", "--unit", "拉萨市公安局", "--json")


@contextmanager
def up(env: dict[str, str], page: str) -> Iterator[None]:
    """The whole system, until its pages and its log are there."""
    process = subprocess.Popen([*PROGRAM, "up"], env=env, stderr=subprocess.PIPE, text=True)
    data = Path(env["CUSTODES_DATA"])
    try:
        until(lambda: answers(page) and (data / "node/assignment.json").exists())
        yield
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0, process.communicate()
    finally:
        process.kill()
        process.wait()


def answers(page: str) -> bool:
    try:
        return httpx.get(page, follow_redirects=True, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@dataclass
class Story:
    """An installation that was backed up while it ran, and what `custodes backup` and `restore` said."""

    folder: Path
    env: dict[str, str]
    page: str
    backed_up: dict[str, Any]
    restored: dict[str, Any]
    dumps: tuple[str, str]
    """The old web's database before and after the restore."""

    @property
    def new(self) -> Path:
        return self.folder / "new"

    @property
    def passphrase(self) -> tuple[str, str]:
        return ("--passphrase-file", str(self.folder / "passphrase"))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("b")
    port = free_port()
    env = environment(
        folder / "data", web_port=port, node_port=free_port(), node_workers=1, checkpoint_seconds=1,
        notary_socket=folder / "s",
    )  # fmt: skip
    page = f"http://localhost:{port}/"
    passphrase = folder / "passphrase"
    passphrase.write_text("correct horse battery\n")
    passphrase.chmod(0o600)
    (folder / "target").mkdir()
    migrated.begin(folder / "data")
    assert call(env, *ADMIN).returncode == 0
    with up(env, page):
        until((folder / "data/ledger/checkpoint").exists)
        made = call(env, "backup", str(folder / "target"), "--passphrase-file", str(passphrase), "--json")
        assert made.returncode == 0, made.stderr
        until(lambda: types(folder / "data").count("backup.made") == 1)
    backed_up = json.loads(made.stdout)
    before = dump(folder / "data/web.sqlite3")
    # The caller's settings name an installation that is there: it must not be touched.
    arguments = ("restore", backed_up["file"], "--into", str(folder / "new"), "--passphrase-file", str(passphrase))
    done = call({**env, "CUSTODES_DATABASE_URL": f"sqlite:///{folder}/data/web.sqlite3"}, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    dumps = (before, dump(folder / "data/web.sqlite3"))
    return Story(folder, env, page, backed_up, json.loads(done.stdout), dumps)


def dump(database: Path) -> str:
    """A database as text."""
    with closing(sqlite3.connect(database)) as db:
        return "\n".join(db.iterdump())


def types(data: Path) -> list[str]:
    """Types of the records in a log, in order."""
    with closing(sqlite3.connect(f"{(data / 'ledger/book.sqlite3').as_uri()}?mode=ro", uri=True)) as db:
        return [json.loads(record)["type"] for (record,) in db.execute("SELECT record FROM entry ORDER BY idx")]


def test_it_is_on_record_who_made_a_back_up(story: Story) -> None:
    with closing(sqlite3.connect(story.folder / "data/ledger/book.sqlite3")) as db:
        records = [json.loads(record) for (record,) in db.execute("SELECT record FROM entry")]
    [made] = [record for record in records if record["type"] == "backup.made"]
    assert (made["file"], made["sha256"]) == (story.backed_up["file"], story.backed_up["sha256"])
    assert made["by"]
    assert json.loads((story.folder / "data/backups/last.json").read_text())["sha256"] == made["sha256"]


def test_a_back_up_can_be_checked_without_restoring_it(story: Story) -> None:
    checked = call(story.env, "verify", "backup", story.backed_up["file"], *story.passphrase, "--json")
    assert checked.returncode == 0, checked.stderr
    assert json.loads(checked.stdout)["origin"] == story.backed_up["origin"]
    harmed = story.folder / "harmed.backup"
    harmed.write_bytes(Path(story.backed_up["file"]).read_bytes()[:-3000])
    assert call(story.env, "verify", "backup", str(harmed), *story.passphrase).returncode == 1
    assert call(story.env, "restore", str(harmed), "--into", str(story.folder / "x"), *story.passphrase).returncode == 1
    assert not (story.folder / "x").exists()
    assert [path for path in story.folder.iterdir() if "restoring" in path.name] == []


def test_the_restored_system_starts_and_everything_verifies(story: Story) -> None:
    data = story.folder / "data"
    later = (data / "ledger/checkpoint").read_bytes()
    keys = ("--key", str(story.new / "keys/public/log.vkey"), "--key", str(data / "keys/public/log.vkey"))
    env = environment(story.new, env_file=story.restored["settings"])
    env.pop("CUSTODES_DATA")
    with up({**env, "CUSTODES_DATA": str(story.new)}, story.page):
        until(lambda: "heartbeat" in types(story.new)[story.restored["before"]["entries"] :])
    seen = story.folder / "seen"
    seen.write_bytes(later)
    checked = call(env, "verify", "ledger", str(story.new / "ledger"), *keys, "--seen", str(seen), "--json")
    report = json.loads(checked.stdout)
    assert checked.returncode == 0, report
    assert report["proven"] == report["size"] == report["records_checked"]
    [before] = report["continues"]
    assert (before["origin"], before["signed"]) == (story.backed_up["origin"], True)
    assert before["seen"] > before["carried"], "the old log went on after the back-up, and the check says so"
    told = call(env, "verify", "ledger", str(story.new / "ledger"), *keys, "--seen", str(seen)).stdout
    assert f"continues  {story.backed_up['origin']} from its checkpoint over {before['size']} entries" in told
    assert f"What {story.backed_up['origin']} logged after entry {before['carried'] - 1} is not in here" in told


def test_every_key_that_signs_is_new_and_every_key_that_opens_is_the_same(story: Story) -> None:
    old, new = story.folder / "data/keys", story.new / "keys"
    for name in ("notary/log.key", "notary/grant.key", "web/control.key", "web/packages.key", "node/control.key"):
        assert (old / name).read_bytes() != (new / name).read_bytes()
        assert (new / name).stat().st_mode & 0o777 == 0o600
    for name in ("node/seal.key", "web/secret.key", "public/node-seal.pub"):
        assert (old / name).read_bytes() == (new / name).read_bytes()
    begun = types(story.new)[story.restored["before"]["entries"] :]
    assert begun[:4] == ["log.continued", "key.rotated", "key.rotated", "key.rotated"]


def test_the_old_installation_still_stands_as_it_was(story: Story) -> None:
    assert story.dumps[0] == story.dumps[1], "a restore has changed the installation that the caller's settings name"
    key = ("--key", str(story.folder / "data/keys/public/log.vkey"))
    assert call(story.env, "verify", "ledger", str(story.folder / "data/ledger"), *key).returncode == 0


def test_a_restore_replaces_nothing(story: Story) -> None:
    taken = story.folder / "taken"
    taken.mkdir()
    (taken / "mine").touch()
    refused = call(story.env, "restore", story.backed_up["file"], "--into", str(taken), *story.passphrase)
    assert refused.returncode == 2
    assert "replaces nothing" in refused.stderr
    assert [path.name for path in taken.iterdir()] == ["mine"]


def test_with_another_origin_it_does_not_start_and_says_what_to_set(story: Story) -> None:
    refused = call({**story.env, "CUSTODES_DATA": str(story.new)}, "up")
    assert refused.returncode == 3
    assert f"CUSTODES_LOG_ORIGIN={story.restored['origin']}" in refused.stderr


@pytest.mark.parametrize(
    ("content", "mode", "code", "says"),
    [
        ("another passphrase\n", 0o600, 2, "does not open"),
        ("correct horse battery\n", 0o644, 2, "chmod 600"),
        ("\n", 0o600, 2, "empty"),
    ],
)
def test_a_passphrase_that_is_not_right_is_refused_in_plain_words(
    story: Story, tmp_path: Path, content: str, mode: int, code: int, says: str
) -> None:
    file = tmp_path / "p"
    file.write_text(content)
    file.chmod(mode)
    done = call(story.env, "verify", "backup", story.backed_up["file"], "--passphrase-file", str(file))
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_weak_passphrase_protects_nothing_and_nobody_is_asked_where_nobody_is(story: Story, tmp_path: Path) -> None:
    weak = tmp_path / "weak"
    weak.write_text("short\n")
    weak.chmod(0o600)
    refused = call(story.env, "backup", str(story.folder / "target"), "--passphrase-file", str(weak))
    assert refused.returncode == 2
    assert "12 characters" in refused.stderr
    unasked = subprocess.run(
        [*PROGRAM, "backup", str(story.folder / "target")],
        env=story.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert unasked.returncode == 2
    assert "--passphrase-file" in unasked.stderr
    assert len(os.listdir(story.folder / "target")) == 1
