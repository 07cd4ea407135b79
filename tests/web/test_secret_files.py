"""Secrets that stand in files of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from custodes.secretfile import SecretFileRefused, read_secret
from custodes.settings import Settings
from custodes.settings.page import settings_page
from tests.commands.called import call, environment

URL = "postgres://user:hunter2@db.example/custodes"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "database-url"
    path.write_text(URL + "\n")
    path.chmod(0o600)
    return path


@pytest.fixture(autouse=True)
def _not_the_tests_own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUSTODES_DATABASE_URL", raising=False)


def test_a_secret_comes_from_the_file_that_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODES_DATABASE_URL_FILE", str(file))
    settings = Settings()
    assert settings.database == URL
    assert "hunter2" not in repr(settings)


def test_the_file_of_settings_may_name_it(file: Path, tmp_path: Path) -> None:
    env_file = tmp_path / "custodes.env"
    env_file.write_text(f"CUSTODES_DATABASE_URL_FILE={file}\nCUSTODES_WEB_PORT=8443\n")
    settings = Settings(_env_file=env_file)  # type: ignore[call-arg]
    assert settings.database == URL
    assert settings.web_port == 8443


def test_given_twice_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODES_DATABASE_URL_FILE", str(file))
    monkeypatch.setenv("CUSTODES_DATABASE_URL", URL)
    with pytest.raises(SecretFileRefused, match="set one of them"):
        Settings()


def test_what_is_no_secret_is_not_read_from_a_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODES_LOG_ORIGIN_FILE", str(file))
    assert Settings().log_origin == "custodes.example/log"


def test_a_file_that_everybody_reads_is_refused_but_for_a_service_s_own_folder(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.chmod(0o644)
    with pytest.raises(SecretFileRefused, match="chmod 600"):
        read_secret("CUSTODES_X_FILE", file)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(file.parent))
    assert read_secret("CUSTODES_X_FILE", file) == URL


@pytest.mark.parametrize("content", [b"", b"\n", b"a\nb\n", b"a\0b", b"\xff\xfe", b"x" * 70_000])
def test_what_is_no_one_line_secret_is_refused_without_showing_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SecretFileRefused) as refused:
        read_secret("CUSTODES_X_FILE", path)
    assert "xxx" not in str(refused.value)


def test_a_missing_file_ends_a_command_in_plain_words(tmp_path: Path) -> None:
    refused = call(environment(tmp_path, database_url_file=tmp_path / "none"), "up")
    assert refused.returncode == 2
    assert "CUSTODES_DATABASE_URL_FILE" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_docs_page_names_the_file_of_each_secret() -> None:
    assert "`CUSTODES_DATABASE_URL_FILE`" in settings_page()
