"""应当接入目录 (S25) in the office: the list of versions, one version's page, and its steps that have a page of their own."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.access.views.agency.filling import revision_of
from custodes.cases import taking
from custodes.cases.step import StepInput
from custodes.cases.views import Around, CasePages
from custodes.law.duties.finding import DutyFinding, DutyStatus, LegalTerms
from custodes.law.duties.using import DirectoryFacts, s25_directory
from custodes.people.lawful import StepRefused, finding_text, terms
from custodes.people.models import Unit
from custodes.people.permissions import Permission
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.sharing.directory import case
from custodes.sharing.directory.candidates import built
from custodes.sharing.directory.case import DIRECTORY, goes_alone
from custodes.sharing.directory.files import difference, former_of
from custodes.sharing.directory.secrecy import withdrawn_at, withheld
from custodes.sharing.forms.directory import AddForm, EntryForm, WithdrawForm
from custodes.sharing.models import Directory, DirectoryState
from custodes.sharing.models.directory import PUBLIC
from custodes.sharing.offices import offices
from custodes.sharing.views.common import INVALID, crumbs_of

PER_PAGE = 50
_HEADS = (_("公布的系统名称"), _("责任单位"), _("主管部门"), _("依据"), _("列入"))


@require_safe
@needs(Permission.MANAGE_SHARING, Permission.VIEW_SHARING)
def directories(request: HttpRequest) -> HttpResponse:
    """Every version that the person may read, and what each of their offices owes."""
    viewer = Viewer.of(request)
    table = Table.of(
        request,
        TableColumn(_("编制单位"), "unit__name", then=("version",)),
        TableColumn(_("版次"), "version", numeric=True),
        TableColumn(_("状态"), "state"),
        TableColumn(_("列入"), numeric=True),
        TableColumn(_("公布日期"), "published_on"),
        default="unit__name",
    )
    rows = Directory.visible_to(viewer.person, viewer.at) | Directory.objects.exclude(document="")
    rows = rows.select_related("unit").annotate(listed=Count("entries", filter=Q(entries__listed=True)))
    page = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    mine = set(Directory.visible_to(viewer.person, viewer.at).values_list("pk", flat=True))
    context = {
        "tab": "directories",
        "table": table,
        "page": page,
        "rows": [(row, DIRECTORY.badges[row.state], _page_of(row, row.pk in mine)) for row in page],
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
        "words": finding_text(finding),
        "good": finding.status is DutyStatus.MET,
        "open": rows.filter(state__in=[DirectoryState.DRAFT, DirectoryState.SUBMITTED]).first(),
    }


def standing_of(office: Unit, viewer: Viewer) -> DutyFinding:
    """The duty of S25 today: published, and looked at again within the installation's own interval."""
    last = Directory.objects.filter(unit=office, published_on__isnull=False).order_by("-published_on").first()
    today = timezone.localdate(viewer.at)
    return s25_directory(DirectoryFacts(last.published_on if last else None), today, today, terms())


def own(viewer: Viewer, pk: UUID) -> Directory:
    """The row as the viewer may compile it; `Http404` where they may not."""
    return get_object_or_404(Directory.compiled_by(viewer.person, viewer.at).select_related("unit__division"), pk=pk)


def _more(viewer: Viewer, row: Directory, today: date, terms: LegalTerms) -> dict[str, Any]:
    """What a version's page says besides: how many entries, what it changed, whether this person would do both steps of it."""
    may_edit = Directory.compiled_by(viewer.person, viewer.at).filter(pk=row.pk).exists()
    listed, left = Count("pk", filter=Q(listed=True)), Count("pk", filter=Q(listed=False))
    former = former_of(row)
    return {
        "gone": row.public and bool(withheld(row)),
        "counts": row.entries.aggregate(taken=listed, left=left),
        "may_edit": may_edit,
        "alone": may_edit and goes_alone(row, viewer.person, viewer.at),
        "difference": difference(row, former),
        "former": former,
        "index": publication_index(row),
        "crumbs": crumbs_of((str(row), "")),
    }


def _entries(request: HttpRequest, row: Directory) -> dict[str, Any]:
    """The part of its entries that is asked for."""
    entries = row.entries.select_related("decided_by", "withdrawn_by__unit")
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "table": Table.of(request, *(TableColumn(label) for label in _HEADS)),
        "page": page,
        "once": withdrawn_at([one.system_id for one in page]),
    }


