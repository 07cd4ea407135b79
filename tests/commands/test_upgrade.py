"""`custodes up` keeps a copy before it changes a database, and refuses one that is newer than itself."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from custodes.backup.envelope import is_sealed, unseal
from tests import migrated
from tests.backup.installation import Installed
from tests.commands.called import call, environment

#: A whole installation is set up: every migration runs, which a busy machine takes minutes for.
pytestmark = pytest.mark.timeout(400)

UP_TO_DATE = (
    "from custodes.settings import get_settings; from custodes.commands.upgrade import bring_up_to_date; "
    "print(bring_up_to_date(get_settings()))"
)


@pytest.fixture(scope="module")
def lagging(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database from which a migration was taken back. Those of releases, with all that came since, are brought up in `tests/upgrade`."""
    folder = tmp_path_factory.mktemp("lagging") / "data"
    migrated.begin(folder)
    if not (folder / "web.sqlite3").exists():
        run(folder, "-c", "from custodes.commands.installation import migrate; migrate()")
    run(folder, "-m", "django", "migrate", "oversight", "zero", "--verbosity", "0")
    return folder / "web.sqlite3"


@pytest.fixture
def old(tmp_path: Path, lagging: Path) -> Installed:
    """An installation with that database."""
    installed = Installed(tmp_path)
    installed.web.unlink()
    shutil.copy(lagging, installed.web)
    return installed


def run(data: Path, *arguments: str) -> str:
    env = {**environment(data), "DJANGO_SETTINGS_MODULE": "custodes.web.settings"}
    done = subprocess.run([sys.executable, *arguments], env=env, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def has_oversight(web: Path) -> bool:
    with closing(sqlite3.connect(web)) as db:
        return db.execute("SELECT 1 FROM sqlite_schema WHERE name LIKE 'oversight_%'").fetchone() is not None


def test_a_copy_of_the_old_state_is_there_before_anything_is_changed(old: Installed, tmp_path: Path) -> None:
    assert not has_oversight(old.web)
    copy = Path(run(old.settings.data, "-c", UP_TO_DATE))
    assert has_oversight(old.web)
    assert copy.parent == old.settings.data / "backups"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert not is_sealed(copy)
    out = tmp_path / "out"
    out.mkdir()
    unseal(copy, None, out)
    assert not has_oversight(out / "web.sqlite3")
    new = tmp_path / "new"
    done = call(environment(tmp_path / "nowhere"), "restore", str(copy), "--into", str(new))
    assert done.returncode == 0, done.stderr
    assert has_oversight(new / "web.sqlite3"), "a restore brings the database up to date too"
    assert run(old.settings.data, "-c", UP_TO_DATE) == "None", "what is up to date is not copied again"


def test_without_a_copy_nothing_is_changed(old: Installed) -> None:
    (old.settings.keys_folder / "web/secret.key").chmod(0o600)
    (old.settings.keys_folder / "node/seal.key").unlink()
    refused = call(environment(old.settings.data), "up")
    assert refused.returncode == 3
    assert "seal.key" in refused.stderr
    assert not has_oversight(old.web)
    assert list((old.settings.data / "backups").glob("*.backup*")) == []


@pytest.mark.parametrize("command", ["up", "init", "web"])
def test_a_database_of_a_newer_program_is_refused_in_plain_words(old: Installed, command: str) -> None:
    with closing(sqlite3.connect(old.web)) as db, db:
        db.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('people', '0999_later', '2027-01-01')")
    options = ("--admin", "a", "--name", "b", "--unit", "c") if command == "init" else ()
    refused = call(environment(old.settings.data), command, *options)
    assert refused.returncode == 3
    assert "newer than this program (people.0999_later)" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not has_oversight(old.web)
