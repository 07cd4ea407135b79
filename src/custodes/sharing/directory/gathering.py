"""From the rows of a version to what its guards ask about."""

from __future__ import annotations

from datetime import date, datetime

from custodes.people.models import Person
from custodes.places.models import System
from custodes.sharing.directory.candidates import addable, candidates
from custodes.sharing.directory.guards import EntryFacts, VersionFacts
from custodes.sharing.directory.secrecy import nameable, withdrawn_at
from custodes.sharing.models import Directory, DirectoryEntry
from custodes.sharing.models.step import NOT_COMPILING


def facts_of(row: Directory, on: date, by: Person | None = None) -> VersionFacts:
    """All that the guards need to know, as the register stands now.

    Args:
        by: who takes the step; None where nobody does yet.
    """
    entries = list(row.entries.all())
    ids = [one.system_id for one in entries]
    may = set(nameable(System.objects.filter(pk__in=ids)).values_list("pk", flat=True))
    wanted = {one.system.pk: one.system.name for one in candidates(row.unit, on)}
    there = set(ids)
    others = addable(row.unit, [one.system_id for one in entries if not one.computed])
    withdrawn = withdrawn_at(ids)
    return VersionFacts(
        entries=tuple(
            EntryFacts(
                one.name,
                one.unit_name,
                one.listed,
                one.computed,
                one.reason,
                one.system_id in may,
                _undecided(one, withdrawn.get(one.system_id)),
            )
            for one in entries
        ),
        unlisted=tuple(name for pk, name in wanted.items() if pk not in there),
        gone=tuple(
            one.name
            for one in entries
            if one.system_id in may and one.system_id not in (wanted if one.computed else others)
        ),
        compilers=frozenset(row.steps.exclude(event__in=NOT_COMPILING).values_list("by", flat=True)),
        by=by.pk if by else 0,
        on=on,
    )


def _undecided(entry: DirectoryEntry, withdrawn: datetime | None) -> bool:
    return withdrawn is not None and (entry.decided_at is None or entry.decided_at <= withdrawn)
