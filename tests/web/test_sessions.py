"""Sessions end: after their longest time, and after too long without a request."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people.models import RecordOutbox
from custodes.settings import get_settings
from custodes.web.middleware.sessions import ASKED_AGAIN, BEGUN, RENEWED, SEEN, session_end

NOW = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
LONGEST = datetime.timedelta(hours=get_settings().session_hours)
IDLE = datetime.timedelta(minutes=get_settings().session_idle_minutes)
TICK = datetime.timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("begun", "seen", "end"),
    [
        (NOW, NOW, ""),
        (NOW - LONGEST + TICK, NOW, ""),
        (NOW - LONGEST, NOW, "absolute"),
        (NOW - LONGEST / 2, NOW - IDLE + TICK, ""),
        (NOW - LONGEST / 2, NOW - IDLE, "idle"),
        (NOW - LONGEST, NOW - IDLE, "absolute"),
    ],
)
def test_when_a_session_ends(begun: datetime.datetime, seen: datetime.datetime, end: str) -> None:
    assert session_end(begun, seen, NOW) == end


def _put_back(client: Client, key: str, span: datetime.timedelta) -> None:
    session = client.session
    session[key] = (timezone.now() - span).isoformat()
    session.save()


@pytest.mark.parametrize(("key", "span", "reason"), [(BEGUN, LONGEST, "absolute"), (SEEN, IDLE, "idle")])
def test_an_ended_session_leads_to_the_sign_in_page_and_is_on_record(
    client_of: Callable[[str], Client], key: str, span: datetime.timedelta, reason: str
) -> None:
    client = client_of("operator")
    assert client.get(reverse("home")).status_code == 200
    _put_back(client, key, span)
    answer = client.get(reverse("people:profile"))
    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert client.get(reverse("home")).status_code == 302
    assert RecordOutbox.objects.get(type="logout").record["reason"] == reason


def test_a_program_whose_session_has_ended_gets_401(client_of: Callable[[str], Client]) -> None:
    client = client_of("operator")
    client.get(reverse("home"))
    _put_back(client, SEEN, IDLE)
    assert client.get("/api/anything").status_code == 401


def test_requests_keep_a_session_alive(client_of: Callable[[str], Client]) -> None:
    client = client_of("operator")
    client.get(reverse("home"))
    _put_back(client, SEEN, IDLE / 2)
    client.get(reverse("home"))
    assert datetime.datetime.fromisoformat(client.session[SEEN]) > timezone.now() - IDLE / 4


ID = "0f9f5a0e-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    "path",
    [
        "/api/alarms/bell",
        f"/api/requests/{ID}/present",
        f"/requests/{ID}/packages/{ID}/progress/",
        f"/api/cameras/{ID}/timeline",
        f"/imports/table/{ID}/progress/",
        f"/batches/{ID}/progress/",
    ],
)
def test_what_a_page_asks_by_itself_keeps_no_session_alive(client_of: Callable[[str], Client], path: str) -> None:
    client = client_of("operator")
    client.get(reverse("home"))
    _put_back(client, SEEN, IDLE / 2)
    client.get(path)
    assert datetime.datetime.fromisoformat(client.session[SEEN]) < timezone.now() - IDLE / 4
    client.post("/api/here")
    assert datetime.datetime.fromisoformat(client.session[SEEN]) > timezone.now() - IDLE / 4


def test_the_addresses_that_pages_ask_by_themselves_are_real() -> None:
    at = {"pk": ID, "package": ID}
    for name, given in (
        ("access:package_progress", at),
        ("access:release_progress", {"pk": ID}),
        ("places:import_progress", {"pk": ID}),
        ("places:batch_progress", {"pk": ID}),
        ("access:api:timeline", {"camera": ID}),
        ("access:api:present", {"request_id": ID}),
    ):
        assert ASKED_AGAIN.fullmatch(reverse(name, kwargs=given)), name
    assert RENEWED.fullmatch(reverse("access:api:renew", kwargs={"grant": ID}))
