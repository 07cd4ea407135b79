"""A removal of some cameras of a filed system on its own page: by when the change is to be filed (N14), and where that begins."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.places.models import Filing, FilingKind, FilingState, Removal, RemovalGround, RemovalState
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]
DAY = datetime.timedelta(days=1)


def filed(stage: Stage, day: datetime.date, kind: FilingKind = FilingKind.INITIAL) -> Filing:
    """A filing that was taken."""
    return Filing.objects.create(
        system=stage.school, kind=kind, state=FilingState.FILED, drafted_by=stage.cast.caretaker.person,
        drafted_at=timezone.now(), submitted_on=day, receipt=f"{kind} {day}",
    )  # fmt: skip


def removed(stage: Stage, day: datetime.date, *, whole: bool = False) -> Removal:
    """The yard's camera, gone on the day."""
    row = Removal.objects.create(
        system=stage.school, whole=whole, ground=RemovalGround.OTHER, why="操场改建", planned=day,
        state=RemovalState.REMOVED, drafted_by=stage.cast.caretaker.person, drafted_at=timezone.now(),
        reported_on=day - 20 * DAY, removed_on=day,
    )  # fmt: skip
    row.cameras.add(stage.yard)
    return row


def page(client: Client, row: Removal) -> str:
    return client.get(row.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("ago", "title"), [(1, "还要办理变更备案"), (60, "变更备案已逾期")])
def test_the_page_of_a_removal_says_by_when_the_change_is_filed_and_where_that_begins(
    stage: Stage, client_of: Clients, ago: int, title: str
) -> None:
    today = timezone.localdate()
    filed(stage, today - 100 * DAY)
    row = removed(stage, today - ago * DAY)
    begins = reverse("places:filing_begin", args=[stage.school.pk])
    mine = page(client_of("caretaker"), row)
    assert title in mine
    assert begins in mine
    theirs = page(client_of("inspector"), row)
    assert title in theirs, "who supervises it sees that it is owed"
    assert begins not in theirs, "but does not file in the unit's place here"
    filed(stage, today, FilingKind.CHANGE)
    assert "变更备案" not in page(client_of("caretaker"), row)


def test_nothing_is_owed_of_a_system_that_was_never_filed_or_is_gone(stage: Stage, client_of: Clients) -> None:
    today = timezone.localdate()
    row = removed(stage, today - DAY)
    assert "变更备案" not in page(client_of("caretaker"), row)
    filed(stage, today - 100 * DAY)
    Removal.objects.filter(pk=row.pk).update(whole=True)
    assert "变更备案" not in page(client_of("caretaker"), row)


def test_whether_it_was_in_time_stands_apart_from_what_could_not_be_confirmed(stage: Stage, client_of: Clients) -> None:
    row = removed(stage, timezone.localdate() - DAY)
    told = page(client_of("caretaker"), row)
    assert "<dd>按期报告<details" in told
    assert "未核实" in told.split("<dd>按期报告<details")[1]
