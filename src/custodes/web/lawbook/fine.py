"""What may be done about a breach: first the clause and whom, then only what that clause needs, then a memo of the answer.

The same act may break further clauses: each is added with what is its own, and the act is answered as a whole (PL29). Everything
stands in the address, so that no script and no session is needed.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.law.fines.table import BY_CLAUSE, FineRow
from custodes.web.lawbook.asking import Complaints, ask, crumbs, facts, today
from custodes.web.lawbook.breach import MOST, Also, BreachForm, FactsForm, also_of
from custodes.web.lawbook.memo import Memo, memo_of
from custodes.web.lawbook.words import RESPONDENTS

_COMPLAINTS = Complaints(
    {"conduct": "conduct_to", "conduct-to": "conduct_to", "term-ends": "term_ends", "also": "conduct_to"},
    {
        "conduct": _("行为在本办法施行（2024-05-01）之前已经终了，不在适用范围内。"),
        "conduct-to": _("终了之日不能早于开始之日。"),
        "decided": _("决定之日不能早于行为终了之日。"),
        "discovered": _("发现之日须在行为开始之后、责令和决定之前。"),
        "ordered": _("责令须在行为开始之后、决定之前。"),
        "term-ends": _("期限须在责令之后届满，请同时填写责令送达之日。"),
        "complied": _("复查在责令之后，请同时填写责令送达之日。"),
        "item": _("请选择具体是哪一项。"),
        "clause": _("该条款本身不设罚款，请选择设定罚款的条款。"),
        "also": _("与第一项的起止没有重叠，不是同一行为，请另行计算。"),
    },
    # The day of the decision and of the discovery are the act's: another clause does not ask for them again.
    {"decided": "conduct_to", "discovered": "conduct_to"},
)


@require_safe
def fine(request: HttpRequest) -> HttpResponse:
    """The two questions, and the memo above the second one once it is answered."""
    if "more" in request.GET or "drop" in request.GET:
        return redirect(f"{reverse('lawbook:fine')}?{changed(request.GET)}#also")
    asked = "respondent" in request.GET
    breach = BreachForm(request.GET) if asked else BreachForm(initial={"clause": request.GET.get("clause")})
    context: dict[str, Any] = {"breach": breach, "crumbs": crumbs(_("罚款计算")), "today": today()}
    if not breach.is_bound or not breach.is_valid():
        return render(request, "lawbook/fine.html", context)
    row = BY_CLAUSE[breach.cleaned_data["clause"]]
    form, also = questioned(request.GET.dict(), row)
    memo = answer_of(breach.cleaned_data, form, also)
    context |= {
        "row": row,
        "respondent": dict(RESPONDENTS)[breach.cleaned_data["respondent"]],
        "form": form,
        "also": also,
        "forms": [form, *(one.form for one in also)],
        "room": len(also) < MOST and all(one.row for one in also),
        "chosen": breach.cleaned_data,
        "memo": memo,
    }
    context["wrong"] = any(one.errors for one in context["forms"])
    if memo is not None:
        context |= {"facts": facts(form), "also_facts": [(one.row, facts(one.form)) for one in also]}
    return render(request, "lawbook/fine.html", context)


def questioned(asked: dict[str, str], row: FineRow) -> tuple[FactsForm, list[Also]]:
    """The forms of the second question. While another clause waits to be asked about, what was given stays and is not judged."""
    also = also_of(asked, row)
    # A clause that was just added is no wrong answer yet.
    waiting = any(not one.form.is_bound for one in also)
    answered = "conduct_from" in asked and not waiting
    return FactsForm(row, asked) if answered else FactsForm(row, initial=asked), also


def answer_of(breach: dict[str, Any], form: FactsForm, also: list[Also]) -> Memo | None:
    """The memo, once everything was asked and can be right."""
    others = [one.form for one in also]
    return ask(
        form, lambda given: memo_of({**breach, **given}, [one.cleaned_data for one in others]), _COMPLAINTS, others
    )


def changed(asked: QueryDict) -> str:
    """The address with another clause added, or one taken out."""
    kept = asked.copy()
    more, drop = kept.pop("more", []), kept.pop("drop", [])
    for number in range(1, MOST + 1):
        if str(number) in drop:
            for name in [name for name in kept if name.startswith(f"also{number}-")]:
                del kept[name]
    free = next((n for n in range(1, MOST + 1) if f"also{n}-clause" not in kept), None)
    if more and free is not None:
        kept[f"also{free}-clause"] = ""
    return kept.urlencode()
