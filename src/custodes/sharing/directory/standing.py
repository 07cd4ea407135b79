"""Department by department: which systems S23 connects, and which of them the current directory lists. Whether a system is linked is not kept here yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Min
from django.utils.translation import gettext as _

from custodes.law.building.departments import CONNECTING, Department
from custodes.people.models import Unit
from custodes.places.models import System
from custodes.sharing.directory.candidates import candidates
from custodes.sharing.models import DirectoryEntry, DirectoryState
from custodes.sharing.models.directory import PUBLIC


@dataclass(frozen=True, slots=True)
class Row:
    """One department of S23.

    Attributes:
        listed: its systems that the current directory lists, with days since a version first listed them; the longest first.
        left_out: those that it leaves out, or that were withdrawn from it, each with the reason.
        missing: those of which it says nothing.
    """

    department: Department
    listed: tuple[tuple[System, int], ...]
    left_out: tuple[tuple[System, str], ...]
    missing: tuple[System, ...]

    @property
    def managed(self) -> int:
        """Systems that have to connect."""
        return len(self.listed) + len(self.left_out) + len(self.missing)

    @property
    def days(self) -> int | None:
        """Since the oldest of them was listed; None where none is."""
        return self.listed[0][1] if self.listed else None


def standing(office: Unit, today: date) -> list[Row]:
    """All ten departments: those with systems that no directory speaks of first, then those that were listed longest."""
    entries = {
        one.system_id: one
        for one in DirectoryEntry.objects.filter(directory__unit=office, directory__state=DirectoryState.PUBLISHED)
    }
    first = first_listed(office)
    found: dict[str, tuple[list[tuple[System, int]], list[tuple[System, str]], list[System]]] = {
        one.key: ([], [], []) for one in CONNECTING
    }
    for candidate in candidates(office, today):
        listed, left_out, missing = found[candidate.department]
        system, entry = candidate.system, entries.get(candidate.system.pk)
        if entry is None:
            missing.append(system)
        elif entry.withdrawn_at:
            left_out.append((system, _("已撤下：%(why)s") % {"why": entry.withdrawn_why}))
        elif entry.listed:
            listed.append((system, (today - first[system.pk]).days))
        else:
            left_out.append((system, entry.reason))
    rows = []
    for one in CONNECTING:
        listed, left_out, missing = found[one.key]
        listed.sort(key=lambda pair: -pair[1])
        rows.append(Row(one, tuple(listed), tuple(left_out), tuple(missing)))
    return sorted(rows, key=lambda row: (-len(row.missing), -(row.days if row.days is not None else -1)))


def first_listed(office: Unit) -> dict[UUID, date]:
    """The day on which a published version of this office's first listed each system."""
    rows = DirectoryEntry.objects.filter(
        directory__unit=office, directory__state__in=[one.value for one in PUBLIC], listed=True
    )
    pairs = rows.order_by().values("system").annotate(day=Min("directory__published_on"))
    return {one["system"]: one["day"] for one in pairs if one["day"] is not None}
