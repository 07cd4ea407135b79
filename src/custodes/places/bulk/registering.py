"""The rows that are right become cameras in the register, each a draft with its address on trial."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from custodes.people.models import Person
from custodes.places.bulk.checking import Known, check_rows, number_rows
from custodes.places.devices.admitted import media_ways
from custodes.places.devices.telling import tell_of
from custodes.places.doubts import ask_again
from custodes.places.forms.field_of_view import POSITION
from custodes.places.models import PREVIEW, Batch, BatchRow, Camera, RowState, Transport, TrialAddress
from custodes.places.register import changed_fields, record_change
from custodes.places.scope import editable_cameras

RECORDED = (
    *("system", "number", "name", "place", "view", "screening_note", "node", "record", "retention_days", "state"),
    *POSITION,
    "voice_output",
)


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
        check_rows(rows, Known.of(batch, editable_cameras(person, at)))
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
    camera = Camera(
        system=batch.system,
        node=batch.node,
        number=row.number,
        name=row.name,
        place=row.place,
        view=row.view,
        screening_note=row.screening_note,
        voice_output=row.voice_output,
        created_by=person,
    )
    for name in POSITION:
        setattr(camera, name, Camera._meta.get_field(name).to_python(getattr(row, name) or None))  # type: ignore[union-attr]
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
