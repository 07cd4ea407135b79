"""Filings: the list of what is on its way, one filing's form and page, what police answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.people.lawful import terms as terms_now
from custodes.people.lawful import words
from custodes.people.permissions import Permission
from custodes.people.table import Table
from custodes.people.viewer import Viewer, needs
from custodes.places.changes.covering import said_by
from custodes.places.changes.reach import visible_changes
from custodes.places.drafts.filing import FILING
from custodes.places.filing import workflow
from custodes.places.filing.clocks import clocks_of
from custodes.places.filing.fields import FIELDS, SECTIONS
from custodes.places.filing.reach import editable_filings, handled_filings, visible_filings
from custodes.places.forms.filing import AnswerForm, NationalForm
from custodes.places.forms.receipt import RevokeForm
from custodes.places.lifecycle import said
from custodes.places.lifecycle.stepping import Taken
from custodes.places.lifecycle.story import story_of_object
from custodes.places.models import ChangeState, Filing, FilingState
from custodes.places.scope import built_systems, handled_systems
from custodes.places.views.acting import INVALID, act_on
from custodes.places.views.cases import FILING_BADGES, CaseList
from custodes.places.views.classified import keeps_nothing_classified
from custodes.places.views.draft import start
from custodes.places.views.system import crumbs_of

#: States in which it is filled in.
DRAFTED = (FilingState.DRAFT, FilingState.RETURNED)
LIST = CaseList(
    tab="filings",
    title=_("备案"),
    what=("kind", _("备案事项")),
    days={"submitted_on": _("提交日期")},
    default="-submitted_on",
    states=list(FilingState.choices),
    badges=FILING_BADGES,
    empty=_("没有备案"),
    hint=_("系统验收合格后，在系统的“办理与经过”页面办理备案。"),
    heavy=("content", "unclear"),
)


def filings_asked(request: HttpRequest) -> QuerySet[Filing]:
    """The filings that the person may see, narrowed down as the address says."""
    viewer = Viewer.of(request)
    return LIST.asked(request, visible_filings(viewer.person, viewer.at))


def filing_table(request: HttpRequest) -> Table:
    """The columns of the list of filings."""
    return LIST.table(request)


@require_safe
@needs(Permission.VIEW_PLACES)
def filing_list(request: HttpRequest) -> HttpResponse:
    """Filings of the systems that the person may see; drafts only their own unit's."""
    viewer = Viewer.of(request)
    return LIST.draw(request, visible_filings(viewer.person, viewer.at))


@keeps_nothing_classified
@needs(Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS)
def filing_begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Before one files: begin, or go on with what lies there. Counter staff do it for a unit that came with papers."""
    viewer = Viewer.of(request)
    own = built_systems(viewer.person, viewer.at).filter(pk=pk)
    handled = handled_systems(viewer.person, viewer.at).filter(pk=pk)
    row = get_object_or_404((own | handled).select_related("site__division", "unit"), pk=pk)
    with_police = row.filings.filter(state=FilingState.SUBMITTED).first()
    if with_police is not None:
        return redirect(with_police)
    on_behalf = not own.exists()
    if on_behalf and row.filings.filter(state__in=DRAFTED, on_behalf=False).exists():
        messages.error(request, _("该单位正在自行填写备案，请由其提交后接收。"))
        return redirect("places:life", pk=pk)
    today = timezone.localdate(viewer.at)
    clocks = [(clock, words(clock.finding)) for clock in clocks_of(row, today, terms_now())]
    return start(request, viewer, FILING, row, on_behalf=on_behalf, clocks=clocks, papers=workflow.kind_for(row))


@require_safe
@needs(Permission.VIEW_PLACES)
def filing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One filing: check the answers, hand it in, or take it."""
    viewer = Viewer.of(request)
    return page(request, viewer, get_object_or_404(_with_system(visible_filings(viewer.person, viewer.at)), pk=pk))


@require_POST
@needs(Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS)
def filing_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take it back."""
    viewer = Viewer.of(request)
    return _do(request, viewer, _editable(viewer, pk), workflow.withdraw, _("备案已撤回。"))


@require_POST
@needs(Permission.HANDLE_FILINGS)
def filing_receive(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Police take it and give its receipt, or send it back with words."""
    viewer = Viewer.of(request)
    row = _handled(viewer, pk)
    if "back" in request.POST:
        return _do(request, viewer, row, workflow.send_back, _("已退回补正。"))
    return _do(request, viewer, row, workflow.receive, _("已备案，回执编号已生成。"))


