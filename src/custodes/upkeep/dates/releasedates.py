"""By when the next step of a public release is to be taken, for whoever may take it (`release_step_days`, the house's own number).

The work list says the same of each (`waits/releases.py`); here it is a date, for the calendar and the feed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from custodes.access.release.awaiting import awaiting, name_of
from custodes.access.release.reach import WORKS
from custodes.people.held import held_posts
from custodes.people.models import Person
from custodes.people.permissions import allowed
from custodes.upkeep.dates.dated import Dated, What
from custodes.upkeep.dates.plan import lead_days

BEFORE = (1,)


def releases(person: Person, at: datetime, span: tuple[date, date] | None = None) -> Iterator[Dated]:
    """Each that waits for this person; with `span`, of these days alone."""
    may = allowed(frozenset(post.kind for post in held_posts(person, at)))
    if not may & {*WORKS}:
        return
    rows = awaiting(person, at, may).filter(due__isnull=False)
    if span is not None:
        rows = rows.filter(due__range=span)
    for row in rows.select_related("unit__division").only(
        "title", "number", "state", "due", "unit__path", "unit__division__path"
    ):
        assert row.due is not None
        yield Dated(
            What.RELEASE, str(row.pk), row.due, row.due, name_of(row), row.number, row.get_absolute_url(), "S30.2",
            row.unit.path, row.unit.division.path, reminders=lead_days(row.due, BEFORE),
        )  # fmt: skip
