"""A row is mended in the preview: what was typed is kept, right or wrong, so that nothing has to be typed twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from custodes.places.bulk.checking import FIELDS
from custodes.places.bulk.columns import MAX_PASSWORD
from custodes.places.bulk.reading import Line, part_login
from custodes.places.forms.address import sealed_for_another
from custodes.places.models import BatchRow
from custodes.places.tables.unreadable import MAX_CELL
from custodes.video.wire.seal import seal, seal_key_from_base64

AGAIN = "again"


def prefix_of(row: BatchRow) -> str:
    """What stands before the names of a row's fields in a form of many rows."""
    return f"r{row.pk}"


def keep_typed(rows: Iterable[BatchRow], typed: Mapping[str, str], seal_key: str) -> None:
    """Take over what was typed for these rows; their states are not checked here.

    A sealed password stays with the host, port and login that it was sealed for: where one of them changed and no password
    was typed, it is thrown away and asked for again.
    """
    for row in rows:
        before = BatchRow(
            main_url=row.main_url, sub_url=row.sub_url, username=row.username, sealed_password=row.sealed_password
        )
        prefix = prefix_of(row)
        line = Line(row.line)
        for name in FIELDS:
            line.texts[name] = typed.get(f"{prefix}-{name}", "").strip()[:MAX_CELL]
        line.password = typed.get(f"{prefix}-password", "")
        for key in ("main_url", "sub_url"):
            part_login(line, key)
        row.numbered = row.numbered and line.texts["number"] == row.number
        asked_before = row.faults.get("password") == AGAIN
        row.faults = line.faults
        for name in FIELDS:
            setattr(row, name, line.texts[name])
        if len(line.password) > MAX_PASSWORD:
            row.faults["password"] = "password_long"  # noqa: S105 - the code of a fault
        elif line.password:
            row.sealed_password = seal(seal_key_from_base64(seal_key), line.password)
        elif not row.username:
            row.sealed_password = ""  # no login any more, so no password either
        elif sealed_for_another(before, row.main_url, row.sub_url, row.username):
            row.sealed_password, row.faults["password"] = "", AGAIN
        elif asked_before:
            row.faults["password"] = AGAIN
    BatchRow.objects.bulk_update(rows, [*FIELDS, "numbered", "sealed_password", "faults"], batch_size=100)
