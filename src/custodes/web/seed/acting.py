"""Who of the story does something, and the step that they take."""

from __future__ import annotations

import datetime

from django.utils import timezone

from custodes.people.models import Account, Person
from custodes.places.lifecycle.stepping import Taken

DAY = datetime.timedelta(days=1)


def person(username: str) -> Person:
    """Whoever signs in by this name, with their unit."""
    return Account.objects.select_related("person__unit").get(username=username).person


def on(by: Person, at: datetime.datetime, words: str = "") -> Taken:
    """A step of theirs, entered on the day itself."""
    return Taken(by, at, timezone.localdate(at), words)
