"""How many requests a person and an address may make."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from custodes.people import buckets as kept
from custodes.web.middleware import rates
from custodes.web.middleware.rates import COSTS, Buckets, price_of
from tests.web.every_view.asking import ADDRESSES


def test_a_bucket_fills_evenly_and_holds_a_minute_s_worth() -> None:
    now = 0.0
    buckets = Buckets(60, lambda: now)
    assert [buckets.take("a", 1) for _ in range(60)] == [0.0] * 60
    assert buckets.take("a", 1) == 1.0
    assert buckets.take("b", 60) == 0.0
    now = 3.0
    assert [buckets.take("a", 1) for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]
    now = 1000.0
    assert buckets.take("a", 60) == 0.0
    assert buckets.take("a", 30) == 30.0


def test_strangers_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MAX_BUCKETS", 10)
    buckets = Buckets(60)
    for number in range(1000):
        buckets.take(str(number), 1)
    assert len(buckets._held) == 10


def test_every_price_is_of_a_view_that_there_is() -> None:
    assert COSTS.keys() <= ADDRESSES.keys()


def test_files_of_lists_tables_and_the_feed_cost_more_than_a_page() -> None:
    files = {name for name in ADDRESSES if "export" in name}
    assert len(files) >= 25
    dear = files | {
        "places:import_add",
        "places:import_refused",
        "upkeep:date_feed_read",
        "upkeep:work_file",
        "print:evidence",
    }
    assert {name for name in dear if price_of(name) < 20} == set()
    assert price_of("places:camera_list") == 1
    assert {COSTS["sharing:public_version"], COSTS["sharing:directory"]} == {5}, "they read two whole versions"
    assert COSTS["access:package_progress"] > 1, "it is asked every two seconds"
    assert COSTS["access:release_progress"] > 1, "it is asked every three seconds, and asks a node"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Buckets of three; the client's handler, and with it the middleware, is made at the first request."""
    monkeypatch.setattr(rates, "Buckets", lambda per_minute: Buckets(3, lambda: 0.0))


def test_a_person_who_asks_too_often_is_told_how_long_to_wait(few: None, client_of: Callable[[str], Client]) -> None:
    client = client_of("operator")
    assert [client.get(reverse("home")).status_code for _ in range(3)] == [200, 200, 200]
    refused = client.get(reverse("home"))
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) == 20
    assert "请求过于频繁" in refused.content.decode()
    asked = client.post("/api/views", {}, content_type="application/json")
    assert asked.status_code == 429
    assert asked.json()["refusal"][0]["reason"] == "请求过于频繁，请 20 秒后再试。"


def test_an_address_without_a_person_is_limited_too_and_nodes_are_not(few: None, db: None) -> None:
    client = Client()
    login = reverse("account_login")
    assert [client.get(login).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert client.post("/internal/status", {}, content_type="application/json").status_code == 401


def test_a_page_that_costs_much_counts_for_more(few: None, client_of: Callable[[str], Client]) -> None:
    assert client_of("system_admin").get(reverse("checkup")).status_code == 429
