"""What 工作台 says of cameras, days and volumes to whoever must tend them. Duty, sign-in and posts are `workbench.py`'s."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.people.lawful import terms as terms_now
from custodes.people.models import Account
from custodes.people.permissions import Permission
from custodes.places.doubts import settleable
from custodes.places.lifecycle.worklist import waiting_for
from custodes.places.models import Camera, CameraState, TrialAddress
from custodes.places.scope import editable_cameras, visible_cameras
from custodes.places.sound import awaiting as sound_awaiting
from custodes.settings import get_settings
from custodes.upkeep.alarms.kinds import KINDS
from custodes.upkeep.alarms.visible import open_alarms
from custodes.upkeep.alarms.words import BADGES, title
from custodes.upkeep.coverage import incomplete_cameras
from custodes.upkeep.health import cameras_down, forecasts
from custodes.upkeep.models import DateNotice, Severity, Stage
from custodes.upkeep.plans import awaiting

DAYS_BACK = 3
"""Incomplete days this far back are shown; older ones are on 完整率."""


_OF_LIVES = (Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS, Permission.APPROVE_CHANGES)
"""Who has a part in the lives of systems."""


@dataclass(frozen=True)
class Matter:
    """One line of the task list part."""

    label: str
    hint: str
    href: str
    state: str
    state_label: str


def matters(account: Account, at: datetime.datetime) -> list[Matter]:
    """What waits in the rooms that the account may enter, the most pressing first."""
    found: list[Matter] = [*_reminders(account)]
    if account.has_perm(Permission.VIEW_ALARMS):
        found += _alarms(account, at)
    if account.has_perm(Permission.APPROVE_PLANS):
        found += _plans(account, at)
    if account.has_perm(Permission.APPROVE_SOUND):
        found += _sound(account, at)
    if any(account.has_perm(one) for one in _OF_LIVES):
        found += _life(account, at)
    if account.has_perm(Permission.SETTLE_DOUBTS):
        found += _doubts(account, at)
    if account.has_perm(Permission.VIEW_COMPLETENESS):
        rows = visible_cameras(account.person, at, Permission.VIEW_COMPLETENESS)
        found += _down(rows, at)
        found += _incomplete(rows, at)
    if account.has_perm(Permission.MANAGE_CAMERAS):
        found += _unfinished(account, at)
    if account.has_perm(Permission.VIEW_STORE):
        found += _volumes()
    return found


def _reminders(account: Account) -> Iterator[Matter]:
    rows = DateNotice.objects.filter(person=account.person, seen_at__isnull=True)
    count, late = rows.count(), rows.filter(stage=Stage.LATE).count()
    if count:
        label = _("未读的期限提醒：%(count)d") % {"count": count}
        hint = _("其中逾期 %(late)d 项。") % {"late": late} if late else ""
        yield Matter(label, hint, reverse("upkeep:date_notices"), "danger" if late else "attention", _("未读"))


def _plans(account: Account, at: datetime.datetime) -> Iterator[Matter]:
    rows = awaiting(account.person, at)
    if rows:
        href = rows[0].get_absolute_url() if len(rows) == 1 else reverse("upkeep:plans")
        label = _("等您批准的计划：%(count)d") % {"count": len(rows)}
        yield Matter(label, "；".join(row.words for row in rows[:3]), href, "attention", _("待办理"))


def _life(account: Account, at: datetime.datetime) -> Iterator[Matter]:
    for one in waiting_for(account.person, at, terms_now()):
        if one.due is None:
            yield Matter(one.label, one.hint, one.href, "attention", _("待办理"))
        elif one.late:
            yield Matter(one.label, one.hint, one.href, "danger", _("逾期"))
        else:
            yield Matter(one.label, one.hint, one.href, "attention", _("截至 %(day)s") % {"day": one.due})


def _sound(account: Account, at: datetime.datetime) -> Iterator[Matter]:
    for row in sound_awaiting(account.person, at):
        label = _("等您批准采集声音：%(name)s") % {"name": row.camera.name}
        yield Matter(label, row.why, row.get_absolute_url(), "attention", _("待办理"))


def _doubts(account: Account, at: datetime.datetime) -> Iterator[Matter]:
    rows = list(settleable(account.person, at).select_related("camera")[:4])
    if rows:
        count = settleable(account.person, at).count()
        href = rows[0].get_absolute_url() if count == 1 else reverse("places:doubts")
        label = _("等您核对是否禁止安装的点位：%(count)d") % {"count": count}
        yield Matter(label, _("、").join(row.camera.name for row in rows[:3]), href, "attention", _("待办理"))


def _alarms(account: Account, at: datetime.datetime) -> Iterator[Matter]:
    rows = open_alarms(account.person, at)
    first = rows.first()
    if first is None:
        return
    count = rows.count()
    yield Matter(
        title(first)
        if count == 1
        else _("%(title)s，另有 %(count)d 条告警") % {"title": title(first), "count": count - 1},
        str(KINDS[first.kind].remedy),
        first.get_absolute_url() if count == 1 else reverse("upkeep:alarms"),
        BADGES[Severity(first.severity)],
        first.get_severity_display(),
    )


def _down(rows: QuerySet[Camera], at: datetime.datetime) -> Iterator[Matter]:
    down = cameras_down(rows, at).select_related("status").order_by("name")
    count = down.count()
    if count:
        names = _("、").join(camera.name for camera in down[:3])
        yield Matter(
            _("%(count)d 个点位没有录像") % {"count": count},
            names if count <= 3 else _("%(names)s 等") % {"names": names},
            down[0].get_absolute_url() if count == 1 else reverse("upkeep:down"),
            "danger",
            _("中断"),
        )


def _incomplete(rows: QuerySet[Camera], at: datetime.datetime) -> Iterator[Matter]:
    zone = ZoneInfo(get_settings().time_zone)
    today = timezone.localdate(at)
    for back in range(DAYS_BACK):
        day = today - datetime.timedelta(days=back)
        count = incomplete_cameras(rows, day, zone).count()
        if count:
            yield Matter(
                _("%(day)s 有 %(count)d 个点位录像不完整") % {"day": day.isoformat(), "count": count},
                _("请查看缺少的时段和原因，原因不明的应当查清。"),
                f"{reverse('upkeep:completeness')}?until={day.isoformat()}",
                "attention",
                _("不完整"),
            )


def _unfinished(account: Account, at: datetime.datetime) -> Iterator[Matter]:
    cameras = editable_cameras(account.person, at)
    trials = TrialAddress.objects.filter(camera__in=cameras.values("pk")).select_related("camera").order_by("at")
    for trial in trials[:5]:
        camera: Camera = trial.camera
        draft = camera.state == CameraState.DRAFT
        yield Matter(
            _("继续接入点位：%(name)s") % {"name": camera.name}
            if draft
            else _("确认新地址：%(name)s") % {"name": camera.name},
            _("地址已填写，还没有检测和确认。"),
            reverse("places:check", args=[camera.pk]),
            "attention",
            _("未完成"),
        )


def _volumes() -> Iterator[Matter]:
    settings = get_settings()
    floor = settings.training_retention_minutes / 1440 if settings.training else float(settings.retention_days)
    for volume in forecasts(settings.volume_cap_bytes > 0):
        if volume.states or volume.under_floor(floor):
            yield Matter(
                _("存储卷 %(name)s 需要处理") % {"name": volume.name},
                _("容不下留存期限，或者不能写入。"),
                reverse("upkeep:forecast"),
                "danger",
                _("存储"),
            )
