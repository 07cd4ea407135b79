"""What is owed for a fine that is paid late: the sum, and how it came about, one line a late day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.law.bad_input import BadInput
from custodes.law.fines.late_days import LateDayKind, Payment
from custodes.law.fines.owed import MOST_YUAN, FineAccount, SuitSpan, account
from custodes.web.lawbook.asking import Complaints, FieldGroup, ask, assumed, crumbs, date_field, english, today

_ROWS, _MOST_ROWS = 1, 24
"""Rows for payments that a page begins with, and has at the most."""
_COMPLAINTS = Complaints(
    {"until": "paid"},
    {
        "fine": _("请填写决定书载明的罚款数额，整数元。"),
        "delivered": _("须在行政处罚法（2021-07-15）施行之后，不晚于今天。"),
        "until": _("缴清之日不能早于收到决定书之日，也不能晚于今天。"),
        "deferred": _("延期须晚于原来的缴纳期限。"),
        "review_from": _("请同时填写开始之日；须在收到决定书之后，不晚于计算之日，结束不早于开始。"),
        "suit_from": _("请同时填写开始之日；须在收到决定书之后，不晚于计算之日，结束不早于开始。"),
        **{f"pay{n}_day": _("请同时填写缴纳之日。") for n in range(1, _MOST_ROWS + 1)},
        **{
            f"pay{n}_yuan": _("请同时填写数额；缴纳须在收到决定书之后、不晚于计算之日，数额不得超过当日应缴。")
            for n in range(1, _MOST_ROWS + 1)
        },
    },
)
_SPANS = ("review", "suit")
#: What a row of days is; a day that counts needs no word beside its sum.
_STATES = {
    LateDayKind.IN_TIME: ("fine", _("期限内")),
    LateDayKind.SUSPENDED: ("info", _("复议、诉讼，不计")),
    LateDayKind.CAPPED: ("neutral", _("已达上限")),
    LateDayKind.PAID: ("fine", _("罚款已缴清")),
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
    paid = date_field(_("缴清之日"), _("一次缴清，或者最后一笔缴清的填写；尚未缴清的不填写，计至今天。"))
    deferred = date_field(_("批准延期至"), _("经批准延期缴纳的填写。"))
    review_from = date_field(_("复议开始之日"), _("申请之日起不计。"))
    review_to = date_field(_("复议结束之日"), _("收到复议决定之日，当日也不计入；尚未结束的不填写。"))
    suit_from = date_field(_("诉讼开始之日"))
    suit_to = date_field(_("诉讼结束之日"), _("尚未结束的不填写。"))

    def __init__(self, asked: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(asked, **kwargs)
        self.rows = rows_of(asked if asked is not None else kwargs.get("initial") or {})
        for number in range(1, self.rows + 1):
            self.fields[f"pay{number}_day"] = date_field(_("第%(number)d笔缴纳之日") % {"number": number})
            self.fields[f"pay{number}_yuan"] = _yuan_field(_("第%(number)d笔数额（元）") % {"number": number})

    def groups(self) -> list[FieldGroup]:
        """The fields by what they are about."""
        wanted = (
            (_("罚款和缴纳"), ("fine", "delivered", "paid", "deferred")),
            (_("不计入的期间"), ("review_from", "review_to", "suit_from", "suit_to")),
        )
        return [FieldGroup(legend, [self[name] for name in names]) for legend, names in wanted]

    def payments(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each payment."""
        return [(self[f"pay{number}_day"], self[f"pay{number}_yuan"]) for number in range(1, self.rows + 1)]

    @property
    def room(self) -> bool:
        """Whether another payment can be added."""
        return self.rows < _MOST_ROWS


def _yuan_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=Decimal("0.01"),
        max_value=2 * MOST_YUAN,
        decimal_places=2,
        error_messages={
            "invalid": _("请填写金额，例如 3000 或者 3000.50。"),
            "min_value": _("数额须大于零。"),
            "max_value": _("数额过大，请核对。"),
            "max_decimal_places": _("金额最多两位小数。"),
        },
    )


