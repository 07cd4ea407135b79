"""Receipts that were given elsewhere: taken over, shown, revoked (S16.2b)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.kinds import SCANS
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.serving import serve
from custodes.people.papers.taking import takes_papers
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.filing.reach import editable_filings, handled_filings, visible_filings
from custodes.places.filing.taking_over import ReceiptRefused, may_take_over, revoke, take_over
from custodes.places.forms.receipt import ReceiptForm, RevokeForm
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import Filing, System
from custodes.places.scope import built_systems, handled_systems
from custodes.places.views.acting import INVALID, act_on
from custodes.places.views.filing import page
from custodes.places.views.system import crumbs_of


@takes_papers()
@needs(Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS)
def filing_take_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enter the receipt that the system has from elsewhere. Counter staff do it for a unit."""
    viewer = Viewer.of(request)
    own = built_systems(viewer.person, viewer.at).filter(pk=pk)
    rows = own | handled_systems(viewer.person, viewer.at).filter(pk=pk)
    row = get_object_or_404(rows.select_related("site", "unit"), pk=pk)
    form = ReceiptForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        filing = _taken_over(form, row, viewer, on_behalf=not own.exists())
        if filing is not None:
            messages.success(request, _("原备案回执已转入，系统按已备案管理。"))
            return redirect(filing)
    if request.method != "POST" and not may_take_over(row):
        messages.error(request, _("该系统不能转入原回执：不是施行前建成的，或者已经备案、正在办理备案。"))
        return redirect("places:life", pk=row.pk)
    crumbs = crumbs_of(row, (_("办理与经过"), reverse("places:life", args=[row.pk])), (_("转入原备案回执"), ""))
    context = {"form": form, "title": _("转入原备案回执"), "crumbs": crumbs, "submit": _("转入回执")}
    return render(request, "places/form.html", context, status=INVALID if form.errors else 200)


@require_POST
@needs(Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS)
def filing_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A receipt that was taken over wrongly counts no more: its unit or the county's police say why."""
    viewer = Viewer.of(request)
    rows = editable_filings(viewer.person, viewer.at) | handled_filings(viewer.person, viewer.at)
    found = rows.exclude(authority="").values("pk")
    chosen = Filing.objects.select_related("system__site__division", "system__unit", "drafted_by__unit")
    row = get_object_or_404(chosen, pk=pk, pk__in=found)
    form = RevokeForm(request.POST)
    return act_on(request, viewer, row, revoke, _("已撤销，系统不再按已备案管理。"), page, form)


@require_safe
@needs(Permission.VIEW_PLACES)
def filing_receipt_paper(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The receipt itself, as a file to keep; each reading is on record."""
    viewer = Viewer.of(request)
    row = get_object_or_404(visible_filings(viewer.person, viewer.at).select_related("receipt_paper"), pk=pk)
    if row.receipt_paper is None:
        raise Http404
    return serve(row.receipt_paper, by=viewer.person, at=viewer.at, about=f"places.filing:{row.pk}")


def _taken_over(form: ReceiptForm, row: System, viewer: Viewer, *, on_behalf: bool) -> Filing | None:
    """Both the paper and its filing, or neither; what is wrong stands at its field."""
    try:
        with transaction.atomic():
            upload = form.cleaned_data["paper"]
            paper = keep_paper(upload, by=viewer.person, at=viewer.at, kinds=SCANS, about=f"places.system:{row.pk}")
            taken = Taken(viewer.person, viewer.at, timezone.localdate(viewer.at))
            return take_over(row, form.receipt(), paper, taken, on_behalf=on_behalf)
    except PaperRefused as refusal:
        form.add_error("paper", str(refusal))
    except ReceiptRefused as refusal:
        form.add_error(refusal.field or None, str(refusal))
    return None
