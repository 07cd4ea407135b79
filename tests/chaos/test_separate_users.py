"""Notary, web and node as three OS users, from `custodes init` to the replacement of every key. Root alone can try it."""

from __future__ import annotations

import copy
import json
import os
import signal
import ssl
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from custodes.keyfile import fingerprint, load_sealing_key
from custodes.web.doctor.listening import accepts
from tests.commands.called import environment
from tests.node.authority import Certified, certify
from tests.patience import PATIENCE, until
from tests.ports import free_port

NOTARY, WEB, NODE = 61003, 61001, 61002
"""No such users need to exist: to the kernel a user is a number."""

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.chaos, pytest.mark.skipif(os.geteuid() != 0, reason="only root can become other users")]


def python_for_all(env: Mapping[str, str]) -> str:
    """An interpreter of this version that other users may run."""
    version = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, version):
        try:
            tried = subprocess.run(
                [candidate, "-c", "import custodes.cli, django"], env=env, user=NODE, group=NODE, extra_groups=(),
                capture_output=True, check=False,
            )  # fmt: skip
        except OSError:
            continue
        if tried.returncode == 0:
            return candidate
    pytest.skip("no interpreter that other users may run")


class Installation:
    """A data folder made by root for three users, with TLS by a private authority."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.certified: Certified = certify(folder / "tls", "localhost")
        self.certified.key.chmod(0o644)  # for the two users that serve; a real one would use a group
        self.port = free_port()
        self.env = environment(
            self.data,
            web_port=self.port,
            node_port=free_port(),
            node_workers=1,
            checkpoint_seconds=1,
            notary_uid=NOTARY,
            web_uid=WEB,
            node_uid=NODE,
            tls_cert=self.certified.cert,
            tls_key=self.certified.key,
        )
        packages = sysconfig.get_paths()["purelib"]
        self.env |= {"PYTHONPATH": f"{packages}:{ROOT / 'src'}", "PYTHONDONTWRITEBYTECODE": "1"}
        self.python = python_for_all(self.env)

    def call(self, *arguments: str, code: int = 0, user: int | None = None) -> str:
        """`custodes …`, as root or as somebody else."""
        whom: dict[str, Any] = {} if user is None else {"user": user, "group": user, "extra_groups": ()}
        done = subprocess.run(
            [self.python, "-m", "custodes.cli", *arguments],
            env=self.env, capture_output=True, text=True, check=False, cwd="/", **whom,
        )  # fmt: skip
        assert done.returncode == code, (arguments, done.stdout, done.stderr)
        return done.stdout

    @contextmanager
    def up(self) -> Iterator[subprocess.Popen[bytes]]:
        """The whole system, until the node has its assignment from the web."""
        (self.data / "node/assignment.json").unlink(missing_ok=True)
        process = subprocess.Popen(
            [self.python, "-m", "custodes.cli", "up"], env=self.env, cwd="/", stderr=subprocess.DEVNULL
        )
        try:
            until((self.data / "node/assignment.json").exists)
            until(lambda: accepts("127.0.0.1", int(self.env["CUSTODES_NODE_PORT"])))
            yield process
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
            process.wait()

    def log(self, name: str) -> list[dict[str, Any]]:
        lines = (self.data / "log" / f"{name}.log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="cu-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        made = Installation(folder)
        made.call("init", "--admin", "anquan", "--name", "张三", "--unit", "拉萨市公安局", "--json")
        (made.data / "keys/public/ca.pem").write_bytes(made.certified.authority.read_bytes())
        yield made


def owners(folder: Path) -> set[int]:
    return {path.lstat().st_uid for path in (folder, *folder.rglob("*"))}


def assert_each_has_its_own(data: Path) -> None:
    assert owners(data / "keys/notary") == owners(data / "ledger") == owners(data / "notary") == {NOTARY}
    assert owners(data / "keys/web") == {WEB}
    assert owners(data / "keys/node") == owners(data / "node") == owners(data / "footage") == {NODE}
    assert owners(data / "keys/public") == {0}
    assert {path.lstat().st_uid for path in data.glob("web.sqlite3*")} == {WEB}
    for path in data.glob("keys/*/*.key"):
        assert path.stat().st_mode & 0o777 == 0o600, path


def test_each_process_runs_as_its_user_and_they_speak_with_each_other_through_tls(installation: Installation) -> None:
    with installation.up() as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert {os.stat(f"/proc/{child}").st_uid for child in children} == {NOTARY, WEB, NODE}
        page = httpx.get(
            f"https://localhost:{installation.port}/",
            verify=ssl.create_default_context(cafile=str(installation.certified.authority)), follow_redirects=True, trust_env=False,
        )  # fmt: skip
        assert page.status_code == 200
        assert "csrfmiddlewaretoken" in page.text
    [started] = [line for line in installation.log("notary") if line["event"] == "notary.started"]
    assert started["separated"] is True
    assert not [line for line in installation.log("node") if line["level"] == "error"]
    assert_each_has_its_own(installation.data)


@pytest.mark.parametrize(
    ("user", "path", "may"),
    [
        (WEB, "keys/web/control.key", True),
        (WEB, "keys/notary/log.key", False),
        (WEB, "keys/node/seal.key", False),
        (WEB, "ledger/book.sqlite3", False),
        (WEB, "node/assignment.json", False),
        (NODE, "keys/node/seal.key", True),
        (NODE, "keys/web/secret.key", False),
        (NODE, "web.sqlite3", False),
        (NOTARY, "keys/notary/grant.key", True),
        (NOTARY, "keys/web/control.key", False),
        (NOTARY, "web.sqlite3", False),
    ],
)
def test_nobody_reads_what_is_anothers(installation: Installation, user: int, path: str, may: bool) -> None:
    read = ["head", "-c", "1", str(installation.data / path)]
    done = subprocess.run(read, user=user, group=user, extra_groups=(), capture_output=True, check=False)
    assert (done.returncode == 0) is may


@pytest.mark.parametrize("name", ["keys", "ledger", "node", "notary", "footage"])
def test_the_web_puts_no_folder_of_its_own_in_anothers_place(installation: Installation, name: str) -> None:
    move = ["mv", str(installation.data / name), str(installation.data / "away")]
    done = subprocess.run(move, user=WEB, group=WEB, extra_groups=(), capture_output=True, check=False)
    assert done.returncode != 0
    assert (installation.data / name).exists()


def test_every_key_is_replaced_and_the_system_starts_again(installation: Installation) -> None:
    data = installation.data
    old_log_key = (data / "keys/public/log.vkey").read_text().strip()
    for key in ("log", "grant", "web", "packages", "node", "node-seal"):
        told = json.loads(installation.call("rotate", key, "--json"))
        assert told["old"] != told["new"]
    assert told["new"] == fingerprint(load_sealing_key(data / "keys/node/seal.key"))
    assert_each_has_its_own(data)
    with installation.up():
        pass
    assert not [line for line in installation.log("node") if line["level"] == "error"]
    keys = ("--key", (data / "keys/public/log.vkey").read_text().strip(), "--key", old_log_key)
    installation.call("verify", "ledger", str(data / "ledger"), *keys)
    # The web's user reads the entries, and not the records: those are missing for whoever can't read them.
    assert "RECORDS MISSING" in installation.call("verify", "ledger", str(data / "ledger"), *keys, user=WEB, code=4)


def test_root_tends_the_node_and_leaves_nothing_of_its_own_behind(installation: Installation) -> None:
    [volume] = json.loads(installation.call("volumes", "list", "--json"))["volumes"]
    assert volume["standing"] == "present"
    installation.call("volumes", "drain", volume["identity"], "--yes", "--reason", "worn out")
    installation.call("volumes", "adopt", volume["path"], "--yes", "--reason", "checked")
    installation.call("purge", "--show")
    assert_each_has_its_own(installation.data)
    with installation.up():
        taken = NotaryTold(installation)
        until(lambda: taken.count("volume.changed") == 2)


def test_root_backs_up_beside_the_running_system_and_restores_for_the_three_users(installation: Installation) -> None:
    data = installation.data
    passphrase, target = data.parent / "passphrase", data.parent / "target"
    passphrase.write_text("correct horse battery\n")
    passphrase.chmod(0o600)
    target.mkdir(exist_ok=True)
    with installation.up():
        told = installation.call("backup", str(target), "--passphrase-file", str(passphrase), "--json")
        taken = NotaryTold(installation)
        until(lambda: taken.count("backup.made") == 1)
    assert_each_has_its_own(data)
    new = data.parent / "restored"
    said = installation.call(
        "restore", json.loads(told)["file"], "--into", str(new), "--passphrase-file", str(passphrase), "--json"
    )
    origin = json.loads(said)["origin"]
    again = copy.copy(installation)
    again.data, again.env = new, {**installation.env, "CUSTODES_DATA": str(new), "CUSTODES_LOG_ORIGIN": origin}
    again.call("init", "--admin", "x", "--name", "x", "--unit", "x", code=2)  # gives each what is its own
    (new / "keys/public/ca.pem").write_bytes(installation.certified.authority.read_bytes())
    assert_each_has_its_own(new)
    with again.up():
        pass
    assert not [line for line in again.log("node") if line["level"] == "error"]
    again.call("verify", "ledger", str(new / "ledger"), "--key", (new / "keys/public/log.vkey").read_text().strip())


class NotaryTold:
    """What is in the record book, read as root."""

    def __init__(self, installation: Installation) -> None:
        self.folder = installation.data / "ledger"

    def count(self, kind: str) -> int:
        from custodes.ledger.book import BookReader

        reader = BookReader(self.folder)
        try:
            records = [row.record for row in reader.rows(0, reader.size) if row.record is not None]
        finally:
            reader.close()
        return sum(json.loads(record)["type"] == kind for record in records)


def test_init_again_as_root_repairs_what_belongs_to_whom(installation: Installation) -> None:
    os.chown(installation.data / "keys/web/control.key", 0, 0)
    os.chown(installation.data / "node", 0, 0)
    installation.call("init", "--admin", "x", "--name", "x", "--unit", "x", code=2)  # there is an administrator already
    assert_each_has_its_own(installation.data)
