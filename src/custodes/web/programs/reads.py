"""What a program reads: lists by page, as files, and one by one; of each kind the same three operations. And its work list.

A list goes by cursor: each page begins behind the last row of the one before, so that nothing is missed or given twice while rows come."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, get_args, get_origin
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Field, Query, Schema
from pydantic import BaseModel, create_model

from custodes.people.exporting import FETCHED, download
from custodes.people.lawful import terms
from custodes.people.models import ProgramScope
from custodes.people.records import record
from custodes.places.network import takes_classified
from custodes.places.scope import visible_systems
from custodes.upkeep.dates.asking import Waits
from custodes.upkeep.dates.sorts import sort_of
from custodes.upkeep.dates.worklist import worklist_of
from custodes.web.programs import schemas as out
from custodes.web.programs.headers import etag
from custodes.web.programs.keys import ApiCall, ProgramKeyAuth, call_of
from custodes.web.programs.kinds import KINDS, RowKind
from custodes.web.programs.problems import FieldProblem, plain
from custodes.web.programs.routing import REFUSALS, router
from custodes.web.programs.writing import answer_of

_M = TypeVar("_M", bound=Model)
MOST = 200


class ApiPage(Schema):
    """Which part of a list."""

    cursor: str = Field("", max_length=200, description="`next` of the page before; empty for the first.")
    limit: int = Field(50, ge=1, le=MOST, description="Rows of a page.")


class PageOfSystem(ApiPage):
    """Which part of a list whose rows belong to systems."""

    system: UUID | None = Field(None, description="Those of one system alone.")


def page_of(call: ApiCall, rows: QuerySet[_M], page: ApiPage) -> tuple[list[_M], str | None]:
    """The rows of this page and the cursor of the next one; None behind the last.

    Raises:
        Problem: the cursor is none of ours.
    """
    ordered = rows.order_by("pk")
    if page.cursor:
        try:
            ordered = ordered.filter(pk__gt=_read_cursor(page.cursor))
        except (ValueError, ValidationError) as error:
            raise _bad_cursor() from error
    found = list(ordered[: page.limit + 1])
    shown = found[: page.limit]
    call.rows = len(shown)
    return shown, _write_cursor(shown[-1].pk) if len(found) > page.limit else None


def _write_cursor(key: Any) -> str:
    return base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> str:
    try:
        key = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("no cursor") from error
    if not key or len(key) > 40 or (key.isdigit() and len(key) > 18):
        raise ValueError("no cursor")
    return key


def _bad_cursor() -> Exception:
    what, remedy = _("游标不正确"), _("请原样使用上一页的 next，或者从第一页开始。")
    return plain(400, errors=[FieldProblem("cursor", "page:cursor", what, remedy)])


def columns_of(shape: type[BaseModel], before: str = "") -> list[str]:
    """Names of the columns in the order of the shape."""
    found: list[str] = []
    for name, field in shape.model_fields.items():
        said = field.annotation
        kinds = () if get_origin(said) is list else (said, *get_args(said))
        within = next((one for one in kinds if isinstance(one, type) and issubclass(one, BaseModel)), None)
        found += columns_of(within, f"{before}{name}.") if within is not None else [before + name]
    return found


def cells_of(columns: Sequence[str], row: Mapping[str, Any]) -> list[Any]:
    """One row. A list is written with semicolons, what has a shape of its own as JSON, nothing as nothing."""
    return [_cell(_at(row, column.split("."))) for column in columns]


def _at(row: Any, path: Sequence[str]) -> Any:
    for name in path:
        if not isinstance(row, Mapping):
            return None
        row = row.get(name)
    return row


def _cell(value: Any) -> Any:
    if isinstance(value, list) and not any(isinstance(one, Mapping) for one in value):
        return ";".join(str(one) for one in value)
    if isinstance(value, list | Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value


MOST_WORK = 500
#: What waits and is about the register; people, units and programs that wait are on the pages.
WAITING = ("take", "returned", "supply", "removed")
EXPORT_PRICE = 20
"""Requests that a whole list counts for, as on the pages."""
_CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}}


def enter() -> None:
    """Make every kind answer, and the work list."""
    for kind in KINDS:
        _enter(kind)
    router.add_api_operation(
        "/worklist",
        ["GET"],
        read_worklist,
        auth=ProgramKeyAuth(ProgramScope.WORKLIST_READ),
        response={200: out.WorklistOut, **REFUSALS},
        operation_id="read_worklist",
        url_name="worklist",
    )


def _enter(kind: RowKind) -> None:
    word = kind.shape.__name__.removesuffix("Out")
    several = create_model(f"{word}List", __base__=Schema, items=(list[kind.shape], ...), next=(str | None, ...))  # type: ignore[name-defined]
    several.__doc__ = "A page; `next` is the cursor of the one behind it, null behind the last."
    name, one = kind.name.replace("-", "_"), kind.one.replace("-", "_")
    auth = ProgramKeyAuth(kind.scope)
    listed = _list_of_system(kind) if kind.system else _list(kind)
    common: dict[str, Any] = {"description": kind.about}
    router.add_api_operation(
        f"/{kind.name}", ["GET"], listed, auth=auth, response={200: several, **REFUSALS},
        operation_id=f"list_{name}", url_name=name, summary=f"List {kind.name}", **common,
    )  # fmt: skip
    router.add_api_operation(
        f"/{kind.name}/export.csv", ["GET"], _export(kind), auth=ProgramKeyAuth(kind.scope, EXPORT_PRICE),
        response={200: None, **REFUSALS}, operation_id=f"export_{name}", url_name=f"{name}_export",
        summary=f"All {kind.name} as a CSV file", openapi_extra={"responses": {200: _CSV}},
        description=f"{kind.about} UTF-8 with a mark; nested names with a dot; an apostrophe before what a spreadsheet would compute."
        f" Counts for {EXPORT_PRICE} requests.",
    )  # fmt: skip
    router.add_api_operation(
        f"/{kind.name}/{{uuid:id}}", ["GET"], _read(kind), auth=auth, response={200: kind.shape, **REFUSALS},
        operation_id=f"read_{one}", url_name=one, summary=f"Read one {kind.one}", **common,
    )  # fmt: skip


def _list(kind: RowKind) -> Callable[..., Any]:
    def listed(request: HttpRequest, page: Query[ApiPage]) -> Any:
        call = call_of(request)
        return _page(kind, call, kind.rows(call), page)

    return listed


def _list_of_system(kind: RowKind) -> Callable[..., Any]:
    def listed(request: HttpRequest, page: Query[PageOfSystem]) -> Any:
        call = call_of(request)
        rows = kind.rows(call)
        return _page(kind, call, rows if page.system is None else rows.filter(**{kind.system: page.system}), page)

    return listed


def _page(kind: RowKind, call: ApiCall, rows: QuerySet[Any], page: ApiPage) -> dict[str, Any]:
    shown, following = page_of(call, rows, page)
    return {"items": kind.told(call, shown), "next": following}


def _read(kind: RowKind) -> Callable[..., Any]:
    def read(request: HttpRequest, id: UUID) -> HttpResponse:
        call = call_of(request)
        told = kind.told(call, [one_of(call, kind.rows(call), id, kind.key)])[0]
        headers = {"ETag": etag(told["revision"])} if "revision" in told else {}
        return answer_of(kind.shape, told, headers=headers)

    return read


def _export(kind: RowKind) -> Callable[..., Any]:
    def export(request: HttpRequest) -> HttpResponseBase:
        call = call_of(request)
        rows = kind.rows(call).order_by("pk")
        call.rows = rows.count()
        record(
            "list.exported", at=call.at, person=call.person.uuid, list=kind.name,
            filter=f"program={call.opened.program.uuid}", form="csv", rows=call.rows,
        )  # fmt: skip
        columns = columns_of(kind.shape)
        told = (cells_of(columns, one) for one in _told(kind, call, rows))
        return download(request, f"custodes-{kind.name}", "csv", columns, told)

    return export


def _told(kind: RowKind, call: ApiCall, rows: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    """All rows, some at a time, so that a list of any length takes the memory of a piece."""
    # The rows go out after the answer's language was set back; a generator must not hold it over a yield either.
    language = get_language()

    def told(piece: Sequence[Any]) -> list[dict[str, Any]]:
        with translation.override(language):
            return kind.told(call, piece)

    piece: list[Any] = []
    for row in rows.iterator(chunk_size=FETCHED):
        piece.append(row)
        if len(piece) == FETCHED:
            yield from told(piece)
            piece = []
    yield from told(piece)


def one_of(call: ApiCall, rows: QuerySet[Any], key: UUID, name: str = "pk") -> Any:
    """The row, noted for the record; 404 when it is not there for this program."""
    row = rows.filter(**{name: key}).first()
    call.about = str(key)
    if row is None:
        raise Http404
    call.rows = 1
    return row


def read_worklist(request: HttpRequest) -> Any:
    """What is late, due, waiting and to come, within the program's division."""
    call = call_of(request)
    # Each group has its own first rows: enough of them that no program is told fewer than the page may hold.
    division = call.opened.program.division.path
    work = worklist_of(
        call.person, call.at, terms(), most=MOST_WORK, classified=False, division=division, personal=False
    )
    groups = {"late": work.late, "due": work.due, "expected": work.expected, "supervised": work.supervised}
    dates = [
        {
            "group": group, "what": one.what, "subject": one.subject, "day": one.day, "last": one.last, "name": one.name,
            "clause": one.clause, "provisional": one.provisional,
        }
        for group, some in groups.items()
        for one in some
        if sort_of(one.what).of_unit and one.division.startswith(division)
    ]  # fmt: skip
    counted_only = sum(some.count - len(some.rows) for some in groups.values())
    call.rows = min(len(dates), MOST_WORK)
    waiting = [
        {"what": one.what, "name": one.name, "note": one.note, "link": one.href} for one in _waits(work.waiting, call)
    ]
    return {"dates": dates[:MOST_WORK], "waiting": waiting, "more": max(0, len(dates) - MOST_WORK) + counted_only}


def _waits(waiting: Iterable[Waits], call: ApiCall) -> Sequence[Waits]:
    """Filings and removals that wait. They say no division and no secrecy of their own: they are given only to a program that is
    bound to no less than its person is, on an installation that has nothing classified.
    """
    bound = call.opened.program.division.path
    seen = visible_systems(call.person, call.at)  # roles reach further than posts
    whole = not seen.exclude(site__division__path__startswith=bound).exists()
    return [one for one in waiting if one.what in WAITING] if whole and not takes_classified() else []
