"""A back-up gives back what was put in, or says that it is damaged; whatever somebody puts in its place does no harm."""

from __future__ import annotations

import io
import json
import random
import shutil
import tarfile
from pathlib import Path

import pyrage
import pytest

from custodes.backup.envelope import is_sealed, unseal
from custodes.backup.manifest import BackupRefused, WrongPassphrase, check_formats
from tests.backup.content import FILES, forge, items, listed, manifest, member, write

PASSPHRASE = "四个词 nobody guesses"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("sealed") / "b.backup", PASSPHRASE)


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


def found(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_went_in_comes_out_for_its_owner_alone(sealed: Path, into: Path) -> None:
    assert unseal(sealed, PASSPHRASE, into) == manifest()
    assert found(into) == FILES
    assert {path.stat().st_mode & 0o777 for path in into.rglob("*") if path.is_file()} == {0o600}


def test_nothing_of_it_can_be_read_without_the_passphrase(sealed: Path) -> None:
    data = sealed.read_bytes()
    assert is_sealed(sealed)
    assert b"web.sqlite3" not in data
    assert FILES["web.sqlite3"][:30] not in data


@pytest.mark.parametrize("passphrase", [None, "四个词 nobody guesseS"])
def test_another_passphrase_opens_nothing_and_says_so(sealed: Path, into: Path, passphrase: str | None) -> None:
    with pytest.raises(WrongPassphrase, match="passphrase"):
        unseal(sealed, passphrase, into)
    assert found(into) == {}


def test_any_age_program_opens_it(sealed: Path) -> None:
    with tarfile.open(sealed) as outer:
        readme, key, content = (outer.extractfile(name) for name in ("README.txt", "key.age", "content.age"))
        assert readme is not None
        assert key is not None
        assert content is not None
        assert b"age -d" in readme.read()
        identity = pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(key.read(), PASSPHRASE).decode())
        plain = pyrage.decrypt(content.read(), [identity])
    with tarfile.open(fileobj=io.BytesIO(plain)) as inner:
        assert inner.getnames() == ["manifest.json", *FILES]


def test_cut_off_anywhere_it_is_refused(sealed: Path, tmp_path: Path, into: Path) -> None:
    whole = sealed.read_bytes()
    with tarfile.open(sealed) as outer:
        content = outer.getmember("content.age")
    ends = (0, 400, content.offset_data - 10, content.offset_data + 200, content.offset_data + content.size - 1)
    for end in ends:
        cut = tmp_path / "cut.backup"
        cut.write_bytes(whole[:end])
        with pytest.raises(BackupRefused):
            unseal(cut, PASSPHRASE, into)
        shutil.rmtree(into)
        into.mkdir()


def test_a_content_that_is_shorter_than_it_was_is_found_though_the_archive_around_it_is_whole(
    sealed: Path, tmp_path: Path
) -> None:
    with tarfile.open(sealed) as outer, tarfile.open(tmp_path / "s.backup", "w") as shorter:
        for entry in outer:
            data = outer.extractfile(entry)
            assert data is not None
            kept = data.read()[: entry.size - (40 if entry.name == "content.age" else 0)]
            entry.size = len(kept)
            shorter.addfile(entry, io.BytesIO(kept))
    with pytest.raises(BackupRefused, match=r"damaged|cut off"):
        unseal(tmp_path / "s.backup", PASSPHRASE, None)


def test_a_flipped_bit_is_found(sealed: Path, tmp_path: Path) -> None:
    whole = sealed.read_bytes()
    with tarfile.open(sealed) as outer:
        content = outer.getmember("content.age")
    chance = random.Random(5)
    for _ in range(3):
        at = chance.randrange(content.offset_data, content.offset_data + content.size)
        harmed = tmp_path / "harmed.backup"
        harmed.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        with pytest.raises(BackupRefused):
            unseal(harmed, PASSPHRASE, None)


def test_a_copy_in_the_clear_needs_no_passphrase_and_is_checked_alike(tmp_path: Path, into: Path) -> None:
    path = write(tmp_path / "clear.backup", None)
    assert not is_sealed(path)
    assert unseal(path, None, into) == manifest()
    assert found(into) == FILES
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BackupRefused):
        unseal(path, None, None)


