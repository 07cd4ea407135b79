"""Pages of a list by cursor: each begins behind the last row of the one before, so that nothing is missed or given twice while
rows are added. What the cursor says is nobody's business; it is bound to nothing but the order.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from ninja import Field, Schema

from custodes.web.programs.keys import Call
from custodes.web.programs.problems import Wrong, plain

_M = TypeVar("_M", bound=Model)
MOST = 200


class Page(Schema):
    """Which part of a list."""

    cursor: str = Field("", max_length=200, description="`next` of the page before; empty for the first.")
    limit: int = Field(50, ge=1, le=MOST, description="Rows of a page.")


class PageOfSystem(Page):
    """Which part of a list whose rows belong to systems."""

    system: UUID | None = Field(None, description="Those of one system alone.")


def page_of(call: Call, rows: QuerySet[_M], page: Page) -> tuple[list[_M], str | None]:
    """The rows of this page and the cursor of the next one; None behind the last.

    Raises:
        Problem: the cursor is none of ours.
    """
    ordered = rows.order_by("pk")
    if page.cursor:
        try:
            ordered = ordered.filter(pk__gt=_read(page.cursor))
        except (ValueError, ValidationError) as error:
            raise _bad() from error
    found = list(ordered[: page.limit + 1])
    shown = found[: page.limit]
    call.rows = len(shown)
    return shown, _write(shown[-1].pk) if len(found) > page.limit else None


def _write(key: Any) -> str:
    return base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def _read(cursor: str) -> str:
    try:
        key = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("no cursor") from error
    if not key or len(key) > 40 or (key.isdigit() and len(key) > 18):
        raise ValueError("no cursor")
    return key


def _bad() -> Exception:
    what, remedy = _("游标不正确"), _("请原样使用上一页的 next，或者从第一页开始。")
    return plain(400, errors=[Wrong("cursor", "page:cursor", what, remedy)])
