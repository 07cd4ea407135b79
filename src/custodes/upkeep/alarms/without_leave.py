"""From a picture that looks elsewhere than declared to the entry of a change without leave (S34(7)): for who may enter it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from custodes.people.models import Person
from custodes.places.changes.gate import GUARDED
from custodes.places.changes.reach import findable_systems, visible_changes
from custodes.places.models import Camera, ChangeCase, ChangeState
from custodes.upkeep.models import Alarm, PictureFaultKind


@dataclass(frozen=True)
class WithoutLeave:
    """What an alarm leads to.

    Attributes:
        href: the entry's form with the camera chosen, or the case.
        case: what was entered of this camera already and waits; None before.
    """

    href: str
    case: ChangeCase | None = None


def without_leave(alarm: Alarm, camera: Camera | None, person: Person, at: datetime) -> WithoutLeave | None:
    """Where the person enters that this camera was turned or moved without leave; None for any other alarm, and for who may not.

    Args:
        camera: the alarm's, as far as the person sees it.
    """
    if camera is None or alarm.facts.get("fault") != PictureFaultKind.MOVED or camera.system.state not in GUARDED:
        return None
    case = visible_changes(person, at).filter(cameras__camera=camera, state=ChangeState.FOUND).first()
    if case is not None:
        return WithoutLeave(case.get_absolute_url(), case)
    if not findable_systems(person, at).filter(pk=camera.system_id).exists():
        return None
    return WithoutLeave(f"{reverse('places:change_find', args=[camera.system_id])}?camera={camera.pk}")
