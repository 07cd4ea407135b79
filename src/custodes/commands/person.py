"""Who calls a command, as the log names them."""

from __future__ import annotations

import getpass
import os


def person_here() -> str:
    """The OS user, and behind `sudo` whoever called it: ``root (sudo: zhaxi)``."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user id without a name
        user = f"uid {os.geteuid()}"
    behind = os.environ.get("SUDO_USER", "")
    return (f"{user} (sudo: {behind})" if behind and behind != user else user)[:100]
