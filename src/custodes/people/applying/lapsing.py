"""What nobody has confirmed lapses: its letter and its password hash are deleted, on record."""

from __future__ import annotations

import datetime

from django.db import transaction

from custodes.people.models import ApplicationState, UnitApplication
from custodes.people.papers.keeping import remove_paper
from custodes.people.records import config_changed

_OPEN = (ApplicationState.WAITING, ApplicationState.RETURNED)


def sweep(at: datetime.datetime) -> int:
    """Let those lapse whose time has run out by `at`; how many there were."""
    due = UnitApplication.objects.filter(state__in=_OPEN, lapses_at__lte=at)
    return sum(_lapse(pk, at) for pk in due.values_list("pk", flat=True))


def _lapse(pk: int, at: datetime.datetime) -> bool:
    with transaction.atomic():
        row = UnitApplication.objects.select_for_update(of=("self",)).select_related("letter").get(pk=pk)
        if row.state not in _OPEN:
            return False
        before, letter = row.state, row.letter
        row.state, row.letter, row.password = ApplicationState.LAPSED, None, ""
        row.save(update_fields=["state", "letter", "password"])
        config_changed(row, {"state": (before, str(row.state)), "password": ("", "")}, by=None, at=at)
        if letter is not None:
            remove_paper(letter, by=None, at=at, reason="unit application lapsed")
    return True
