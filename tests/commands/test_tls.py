"""`custodes tls` and `custodes init --host`, as a person calls them."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from custodes.cli import app
from custodes.commands.installation import make_keys
from custodes.ledger.records import RecordError
from custodes.people import kept_records
from custodes.people.models import RecordOutbox
from custodes.settings import Settings, get_settings
from custodes.tls.authority import open_authority
from custodes.tls.reading import read
from tests import migrated
from tests.commands.called import call, environment
from tests.ledger.test_records import SAMPLES

#: A whole installation is set up: every migration runs, which a busy machine takes minutes for.
pytestmark = pytest.mark.timeout(400)

SAMPLE = {"id": str(uuid.uuid4()), "type": "certificate.issued", "at": "2026-11-24T00:00:00.000000Z"} | SAMPLES[
    "certificate.issued"
]
INIT = ("init", "--admin", "anquan", "--name", "张三", "--unit", "拉萨市公安局")


@dataclass(frozen=True)
class Installation:
    """A data folder, and the program called on it inside this process, which is quicker."""

    data: Path

    def call(self, *arguments: str) -> Result:
        get_settings.cache_clear()
        try:
            return CliRunner().invoke(
                app, arguments, env={"CUSTODES_DATA": str(self.data), "CUSTODES_WEB_PORT": "8443"}
            )
        finally:
            get_settings.cache_clear()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Keys, and nothing more."""
    made = Installation(tmp_path_factory.mktemp("tls") / "data")
    make_keys(Settings(data=made.data))
    return made


@pytest.fixture(scope="module")
def made(installation: Installation) -> dict[str, str]:
    """What `custodes tls make` printed."""
    done = installation.call("tls", "make", "--host", "video.example", "--host", "10.20.0.5", "--json")
    assert done.exit_code == 0, done.stderr
    facts: dict[str, str] = json.loads(done.stdout)
    return facts


