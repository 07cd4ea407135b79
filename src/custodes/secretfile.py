"""Secrets in files: what `CUSTODES_X_FILE` names, read once, by whoever may (systemd credentials, container secrets)."""

from __future__ import annotations

import os
import stat
from pathlib import Path

MAX_BYTES = 64 * 1024

#: Folders that a service manager makes for one service alone: a mode that others could read says nothing there.
_OWN_FOLDERS = ("/run/secrets",)


class SecretFileRefused(ValueError):
    """A secret's file can't be used; the message names the setting, the rule and the remedy, and never the content."""


def read_secret(setting: str, path: Path) -> str:
    """The secret in `path`, without the line's end.

    Args:
        setting: the variable that names the file, for messages.

    Raises:
        SecretFileRefused: it can't be read, others may read it, it is empty or no text.
    """
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise SecretFileRefused(f"{setting}: {path} is no file")
            if found.st_mode & 0o007 and not _own_folder(path):
                raise SecretFileRefused(f"{setting}: {path} can be read by everybody; chmod 600 {path}")
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SecretFileRefused(f"{setting}: {path} can't be read: {error.strerror}") from error
    try:
        text = content.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise SecretFileRefused(f"{setting}: {path} is no text") from error
    if not text or len(content) > MAX_BYTES or "\n" in text or "\0" in text:
        raise SecretFileRefused(f"{setting}: {path} must hold the secret as its one line")
    return text


def _own_folder(path: Path) -> bool:
    own = [*_OWN_FOLDERS, *filter(None, [os.environ.get("CREDENTIALS_DIRECTORY")])]
    return any(path.is_relative_to(folder) for folder in own)
