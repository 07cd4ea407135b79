"""Every address, with nobody signed in and with every member of the cast."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import EVERYBODY, Cast
from tests.web.registry import Opens, Public, everything

VIEWS = everything()
OPENS = {name: view for name, view in VIEWS.items() if isinstance(view, Opens)}
PUBLIC = {name: view for name, view in VIEWS.items() if isinstance(view, Public)}


def _addresses(patterns: list[URLPattern | URLResolver], space: str = "", route: str = "") -> Iterator[tuple[str, str]]:
    """Every address's full name and route."""
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _addresses(pattern.url_patterns, inner, here)
        else:
            yield (space + pattern.name if pattern.name else here), here


ADDRESSES = dict(_addresses(get_resolver().url_patterns))


def _ask(client: Client, name: str, view: Opens, cast: Cast) -> HttpResponseBase:
    url = reverse(name, kwargs=dict(view.keywords(cast)))
    more = {"content_type": "application/json"} if view.json else {}
    return getattr(client, view.method)(url, dict(view.data(cast)), **more)  # type: ignore[no-any-return]


def _asks_to_sign_in(answer: HttpResponseBase) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith(reverse("account_login"))


def test_every_address_is_registered() -> None:
    assert sorted(set(ADDRESSES) - set(VIEWS)) == []


def test_nothing_is_registered_that_is_not_there() -> None:
    assert sorted(set(VIEWS) - set(ADDRESSES)) == []


def test_the_public_list_is_short() -> None:
    assert len(PUBLIC) <= 20


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_view_answers_as_registered(name: str, db: None) -> None:
    if "<" in ADDRESSES[name]:
        pytest.skip("needs an argument; its own room tries it")
    answer = getattr(Client(), PUBLIC[name].method)(reverse(name))
    assert answer.status_code == PUBLIC[name].status


@pytest.mark.parametrize("name", sorted(OPENS))
def test_nobody_enters_without_signing_in(name: str, cast: Cast) -> None:
    answer = _ask(Client(), name, OPENS[name], cast)
    assert answer.status_code in {401, 403} or _asks_to_sign_in(answer), answer.status_code


@pytest.mark.parametrize("name", sorted(OPENS))
def test_each_member_of_the_cast_opens_what_is_theirs_and_nothing_else(name: str, cast: Cast) -> None:
    view, wrong = OPENS[name], {}
    for member in sorted(EVERYBODY):
        with transaction.atomic():
            client = Client()
            client.force_login(cast.members[member].account)
            answer = _ask(client, name, view, cast)
            refused = answer.status_code in {403, 404}
            failed = answer.status_code in {401, 405} or answer.status_code >= 500 or _asks_to_sign_in(answer)
            if failed or refused == (member in view.members):
                wrong[member] = answer.status_code
            transaction.set_rollback(True)
    assert wrong == {}
