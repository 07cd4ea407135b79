"""Every address, with nobody signed in and with every member of the cast."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.notary import FakeNotary
from tests.cast import EVERYBODY, Cast
from tests.places.furnishings import furnish
from tests.places.stage import Stage
from tests.web.registry import Keyed, Opens, Public, everything

VIEWS = everything()
OPENS = {name: view for name, view in VIEWS.items() if isinstance(view, Opens)}
KEYED = {name: view for name, view in VIEWS.items() if isinstance(view, Keyed)}
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


@pytest.fixture(autouse=True)
def _no_verification(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening the page that verifies the log begins no thread here."""
    from custodes.oversight import verification

    monkeypatch.setattr(verification, "_in_thread", lambda pk: None)


@pytest.fixture
def furnished(stage: Stage, notary: FakeNotary) -> Stage:
    """The stage with something behind every address."""
    furnish(stage, notary)
    return stage


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
        answer = _ask(Client(), name, view, furnished.cast)
        if answer.status_code not in {401, 403} and not _asks_to_sign_in(answer):
            entered[name] = answer.status_code
    assert entered == {}


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_each_member_of_the_cast_opens_what_is_theirs_and_nothing_else(member: str, furnished: Stage) -> None:
    client, wrong = Client(), {}
    client.force_login(furnished.cast.members[member].account)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    for at, (name, view) in enumerate(sorted(OPENS.items())):
        if at % 100 == 0:
            # All addresses are more than one person may ask for in a minute; what is counted is tried in test_rates.py.
            client.handler._middleware_chain = None
        # Each view finds everything as it was: what it changes is taken back, and its cookies too.
        with transaction.atomic():
            client.cookies[settings.SESSION_COOKIE_NAME] = session
            answer = _ask(client, name, view, furnished.cast)
            transaction.set_rollback(True)
        refused = answer.status_code in {403, 404}
        # 400 and 422 refuse what was sent, 503 says that a service is down: to somebody who was let in.
        broken = answer.status_code >= 500 and answer.status_code != 503
        failed = answer.status_code in {401, 405} or broken or _asks_to_sign_in(answer)
        if failed or refused == (member in view.members):
            wrong[name] = answer.status_code
    assert wrong == {}
