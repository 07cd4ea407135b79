"""``custodes verify ledger``: what it prints, and exit codes that mean something."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from custodes.cli import app
from custodes.ledger.book import FILE_NAME
from custodes.ledger.tiles import bundle_path
from tests.ledger.madelog import SIGNER, make_log

VKEY = str(SIGNER.verifier)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log with one checkpoint and two entries behind it."""
    (tmp_path / "seen").write_text(make_log(tmp_path, (300,), unproven=2)[0], encoding="utf-8")
    return tmp_path


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    result = CliRunner().invoke(app, ["verify", "ledger", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_a_whole_log_is_ok_and_says_what_is_unproven(folder: Path) -> None:
    code, out, _ = run(folder / "ledger", "--key", VKEY, "--seen", folder / "seen")
    assert code == 0
    assert "proven     300 entries" in out
    assert "unproven   2 entries" in out
    assert "the checkpoint over 300 entries is part of this log" in out


def test_json_is_one_document_and_nothing_else(folder: Path) -> None:
    code, out, err = run(folder / "ledger", "--key", VKEY, "--json")
    report = json.loads(out)
    assert (code, err) == (0, "")
    assert (report["ok"], report["proven"], report["unproven"]) == (True, 300, 2)


def test_a_bad_entry_is_named_with_exit_code_1(folder: Path) -> None:
    path = folder / "ledger" / bundle_path(0)
    path.write_bytes(path.read_bytes().replace(b'"t":"gap"', b'"t":"pag"', 1))
    code, out, _ = run(folder / "ledger", "--key", VKEY)
    assert code == 1
    assert "first bad entry: 0" in out
    report = json.loads(run(folder / "ledger", "--key", VKEY, "--json")[1])
    assert (report["ok"], report["first_bad"]) == (False, 0)


def test_a_log_without_its_record_book_is_not_ok(folder: Path) -> None:
    """Whoever deletes the book takes every record away, and leaves every entry and signature whole."""
    for file in (folder / "ledger").glob(f"{FILE_NAME}*"):
        file.unlink()
    code, out, _ = run(folder / "ledger", "--key", VKEY)
    assert code == 4
    assert "records    missing: there is no record book" in out
    assert "RECORDS MISSING" in out
    assert "OK" not in out.split()
    report = json.loads(run(folder / "ledger", "--key", VKEY, "--json")[1])
    assert (report["ok"], report["proven"]) == (False, 300)
    assert report["records_missing"]


def test_the_key_may_be_a_file(folder: Path) -> None:
    (folder / "log.vkey").write_text(VKEY + "\n", encoding="utf-8")
    assert run(folder / "ledger", "--key", folder / "log.vkey")[0] == 0


@pytest.mark.parametrize("key", ["rubbish", "a+b+c", "/nowhere/log.vkey"])
def test_a_key_that_is_none_is_exit_code_2(folder: Path, key: str) -> None:
    code, _, err = run(folder / "ledger", "--key", key)
    assert code == 2
    assert "--key" in err


def test_a_note_that_is_not_there_is_exit_code_2(folder: Path) -> None:
    assert run(folder / "ledger", "--key", VKEY, "--seen", folder / "nowhere")[0] == 2


def test_a_log_that_is_not_there_is_exit_code_3(folder: Path) -> None:
    assert run(folder / "nowhere", "--key", VKEY)[0] == 3