DIRECTORIES = CasePages(
    DIRECTORY,
    Around(
        above_parent=lambda office: crumbs_of(),
        above=lambda row: crumbs_of(),
        above_list=[],
        template="sharing/directory.html",
        more=_more,
        asked=_entries,
    ),
)


def publication_index(row: Directory) -> int | None:
    """Where in the log its publication stands; None while it was not taken there yet."""
    step = row.steps.filter(event="publish").select_related("record").first()
    return step.record.index if step is not None and step.record is not None else None


MOST = 200
"""Systems that the choice of the form for adding holds; a search narrows it down."""


@require_POST
@needs(Permission.MANAGE_SHARING)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the next version of one of the person's offices."""
    viewer = Viewer.of(request)
    mine = offices(viewer.person, viewer.at)
    uuid = request.POST.get("unit", "")
    office = next((one for one in mine if str(one.uuid) == uuid), None)
    if office is None:
        raise Http404
    try:
        row = taking.begin(DIRECTORY, "begin", office, _step(viewer), terms())
    except StepRefused as refused:
        messages.error(request, str(refused))
        return redirect("sharing:directories")
    messages.success(request, DIRECTORY.event("begin").said)
    return redirect(row)


@needs(Permission.MANAGE_SHARING)
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a system that the register does not ask for by itself."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    systems = built(row.unit).exclude(pk__in=row.entries.values("system")).select_related("unit").order_by("name", "pk")
    if query:
        systems = systems.filter(Q(name__icontains=query) | Q(unit__name__icontains=query))
    form = AddForm(request.POST or None, systems=systems)
    if request.method == "POST" and form.is_valid():
        try:
            taking.take(DIRECTORY, row, "add", _step(viewer, data=form.cleaned_data), terms())
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, DIRECTORY.event("add").said)
            return redirect(row)
    form.show(MOST)
    context = {
        "row": row,
        "form": form,
        "query": query,
        "crumbs": crumbs_of((str(row), row.get_absolute_url()), (_("增列系统"), "")),
    }
    return render(request, "sharing/directory_add.html", context, status=INVALID if form.errors else 200)


@needs(Permission.MANAGE_SHARING)
def entry(request: HttpRequest, pk: UUID, entry: int) -> HttpResponse:
    """List an entry or leave it out, and say under which name it is published."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    found = get_object_or_404(row.entries.select_related("system"), pk=entry)
    stale = request.method == "POST" and revision_of(request) != row.revision
    form = EntryForm(None if stale else request.POST or None, instance=found)
    if request.method == "POST" and not stale and form.is_valid():
        told = {"listed": True, **form.cleaned_data, "entry": found.pk}
        try:
            taking.take(DIRECTORY, row, "decide", _step(viewer, data=told, seen=row.revision), terms())
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, DIRECTORY.event("decide").said)
            return redirect(row)
    title = gettext("修改条目：%(name)s") % {"name": found.system.name}
    context = {
        "row": row,
        "entry": found,
        "form": form,
        "stale": stale,
        "title": title,
        "crumbs": crumbs_of((str(row), row.get_absolute_url()), (title, "")),
    }
    status = INVALID if stale or form.errors else 200
    return render(request, "sharing/directory_entry.html", context, status=status)


@needs(Permission.MANAGE_SHARING)
def withdraw(request: HttpRequest, pk: UUID, entry: int) -> HttpResponse:
    """Take an entry out of what is published, at once and by one person."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    published = row.entries.filter(listed=True, directory__state__in=[one.value for one in PUBLIC])
    found = get_object_or_404(published, pk=entry)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        step = _step(viewer, words=form.cleaned_data["words"], seen=revision_of(request))
        try:
            number = case.withdraw(row, found.pk, step, terms())
        except StepRefused as refused:
            return DIRECTORIES.page(request, viewer, pk, str(refused))
        messages.success(
            request, gettext("已撤下，涉及 %(number)d 版目录；这些版次的文件不再提供。") % {"number": number}
        )
        return redirect(row)
    title = gettext("撤下条目：%(name)s") % {"name": found.name}
    context = {
        "row": row,
        "entry": found,
        "form": form,
        "title": title,
        "crumbs": crumbs_of((str(row), row.get_absolute_url()), (title, "")),
    }
    return render(request, "sharing/directory_withdraw.html", context, status=INVALID if form.errors else 200)


def _step(viewer: Viewer, **more: Any) -> StepInput:
    return StepInput(viewer.person, viewer.at, timezone.localdate(viewer.at), **more)
