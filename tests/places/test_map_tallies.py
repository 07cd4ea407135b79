"""What the map's wide windows are counted from: how old it may be, who reads it anew, and that it shows nobody another's rows."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone

from custodes.people.models import Post
from custodes.places.map import answer as answers
from custodes.places.map import cells
from custodes.places.map.asked import Conditions, Window
from custodes.places.models import Camera, System
from tests.places.test_map import put

pytestmark = pytest.mark.postgresql

SECOND = datetime.timedelta(seconds=1)
WIDE = Window.read([90.0, 29.0, 92.0, 30.5])


class Readings:
    """Counts how often the numbers are read. What is begun beside a question is done when a test says so."""

    def __init__(self, monkeypatch: Any) -> None:
        self.count = 0
        self.begun: list[datetime.datetime] = []
        self.failing = False
        read = cells._read

        def counting() -> cells.Tallies:
            if self.failing:
                raise DatabaseError
            self.count += 1
            return read()

        monkeypatch.setattr(cells, "_read", counting)
        monkeypatch.setattr(cells, "_begin", self.begun.append)
        # The thread closes its own connection; here it is the test's.
        monkeypatch.setattr(type(cells.connections), "close_all", lambda _self: None)

    def finish(self) -> None:
        """What the thread does."""
        cells._read_beside(self.begun.pop())


@pytest.fixture
def readings(stage, monkeypatch):
    """Both of the school's cameras and the hotel's have a place, and nothing is held yet."""
    monkeypatch.setattr(cells, "_held", None)
    monkeypatch.setattr(answers, "SINGLE", 0)  # count, however few they are
    for camera in (stage.gate, stage.yard, stage.lobby):
        put(camera)
    found = Readings(monkeypatch)
    yield found
    if found.begun:
        found.failing = False
        found.finish()


def seen(person, at):
    return answers.answer(person, Conditions(), WIDE, at)["total"]


def test_numbers_of_more_than_half_a_minute_are_read_beside_the_question_that_finds_them_so(stage, readings):
    inspector, at = stage.cast.inspector.person, timezone.now()
    assert seen(inspector, at) == 2
    Camera.objects.filter(pk=stage.yard.pk).update(west=None)
    assert (seen(inspector, at + 29 * SECOND), readings.begun) == (2, [])
    later = at + 31 * SECOND
    assert seen(inspector, later) == 2
    assert seen(inspector, later + SECOND) == 2
    assert (readings.count, readings.begun) == (1, [later]), "answered from what there is, while one reads anew"
    readings.finish()
    assert seen(inspector, later + 2 * SECOND) == 1
    assert (readings.count, readings.begun) == (2, [])


def test_no_answer_is_counted_from_numbers_of_more_than_two_minutes(stage, readings):
    inspector, at = stage.cast.inspector.person, timezone.now()
    assert seen(inspector, at) == 2
    Camera.objects.filter(pk=stage.yard.pk).update(west=None)
    readings.failing = True
    assert seen(inspector, at + 31 * SECOND) == 2
    readings.finish()
    assert seen(inspector, at + 60 * SECOND) == 2, "a reading that fails is begun again, and what there is serves"
    assert readings.begun == [at + 60 * SECOND]
    with pytest.raises(DatabaseError):
        seen(inspector, at + cells.LONGEST + SECOND)
    readings.failing = False
    assert seen(inspector, at + cells.LONGEST + SECOND) == 1


def test_what_is_held_shows_nobody_what_they_may_not_see_at_this_moment(stage, readings):
    at = timezone.now()
    caretaker, outsider = stage.cast.caretaker.person, stage.cast.outsider.person
    assert (seen(stage.cast.inspector.person, at), seen(caretaker, at), seen(outsider, at)) == (2, 2, 0)
    assert cells.tallies(cells.COARSE, at).count.sum() == 3, "the hotel's is held too"
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    assert seen(caretaker, at + SECOND) == 0
    System.objects.filter(pk=stage.school.pk).update(classified=False)
    Post.objects.filter(person=caretaker).update(ended_at=at)
    assert seen(caretaker, at + 2 * SECOND) == 0
    assert readings.count == 1, "all of it from one reading"


def test_the_thread_beside_leaves_nothing_locked_when_it_cannot_begin(stage, readings, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(cells, "Thread", lambda **_more: (_ for _ in ()).throw(RuntimeError("no more threads")))
    assert cells._beside.acquire(blocking=False)
    with pytest.raises(RuntimeError):
        cells._begin(timezone.now())
    assert cells._beside.acquire(blocking=False)
    cells._beside.release()
