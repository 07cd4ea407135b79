"""When the last back-up was made: a note that a machine can read, so that an overdue one can be seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from custodes.backupnote import FILE, folder_of
from custodes.notary.files import write_durable


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The last back-up that was written and read again.

    Attributes:
        at: when it was begun, as in a record.
        file: its path.
        bytes, sha256: of the file.
        checkpoint: size of the last signed tree in it.
    """

    at: str
    file: str
    bytes: int
    sha256: str
    checkpoint: int


def note_backup(data: Path, made: LastBackup) -> None:
    """Write the note."""
    folder_of(data).mkdir(mode=0o755, exist_ok=True)
    write_durable(folder_of(data) / FILE, msgspec.json.format(msgspec.json.encode(made)) + b"\n", 0o644)


def last_backup(data: Path) -> LastBackup | None:
    """The note, or None when there is none or it can't be read."""
    try:
        return msgspec.json.decode((folder_of(data) / FILE).read_bytes(), type=LastBackup)
    except (OSError, msgspec.MsgspecError):
        return None
