"""How long footage is kept: the longest of the rules that apply, a longer term of somebody's own, and holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.law.bad_input import BadInput
from custodes.law.calendar.days import ZONE
from custodes.law.clauses.clause import Rank
from custodes.law.clauses.conflicts import Tension, tensions_of
from custodes.law.retention import CEILING, Hold, OtherTerm, RetentionTerm, keeping
from custodes.web.lawbook.asking import Complaints, FieldGroup, ask, crumbs, date_field, today
from custodes.web.lawbook.words import RANKS

_COMPLAINTS = Complaints(
    {},
    {
        "captured": _("该日的录像没有可以适用的留存规定（本办法自 2024-05-01 起施行），请核对日期。"),
        "source": _("另有期限的，请写明是哪一规范、标准或者决定。"),
        "days": _("写明了来源或者目的的，请一并填写天数。"),
        "hold_reason": _("信息保全的，请写明理由。"),
        "hold_until": _("保全届满之日不能早于采集之日。"),
        "captured_time": _("请填写 24 小时制的时刻，例如 23:30。"),
    },
)
_LAST_DAY = date(2199, 12, 31)


class RetentionForm(forms.Form):
    """When it was captured, and what else sets a term."""

    captured = date_field(_("采集之日"), required=True, initial=today)
    captured_time = forms.TimeField(
        label=_("采集时刻"),
        required=False,
        help_text=_("拉萨时间；不填写的，按当日计算。"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    key_target = forms.BooleanField(label=_("公安机关确定的防范恐怖袭击重点目标"), required=False)
    national = forms.BooleanField(
        label=_("属于条例第九条的其他公共场所"),
        required=False,
        help_text=_("条例第十七条的最短期限不适用，本办法的仍适用。"),
    )
    days = forms.IntegerField(label=_("另有期限（天）"), min_value=1, max_value=36_500, required=False)
    source = forms.CharField(
        label=_("期限的来源"), max_length=100, required=False, help_text=_("规范、标准或者决定的名称。")
    )
    rank = forms.TypedChoiceField(
        label=_("来源的效力等级"),
        choices=[(str(rank.value), RANKS[rank]) for rank in Rank],
        coerce=lambda value: Rank(int(value)),
        required=False,
        initial=str(Rank.STANDARD.value),
        help_text=_("单位自行决定的，选标准。"),
    )
    purpose = forms.CharField(
        label=_("届时尚未达成的目的"),
        max_length=200,
        required=False,
        help_text=_("仅依标准或者单位决定延长的，应当写明。"),
    )
    hold_reason = forms.CharField(label=_("信息保全的理由"), max_length=200, required=False)
    hold_until = date_field(_("保全届满之日"), _("不填写的，保全至解除。"))

    def groups(self) -> list[FieldGroup]:
        """The fields by what they are about."""
        wanted = (
            (_("录像"), ("captured", "captured_time", "key_target", "national")),
            (_("另有期限"), ("days", "source", "rank", "purpose")),
            (_("信息保全"), ("hold_reason", "hold_until")),
        )
        return [FieldGroup(legend, [self[name] for name in names]) for legend, names in wanted]


@dataclass(frozen=True)
class RetentionAnswer:
    """What the page shows."""

    found: RetentionTerm
    holds: tuple[Hold, ...]
    left: int | None
    ceiling: tuple[str, ...]
    tensions: tuple[Tension, ...]


@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """The question, and above it the answer once it is asked."""
    form = RetentionForm(request.GET if "captured" in request.GET else None)
    answer = ask(form, lambda asked: answer_of(asked, today()), _COMPLAINTS)
    return render(
        request, "lawbook/retention.html", {"form": form, "answer": answer, "crumbs": crumbs(_("存储期限计算"))}
    )


def answer_of(asked: dict[str, Any], now: date) -> RetentionAnswer:
    """How long footage is kept, and how many days from `now` until it may go.

    Raises:
        BadInput: a part of another term or of a hold is missing, or can't be right.
    """
    captured, holds = asked["captured"], _holds(asked)
    moment = captured if asked["captured_time"] is None else datetime.combine(captured, asked["captured_time"], ZONE)
    found = keeping(
        moment, key_target=asked["key_target"], national=not asked["national"], others=_others(asked), holds=holds
    )
    left = (found.keep_through - now).days if found.keep_through else None
    return RetentionAnswer(found, holds, left, CEILING, tensions_of("S32", captured))


def _others(asked: dict[str, Any]) -> tuple[OtherTerm, ...]:
    days, source, purpose = asked["days"], asked["source"].strip(), asked["purpose"].strip()
    if days is None:
        if source or purpose:
            raise BadInput("days", "a term has a length", "give the days")
        return ()
    return (OtherTerm(days, source, asked["rank"] or Rank.STANDARD, purpose),)


def _holds(asked: dict[str, Any]) -> tuple[Hold, ...]:
    reason, until = asked["hold_reason"].strip(), asked["hold_until"]
    if not reason:
        if until is not None:
            raise BadInput("hold_reason", "a hold has a reason", "give it")
        return ()
    if until is not None and not asked["captured"] <= until <= _LAST_DAY - timedelta(days=1):
        raise BadInput("hold_until", "a hold ends after the capture", "check both days")
    return (Hold(reason, until),)
