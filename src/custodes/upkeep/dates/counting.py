"""How much is in a person's work list, for the navigation of every page, at a price that every page can pay.

The list is counted when a page asks for the number after it has loaded; the answer holds for `KEEP`. Pages that make the list
anyway leave their number here, so that the number beside the list's name is the one that the page shows.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Person
from custodes.people.models.account import held_posts
from custodes.upkeep.dates.worklist import Worklist, worklist_of

KEEP = timedelta(seconds=30)
MOST = 2000
"""Persons whose number is kept at a time."""


@dataclass(frozen=True, slots=True)
class DateCounts:
    """What has to be done now, in numbers; what is to come later, and what others have let pass, is not among it."""

    late: int = 0
    due: int = 0
    waiting: int = 0

    @property
    def all(self) -> int:
        """Together."""
        return self.late + self.due + self.waiting


_lock = threading.Lock()
_kept: dict[int, tuple[tuple[int, ...], datetime, DateCounts]] = {}


def count_of(person: Person, at: datetime, terms: LegalTerms) -> DateCounts:
    """How much there is for this person now; at most `KEEP` old, and never of posts that they don't hold any more."""
    with _lock:
        kept = _kept.get(person.pk)
    if kept is not None and kept[0] == _posts(person, at) and timedelta(0) <= at - kept[1] < KEEP:
        return kept[2]
    return keep(person, at, worklist_of(person, at, terms, most=1))


def keep(person: Person, at: datetime, work: Worklist) -> DateCounts:
    """Leave the numbers of a list that was made anyway."""
    found = DateCounts(work.late.count, work.due.count, work.waiting.count)
    with _lock:
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[person.pk] = _posts(person, at), at, found
    return found


def _posts(person: Person, at: datetime) -> tuple[int, ...]:
    return tuple(sorted(post.pk for post in held_posts(person, at)))
