"""A list as CSV or XLSX: within the person's rows, narrowed down as the page is, and on record before the first byte (S30.1, S33.1).

The bytes are made piece by piece: a file of any length takes the memory of one piece. An XLSX is a ZIP of XML (ECMA-376, part 1). Ours
has one sheet whose cells are inline texts and numbers: what begins with a sign of equality stays text, there is nothing that a
spreadsheet would compute.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any
from urllib.parse import unquote_plus
from xml.sax.saxutils import escape

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from custodes.people.lawful import RESTRICTED
from custodes.people.permissions import Permission
from custodes.people.records import record
from custodes.people.viewer import Viewer, needs

ROWS = 500
"""Of a piece."""
#: What a spreadsheet takes for the beginning of a formula in a CSV (OWASP, CSV injection); also behind blanks.
_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

#: Characters that XML 1.0 has no way to write (§2.2).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Cells = Sequence[Any]


def guarded(value: Any) -> str:
    """A cell of a CSV as text that no spreadsheet computes: an apostrophe before what looks like a formula. Numbers are no texts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | Decimal):
        return str(value)
    said = _said(value)
    return f"'{said}" if said.lstrip(" ").startswith(_SIGNS) else said


def csv_pieces(head: Cells, rows: Iterable[Cells]) -> Iterator[bytes]:
    """A CSV in UTF-8 with the mark by which spreadsheets know it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow([guarded(cell) for cell in head])
    for number, row in enumerate(rows, start=1):
        writer.writerow([guarded(cell) for cell in row])
        if number % ROWS == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def xlsx_pieces(title: str, head: Cells, rows: Iterable[Cells]) -> Iterator[bytes]:
    """A workbook of one sheet."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as parts:
        for name, content in _around(title).items():
            parts.writestr(name, content)
        with parts.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(_SHEET_BEGINS)
            yield from _sheet(sheet, sink, head, rows)
            sheet.write(b"</sheetData></worksheet>")
    yield sink.taken()


def _sheet(sheet: IO[bytes], sink: _Sink, head: Cells, rows: Iterable[Cells]) -> Iterator[bytes]:
    sheet.write(_row(head))
    for number, row in enumerate(rows, start=1):
        sheet.write(_row(row))
        if number % ROWS == 0 and (piece := sink.taken()):
            yield piece


def _row(cells: Cells) -> bytes:
    return f"<row>{''.join(map(_cell, cells))}</row>".encode()


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    said = ("是" if value else "否") if isinstance(value, bool) else _said(value)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_NO_XML.sub("", said))}</t></is></c>'


def _said(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


class _Sink(io.RawIOBase):
    """What a ZIP is written to: it can't be sought, and what was written is taken away piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """What came since the last time."""
        piece = b"".join(self._pieces)
        self._pieces.clear()
        return piece


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET_BEGINS = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
).encode()


def _around(title: str) -> dict[str, str]:
    """The parts around the sheet."""
    name = escape("".join(char for char in title if char not in r"[]:*?/\ "[:-1])[:31] or "1", {'"': "&quot;"})
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    }


FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILTER_LENGTH = 1000
FETCHED = 500


@dataclass(frozen=True)
class ExportField:
    """One column of the file.

    Attributes:
        label: its heading.
        value: of a row.
        exact: base data that only some may read (S33.1): written where the row says that the person may.
    """

    label: Any
    value: Callable[[Any], Any]
    exact: bool = False


@dataclass(frozen=True)
class ExportedList:
    """One list.

    Attributes:
        name: in addresses and in the log.
        title: of the sheet.
        permissions: any of which opens its view, as the page's own.
        rows: of a request: those that the page shows, filtered and in order, on all its pages. A query, or rows at hand.
        fields: the columns.
        unsaid: words of the address that narrow the list down and that the log is not told: they may be somebody's name.
    """

    name: str
    title: Any
    permissions: tuple[Permission, ...]
    rows: Callable[[HttpRequest], QuerySet[Any] | list[Any]]
    fields: tuple[ExportField, ...]
    unsaid: tuple[str, ...] = ()

    def view(self) -> Callable[..., HttpResponseBase]:
        """The view that hands it out."""

        @require_GET
        @needs(*self.permissions)
        def export(request: HttpRequest, form: str) -> HttpResponseBase:
            return self.answer(request, form)

        return export

    def answer(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """The file, for whom it was opened.

        Args:
            form: a key of `FORMS`; 404 for another.
        """
        if form not in FORMS:
            raise Http404
        viewer = Viewer.of(request)
        rows = self.rows(request)
        count = len(rows) if isinstance(rows, list) else rows.count()
        asked = request.GET.copy()
        asked.pop("page", None)
        for name in self.unsaid:
            if asked.get(name):
                asked[name] = "…"
        record(
            "list.exported",
            at=viewer.at,
            person=viewer.person.uuid,
            list=self.name,
            # PostgreSQL's JSON holds no NUL, and no list is narrowed down by one.
            filter=unquote_plus(asked.urlencode()).replace("\x00", "")[:FILTER_LENGTH],
            form=form,
            rows=count,
        )
        each: Iterable[Any] = rows if isinstance(rows, list) else rows.iterator(chunk_size=FETCHED)
        head = [str(field.label) for field in self.fields]
        return download(request, f"custodes-{self.name}", form, head, map(self._cells, each), title=str(self.title))

    def _cells(self, row: Any) -> Cells:
        exact = bool(getattr(row, "exact", False))
        return [str(RESTRICTED) if field.exact and not exact else _plain(field.value(row)) for field in self.fields]


def _plain(value: Any) -> Any:
    if hasattr(value, "astimezone"):
        return timezone.localtime(value)
    return value


def download(
    request: HttpRequest, name: str, form: str, head: Cells, rows: Iterable[Cells], title: str = ""
) -> StreamingHttpResponse:
    """Rows as a file that is written while it is sent.

    Args:
        name: of the file, without its ending and in ASCII.
        form: a key of `FORMS`.
    """
    pieces = csv_pieces(head, rows) if form == "csv" else xlsx_pieces(title or name, head, rows)
    content = apart(request, pieces)
    answer = StreamingHttpResponse(content, content_type=FORMS[form])
    day = timezone.localdate().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="{name}-{day}.{form}"'
    answer["Cache-Control"] = "no-store"
    return answer


def apart(request: HttpRequest, pieces: Iterator[bytes]) -> Iterator[bytes] | AsyncIterator[bytes]:
    """The pieces in a form that is sent as they come: under ASGI Django would gather a plain iterator in memory first."""
    return _each_apart(pieces) if isinstance(request, ASGIRequest) else pieces


async def _each_apart(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same pieces, each made in the request's own thread, where its database connection is."""
    following = sync_to_async(lambda: next(pieces, b""))
    try:
        while piece := await following():
            yield piece
    finally:
        # Whoever went away before the end is told to what makes them, in the same thread.
        close = getattr(pieces, "close", None)
        if close is not None:
            await sync_to_async(close)()
