"""The notary's keys: made once, never replaced, closed to others."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from custodes.keyfile import KeyFileError
from custodes.ledger.note import open_note
from custodes.notary.keys import load_grant_key, load_signer, load_vkey, make_keys

ORIGIN = "custodes.example/log"


def test_keys_are_made_closed_and_their_public_halves_fit(tmp_path: Path) -> None:
    private, public = tmp_path / "notary", tmp_path / "public"
    make_keys(private, public, ORIGIN)
    for name in ("log.key", "grant.key"):
        assert (private / name).stat().st_mode & 0o777 == 0o600
        assert b"BEGIN PRIVATE KEY" in (private / name).read_bytes()
    assert private.stat().st_mode & 0o777 == 0o700
    signer = load_signer(private, ORIGIN)
    open_note(str(signer.sign("x\n")), [load_vkey(public)])
    assert base64.b64decode((public / "grant.pub").read_text()) == (
        load_grant_key(private).public_key().public_bytes_raw()
    )
    assert signer.key.private_bytes_raw() != load_grant_key(private).private_bytes_raw()


def test_making_keys_again_changes_nothing(tmp_path: Path) -> None:
    private, public = tmp_path / "notary", tmp_path / "public"
    make_keys(private, public, ORIGIN)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    make_keys(private, public, ORIGIN)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_a_lost_public_half_is_published_again(tmp_path: Path) -> None:
    private, public = tmp_path / "notary", tmp_path / "public"
    make_keys(private, public, ORIGIN)
    vkey = (public / "log.vkey").read_text()
    (public / "log.vkey").unlink()
    make_keys(private, public, ORIGIN)
    assert (public / "log.vkey").read_text() == vkey


def test_a_lost_private_key_is_never_silently_replaced(tmp_path: Path) -> None:
    private, public = tmp_path / "notary", tmp_path / "public"
    make_keys(private, public, ORIGIN)
    (private / "log.key").unlink()
    with pytest.raises(KeyFileError, match="restore it"):
        make_keys(private, public, ORIGIN)
    assert not (private / "log.key").exists()


def test_a_log_keeps_its_origin(tmp_path: Path) -> None:
    make_keys(tmp_path / "notary", tmp_path / "public", ORIGIN)
    with pytest.raises(KeyFileError, match="origin"):
        make_keys(tmp_path / "notary", tmp_path / "public", "custodes.example/other")


def test_an_origin_that_is_no_key_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="key name"):
        make_keys(tmp_path / "notary", tmp_path / "public", "two words")


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    make_keys(tmp_path / "notary", tmp_path / "public", ORIGIN)
    (tmp_path / "notary/grant.key").chmod(0o640)
    with pytest.raises(KeyFileError, match="0600"):
        load_grant_key(tmp_path / "notary")


@pytest.mark.parametrize(
    "content", [b"", b"rubbish", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_key_file_that_is_no_key_is_said_to_be_so(tmp_path: Path, content: bytes) -> None:
    make_keys(tmp_path / "notary", tmp_path / "public", ORIGIN)
    (tmp_path / "notary/log.key").write_bytes(content)
    with pytest.raises(KeyFileError, match=r"log\.key"):
        load_signer(tmp_path / "notary", ORIGIN)
