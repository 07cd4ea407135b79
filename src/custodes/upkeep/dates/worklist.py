"""The work list of a post, the only one there is: what is late, due, waiting and to come, and what those it supervises have let pass.

The desk, the list's own page, the file of it and programs are all made of this. Of a city's thousands
of rows the most pressing are read and the others counted (decision 0215).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from custodes.cases.kind import CaseKind
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Credential, Person, Post
from custodes.people.permissions import Permission
from custodes.people.scope import DivisionScope, within
from custodes.places.drafts.keeping import editable_drafts
from custodes.places.filing.clocks import counts, ending, most_pressing
from custodes.places.models import ChangeCase, DraftKind, Removal, System
from custodes.upkeep.dates import sources
from custodes.upkeep.dates.asking import Asking, Gather, Some, Waits, pressing, together
from custodes.upkeep.dates.dated import Dated
from custodes.upkeep.dates.reach import DateRole, in_order, to_own_page
from custodes.upkeep.dates.sorts import DateKind
from custodes.upkeep.dates.waits import access, people, sharing, systems

SOON = timedelta(days=30)
"""What has to be done within these days is due; later it is expected."""
AHEAD = timedelta(days=366)
MOST = 50
"""Lines of a group on the page; it says how many more there are, and the file and the calendar have them all."""


class WorklistGroup(StrEnum):
    """Where a date stands in the list."""

    LATE = "late"
    DUE = "due"
    EXPECTED = "expected"
    SUPERVISED = "supervised"


@dataclass(frozen=True)
class Worklist:
    """One person's work, each group the most pressing first."""

    late: Some[Dated]
    due: Some[Dated]
    waiting: Some[Waits]
    expected: Some[Dated]
    supervised: Some[Dated]

    @property
    def empty(self) -> bool:
        """Whether there is nothing at all."""
        return not (self.late or self.due or self.waiting or self.expected or self.supervised)


def worklist_of(
    person: Person,
    at: datetime,
    terms: LegalTerms,
    *,
    most: int = MOST,
    classified: bool = True,
    division: str = "",
    personal: bool = True,
) -> Worklist:
    """Gather it; every row within the person's own scopes at this moment.

    Args:
        most: lines of each group; the rest is counted.
        classified: as in `dates_of`.
        division: path of the only division whose systems are asked for; empty for all.
        personal: with what concerns persons and what waits for anything but filings and removals.
    """
    asking = Asking(person, at, terms, most, classified, division, personal)
    found = _dates(asking)
    return Worklist(
        late=found[WorklistGroup.LATE],
        due=found[WorklistGroup.DUE],
        waiting=waiting_for(asking),
        expected=found[WorklistGroup.EXPECTED],
        supervised=found[WorklistGroup.SUPERVISED],
    )


def group_of(one: Dated, today: date) -> WorklistGroup | None:
    """Where a date of one's own stands; None of what is over, what is far off, and what waits to be said done."""
    if one.late(today):
        return WorklistGroup.LATE
    if one.binding and one.day <= today + SOON:
        return WorklistGroup.DUE
    if one.kind is DateKind.ON and one.day <= today:
        return None
    passed = one.last < today and one.kind is not DateKind.FIRST
    return WorklistGroup.EXPECTED if not passed and one.day <= today + AHEAD else None


def _dates(asking: Asking) -> dict[WorklistGroup, Some[Dated]]:
    rows: dict[WorklistGroup, list[Dated]] = {group: [] for group in WorklistGroup}
    beyond = dict.fromkeys(WorklistGroup, 0)
    # A program is told of systems alone.
    apart = [(asking.standing.part(one), one) for one in _apart(asking)] if asking.personal else []
    own = (one for part, one in apart if part is DateRole.ACTS)
    for one in (*_acted(asking), *own, *(_of_persons(asking) if asking.personal else ())):
        group = group_of(one, asking.today)
        if group is not None:
            rows[group].append(one)
    supervised = (one for part, one in apart if part is DateRole.SUPERVISES)
    rows[WorklistGroup.SUPERVISED] += (one for one in (*_supervised(asking), *supervised) if one.late(asking.today))
    for group, (found, count) in _filings(asking).items():
        rows[group] += found
        beyond[group] = count - len(found)
    return {group: Some(in_order(found)[: asking.most], len(found) + beyond[group]) for group, found in rows.items()}


