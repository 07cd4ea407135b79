"""Changes of the register: each leaves a `config.changed` record and, where a node is concerned, a new generation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from custodes.people.models import Person
from custodes.people.records import SEALED, plain, record
from custodes.places.assignment import bump
from custodes.places.changes.gate import GateBasis, Why, check
from custodes.places.devices.assignment import bump_gateways
from custodes.places.doubts import WORDS, ask_again, check_spot
from custodes.places.fields import SITE, names
from custodes.places.models import (
    CONNECTABLE,
    Camera,
    CameraState,
    MainWorks,
    Node,
    Probe,
    RowEdit,
    Site,
    System,
    TrialAddress,
)
from custodes.places.models.recorded import CAMERA_FIELDS, SITE_FIELDS, SYSTEM_FIELDS, WORKS_FIELDS
from custodes.places.network import refuse_classified
from custodes.places.overlap import keep_share
from custodes.places.signals import camera_connected
from custodes.places.voice_output import voice_unfit

#: Camera fields of which the node hears.
_ASSIGNED = frozenset(names(lambda field: field.told_to_node))
#: Site fields of which nodes hear: they set how long footage is kept.
_KEPT_BY = frozenset(names(lambda field: field.told_to_node, SITE))
#: Base data whose content stays in the register: a record says that they changed, not to what (S33.1).
_BASE_DATA: dict[type[models.Model], frozenset[str]] = {
    Camera: frozenset(names(lambda field: field.base_data)),
    Site: frozenset(names(lambda field: field.base_data, SITE)),
}
#: Camera fields after whose change others may see more of its field (S8.3).
_SEEN = frozenset(names(lambda field: field.seen_by_others))
RESTRICTED = "(restricted)"
#: Neither sealed values nor addresses of devices stand in a `RowEdit`.
_UNTOLD = frozenset(names(lambda field: field.unwritten))
#: Rows that several people may edit, and the fields of which each is told.
REVISED: dict[type[models.Model], tuple[str, ...]] = {
    Site: SITE_FIELDS,
    System: SYSTEM_FIELDS,
    Camera: CAMERA_FIELDS,
    MainWorks: WORKS_FIELDS,
}


def changed_fields(before: models.Model | None, after: models.Model, fields: Iterable[str]) -> dict[str, list[Any]]:
    """``{field: [before, after]}`` of the fields that differ; `before` None means that the object is new."""
    changes: dict[str, list[Any]] = {}
    columns = {field.name: field.attname for field in after._meta.concrete_fields}
    for name in fields:
        old = None if before is None else getattr(before, columns[name])
        new = getattr(after, columns[name])
        if old != new:
            changes[name] = [_shown(type(after), name, old), _shown(type(after), name, new)]
    return changes


def created_fields(rows: Sequence[models.Model], fields: Iterable[str], by: Person) -> Iterator[dict[str, Any]]:
    """What `record_change` would say of rows that were made many at once, for `people.records.record_many`."""
    wanted = tuple(fields)
    for row in rows:
        changes = changed_fields(None, row, wanted)
        yield {"by": by.uuid, "object": row._meta.label_lower, "object_id": str(row.pk), "changes": changes}


def _shown(model: type[models.Model], name: str, value: Any) -> Any:
    if value in (None, ""):
        return None
    if name == "sealed_password":
        return SEALED
    if name in _BASE_DATA.get(model, ()):
        return RESTRICTED
    if isinstance(value, Mapping):
        # A record holds lines and lists of them (wire.md §7), no table within.
        return [f"{key}: {one}" for key, one in sorted(value.items())]
    return plain(value)


def record_change(by: Person, object: str, object_id: str, changes: dict[str, list[Any]], at: datetime) -> None:
    """Write one `config.changed` record (wire.md §7) in the caller's transaction."""
    record("config.changed", at=at, by=by.uuid, object=object, object_id=object_id, changes=changes)


def save_recorded(
    instance: models.Model, fields: Iterable[str], by: Person, at: datetime, *, basis: GateBasis | None = None
) -> bool:
    """Save a site, system, role or camera together with its record. Returns whether anything changed.

    Args:
        basis: why the position, field or device of a camera in use is to be another, where no approved change covers it;
            `changes.editing.save_camera` enters what belongs to it.

    Raises:
        ClassifiedRefused: a system that this installation may not hold (S20, R2).
        ChangeWanted: a camera in use would be moved, turned or changed without leave (S34(7)).
    """
    if isinstance(instance, System):
        refuse_classified(instance.classified)
    model = type(instance)
    with transaction.atomic():
        known = not instance._state.adding
        before = model._default_manager.select_for_update().filter(pk=instance.pk).first() if known else None
        _keep_others(before, instance, fields)
        changes = changed_fields(before, instance, fields)
        if before is not None and not changes:
            return False
        if isinstance(before, Camera) and isinstance(instance, Camera):
            check(before, instance, changes, basis)
        _count_up(before, instance, changes, by, at)
        instance.save()
        record_change(by, instance._meta.label_lower, str(instance.pk), changes, at)
        if isinstance(instance, Camera) and WORDS & changes.keys():
            ask_again(instance, by, at)
        if isinstance(instance, Camera) and _SEEN & changes.keys():
            keep_share(instance)
        if isinstance(instance, Camera) and instance.state != CameraState.DRAFT and _ASSIGNED & changes.keys():
            bump(instance.node)
        if isinstance(instance, System) and "classified" in changes:
            bump_gateways()  # devices of a classified system may not register (S20)
        if isinstance(instance, Site) and _KEPT_BY & changes.keys():
            bump(*Node.objects.filter(cameras__system__site=instance, cameras__state=CameraState.CONNECTED).distinct())
        return True


