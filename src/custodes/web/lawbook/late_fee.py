"""What is owed for a fine that is paid late: the sum, and how it came about, one line a late day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.law.bad_input import BadInput
from custodes.law.fines.owed import MOST_YUAN, Account, Kind, Span, account
from custodes.web.lawbook.asking import Complaints, Group, ask, assumed, crumbs, date_field, today

_COMPLAINTS = Complaints(
    {"until": "paid"},
    {
        "fine": _("请填写决定书载明的罚款数额，整数元。"),
        "delivered": _("须在行政处罚法（2021-07-15）施行之后，不晚于今天。"),
        "until": _("缴纳之日不能早于收到决定书之日，也不能晚于今天。"),
        "deferred": _("延期须晚于原来的缴纳期限。"),
        "review_from": _("请同时填写开始之日；须在收到决定书之后，不晚于计算之日，结束不早于开始。"),
        "suit_from": _("请同时填写开始之日；须在收到决定书之后，不晚于计算之日，结束不早于开始。"),
    },
)
_SPANS = ("review", "suit")
#: What a row of days is; a day that counts needs no word beside its sum.
_STATES = {
    Kind.IN_TIME: ("fine", _("期限内")),
    Kind.SUSPENDED: ("info", _("复议、诉讼，不计")),
    Kind.CAPPED: ("neutral", _("已达上限")),
}


class LateFeeForm(forms.Form):
    """The fine, when it was received, and what stopped the count."""

    fine = forms.IntegerField(
        label=_("罚款数额（元）"),
        min_value=1,
        max_value=MOST_YUAN,
        help_text=_("处罚决定书载明的数额。"),
        error_messages={
            "required": _("请填写罚款数额。"),
            "invalid": _("请填写整数元，例如 10000。"),
            "min_value": _("罚款至少一元。"),
            "max_value": _("数额过大，请核对。"),
        },
    )
    delivered = date_field(_("收到处罚决定书之日"), _("当日不计；公告送达的，为公告期满之日。"), required=True)
    paid = date_field(_("缴纳之日"), _("尚未缴纳的不填写，计至今天。"))
    deferred = date_field(_("批准延期至"), _("经批准延期缴纳的填写。"))
    review_from = date_field(_("复议开始之日"), _("申请之日起不计。"))
    review_to = date_field(_("复议结束之日"), _("收到复议决定之日，当日也不计入；尚未结束的不填写。"))
    suit_from = date_field(_("诉讼开始之日"))
    suit_to = date_field(_("诉讼结束之日"), _("尚未结束的不填写。"))

    def groups(self) -> list[Group]:
        """The fields by what they are about."""
        wanted = (
            (_("罚款和缴纳"), ("fine", "delivered", "paid", "deferred")),
            (_("不计入的期间"), ("review_from", "review_to", "suit_from", "suit_to")),
        )
        return [Group(legend, [self[name] for name in names]) for legend, names in wanted]


@require_safe
def late_fee(request: HttpRequest) -> HttpResponse:
    """The question, and above it the answer once it is asked."""
    form = LateFeeForm(request.GET if "fine" in request.GET else None)
    now = today()
    found = ask(form, lambda asked: account_of(asked, now), _COMPLAINTS)
    context: dict[str, Any] = {"form": form, "today": now, "crumbs": crumbs(_("加处罚款计算"))}
    if found is not None:
        context |= {"found": found, "rows": [(step, *_STATES.get(step.kind, ("", ""))) for step in found.steps]}
    return render(request, "lawbook/late_fee.html", context)


def account_of(asked: dict[str, Any], now: date) -> Account:
    """What is owed by what was stated, through the day of payment or `now`.

    Raises:
        BadInput: a day can't be right.
    """
    until = asked["paid"] or now
    if until > now:
        raise BadInput("until", "it lies ahead", "leave it out until it is paid")
    if asked["delivered"] > now:
        raise BadInput("delivered", "it lies ahead", "check the day")
    values = (asked["fine"], asked["delivered"], until)
    spans: list[Span] = []
    for name in _SPANS:
        first, last = asked[f"{name}_from"], asked[f"{name}_to"]
        if first is None and last is None:
            continue
        if first is None:
            raise BadInput(f"{name}_from", "a span has a first day", "give it")
        spans.append(Span(first, last))
        try:
            # Each by itself first, so that what is wrong is said at its own field.
            account(*values, spans[-1:], asked["deferred"], assumed=assumed())
        except BadInput as error:
            field = f"{name}_from" if error.field == "suspended" else error.field
            raise type(error)(field, error.rule, error.remedy) from error
    return account(*values, spans, asked["deferred"], assumed=assumed())
