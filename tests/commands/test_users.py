"""Which OS user each process of `custodes up` runs as, and what belongs to whom."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from custodes.commands.installation import NotInitialised, _close_file, make_keys, require_keys
from custodes.commands.up import own_ports, system_members
from custodes.commands.users import HandOverRefused, User, hand_over, users_of
from custodes.notary.rotation import as_owner
from custodes.settings import Settings

SEPARATE = {"notary_uid": 61003, "web_uid": 61001, "node_uid": 61002}


def settings(folder: Path, **uids: int) -> Settings:
    return Settings(data=folder, **uids)


@pytest.mark.parametrize(
    "uids",
    [{}, {"web_uid": 61001, "node_uid": 61002}, {**SEPARATE, "node_uid": 61001}, {**SEPARATE, "notary_uid": 61001}],
)
def test_without_three_different_users_there_is_no_separation(tmp_path: Path, uids: dict[str, int]) -> None:
    assert users_of(settings(tmp_path, **uids)) is None
    assert {member.user for member in system_members(settings(tmp_path, **uids))} == {None}


def test_a_user_without_a_name_has_the_group_of_its_number(tmp_path: Path) -> None:
    users = users_of(settings(tmp_path, **SEPARATE))
    assert users is not None
    assert users.web == User(61001, 61001)


@pytest.mark.parametrize("caller", [0, 1000])
def test_only_root_starts_each_process_as_its_user(
    tmp_path: Path, caller: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: caller)
    users = {member.name: member.user for member in system_members(settings(tmp_path, **SEPARATE))}
    expected = {"notary": (61003, 61003), "web": (61001, 61001), "node": (61002, 61002)}
    assert users == (expected if caller == 0 else dict.fromkeys(expected))


GATEWAY = {"gateway_id": "54010000002000000001"}


@pytest.mark.parametrize("uid", [None, 61001])
def test_a_gateway_without_a_user_of_its_own_is_no_separation(tmp_path: Path, uid: int | None) -> None:
    assert users_of(Settings(data=tmp_path, **SEPARATE, **GATEWAY, gateway_uid=uid)) is None


def test_a_gateway_is_started_between_web_and_node_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    members = system_members(Settings(data=tmp_path, **SEPARATE, **GATEWAY, gateway_uid=61004))
    assert [member.name for member in members] == ["notary", "web", "gateway", "node"]
    assert members[2].user == (61004, 61004)
    ports = own_ports(Settings(data=tmp_path, **GATEWAY, gateway_sip_port=5070))
    assert ("CUSTODES_GATEWAY_PORT", "127.0.0.1", 8090) in ports
    assert ("CUSTODES_GATEWAY_SIP_PORT", "127.0.0.1", 5070) in ports


def test_init_makes_a_gateways_keys_where_there_is_to_be_one_also_later(tmp_path: Path) -> None:
    make_keys(Settings(data=tmp_path))
    require_keys(Settings(data=tmp_path))
    assert not (tmp_path / "keys/gateway").exists()
    later = Settings(data=tmp_path, **GATEWAY)
    with pytest.raises(NotInitialised, match="call `custodes init` again"):
        require_keys(later)
    make_keys(later)
    require_keys(later)
    before = (tmp_path / "keys/gateway/seal.key").read_bytes()
    make_keys(later)
    assert (tmp_path / "keys/gateway/seal.key").read_bytes() == before
    public = {path.name for path in (tmp_path / "keys/public").glob("gateway*")}
    assert public == {"gateway.pub", "gateway-seal.pub", "gateway-statements.crt"}


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away and become other users")
WEB = SEPARATE["web_uid"]


def of_one_user(folder: Path) -> Settings:
    """An installation that the web's user has made, as before there were three."""
    made = settings(folder / "data", **SEPARATE)
    for name in ("keys/public/log.vkey", "keys/notary/log.key", "keys/web/control.key", "log/web.log", "node/a/b"):
        (made.data / name).parent.mkdir(parents=True, exist_ok=True)
        (made.data / name).write_text("x")
    for path in (made.data, *made.data.rglob("*")):
        os.chown(path, WEB, WEB)
        path.chmod(0o777)
    return made


def handed_over(made: Settings) -> None:
    users = users_of(made)
    assert users is not None
    hand_over(made, users)


def owner_and_mode(path: Path) -> tuple[int, str]:
    found = path.lstat()
    return found.st_uid, oct(stat.S_IMODE(found.st_mode))


