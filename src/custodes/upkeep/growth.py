"""The cameras that grew: whose footage became more, the last week against the week before. It is what fills a disk early.

Where an alarm about room on disks is read they are named, worked out anew for each reader: nobody is told of cameras that they may
not see (docs/design/alarms.md §2.8).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.places.models import Camera, Node
from custodes.places.scope import visible_cameras
from custodes.upkeep.alarms.kinds.machines import (
    STORE_SHORT,
    STORE_STOPPED,
    STORE_THINNED,
    VOLUME_SOON_FULL,
    VOLUME_UNDER_FLOOR,
)
from custodes.upkeep.models import Alarm, HourRollup
from custodes.upkeep.templatetags.upkeep import bytes_words

WEEK = timedelta(days=7)
MOST = 5
LEAST_SHARE = 0.02
"""A camera that writes less than this share more than before has not grown."""


@dataclass(frozen=True)
class CameraGrowth:
    """One camera.

    Attributes:
        name: its name; empty where the viewer may not see the register's row.
        pk: its id, None likewise.
        before, now: bytes a day, the week before and the last week.
    """

    name: str
    pk: UUID | None
    before: float
    now: float

    @property
    def more(self) -> float:
        """Bytes a day that it grew by."""
        return self.now - self.before

    @property
    def percent(self) -> int | None:
        """By how many percent; None where there was nothing before."""
        return round(100 * self.more / self.before) if self.before else None


def cameras_that_grew(
    node: Node, person: Person, at: datetime, permission: Permission = Permission.VIEW_STORE
) -> list[CameraGrowth]:
    """The most grown first, five at most; cameras that were not there the week before are left out, they are known.

    A rate is of the hours that were reported, so that a camera which was added within a week, or a node that was away,
    does not look as though it had grown.

    Args:
        permission: in whose reach a camera has to lie for it to be named.
    """
    before, now = (_daily(node, until - WEEK, until) for until in (at - WEEK, at))
    grown = [(now[pk] - rate, pk) for pk, rate in before.items() if now.get(pk, 0) > rate * (1 + LEAST_SHARE)]
    grown = sorted(grown, key=lambda one: (-one[0], str(one[1])))[:MOST]
    seen = visible_cameras(person, at, permission)
    names = dict(Camera.objects.filter(pk__in=[pk for _, pk in grown]).filter(pk__in=seen).values_list("pk", "name"))
    return [CameraGrowth(names.get(pk, ""), pk if pk in names else None, before[pk], now[pk]) for _, pk in grown]


def _daily(node: Node, since: datetime, until: datetime) -> dict[UUID, float]:
    """Bytes a day of each camera, over the hours that were reported."""
    rows = (
        HourRollup.objects.filter(camera__node=node, hour__gte=since, hour__lt=until, bytes__isnull=False)
        .values("camera")
        .annotate(size=Sum("bytes"), hours=Count("pk"))
        .order_by()
    )
    return {row["camera"]: row["size"] / row["hours"] * 24 for row in rows}


_ABOUT_ROOM = frozenset(
    kind.key for kind in (STORE_SHORT, STORE_THINNED, STORE_STOPPED, VOLUME_SOON_FULL, VOLUME_UNDER_FLOOR)
)


def grown_words(alarm: Alarm, person: Person, at: datetime) -> str:
    """The cameras that grew most, with by how much a day; empty for other alarms and where none grew."""
    if alarm.kind not in _ABOUT_ROOM:
        return ""
    node = Node.objects.filter(name=alarm.subject.partition(":")[2].partition("/")[0]).first()
    grown = cameras_that_grew(node, person, at, Permission.VIEW_ALARMS) if node is not None else []
    if not grown:
        return ""
    said = [_one(camera) for camera in grown if camera.pk is not None]
    others = len(grown) - len(said)
    if others:
        said.append(ngettext("其他单位的 %(count)d 个点位", "其他单位的 %(count)d 个点位", others) % {"count": others})
    return _("最近七天写入增长最多：%(cameras)s。请先核对其码率。") % {"cameras": _("、").join(said)}


def _one(camera: CameraGrowth) -> str:
    words = _("%(name)s（每天多 %(more)s，增长 %(percent)d%%）")
    return words % {"name": camera.name, "more": bytes_words(camera.more), "percent": camera.percent or 0}