@require_POST
@needs(Permission.HANDLE_FILINGS)
def filing_national(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep the national platform's number."""
    viewer = Viewer.of(request)
    row = _handled(viewer, pk)
    form = NationalForm(request.POST)
    if not form.is_valid():
        return page(request, viewer, row, error=" ".join(str(one) for one in form.errors["number"]), status=INVALID)

    def keep(one: Filing, taken: Taken) -> Filing:
        return workflow.keep_national_number(one, form.cleaned_data["number"], taken)

    return _do(request, viewer, row, keep, _("已登记全国备案平台回执号。"))


def _do(
    request: HttpRequest, viewer: Viewer, row: Filing, act: Callable[[Filing, Taken], Filing], said_then: Any
) -> HttpResponse:
    return act_on(request, viewer, row, act, said_then, page)


def page(
    request: HttpRequest,
    viewer: Viewer,
    row: Filing,
    error: Any = "",
    status: int = 200,
    answer: BaseForm | None = None,
) -> HttpResponse:
    """Draw the page of a filing, with what went wrong and what was typed."""
    today = timezone.localdate(viewer.at)
    draft = row.state in DRAFTED
    return render(
        request,
        "places/filing.html",
        {
            "filing": row,
            "system": row.system,
            "badge": FILING_BADGES[FilingState(row.state)],
            "error": error,
            "unmet": [(said.reason(one), said.remedy(one), one.clause) for one in workflow.unmet_of(row)]
            if draft
            else [],
            "sections": [] if row.elsewhere else _answers(row),
            "items": row.items.select_related("paper"),
            "clocks": [(clock, words(clock.finding)) for clock in clocks_of(row.system, today, terms_now())],
            "may_edit": draft and editable_filings(viewer.person, viewer.at).filter(pk=row.pk).exists(),
            "may_withdraw": row.state in (FilingState.DRAFT, FilingState.SUBMITTED, FilingState.RETURNED)
            and editable_filings(viewer.person, viewer.at).filter(pk=row.pk).exists(),
            "may_take": row.state == FilingState.SUBMITTED and _handles(viewer, row),
            "may_revoke": row.elsewhere
            and row.state == FilingState.FILED
            and (_handles(viewer, row) or editable_filings(viewer.person, viewer.at).filter(pk=row.pk).exists()),
            "may_number": row.state == FilingState.FILED and _handles(viewer, row),
            "answer_form": answer if isinstance(answer, AnswerForm) else AnswerForm(),
            "revoke_form": answer if isinstance(answer, RevokeForm) else RevokeForm(auto_id="id_revoke_%s"),
            "national_form": NationalForm(initial={"number": row.national_number}),
            "story": story_of_object(row),
            "own": built_systems(viewer.person, viewer.at).filter(pk=row.system_id).exists(),
            **_changes(row, viewer, draft),
            "crumbs": _crumbs(row),
        },
        status=status,
    )


def _changes(row: Filing, viewer: Viewer, draft: bool) -> dict[str, Any]:
    """The changes that this filing says, or will say when it is handed in; and whether its draft is older than they are (N14)."""
    seen = visible_changes(viewer.person, viewer.at).filter(system=row.system_id)
    rows = list(seen.filter(state=ChangeState.DONE) if draft else seen.filter(filing=row))
    return {"changes": rows, "stale": draft and not all(said_by(row, case) for case in rows)}


def _answers(row: Filing) -> list[tuple[Any, list[tuple[Any, str]]]]:
    """Sections with their labels and answers."""
    return [
        (title, [(field.label, _answer(row, field.key)) for field in FIELDS if field.section == key])
        for key, title in SECTIONS
    ]


def _answer(row: Filing, key: str) -> Any:
    return row.content.get(key) or (_("暂不清楚") if key in row.unclear else _("未填写"))


def _editable(viewer: Viewer, pk: UUID) -> Filing:
    return get_object_or_404(_with_system(editable_filings(viewer.person, viewer.at)), pk=pk)


def _handled(viewer: Viewer, pk: UUID) -> Filing:
    return get_object_or_404(_with_system(handled_filings(viewer.person, viewer.at)), pk=pk)


def _handles(viewer: Viewer, row: Filing) -> bool:
    return handled_systems(viewer.person, viewer.at).filter(pk=row.system_id).exists()


def _with_system(rows: QuerySet[Filing]) -> QuerySet[Filing]:
    return rows.select_related("system__site__division", "system__unit", "drafted_by__unit")


def _crumbs(row: Filing, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    life = (_("办理与经过"), reverse("places:life", args=[row.system_id]))
    return crumbs_of(row.system, life, (_("备案"), reverse("places:filing", args=[row.pk]) if more else ""), *more)
