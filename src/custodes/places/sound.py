"""Recording the sound of a camera: off by default, asked for by whoever tends it, on when another person has approved it.

Switching it off needs no second person: that is the rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.law.building.sound import SoundWish, unmet
from custodes.law.grounds.ground import Unmet
from custodes.people.lawful import in_english
from custodes.people.models import Person
from custodes.places import deciding
from custodes.places.deciding import RequestRefused, reaches
from custodes.places.models import Camera, Decision, SoundOrder
from custodes.places.register import changed_fields, record_change
from custodes.places.scope import editable_cameras, sound_approvable_cameras

FIELDS = ("camera", "reason", "statute", "why")


class SoundRefused(RequestRefused):
    """Sound may not be recorded; the text says by which clauses and what to do."""

    def __init__(self, missing: tuple[Unmet, ...]) -> None:
        super().__init__(" ".join(_said(one) for one in missing))
        self.unmet = missing


def order_of(camera: Camera) -> SoundOrder | None:
    """The leave that stands, None where no sound is recorded."""
    return SoundOrder.objects.filter(camera=camera, state=Decision.APPROVED).first()


def waiting_for(camera: Camera) -> SoundOrder | None:
    """What was asked for and is not decided yet."""
    return SoundOrder.objects.filter(camera=camera, state=Decision.WAITING).first()


def heard(cameras: Iterable[Camera]) -> set[Camera]:
    """Those of the cameras whose sound is recorded now."""
    rows = list(cameras)
    wanted = SoundOrder.objects.filter(camera__in=rows, state=Decision.APPROVED).values_list("camera", flat=True)
    known = set(wanted)
    return {camera for camera in rows if camera.pk in known}


def awaiting(by: Person, at: datetime) -> list[SoundOrder]:
    """What waits for this person's decision."""
    rows = SoundOrder.objects.filter(state=Decision.WAITING, camera__in=sound_approvable_cameras(by, at).values("pk"))
    return list(rows.exclude(asked_by=by).select_related("camera").order_by("asked_at"))


def ask(order: SoundOrder, by: Person, at: datetime) -> SoundOrder:
    """Ask that the camera's sound be recorded. It is once another person with the right post has approved it.

    Raises:
        SoundRefused: a reason, its law or its need is missing, or the place forbids it.
        RequestRefused: the person does not tend the camera, or something waits already.
    """
    if not reaches(editable_cameras(by, at), [order.camera]):
        raise RequestRefused(_("该点位不由您单位管理、维护。"))
    _check_lawful(order, at)
    with transaction.atomic():
        Camera.objects.select_for_update().get(pk=order.camera_id)
        if waiting_for(order.camera) is not None:
            raise RequestRefused(_("该点位已有一项申请等待批准。请先撤回，再重新申请。"))
        order.asked_by, order.asked_at, order.state = by, at, Decision.WAITING
        order.save()
        record_change(by, order._meta.label_lower, str(order.pk), changed_fields(None, order, FIELDS), at)
    return order


def switch_off(camera: Camera, by: Person, at: datetime) -> bool:
    """Record no more sound, and drop what waits for an answer; whether there was anything. It needs no reason."""
    with transaction.atomic():
        Camera.objects.select_for_update().get(pk=camera.pk)
        orders = [order for order in (order_of(camera), waiting_for(camera)) if order is not None]
        for order in orders:
            deciding.close(order, by, at)
    return bool(orders)


def silence(sender: Any, camera: Camera, by: Person, at: datetime, **_: Any) -> None:
    """Receiver of `camera_forbidden`."""
    switch_off(camera, by, at)


def _before_approval(row: SoundOrder, by: Person, at: datetime) -> None:
    """The place may have got another name since; and the new leave takes the former one's place."""
    _check_lawful(row, at)
    former = order_of(row.camera)
    if former is not None:
        deciding.close(former, by, at)


def _endable(by: Person, at: datetime) -> QuerySet[Camera]:
    return editable_cameras(by, at) | sound_approvable_cameras(by, at)


RULES = deciding.DecisionRules("PIPL6", sound_approvable_cameras, _endable, _before_approval)


def _check_lawful(order: SoundOrder, at: datetime) -> None:
    camera = order.camera
    words = " ".join((camera.name, camera.place, camera.view))
    missing = unmet(SoundWish(order.reason, order.statute, order.why, words), timezone.localdate(at))
    if missing:
        raise SoundRefused(missing)


def _said(one: Unmet) -> str:
    if in_english():
        return f"{one.reason_en[:1].upper()}{one.reason_en[1:]} ({one.clause}): {one.remedy_en}."
    return f"{one.reason_zh}（{one.clause}）。{one.remedy_zh}。"
