"""The register's documents as PDF, for whoever may see the row that each is about."""

from __future__ import annotations

import base64
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from custodes.access import notary as line
from custodes.access.models import AgencyStep, CaseStep, ReleaseStep
from custodes.documents.forms.document import Document
from custodes.documents.provenance import Checkpoint, Provenance
from custodes.ledger.checkpoint import parse_checkpoint
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.ledger.note import NoteError, parse_note
from custodes.people.lawful import terms
from custodes.people.permissions import Permission
from custodes.people.printed import printed
from custodes.people.viewer import Viewer, needs
from custodes.places.changes.reach import visible_changes
from custodes.places.filing.reach import visible_filings
from custodes.places.models import FilingState, Removal, Step
from custodes.places.scope import papered_systems
from custodes.places.upgrades.reach import visible_orders
from custodes.settings import get_settings
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


def provenance_of(step: Step | AgencyStep | CaseStep | ReleaseStep | None) -> Provenance:
    """Which record stands behind it, and the log as it is signed now; without them while the notary is away."""
    index = step.record.index if step is not None and step.record is not None else None
    origin, checkpoint = "", None
    try:
        origin = line.notary().status().origin
        found = parse_checkpoint(parse_note(line.notary().checkpoint()).text)
        checkpoint = Checkpoint(found.size, base64.b64encode(found.root).decode())
    except (NotaryUnavailable, NotaryRefused, NoteError, ValueError):
        pass  # printed as not yet entered; the page of the row says when it is
    return Provenance(get_settings().installation_name, origin, index, checkpoint)
