"""From lines that were read to rows of a batch: the passwords are sealed here, before anything is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from custodes.people.models import Person
from custodes.places.bulk.checking import FIELDS, Known, check_rows, number_rows
from custodes.places.bulk.reading import Line
from custodes.places.models import Batch, BatchRow, Node, System
from custodes.places.scope import editable_cameras
from custodes.video.wire.seal import seal, seal_key_from_base64


def take_lines(lines: Sequence[Line], system: System, node: Node, person: Person, at: datetime) -> Batch:
    """Keep lines as a batch in preview. Nothing of it is in the register yet."""
    key = seal_key_from_base64(node.seal_key)
    with transaction.atomic():
        batch = Batch.objects.create(system=system, node=node, by=person, at=at)
        rows = []
        for line in lines:
            row = BatchRow(batch=batch, line=line.line, faults=line.faults)
            for name in FIELDS:
                setattr(row, name, line.texts.get(name, ""))
            if line.password:
                row.sealed_password = seal(key, line.password)
            rows.append(row)
        number_rows(batch, rows)
        BatchRow.objects.bulk_create(rows, batch_size=200)
        check_rows(batch.rows.all(), Known.of(batch, editable_cameras(person, at)))
    return batch
