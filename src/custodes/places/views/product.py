"""Certificates of products: listed, entered, read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from custodes.people.lawful import legal_day
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.kinds import SCANS
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.serving import serve
from custodes.people.papers.taking import takes_papers
from custodes.people.permissions import Permission
from custodes.people.records import config_changed, differences, snapshot
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs
from custodes.places.forms.product import ProductForm, ProductSearch
from custodes.places.models import Product

PAGE = 50


def products_asked(request: HttpRequest) -> QuerySet[Product]:
    """The certificates, narrowed down as the address says."""
    search = ProductSearch(request.GET)
    rows = Product.objects.select_related("paper")
    if search.is_valid() and (words := search.cleaned_data["q"]):
        rows = rows.filter(Q(maker__icontains=words) | Q(model__icontains=words))
    return rows


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
        default="maker",
    )


@require_safe
@needs(Permission.VIEW_PLACES)
def product_list(request: HttpRequest) -> HttpResponse:
    """Every certificate; a product belongs to no place, so that every reader of the register sees all of them."""
    viewer = Viewer.of(request)
    table = product_table(request)
    page = Paginator(table.order(products_asked(request)), PAGE).get_page(request.GET.get("page"))
    today = legal_day(viewer.at)
    context = {
        "search": ProductSearch(request.GET),
        "table": table,
        "page": page,
        "rows": [(row, (row.valid_until - today).days) for row in page],
        "may_add": viewer.may(Permission.MANAGE_PLACES),
        "may_read": viewer.may(Permission.READ_PAPERS),
    }
    return render(request, "places/product_list.html", context)


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
                product.by, product.at = viewer.person, viewer.at
                if upload := form.cleaned_data["paper"]:
                    about = f"places.product:{product.uuid}"
                    product.paper = keep_paper(upload, by=viewer.person, at=viewer.at, kinds=SCANS, about=about)
                product.save()
                config_changed(product, differences({}, snapshot(product)), by=viewer.person, at=viewer.at)
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
