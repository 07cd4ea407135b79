"""The feed: days and counts for whoever has the address, for as long as account, post and address stand; the address in no log."""

from __future__ import annotations

import datetime
import json
import logging
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from custodes.logs import masked, redact
from custodes.people.models import Account, Post, RecordOutbox
from custodes.upkeep.dates import feed as feeds
from custodes.upkeep.models import DateFeed
from custodes.upkeep.views import feed as view
from tests.places.life.test_filing import accepted
from tests.places.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
ADDRESS = re.compile(r"/dates/feed/([\w-]+)\.ics")


@pytest.fixture(autouse=True)
def _full_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "_rates", view.Buckets(view.PER_MINUTE))


def _make(client: Client) -> str:
    found = ADDRESS.search(client.post(reverse("upkeep:date_feed")).content.decode())
    assert found is not None
    return found[0]


def _events(content: bytes) -> list[object]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_it_has_days_and_counts_and_no_name(stage: Stage, client_of: Callable[[str], Client]) -> None:
    system = accepted(stage, 20)
    answer = Client().get(_make(client_of("caretaker")))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    text = Calendar.from_ical(answer.content).to_ical().decode().replace("\r\n ", "")
    assert "办理备案：1 项" in text
    unit = stage.cast.units["a"]
    for secret in (system.name, system.site.name, system.site.address, unit.name, str(system.pk), "次仁", unit.contact):
        assert not secret or secret not in text


def test_lines_are_folded_at_75_octets_and_whole_characters(stage: Stage, client_of: Callable[[str], Client]) -> None:
    accepted(stage, 20)
    content = Client().get(_make(client_of("caretaker"))).content
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")
    for line in lines:
        line.decode()


def test_an_event_keeps_its_uid_under_a_new_address_too(stage: Stage, client_of: Callable[[str], Client]) -> None:
    accepted(stage, 20)
    client = client_of("caretaker")
    first = [str(one["UID"]) for one in _events(Client().get(_make(client)).content)]  # type: ignore[index]
    second = [str(one["UID"]) for one in _events(Client().get(_make(client)).content)]  # type: ignore[index]
    assert first == second
    assert len(first) == len(set(first)) > 0


def test_somebody_elses_dates_are_not_in_it(stage: Stage, client_of: Callable[[str], Client]) -> None:
    accepted(stage, 20)
    stage.hotel.__class__.objects.filter(pk=stage.hotel.pk).update(state="proposed")
    for member in ("outside_caretaker", "outsider"):
        assert not _events(Client().get(_make(client_of(member))).content), member


def test_the_page_that_makes_an_address_lets_its_forms_say_where_they_come_from(
    stage: Stage, client_of: Callable[[str], Client]
) -> None:
    page = client_of("caretaker").get(reverse("upkeep:date_feed"))
    assert page.headers["Referrer-Policy"] == "same-origin", "with no-referrer a browser sends `Origin: null`: refused"
    assert "no-store" in page.headers["Cache-Control"]


def test_a_revoked_or_replaced_address_is_dead_at_once(stage: Stage, client_of: Callable[[str], Client]) -> None:
    client = client_of("caretaker")
    first = _make(client)
    second = _make(client)
    assert first != second
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    client.post(reverse("upkeep:date_feed_close"))
    gone = Client().get(second)
    assert gone.status_code == 404
    assert gone.content == b""


def test_it_dies_with_the_post_and_with_the_account(stage: Stage, client_of: Callable[[str], Client]) -> None:
    address = _make(client_of("caretaker"))
    account = stage.cast.caretaker.account
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert Client().get(address).status_code == 404
    Account.objects.filter(pk=account.pk).update(is_active=True)
    assert Client().get(address).status_code == 200
    Post.objects.filter(person=account.person).update(ended_at=timezone.now())
    assert Client().get(address).status_code == 404