LINKS = {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ([listed({"../../evil": b"x"}), member("../../evil", b"x")], "no back-up of ours"),
        ([listed({"/etc/cron.d/x": b"x"}), member("/etc/cron.d/x", b"x")], "no back-up of ours"),
        ([listed({"node/worker-0.sqlite3/../../x": b""}), member("x")], "no back-up of ours"),
        ([listed({"keys/notary/log.key": b"x"}), member("keys/notary/log.key", b"x")], "no back-up of ours"),
        ([listed({"web.sqlite3": b"x"}), member("../web.sqlite3", b"x")], "should go on with"),
        ([listed({"web.sqlite3": b""}), member("web.sqlite3", **LINKS)], "should go on with"),
        (
            [listed({"web.sqlite3": b""}), member("web.sqlite3", type=tarfile.LNKTYPE, linkname="x")],
            "should go on with",
        ),
        ([listed({"web.sqlite3": b""}), member("web.sqlite3", type=tarfile.FIFOTYPE)], "should go on with"),
        ([listed({"web.sqlite3": b"abc"}), member("web.sqlite3", b"abd")], "not what was put there"),
        ([listed({"web.sqlite3": b"abc"}), member("web.sqlite3", b"abcd")], "should go on with"),
        ([listed({"web.sqlite3": b"abc"})], "should go on with"),
        ([listed({}), member("web.sqlite3", b"abc")], "holds more"),
        ([member("web.sqlite3", b"abc"), listed({"web.sqlite3": b"abc"})], "list of contents"),
        ([listed({}, items=items({"web.sqlite3": b"a"}) * 2)], "twice"),
        ([listed({}, settings={"LD_PRELOAD": "/x.so"})], "LD_PRELOAD"),
        ([listed({}, settings={"CUSTODES_WEB_PORT": "1\nPATH=/x"})], "CUSTODES_WEB_PORT"),
        ([member("manifest.json", b"{}")], "list of contents"),
        ([member("manifest.json", b"[" * 100_000)], "list of contents"),
        ([member("manifest.json", b'{"format": 2}')], "format 2"),
        ([], "list of contents"),
    ],
)
def test_what_somebody_made_who_means_harm_is_refused_and_leaves_nothing(
    tmp_path: Path, into: Path, members: list[tuple[tarfile.TarInfo, bytes]], why: str
) -> None:
    path = forge(tmp_path / "evil.backup", members)
    with pytest.raises(BackupRefused, match=why):
        unseal(path, None, into)
    assert not (tmp_path / "evil").exists()
    assert not any(path.is_symlink() for path in into.rglob("*"))


def test_more_than_the_disk_holds_is_refused_before_a_byte_is_written(tmp_path: Path, into: Path) -> None:
    huge = json.loads(listed({"web.sqlite3": b""})[1])
    huge["items"][0]["size"] = shutil.disk_usage(tmp_path).free + (1 << 30)
    path = forge(tmp_path / "huge.backup", [member("manifest.json", json.dumps(huge).encode())])
    with pytest.raises(BackupRefused, match="more than there is room for"):
        unseal(path, None, into)
    assert found(into) == {}


@pytest.mark.parametrize("junk", [b"", b"\0" * 4096, b"\x1f\x8b" + b"x" * 100, b"age-encryption.org/v1\n"])
def test_a_file_that_is_no_back_up_is_refused(tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "junk").write_bytes(junk)
    with pytest.raises(BackupRefused):
        unseal(tmp_path / "junk", PASSPHRASE, None)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"formats": {"book": 2}}, "book in the back-up has format 2"),
        ({"formats": {"something": 1}}, "something"),
        ({"migrations": ("people.0001_initial", "people.0099_later")}, "people.0099_later"),
    ],
)
def test_newer_formats_and_databases_are_refused_with_the_version_that_knows_them(
    changes: dict[str, object], why: str
) -> None:
    known = frozenset({"people.0001_initial"})
    check_formats(manifest(), {"book": 1}, known)
    with pytest.raises(BackupRefused, match=why) as refused:
        check_formats(manifest(**changes), {"book": 1}, known)
    assert "version 0.1.0" in str(refused.value)
