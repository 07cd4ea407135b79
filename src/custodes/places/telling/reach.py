"""Which steps of a system's life a person is told of: those of objects that they may see (S30.1, R9)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from custodes.people.models import Person
from custodes.places.changes.reach import told_systems, visible_changes
from custodes.places.filing.reach import visible_filings
from custodes.places.models import Step
from custodes.places.scope import exact_systems
from custodes.places.upgrades.reach import visible_orders

_FILING, _CHANGE, _ORDER, _CAMERA = "places.filing", "places.changecase", "places.upgradeorder", "places.camera"
_DEVICE = "places.gbdevice"


def visible_steps(person: Person, at: datetime) -> QuerySet[Step]:
    """Steps whose object does not say more than the person may know; which systems they see is asked elsewhere.

    A change and a correction say where cameras are and what they look at, an order says what the system lacks, a filing
    that was sent back what is wrong with it: their words are read by who may read the change, the order or the filing itself.
    The steps of a device name its ID, which is base data (S33.1).
    """
    return Step.objects.filter(
        ~Q(object__in=(_FILING, _CHANGE, _ORDER, _CAMERA, _DEVICE))
        | Q(object=_FILING, object_id__in=visible_filings(person, at).values("pk"))
        | Q(object=_CHANGE, object_id__in=visible_changes(person, at).values("pk"))
        | Q(object=_ORDER, object_id__in=visible_orders(person, at).values("pk"))
        | Q(object=_CAMERA, system__in=told_systems(person, at).values("pk"))
        | Q(object=_DEVICE, system__in=exact_systems(person, at).values("pk"))
    )
