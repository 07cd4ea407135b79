"""How many of the holder's staff approve, and who of them may (law.md §2.7 no. 3): our rule, never a reason to refuse."""

from __future__ import annotations

from datetime import datetime, timedelta

from custodes.access.models import AgencyRequest, HolderApprovals
from custodes.law.grounds.stating import identity
from custodes.people.models import Person, Post, PostKind, Unit
from custodes.people.records import config_changed
from custodes.settings import get_settings

FEW = 3
"""Where fewer hold the post, one approves: two could not be found on every day."""


def needed(chosen: int | None, holders: int, usual: int) -> int:
    """How many approve.

    Args:
        chosen: what the unit has set, None while it has set nothing.
        holders: how many hold the post there now.
        usual: what the installation asks for otherwise.
    """
    return max(1, chosen if chosen is not None else 1 if holders < FEW else usual)


def needed_at(holder: Unit, at: datetime) -> int:
    """How many approve at this holder now."""
    chosen = HolderApprovals.objects.filter(unit=holder).values_list("count", flat=True).first()
    posts = Post.objects.valid(at).filter(unit=holder, kind=PostKind.APPROVER)
    return needed(chosen, posts.values("person").distinct().count(), get_settings().law_holder_approvals)


def due_after(at: datetime) -> datetime:
    """By when the desk has checked a request, or the approvers have answered; from then on it is put to the unit above."""
    return at + timedelta(hours=get_settings().agency_approve_hours)


def choose(holder: Unit, count: int, by: Person, at: datetime) -> HolderApprovals:
    """Set it for a unit, on record; requests that are registered already keep theirs. In the caller's transaction."""
    row, made = HolderApprovals.objects.select_for_update().get_or_create(unit=holder, defaults={"count": count})
    before = None if made else row.count
    if made or before != count:
        row.count = count
        row.save(update_fields=["count"])
        config_changed(
            row,
            {"unit": (None if made else str(holder.uuid), str(holder.uuid)), "count": (before, count)},
            by=by,
            at=at,
        )
    return row


def asks_for(row: AgencyRequest, person: Person) -> bool:
    """Whether the person is of those who ask: by account, or by name and unit where they came to the counter. They decide nothing of it."""
    officers = list(row.officers.all())
    if any(officer.person_id == person.pk for officer in officers):
        return True
    if row.begun_by_id == person.pk and row.intake == "online":
        return True
    theirs = row.unit_id == person.unit_id if row.unit_id else identity(row.unit_name) == identity(person.unit.name)
    return theirs and identity(person.name) in {identity(officer.name) for officer in officers}
