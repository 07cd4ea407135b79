"""Fixtures that every room's tests may use. Each room adds its own in `tests/ROOM/conftest.py`."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests import day, leftovers, longest, migrated, outcomes, rings
from tests.clause_marks import _marked_clauses_are_tried  # noqa: F401  # a fixture of every test

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoDbBlocker

    from tests.access.notary import FakeNotary
    from tests.cast import Cast
    from tests.places.stage import Stage


# How long an example takes says something about the machine, not about the behaviour; figures live in bench/.
for _profile, _examples in {"dev": 20, "ci": 50, "full": 100, "deep": 1000}.items():
    hypothesis.settings.register_profile(_profile, deadline=None, max_examples=_examples)
hypothesis.settings.load_profile(os.environ.get("CUSTODES_TEST_EXAMPLES", "ci"))

MIGRATED_ROWS = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """What tests leave behind is looked for where they run; how they ended is written by the process that all of it comes to."""
    worker = hasattr(config, "workerinput")
    if worker or not config.getoption("numprocesses", None):
        config.pluginmanager.register(leftovers.Leftovers())
        config.pluginmanager.register(day.OneDay())
    if worker:
        config.pluginmanager.register(outcomes.WorkerUse())
    elif file := os.environ.get("CUSTODES_TEST_OUTCOMES"):
        config.pluginmanager.register(outcomes.Outcomes(Path(file)))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Modules and items are a million objects of which none goes again: the garbage collector walks over them neither now nor later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Marks come before the choice by ``-m``, the order after all else: among workers the longest files begin first (``--no-loadscope-reorder``)."""
    for item in items:
        if _commits(item):  # of races and locks
            item.add_marker("postgresql")
    rings.mark_whole(items)
    yield
    if hasattr(config, "workerinput"):
        longest.longest_first(items)


@pytest.fixture(scope="session", autouse=True)
def _translations() -> None:
    """Compile the catalogues, which are not committed."""
    from custodes.web import catalogue

    catalogue.compile_catalogues()


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_listed_once() -> Iterator[None]:
    """Every test client makes its middleware anew, and each would list and describe all static files: a tenth of a page's time."""
    from django.conf import settings

    from custodes.web.middleware.static import Static

    listed: dict[str, Any] = {}
    list_all = Static.add_files_from_finders

    def list_once(self: Static) -> None:
        folders = str(settings.STATICFILES_DIRS)
        if folders not in listed:
            list_all(self)
            listed[folders] = self.files
        self.files = listed[folders]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Static, "add_files_from_finders", list_once)
        yield


@pytest.fixture(autouse=True)
def _plain_language() -> Iterator[None]:
    """Every test begins in the installation's language, whatever the one before it activated."""
    from django.utils import translation

    with translation.override("zh-hans"):
        yield


def _test_database() -> Path | None:
    """The file that this process's tests run on; None on PostgreSQL."""
    from django.db import connection

    return Path(connection.settings_dict["TEST"]["NAME"]) if connection.vendor == "sqlite" else None


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest, django_db_modify_db_settings: None) -> bool:
    """Whether the tests begin with a database that an earlier run migrated."""
    database = _test_database()
    if database is None or not migrated.place().exists():
        return bool(request.config.getvalue("reuse_db"))
    migrated.fetch(database)
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_keepdb: bool) -> None:
    """Keep the database that was migrated just now, before a test has touched it."""
    database = _test_database()
    if database is not None and not django_db_keepdb:
        migrated.keep(database)


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return marker is not None and bool(marker.kwargs.get("transaction"))


@pytest.fixture(scope="session")
def migrated_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> str:
    """What the migrations wrote (the divisions of Lhasa), as it stood before any test that commits."""
    from django.core import serializers

    from custodes.people.models import Division

    with django_db_blocker.unblock():
        return str(serializers.serialize("json", Division.objects.order_by("path")))


@pytest.fixture(autouse=True)
def _remember_migrated_rows(request: pytest.FixtureRequest) -> None:
    if _commits(request.node):
        request.node.stash[MIGRATED_ROWS] = request.getfixturevalue("migrated_rows")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test that commits leaves empty tables; the tests behind it on this worker find the migrated rows again."""
    yield
    rows = item.stash.get(MIGRATED_ROWS, None)
    if rows is None or nextitem is None:  # behind the last test the database itself is gone
        return
    from django.core import serializers
    from pytest_django.plugin import blocking_manager_key

    with item.config.stash[blocking_manager_key].unblock():
        for row in serializers.deserialize("json", rows):
            row.save()


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


@pytest.fixture
def stage(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The places of `tests/places/stage.py`, with a worker inside the test instead of a node."""
    import httpx

    from custodes.places import node_client
    from custodes.places.keys import control_key
    from custodes.settings import get_settings
    from tests.places import stage as stage_module

    stage_module.make_key_folders(get_settings().keys_folder)
    worker = stage_module.FakeWorker(control_key().public_key())
    monkeypatch.setattr(node_client, "TRANSPORT", httpx.MockTransport(worker))
    return stage_module.build(cast, worker)


@pytest.fixture
def notary(monkeypatch: pytest.MonkeyPatch) -> FakeNotary:
    """A notary inside the test, in place of the socket."""
    from custodes.access import grants
    from custodes.people import delivery as line
    from custodes.places.lifecycle import stepping
    from tests.access.notary import FakeNotary

    fake = FakeNotary()
    monkeypatch.setattr(grants, "notary", lambda: fake)
    monkeypatch.setattr(line, "notary", lambda: fake)
    monkeypatch.setattr(stepping, "notary", lambda: fake)
    return fake
