"""应当接入目录 for everybody (S25 向社会公布): the current directories, each version, its files. Nobody is signed in here.

What was withdrawn is to be gone at once: whoever keeps a copy on the way asks again each time (`no-cache`). The PDF is set once and kept, by one at
a time, whoever asks and how often."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from custodes.documents.forms.sharing import DirectoryList
from custodes.people.delivery import provenance_of
from custodes.people.printed import as_file, printed
from custodes.people.table import Table, TableColumn
from custodes.sharing.directory import files
from custodes.sharing.directory.files import DirectoryDifference, difference
from custodes.sharing.directory.secrecy import withheld
from custodes.sharing.models import Directory, DirectoryEntry, DirectoryState
from custodes.sharing.models.directory import PUBLIC
from custodes.sharing.views.directory import publication_index

PER_PAGE = 100
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}
PDF = "pdf"
GONE = 410
_HEADS = (_("系统名称"), _("责任单位"), _("主管部门"), _("场所类别"), _("依据"))


def published() -> QuerySet[Directory]:
    """Versions that were published, the current ones and the former ones."""
    return Directory.objects.filter(state__in=[one.value for one in PUBLIC]).select_related("unit__division")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def directories(request: HttpRequest) -> HttpResponse:
    """The current directory of each police unit."""
    rows = published().filter(state=DirectoryState.PUBLISHED)
    told = [(row, shown_entries(row).count()) for row in rows.order_by("unit__division__path")]
    return render(request, "sharing/public.html", {"rows": told})


def shown_entries(row: Directory, hidden: frozenset[UUID] | None = None) -> QuerySet[DirectoryEntry]:
    """What everybody reads of a version: what it lists, but for what was withdrawn or classified since."""
    return row.entries.filter(listed=True).exclude(system__in=withheld(row) if hidden is None else hidden)


@login_not_required
@require_safe
@cache_control(no_cache=True)
def version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One version: its entries, what it changed, its files, the other versions."""
    row = get_object_or_404(published().select_related("previous"), pk=pk)
    hidden = withheld(row)
    either = hidden | (withheld(row.previous) if row.previous else frozenset())
    entries = shown_entries(row, hidden)
    context = {
        "row": row,
        "current": row.state == DirectoryState.PUBLISHED,
        "table": Table.of(request, *(TableColumn(label) for label in _HEADS)),
        "page": Paginator(entries, PER_PAGE).get_page(request.GET.get("page")),
        "hidden": bool(hidden),
        "difference": _shown(difference(row, row.previous), either),
        "index": publication_index(row),
        "versions": published().filter(unit=row.unit).order_by("-version"),
        "crumbs": [(_("应当接入目录"), reverse("sharing:public")), (str(row), "")],
    }
    return render(request, "sharing/public_version.html", context)


@login_not_required
@require_safe
@cache_control(no_cache=True)
def file(request: HttpRequest, pk: UUID, form: str) -> HttpResponse:
    """A version as CSV or JSON, octet by octet as it was published; the JSON says beside it where in the log its hash stands. As PDF it is
    set from that JSON."""
    if form not in (*TYPES, PDF):
        raise Http404
    row = get_object_or_404(published(), pk=pk)
    if withheld(row):
        return render(request, "sharing/public_gone.html", {"row": row}, status=GONE)
    if form == PDF:
        return set_once(request, row)
    answer = HttpResponse(row.table if form == "csv" else _document(row), content_type=TYPES[form])
    name = f"directory-{row.unit.division.code}-{row.version}.{form}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _document(row: Directory) -> str:
    """The document as it was hashed, between what proves it: nothing of it is written anew."""
    proof = {
        "sha256": row.document_sha256,
        "csv_sha256": row.table_sha256,
        "canonical": 'UTF-8 JSON, keys in order, no blanks; sha256 is of the value of "directory"',
        "ledger_index": publication_index(row),
    }
    return f'{{"directory":{row.document},"proof":{json.dumps(proof, ensure_ascii=False)}}}'


def _shown(found: DirectoryDifference, hidden: frozenset[UUID]) -> DirectoryDifference:
    return DirectoryDifference(
        tuple(one for one in found.came if one.system_id not in hidden),
        tuple(one for one in found.went if one.system_id not in hidden),
        tuple(pair for pair in found.renamed if pair[1].system_id not in hidden),
    )


KEPT_SECONDS = 24 * 3600
"""A day: by then fonts or templates of the installation may be others, and the log has gone on."""
UNENTERED_SECONDS = 60
"""As long as the log does not stand in it: soon it will."""
SETTING_SECONDS = 120
"""How long whoever sets it keeps others waiting at most, should it die over it."""
RETRY_SECONDS = 5
_SETTING = "custodes.directory.setting"


def set_once(request: HttpRequest, row: Directory) -> HttpResponse:
    """The version as PDF, as it was set before or set now; 503 while another is being set. Whoever asks has asked `withheld` before."""
    index = publication_index(row)
    key = f"custodes.directory.{row.pk}.{row.document_sha256}.{index}"
    kept = cache.get(key)
    if kept is not None:
        return as_file(kept, DirectoryList)
    if not cache.add(_SETTING, True, SETTING_SECONDS):
        answer = HttpResponse(gettext("正在排版，请稍后再试。"), status=503, content_type="text/plain; charset=utf-8")
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
    try:
        step = row.steps.filter(event="publish").select_related("record").first()
        provenance = provenance_of(step)
        with override("zh-hans"):
            document = files.published(row)
        made = printed(request, document, reverse("sharing:public_version", args=[row.pk]), provenance)
        if made.status_code == 200:
            entered = index is not None and provenance.checkpoint is not None
            cache.set(key, made.content, KEPT_SECONDS if entered else UNENTERED_SECONDS)
        return made
    finally:
        cache.delete(_SETTING)