@pytest.fixture
def passphrase(made: dict[str, str], tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(made["passphrase"] + "\n")
    return path


def test_init_makes_an_authority_and_says_under_which_address_browsers_come(tmp_path: Path) -> None:
    # Addresses that need TLS are set before there is any: on the first day of an installation they are.
    migrated.begin(tmp_path / "data")
    env = environment(tmp_path / "data", web_port=8443, web_host="0.0.0.0", node_host="0.0.0.0")
    done = call(env, *INIT, "--host", "video.example", "--network", "10.20.0.0/16", "--json")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["address"] == "https://video.example:8443"
    keys = tmp_path / "data/keys"
    assert open_authority(keys / "public/ca.pem", keys / "authority/ca.key", facts["passphrase"])


def test_a_passphrase_that_was_made_is_shown_whatever_is_refused_then(tmp_path: Path) -> None:
    """It is made before the administrators are: who mends the call and calls again would never be shown it."""
    data = tmp_path / "data"
    half = call(environment(data), *INIT, "--host", "video.example", "--second", "shenji")
    assert (half.returncode, data.exists()) == (2, False), "before anything is made"
    assert "--second-name" in half.stderr
    migrated.begin(data)
    wrong = call(environment(data), *INIT, "--host", "video.example", "--division", "999999")
    assert wrong.returncode == 2
    assert "--division 999999" in wrong.stderr
    said = wrong.stderr.partition("Passphrase of the authority's key: ")[2].split("\n")[0]
    assert open_authority(data / "keys/public/ca.pem", data / "keys/authority/ca.key", said)


def test_what_was_issued_and_by_whom_is_kept_until_the_web_takes_it_into_the_log_once(tmp_path: Path, db: None) -> None:
    data = tmp_path / "data"
    migrated.begin(data)
    env = environment(data)
    done = call(env, *INIT, "--host", "video.example", "--json")
    assert done.returncode == 0, done.stderr
    web = data / "keys/web"
    waiting = list((web / kept_records.FOLDER).iterdir())
    assert len(waiting) == 3
    assert {path.stat().st_mode & 0o777 for path in waiting} == {0o600}
    again = waiting[0].read_bytes()
    assert kept_records.take(web) == 3
    assert kept_records.take(web) == 0
    waiting[0].write_bytes(again)  # the process ended before it had deleted the file
    assert kept_records.take(web) == 0
    assert not waiting[0].exists()
    rows = {row.record["server"]: row for row in RecordOutbox.objects.filter(type="certificate.issued")}
    assert rows.keys() == {"authority", "web", "node"}
    [web_row] = [row.record for server, row in rows.items() if server == "web"]
    shown = read(data / "keys/public/tls-web.pem")
    assert web_row["sha256"] == shown.fingerprint.replace(":", "").lower()
    assert web_row["names"] == list(shown.names)
    assert web_row["by"] == pwd.getpwuid(os.getuid()).pw_name
    assert json.loads(done.stdout)["passphrase"] not in str([row.record for row in rows.values()])
    assert "PRIVATE" not in str([row.record for row in rows.values()])


def test_a_kept_file_that_is_no_record_is_left_and_holds_up_no_other(tmp_path: Path, db: None) -> None:
    kept_records.keep(tmp_path, SAMPLE)
    (tmp_path / kept_records.FOLDER / "0.json").write_text('{"type": "certificate.issued"}')
    assert kept_records.take(tmp_path) == 1
    assert [path.name for path in (tmp_path / kept_records.FOLDER).iterdir()] == ["0.json"]
    with pytest.raises(RecordError):
        kept_records.keep(tmp_path, {**SAMPLE, "key": "secret"})


def test_what_can_not_be_kept_is_not_issued(installation: Installation, made: dict[str, str], passphrase: Path) -> None:
    certificate = installation.data / "keys/public/tls-web.pem"
    before = certificate.read_bytes()
    folder = installation.data / "keys/web" / kept_records.FOLDER
    shutil.rmtree(folder)
    folder.write_text("in the way")
    refused = installation.call("tls", "renew", "--passphrase-file", str(passphrase))
    folder.unlink()
    assert refused.exit_code == 3
    assert certificate.read_bytes() == before


def test_addresses_follow_from_the_certificate(installation: Installation, made: dict[str, str]) -> None:
    settings = Settings(data=installation.data, web_port=443)
    assert settings.has_tls
    assert settings.web_origin == "https://video.example"
    assert settings.node_origin == "https://video.example"
    assert settings.web_internal_url == "https://localhost:443"


def test_show_names_what_there_is_and_for_how_long(installation: Installation, made: dict[str, str]) -> None:
    done = installation.call("tls", "show", "--json")
    assert done.exit_code == 0, done.stderr
    certificates = json.loads(done.stdout)["certificates"]
    assert set(certificates) == {"authority", "web", "node"}
    assert certificates["web"]["days_left"] > 390
    assert "10.20.0.5" in certificates["node"]["names"]


def test_a_second_make_replaces_nothing(installation: Installation, made: dict[str, str]) -> None:
    before = read(installation.data / "keys/public/ca.pem")
    refused = installation.call("tls", "make", "--host", "other.example")
    assert refused.exit_code == 2
    assert "renew" in refused.stderr
    assert read(installation.data / "keys/public/ca.pem") == before


def test_renewing_adds_a_name_and_keeps_the_authority(
    installation: Installation, made: dict[str, str], passphrase: Path
) -> None:
    public = installation.data / "keys/public"
    authority, old = read(public / "ca.pem"), read(public / "tls-web.pem")
    done = installation.call("tls", "renew", "--host", "node.video.example", "--passphrase-file", str(passphrase))
    assert done.exit_code == 0, done.stderr
    assert read(public / "ca.pem") == authority
    new = read(public / "tls-web.pem")
    assert new.fingerprint != old.fingerprint
    assert {*old.names, "node.video.example"} == set(new.names)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--host", "bank.example"), 2, "may not vouch"),
        (("--host", "https://video.example"), 2, "without scheme"),
        (("--authority-key", "/nowhere/ca.key"), 3, "put it back"),
    ],
)
def test_what_can_not_be_renewed_is_refused_and_nothing_changes(
    installation: Installation,
    made: dict[str, str],
    passphrase: Path,
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    certificate = installation.data / "keys/public/tls-web.pem"
    before = certificate.read_bytes()
    refused = installation.call("tls", "renew", "--passphrase-file", str(passphrase), *arguments)
    assert refused.exit_code == code
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr
    assert certificate.read_bytes() == before


def test_a_wrong_passphrase_ends_with_3(installation: Installation, made: dict[str, str], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("aaaaa-bbbbb")
    refused = installation.call("tls", "renew", "--passphrase-file", str(wrong))
    assert refused.exit_code == 3
    assert "passphrase" in refused.stderr


def test_a_new_authority_is_made_only_when_asked_for(installation: Installation, made: dict[str, str]) -> None:
    public = installation.data / "keys/public"
    before = read(public / "ca.pem")
    done = installation.call("tls", "make", "--host", "video.example", "--new-authority", "--json")
    assert done.exit_code == 0, done.stderr
    assert read(public / "ca.pem").fingerprint != before.fingerprint
    assert read(public / "tls-web.pem").issuer == read(public / "ca.pem").subject


def test_without_certificates_show_says_what_to_do(tmp_path: Path) -> None:
    bare = Installation(tmp_path / "data")
    refused = bare.call("tls", "show")
    assert refused.exit_code == 3
    assert "custodes init" in refused.stderr
    make_keys(Settings(data=bare.data))
    shown = bare.call("tls", "show")
    assert shown.exit_code == 3
    assert "tls make" in shown.stderr
