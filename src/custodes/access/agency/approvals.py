"""How many of the holder's staff approve, and who of them may (law.md §2.7 no. 3): our rule, never a reason to refuse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from custodes.access.models import AgencyRequest, AgencyState, HolderApprovals, Intake
from custodes.law.grounds.stating import identity
from custodes.people.independence import party
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
    return needed(chosen, approvers_at(holder, at), get_settings().law_holder_approvals)


def approvers_at(holder: Unit, at: datetime) -> int:
    """How many hold the post of an approver at this holder now."""
    posts = Post.objects.valid(at).filter(unit=holder, kind=PostKind.APPROVER)
    return posts.values("person").distinct().count()


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whether a request can get the approvals that it waits for.

    Attributes:
        needed, given: approvals.
        own: how many more of the holder's approvers may give theirs.
        above: how many approvers of the units above may, once it is late and put to them.
    """

    needed: int
    given: int
    own: int
    above: int

    @property
    def enough_here(self) -> bool:
        """The holder's own approvers can give what is missing."""
        return self.given + self.own >= self.needed

    @property
    def enough(self) -> bool:
        """They can, with those of the units above."""
        return self.given + self.own + self.above >= self.needed


def outlook_of(row: AgencyRequest, at: datetime) -> Outlook:
    """Of a request that waits for approvals, or for the review of what was granted in a hurry."""
    given: set[int | None] = set(row.approvals.filter(void=False).values_list("by", flat=True))
    before = others_of(row, "review" if row.state == AgencyState.GRANTED_URGENT else "approve")
    barred = before.union(*(party(one, at) for one in before if one is not None))
    units = [int(part) for part in row.holder.path.split("/") if part]
    posts = Post.objects.valid(at).filter(unit__in=units, kind=PostKind.APPROVER).select_related("person__unit")
    own: set[int] = set()
    above: set[int] = set()
    for post in posts:
        if post.person_id not in barred and not asks_for(row, post.person):
            (own if post.unit_id == row.holder_id else above).add(post.person_id)
    return Outlook(max(1, row.approvals_needed), len(given), len(own), len(above - own))


def due_after(at: datetime) -> datetime:
    """By when the desk has checked a request, or the approvers have answered; from then on it is put to the unit above."""
    return at + timedelta(hours=get_settings().agency_approve_hours)


def choose(holder: Unit, count: int, by: Person, at: datetime) -> HolderApprovals:
    """Set it for a unit, on record, in the caller's transaction; `numbers` says who may. What waits keeps the number with which it was registered
    unless this one is lower (`deciding.need_fewer`).
    """
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


def others_of(row: AgencyRequest, event: str) -> set[int | None]:
    """Those from whom whoever takes this step has to be independent: who asks; and who has checked, approved or hurried it before."""
    found = {officer.person_id for officer in row.officers.all()}
    if row.intake == Intake.ONLINE or event == "grant_urgent":
        found.add(row.begun_by_id)
    if event in ("approve", "grant_urgent", "review"):
        found |= set(row.steps.filter(event="register").values_list("by", flat=True))
    if event in ("approve", "review"):
        found |= set(row.approvals.filter(void=False).values_list("by", flat=True))
    if event == "review":
        found.add(row.urgent_by_id)
    return found
