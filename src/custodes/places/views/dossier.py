"""The file of a system (its papers, what is missing, each paper for who may read it: S17, S30.1), and certificates of products (S13.1).

Papers on which a place or a camera rests, its sign, its mask, a neighbour's consent, are for who may read base data (S30.1, R10).
"""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from custodes.people.lawful import legal_day, terms
from custodes.people.lawful import terms as terms_now
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.kinds import SCANS, PaperRefused, takes_papers
from custodes.people.papers.serving import serve
from custodes.people.permissions import Permission
from custodes.people.records import config_changed, differences, snapshot
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.places.dossiers import DossierRefused, Leaf, add, current, enter_product, missing
from custodes.places.forms.dossier import DossierForm, ProductForm, ProductSearch, ProductWithdrawForm
from custodes.places.models import DossierItem, PaperKind, PaperSort, Product, System
from custodes.places.scope import built_systems, exact_cameras, exact_sites, own_units, papered_systems, visible_systems
from custodes.places.views.system import crumbs_of

PAGE = 50


def products_asked(request: HttpRequest) -> QuerySet[Product]:
    """The certificates, narrowed down as the address says."""
    return _found(ProductSearch(request.GET), legal_day(Viewer.of(request).at))


def product_table(request: HttpRequest) -> Table:
    """The columns of the list of certificates."""
    return Table.of(
        request,
        TableColumn(_("生产厂家"), "maker"),
        TableColumn(_("型号"), "model"),
        TableColumn(_("证书或者报告编号"), "certificate"),
        TableColumn(_("出具机构"), "issuer"),
        TableColumn(_("有效期"), "valid_until"),
        TableColumn(_("证明文件")),
        *([TableColumn(_("操作"))] if Viewer.of(request).may(Permission.MANAGE_PLACES) else []),
        default="maker",
    )


@require_safe
@needs(Permission.VIEW_PLACES)
def product_list(request: HttpRequest) -> HttpResponse:
    """Every certificate; a product belongs to no place, so that every reader of the register sees all of them."""
    viewer = Viewer.of(request)
    table = product_table(request)
    today = legal_day(viewer.at)
    page = Paginator(table.order(products_asked(request)), PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "products",
        "search": ProductSearch(request.GET),
        "table": table,
        "page": page,
        "rows": [(row, (row.valid_until - today).days) for row in page],
        "own": set(withdrawable(viewer).values_list("pk", flat=True))
        if viewer.may(Permission.MANAGE_PLACES)
        else set(),
        "may_add": viewer.may(Permission.MANAGE_PLACES),
        "may_read": viewer.may(Permission.READ_PAPERS),
    }
    return render(request, "places/product_list.html", context)


def _found(search: ProductSearch, today: datetime.date) -> QuerySet[Product]:
    rows = Product.objects.select_related("paper")
    if not search.is_valid():
        return rows
    if words := search.cleaned_data["q"]:
        rows = rows.filter(Q(maker__icontains=words) | Q(model__icontains=words))
    match search.cleaned_data["show"]:
        case "ending":
            soon = today + datetime.timedelta(days=terms().assumed.expiry_warn_days)
            return rows.standing().filter(valid_until__lte=soon)
        case "no_paper":
            return rows.standing().filter(paper__isnull=True)
        case "withdrawn":
            return rows.filter(withdrawn_at__isnull=False)
    return rows


def withdrawable(viewer: Viewer) -> QuerySet[Product]:
    """Certificates that the person may withdraw: those that the own unit entered, for a system administrator the division's."""
    return Product.objects.standing().filter(by__unit__in=own_units(viewer.person, viewer.at).values("pk"))


@require_POST
@needs(Permission.MANAGE_PLACES)
def product_withdraw(request: HttpRequest, product: Any) -> HttpResponse:
    """Withdraw what was entered wrongly, with the reason; it stays in the list and on record."""
    viewer = Viewer.of(request)
    form = ProductWithdrawForm(request.POST)
    with transaction.atomic():
        row = get_object_or_404(withdrawable(viewer).select_for_update(of=("self",)), uuid=product)
        if not form.is_valid():
            messages.error(request, _("请写明撤销理由。"))
            return redirect("places:product_list")
        before = snapshot(row)
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = viewer.at, viewer.person, form.cleaned_data["why"]
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
        config_changed(row, differences(before, snapshot(row)), by=viewer.person, at=viewer.at)
    messages.success(request, _("已撤销。"))
    return redirect("places:product_list")


@needs(Permission.MANAGE_PLACES)
@takes_papers()
def product_add(request: HttpRequest) -> HttpResponse:
    """Enter a certificate."""
    viewer = Viewer.of(request)
    form = ProductForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                product = form.save(commit=False)
                about, upload = f"places.product:{product.uuid}", form.cleaned_data["paper"]
                paper = keep_paper(upload, by=viewer.person, at=viewer.at, kinds=SCANS, about=about)
                enter_product(product, paper, viewer.person, viewer.at)
        except PaperRefused as refusal:
            form.add_error("paper", str(refusal))
        else:
            messages.success(request, _("已登记。"))
            return redirect("places:product_list")
    return render(request, "places/product_form.html", {"form": form})


@require_safe
@needs(Permission.READ_PAPERS)
def product_paper(request: HttpRequest, product: Any) -> HttpResponse:
    """The certificate, as an attachment; the reading is on record."""
    viewer = Viewer.of(request)
    row = get_object_or_404(Product.objects.select_related("paper"), uuid=product)
    if row.paper is None or not viewer.may(Permission.VIEW_PLACES):
        raise Http404
    return serve(row.paper, by=viewer.person, at=viewer.at, about=f"places.product:{row.uuid}")


#: Name in the address → the camera's column.
OF_CAMERAS = {"sign": "sign_paper", "mask": "mask_paper"}


@require_safe
@needs(Permission.VIEW_PLACES)
def camera_paper(request: HttpRequest, pk: UUID, name: str) -> HttpResponseBase:
    """The picture of a camera's sign (S15) or of its mask (S10(2)), as a file to keep; each reading is on record."""
    viewer, column = Viewer.of(request), OF_CAMERAS.get(name)
    if column is None:
        raise Http404
    row = get_object_or_404(exact_cameras(viewer.person, viewer.at).select_related(column), pk=pk)
    paper = getattr(row, column)
    if paper is None:
        raise Http404
    return serve(paper, by=viewer.person, at=viewer.at, about=f"places.camera:{row.pk}")


@require_safe
@needs(Permission.VIEW_PLACES)
def site_paper(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The consent of a secret or military unit nearby (N10)."""
    viewer = Viewer.of(request)
    row = get_object_or_404(exact_sites(viewer.person, viewer.at).select_related("consent_paper"), pk=pk)
    if row.consent_paper is None:
        raise Http404
    return serve(row.consent_paper, by=viewer.person, at=viewer.at, about=f"places.site:{row.pk}")


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
            "crumbs": crumbs_of(row, (gettext_lazy("案卷"), "")),
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
        messages.success(request, gettext_lazy("材料已加入案卷。"))
        return redirect("places:dossier", pk=row.pk)
    crumbs = crumbs_of(
        row, (gettext_lazy("案卷"), reverse("places:dossier", args=[row.pk])), (gettext_lazy("加入材料"), "")
    )
    context = {"form": form, "title": gettext_lazy("加入材料"), "crumbs": crumbs, "submit": gettext_lazy("加入案卷")}
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
