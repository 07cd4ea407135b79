"""Two people enter the main works of one system: the second is told, nothing is lost (R8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from custodes.people.models import RecordOutbox
from custodes.places.models import MainWorks
from tests.places.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
Clients = Callable[[str], Client]


def works(browser: Client, stage: Stage, **form: Any) -> Any:
    return browser.post(reverse("places:works", args=[stage.school.pk]), form)


def test_two_who_enter_the_main_works_are_told_even_when_neither_found_any(stage: Stage, client_of: Clients) -> None:
    assert works(client_of("caretaker"), stage, name="新教学楼", build="2026-05-01").status_code == 302
    answer = works(client_of("system_admin"), stage, name="教学楼扩建")
    assert answer.status_code == 422
    foreign = {one.name: one for one in answer.context["form"].foreign}
    assert (foreign["name"].now, foreign["name"].clash) == ("新教学楼", True)
    assert (foreign["build"].now, foreign["build"].clash) == ("2026-05-01", False)
    assert MainWorks.objects.get().name == "新教学楼"


def test_main_works_carry_their_revision_and_are_on_record(stage: Stage, client_of: Clients) -> None:
    browser = client_of("caretaker")
    works(browser, stage, name="新教学楼")
    page = browser.get(reverse("places:works", args=[stage.school.pk])).content.decode()
    assert '<input type="hidden" name="revision" value="1"' in page
    assert works(browser, stage, name="新教学楼", accept="2026-06-01", revision=1).status_code == 302
    held = MainWorks.objects.get()
    assert (str(held.accept), held.revision) == ("2026-06-01", 2)
    records = [row.record for row in RecordOutbox.objects.filter(type="config.changed").order_by("created_at")]
    assert [one["changes"] for one in records if one["object"] == "places.mainworks"][-1] == {
        "accept": [None, "2026-06-01"]
    }
    assert works(client_of("outside_caretaker"), stage, name="x").status_code == 404
