"""Tables of the register: handed in, looked at with what is wrong in which row, entered, and the refused rows taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from custodes.people.exporting import download
from custodes.people.papers.kinds import takes_papers
from custodes.people.permissions import Permission
from custodes.people.records import record
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.places.importing import kinds, running
from custodes.places.importing.kinds import KINDS, LIMITS, Kind
from custodes.places.importing.tasks import begin, take_table
from custodes.places.models import RUNNING, ImportState, TableImport
from custodes.places.network import keeps_nothing_classified
from custodes.places.tables.columns import Unreadable
from custodes.places.tables.template import XLSX, make_template


class TableImportForm(forms.Form):
    """An Excel or CSV file."""

    file = forms.FileField(
        label=_("Excel 或者 CSV 文件"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = _("不超过 %(size)s、%(rows)s 行；带宏、公式和外部链接的不予接收。")
        self.fields["file"].help_text = said % {"size": LIMITS.size, "rows": LIMITS.rows}


IMPORTERS = (Permission.MANAGE_PLACES, Permission.MANAGE_CAMERAS, Permission.MANAGE_UNITS)
FAULTS_A_PAGE = 50
SHOWN = 10
_TOO_MANY = _(
    "本装置使用 SQLite 数据库，超过 %(rows)d 行的不能整批登记，否则登记期间其他人无法保存。请选择逐批登记，或者分成几个文件上传；使用 PostgreSQL 数据库的装置不受此限。"
)
BADGES = {
    ImportState.CHECKING: "neutral",
    ImportState.CHECKED: "attention",
    ImportState.ENTERING: "neutral",
    ImportState.DONE: "fine",
    ImportState.FAILED: "danger",
}


def _kind(request: HttpRequest, key: str) -> Kind:
    kind = KINDS.get(key)
    if kind is None:
        raise Http404
    if not Viewer.of(request).may(kind.permission):
        raise PermissionDenied
    return kind


def _table(request: HttpRequest, pk: UUID) -> TableImport:
    """One's own table, while one may still import such."""
    row = get_object_or_404(TableImport.objects.filter(by=Viewer.of(request).person).select_related("by"), pk=pk)
    _kind(request, row.kind)
    return row


