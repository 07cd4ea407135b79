"""期限和待办: the work list, the calendar, and the notices that I was given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from custodes.law.calendar.days import WorkCalendar
from custodes.people.lawful import in_english
from custodes.people.lawful import terms as terms_now
from custodes.people.models.account import held_posts
from custodes.people.permissions import allowed
from custodes.people.viewer import Viewer
from custodes.upkeep.dates import counting
from custodes.upkeep.dates.lines import DateLine, line_of, parts_of
from custodes.upkeep.dates.month import DateDay, month_of, shown_days
from custodes.upkeep.dates.reach import DateRole, dates_of, standing_of
from custodes.upkeep.dates.sorts import sort_of
from custodes.upkeep.dates.worklist import worklist_of
from custodes.upkeep.models import DateNotice, NoticeStage

PER_PAGE = 50
BADGES = {NoticeStage.LATE: "danger", NoticeStage.DAY: "attention", NoticeStage.AHEAD: "info"}
EARLIEST, LATEST = 2020, 2100


@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """What is late, due, waiting and to come, for the posts of whoever asks."""
    viewer = Viewer.of(request)
    work, today = worklist_of(viewer.person, viewer.at, terms_now()), timezone.localdate(viewer.at)
    counting.keep(viewer.person, viewer.at, work)
    context = {
        "parts": parts_of(work, today),
        "posts": (posts := held_posts(viewer.person, viewer.at)),
        "exports": bool(allowed(frozenset(post.kind for post in posts))),
        "empty": work.empty,
        "unseen": _unseen(viewer).count(),
        "tab": "worklist",
    }
    return render(request, "upkeep/dates/worklist.html", context)


@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """How much there is to do, for the navigation: asked by each page once, after it has loaded."""
    viewer = Viewer.of(request)
    found = counting.count_of(viewer.person, viewer.at, terms_now())
    words = (
        (found.late, _("逾期 %(count)d 项")),
        (found.due, _("三十日内到期 %(count)d 项")),
        (found.waiting, _("等您办理 %(count)d 项")),
    )
    said = _("，").join(word % {"count": number} for number, word in words if number)
    return JsonResponse({"count": found.all, "late": found.late, "words": said})


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A month of all dates in scope, with the holidays and make-up workdays of the law's calendar."""
    viewer = Viewer.of(request)
    terms, today = terms_now(), timezone.localdate(viewer.at)
    standing, mine = standing_of(viewer.person, viewer.at), request.GET.get("mine") == "1"
    first = _month(request.GET.get("month", ""), today)
    dates = dates_of(viewer.person, viewer.at, terms, shown_days(first))
    if mine:
        dates = [one for one in dates if standing.part(one) is DateRole.ACTS]
    month = month_of(first, dates, terms.calendar, today)
    context = {
        "month": month,
        "weeks": [[_cell(day, today) for day in week] for week in month.weeks],
        "listed": [_cell(day, today) for day in month.listed],
        "today": today,
        "mine": mine,
        "open": _open_days(month.listed, terms.calendar),
        "tab": "calendar",
    }
    return render(request, "upkeep/dates/calendar.html", context)


@dataclass(frozen=True)
class CalendarCell:
    """A day of the calendar with its lines; `more` of them have no room in the grid."""

    day: DateDay
    why: str
    lines: list[DateLine]
    shown: list[DateLine]
    more: int


ROOM = 3


def _cell(day: DateDay, today: date) -> CalendarCell:
    why = day.judged.en if in_english() else day.judged.zh
    lines = [line_of(one, today) for one in day.dates]
    return CalendarCell(day, why, lines, lines[:ROOM], max(0, len(lines) - ROOM))


def _open_days(days: Iterable[DateDay], calendar: WorkCalendar) -> str:
    """What notice is not known that could still move a date of this month."""
    for day in days:
        if day.judged.missing is not None and day.dates:
            return day.judged.missing[1] if in_english() else day.judged.missing[0]
    return ""


def _month(asked: str, today: date) -> date:
    try:
        year, month = asked.split("-")
        first = date(int(year), int(month), 1)
    except ValueError:
        return today.replace(day=1)
    return first if EARLIEST <= first.year <= LATEST else today.replace(day=1)


def _unseen(viewer: Viewer) -> Any:
    return DateNotice.objects.filter(person=viewer.person, seen_at__isnull=True)


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What I was told, newest first. The names are looked up now: of what I may not see any more there is only the kind."""
    viewer = Viewer.of(request)
    page = Paginator(DateNotice.objects.filter(person=viewer.person), PER_PAGE).get_page(request.GET.get("page"))
    known = {one.key: one for one in dates_of(viewer.person, viewer.at, terms_now())}
    context = {
        "page": page,
        "rows": [(row, sort_of(row.what).name, known.get(_about(row)), BADGES[NoticeStage(row.stage)]) for row in page],
        "unseen": _unseen(viewer).count(),
        "tab": "notices",
        "crumbs": [(_("期限和待办"), reverse("upkeep:dates")), (_("提醒"), "")],
    }
    return render(request, "upkeep/dates/notices.html", context)


def _about(row: DateNotice) -> str:
    """The key of the date that it tells of; a certificate's names the unit besides, which its date does not."""
    return f"{row.what}:{row.subject.split(':')[0]}:{row.day:%Y-%m-%d}"


@require_POST
def notices_seen(request: HttpRequest) -> HttpResponse:
    """I have read them."""
    viewer = Viewer.of(request)
    count = _unseen(viewer).update(seen_at=viewer.at)
    messages.success(request, _("已标记 %(count)d 条提醒为已读。") % {"count": count})
    return redirect("upkeep:date_notices")
