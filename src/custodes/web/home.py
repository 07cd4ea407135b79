"""What 工作台 says of cameras, days and volumes to whoever must tend them. Duty and sign-in are `workbench.py`'s, what has to be done the work list's."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from custodes.people.models import Account
from custodes.people.permissions import Permission
from custodes.places.models import Camera, CameraState, Site, TrialAddress
from custodes.places.scope import editable_cameras, editable_systems, own_units, visible_cameras
from custodes.settings import get_settings
from custodes.upkeep.alarms.kinds import KINDS, AlarmReach
from custodes.upkeep.alarms.visible import open_alarms
from custodes.upkeep.alarms.words import BADGES, title
from custodes.upkeep.coverage import incomplete_on
from custodes.upkeep.health import cameras_down, count_down, forecasts
from custodes.upkeep.models import Alarm, DateNotice, NoticeStage, Severity
from custodes.web.first_use import READERS, badge_of, is_set_up, steps_ahead

DAYS_BACK = 3
"""Incomplete days this far back are shown; older ones are on 完整率."""


@dataclass(frozen=True)
class HomeTask:
    """One line of the task list part."""

    label: str
    hint: str
    href: str
    state: str
    state_label: str
    others: bool = False
    """Whoever reads it is concerned, and another sees to it: it stands behind the own work."""


def matters(account: Account, at: datetime.datetime, may: frozenset[Permission]) -> list[HomeTask]:
    """How it stands in the rooms that the account's posts open (`may`), the most pressing first."""
    found: list[HomeTask] = [*_reminders(account)]
    if may & READERS and not is_set_up():
        found += [HomeTask(step.label, step.hint, step.href, *badge_of(step)) for step in steps_ahead(account, at, may)]
    elif Permission.MANAGE_PLACES in may:
        found += _beginning(account, at)
    if Permission.VIEW_ALARMS in may:
        found += _alarms(account, at, may)
    if Permission.VIEW_COMPLETENESS in may:
        rows = visible_cameras(account.person, at, Permission.VIEW_COMPLETENESS)
        found += _down(rows, at)
        found += _incomplete(rows, at)
    if Permission.MANAGE_CAMERAS in may:
        found += _unfinished(account, at)
    if Permission.VIEW_STORE in may:
        found += _volumes(may)
    return found


def _reminders(account: Account) -> Iterator[HomeTask]:
    rows = DateNotice.objects.filter(person=account.person, seen_at__isnull=True)
    found = rows.aggregate(count=Count("pk"), late=Count("pk", filter=Q(stage=NoticeStage.LATE)))
    count, late = found["count"], found["late"]
    if count:
        label = _("未读的期限提醒：%(count)d") % {"count": count}
        hint = _("其中逾期 %(late)d 项。") % {"late": late} if late else ""
        yield HomeTask(label, hint, reverse("upkeep:date_notices"), "danger" if late else "attention", _("未读"))


def _beginning(account: Account, at: datetime.datetime) -> Iterator[HomeTask]:
    """Where somebody begins whose unit has entered nothing yet: a site, and then its system. Nothing later leads there.

    Police may have no system of their own for good; the first ones of an installation are led by `first_use`.
    """
    own = own_units(account.person, at)
    if account.person.unit.is_police or editable_systems(account.person, at).exists():
        return
    site = Site.objects.filter(unit__in=own).order_by("-pk").first()
    if site is None:
        hint = _("登记场所后登记视频系统，然后办理备案；每一步都写明下一步。")
        yield HomeTask(_("登记本单位的场所"), hint, reverse("places:site_add"), "attention", _("从这里开始"))
    else:
        label = _("登记视频系统：%(site)s") % {"site": site.name}
        hint = _("登记系统后接入点位、办理备案。")
        yield HomeTask(
            label, hint, reverse("places:system_add", args=[site.pk]), "attention", pgettext("下一步", "下一步")
        )