def _crumbs(kind: Kind, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    add = reverse("places:import_add", args=[kind.key]) if more else ""
    return [(kind.label, reverse(kind.back)), (kind.title, add), *more]


@require_GET
@needs(*IMPORTERS)
def import_list(request: HttpRequest) -> HttpResponse:
    """What one may import, and one's own imports of all kinds."""
    viewer = Viewer.of(request)
    rows = TableImport.objects.filter(by=viewer.person)
    page = Paginator(rows, FAULTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "offered": [one for one in KINDS.values() if viewer.may(one.permission)],
        "page": page,
        "earlier": [(row, BADGES[ImportState(row.state)]) for row in page.object_list],
    }
    return render(request, "places/import_list.html", context)


@takes_papers()
@keeps_nothing_classified
@needs(*IMPORTERS)
def import_add(request: HttpRequest, kind: str) -> HttpResponse:
    """Take a file in."""
    chosen = _kind(request, kind)
    person, now = Viewer.of(request).person, timezone.now()
    form = TableImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            return redirect(take_table(file.file, file.name, chosen, person, now))
        except Unreadable as error:
            form.add_error("file", error.words)
    context = {
        "form": form,
        "what": chosen,  # `kind` is what the part of a button is told
        "columns": Table.of(request, TableColumn(_("栏目")), TableColumn(_("填写说明")), TableColumn(_("示例"))),
        "earlier": [
            (row, BADGES[ImportState(row.state)])
            for row in TableImport.objects.filter(by=person, kind=chosen.key)[:SHOWN]
        ],
        "crumbs": _crumbs(chosen),
    }
    return render(request, "places/import_add.html", context, status=400 if form.errors else 200)


@require_GET
@needs(*IMPORTERS)
def import_template(request: HttpRequest, kind: str) -> HttpResponse:
    """The table to fill in."""
    sheet = _kind(request, kind).sheet
    answer = HttpResponse(make_template(sheet), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{sheet.file}"'
    return answer


def _shown(request: HttpRequest, row: TableImport) -> dict[str, Any]:
    kind = KINDS[row.kind]
    done = max(row.done, running.progress_of(row.pk))
    return {
        "table": row,
        "what": kind,
        "running": row.state in RUNNING,
        "done": min(done, row.rows),
        "percent": 100 * min(done, row.rows) // max(row.rows, 1),
        "badge": BADGES[ImportState(row.state)],
        "too_many": _TOO_MANY % {"rows": running.WHOLE_ROWS} if running.too_many_for_whole(row.rows) else "",
    }


@require_GET
@needs(*IMPORTERS)
def table_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far it is; what is wrong with which row; what was entered."""
    row = _table(request, pk)
    context = _shown(request, row)
    kind: Kind = context["what"]
    page = Paginator(row.faults.all(), FAULTS_A_PAGE).get_page(request.GET.get("page"))
    context |= {
        "page": page,
        "faults": [
            (one, one.texts.get(kind.sheet.name, ""), kinds.fault_cells(one, kind.sheet)) for one in page.object_list
        ],
        "faulty_table": Table.of(
            request,
            TableColumn(_("行"), numeric=True),
            TableColumn(kind.label),
            TableColumn(_("栏目")),
            TableColumn(_("问题")),
        ),
        "crumbs": _crumbs(kind, (row.name, "")),
    }
    return render(request, "places/import.html", context)


@require_GET
@needs(*IMPORTERS)
def import_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bar alone; once the work is over, the page is asked for anew."""
    row = _table(request, pk)
    answer = render(request, "places/import_progress.html", _shown(request, row))
    if row.state not in RUNNING:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@needs(*IMPORTERS)
def import_enter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enter the rows that are right: all or nothing, or without those that are wrong."""
    row = _table(request, pk)
    whole = request.POST.get("way") != "right"
    if whole and row.faulty:
        messages.error(
            request,
            _("有 %(count)d 行需要改正，不能全部登记。请改正后重新上传，或者只登记无误的行。") % {"count": row.faulty},
        )
        return redirect(row)
    if whole and running.too_many_for_whole(row.rows):
        messages.error(request, _TOO_MANY % {"rows": running.WHOLE_ROWS})
        return redirect(row)
    with transaction.atomic():
        # By what it was: pressed twice, or in two windows, it is begun once.
        confirmed = TableImport.objects.filter(pk=row.pk, state=ImportState.CHECKED, ready__gt=0)
        if confirmed.update(state=ImportState.ENTERING, whole=whole, done=0):
            row.refresh_from_db()
            begin(row)
        else:
            messages.info(request, _("没有可以登记的行，或者已经在登记。"))
    return redirect(row)


@require_POST
@needs(*IMPORTERS)
def import_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Go on after a fault of the installation."""
    row = _table(request, pk)
    state = ImportState.CHECKING if row.whole is None else ImportState.ENTERING
    with transaction.atomic():
        if TableImport.objects.filter(pk=row.pk, state=ImportState.FAILED).update(state=state):
            row.refresh_from_db()
            begin(row)
    return redirect(row)


@require_GET
@needs(*IMPORTERS)
def import_refused(request: HttpRequest, pk: UUID, form: str) -> HttpResponseBase:
    """The rows that are not entered, each with its reasons, as a file; taken out on record."""
    row = _table(request, pk)
    if form not in ("csv", "xlsx"):
        raise Http404
    viewer = Viewer.of(request)
    record(
        "list.exported",
        at=viewer.at,
        person=viewer.person.uuid,
        list=f"refused.{row.kind}",
        filter=f"table={row.pk}",
        form=form,
        rows=row.faults.count(),
    )
    return download(request, f"custodes-{row.kind}-refused", form, kinds.refused_head(row), kinds.refused_rows(row))


@require_POST
@needs(*IMPORTERS)
def import_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget the table; what was entered stays."""
    row = _table(request, pk)
    kind = row.kind
    if not running.discard(row.pk, timezone.now()):
        messages.error(request, _("正在登记，完成后才能删除。"))
        return redirect(row)
    messages.success(request, _("表格已删除，已登记的内容不受影响。"))
    return redirect("places:import_add", kind)
