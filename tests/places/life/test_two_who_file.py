"""Unit and counter fill in one filing, two people the main works: the second is told, nothing is lost (R8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people.models import RecordOutbox
from custodes.places.filing import workflow
from custodes.places.filing.fields import OPTIONAL
from custodes.places.models import Filing, FilingState, MainWorks, PaperKind, RowEdit
from tests.places.life.answers import ANSWERS
from tests.places.life.papers import item
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]


def begun(stage: Stage) -> Filing:
    """At the counter, for a unit that came with papers: both may fill it in."""
    return workflow.begin(stage.school, stage.cast.inspector.person, timezone.now(), on_behalf=True)


def typed(**more: Any) -> dict[str, Any]:
    return ANSWERS | {f"unclear_{field.key}": "on" for field in OPTIONAL} | {"revision": 0} | more


def edit(browser: Client, filing: Filing, form: dict[str, Any]) -> Any:
    return browser.post(reverse("places:filing_edit", args=[filing.pk]), form)


def test_the_second_is_told_what_the_first_changed_and_nothing_is_kept_before_they_chose(
    stage: Stage, client_of: Clients
) -> None:
    filing = begun(stage)
    assert edit(client_of("inspector"), filing, typed(phone="0891-6320001")).status_code == 302
    answer = edit(client_of("caretaker"), filing, typed(phone="0891-6320002"))
    assert answer.status_code == 422
    foreign = {one.name: one for one in answer.context["form"].foreign}
    assert foreign["phone"].clash
    assert foreign["phone"].now == "0891-6320001"
    page = answer.content.decode()
    assert "他人已作修改" in page
    assert 'value="0891-6320002"' in page
    assert Filing.objects.get().content["phone"] == "0891-6320001"


def test_who_chose_keeps_their_own_or_takes_the_others(stage: Stage, client_of: Clients) -> None:
    filing, browser = begun(stage), client_of("caretaker")
    edit(client_of("inspector"), filing, typed(phone="0891-6320001", contact="德吉"))
    answer = edit(browser, filing, typed(phone="0891-6320002", contact="次仁"))
    revision = answer.context["form"]["revision"].value()
    form = typed(phone="0891-6320002", contact="次仁", revision=revision, theirs=["contact"])
    assert edit(browser, filing, form).status_code == 302
    said = Filing.objects.get().content
    assert (said["phone"], said["contact"]) == ("0891-6320002", "德吉")


def test_papers_and_unclear_answers_are_told_too(stage: Stage, client_of: Clients) -> None:
    by, now = stage.cast.caretaker.person, timezone.now()
    paper = item(stage.school, PaperKind.OTHER, "平面图", by, now)
    filing = begun(stage)
    edit(client_of("inspector"), filing, typed())
    first = typed(items=[str(paper.pk)], designer="高原设计院", revision=1)
    del first["unclear_designer"]
    assert edit(client_of("inspector"), filing, first).status_code == 302
    answer = edit(client_of("caretaker"), filing, typed(contact="德吉", revision=1))
    names = {one.name: one for one in answer.context["form"].foreign}
    assert names["items"].now == "平面图"
    assert "unclear_designer" in names
    revision = answer.context["form"]["revision"].value()
    again = {
        key: value
        for key, value in answer.context["form"].data.lists()
        if key not in ("revision", "csrfmiddlewaretoken")
    }
    assert edit(client_of("caretaker"), filing, again | {"revision": revision}).status_code == 302
    row = Filing.objects.get()
    assert list(row.items.all()) == [paper]
    assert "designer" not in row.unclear
    assert row.content["contact"] == "德吉"


def test_a_form_that_was_drawn_without_a_revision_has_seen_nothing(stage: Stage, client_of: Clients) -> None:
    filing = begun(stage)
    edit(client_of("inspector"), filing, typed(phone="0891-6320001"))
    blind = typed(phone="0891-6320002")
    del blind["revision"]
    assert edit(client_of("caretaker"), filing, blind).status_code == 422


def test_what_was_checked_is_what_is_handed_in(stage: Stage, client_of: Clients) -> None:
    filing, browser = begun(stage), client_of("caretaker")
    edit(browser, filing, typed())
    seen = Filing.objects.get().revision
    assert f'name="revision" value="{seen}"' in browser.get(filing.get_absolute_url()).content.decode()
    edit(client_of("inspector"), filing, typed(retention="60", revision=seen))
    answer = browser.post(reverse("places:filing_submit", args=[filing.pk]), {"revision": seen})
    assert answer.status_code == 422
    assert "重新核对" in answer.content.decode()
    assert Filing.objects.get().state == FilingState.DRAFT
    browser.post(reverse("places:filing_submit", args=[filing.pk]), {"revision": seen + 1})
    assert Filing.objects.get().state == FilingState.SUBMITTED


def test_saving_the_same_again_is_no_edit(stage: Stage, client_of: Clients) -> None:
    filing, browser = begun(stage), client_of("caretaker")
    edit(browser, filing, typed())
    edit(browser, filing, typed(revision=1))
    assert Filing.objects.get().revision == 1
    assert RowEdit.objects.filter(object="places.filing").count() == 1


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
