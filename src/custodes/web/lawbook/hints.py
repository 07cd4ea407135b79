"""What the law has to say today, on 工作台: days that move deadlines, terms of storage, refusals with their clause, examples."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from django.db.models import Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custodes.law.calendar.days import WorkCalendar, day_of
from custodes.law.retention import FLOOR
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.oversight.mirror import catch_up
from custodes.oversight.readers import own_entries, readable_entries
from custodes.people.models import Account
from custodes.people.permissions import Permission
from custodes.places.models import CameraState
from custodes.places.scope import visible_cameras
from custodes.settings import get_settings
from custodes.web.lawbook.asking import english
from custodes.web.lawbook.cases import EXAMPLES
from custodes.web.lawbook.examples import shown
from custodes.web.lawbook.strip import next_run, open_notice
from custodes.web.lawbook.words import HOLIDAYS

_AHEAD = 60
"""A deadline of thirty days with its roll ends within these days."""
_BACK = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Hint:
    """One line of the task list part."""

    label: str
    hint: str
    href: str
    state: str
    state_label: str


def hints(account: Account, at: datetime.datetime, may: frozenset[Permission]) -> list[Hint]:
    """What concerns this account's posts, which give it `may`, and what concerns everybody."""
    found: list[Hint] = []
    found += _refusals(account, at, Permission.VIEW_LEDGER in may)
    found += _calendar(day_of(at))
    if Permission.VIEW_PLACES in may:
        found += _storage(account, at)
    if get_settings().training:
        found += _examples(day_of(at))
    return found


def _refusals(account: Account, at: datetime.datetime, reads: bool) -> Iterator[Hint]:
    """Looks that were refused lately, as far as the finding aid over the log has them; it is brought on by one piece."""
    with suppress(NotaryUnavailable, NotaryRefused):
        catch_up(pieces=1)
    rows = readable_entries(account.person, at) if reads else own_entries(account.person)
    count = rows.filter(type="refusal", at__gte=at - _BACK).count()
    if count:
        yield Hint(
            ngettext("七日内 %(count)d 次查看未获准", "七日内 %(count)d 次查看未获准", count) % {"count": count},
            _("每次都写明未满足的条件和条款。"),
            f"{reverse('oversight:ledger' if reads else 'oversight:mine')}?type=refusal",
            "attention",
            _("不准查看"),
        )


def _calendar(today: datetime.date) -> Iterator[Hint]:
    days = WorkCalendar()
    run = next_run(today, _AHEAD, days)
    if run is not None:
        yield Hint(
            _("%(holiday)s放假：%(first)s 至 %(last)s")
            % {"holiday": HOLIDAYS.get(run.name, run.name), "first": run.first, "last": run.last},
            _("这几天届满的期限顺延至 %(day)s；拆除前的报告期间不顺延（S18b）。") % {"day": run.back},
            reverse("lawbook:deadline"),
            "info",
            _("期限顺延"),
        )
    unknown = open_notice(today, _AHEAD, days)
    if unknown is not None:
        day, missing = unknown
        yield Hint(
            _("%(day)s 以后的到期日为暂定") % {"day": day},
            missing[1] if english() else _("%(what)s，公布并录入后重新计算。") % {"what": missing[0]},
            reverse("lawbook:deadline"),
            "attention",
            _("暂定"),
        )


def _storage(account: Account, at: datetime.datetime) -> Iterator[Hint]:
    # The least and the most are found at either end of an index; how many there are the list of cameras says.
    cameras = visible_cameras(account.person, at, Permission.VIEW_PLACES).exclude(state=CameraState.RETIRED)
    longest = cameras.order_by("-retention_days").values("retention_days")[:1]
    shortest = cameras.order_by("retention_days").annotate(most=Subquery(longest))
    ends = shortest.values_list("retention_days", "most").first()
    if ends is None:
        return
    least, most = ends
    settings = get_settings()
    if settings.training:
        hours = settings.training_retention_minutes / 60
        note = _("登记的期限不少于%(floor)d日（S32、N17）；训练装置的模拟录像只保留 %(hours)g 小时。") % {
            "floor": FLOOR.days,
            "hours": hours,
        }
    else:
        note = _("不少于法定的%(floor)d日（S32、N17）；期满且目的达成的应当删除。") % {"floor": FLOOR.days}
    span = str(least) if least == most else _("%(least)d 至 %(most)d") % {"least": least, "most": most}
    yield Hint(
        _("登记点位的存储期限：%(span)s 日") % {"span": span},
        note,
        reverse("lawbook:retention"),
        "fine" if least >= FLOOR.days else "danger",
        _("达到下限") if least >= FLOOR.days else _("低于下限"),
    )


def _examples(today: datetime.date) -> Iterator[Hint]:
    """In a training installation: the worked examples that are most worth a look."""
    late = sum(shown(one, today).state == "danger" for one in EXAMPLES)
    yield Hint(
        _("法规示例：%(count)d 个案例") % {"count": len(EXAMPLES)},
        _("虚构案例，现场计算：逾期、将到期、等待期满、不得罚款、规范冲突，其中 %(late)d 个须处理。") % {"late": late},
        reverse("lawbook:examples"),
        "neutral",
        _("示例"),
    )
