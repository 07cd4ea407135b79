"""What the tours share."""

from __future__ import annotations

import datetime
import logging
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import translation

from custodes.people.models import Account
from custodes.web import views
from custodes.web.middleware import sessions
from tests.cast import Cast
from tests.golden import asked as asking
from tests.golden.asked import Act, Asked, Page
from tests.golden.tour import Clock, compare, tour

TOUR_SECONDS = 600
"""Each state × event × person of a kind, in one test: a minute on a machine that is quiet."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/golden/" in item.nodeid:
            item.add_marker(pytest.mark.timeout(TOUR_SECONDS))


Golden = Callable[[str], AbstractContextManager[Clock]]
"""``with golden("upgrade") as clock:`` walks through a kind, and compares at the end."""


@pytest.fixture(params=["zh-hans", "en"])
def golden(request: pytest.FixtureRequest) -> Golden:
    """A tour of a person who reads this language: the records are the same."""

    @contextmanager
    def walk(kind: str) -> Iterator[Clock]:
        with translation.override(request.param), tour() as one:
            yield one.clock
            told = one.records()
        compare(kind, told, write=os.environ.get("CUSTODES_TEST_GOLDEN") == "write" and request.param == "zh-hans")

    return walk


AskedOf = Callable[..., AbstractContextManager[Asked]]
"""``with asked("upgrade", stage.cast, ACTS) as one:`` walks through a kind (`one.clock`, `one.at`), and compares at the end."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, settings: Any) -> AskedOf:
    """A tour on which everybody is asked what the pages offer them; a sign-in lasts as long as the tour."""
    settings.SESSION_COOKIE_AGE = int(datetime.timedelta(days=3660).total_seconds())
    monkeypatch.setattr(sessions, "session_end", lambda *_moments: "")
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    # Of a page that is refused the status counts; the page itself says the same each time.
    monkeypatch.setattr(views, "_error", lambda _request, status: HttpResponse(status=status))

    @contextmanager
    def walk(
        kind: str,
        cast: Cast,
        acts: Mapping[str, Act],
        *,
        more: Mapping[str, Account] | None = None,
        without: Collection[str] = (),
        page: Page = lambda row: row.get_absolute_url(),
    ) -> Iterator[Asked]:
        people = {name: one.account for name, one in cast.members.items() if name not in without} | dict(more or {})
        with tour() as walking:
            walked = Asked(walking.clock, people, acts, page)
            yield walked
        asking.compare(kind, walked.told(), write=os.environ.get("CUSTODES_TEST_GOLDEN") == "write")
        assert walked.wrong() == []

    return walk
