"""Papers that programs hand in and fetch: taken by the same room as those of the pages, never shown inline, each reading on record (R10)."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from custodes.cases.models import CasePaper
from custodes.people import program_writes
from custodes.people.models import Paper, ProgramScope
from custodes.people.papers.keeping import kept_name
from custodes.people.papers.kinds import DOSSIER, PaperLimits
from custodes.people.papers.serving import serve
from custodes.people.program_writes import TooManyPapersWaiting
from custodes.places.dossiers import Leaf, add
from custodes.places.forms.dossier import DossierForm
from custodes.places.models import ChangePicture, PaperKind, PaperSort
from custodes.places.network import any_classified, refuse_classified
from custodes.web.programs import kinds
from custodes.web.programs import schemas as out
from custodes.web.programs.keys import ProgramKeyAuth, call_of
from custodes.web.programs.problems import FieldProblem, of_form, plain
from custodes.web.programs.reaching import built_system, paper_of
from custodes.web.programs.routing import REFUSALS, router
from custodes.web.programs.wishes import DossierIn
from custodes.web.programs.writing import Write, WriteOutcome, form_data

_READ, _WRITE = ProgramScope.PAPERS_READ, ProgramScope.PAPERS_WRITE
TAKES = "papers"
"""Name of the address that takes bodies as large as a paper may be."""
PIECE = 1 << 16
FORM, BYTES = "multipart/form-data", "application/octet-stream"
_BINARY = {"type": "string", "format": "binary"}
_FILE = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {"schema": {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]}},
            BYTES: {"schema": _BINARY},
        },
    },
    "parameters": [
        {
            "name": "name", "in": "query", "required": False, "schema": {"type": "string", "maxLength": 200},
            "description": f"Name of the file with its ending, such as 设计方案.pdf: needed with {BYTES}; a form part has its own.",
        }
    ],
    "responses": {415: {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}}, 413: {"description": ""}},
}  # fmt: skip
_GIVEN = {"responses": {200: {"content": {"application/*": {"schema": _BINARY}, "image/*": {"schema": _BINARY}}}}}


def enter() -> None:
    """Make them answer."""
    taking = Write("POST", "/papers", _WRITE, TAKES, out.PaperOut, content=_digest, extra=_FILE)
    taking.enter(hand_in_paper)
    router.add_api_operation(
        "/papers/{uuid:id}", ["GET"], read_paper, auth=ProgramKeyAuth(_READ), response={200: None, **REFUSALS},
        operation_id="read_paper", url_name="paper", openapi_extra=_GIVEN,
    )  # fmt: skip
    Write("POST", "/dossier", _WRITE, "dossier", out.DossierItemOut).enter(add_to_dossier)


def hand_in_paper(request: HttpRequest) -> WriteOutcome:
    """Hand a file in: PDF, OFD, JPEG, PNG, TIFF, DOCX, XLSX or plain text, found in its bytes. As a form with one part `file`, or as
    the plain body with `?name=`. Then say what it is: `POST /dossier`."""
    call = call_of(request)
    upload = _received(request)
    refuse_classified(any_classified([kept_name(upload.name or "")]))
    try:
        paper = program_writes.take_paper(call.opened.program, upload, call.person, call.at)
    except TooManyPapersWaiting as error:
        remedy = _("请先以 POST /dossier 引用已提交的材料，或者等待其失效。")
        raise plain(409, str(error), [FieldProblem("", "paper:waiting", str(error), remedy)]) from error
    call.about, call.rows = str(paper.pk), 1
    told = {
        "id": paper.pk, "name": paper.name, "media_type": paper.media_type, "size": paper.size, "sha256": paper.sha256,
        "lapses_at": program_writes.paper_lapses_at(paper.at),
    }  # fmt: skip
    return WriteOutcome(201, told, at=f"/papers/{paper.pk}")


def read_paper(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """The file of a paper that `GET /dossier` lists, that is a filing's receipt, shows a change, goes with an order, or that the program
    handed in, as an attachment."""
    call = call_of(request)
    call.about = str(id)
    of_files = kinds.dossier(call).filter(paper=id).values("paper")
    receipts = kinds.filings(call).filter(receipt_paper=id).values("receipt_paper")
    waiting = call.opened.program.papers.filter(paper=id).values("paper")
    shown = ChangePicture.objects.filter(case__in=kinds.changes(call).order_by().values("pk"), paper=id).values("paper")
    orders = kinds.upgrades(call).order_by().values("pk")
    ordered = CasePaper.objects.filter(kind="places.upgradeorder", case_id__in=orders, paper=id).values("paper")
    cases = Q(pk__in=shown) | Q(pk__in=ordered)
    paper = Paper.objects.filter(cases | Q(pk__in=of_files) | Q(pk__in=receipts) | Q(pk__in=waiting)).first()
    if paper is None:
        raise Http404
    call.rows = 1
    return serve(paper, by=call.person, at=call.at, about=f"people.program:{call.opened.program.uuid}")


def add_to_dossier(request: HttpRequest, wish: DossierIn) -> WriteOutcome:
    """Put a paper that was handed in into the file of a system, as what it is. Nothing is taken out again; a newer version replaces."""
    call = call_of(request)
    system = built_system(call, wish.system)
    refuse_classified(any_classified([wish.title, wish.number]))
    form = DossierForm(form_data(wish.dict(exclude={"system", "paper"})), system=system)
    del form.fields["file"]  # handed in before
    if not form.is_valid():
        raise of_form(form.errors.get_json_data())
    data = form.cleaned_data
    paper = paper_of(call, wish.paper, DOSSIER)
    leaf = Leaf(
        PaperKind(data["kind"]), PaperSort(data["sort"]), data["title"], data["dated"], data["number"], data["pages"]
    )
    item = add(system, leaf, paper, call.person, call.at, data["replaces"])
    call.about, call.rows = str(item.pk), 1
    return WriteOutcome(201, out.item_out(item), at=f"/dossier/{item.pk}")


def _received(request: HttpRequest) -> UploadedFile[Any]:
    """The file that came, read once.

    Raises:
        Problem: there is none, or it came in a way that isn't taken.
    """
    found: UploadedFile[Any] | None = getattr(request, "program_upload", None)
    if found is None:
        found = _of_form(request) if request.content_type == FORM else _of_body(request)
        request.program_upload = found  # type: ignore[attr-defined]
    return found


def _of_form(request: HttpRequest) -> UploadedFile[Any]:
    try:
        files = request.FILES.getlist("file")
    except MultiPartParserError as error:
        what, remedy = _("表单不完整"), _("请按 multipart/form-data 提交一个名为 file 的文件。")
        raise plain(400, errors=[FieldProblem("", "paper:form", what, remedy)]) from error
    if len(files) != 1 or len(request.FILES) != 1:
        what, remedy = _("应当恰好有一个文件"), _("请按 multipart/form-data 提交一个名为 file 的文件。")
        raise plain(422, errors=[FieldProblem("file", "paper:one", what, remedy)])
    found: UploadedFile[Any] = files[0]
    return found


def _of_body(request: HttpRequest) -> UploadedFile[Any]:
    if request.content_type != BYTES:
        what = _("不支持这种请求内容：%(kind)s") % {"kind": (request.content_type or "–")[:80]}
        remedy = _("请使用 multipart/form-data，或者 application/octet-stream 和 ?name=。")
        raise plain(415, errors=[FieldProblem("Content-Type", "paper:type", what, remedy)])
    name = kept_name(request.GET.get("name", "")) if request.GET.get("name", "").strip() else ""
    if not name:
        what, remedy = _("没有写明文件名"), _("请以 ?name= 写明带扩展名的文件名。")
        raise plain(422, errors=[FieldProblem("name", "paper:name", what, remedy)])
    most = PaperLimits.of_settings().bytes
    # The file on disk has a name of its own: the sender's may be longer than a disk takes.
    upload = TemporaryUploadedFile("upload", "", 0, None)
    upload.name = name
    size = 0
    # One piece more than is taken, so that the room of papers says itself that it is too large.
    while size <= most and (piece := request.read(PIECE)):
        size += len(piece)
        upload.write(piece)
    upload.size = size
    upload.seek(0)
    return upload


def _digest(request: HttpRequest) -> bytes:
    """Of what was sent: the file's name, what it says that it is, and its bytes."""
    upload = _received(request)
    digest = hashlib.sha256(f"{upload.name}\n{upload.content_type}\n".encode(errors="replace"))
    upload.seek(0)
    for piece in upload.chunks():
        digest.update(piece)
    upload.seek(0)
    return digest.digest()
