"""When the last back-up was made: the note that `custodes backup` leaves, read by whoever asks whether one is overdue."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

FILE = "last.json"


def folder_of(data: Path) -> Path:
    """Where the note and the copies before upgrades are kept, in the data folder."""
    return data / "backups"


def last_made(data: Path) -> datetime | None:
    """When the last back-up was begun (UTC), or None when there is no note or it can't be read."""
    try:
        at = datetime.fromisoformat(json.loads((folder_of(data) / FILE).read_bytes())["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else None
