"""Who calls a command, as the log names them."""

from __future__ import annotations

import os
import pwd


def person_here() -> str:
    """The OS user, and behind `sudo` whoever called it: ``root (sudo: zhaxi)``.

    Names come from the system's own list: LOGNAME and USER say whatever the caller wants.
    """
    user = _name_of(os.getuid())
    behind = os.environ.get("SUDO_USER", "")
    return (f"{user} (sudo: {behind})" if behind != user and _is_sudo(behind) else user)[:100]


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a user id without a name
        return f"uid {uid}"


def _is_sudo(name: str) -> bool:
    """Whether there is such a user and `sudo` gave its number too."""
    try:
        return str(pwd.getpwnam(name).pw_uid) == os.environ.get("SUDO_UID")
    except (KeyError, ValueError):
        return False
