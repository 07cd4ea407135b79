"""公共传播: the register, and proposing a release or completing one that was given back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from custodes.access.forms.release import ProposeForm
from custodes.access.models import Release, ReleaseState
from custodes.access.release import proposing
from custodes.access.release.facts import longest
from custodes.access.release.reach import ANY, choosable, desk_of, visible_releases
from custodes.access.release.stepping import Taken
from custodes.access.views.release import common
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.taking import takes_papers
from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs
from custodes.places.lifecycle.stepping import StepRefused

PER_PAGE = 50
PROPOSE = Permission.PROPOSE_RELEASES


@require_safe
@needs(*ANY)
def releases(request: HttpRequest) -> HttpResponse:
    """Releases that the reader may open."""
    viewer = Viewer.of(request)
    state, query = request.GET.get("state", ""), request.GET.get("q", "").replace("\x00", "").strip()[:80]
    rows = visible_releases(viewer.person, viewer.at).select_related("unit", "camera").defer("times", "leaks")
    if state in ReleaseState.values:
        rows = rows.filter(state=state)
    if query:
        rows = rows.filter(Q(title__icontains=query) | Q(number__icontains=query) | Q(camera__name__icontains=query))
    table = Table.of(
        request,
        Column(_("编号和标题"), "number"),
        Column(pgettext_lazy("列表", "点位"), "camera__name"),
        Column(_("办理单位"), "unit__name"),
        Column(_("提出时间"), "proposed_at"),
        Column(_("状态"), "state"),
        default="-proposed_at",
    )
    page = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "table": table,
        "page": page,
        "rows": [(row, common.BADGES[ReleaseState(row.state)]) for row in page],
        "state": state,
        "states": ReleaseState.choices,
        "query": query,
        "proposes": viewer.may(PROPOSE),
    }
    return render(request, "access/release/list.html", context)


@takes_papers()
@needs(PROPOSE)
def propose(request: HttpRequest) -> HttpResponse:
    """A new one."""
    viewer = Viewer.of(request)
    unit = desk_of(viewer.person, viewer.at)
    assert unit is not None
    return _fill(request, viewer, None)


@takes_papers()
@needs(PROPOSE)
def complete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One that was given back."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    if row.state != ReleaseState.RETURNED or not common.part_of(viewer, row).proposes:
        raise Http404
    return _fill(request, viewer, row)


def _fill(request: HttpRequest, viewer: Viewer, row: Release | None) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    finding = sent is not None and "find" in sent
    form = _form(request, viewer, row, finding)
    error = ""
    if sent is not None and not finding and form.is_valid():
        try:
            done = _keep(form, viewer, row)
        except PaperRefused as refusal:
            form.add_error("paper", str(refusal))
        except StepRefused as refusal:
            error = common.told(refusal)
        else:
            messages.success(request, _("已提出，等待另一人评估。"))
            return redirect(done)
    wrong = bool(sent is not None and not finding)
    context = {
        "form": form,
        "error": error,
        "row": row,
        "minutes": f"{longest().total_seconds() / 60:g}",
        "returned": row.steps.filter(event="give_back").last() if row else None,
        "crumbs": common.crumbs(row, _("补正") if row else _("提出")),
    }
    return render(request, "access/release/propose.html", context, status=common.INVALID if wrong else 200)


def _form(request: HttpRequest, viewer: Viewer, row: Release | None, finding: bool) -> ProposeForm:
    given = request.POST if request.method == "POST" else request.GET
    chosen = given.get("camera", "") or (str(row.camera_id) if row else "")
    how: dict[str, Any] = {
        "cameras": choosable(viewer.person, viewer.at),
        "chosen": chosen if _is_uuid(chosen) else "",
        "query": given.get("q", "").replace("\x00", "").strip()[:80],
    }
    if request.method == "POST" and not finding:
        return ProposeForm(request.POST, request.FILES, **how)
    initial = {name: getattr(row, name) for name in proposing.Proposal.__slots__} if row else {}
    initial |= {"camera": chosen} | {name: given[name] for name in ProposeForm.base_fields if name in given}
    return ProposeForm(initial=initial, **how)


def _keep(form: ProposeForm, viewer: Viewer, row: Release | None) -> Release:
    with transaction.atomic():
        papers = form.papers(viewer.person, viewer.at, common.about(row) if row else "access.release")
        taken = Taken(viewer.person, viewer.at, papers=papers)
        if row is not None:
            return proposing.propose_again(row, form.proposal(), taken)
        proposal = form.proposal()
        unit = desk_of(viewer.person, viewer.at, proposal.camera)
        assert unit is not None
        return proposing.propose(proposal, unit, taken)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
