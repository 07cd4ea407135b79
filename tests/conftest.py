"""Fixtures that every room's tests may use. Each room adds its own in `tests/ROOM/conftest.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from tests.cast import Cast


@pytest.fixture(scope="session", autouse=True)
def _translations() -> None:
    """Compile the catalogues, which are not committed."""
    from custodes.web import catalogue

    catalogue.compile_catalogues()


@pytest.fixture(autouse=True)
def _plain_language() -> Iterator[None]:
    """Every test begins in the installation's language, whatever the one before it activated."""
    from django.utils import translation

    with translation.override("zh-hans"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast of `tests/cast.py`."""
    from tests.cast import build

    return build()


@pytest.fixture
def client_of(cast: Cast) -> Callable[[str], Client]:
    """``client_of("operator")``: a browser in which this member of the cast is signed in."""
    from django.test import Client

    def sign_in(name: str) -> Client:
        browser = Client()
        browser.force_login(cast.members[name].account)
        return browser

    return sign_in