@needs_root
def test_what_all_trust_and_what_root_writes_to_is_roots_also_when_it_was_the_webs(tmp_path: Path) -> None:
    made = of_one_user(tmp_path)
    handed_over(made)
    assert owner_and_mode(made.data) == (0, "0o1775")
    for folder in ("keys", "keys/public", "log"):
        assert owner_and_mode(made.data / folder) == (0, "0o755"), folder
    for file in ("keys/public/log.vkey", "log/web.log"):
        assert owner_and_mode(made.data / file) == (0, "0o644"), file
    assert owner_and_mode(made.data / "keys/web") == (WEB, "0o700")
    assert (made.data / "keys/notary/log.key").stat().st_uid == SEPARATE["notary_uid"]
    assert (made.data / "node/a/b").stat().st_uid == SEPARATE["node_uid"]


@needs_root
@pytest.mark.parametrize("name", ["node/link", "node/a/link", "keys/web/link"])
def test_what_a_link_leads_to_stays_whose_it_is(tmp_path: Path, name: str) -> None:
    made = of_one_user(tmp_path)
    (tmp_path / "other").mkdir(mode=0o700)
    (tmp_path / "other" / "file").touch(mode=0o600)
    (made.data / name).symlink_to(tmp_path / "other")
    (made.data / (name + "-file")).symlink_to(tmp_path / "other" / "file")
    handed_over(made)
    assert owner_and_mode(tmp_path / "other") == (0, "0o700")
    assert owner_and_mode(tmp_path / "other" / "file") == (0, "0o600")


@needs_root
@pytest.mark.parametrize("name", ["keys", "keys/public", "keys/web", "log", "node", "ledger", "footage"])
@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_is_a_link_is_refused_with_what_to_do(tmp_path: Path, name: str, there: bool) -> None:
    made = of_one_user(tmp_path)
    if (made.data / name).exists():
        shutil.rmtree(made.data / name)
    other = tmp_path / "other"
    if there:
        other.mkdir(mode=0o700)
    (made.data / name).symlink_to(other)
    if name == "footage" and there:  # a volume that is there is given by hand
        handed_over(made)
    else:
        with pytest.raises(HandOverRefused, match="put the folder itself there"):
            handed_over(made)
    assert not there or owner_and_mode(other) == (0, "0o700")


@needs_root
@pytest.mark.parametrize("folder", ["keys/public", "log"])
@pytest.mark.parametrize("lead", [os.symlink, os.link])
def test_a_file_that_is_elsewhere_too_is_not_opened_to_everybody(
    tmp_path: Path, folder: str, lead: Callable[[Path, Path], None]
) -> None:
    made = of_one_user(tmp_path)
    (tmp_path / "secret").touch(mode=0o600)
    lead(tmp_path / "secret", made.data / folder / "web.pub")
    with pytest.raises(HandOverRefused, match=r"web\.pub"):
        handed_over(made)
    assert owner_and_mode(tmp_path / "secret") == (0, "0o600")


@needs_root
def test_the_database_is_closed_to_others_but_not_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").touch(mode=0o644)
    _close_file(str(tmp_path / "file"))
    assert owner_and_mode(tmp_path / "file") == (0, "0o600")
    (tmp_path / "other").touch(mode=0o644)
    (tmp_path / "link").symlink_to(tmp_path / "other")
    with pytest.raises(OSError, match="CUSTODES_DATABASE_URL"):
        _close_file(str(tmp_path / "link"))
    assert owner_and_mode(tmp_path / "other") == (0, "0o644")


IDENTITY = "(os.geteuid(), os.getegid(), os.getgroups())"


def as_root_with_groups(code: str) -> str:
    """What a process of root with supplementary groups prints; its own, since threads of this one must stay root."""
    program = "import os, sys\nfrom pathlib import Path\nfrom custodes.notary.rotation import acting_as, as_owner\n"
    done = subprocess.run(
        [sys.executable, "-c", program + code], extra_groups=[0, 27], capture_output=True, text=True, check=True
    )
    return done.stdout


@needs_root
def test_acting_as_an_owner_is_without_roots_groups_and_ends(tmp_path: Path) -> None:
    for name, uid in (("first", 61001), ("second", 61002)):
        (tmp_path / name).touch()
        os.chown(tmp_path / name, uid, uid)
    said = as_root_with_groups(f"""
folder = Path({str(tmp_path)!r})
with as_owner(folder / "first"):
    print({IDENTITY})
    with as_owner(folder / "second"):
        print({IDENTITY})
    print({IDENTITY})
print({IDENTITY})
try:
    with as_owner(folder / "first"):
        raise ValueError
except ValueError:
    print({IDENTITY})
""")
    first, root = "(61001, 61001, [])", "(0, 0, [0, 27])"
    assert said.splitlines() == [first, "(61002, 61002, [])", first, root, root]


@needs_root
def test_whom_root_becomes_is_not_chosen_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    os.chown(tmp_path / "file", 61001, 61001)
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe"):
        with pytest.raises(OSError, match="put the real one in its place"), as_owner(tmp_path / name):
            pytest.fail("acted as whoever a link names")
    assert os.geteuid() == 0
