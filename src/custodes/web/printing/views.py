"""The register's documents as PDF, for whoever may see the row that each is about."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from custodes.access.models import CaseStep
from custodes.access.provenance import provenance_of
from custodes.documents.forms.document import Document
from custodes.people.lawful import terms
from custodes.people.permissions import Permission
from custodes.people.printed import printed
from custodes.people.viewer import Viewer, needs
from custodes.places.changes.reach import visible_changes
from custodes.places.filing.reach import visible_filings
from custodes.places.models import FilingState, Removal, Step
from custodes.places.scope import papered_systems
from custodes.places.upgrades.reach import visible_orders
from custodes.web.printing import changes, register


@require_safe
@needs(Permission.VIEW_PLACES)
def filing_form(request: HttpRequest, pk: UUID) -> HttpResponse:
    """备案表."""
    viewer = Viewer.of(request)
    rows = visible_filings(viewer.person, viewer.at).select_related("system__site__division", "drafted_by")
    row = get_object_or_404(rows, pk=pk, authority="")
    document = register.filing_form(row, timezone.localdate(viewer.at))
    return print_document(request, document, row.get_absolute_url(), register.last_step(row))


@require_safe
@needs(Permission.VIEW_PLACES)
def filing_receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """备案回执, once it is filed."""
    viewer = Viewer.of(request)
    rows = visible_filings(viewer.person, viewer.at).select_related("system__site__division", "filed_by__unit")
    row = get_object_or_404(rows, pk=pk, state=FilingState.FILED, authority="")
    document = register.filing_receipt(row, timezone.localdate(viewer.at))
    return print_document(request, document, row.get_absolute_url(), register.last_step(row))


@require_safe
@needs(Permission.VIEW_PLACES)
def removal_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """拆除报告."""
    viewer = Viewer.of(request)
    rows = Removal.objects.filter(system__in=papered_systems(viewer.person, viewer.at).values("pk"))
    row = get_object_or_404(rows.select_related("system__site__division", "system__unit", "drafted_by"), pk=pk)
    return print_document(request, register.removal_report(row), row.get_absolute_url(), register.last_step(row))


@require_safe
@needs(Permission.VIEW_PLACES)
def dossier_index(request: HttpRequest, pk: UUID) -> HttpResponse:
    """立卷目录."""
    viewer = Viewer.of(request)
    row = get_object_or_404(papered_systems(viewer.person, viewer.at).select_related("unit", "site"), pk=pk)
    return print_document(request, register.dossier_index(row), row.get_absolute_url(), register.last_step(row))


@require_safe
@needs(Permission.VIEW_PLACES)
def acceptance_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """验收报告封面与清单."""
    viewer = Viewer.of(request)
    row = get_object_or_404(papered_systems(viewer.person, viewer.at).select_related("unit", "site"), pk=pk)
    return print_document(request, register.acceptance_report(row), row.get_absolute_url(), register.last_step(row))


@require_safe
@needs(Permission.VIEW_PLACES)
def change_form(request: HttpRequest, pk: UUID) -> HttpResponse:
    """变更表."""
    viewer = Viewer.of(request)
    rows = visible_changes(viewer.person, viewer.at).select_related("system__site", "system__unit", "asked_by")
    row = get_object_or_404(rows, pk=pk)
    return print_document(request, changes.change_form(row), row.get_absolute_url(), register.last_step(row))


@require_safe
@needs(Permission.VIEW_PLACES)
def upgrade_notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """限期升级改造通知书."""
    viewer = Viewer.of(request)
    rows = visible_orders(viewer.person, viewer.at).select_related("system__site", "system__unit", "issued_by__unit")
    row = get_object_or_404(rows, pk=pk)
    document = changes.upgrade_notice(row, terms())
    return print_document(request, document, row.get_absolute_url(), register.last_step(row))


def print_document(request: HttpRequest, document: Document, back: str, step: Step | CaseStep | None) -> HttpResponse:
    """The document with the step whose record stands behind it."""
    return printed(request, document, back, provenance_of(step))
