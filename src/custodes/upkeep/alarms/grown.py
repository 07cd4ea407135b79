"""The cameras whose bit rate rose, named where an alarm about room on disks is read: it is what fills a disk early.

Worked out anew for each reader: nobody is told of cameras that they may not see (docs/design/alarms.md §2.8).
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.places.models import Node
from custodes.upkeep.alarms.kinds.machines import (
    STORE_SHORT,
    STORE_STOPPED,
    STORE_THINNED,
    VOLUME_SOON_FULL,
    VOLUME_UNDER_FLOOR,
)
from custodes.upkeep.growth import Growth, cameras_that_grew
from custodes.upkeep.models import Alarm
from custodes.upkeep.templatetags.upkeep import bytes_words

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


def _one(camera: Growth) -> str:
    words = _("%(name)s（每天多 %(more)s，增长 %(percent)d%%）")
    return words % {"name": camera.name, "more": bytes_words(camera.more), "percent": camera.percent or 0}
