"""Which OS user each process of `custodes up` runs as."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from custodes.commands.up import system_members
from custodes.commands.users import User, users_of
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
