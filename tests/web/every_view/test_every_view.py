"""Every address is registered; what is public is; nobody enters anything else without signing in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import EVERYBODY, Cast
from tests.places.stage import Stage
from tests.web.every_view import asking
from tests.web.every_view.asking import ADDRESSES, OPENS, VIEWS, ask, asks_to_sign_in
from tests.web.registry import Keyed, Public

KEYED = {name: view for name, view in VIEWS.items() if isinstance(view, Keyed)}
PUBLIC = {name: view for name, view in VIEWS.items() if isinstance(view, Public)}


def test_every_address_is_registered() -> None:
    assert sorted(set(ADDRESSES) - set(VIEWS)) == []


def test_nothing_is_registered_that_is_not_there() -> None:
    assert sorted(set(VIEWS) - set(ADDRESSES)) == []


def test_the_public_list_is_short() -> None:
    signed = {name for name, view in PUBLIC.items() if view.status == 401}
    assert len(PUBLIC) - len(signed) <= 20
    # To whoever has no node's or gateway's key these open nothing.
    assert all(ADDRESSES[name].startswith("internal/") for name in signed)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_view_answers_as_registered(name: str, db: None) -> None:
    if "<" in ADDRESSES[name]:
        pytest.skip("needs an argument; its own room tries it")
    answer = getattr(Client(), PUBLIC[name].method)(reverse(name))
    assert answer.status_code == PUBLIC[name].status


@pytest.mark.parametrize("name", sorted(KEYED))
def test_an_address_for_programs_opens_to_no_session(name: str, cast: Cast) -> None:
    view = KEYED[name]
    url = reverse(name, kwargs=dict(view.keywords))
    for member in (None, "system_admin", "caretaker"):
        client = Client(enforce_csrf_checks=True)
        if member is not None:
            client.force_login(cast.members[member].account)
        for method in view.methods:
            answer = getattr(client, method)(url, content_type="application/json")
            assert answer.status_code == 401, (member, method)
            assert answer.headers["Content-Type"] == "application/problem+json"


def test_nobody_enters_without_signing_in(furnished: Stage) -> None:
    entered = {}
    for name, view in sorted(OPENS.items()):
        answer = ask(Client(), name, view, furnished.cast)
        if answer.status_code not in {401, 403} and not asks_to_sign_in(answer):
            entered[name] = answer.status_code
    assert entered == {}


def test_everybody_of_the_cast_is_tried() -> None:
    parts = (asking.UNIT, asking.OFFICE, asking.AUTHORITIES, asking.ADMINISTRATORS, asking.OUTSIDE)
    assert sorted(member for part in parts for member in part) == sorted(EVERYBODY)
