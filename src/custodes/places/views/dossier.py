"""The file of a system: its papers, what is missing, and each paper for who may read it (S17, S30.1)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.people.lawful import terms as terms_now
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.serving import serve
from custodes.people.papers.taking import takes_papers
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.dossiers.keeping import DossierRefused, Leaf, add, current, missing
from custodes.places.forms.dossier import DossierForm
from custodes.places.models import DossierItem, PaperKind, PaperSort, System
from custodes.places.scope import built_systems, papered_systems, visible_systems
from custodes.places.views.system import crumbs_of

INVALID = 422


@require_safe
@needs(Permission.VIEW_PLACES)
def dossier(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The list of the file."""
    viewer = Viewer.of(request)
    row = get_object_or_404(visible_systems(viewer.person, viewer.at).select_related("site"), pk=pk)
    items = current(row)
    return render(
        request,
        "places/dossier.html",
        {
            "system": row,
            "missing": missing(row, timezone.localdate(viewer.at), terms_now()),
            "groups": [(kind.label, [item for item in items if item.kind == kind]) for kind in PaperKind],
            "firms": row.firms.select_related("unit").prefetch_related("technicians"),
            "may_add": built_systems(viewer.person, viewer.at).filter(pk=pk).exists(),
            "may_read": papered_systems(viewer.person, viewer.at).filter(pk=pk).exists(),
            "crumbs": crumbs_of(row, (_("案卷"), "")),
        },
    )


@takes_papers()
@needs(Permission.MANAGE_PLACES)
def dossier_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a paper, or a newer version of one."""
    viewer = Viewer.of(request)
    row = get_object_or_404(built_systems(viewer.person, viewer.at).select_related("site"), pk=pk)
    form = DossierForm(request.POST or None, request.FILES or None, system=row)
    if request.method == "POST" and form.is_valid() and _added(form, row, viewer):
        messages.success(request, _("材料已加入案卷。"))
        return redirect("places:dossier", pk=row.pk)
    crumbs = crumbs_of(row, (_("案卷"), reverse("places:dossier", args=[row.pk])), (_("加入材料"), ""))
    context = {"form": form, "title": _("加入材料"), "crumbs": crumbs, "submit": _("加入案卷")}
    return render(request, "places/form.html", context, status=INVALID if form.errors else 200)


@require_safe
@needs(Permission.VIEW_PLACES)
def dossier_item(request: HttpRequest, pk: UUID, item: UUID) -> HttpResponseBase:
    """One paper, as a file to keep; each reading is on record."""
    viewer = Viewer.of(request)
    row = get_object_or_404(papered_systems(viewer.person, viewer.at), pk=pk)
    held = get_object_or_404(DossierItem.objects.select_related("paper"), pk=item, system=row)
    return serve(held.paper, by=viewer.person, at=viewer.at, about=f"places.dossieritem:{held.pk}")


def _added(form: DossierForm, row: System, viewer: Viewer) -> bool:
    """Keep the file and its line, both or none; says what is wrong at its field."""
    data = form.cleaned_data
    leaf = Leaf(
        PaperKind(data["kind"]), PaperSort(data["sort"]), data["title"], data["dated"], data["number"], data["pages"]
    )
    try:
        with transaction.atomic():
            paper = keep_paper(data["file"], by=viewer.person, at=viewer.at, about=f"places.system:{row.pk}")
            add(row, leaf, paper, viewer.person, viewer.at, data["replaces"])
    except PaperRefused as refusal:
        form.add_error("file", str(refusal))
    except DossierRefused as refusal:
        form.add_error("replaces", str(refusal))
    return not form.errors
