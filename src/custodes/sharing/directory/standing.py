"""Department by department: which systems S23 connects, which of them the current directory lists, which have asked for a link or have one.

A link in force is a decision that is on record; whether it works is the gateway's to measure (`links.standing`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Min
from django.utils.translation import gettext as _

from custodes.law.building.departments import CONNECTING, Department
from custodes.people.models import Unit
from custodes.places.models import System
from custodes.settings import get_settings
from custodes.sharing.directory.candidates import candidates
from custodes.sharing.models import DirectoryEntry, DirectoryState, Link, LinkState
from custodes.sharing.models.directory import PUBLIC
from custodes.sharing.models.link import OPEN


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One department of S23.

    Attributes:
        listed: its systems that the current directory lists, with days since a version first listed them; the longest first.
        left_out: those that it leaves out, or that were withdrawn from it, each with the reason.
        missing: those of which it says nothing.
        links: open links by system.
        late_after: days after which a listed system without a link counts as late.
    """

    department: Department
    listed: tuple[tuple[System, int], ...]
    left_out: tuple[tuple[System, str], ...]
    missing: tuple[System, ...]
    links: Mapping[UUID, Link] = field(default_factory=dict)
    late_after: int = 0

    @property
    def linked(self) -> tuple[System, ...]:
        """Those whose link is in force."""
        return tuple(one for one in self._systems if self._state(one) == LinkState.IN_FORCE)

    @property
    def asked(self) -> tuple[System, ...]:
        """Those that have asked for a link which is not in force."""
        return tuple(one for one in self._systems if self._state(one) not in ("", LinkState.IN_FORCE))

    @property
    def late(self) -> tuple[System, ...]:
        """Laggards: listed for longer than the installation's own days, and without a link in force. The clause gives no term."""
        return tuple(
            one for one, days in self.listed if days > self.late_after and self._state(one) != LinkState.IN_FORCE
        )

    @property
    def _systems(self) -> tuple[System, ...]:
        return (*(one for one, _days in self.listed), *(one for one, _why in self.left_out), *self.missing)

    def _state(self, system: System) -> str:
        link = self.links.get(system.pk)
        return "" if link is None else str(link.state)

    @property
    def lines(self) -> list[tuple[System, int, Link | None, bool]]:
        """What the directory lists: days since, its link, whether it is late."""
        late = {one.pk for one in self.late}
        return [(one, days, self.links.get(one.pk), one.pk in late) for one, days in self.listed]

    @property
    def managed(self) -> int:
        """Systems that have to connect."""
        return len(self.listed) + len(self.left_out) + len(self.missing)

    @property
    def days(self) -> int | None:
        """Since the oldest of them was listed; None where none is."""
        return self.listed[0][1] if self.listed else None


def standing(office: Unit, today: date) -> list[DepartmentRow]:
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
    joined = Link.objects.filter(office=office, system__isnull=False, state__in=OPEN)
    links = {one.system_id: one for one in joined if one.system_id is not None}
    most = get_settings().connect_days
    rows = []
    for one in CONNECTING:
        listed, left_out, missing = found[one.key]
        listed.sort(key=lambda pair: -pair[1])
        rows.append(DepartmentRow(one, tuple(listed), tuple(left_out), tuple(missing), links, most))
    return sorted(rows, key=lambda row: (-len(row.missing), -(row.days if row.days is not None else -1)))


def first_listed(office: Unit) -> dict[UUID, date]:
    """The day on which a published version of this office's first listed each system."""
    rows = DirectoryEntry.objects.filter(
        directory__unit=office, directory__state__in=[one.value for one in PUBLIC], listed=True
    )
    pairs = rows.order_by().values("system").annotate(day=Min("directory__published_on"))
    return {one["system"]: one["day"] for one in pairs if one["day"] is not None}
