"""From lines that were read to rows of a batch, and from rows that are right to cameras in the register, each a draft with its address on trial.

Passwords are sealed here, before anything is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from custodes.people.models import Person
from custodes.places.bulk.checking import FIELDS, TakenNumbers, check_rows, number_rows
from custodes.places.bulk.reading import WrittenCamera
from custodes.places.devices.assignment import media_ways, tell_of
from custodes.places.doubts import ask_again
from custodes.places.fields import names
from custodes.places.models import PREVIEW, Batch, BatchRow, Camera, Node, RowState, System, Transport, TrialAddress
from custodes.places.register import changed_fields, record_change
from custodes.places.scope import editable_cameras
from custodes.video.wire.seal import seal, seal_key_from_base64


def take_lines(lines: Sequence[WrittenCamera], system: System, node: Node, person: Person, at: datetime) -> Batch:
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
        check_rows(batch.rows.all(), TakenNumbers.of(batch, editable_cameras(person, at)))
    return batch


_TYPED = names(lambda field: field.batched)
RECORDED = ("system", "node", "record", "retention_days", "state", *_TYPED)


def register_rows(batch: Batch, person: Person, at: datetime) -> int:
    """Check all rows of the preview once more and make cameras of those that are ready; returns how many.

    Raises:
        django.db.IntegrityError: somebody took a number in the same moment; nothing was kept.
    """
    with transaction.atomic():
        Batch.objects.select_for_update().get(pk=batch.pk)
        rows = list(batch.rows.filter(state__in=PREVIEW))
        number_rows(batch, rows)
        BatchRow.objects.bulk_update(rows, ["number", "numbered"], batch_size=200)
        check_rows(rows, TakenNumbers.of(batch, editable_cameras(person, at)))
        ready = [row for row in rows if row.state == RowState.READY]
        cameras = [_camera(batch, row, person) for row in ready]
        Camera.objects.bulk_create(cameras, batch_size=200)
        ways = media_ways(batch.system, [row.main_url for row in ready])
        TrialAddress.objects.bulk_create(
            [_trial(row, camera, person, at, ways) for row, camera in zip(ready, cameras, strict=True)], batch_size=200
        )
        for row, camera in zip(ready, cameras, strict=True):
            record_change(person, camera._meta.label_lower, str(camera.pk), changed_fields(None, camera, RECORDED), at)
            ask_again(camera, person, at)
            # The trial has the address now; the row has no more use for it.
            row.camera, row.state, row.sealed_password, row.faults = camera, RowState.DRAFT, "", {}
        BatchRow.objects.bulk_update(ready, ["camera", "state", "sealed_password", "faults"], batch_size=200)
        tell_of(*(row.main_url for row in ready))
    return len(ready)


def _camera(batch: Batch, row: BatchRow, person: Person) -> Camera:
    camera = Camera(system=batch.system, node=batch.node, created_by=person)
    for name in _TYPED:
        column: Any = Camera._meta.get_field(name)
        typed = getattr(row, name)
        setattr(camera, name, typed if column.empty_strings_allowed else column.to_python(typed or None))
    camera.set_box()
    return camera


def _trial(row: BatchRow, camera: Camera, person: Person, at: datetime, ways: Mapping[str, str]) -> TrialAddress:
    return TrialAddress(
        camera=camera,
        main_url=row.main_url,
        sub_url=row.sub_url,
        username=row.username,
        sealed_password=row.sealed_password if row.username else "",
        transport=ways.get(row.main_url, Transport.TCP),
        by=person,
        at=at,
    )
