"""How a hold names the request that it rests on, written and read in one place."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, Replace

AGENCY = "agency.request"
OWN_IMAGE = "own_image.request"


def reference(request: UUID, kind: str = AGENCY) -> str:
    """As it stands on the hold and in its record."""
    return f"{kind}:{request}"


def referred(said: str, kind: str = AGENCY) -> UUID | None:
    """The request of this kind that is named; None where it is of another kind or none."""
    before, colon, key = said.partition(":")
    return UUID(key) if colon and before == kind else None


def bare(of: Any = "request") -> Replace:
    """A reference as the database compares it: without hyphens, since one database writes ids with them and another without."""
    return Replace(F(of) if isinstance(of, str) else of, Value("-"), Value(""))


def references_of(rows: QuerySet[Any], kind: str = AGENCY) -> QuerySet[Any]:
    """How holds name these requests, as `bare` has it; asked by the database beside the holds."""
    key = bare(Cast(F("pk"), CharField()))
    return rows.order_by().values_list(Concat(Value(f"{kind}:"), key, output_field=CharField()))
