"""What of a finding is shown to whom: of looks that are kept from a reader neither places in the log nor figures (decisions 0287, 0296)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.access.looks.reach import readable_looks
from custodes.access.looks.words import figures
from custodes.access.models import FindingKind, Grant, LookFinding
from custodes.people.models import Person
from custodes.people.permissions import Permission


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding for one reader.

    Attributes:
        leaves: places in the log that may be named to them.
        told: what was counted, in words; of the looks that they may read where others are kept from them.
    """

    row: LookFinding
    leaves: tuple[int, ...]
    told: str

    def looks(self) -> list[Grant]:
        """The looks at these places; they are of one person, whose finding it is."""
        if self.row.person_id is None:
            return []
        found = Grant.objects.filter(index__in=self.leaves, person=self.row.person_id)
        return list(found.prefetch_related("cameras").order_by("asked_at", "index"))


def shown(rows: Iterable[LookFinding], person: Person, at: datetime) -> list[Shown]:
    """Of findings that they may open: a query or two for all of a page's. Whoever looked is shown all of it."""
    found = list(rows)
    hidden = _hidden([row for row in found if row.person_id != person.pk], person, at)
    return [_one(row, frozenset() if row.person_id == person.pk else hidden) for row in found]


def all_hidden(rows: QuerySet[LookFinding], person: Person, at: datetime) -> list[UUID]:
    """Findings of whose looks not one may be read: they are not the reader's matter yet."""
    readable = readable_looks(person, at, Permission.REVIEW_LOOKS)
    kept = Grant.objects.recorded().exclude(pk__in=readable.values("pk"))
    # Only of whom a look is kept back: of nobody, as a rule.
    suspects = list(rows.filter(person__in=kept.values("person")) | rows.filter(grant__in=kept.values("pk")))
    hidden = _hidden(suspects, person, at)
    told = set(
        readable.filter(index__in={leaf for row in suspects for leaf in _leaves(row)}).values_list("index", flat=True)
    )
    return [row.pk for row in suspects if (leaves := _leaves(row)) & hidden and not leaves & told]


def _one(row: LookFinding, hidden: frozenset[int]) -> Shown:
    leaves = tuple(row.facts.get("leaves", ()))
    left = tuple(leaf for leaf in leaves if leaf not in hidden)
    if not _leaves(row) & hidden:
        return Shown(row, leaves, figures(row))
    times = (
        Grant.objects.filter(index__in=left, person=row.person_id).order_by("asked_at", "index").values_list("asked_at")
    )
    seen = [timezone.localtime(one) for (one,) in times]
    if row.kind == FindingKind.ODD_HOUR and seen:
        told = _("%(count)d 次查看，最早一次在 %(hour)s") % {"count": len(seen), "hour": f"{seen[0]:%H:%M}"}
    else:
        told = _("%(figure)d 次查看") % {"figure": len(seen)}
    return Shown(row, left, told)


def _hidden(rows: Sequence[LookFinding], person: Person, at: datetime) -> frozenset[int]:
    """Places in the log of looks that are kept from the reader."""
    leaves = {leaf for row in rows for leaf in _leaves(row)}
    if not leaves:
        return frozenset()
    found = Grant.objects.filter(index__in=leaves)
    told = readable_looks(person, at, Permission.REVIEW_LOOKS).filter(index__in=leaves)
    kept = found.exclude(pk__in=told.values("pk")).values_list("index", flat=True)
    return frozenset(leaf for leaf in kept if leaf is not None)


def _leaves(row: LookFinding) -> set[int]:
    """All that it names, the other account of a mismatch too."""
    named = {*row.facts.get("leaves", ()), row.facts.get("other"), row.grant.index if row.grant is not None else None}
    return {leaf for leaf in named if leaf is not None}
