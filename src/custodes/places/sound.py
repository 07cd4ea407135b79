"""Recording the sound of a camera: off by default, on by a leave that names its law, off again by anybody who tends it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from custodes.law.building.sound import SoundWish, unmet
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Person
from custodes.places.assignment import bump
from custodes.places.models import Camera, SoundOrder
from custodes.places.register import changed_fields, record_change

FIELDS = ("camera", "reason", "statute", "why", "approver")


class SoundRefused(Exception):
    """Sound may not be recorded; `unmet` says by which clauses and what to do."""

    def __init__(self, unmet: tuple[Unmet, ...]) -> None:
        super().__init__("; ".join(one.reason_en for one in unmet))
        self.unmet = unmet


def order_of(camera: Camera) -> SoundOrder | None:
    """The leave that stands, None where no sound is recorded."""
    return SoundOrder.objects.filter(camera=camera, ended_at__isnull=True).first()


def heard(cameras: Iterable[Camera]) -> set[Camera]:
    """Those of the cameras whose sound is recorded now."""
    rows = list(cameras)
    wanted = SoundOrder.objects.filter(camera__in=rows, ended_at__isnull=True).values_list("camera", flat=True)
    known = set(wanted)
    return {camera for camera in rows if camera.pk in known}


def switch_on(order: SoundOrder, by: Person, at: datetime) -> SoundOrder:
    """Record the camera's sound from now on. The leave is in the log, and the node hears of it.

    Raises:
        SoundRefused: a reason, its law, its need or its approver is missing, or the place forbids it.
    """
    camera = order.camera
    wish = SoundWish(
        *(order.reason, order.statute, order.why, order.approver),
        by=by.name,
        words=" ".join((camera.name, camera.place, camera.view)),
    )
    missing = unmet(wish, timezone.localdate(at))
    if missing:
        raise SoundRefused(missing)
    with transaction.atomic():
        Camera.objects.select_for_update().get(pk=camera.pk)
        _end(camera, by, at)
        order.by, order.at = by, at
        order.save()
        record_change(by, order._meta.label_lower, str(order.pk), changed_fields(None, order, FIELDS), at)
        bump(camera.node)
    return order


def switch_off(camera: Camera, by: Person, at: datetime) -> bool:
    """Record no more sound; whether any was recorded. It needs no reason: this is the rule."""
    with transaction.atomic():
        Camera.objects.select_for_update().get(pk=camera.pk)
        ended = _end(camera, by, at)
        if ended:
            bump(camera.node)
    return ended


def _end(camera: Camera, by: Person, at: datetime) -> bool:
    order = order_of(camera)
    if order is None:
        return False
    order.ended_at, order.ended_by = at, by
    order.save(update_fields=["ended_at", "ended_by"])
    record_change(by, order._meta.label_lower, str(order.pk), {"ended_at": [None, at.isoformat()]}, at)
    return True
