"""The pages of filings: the list of what is on its way, how one is begun, one filing with its answers, a receipt from elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.cases.views import Around, CasePages, Crumbs
from custodes.law.duties.finding import LegalTerms
from custodes.people.lawful import finding_text
from custodes.people.lawful import terms as terms_now
from custodes.people.papers.kinds import takes_papers
from custodes.people.papers.serving import serve
from custodes.people.permissions import Permission
from custodes.people.table import Table
from custodes.people.viewer import Viewer, needs
from custodes.places.changes.covering import said_by
from custodes.places.changes.reach import visible_changes
from custodes.places.drafts.filing import FILING as DRAFTS
from custodes.places.filing.case import BADGES, FILING, editable_filings, fileable_by, may_take_over, visible_filings
from custodes.places.filing.clocks import clocks_of
from custodes.places.filing.fields import FIELDS, FILEABLE, SECTIONS, kind_for, unmet_of
from custodes.places.filing.findings import findings_of
from custodes.places.lifecycle import said
from custodes.places.models import ChangeState, Filing, FilingKind, FilingState, System
from custodes.places.models.cases import OPEN_FILINGS
from custodes.places.network import keeps_nothing_classified
from custodes.places.scope import built_systems, handled_systems
from custodes.places.views.cases import Beginning, CaseList
from custodes.places.views.draft import start
from custodes.places.views.system import crumbs_of

#: States in which it is filled in.
DRAFTED = (FilingState.DRAFT, FilingState.RETURNED)
LIST = CaseList(
    tab="filings",
    title=_("备案"),
    what=("get_kind_display", _("备案事项")),
    days={"submitted_on": _("提交日期")},
    default="-submitted_on",
    states=list(FilingState.choices),
    badges=BADGES,
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
    fileable = built_systems(viewer.person, viewer.at).filter(state__in=FILEABLE)
    beginning = Beginning.of(_("办理备案"), fileable, "places:filing_begin")
    return LIST.draw(request, visible_filings(viewer.person, viewer.at), beginning)


@keeps_nothing_classified
@needs(Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS)
def filing_begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Before one files: begin, or go on with what lies there. Counter staff do it for a unit that came with papers."""
    viewer = Viewer.of(request)
    row = get_object_or_404(fileable_by(viewer.person, viewer.at).select_related("site__division", "unit"), pk=pk)
    with_police = row.filings.filter(state=FilingState.SUBMITTED).first()
    if with_police is not None:
        return redirect(with_police)
    on_behalf = not built_systems(viewer.person, viewer.at).filter(pk=pk).exists()
    if on_behalf and row.filings.filter(state__in=DRAFTED, on_behalf=False).exists():
        messages.error(request, _("该单位正在自行填写备案，请由其提交后接收。"))
        return redirect("places:life", pk=pk)
    today = timezone.localdate(viewer.at)
    clocks = [(clock, finding_text(clock.finding)) for clock in clocks_of(row, today, terms_now())]
    return start(request, viewer, DRAFTS, row, on_behalf=on_behalf, clocks=clocks, papers=kind_for(row))


@takes_papers()
@needs(Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS)
def filing_take_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enter the receipt that the system has from elsewhere. Counter staff do it for a unit."""
    viewer = Viewer.of(request)
    row = get_object_or_404(fileable_by(viewer.person, viewer.at), pk=pk)
    if request.method != "POST" and not may_take_over(row):
        messages.error(request, _("该系统不能转入原回执：不是施行前建成的，或者已经备案、正在办理备案。"))
        return redirect("places:life", pk=row.pk)
    return FILINGS.begin(request, pk, "take_over")


@require_safe
@needs(Permission.VIEW_PLACES)
def filing_receipt_paper(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The receipt itself, as a file to keep; each reading is on record."""
    viewer = Viewer.of(request)
    row = get_object_or_404(visible_filings(viewer.person, viewer.at).select_related("receipt_paper"), pk=pk)
    if row.receipt_paper is None:
        raise Http404
    return serve(row.receipt_paper, by=viewer.person, at=viewer.at, about=f"places.filing:{row.pk}")


def more(viewer: Viewer, row: Filing, today: date, terms: LegalTerms) -> dict[str, Any]:
    """What the page says besides: the answers, what is still missing, what is to be looked at, both terms, the changes that it says."""
    draft = row.state in DRAFTED
    edits = editable_filings(viewer.person, viewer.at).filter(pk=row.pk).exists()
    return {
        "filing": row,
        "system": row.system,
        "unmet": [(said.reason(one), said.remedy(one), one.clause) for one in unmet_of(row)] if draft else [],
        "findings": _findings(viewer, row, edits),
        "sections": [] if row.elsewhere else _answers(row),
        "items": row.items.select_related("paper"),
        "clocks": [(clock, finding_text(clock.finding)) for clock in clocks_of(row.system, today, terms)],
        "may_edit": draft and edits,
        "own": built_systems(viewer.person, viewer.at).filter(pk=row.system_id).exists(),
        **_changes(row, viewer, draft),
    }


def _findings(viewer: Viewer, row: Filing, edits: bool) -> list[dict[str, str]]:
    """What is to be looked at before it is taken or handed in again: for who takes it, and for the unit that files."""
    if row.state not in OPEN_FILINGS:
        return []
    handled = handled_systems(viewer.person, viewer.at).filter(pk=row.system_id)
    if not edits and not (row.state == FilingState.SUBMITTED and handled.exists()):
        return []
    papers = row.items.exists()
    return [said.line(one) for one in findings_of(row.system, FilingKind(row.kind), row.content, papers=papers)]


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


def _life(system: System) -> Crumbs:
    return crumbs_of(system, (_("办理与经过"), reverse("places:life", args=[system.pk])))


FILINGS = CasePages(
    FILING,
    Around(
        above_parent=_life,
        above=lambda row: _life(row.system),
        above_list=[],
        template="places/filing.html",
        more=more,
    ),
)
