"""One handed-over certificate is followed by another: stopped between any two files, the next call goes on; each file stays its owner's."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest

from custodes.keyfile import KeyFileError
from custodes.notary.rotation import as_owner
from custodes.tls import succession
from custodes.tls.pinned import make_pinned
from custodes.tls.succession import Succession, fits, gateway_statements_succession, sha256_of

AT = datetime(2026, 11, 1, tzinfo=UTC)
GATEWAY, OTHERS = 54_321, 54_322


class Stopped(Exception):
    """The machine went down."""


def down(*_given: object) -> None:
    raise Stopped


@pytest.fixture
def pair(tmp_path: Path) -> Succession:
    found = gateway_statements_succession(tmp_path)
    make_pinned(found.now, found.name, (), AT, serves=True, calls=True)
    found.make(AT, nullcontext())
    return found


def test_stopped_between_key_and_certificate_it_is_finished_and_nothing_else(
    pair: Succession, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = sha256_of(pair.next.cert)
    with monkeypatch.context() as patched:
        patched.setattr(succession, "sync_folder", down)
        with pytest.raises(Stopped):
            pair.take_place(nullcontext(), nullcontext())
    assert not fits(pair.now.cert, pair.now.key), "nobody uses what does not fit"
    with pytest.raises(KeyFileError, match="--finish"):
        pair.require_whole()
    pair.take_place(nullcontext(), nullcontext())
    assert fits(pair.now.cert, pair.now.key)
    assert (sha256_of(pair.now.cert), pair.waits, pair.next.key.exists()) == (new, False, False)


def test_a_key_that_is_lost_is_no_reason_to_finish(pair: Succession) -> None:
    pair.next.key.unlink()
    with pytest.raises(KeyFileError, match="undo"):
        pair.require_whole()
    with pytest.raises(KeyFileError, match="undo"):
        pair.take_place(nullcontext(), nullcontext())
    pair.drop(nullcontext(), nullcontext())
    assert fits(pair.now.cert, pair.now.key)


def test_stopped_while_it_is_undone_no_key_is_left_that_nobody_knows_of(
    pair: Succession, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(succession, "sync_folder", down)
        with pytest.raises(Stopped):
            pair.drop(nullcontext(), nullcontext())
    assert pair.waits, "it can be called again"
    assert not pair.next.key.exists()
    pair.drop(nullcontext(), nullcontext())
    assert (pair.waits, fits(pair.now.cert, pair.now.key)) == (False, True)


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder into which other users look too; that of a test is its user's alone."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away and become other users")
@pytest.mark.parametrize("undone", [False, True])
def test_of_three_users_each_file_stays_its_owners(reachable: Path, undone: bool) -> None:
    pair = gateway_statements_succession(reachable)
    make_pinned(pair.now, pair.name, (), AT, serves=True, calls=True)
    own, public = pair.now.key.parent, pair.now.cert.parent
    for path, user in ((own, GATEWAY), (pair.now.key, GATEWAY), (public, OTHERS), (pair.now.cert, OTHERS)):
        os.chown(path, user, user)
    pair.make(AT, as_owner(own))
    new = sha256_of(pair.next.cert)
    assert (pair.next.key.stat().st_uid, mode(pair.next.key)) == (GATEWAY, 0o600)
    (pair.drop if undone else pair.take_place)(as_owner(own), as_owner(pair.next.cert))
    assert pair.now.key.stat().st_uid == GATEWAY
    assert mode(pair.now.cert) == 0o644, "the web and the gateway both read it"
    assert fits(pair.now.cert, pair.now.key)
    assert (sha256_of(pair.now.cert) == new) is not undone
    assert not pair.next.key.exists()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
