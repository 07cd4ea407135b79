"""Editing one row: read under a lock from the check of its revision to its save (R8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

Row = TypeVar("Row", bound=Model)


def edit_row(
    request: HttpRequest, rows: QuerySet[Row], pk: UUID, answer: Callable[[Row], HttpResponse]
) -> HttpResponse:
    """What `answer` makes of the row of `rows` with this key; 404 for none. What is sent is handled in one transaction."""
    if request.method != "POST":
        return answer(get_object_or_404(rows, pk=pk))
    with transaction.atomic():
        return answer(get_object_or_404(rows.select_for_update(of=("self",)), pk=pk))
