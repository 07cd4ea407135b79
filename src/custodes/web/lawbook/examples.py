"""Worked examples (`demo.cases`): each leads to its calculator filled in, with what comes out today beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from custodes.law.deadlines.answer import Beforehand
from custodes.law.fines.answer import FineOutcome
from custodes.law.fines.table import BY_CLAUSE
from custodes.web.lawbook import builder, deadline, fine, late_fee, retention
from custodes.web.lawbook.agenda import day
from custodes.web.lawbook.asking import crumbs, today
from custodes.web.lawbook.breach import BreachForm
from custodes.web.lawbook.cases import EXAMPLES, Example
from custodes.web.lawbook.looking.page import SHEETS, GroundForm, look
from custodes.web.lawbook.words import OUTCOMES

_DAY = timedelta(days=1)
_TABS = {
    "deadline": gettext_lazy("期限计算"),
    "fine": gettext_lazy("罚款计算"),
    "late_fee": gettext_lazy("加处罚款计算"),
    "retention": gettext_lazy("存储期限计算"),
    "builder": gettext_lazy("建设主体"),
    "ground": gettext_lazy("依据核对"),
}


@dataclass(frozen=True)
class BadgeExample:
    """An example with its answer of today: a state of the badge part, and its words."""

    example: Example
    address: str
    state: str
    verdict: str


@require_safe
def examples(request: HttpRequest) -> HttpResponse:
    """All of them, by calculator."""
    now = today()
    groups = [(label, [shown(one, now) for one in EXAMPLES if one.calculator == key]) for key, label in _TABS.items()]
    return render(request, "lawbook/examples.html", {"groups": groups, "crumbs": crumbs(_("示例")), "today": now})


def shown(example: Example, now: date) -> BadgeExample:
    """The example with its answer."""
    asked = filled(example, now)
    known = {**asked, "ground": example.ground} if example.ground else asked
    state, verdict = _VERDICTS[example.calculator](known, now)
    page = reverse(f"lawbook:{example.calculator}", args=[example.ground] if example.ground else [])
    address = f"{page}?{urlencode(asked)}#answer"
    return BadgeExample(example, address, state, verdict)


def filled(example: Example, now: date) -> dict[str, str]:
    """The calculator's fields as they are sent."""

    def value(given: Any) -> str:
        if isinstance(given, int):
            given = now + given * _DAY
        elif callable(given):
            given = given(now)
        return str(given)

    return {name: value(given) for name, given in example.asked.items()}


def _of_form(form: Any) -> dict[str, Any]:
    """What was asked; an example that its own calculator refuses is a fault of ours."""
    if not form.is_valid():
        raise ValueError(form.errors)
    return form.cleaned_data  # type: ignore[no-any-return]


def _deadline(asked: dict[str, str], now: date) -> tuple[str, str]:
    given = _of_form(deadline.DeadlineForm(asked))
    found = deadline.count(given, now)
    standing = deadline.answer_of(found, now, given["done"])["standing"]
    if isinstance(found, Beforehand):
        if standing.late:
            return "danger", _("已不足%(days)d日，报告已迟") % {"days": (found.event - found.latest).days}
        return "info", _("最迟 %(day)s 报告") % {"day": day(found)}
    if found.conflict:
        return "danger", _("两项期限不能兼顾，由人决定")
    if standing.late:
        return "danger", ngettext("已逾期 %(days)d 天", "已逾期 %(days)d 天", standing.late) % {"days": standing.late}
    if standing.done:
        return "fine", _("按期办理")
    if found.provisional:
        return "attention", _("暂定 %(day)s 到期") % {"day": found.due}
    left = standing.left or 0
    return "info", ngettext("还有 %(days)d 天", "还有 %(days)d 天", left) % {"days": left}


def _fine(asked: dict[str, str], now: date) -> tuple[str, str]:
    breach = _of_form(BreachForm(asked))
    form, also = fine.questioned(asked, BY_CLAUSE[breach["clause"]])
    facts = _of_form(form)
    memo = fine.answer_of(breach, form, also)
    if memo is None:
        raise ValueError([one.form.errors for one in also])
    answer = memo.answer
    state, words = OUTCOMES[answer.outcome]
    if answer.outcome is FineOutcome.REFUSED and facts.get("term_ends") and facts["decided"] <= facts["term_ends"]:
        return "info", _("等待期满，不得罚款")
    if answer.outcome is FineOutcome.FINE and answer.range:
        return state, _("可以罚款，%(least)s 至 %(most)s 元") % {
            "least": f"{answer.range.least:,}",
            "most": f"{answer.range.most:,}",
        }
    return state, str(words)


def _late_fee(asked: dict[str, str], now: date) -> tuple[str, str]:
    found = late_fee.account_of(_of_form(late_fee.LateFeeForm(asked)), now)
    if found.until <= found.due:
        return "fine", _("在缴纳期限内")
    words = _("加处 %(amount)s 元") % {"amount": f"{found.fee.yuan:,}"}
    return ("danger" if found.capped_on else "attention"), words


def _retention(asked: dict[str, str], now: date) -> tuple[str, str]:
    answer = retention.answer_of(_of_form(retention.RetentionForm(asked)), now)
    if answer.found.conflict:
        return "danger", _("须写明目的")
    if answer.found.keep_through is None:
        return "info", _("保全中，不得删除")
    return "fine", _("保存至 %(day)s 日终") % {"day": answer.found.keep_through}


def _builder(asked: dict[str, str], now: date) -> tuple[str, str]:
    found = builder.builder_of(_of_form(builder.BuilderForm(asked)))
    if found.missing:
        missing = _("、").join(str(builder.MISSING[key]) for key in found.missing)
        return "attention", _("尚缺：%(what)s") % {"what": missing}
    return "fine", found.name


def _ground(asked: dict[str, str], now: date) -> tuple[str, str]:
    sheet = SHEETS[asked["ground"]]
    found = look(sheet, GroundForm(sheet, asked), timezone.now())
    if found.unmet:
        missing = len(found.unmet)
        return "attention", ngettext("还缺 %(number)d 项", "还缺 %(number)d 项", missing) % {"number": missing}
    if found.awaiting:
        return "info", _("待审批")
    return "fine", _("可以继续")


_VERDICTS = {
    "deadline": _deadline,
    "fine": _fine,
    "late_fee": _late_fee,
    "retention": _retention,
    "builder": _builder,
    "ground": _ground,
}