def _filings(asking: Asking) -> dict[WorklistGroup, tuple[list[Dated], int]]:
    """Of all kinds the one with thousands of rows: counted by the database, the most pressing of each group read."""
    today, terms, most = asking.today, asking.terms, asking.most
    found: dict[WorklistGroup, tuple[list[Dated], int]] = {}
    until: dict[str, date] = {
        WorklistGroup.LATE: today - timedelta(days=1), WorklistGroup.DUE: today + SOON, WorklistGroup.EXPECTED: today + AHEAD,
    }  # fmt: skip
    if Permission.MANAGE_PLACES in asking.may:
        there, after = counts(asking.own, until, terms), None
        for group, day in until.items():
            if there.get(group):
                own, count = most_pressing(ending(asking.own, day, terms, after), most, today, terms)
                found[WorklistGroup(group)] = _begun(asking, [sources.filing(*one) for one in own]), count
            after = day
    if asking.standing.handles:
        supervised = System.objects.filter(asking.supervised(Q(pk__in=asking.own.values("pk")), ""))
        theirs, count = most_pressing(ending(supervised, until[WorklistGroup.LATE], terms), most, today, terms)
        found[WorklistGroup.SUPERVISED] = [sources.filing(*one) for one in theirs], count
    return found


def _begun(asking: Asking, filings: list[Dated]) -> list[Dated]:
    """Those that somebody has begun to fill in lead to where it goes on."""
    systems = [one.system for one in filings]
    drafts = editable_drafts(asking.person, asking.at).filter(kind=DraftKind.FILING, system__in=systems)
    begun = {row.system_id: row for row in drafts.defer("answers", "touched")}
    return [
        replace(one, href=begun[one.system].get_absolute_url(), doing=_("继续填写备案")) if one.system in begun else one
        for one in filings
    ]


def _acted(asking: Asking) -> Iterable[Dated]:
    """Dates of systems for which the person acts, but for their filings."""
    if Permission.MANAGE_PLACES not in asking.may:
        return ()
    return (*_of_systems(asking, asking.built()), *sources.trials(asking.own, asking.terms))


def _supervised(asking: Asking) -> Iterable[Dated]:
    """Dates of systems that the person supervises; whoever calls keeps the late ones."""
    if not asking.standing.handles:
        return ()
    return _of_systems(asking, asking.supervised(asking.built()))


def _of_systems(asking: Asking, theirs: Q) -> Iterable[Dated]:
    return (
        *sources.removals(Removal.objects.filter(theirs), asking.today, asking.terms),
        *sources.changes(ChangeCase.objects.filter(theirs), asking.today, asking.terms),
        *sources.cases(asking.terms, lambda kind: kind.model._default_manager.filter(theirs)),
    )


def _apart(asking: Asking) -> Iterable[Dated]:
    """Of cases that are about no system, as far as the list looks ahead."""

    def soon(kind: CaseKind) -> QuerySet[Any]:
        assert kind.clock is not None
        until = {f"{kind.clock.column}__lte": asking.today + AHEAD}
        return kind.shown_to(asking.person, asking.at).filter(**until)

    return sources.cases_apart(asking.terms, soon)


def _of_persons(asking: Asking) -> Iterable[Dated]:
    """Trainings and qualifications of one's own and of those whose files one keeps; one's own posts that end."""
    files = DivisionScope(unit_paths=asking.standing.files)
    kept = Q(person=asking.person)
    if files:
        kept |= Q(within(files, "person__unit")) | Q(within(files))
    posts = Post.objects.filter(pk__in=[post.pk for post in asking.posts if post.valid_until is not None])
    found = sources.credentials(Credential.objects.filter(kept), asking.terms)
    return (*(to_own_page(one, asking.person) for one in found), *sources.posts(posts, asking.terms))


#: In this order where nothing presses more than the other.
WAYS: tuple[Gather, ...] = (
    access.gather_missing,
    systems.gather_filings,
    systems.gather_drafts,
    systems.gather_changes,
    systems.gather_cases,
    systems.gather_cameras,
    people.gather_decisions,
    people.gather_entrustments,
    access.gather_holds,
    access.gather_requests,
    access.gather_releases,
    sharing.gather,
    access.gather_looks,
    people.gather_staff,
)


def waiting_for(asking: Asking) -> Some[Waits]:
    """All kinds together; the first of them, and how many there are."""
    ways = WAYS if asking.personal else (systems.gather_filings,)
    return together((part for way in ways for part in way(asking)), asking.most, pressing)
