"""The work list as a file: all lines, one's own alone, on record; and what the desk shows of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from custodes.people.models import RecordOutbox
from custodes.places.models import System, SystemState
from custodes.web import workbench
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]


def rows(browser: Client) -> list[dict[str, str]]:
    """Lines of the file."""
    answer = browser.get(reverse("upkeep:work_file", args=["csv"]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def many(stage: Stage) -> Stage:
    """More systems that nobody has filed than a page shows."""
    System.objects.bulk_create(
        System(site=stage.school.site, name=f"系统 {each:02}", unit=stage.school.unit, state=SystemState.LEGACY)
        for each in range(60)
    )
    return stage


def test_the_file_has_all_the_page_the_first_and_the_desk_fewer(many: Stage, client_of: Clients) -> None:
    browser = client_of("caretaker")
    late = [row for row in rows(browser) if row["类别"] == "逾期"]
    assert len(late) == 61
    assert {row["事项"] for row in late} == {"办理备案"}
    page, desk = (browser.get(address).content.decode() for address in (reverse("upkeep:dates"), "/"))
    assert page.count("办理备案：") == 50
    assert "共 61 项" in page
    assert desk.count("办理备案：") == workbench.MOST
    assert f"还有 {61 - workbench.MOST} 项" in desk
    assert RecordOutbox.objects.get(type="list.exported").record["list"] == "work"


def test_others_have_their_own_and_no_link_to_what_they_may_not_open(many: Stage, client_of: Clients) -> None:
    assert not [row for row in rows(client_of("outside_caretaker")) if "系统 0" in row["名称"]]
    link = reverse("upkeep:work_file", args=["csv"])
    assert link in client_of("caretaker").get(reverse("upkeep:dates")).content.decode()
    for member in ("bystander", "officer"):
        assert link not in client_of(member).get(reverse("upkeep:dates")).content.decode()
    assert client_of("bystander").get(link).status_code == 403
    assert not rows(client_of("officer"))  # who takes requests may have lines, and has none here
