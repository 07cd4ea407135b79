"""Certificates of products: listed, entered, read."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from custodes.people.lawful import legal_day, terms
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.kinds import SCANS
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.serving import serve
from custodes.people.papers.taking import takes_papers
from custodes.people.permissions import Permission
from custodes.people.records import config_changed, differences, snapshot
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs
from custodes.places.forms.product import ProductForm, ProductSearch, ProductWithdrawForm
from custodes.places.models import Product
from custodes.places.products import enter_product
from custodes.places.scope import own_units

PAGE = 50


def products_asked(request: HttpRequest) -> QuerySet[Product]:
    """The certificates, narrowed down as the address says."""
    return _found(ProductSearch(request.GET), legal_day(Viewer.of(request).at))


def product_table(request: HttpRequest) -> Table:
    """The columns of the list of certificates."""
    return Table.of(
        request,
        Column(_("生产厂家"), "maker"),
        Column(_("型号"), "model"),
        Column(_("证书或者报告编号"), "certificate"),
        Column(_("出具机构"), "issuer"),
        Column(_("有效期"), "valid_until"),
        Column(_("证明文件")),
        *([Column(_("操作"))] if Viewer.of(request).may(Permission.MANAGE_PLACES) else []),
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
