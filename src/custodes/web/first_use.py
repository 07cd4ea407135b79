"""What comes next on an installation of which nothing was recorded yet, for each post: until the first camera records.

A platform that looks through those below it, and records nothing itself, is set up once the first of these links was in force.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from custodes.people.models import Account, Post, PostKind
from custodes.people.permissions import Permission
from custodes.places.models import Camera, CameraState, Node, Site, System
from custodes.places.scope import built_systems, own_units, tended_systems
from custodes.sharing.models import Link, PlatformRole
from custodes.upkeep.models import CameraStatus, HourRollup, SourceState, VolumeStatus
from custodes.upkeep.models.status import STALE

READERS = frozenset({Permission.MANAGE_POSTS, Permission.VIEW_PLACES, Permission.VIEW_LEDGER, Permission.VIEW_STORE})
"""Who is told: the posts that set it up, and those that will work with it."""


@dataclass(frozen=True)
class StillToDo:
    """One thing that is still to be done.

    Attributes:
        by: the post that does it; `own`: the viewer holds one that may.
        href: where it is done; empty for somebody else's.
    """

    label: str
    hint: str
    by: PostKind
    own: bool
    href: str


def is_set_up() -> bool:
    """Whether a camera records, or ever did; or no camera of a system that is in use is to, and a platform below was ever joined."""
    records = CameraStatus.objects.filter(state=SourceState.RECORDING)
    if records.exists() or HourRollup.objects.filter(recorded_us__gt=0).exists():
        return True
    joined = Link.objects.filter(platform__role=PlatformRole.LOWER, in_force_on__isnull=False)
    return joined.exists() and not Camera.objects.taken_in().filter(record=True).exists()


def steps_ahead(account: Account, at: datetime.datetime, may: frozenset[Permission]) -> list[StillToDo]:
    """The steps up to the first recording that are still ahead, in their order; of other posts' steps the words alone."""
    return [*_people(may), *_machine(at, may), *_places(account, at, may), *_cameras(account, at, may)]


def _people(may: frozenset[Permission]) -> Iterator[StillToDo]:
    if Post.objects.open().filter(kind=PostKind.CARETAKER).exists():
        return
    own = Permission.MANAGE_POSTS in may
    hint = _("先登记单位和人员，再分配“系统管理人”岗位：场所、系统和点位由其登记。")
    yield StillToDo(
        _("分配系统管理人"), hint, PostKind.SECURITY_ADMIN, own, reverse("people:person_list") if own else ""
    )


def _machine(at: datetime.datetime, may: frozenset[Permission]) -> Iterator[StillToDo]:
    own = Permission.MANAGE_VOLUMES in may
    if not Node.objects.filter(last_seen__gte=at - STALE).exists():
        hint = _("媒体节点接收和录制画面。在服务器上运行 custodes up；多台服务器的，在各节点运行 custodes node。")
        where = reverse("upkeep:nodes") if own else ""
        yield StillToDo(_("启动媒体节点"), hint, PostKind.SYSTEM_ADMIN, own, where)
    elif not VolumeStatus.objects.exists():
        hint = _("录像写入存储卷，容量应当容得下存储期限。")
        where = reverse("upkeep:volumes") if own else ""
        yield StillToDo(_("添加存储卷"), hint, PostKind.SYSTEM_ADMIN, own, where)


def _places(account: Account, at: datetime.datetime, may: frozenset[Permission]) -> Iterator[StillToDo]:
    if System.objects.exists():
        return
    own = Permission.MANAGE_PLACES in may
    site = Site.objects.filter(unit__in=own_units(account.person, at)).order_by("-pk").first() if own else None
    if site is not None:
        label = _("登记视频系统：%(site)s") % {"site": site.name}
        hint = _("登记系统后接入点位、办理备案。")
        yield StillToDo(label, hint, PostKind.CARETAKER, own, reverse("places:system_add", args=[site.pk]))
        return
    hint = _("登记场所后登记视频系统，然后办理备案；每一步都写明下一步。")
    where = reverse("places:site_add") if own else ""
    yield StillToDo(_("登记场所和视频系统"), hint, PostKind.CARETAKER, own, where)


def _cameras(account: Account, at: datetime.datetime, may: frozenset[Permission]) -> Iterator[StillToDo]:
    if not Camera.objects.filter(state=CameraState.CONNECTED).exists():
        own = Permission.MANAGE_CAMERAS in may
        system = tended_systems(account.person, at).order_by("-pk").first() if own else None
        where = reverse("places:wizard", args=[system.pk]) if system is not None else ""
        hint = _("填写位置和设备地址，检测后确认。先登记系统，施工开始后可以接入。")
        yield StillToDo(_("接入第一个点位"), hint, PostKind.CARETAKER, own, where)
    if not Camera.objects.taken_in().exists():
        own = Permission.MANAGE_PLACES in may
        system = built_systems(account.person, at).order_by("-pk").first() if own else None
        where = reverse("places:life", args=[system.pk]) if system is not None else ""
        hint = _("在系统的“办理与经过”页面开始试运行；试运行开始后才录像。")
        yield StillToDo(_("系统开始试运行"), hint, PostKind.CARETAKER, own, where)
    else:
        hint = _("点位已接入，等待媒体节点录到第一段画面，通常不到一分钟；没有画面的，点位页写明原因。")
        where = reverse("places:camera_list") if Permission.VIEW_PLACES in may else ""
        yield StillToDo(_("等待第一段录像"), hint, PostKind.CARETAKER, bool(where), where)


def badge_of(step: StillToDo) -> tuple[str, str]:
    """State and words of its badge: whoever's it is."""
    if step.own and step.href:
        return "attention", pgettext("下一步", "下一步")
    return "neutral", _("由%(post)s办理") % {"post": step.by.label}
