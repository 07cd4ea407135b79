"""应当接入目录 (S25) in the office: the list of versions, one version's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.access.telling import story_of
from custodes.law.duties.finding import Finding, Status
from custodes.law.duties.linking import DirectoryFacts, s25_directory
from custodes.law.grounds.ground import Unmet
from custodes.people.lawful import terms, words
from custodes.people.models import Unit
from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.tasks import tasks_of
from custodes.people.viewer import Viewer, needs
from custodes.sharing.directory.difference import difference, former_of
from custodes.sharing.directory.publishing import before_publishing, before_submitting
from custodes.sharing.directory.secrecy import withdrawn_at, withheld
from custodes.sharing.forms.directory import WordsForm
from custodes.sharing.models import Directory, DirectoryState
from custodes.sharing.reach import compiled, offices, read_directories
from custodes.sharing.stepping import Taken
from custodes.sharing.views.common import crumbs_of
from custodes.sharing.words import step_words

PER_PAGE = 50
BADGES = {
    DirectoryState.DRAFT: "neutral",
    DirectoryState.SUBMITTED: "attention",
    DirectoryState.PUBLISHED: "fine",
    DirectoryState.SUPERSEDED: "off",
}


_HEADS = (_("公布的系统名称"), _("责任单位"), _("主管部门"), _("依据"), _("列入"))


@require_safe
@needs(Permission.MANAGE_SHARING, Permission.VIEW_SHARING)
def directories(request: HttpRequest) -> HttpResponse:
    """Every version that the person may read, and what each of their offices owes."""
    viewer = Viewer.of(request)
    table = Table.of(
        request,
        Column(_("编制单位"), "unit__name", then=("version",)),
        Column(_("版次"), "version", numeric=True),
        Column(_("状态"), "state"),
        Column(_("列入"), numeric=True),
        Column(_("公布日期"), "published_on"),
        default="unit__name",
    )
    rows = read_directories(viewer.person, viewer.at) | Directory.objects.exclude(document="")
    rows = rows.select_related("unit").annotate(listed=Count("entries", filter=Q(entries__listed=True)))
    page = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    mine = set(read_directories(viewer.person, viewer.at).values_list("pk", flat=True))
    context = {
        "tab": "directories",
        "table": table,
        "page": page,
        "rows": [(row, BADGES[DirectoryState(row.state)], _page_of(row, row.pk in mine)) for row in page],
        "offices": [_standing(office, viewer) for office in offices(viewer.person, viewer.at)],
        "crumbs": crumbs_of()[:1],
    }
    return render(request, "sharing/directories.html", context)


def _page_of(row: Directory, inside: bool) -> str:
    return row.get_absolute_url() if inside else reverse("sharing:public_version", args=[row.pk])


def _standing(office: Unit, viewer: Viewer) -> dict[str, Any]:
    """How an office stands with S25, and the version that it works on."""
    rows = Directory.objects.filter(unit=office)
    finding = standing_of(office, viewer)
    return {
        "unit": office,
        "words": words(finding),
        "good": finding.status is Status.MET,
        "open": rows.filter(state__in=[DirectoryState.DRAFT, DirectoryState.SUBMITTED]).first(),
    }


def standing_of(office: Unit, viewer: Viewer) -> Finding:
    """The duty of S25 today: published, and looked at again within the installation's own interval."""
    last = Directory.objects.filter(unit=office, published_on__isnull=False).order_by("-published_on").first()
    today = timezone.localdate(viewer.at)
    return s25_directory(DirectoryFacts(last.published_on if last else None), today, today, terms())


@require_safe
@needs(Permission.MANAGE_SHARING, Permission.VIEW_SHARING)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One version's page."""
    viewer = Viewer.of(request)
    return draw(request, viewer, seen(viewer, pk))


def seen(viewer: Viewer, pk: UUID) -> Directory:
    """The row as the viewer may read it; `Http404` where they may not."""
    rows = read_directories(viewer.person, viewer.at)
    return get_object_or_404(rows.select_related("unit__division", "previous", "approved_by__unit"), pk=pk)


def own(viewer: Viewer, pk: UUID) -> Directory:
    """The row as the viewer may compile it; `Http404` where they may not."""
    return get_object_or_404(compiled(viewer.person, viewer.at).select_related("unit__division"), pk=pk)


def draw(
    request: HttpRequest,
    viewer: Viewer,
    row: Directory,
    *,
    error: str = "",
    unmet: tuple[Unmet, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """The page of one version, with what could not be done and what was in its way."""
    may_edit = compiled(viewer.person, viewer.at).filter(pk=row.pk).exists()
    entries = row.entries.select_related("decided_by", "withdrawn_by__unit")
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    counts = entries.aggregate(taken=Count("pk", filter=Q(listed=True)), left=Count("pk", filter=Q(listed=False)))
    context = {
        "tab": "directories",
        "row": row,
        "badge": BADGES[DirectoryState(row.state)],
        "table": Table.of(request, *(Column(label) for label in _HEADS)),
        "page": page,
        "once": withdrawn_at([one.system_id for one in page]),
        "gone": row.public and bool(withheld(row)),
        "counts": counts,
        "may_edit": may_edit,
        "is_draft": row.state == DirectoryState.DRAFT,
        "before": tasks_of(_before(row, viewer)) if may_edit else [],
        "difference": difference(row, former_of(row)),
        "former": former_of(row),
        "publish_form": WordsForm(auto_id="id_publish_%s"),
        "back_form": WordsForm(auto_id="id_back_%s", label=_("退回的原因"), required=True),
        "error": error,
        "unmet": tasks_of(unmet),
        "index": publication_index(row),
        "story": story_of(row, lambda event: step_words("directory", event), "case"),
        "crumbs": crumbs_of((str(row), "")),
    }
    return render(request, "sharing/directory.html", context, status=status)


def _before(row: Directory, viewer: Viewer) -> tuple[Unmet, ...]:
    """What is in the way of the next step."""
    taken = Taken(viewer.person, viewer.at)
    if row.state == DirectoryState.DRAFT:
        return before_submitting(row, taken)
    return before_publishing(row, taken) if row.state == DirectoryState.SUBMITTED else ()


def publication_index(row: Directory) -> int | None:
    """Where in the log its publication stands; None while it was not taken there yet."""
    step = row.steps.filter(event="publish").select_related("record").first()
    return step.record.index if step is not None else None