def rows_of(asked: Mapping[str, Any]) -> int:
    """Rows for payments: all that were filled in, and one more where that was asked for."""
    filled = [n for n in range(1, _MOST_ROWS + 1) if asked.get(f"pay{n}_day") or asked.get(f"pay{n}_yuan")]
    rows = max(filled, default=_ROWS)
    return min(_MOST_ROWS, rows + 1) if "another" in asked else rows


@require_safe
def late_fee(request: HttpRequest) -> HttpResponse:
    """The question, and above it the answer once it is asked."""
    # Asking for another row asks nothing else: what was filled in stays, and nothing is said to be missing.
    another = "another" in request.GET
    form = (
        LateFeeForm(initial=request.GET.dict())
        if another
        else LateFeeForm(request.GET if "fine" in request.GET else None)
    )
    now = today()
    found = ask(form, lambda asked: account_of(asked, now), _COMPLAINTS)
    context: dict[str, Any] = {"form": form, "today": now, "crumbs": crumbs(_("加处罚款计算"))}
    if found is not None:
        context |= {
            "found": found,
            "told": _told(found),
            "rows": [(step, *_STATES.get(step.kind, ("", ""))) for step in found.steps],
        }
    return render(request, "lawbook/late_fee.html", context)


def _told(found: FineAccount) -> list[str]:
    """How it came about, in the language of the page; what could not be checked is shown apart."""
    lines = found.en if english() else found.zh
    apart = {one.en if english() else one.zh for one in found.caveats}
    return [line for line in lines if line not in apart]


def account_of(asked: dict[str, Any], now: date) -> FineAccount:
    """What is owed by what was stated, through the day of payment or `now`.

    Raises:
        BadInput: a day can't be right.
    """
    until = asked["paid"] or now
    if until > now:
        raise BadInput("until", "it lies ahead", "leave it out until it is paid")
    if asked["delivered"] > now:
        raise BadInput("delivered", "it lies ahead", "check the day")
    spans = _spans(asked, until)
    values = assumed()
    whole = (asked["fine"], asked["delivered"], until, spans, asked["deferred"])
    payments = _payments(asked)
    for number, payment in payments.items():
        try:
            # Each by itself first, so that what is wrong with it is said at its own field.
            account(*whole, assumed=values, payments=[payment])
        except BadInput as error:
            raise _at_payment(error, number) from error
    try:
        return account(*whole, assumed=values, payments=tuple(payments.values()))
    except BadInput as error:
        # The parts are right by themselves and too much together.
        raise _at_payment(error, max(payments, default=0)) from error


def _at_payment(error: BadInput, number: int) -> BadInput:
    field = f"pay{number}_yuan" if error.field == "payments" else error.field
    return type(error)(field, error.rule, error.remedy)


def _payments(asked: dict[str, Any]) -> dict[int, Payment]:
    """What was paid in parts, by the number of its row."""
    found = {}
    for number in range(1, _MOST_ROWS + 1):
        paid_on, yuan = asked.get(f"pay{number}_day"), asked.get(f"pay{number}_yuan")
        if paid_on is None and yuan is None:
            continue
        if paid_on is None or yuan is None:
            missing = f"pay{number}_{'day' if paid_on is None else 'yuan'}"
            raise BadInput(missing, "a payment has a day and an amount", "give both")
        found[number] = Payment(paid_on, yuan)
    return found


def _spans(asked: dict[str, Any], until: date) -> list[SuitSpan]:
    values = (asked["fine"], asked["delivered"], until)
    spans: list[SuitSpan] = []
    for name in _SPANS:
        first, last = asked[f"{name}_from"], asked[f"{name}_to"]
        if first is None and last is None:
            continue
        if first is None:
            raise BadInput(f"{name}_from", "a span has a first day", "give it")
        spans.append(SuitSpan(first, last))
        try:
            # Each by itself first, so that what is wrong is said at its own field.
            account(*values, spans[-1:], asked["deferred"], assumed=assumed())
        except BadInput as error:
            field = f"{name}_from" if error.field == "suspended" else error.field
            raise type(error)(field, error.rule, error.remedy) from error
    return spans
