"""Records of commands that are called while no database can be asked: one file each, until the web process takes them.

The web's user writes and reads them, as it does the outbox. A file that was taken but not deleted is known by its id.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from custodes.keyfile import write_private
from custodes.ledger.records import parse_record

FOLDER = "unrecorded"


def keep(folder: Path, record: Mapping[str, object]) -> None:
    """Write one record down beside the web's keys.

    Args:
        folder: ``keys/web``.
        record: a record of wire.md §7, with its id.

    Raises:
        OSError: it can't be written.
        custodes.ledger.records.RecordError: it is no record.
    """
    content = json.dumps(record, ensure_ascii=False).encode()
    parse_record(content)
    write_private(folder / FOLDER / f"{record['id']}.json", content)


def take(folder: Path) -> int:
    """Put what waits into the outbox; how many. What is no record stays where it is, and is said in the log."""
    import structlog
    from django.db import transaction

    from custodes.ledger.records import RecordError
    from custodes.people.delivery import wake_delivery
    from custodes.people.models import RecordOutbox

    taken = 0
    for path in sorted((folder / FOLDER).glob("*.json")):
        try:
            known = parse_record(path.read_bytes())
        except RecordError as error:
            structlog.get_logger("custodes.people.kept_records").warning(
                "kept_record.refused", file=path.name, why=str(error)
            )
            continue
        document = json.loads(path.read_bytes())
        with transaction.atomic():
            _row, fresh = RecordOutbox.objects.get_or_create(
                id=known.id, defaults={"type": document["type"], "record": document, "created_at": _moment(known.at)}
            )
        path.unlink(missing_ok=True)
        taken += fresh
    if taken:
        wake_delivery()
    return taken


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
