"""Which entry of the log each told event has: found by the row and the moment of which its record tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import F, Model

from custodes.people.models import RecordOutbox
from custodes.places.lifecycle.story import Happening


def about(row: Model) -> str:
    """A row as `RecordOutbox.about` names it."""
    return f"{row._meta.label_lower}:{row.pk}"


def with_entries(lines: Iterable[Happening]) -> list[Happening]:
    """The lines with the index of their records; one question for all of them. What is not on record stays without."""
    told = list(lines)
    wanted = [line for line in told if line.about]
    rows = RecordOutbox.objects.filter(
        about__in={line.about for line in wanted}, created_at__in={line.at for line in wanted}
    )
    # Of two records at one moment the one that has its entry counts, which comes last.
    told_of = rows.order_by(F("index").desc(nulls_first=True)).values_list("about", "created_at", "index")
    found = {(row, at): index for row, at, index in told_of}
    return [
        replace(line, index=found[line.about, line.at], kept=True) if (line.about, line.at) in found else line
        for line in told
    ]


def entered(row: Model, field: str) -> tuple[int | None, bool]:
    """Index of the record by which a row was entered, and whether there is one: the first that tells of it, if `field` was empty before."""
    first = RecordOutbox.objects.filter(about=about(row)).order_by("created_at").first()
    if first is None or first.record["changes"].get(field, [field])[0] is not None:
        return None, False
    return first.index, True
