"""Papers of many cases at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from custodes.cases.models import CasePaper


def papers_of(rows: Iterable[Any]) -> dict[UUID, list[CasePaper]]:
    """The papers of each of these cases of one kind, the oldest first."""
    found: dict[UUID, list[CasePaper]] = defaultdict(list)
    for one in CasePaper.objects.filter(case_id__in=[row.pk for row in rows]).order_by("at"):
        found[one.case_id].append(one)
    return found