def test_the_secret_is_long_kept_as_a_hash_shown_once_and_on_record_without_it(
    stage: Stage, client_of: Callable[[str], Client]
) -> None:
    client = client_of("caretaker")
    token = ADDRESS.search(_make(client))[1]  # type: ignore[index]
    assert len(token) >= 43
    row = DateFeed.objects.get()
    assert row.digest == feeds.digest_of(token) != token
    assert token not in client.get(reverse("upkeep:date_feed")).content.decode()
    records = json.dumps([one.record for one in RecordOutbox.objects.all()])
    assert "upkeep.datefeed" in records
    assert token not in records
    assert row.digest not in records


def test_without_a_post_there_is_none_and_a_page_cannot_be_made_to_make_one(
    stage: Stage, client_of: Callable[[str], Client]
) -> None:
    assert client_of("bystander").post(reverse("upkeep:date_feed")).status_code == 409
    client_of("caretaker").get(reverse("upkeep:date_feed"))
    checked = Client(enforce_csrf_checks=True)
    checked.force_login(stage.cast.caretaker.account)
    assert checked.post(reverse("upkeep:date_feed")).status_code == 403
    assert not DateFeed.objects.exists()


def test_it_is_asked_for_a_few_times_a_minute_and_only_read(stage: Stage, client_of: Callable[[str], Client]) -> None:
    address = _make(client_of("caretaker"))
    assert Client().post(address).status_code == 405
    answers = [Client().get(address).status_code for _each in range(view.PER_MINUTE + 1)]
    assert answers == [200] * view.PER_MINUTE + [429]
    assert int(Client().get(address).headers["Retry-After"]) > 0


def test_a_bad_address_is_the_same_404_as_a_dead_one(db: None) -> None:
    for token in ("x", "0" * 43, "%00", "..", "密"):
        answer = Client().get(f"/dates/feed/{token}.ics")
        assert (answer.status_code, answer.content) == (404, b"")


def test_no_log_line_has_the_address(
    stage: Stage, client_of: Callable[[str], Client], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = _make(client_of("caretaker"))
    token = ADDRESS.search(address)[1]  # type: ignore[index]

    def broken(*args: object) -> bytes:
        raise RuntimeError(f"while answering {address}")

    monkeypatch.setattr(feeds, "written", broken)
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.DEBUG):
        failed = client.get(address)
        feeds.revoke(stage.cast.caretaker.person, timezone.now())
        client.get(address)
        client.post(address)
    assert failed.status_code == 500
    assert token not in failed.content.decode()
    raw = [record for record in caplog.records if token in record.getMessage()]
    assert raw  # Django names the path of what fails; the way out of the process masks it
    for record in caplog.records:
        line = redact(None, "", {"event": record.getMessage(), "exception": str(record.exc_info), "path": address})
        assert token not in json.dumps(line, default=str)
    assert masked(f"GET {address} 404") == "GET /dates/feed/(feed address) 404"


def test_figures_and_spans_name_the_view_and_not_the_address(
    stage: Stage, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from prometheus_client import generate_latest

    from custodes.web.figures import REQUESTS
    from custodes.web.middleware import traces

    noted: list[dict[str, object]] = []
    monkeypatch.setattr(traces, "note", lambda made, **more: noted.append(more))
    address = _make(client_of("caretaker"))
    token = ADDRESS.search(address)[1]  # type: ignore[index]
    for _each in range(view.PER_MINUTE + 1):
        Client().get(address)
    Client().get(address + "x")
    figures = generate_latest(REQUESTS).decode()
    assert "upkeep:date_feed_read" in figures
    assert token not in figures
    assert token not in str(noted)


def test_an_event_lasts_as_long_as_what_it_is_about(stage: Stage, client_of: Callable[[str], Client]) -> None:
    accepted(stage, 20)
    for event in _events(Client().get(_make(client_of("caretaker"))).content):
        begin, end = event["DTSTART"].dt, event["DTEND"].dt  # type: ignore[index]
        assert isinstance(begin, datetime.date)
        assert end > begin