def _keep_others(before: models.Model | None, after: models.Model, fields: Iterable[str]) -> None:
    """What the caller did not set stays as it is now, not as it was when the caller read the row: nothing is lost (R8)."""
    if before is None:
        return
    for name in set(REVISED.get(type(after), ())) - set(fields):
        column = after._meta.get_field(name).attname  # type: ignore[union-attr]
        setattr(after, column, getattr(before, column))


def _count_up(
    before: models.Model | None, after: models.Model, changes: dict[str, list[Any]], by: Person, at: datetime
) -> None:
    """A new revision with what it changed, for whoever edits the row at the same time."""
    if not isinstance(after, Site | System | Camera | MainWorks):
        return
    if before is None and not isinstance(after, MainWorks):
        return  # nobody else can have had it before them; of main works everybody has the empty form
    after.revision = (0 if before is None else before.revision) + 1  # type: ignore[attr-defined]
    columns = {name: after._meta.get_field(name).attname for name in changes if name not in _UNTOLD}  # type: ignore[union-attr]
    kept = {
        name: [None if row is None else _kept(getattr(row, column)) for row in (before, after)]
        for name, column in columns.items()
    }
    keep_edit(after, kept, by, at)


def keep_edit(row: Any, changes: dict[str, list[Any]], by: Person, at: datetime) -> None:
    """Keep what one edit changed, under the row's new revision (R8)."""
    RowEdit.objects.create(
        object=row._meta.label_lower, object_id=row.pk, revision=row.revision, by=by, at=at, changes=changes
    )


def _kept(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else plain(value)


def delete_recorded(instance: models.Model, fields: Iterable[str], by: Person, at: datetime) -> None:
    """Remove a row that stands for an assignment (a post at a system) and record what it was."""
    with transaction.atomic():
        changes = {name: [pair[1], None] for name, pair in changed_fields(None, instance, fields).items()}
        record_change(by, instance._meta.label_lower, str(instance.pk), changes, at)
        instance.delete()


def confirm_certificate(camera: Camera, trial: TrialAddress, probe: Probe, by: Person, at: datetime) -> None:
    """Let the address on trial be one that shows the certificate which `probe` was shown, on record."""
    with transaction.atomic():
        changes = {"certificate": [trial.certificate or None, probe.certificate]}
        trial.certificate = probe.certificate
        trial.save(update_fields=["certificate"])
        record_change(by, trial._meta.label_lower, str(camera.pk), changes, at)


class NotConnectable(Exception):
    """The camera's system is not being built, on trial or in use: there is nothing to connect yet, or no more (S16.1)."""


def adopt_trial(camera: Camera, trial: TrialAddress, probe: Probe, by: Person, at: datetime) -> None:
    """Make the tried address the camera's own and connect it; the probe's findings become its technical data.

    Raises:
        NotConnectable: its system is not at that point.
        SpotRefused: nothing may be installed there, or a person has still to look (R1).
    """
    if camera.system.state not in CONNECTABLE:
        raise NotConnectable(camera.system.get_state_display())
    check_spot(camera, by, at)
    if camera.main_url != trial.main_url or camera.onvif_port != trial.onvif_port:
        # Another device, or another channel of it: nothing is known of how that one turns.
        camera.onvif_profile, camera.steering, camera.home_preset = "", None, ""
        if camera.main_url:  # else what was entered is of the device that comes now
            camera.turns_pan = camera.turns_low = camera.turns_high = None
            camera.voice_output = ""
    if any(voice_unfit({"voice_output": camera.voice_output}, trial.main_url)):
        camera.voice_output = ""  # nobody is heard at a device that is no such one
    camera.main_url, camera.sub_url = trial.main_url, trial.sub_url
    camera.username, camera.sealed_password = trial.username, trial.sealed_password
    camera.transport, camera.certificate, camera.reencode = trial.transport, trial.certificate, trial.reencode
    camera.onvif_port = trial.onvif_port
    camera.codec, camera.width, camera.height = probe.codec, probe.width, probe.height
    camera.frame_rate = probe.frame_rate
    camera.state = CameraState.CONNECTED
    camera.connected_at = camera.connected_at or at
    camera.retired_at, camera.stopped_alone = None, False
    with transaction.atomic():
        save_recorded(
            camera,
            (
                *("main_url", "sub_url", "username", "sealed_password", "transport", "certificate", "reencode"),
                *("turns_pan", "turns_low", "turns_high", "voice_output"),
                *("onvif_port", "onvif_profile", "home_preset", "codec", "width", "height", "state"),
            ),
            by,
            at,
            basis=GateBasis(Why.REPAIR, "", timezone.localdate(at)),
        )
        trial.delete()
        camera_connected.send(sender=Camera, camera=camera, by=by, at=at)


def seen(node: Node, workers: int, at: datetime) -> Node:
    """Note that a node polled, and how many workers it has: a changed number moves cameras between workers."""
    Node.objects.filter(pk=node.pk).update(last_seen=at)
    if workers != node.workers:
        with transaction.atomic():
            Node.objects.filter(pk=node.pk).update(workers=workers, generation=F("generation") + 1)
    node.refresh_from_db()
    return node
