"""The work list of a post, the only one there is: what is late, due, waiting and to come, and what those it supervises have let pass.

The desk, the list's own page, the file of it and programs are all made of this. Of a city's thousands
of rows the most pressing are read and the others counted (decision 0219).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _

from custodes.law.duties.terms import Terms
from custodes.people.models import Credential, Person, Post
from custodes.people.permissions import Permission
from custodes.people.scope import Scope, within
from custodes.places.drafts.reach import editable_drafts
from custodes.places.filing.pressing import counts, ending, most_pressing
from custodes.places.models import ChangeCase, DraftKind, Removal, System, UpgradeOrder
from custodes.upkeep.dates import sources
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.dated import Dated, Kind
from custodes.upkeep.dates.reach import in_order, to_own_page
from custodes.upkeep.dates.some import Some
from custodes.upkeep.dates.waits.gathering import waiting_for
from custodes.upkeep.dates.waits.waits import Waits

SOON = timedelta(days=30)
"""What has to be done within these days is due; later it is expected."""
AHEAD = timedelta(days=366)
MOST = 50
"""Lines of a group on the page; it says how many more there are, and the file and the calendar have them all."""


class Group(StrEnum):
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
    terms: Terms,
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
        late=found[Group.LATE],
        due=found[Group.DUE],
        waiting=waiting_for(asking),
        expected=found[Group.EXPECTED],
        supervised=found[Group.SUPERVISED],
    )


def group_of(one: Dated, today: date) -> Group | None:
    """Where a date of one's own stands; None of what is over, what is far off, and what waits to be said done."""
    if one.late(today):
        return Group.LATE
    if one.binding and one.day <= today + SOON:
        return Group.DUE
    if one.kind is Kind.ON and one.day <= today:
        return None
    passed = one.last < today and one.kind is not Kind.FIRST
    return Group.EXPECTED if not passed and one.day <= today + AHEAD else None


def _dates(asking: Asking) -> dict[Group, Some[Dated]]:
    rows: dict[Group, list[Dated]] = {group: [] for group in Group}
    beyond = dict.fromkeys(Group, 0)
    for one in (*_acted(asking), *(_of_persons(asking) if asking.personal else ())):
        group = group_of(one, asking.today)
        if group is not None:
            rows[group].append(one)
    rows[Group.SUPERVISED] += (one for one in _supervised(asking) if one.late(asking.today))
    for group, (found, count) in _filings(asking).items():
        rows[group] += found
        beyond[group] = count - len(found)
    return {group: Some(in_order(found)[: asking.most], len(found) + beyond[group]) for group, found in rows.items()}


def _filings(asking: Asking) -> dict[Group, tuple[list[Dated], int]]:
    """Of all kinds the one with thousands of rows: counted by the database, the most pressing of each group read."""
    today, terms, most = asking.today, asking.terms, asking.most
    found: dict[Group, tuple[list[Dated], int]] = {}
    until: dict[str, date] = {
        Group.LATE: today - timedelta(days=1), Group.DUE: today + SOON, Group.EXPECTED: today + AHEAD,
    }  # fmt: skip
    if Permission.MANAGE_PLACES in asking.may:
        there, after = counts(asking.own, until, terms), None
        for group, day in until.items():
            if there.get(group):
                own, count = most_pressing(ending(asking.own, day, terms, after), most, today, terms)
                found[Group(group)] = _begun(asking, [sources.filing(*one) for one in own]), count
            after = day
    if asking.standing.handles:
        supervised = System.objects.filter(asking.supervised(Q(pk__in=asking.own.values("pk")), ""))
        theirs, count = most_pressing(ending(supervised, until[Group.LATE], terms), most, today, terms)
        found[Group.SUPERVISED] = [sources.filing(*one) for one in theirs], count
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
    return _of_systems(asking, asking.supervised(asking.built()), delivered=asking.today)


def _of_systems(asking: Asking, theirs: Q, delivered: date = date.max) -> Iterable[Dated]:
    return (
        *sources.removals(Removal.objects.filter(theirs), asking.today, asking.terms),
        *sources.changes(ChangeCase.objects.filter(theirs), asking.today, asking.terms),
        *sources.upgrades(UpgradeOrder.objects.filter(theirs, delivered__lte=delivered), asking.terms),
    )


def _of_persons(asking: Asking) -> Iterable[Dated]:
    """Trainings and qualifications of one's own and of those whose files one keeps; one's own posts that end."""
    files = Scope(unit_paths=asking.standing.files)
    kept = Q(person=asking.person)
    if files:
        kept |= Q(within(files, "person__unit")) | Q(within(files))
    posts = Post.objects.filter(pk__in=[post.pk for post in asking.posts if post.valid_until is not None])
    found = sources.credentials(Credential.objects.filter(kept), asking.terms)
    return (*(to_own_page(one, asking.person) for one in found), *sources.posts(posts, asking.terms))
