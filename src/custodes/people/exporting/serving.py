"""Handing a list out as a file: within the person's rows, narrowed down as the page is, and on record before the first byte (S30.1, S33.1)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from custodes.people.exporting.writing import Cells, csv_pieces, xlsx_pieces
from custodes.people.permissions import Permission
from custodes.people.records import record
from custodes.people.viewer import Viewer, needs

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILTER_LENGTH = 1000
FETCHED = 500
RESTRICTED = _("限制查阅")


@dataclass(frozen=True)
class Field:
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
        permissions: any of which opens it, as the page's own.
        rows: of a request: those that the page shows, filtered and in order, on all its pages. A query, or rows at hand.
        fields: the columns.
        marks: the rows carry `exact`, whether the person reads exact base data of it.
    """

    name: str
    title: Any
    permissions: tuple[Permission, ...]
    rows: Callable[[HttpRequest], QuerySet[Any] | list[Any]]
    fields: tuple[Field, ...]

    def view(self) -> Callable[..., HttpResponseBase]:
        """The view that hands it out."""

        @require_GET
        @needs(*self.permissions)
        def export(request: HttpRequest, form: str) -> HttpResponseBase:
            return self._answer(request, form)

        return export

    def _answer(self, request: HttpRequest, form: str) -> HttpResponseBase:
        if form not in FORMS:
            raise Http404
        viewer = Viewer.of(request)
        rows = self.rows(request)
        count = len(rows) if isinstance(rows, list) else rows.count()
        asked = request.GET.copy()
        asked.pop("page", None)
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
