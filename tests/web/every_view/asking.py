"""Every address that the installation has, asked for by somebody."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import Cast
from tests.places.stage import Stage
from tests.web.registry import Opens, everything

VIEWS = everything()
OPENS = {name: view for name, view in VIEWS.items() if isinstance(view, Opens)}

UNIT = ("operator", "lead")
OFFICE = ("caretaker", "approver")
AUTHORITIES = ("officer", "inspector")
ADMINISTRATORS = ("auditor", "security_admin", "system_admin")
OUTSIDE = ("bystander", "outside_caretaker", "outsider")
"""The cast in parts, one a file: each of them asks for hundreds of pages, and files are what is dealt out to workers."""


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


def ask(client: Client, name: str, view: Opens, cast: Cast) -> HttpResponseBase:
    """The answer at this address, of the objects that the stage has for it."""
    url = reverse(name, kwargs=dict(view.keywords(cast)))
    more = {"content_type": "application/json"} if view.json else {}
    return getattr(client, view.method)(url, dict(view.data(cast)), **more)  # type: ignore[no-any-return]


def asks_to_sign_in(answer: HttpResponseBase) -> bool:
    """Whether it leads to the page where one signs in."""
    return answer.status_code == 302 and answer.headers["Location"].startswith(reverse("account_login"))


def wrongly_answered(member: str, furnished: Stage) -> dict[str, int]:
    """Address → status, where this member of the cast was let in or refused other than registered."""
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
            answer = ask(client, name, view, furnished.cast)
            transaction.set_rollback(True)
        refused = answer.status_code in {403, 404}
        # 400 and 422 refuse what was sent, 503 says that a service is down: to somebody who was let in.
        broken = answer.status_code >= 500 and answer.status_code != 503
        failed = answer.status_code in {401, 405} or broken or asks_to_sign_in(answer)
        if failed or refused == (member in view.members):
            wrong[name] = answer.status_code
    return wrong
