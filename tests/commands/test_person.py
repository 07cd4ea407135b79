"""Who called a command, as the log names them."""

from __future__ import annotations

import os
import pwd

import pytest

from custodes.commands.asking import person_here


def test_who_ordered_it_is_not_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    user = pwd.getpwuid(os.getuid()).pw_name
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    monkeypatch.delenv("SUDO_USER", raising=False)
    assert person_here() == user
    monkeypatch.setattr(os, "getuid", lambda: 61999)
    assert person_here() == "uid 61999"


@pytest.mark.parametrize(
    ("name", "uid", "named"), [("nobody", 65534, True), ("nobody", 65533, False), ("no such user", 65534, False)]
)
def test_behind_sudo_is_named_who_has_that_number(
    name: str, uid: int, named: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", name)
    monkeypatch.setenv("SUDO_UID", str(uid))
    assert person_here().endswith(" (sudo: nobody)") is named
    assert ("sudo" in person_here()) is named
