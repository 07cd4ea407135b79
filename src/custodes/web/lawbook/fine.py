"""What may be done about a breach: first the clause and whom, then only what that clause needs, then a memo of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.law.clauses.clause import Clause
from custodes.law.clauses.registry import find
from custodes.law.fines.answer import Answer, Reason
from custodes.law.fines.assess import assess
from custodes.law.fines.case import Case, row_of
from custodes.law.fines.choice import choose
from custodes.law.fines.table import BY_CLAUSE, ROWS, Respondent, Row
from custodes.web.lawbook.asking import (
    UNSAID,
    Complaints,
    Group,
    answered,
    ask,
    crumbs,
    date_field,
    doubts,
    english,
    facts,
    today,
    yes_no,
)
from custodes.web.lawbook.words import OUTCOMES, RESPONDENTS

_COMPLAINTS = Complaints(
    {"conduct": "conduct_to", "conduct-to": "conduct_to", "term-ends": "term_ends"},
    {
        "conduct": _("行为在本办法施行（2024-05-01）之前已经终了，不在适用范围内。"),
        "conduct-to": _("终了之日不能早于开始之日。"),
        "decided": _("决定之日不能早于行为终了之日。"),
        "discovered": _("发现之日须在行为开始之后、决定之前。"),
        "ordered": _("责令须在行为开始之后、决定之前。"),
        "term-ends": _("期限须在责令之后届满，请同时填写责令送达之日。"),
    },
)
_CHOOSE = {"required": _("请选择一项。"), "invalid_choice": _("请从所列各项中选择。")}
_ORDER = ("ordered", "term_ends", "complied")
#: What a clause asks beside the days, where it or the norm that meets it asks more than the order.
_OF_CLAUSE = {
    "S38": ("item", "place_public"),
    "S40": ("n7_system", "building_or_using_unit", "grave"),
    "N27": ("item", "place_public"),
    "N27.2": ("item", "place_public"),
    "N30": ("grave",),
}
#: Norms of which another has a first step, though they have none themselves.
_MEETS = {"S40": "N30"}


class BreachForm(forms.Form):
    """The first question: which clause, and whom."""

    clause = forms.ChoiceField(label=_("违反的规定"), widget=forms.RadioSelect, error_messages=_CHOOSE)
    respondent = forms.ChoiceField(
        label=_("处罚对象"), choices=RESPONDENTS, widget=forms.RadioSelect, error_messages=_CHOOSE
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clause = self.fields["clause"]
        assert isinstance(clause, forms.ChoiceField)
        clause.choices = [(row.clause, f"{row.clause} · {row.en if english() else row.zh}") for row in ROWS]


class FactsForm(forms.Form):
    """The second question: the facts, as far as the clause asks for them."""

    conduct_from = date_field(_("行为开始之日"), required=True)
    conduct_to = date_field(
        _("行为终了之日"), _("一次完成的，与开始之日相同；仍在继续的，填写查获之日。"), required=True
    )
    discovered = date_field(_("发现之日"), _("用于计算处罚时效；不填写的，按决定之日计算。"))
    decided = date_field(_("拟作出决定之日"), required=True)
    item = forms.TypedChoiceField(
        label=_("属于第十条的哪一项"), required=False, coerce=int, empty_value=None, widget=forms.RadioSelect
    )
    place_public = yes_no(_("是否公共场所"))
    n7_system = yes_no(_("是否条例第七条规定的系统"))
    building_or_using_unit = yes_no(_("处罚对象是否该系统的建设单位、使用单位"), _("未说明的，按是计算。"))
    ordered = date_field(_("责令送达之日"), _("尚未责令的不填写。"))
    term_ends = date_field(_("责令期限届满之日"))
    complied = yes_no(_("期满复查是否已改正"), _("尚未复查的不选。"))
    grave = forms.BooleanField(label=_("造成严重后果"), required=False)
    harmed = forms.BooleanField(label=_("危害公民生命健康安全"), required=False)
    fined_before = forms.BooleanField(label=_("同一行为已经罚款"), required=False)

    def __init__(self, row: Row, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = questions(row)
        self.fields = {name: field for name, field in self.fields.items() if name in asked}
        self.fields["decided"].initial = today
        if isinstance(item := self.fields.get("item"), forms.ChoiceField):
            item.choices = [UNSAID, *((str(n), _place(n)) for n in range(1, 5))]

    def groups(self) -> list[Group]:
        """The fields by what they are about."""
        wanted = (
            (_("行为和决定"), ("conduct_from", "conduct_to", "discovered", "decided")),
            (_("场所、系统和对象"), ("item", "place_public", "n7_system", "building_or_using_unit")),
            (_("责令和复查"), _ORDER),
            (_("情节和时效"), ("grave", "harmed", "fined_before")),
        )
        groups = [Group(legend, [self[name] for name in names if name in self.fields]) for legend, names in wanted]
        return [group for group in groups if group.fields]


def _place(number: int) -> str:
    clause = find(f"S10({number})")
    return f"{clause.id} {clause.en if english() else clause.zh.rstrip('；;。')}"


def questions(row: Row) -> frozenset[str]:
    """The fields that the answer for this clause depends on."""
    first = row.first or (_MEETS.get(row.clause) and BY_CLAUSE[_MEETS[row.clause]].first)
    always = ("conduct_from", "conduct_to", "discovered", "decided", "harmed", "fined_before")
    return frozenset((*always, *_OF_CLAUSE.get(row.clause, ()), *(_ORDER if first else ())))


@dataclass(frozen=True)
class Memo:
    """An answer as it is read, copied and printed.

    Attributes:
        chosen: why this norm and no other.
        steps: how far the case has come.
        others: what each norm says, where more than one was looked at.
        doubts: clauses of which something could not be checked.
    """

    answer: Answer
    state: str
    outcome: Any
    chosen: tuple[Reason, ...]
    steps: tuple[Reason, ...]
    others: list[dict[str, Any]]
    doubts: list[Clause]

    @classmethod
    def of(cls, case: Case, answer: Answer) -> Memo:
        """The memo of an answer."""
        reasons = choose(row_of(case), case).reasons
        # A case that is barred (too old, fined before) never came to the choice.
        chosen = reasons if answer.reasons[: len(reasons)] == reasons else ()
        several = len(answer.computations) > 1 or answer.outcome == "conflict"
        state, outcome = OUTCOMES[answer.outcome]
        return cls(
            answer,
            state,
            outcome,
            chosen,
            answer.reasons[len(chosen) :],
            [_computed(one) for one in answer.computations] if several else [],
            doubts(_relied_on(answer)),
        )


def _computed(one: Any) -> dict[str, Any]:
    state, outcome = OUTCOMES[one.outcome]
    return {"norm": one, "state": state, "outcome": outcome}


def _relied_on(answer: Answer) -> list[str]:
    """The answer's clauses; of a fine under the city's own rules also what limits it (PL14) and where its hearing begins."""
    fined = [one.clause for one in answer.computations if one.range]
    if any(clause.startswith("S") for clause in fined):
        return [*answer.clauses, "PL14", *(("PL63", "PP123") if answer.hearing else ())]
    return list(answer.clauses)


@require_safe
def fine(request: HttpRequest) -> HttpResponse:
    """The two questions, and the memo above the second one once it is answered."""
    asked = "respondent" in request.GET
    breach = BreachForm(request.GET) if asked else BreachForm(initial={"clause": request.GET.get("clause")})
    context: dict[str, Any] = {"breach": breach, "crumbs": crumbs(_("罚款计算")), "today": today()}
    if not breach.is_bound or not breach.is_valid():
        return render(request, "lawbook/fine.html", context)
    row = BY_CLAUSE[breach.cleaned_data["clause"]]
    form = FactsForm(row, request.GET if "conduct_from" in request.GET else None)
    context |= {
        "row": row,
        "respondent": dict(RESPONDENTS)[breach.cleaned_data["respondent"]],
        "form": form,
        "chosen": breach.cleaned_data,
    }
    memo = ask(form, lambda asked: memo_of({**breach.cleaned_data, **asked}), _COMPLAINTS)
    if memo is not None:
        context |= {"memo": memo, "facts": facts(form)}
    return render(request, "lawbook/fine.html", context)


def memo_of(asked: dict[str, Any]) -> Memo:
    """The memo of a case.

    Raises:
        BadInput: a day can't be right.
    """
    case = Case(
        asked["clause"],
        Respondent(asked["respondent"]),
        asked["conduct_from"],
        asked["conduct_to"],
        asked["decided"],
        item=asked.get("item"),
        place_public=answered(asked.get("place_public")),
        n7_system=answered(asked.get("n7_system")),
        building_or_using_unit=answered(asked.get("building_or_using_unit")) is not False,
        ordered=asked.get("ordered"),
        term_ends=asked.get("term_ends"),
        complied=answered(asked.get("complied")),
        grave=asked.get("grave", False),
        harmed=asked.get("harmed", False),
        discovered=asked.get("discovered"),
        fined_before=asked.get("fined_before", False),
    )
    return Memo.of(case, assess(case))
