"""Putting a link of a story in force, at first or again, by the house's own steps: tested by one person, put in force by another."""

from __future__ import annotations

import datetime

from django.utils import timezone

from custodes.people.models import Person
from custodes.sharing.links import steps
from custodes.sharing.models import Link, LinkState, Outcome, TestPart
from custodes.sharing.stepping import Taken


def settle(link: Link, by: Person, other: Person, now: datetime.datetime) -> None:
    """Test what is to be tested, and have another person put it in force. A link that a person suspended stays so."""
    second = datetime.timedelta(seconds=1)
    row = Link.objects.get(pk=link.pk)
    if row.state == LinkState.IN_FORCE or _suspended_by_a_person(row):
        return
    passed = dict.fromkeys(TestPart.values, Outcome.PASSED.value)
    # Behind the moment at which it was suspended, where it was.
    tested = now if row.suspended_at is None else max(now, row.suspended_at + second)
    steps.enter_test(row, passed, timezone.localdate(now), None, Taken(by, tested))
    row.refresh_from_db()
    begin = steps.resume if row.state == LinkState.SUSPENDED else steps.put_in_force
    begin(row, Taken(other, tested + second))


def _suspended_by_a_person(row: Link) -> bool:
    """By what took it out of force: a platform that was changed while it was suspended leaves it so."""
    last = row.steps.filter(event__in=("put_in_force", "resume")).order_by("-revision").first()
    since = row.steps.filter(event="suspend", revision__gt=last.revision if last is not None else 0)
    return row.state == LinkState.SUSPENDED and since.exists()
