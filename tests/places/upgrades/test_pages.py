"""The pages of an upgrade order: the notice, the unit's answers, the recheck, what waits for whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CasePaper
from custodes.law.duties.finding import LegalTerms
from custodes.places.models import UpgradeOrder, UpgradePaperSort, UpgradeState
from tests.places.changes.cases import days, upload
from tests.places.stage import Stage
from tests.places.upgrades.orders import ordered, reported, with_paper
from tests.upkeep.dates.told import told

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]


def notice(**more: Any) -> dict[str, Any]:
    return {
        "checked": days(-5).isoformat(), "delivered": days(0).isoformat(), "days": 60, "guide": "城关区公安局",
        "guide_phone": "0891-0000000", "standard_1": "GB/T 28181", "found_1": "不能检索", "wanted_1": "更换录像设备",
    } | more  # fmt: skip


def waiting(stage: Stage, member: str, *groups: str) -> list[tuple[str, bool]]:
    found = told(stage.cast.members[member].person, timezone.now(), LegalTerms(), frozenset(groups))
    return [(one.label, one.late) for one in found if "升级改造" in one.label]


def test_police_order_the_school_answers_and_police_look_again(stage: Stage, client_of: Clients) -> None:
    police, school = client_of("inspector"), client_of("caretaker")
    assert police.post(reverse("places:upgrade_issue", args=[stage.school.pk]), notice()).status_code == 302
    order = UpgradeOrder.objects.get()
    assert order.shortfalls.get().wanted == "更换录像设备"
    today = {"on": days(0).isoformat()}
    plan = reverse("places:upgrade_plan", args=[order.pk])
    assert school.post(plan, today).status_code == 422
    add = reverse("places:upgrade_paper_add", args=[order.pk])
    for kind, event in (("plan", "plan"), ("done", "report")):
        assert school.post(add, {"sort": kind, "file": upload()}).status_code == 302
        assert school.post(reverse(f"places:upgrade_{event}", args=[order.pk]), today).status_code == 302
    assert school.post(add, {"sort": "recheck", "file": upload()}).status_code == 422  # not the unit's to add
    assert police.post(add, {"sort": "recheck", "file": upload()}).status_code == 302
    recheck = reverse("places:upgrade_recheck", args=[order.pk])
    alone = police.post(recheck, today | {"passed": "1", "checkers": "边巴"})
    assert alone.status_code == 422
    assert "复查人员不足二人" in alone.content.decode()
    assert 'value="边巴"' in alone.content.decode()
    assert police.post(recheck, today | {"passed": "1", "checkers": "边巴，扎西顿珠"}).status_code == 302
    assert UpgradeOrder.objects.get().state == UpgradeState.PASSED
    assert "复查合格" in school.get(reverse("places:life", args=[stage.school.pk])).content.decode()


@pytest.mark.parametrize(
    ("spoiled", "field"),
    [
        ({"standard_1": ""}, "standard_1"),
        ({"found_2": "电源无保护"}, "standard_2"),
        ({"days": 0}, "days"),
        ({"checked": "2026-13-01"}, "checked"),
        ({"delivered": days(1).isoformat()}, "delivered"),
    ],
)
def test_what_a_notice_lacks_stands_at_its_field(
    stage: Stage, client_of: Clients, spoiled: dict[str, Any], field: str
) -> None:
    answer = client_of("inspector").post(reverse("places:upgrade_issue", args=[stage.school.pk]), notice(**spoiled))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not UpgradeOrder.objects.exists()


def test_a_term_that_is_over_is_late_for_both_and_may_be_referred(stage: Stage, client_of: Clients) -> None:
    order = ordered(stage, 60, 30)
    assert waiting(stage, "caretaker") == [("报升级改造方案：校门和操场", True)]
    assert waiting(stage, "inspector") == []
    assert waiting(stage, "inspector", "supervised") == [("报升级改造方案：校门和操场", True)]
    assert waiting(stage, "outside_caretaker") == []
    page = client_of("caretaker").get(order.get_absolute_url()).content.decode()
    assert "期限已过" in page
    police, data = client_of("inspector"), {"on": days(0).isoformat(), "words": "电话催办两次"}
    assert police.post(reverse("places:upgrade_refer", args=[order.pk]), data).status_code == 302
    assert waiting(stage, "inspector") == []
    assert waiting(stage, "caretaker") == [("完成升级改造：校门和操场", True)]


def test_before_the_end_the_page_offers_no_referral_and_a_sent_one_is_refused(stage: Stage, client_of: Clients) -> None:
    order = ordered(stage)
    police = client_of("inspector")
    assert reverse("places:upgrade_refer", args=[order.pk]) not in police.get(order.get_absolute_url()).content.decode()
    answer = police.post(reverse("places:upgrade_refer", args=[order.pk]), {"on": days(0).isoformat()})
    assert answer.status_code == 422
    assert waiting(stage, "inspector") == []
    assert waiting(stage, "caretaker") == [("报升级改造方案：校门和操场", False)]


def test_what_is_said_to_be_done_waits_for_the_police(stage: Stage) -> None:
    reported(stage)
    assert waiting(stage, "caretaker") == []
    assert waiting(stage, "inspector") == [("待复查的升级改造：校门和操场", False)]


def test_papers_are_read_by_who_may_read_a_systems_papers(stage: Stage, client_of: Clients) -> None:
    order = with_paper(ordered(stage), stage, UpgradePaperSort.PLAN)
    address = reverse("places:upgrade_paper", args=[order.pk, CasePaper.objects.get(case_id=order.pk).pk])
    assert client_of("inspector").get(address)["Content-Disposition"].startswith("attachment")
    for member in ("outside_caretaker", "operator", "approver"):
        assert client_of(member).get(address).status_code in (403, 404)


def test_a_step_that_is_none_is_not_found_and_anothers_is_refused(stage: Stage, client_of: Clients) -> None:
    order, school, police = ordered(stage), client_of("caretaker"), client_of("inspector")
    page = order.get_absolute_url()
    assert (school.post(f"{page}do/burn/").status_code, police.post(f"{page}do/issue/").status_code) == (404, 404)
    assert school.post(reverse("places:upgrade_revoke", args=[order.pk])).status_code == 403
    assert police.post(reverse("places:upgrade_report", args=[order.pk])).status_code == 403