def _alarms(account: Account, at: datetime.datetime, may: frozenset[Permission]) -> Iterator[HomeTask]:
    """Alarms in one line; those of machines in another where somebody else tends these (`_tends_machines`)."""
    rows = open_alarms(account.person, at)
    if _tends_machines(may):
        yield from _alarms_in_a_line(rows, others=False)
        return
    machines = [kind.key for kind in KINDS.values() if kind.reach is not AlarmReach.CAMERAS]
    yield from _alarms_in_a_line(rows.exclude(kind__in=machines), others=False)
    yield from _alarms_in_a_line(rows.filter(kind__in=machines), others=True)


def _tends_machines(may: frozenset[Permission]) -> bool:
    """Whose work nodes, disks and the installation are: the system administrator's, and whoever's who stands duty and sees to alarms."""
    return bool(may & {Permission.MANAGE_VOLUMES, Permission.ORDER_THINNING, Permission.STAND_DUTY})


def _alarms_in_a_line(rows: QuerySet[Alarm], *, others: bool) -> Iterator[HomeTask]:
    first = rows.first()
    if first is None:
        return
    count = rows.count()
    yield HomeTask(
        title(first)
        if count == 1
        else _("%(title)s，另有 %(count)d 条告警") % {"title": title(first), "count": count - 1},
        _("由系统管理员处理；您的点位由该处录像。") if others else str(KINDS[first.kind].remedy),
        first.get_absolute_url() if count == 1 else reverse("upkeep:alarms"),
        "info" if others else BADGES[Severity(first.severity)],
        _("知悉") if others else first.get_severity_display(),
        others,
    )


def _down(rows: QuerySet[Camera], at: datetime.datetime) -> Iterator[HomeTask]:
    count = count_down(rows, at)
    if count:
        down = cameras_down(rows, at).order_by("name")
        names = _("、").join(camera.name for camera in down[:3])
        yield HomeTask(
            _("%(count)d 个点位没有录像") % {"count": count},
            names if count <= 3 else _("%(names)s 等") % {"names": names},
            down[0].get_absolute_url() if count == 1 else reverse("upkeep:down"),
            "danger",
            _("中断"),
        )


def _incomplete(rows: QuerySet[Camera], at: datetime.datetime) -> Iterator[HomeTask]:
    zone = ZoneInfo(get_settings().time_zone)
    today = timezone.localdate(at)
    days = [today - datetime.timedelta(days=back) for back in range(DAYS_BACK)]
    for day, count in zip(days, incomplete_on(rows, days, zone), strict=True):
        if count:
            yield HomeTask(
                _("%(day)s 有 %(count)d 个点位录像不完整") % {"day": day.isoformat(), "count": count},
                _("请查看缺少的时段和原因，原因不明的应当查清。"),
                f"{reverse('upkeep:completeness')}?until={day.isoformat()}",
                "attention",
                _("不完整"),
            )


def _unfinished(account: Account, at: datetime.datetime) -> Iterator[HomeTask]:
    cameras = editable_cameras(account.person, at)
    trials = TrialAddress.objects.filter(camera__in=cameras.values("pk")).select_related("camera").order_by("at")
    for trial in trials[:5]:
        camera: Camera = trial.camera
        draft = camera.state == CameraState.DRAFT
        yield HomeTask(
            _("继续接入点位：%(name)s") % {"name": camera.name}
            if draft
            else _("确认新地址：%(name)s") % {"name": camera.name},
            _("地址已填写，还没有检测和确认。"),
            reverse("places:check", args=[camera.pk]),
            "attention",
            _("未完成"),
        )


def _volumes(may: frozenset[Permission]) -> Iterator[HomeTask]:
    others = not _tends_machines(may)
    settings = get_settings()
    floor = settings.training_retention_minutes / 1440 if settings.training else float(settings.retention_days)
    for volume in forecasts(settings.volume_cap_bytes > 0):
        if volume.states or volume.under_floor(floor):
            yield HomeTask(
                _("存储卷 %(name)s 需要处理") % {"name": volume.name},
                _("容不下留存期限，或者不能写入。由系统管理员处理。")
                if others
                else _("容不下留存期限，或者不能写入。"),
                reverse("upkeep:forecast"),
                "info" if others else "danger",
                _("知悉") if others else _("存储"),
                others,
            )
