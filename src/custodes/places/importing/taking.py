"""From a file to lines that are kept: only once all of it was read, because a table with a classified row leaves nothing behind (R2)."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import IO, Any

from django.db import transaction

from custodes.people.models import Person
from custodes.people.papers.names import kept_name
from custodes.places.drafts.secretwords import says_classified
from custodes.places.importing.kinds import LIMITS, Kind
from custodes.places.importing.tasks import check_table
from custodes.places.models import ImportChunk, TableImport
from custodes.places.network import refuse_classified
from custodes.places.tables.reading import lines_of_file
from custodes.places.tables.unreadable import Limits

CHUNK = 500
"""Lines of a step: a transaction of its own, so that others get in between."""


def take_table(
    file: IO[bytes], name: str, kind: Kind, person: Person, at: datetime, limits: Limits = LIMITS
) -> TableImport:
    """Read a file and keep its lines; the check of them is work for the background.

    Raises:
        Unreadable: it can't be read as a whole.
        ClassifiedRefused: a row is classified or says so, or the file's name does, and this installation is on a network. Nothing was kept.
    """
    refuse_classified(says_classified(name))
    # Packed in memory until the last line was read: a database forgets nothing quickly, not even what was rolled back.
    packed = list(_packed(file, kind, limits))
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    size = file.tell()
    with transaction.atomic():
        table = TableImport.objects.create(
            kind=kind.key, name=kept_name(name), sha256=sha256, size=size, by=person, at=at
        )
        for number, pack in enumerate(packed):
            lines = json.loads(zlib.decompress(pack))
            table.rows += len(lines)
            ImportChunk.objects.create(table=table, number=number, lines=lines)
        table.save(update_fields=["rows"])
        check_table.enqueue(str(table.pk))
    return table


def _packed(file: IO[bytes], kind: Kind, limits: Limits) -> Iterator[bytes]:
    every = lines_of_file(file, kind.sheet, limits)
    while lines := list(islice(every, CHUNK)):
        kept: list[Any] = [[line.line, line.texts, line.faults] for line in lines]
        yield zlib.compress(json.dumps(kept, ensure_ascii=False).encode(), 1)
