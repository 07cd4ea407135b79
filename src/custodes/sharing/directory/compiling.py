"""The entries of a version: as the register asks for them, what people decided in the version before, what a person adds; and the facts of its guards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from custodes.law.building.departments import BY_KEY
from custodes.places.models import System
from custodes.sharing.directory.added import clause_of
from custodes.sharing.directory.candidates import Candidate, addable, candidates
from custodes.sharing.directory.guards import EntryFacts, VersionFacts
from custodes.sharing.directory.secrecy import nameable, withdrawn_at
from custodes.sharing.models import Directory, DirectoryEntry


def facts_of(row: Directory, on: date) -> VersionFacts:
    """All that the guards need to know, as the register stands now."""
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
    )


def _undecided(entry: DirectoryEntry, withdrawn: datetime | None) -> bool:
    return withdrawn is not None and (entry.decided_at is None or entry.decided_at <= withdrawn)


@dataclass(frozen=True, slots=True)
class Compared:
    """A version beside the register.

    Attributes:
        new: entries that are missing; known: those that are there, each with what the register says now; gone: keys of those that have no
            ground any more.
    """

    row: Directory
    new: tuple[DirectoryEntry, ...]
    known: tuple[tuple[DirectoryEntry, DirectoryEntry], ...]
    gone: tuple[int, ...]

    def apply(self) -> None:
        """Make it so. What people decided of an entry stays."""
        self.row.entries.filter(pk__in=self.gone).delete()
        for entry in self.new:
            entry.save()
        for entry, fresh in self.known:
            for name in ("unit_name", "department", "division_name", "category", "clause", "computed"):
                setattr(entry, name, getattr(fresh, name))
            entry.save()


def compared(row: Directory, on: date) -> Compared:
    """A version with the register as it stands on a day."""
    wanted = {one.system.pk: one for one in candidates(row.unit, on)}
    entries = {one.system_id: one for one in row.entries.all()}
    others = addable(row.unit, [pk for pk, one in entries.items() if pk not in wanted and not one.computed])
    fresh = {pk: _entry(row, one) for pk, one in wanted.items()} | {pk: added(row, one) for pk, one in others.items()}
    return Compared(
        row,
        tuple(one for pk, one in fresh.items() if pk not in entries),
        tuple((entries[pk], one) for pk, one in fresh.items() if pk in entries),
        tuple(one.pk for pk, one in entries.items() if pk not in fresh),
    )


def added(row: Directory, system: System) -> DirectoryEntry:
    """An entry that the register does not ask for by itself."""
    department = system.unit.kind if system.unit.kind in BY_KEY else ""
    clause = clause_of(system.unit, row.unit).clause
    return _entry(row, Candidate(system, department, clause), computed=False)


def carry_over(last: Directory, row: Directory) -> None:
    """What people decided in the version before: systems that were added, and those left out, each with its reason."""
    entries = {one.system_id: one for one in row.entries.all()}
    formers = list(last.entries.all())
    others = addable(row.unit, [one.system_id for one in formers if not one.computed])
    for former in formers:
        entry = entries.get(former.system_id)
        if entry is None and not former.computed and former.system_id in others:
            entry = added(row, others[former.system_id])
        if entry is None or former.decided_by_id is None:
            continue
        entry.name, entry.reason, entry.listed = former.name, former.reason, former.listed
        entry.decided_by, entry.decided_at = former.decided_by, former.decided_at
        entry.save()


def _entry(row: Directory, candidate: Candidate, *, computed: bool = True) -> DirectoryEntry:
    system = candidate.system
    return DirectoryEntry(
        directory=row,
        system=system,
        name=system.name,
        unit_name=system.unit.name,
        department=candidate.department,
        division_name=system.unit.division.name_zh,
        category=system.site.category,
        clause=candidate.clause,
        computed=computed,
    )
