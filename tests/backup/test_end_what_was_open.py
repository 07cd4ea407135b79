"""After a restore nobody looks on under a grant or a session of before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from custodes.access.models import Grant
from custodes.backup.restoring import end_what_was_open
from custodes.people.models import RecordOutbox
from tests.access.notary import FakeNotary
from tests.access.test_views_api import ask
from tests.places.stage import Stage


@pytest.mark.django_db(transaction=True)
def test_grants_and_sessions_of_before_are_over_and_on_record(
    stage: Stage, client_of: Callable[[str], Client], notary: FakeNotary
) -> None:
    stage.on_duty()
    browser = client_of("operator")
    assert ask(browser, stage.gate).status_code == 201
    assert Session.objects.exists()
    assert end_what_was_open() == 1
    assert not Session.objects.exists()
    assert not Grant.objects.open().exists()
    [record] = RecordOutbox.objects.filter(type="revocation")
    assert record.record["grants"] == [str(Grant.objects.get().id)]
    assert ask(browser, stage.gate).status_code in (302, 401, 403)
    assert end_what_was_open() == 0
