"""The node's keys and the passwords that are sealed to them."""

from pathlib import Path

import pytest

from custodes.keyfile import KeyFileError
from custodes.node.keys import load_keys, make_keys
from custodes.video.wire.control import public_key_from_base64
from custodes.video.wire.seal import Unsealable, seal, seal_key_from_base64, unseal


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    make_keys(tmp_path / "node", tmp_path / "public")
    before = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    make_keys(tmp_path / "node", tmp_path / "public")
    assert {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert set(before) == {"control.key", "seal.key", "node.pub", "node-seal.pub"}


def test_private_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    make_keys(tmp_path / "node", tmp_path / "public")
    assert all((path.stat().st_mode & 0o777) == 0o600 for path in (tmp_path / "node").iterdir())


def test_the_published_control_key_is_the_one_that_signs(tmp_path: Path) -> None:
    keys = make_keys(tmp_path / "node", tmp_path / "public")
    published = public_key_from_base64((tmp_path / "public" / "node.pub").read_text().strip())
    published.verify(keys.control.sign(b"x"), b"x")


def test_missing_keys_say_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="custodes init"):
        load_keys(tmp_path)


@pytest.mark.clause("S30.1")
def test_a_password_sealed_to_the_node_opens_there_and_nowhere_else(tmp_path: Path) -> None:
    keys = make_keys(tmp_path / "node", tmp_path / "public")
    others = make_keys(tmp_path / "other", tmp_path / "other-public")
    sealed = seal(seal_key_from_base64((tmp_path / "public" / "node-seal.pub").read_text()), "密码 p@ss")
    assert "p@ss" not in sealed
    assert unseal(keys.seal, sealed) == "密码 p@ss"
    with pytest.raises(Unsealable):
        unseal(others.seal, sealed)


@pytest.mark.parametrize("broken", ["", "not base64", "AAAA", "A" * 88])
def test_a_broken_sealed_password_is_refused_without_saying_more(tmp_path: Path, broken: str) -> None:
    keys = make_keys(tmp_path / "node", tmp_path / "public")
    with pytest.raises(Unsealable):
        unseal(keys.seal, broken)


def test_a_lost_private_key_is_never_silently_replaced(tmp_path: Path) -> None:
    make_keys(tmp_path / "node", tmp_path / "public")
    (tmp_path / "node" / "seal.key").unlink()
    with pytest.raises(KeyFileError, match="restore it"):
        make_keys(tmp_path / "node", tmp_path / "public")
    assert not (tmp_path / "node" / "seal.key").exists(), "every sealed password would be lost with it"
