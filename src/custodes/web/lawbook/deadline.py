"""When something is due: the count as small months, line by line, and to take along into a calendar program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.law.bad_input import BadInput
from custodes.law.calendar.days import ZONE, WorkCalendar
from custodes.law.clauses.conflicts import ConflictOutcome, Tension, tensions_of
from custodes.law.deadlines.answer import Beforehand, Due
from custodes.law.deadlines.counting import before, due, set_term
from custodes.law.deadlines.table import BACKWARD_BY_KIND, BY_KIND, REMOVAL
from custodes.web.lawbook import agenda
from custodes.web.lawbook.asking import Complaints, ask, assumed, back_to_question, crumbs, date_field, english, today
from custodes.web.lawbook.strip import DayMark, Strip, strip
from custodes.web.lawbook.words import ACTORS, deadline_kinds

_COMPLAINTS = Complaints(
    {"from": "start", "removal": "start", "set_days": "days", "told": "done", "done_day": "done"},
    {
        "from": _("该条款在这一天尚未施行，或者不适用于这一天的事件。"),
        "removal": _("计划拆除之日须晚于今天，且在本办法施行之后。"),
        "start": _("请填写起算事件之日。"),
        "set_days": _("该期限由公安机关确定，请填写责令或者通知载明的天数。"),
        "days": _("该期限由条款规定，不填写天数。"),
        "kind": _("请选择期限种类。"),
        "done": _("办理之日不能早于起算事件之日。"),
        "told": _("通知须在举行听证之前。"),
        "at": _("该期限按日计算，不填写时刻。"),
        "done_at": _("该期限按日计算，不填写时刻。"),
        "done_day": _("填写办理时刻的，还须填写实际办理之日。"),
    },
)


#: Kinds that a tension of another kind speaks of as well.
_SAME_MATTER = {"hearing-notice": "hearing-day"}


def _time_field(label: Any, hint: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=hint,
        error_messages={"invalid": _("请按时、分填写，例如 15:30。")},
    )


class DeadlineForm(forms.Form):
    """A kind and a day."""

    kind = forms.ChoiceField(label=_("期限种类"))
    start = date_field(
        _("起算事件之日"),
        _(
            "验收合格、投入使用、送达等；当日不计。拆除填写计划拆除之日，听证前通知填写举行听证之日，施行前已建成系统的备案不填写。"
        ),
    )
    at = _time_field(_("起算时刻"), _("仅当场处罚报备填写，按小时计算。"))
    days = forms.IntegerField(
        label=_("责令或者通知载明的天数"),
        min_value=1,
        max_value=3650,
        required=False,
        help_text=_("仅限期升级改造、责令改正填写。"),
    )
    done = date_field(_("实际办理之日"), _("已经办理的，填写后可以看出是否逾期。"))
    done_at = _time_field(_("实际办理时刻"), _("仅当场处罚报备填写；不填写的按日计算。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = deadline_kinds(english())


@dataclass(frozen=True)
class DeadlineStanding:
    """How a count stands today.

    Attributes:
        day: the last day in time.
        left: days from today until then, negative when it has passed; None once it is done.
        late: natural days by which it was done, or is, too late.
        done: when it was done.
        least: the term is a least length: through its last day it is too early, and nothing is late.
        early: days by which it was done before that.
        minutes: by which it was done after the last moment of a term of hours.
        unsure: it was done on the last day of a term of hours, and the hour that decides is not known.
    """

    day: date
    left: int | None
    late: int
    done: date | None
    least: bool = False
    early: int = 0
    minutes: int = 0
    unsure: bool = False

    @property
    def minutes_words(self) -> str:
        """How late it was done, in hours and minutes."""
        hours, minutes = divmod(self.minutes, 60)
        if not hours:
            return gettext("逾期 %(minutes)d 分钟办理") % {"minutes": minutes}
        return gettext("逾期 %(hours)d 小时 %(minutes)d 分钟办理") % {"hours": hours, "minutes": minutes}


@require_safe
def deadline(request: HttpRequest) -> HttpResponse:
    """The question, and above it the answer once it is asked."""
    form = _form(request)
    now = today()
    found = ask(form, lambda asked: count(asked, now), _COMPLAINTS)
    context: dict[str, Any] = {"form": form, "crumbs": crumbs(_("期限计算")), "today": now}
    if found is not None:
        context |= answer_of(found, now, form.cleaned_data["done"], form.cleaned_data["done_at"])
        context["agenda"] = f"{reverse('lawbook:agenda')}?{request.GET.urlencode()}"
    return render(request, "lawbook/deadline.html", context)


def _form(request: HttpRequest) -> DeadlineForm:
    """A kind alone only chooses it, unless its term began on a day that the law names."""
    kind = BY_KIND.get(request.GET.get("kind", ""))
    if "start" in request.GET or (kind is not None and kind.starts is not None):
        return DeadlineForm(request.GET)
    return DeadlineForm(initial={"kind": request.GET.get("kind")})


@require_safe
def calendar_file(request: HttpRequest) -> HttpResponse:
    """The same answer for a calendar program (RFC 5545)."""
    form = DeadlineForm(request.GET)
    found = ask(form, lambda asked: count(asked, today()), _COMPLAINTS)
    if found is None:
        return redirect(back_to_question(request, "lawbook:deadline"))
    link = request.build_absolute_uri(back_to_question(request, "lawbook:deadline"))
    answer = HttpResponse(agenda.written(found, link, timezone.now(), english()), content_type="text/calendar")
    answer["Content-Disposition"] = f'attachment; filename="{form.cleaned_data["kind"]}-{agenda.day(found)}.ics"'
    return answer


def count(asked: dict[str, Any], now: date) -> Due | Beforehand:
    """What the library counts.

    Raises:
        BadInput: a day or a length is missing, or can't be right.
    """
    kind, start, days, done = asked["kind"], asked["start"], asked["days"], asked["done"]
    if kind in BACKWARD_BY_KIND:
        return _before(asked, now)
    _check_done(start, asked["at"], done, asked["done_at"], BY_KIND[kind].in_hours)
    calendar, values = WorkCalendar(), assumed()
    known = BY_KIND[kind]
    if start is None and known.starts is None:
        raise BadInput("start", "a day is needed", "give it")
    if known.term is None:
        if days is None:
            raise BadInput("set_days", "a length is needed", "give it")
        if asked["at"] is not None:
            raise BadInput("at", "it counts days", "leave the hour out")
        return set_term(kind, start, days, calendar, values)
    if days is not None:
        raise BadInput("days", "the length is fixed", "leave it out")
    event = start or known.starts
    assert event is not None
    return due(kind, event, calendar, values, asked["at"])


def _check_done(start: date | None, at: time | None, done: date | None, done_at: time | None, hours: bool) -> None:
    if done_at is not None and not hours:
        raise BadInput("done_at", "it counts days", "leave the hour out")
    if done_at is not None and done is None:
        raise BadInput("done_day", "an hour needs its day", "give the day")
    if done is None or start is None:
        return
    if done < start or (done == start and at is not None and done_at is not None and done_at < at):
        raise BadInput("done", "it is done after its event", "check both days")


def _before(asked: dict[str, Any], now: date) -> Beforehand:
    """What has to be told before an event."""
    event, told = asked["start"], asked["done"]
    if event is None:
        raise BadInput("start", "a day is needed", "give it")
    for name in ("days", "at", "done_at"):
        if asked[name] is not None:
            raise BadInput(name, "the length is fixed, and counts days", "leave it out")
    if told is not None and told >= event and asked["kind"] != REMOVAL.kind:
        raise BadInput("told", "it is told before its event", "check both days")
    return before(asked["kind"], event, WorkCalendar(), now, assumed())


def answer_of(found: Due | Beforehand, now: date, done: date | None, done_at: time | None = None) -> dict[str, Any]:
    """What a page shows of a count; `done_at`, the hour of what was done in Lhasa, matters to terms of hours alone."""
    last = agenda.day(found)
    least = isinstance(found, Due) and found.deadline.least
    late = 0 if least else max(0, ((done or now) - last).days)
    early = found.days_early(done) if isinstance(found, Due) and done else 0
    standing = DeadlineStanding(
        last, None if done else (last - now).days, late, done, least, early, *_by_the_hour(found, done, done_at)
    )
    shown: dict[str, Any] = {
        "found": found,
        "before": found if isinstance(found, Beforehand) else None,
        "removal": isinstance(found, Beforehand) and found.deadline is REMOVAL,
        "standing": standing,
        "strip": months_of(found, now, done),
        "lines": lines_of(found),
        "tensions": _other_clocks(found),
        "actor": ACTORS[found.deadline.actor],
    }
    if isinstance(found, Due) and not least:
        shown["reminders"] = [day for day in found.reminders() if done is None and day >= now]
    return shown


def _by_the_hour(found: Due | Beforehand, done: date | None, done_at: time | None) -> tuple[int, bool]:
    """Minutes late, and whether the hour that decides is missing."""
    if done is None or isinstance(found, Beforehand):
        return 0, False
    if done_at is None:
        return 0, found.in_time(done) is None
    exact = datetime.combine(done, done_at, ZONE)
    return found.minutes_late(exact) or 0, found.in_time(exact) is None


def lines_of(found: Due | Beforehand) -> list[str]:
    """How it was counted, in the language of the page; what could not be checked, or a person decides, is shown apart."""
    lines, caveats = (
        (found.en, [one.en for one in found.caveats]) if english() else (found.zh, [one.zh for one in found.caveats])
    )
    shown = (*caveats, *(found.conflict or ())) if isinstance(found, Due) else caveats
    return [line for line in lines if line not in shown]


def months_of(found: Due | Beforehand, now: date, done: date | None = None) -> Strip:
    """The days of a count with what each of them is."""
    marks: dict[date, list[DayMark]] = {}

    def put(day: date, word: Any, about: Any, key: str) -> None:
        marks.setdefault(day, []).append(DayMark(word, about, key))

    if isinstance(found, Beforehand):
        removal = found.deadline is REMOVAL
        put(found.warn_from, pgettext_lazy("日历", "预警"), _("开始预警"), "reminder")
        if found.advised != found.latest:
            words = _("建议不晚于这一天报告") if removal else _("建议不晚于这一天通知，留足整工作日")
            put(found.advised, pgettext_lazy("日历", "建议"), words, "advised")
        words = _("最迟报告之日，休息日在线报告仍为按期") if removal else _("最迟通知之日")
        put(found.latest, pgettext_lazy("日历", "最迟"), words, "due")
        if removal:
            put(found.event, pgettext_lazy("日历", "拆除"), _("计划拆除之日，当日不计"), "start")
        else:
            put(found.event, pgettext_lazy("日历", "听证"), _("举行听证之日，当日不计"), "start")
    else:
        hours, least = found.deadline.in_hours, found.deadline.least
        begun = _("起算事件之日，按小时计算") if hours else _("起算事件之日，当日不计")
        put(found.start, pgettext_lazy("日历", "起算"), begun, "start")
        for day in found.reminders():
            if not least and day not in (found.due, found.unrolled):
                put(day, pgettext_lazy("日历", "提醒"), _("提醒义务人"), "reminder")
        if found.unrolled != found.due:
            put(found.unrolled, pgettext_lazy("日历", "届满"), _("期间届满之日，遇休息日顺延"), "unrolled")
        if least:
            put(found.due, pgettext_lazy("日历", "期满"), _("期满之日，次日起发生效力"), "due")
        else:
            ends = _("到期的时刻在这一天") if hours else _("到期之日，当日办理仍为按期")
            put(found.due, pgettext_lazy("日历", "到期"), ends, "due")
    first, last = min(marks), max(marks)
    if done is not None and first <= done <= last:
        put(done, pgettext_lazy("日历", "办理"), _("实际办理之日"), "done")
    elif first <= now <= last:
        put(now, pgettext_lazy("日历", "今天"), _("今天"), "today")
    return strip(marks, WorkCalendar(), english())


def _other_clocks(found: Due | Beforehand) -> list[Tension]:
    """Where another norm counts the same matter from another day, or another number of days."""
    if isinstance(found, Due) and found.conflict:
        return []  # it is told whole already
    kind = _SAME_MATTER.get(found.deadline.kind, found.deadline.kind)
    clocks = [one for one in tensions_of(found.clauses[0]) if one.id.endswith("clock")]
    return [one for one in clocks if one.outcome is ConflictOutcome.BOTH or one.id == f"{kind}-clock"]
