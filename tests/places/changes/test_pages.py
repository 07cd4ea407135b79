"""The pages of a change: what they ask, what they keep, who does what on them, what waits for whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Post, RecordOutbox
from custodes.places.models import ChangeCase, ChangeState, System, SystemState
from tests.places.changes.cases import approved, days, done, filed, found, moved, requested, turned, upload
from tests.places.stage import Stage
from tests.upkeep.dates.told import told

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]


def page(browser: Client, case: ChangeCase) -> str:
    return browser.get(case.get_absolute_url()).content.decode()


def asked(stage: Stage, **more: Any) -> dict[str, Any]:
    return {"kind": "turn", "cameras": [str(stage.gate.pk)], "wanted": "朝向人行道", "why": "校门外移"} | more


def waiting(stage: Stage, member: str) -> list[str]:
    found = told(stage.cast.members[member].person, timezone.now(), LegalTerms())
    return [one.label for one in found if "变更" in one.label or "擅自" in one.label]


def test_a_school_changes_the_direction_of_a_camera_on_the_pages(stage: Stage, client_of: Clients) -> None:
    caretaker, approver = client_of("caretaker"), client_of("approver")
    caretaker.post(reverse("places:change_request", args=[stage.school.pk]), asked(stage))
    case = ChangeCase.objects.get()
    assert "缺少“校门”变更前的画面或照片" in page(caretaker, case)
    decide = reverse("places:change_approve", args=[case.pk])
    assert approver.post(decide, {"revision": 0}).status_code == 422
    add = reverse("places:change_picture_add", args=[case.pk])
    picture = {"camera": str(stage.gate.pk), "moment": "before", "file": upload()}
    assert caretaker.post(add, picture).status_code == 302
    assert "批准变更" in page(approver, case)
    assert approver.post(decide, {"revision": 0, "words": "同意"}).status_code == 302
    assert "“校门”的登记还是变更前的内容" in page(caretaker, case)
    turned(stage, stage.gate)
    picture = {"camera": str(stage.gate.pk), "moment": "after", "file": upload(colour="black")}
    assert caretaker.post(add, picture).status_code == 302
    assert (
        caretaker.post(reverse("places:change_carry_out", args=[case.pk]), {"on": days(0).isoformat()}).status_code
        == 302
    )
    assert ChangeCase.objects.get().state == ChangeState.DONE
    assert "随首次备案一并申报" in page(caretaker, case)
    life = client_of("inspector").get(reverse("places:life", args=[stage.school.pk])).content.decode()
    assert "登记变更已实施" in life


def test_a_refusal_without_words_stays_on_the_page(stage: Stage, client_of: Clients) -> None:
    case = requested(stage)
    address = reverse("places:change_refuse", args=[case.pk])
    answer = client_of("approver").post(address, {"revision": 0})
    assert answer.status_code == 422
    assert "请写明不予批准的理由" in answer.content.decode()
    client_of("approver").post(address, {"revision": 0, "words": "会拍到居民楼"})
    assert "会拍到居民楼" in page(client_of("caretaker"), case)


def test_an_approver_who_read_an_older_request_is_told_and_keeps_their_words(stage: Stage, client_of: Clients) -> None:
    case = requested(stage)
    amend = reverse("places:change_amend", args=[case.pk])
    drawn = client_of("caretaker").get(amend).content.decode()
    assert 'name="revision" value="0"' in drawn
    data = asked(stage, kind="move", wanted="对面墙上", revision=0)
    assert client_of("caretaker").post(amend, data).status_code == 302
    decide = reverse("places:change_approve", args=[case.pk])
    answer = client_of("approver").post(decide, {"revision": 0, "words": "同意朝南"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "修改了申请内容" in text
    assert 'value="同意朝南"' in text
    assert "对面墙上" in text
    assert client_of("approver").post(decide, {"revision": 1, "words": "同意"}).status_code == 302


def test_two_who_amend_one_request_lose_nothing_unread(stage: Stage, client_of: Clients) -> None:
    case = requested(stage)
    amend = reverse("places:change_amend", args=[case.pk])
    assert client_of("caretaker").post(amend, asked(stage, revision=0)).status_code == 302
    answer = client_of("system_admin").post(amend, asked(stage, wanted="朝北", revision=0))
    assert answer.status_code == 422
    assert "朝北" in answer.content.decode()
    assert ChangeCase.objects.get().wanted == "朝向人行道"


@pytest.mark.parametrize(
    ("spoiled", "field"),
    [
        ({"cameras": []}, "cameras"),
        ({"why": ""}, "why"),
        ({"kind": "retention", "cameras": [], "was": ""}, "was"),
        ({"cameras": ["00000000-0000-0000-0000-000000000000"]}, "cameras"),
    ],
)
def test_what_a_request_lacks_stands_at_its_field(
    stage: Stage, client_of: Clients, spoiled: dict[str, Any], field: str
) -> None:
    answer = client_of("caretaker").post(
        reverse("places:change_request", args=[stage.school.pk]), asked(stage, **spoiled)
    )
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_police_enter_what_they_found_and_the_unit_restores_it(stage: Stage, client_of: Clients) -> None:
    inspector, caretaker = client_of("inspector"), client_of("caretaker")
    data = asked(stage, on=days(-1).isoformat())
    assert inspector.post(reverse("places:change_find", args=[stage.school.pk]), data).status_code == 302
    case = ChangeCase.objects.get()
    assert case.unauthorised
    for member in ("caretaker", "approver", "inspector"):
        assert waiting(stage, member) == ["擅自改变，待处理：校门和操场"]
    restore = reverse("places:change_restore", args=[case.pk])
    assert caretaker.post(restore, {"on": days(0).isoformat()}).status_code == 422
    picture = {"camera": str(stage.gate.pk), "moment": "after", "file": upload()}
    caretaker.post(reverse("places:change_picture_add", args=[case.pk]), picture)
    assert caretaker.post(restore, {"on": days(0).isoformat()}).status_code == 302
    assert ChangeCase.objects.get().state == ChangeState.RESTORED
    assert "事先未经批准的改变" in page(inspector, case)


def test_the_approver_decides_that_it_stays(stage: Stage, client_of: Clients) -> None:
    filed(stage)
    case = found(stage)
    moved(stage, stage.gate)
    picture = {"camera": str(stage.gate.pk), "moment": "after", "file": upload()}
    client_of("caretaker").post(reverse("places:change_picture_add", args=[case.pk]), picture)
    keep = reverse("places:change_keep", args=[case.pk])
    assert client_of("approver").post(keep, {"words": ""}).status_code == 422
    assert client_of("approver").post(keep, {"words": "新方向看得到路口"}).status_code == 302
    assert waiting(stage, "caretaker") == ["办理变更备案：校门和操场"]


def _forget_changes() -> None:
    CaseStep.objects.filter(kind="places.changecase").delete()  # a case of which steps are kept stays
    ChangeCase.objects.all().delete()


def test_each_waits_for_whom_it_concerns_and_for_nobody_else(stage: Stage) -> None:
    case = requested(stage)
    assert waiting(stage, "approver") == ["待审批的变更：校门和操场"]
    for member in ("caretaker", "inspector", "outside_caretaker", "operator"):
        assert waiting(stage, member) == []
    _forget_changes()
    approved(stage)
    assert waiting(stage, "caretaker") == ["实施变更并登记：校门和操场"]
    assert waiting(stage, "approver") == []
    _forget_changes()
    filed(stage)
    case = done(stage)
    assert waiting(stage, "caretaker") == ["办理变更备案：校门和操场"]
    assert waiting(stage, "outside_caretaker") == []
    ChangeCase.objects.filter(pk=case.pk).update(done_on=days(-200))
    (late,) = [one for one in told(stage.cast.caretaker.person, timezone.now(), LegalTerms()) if "变更" in one.label]
    assert late.late


def test_a_change_before_anything_is_filed_goes_with_the_first_filing(stage: Stage) -> None:
    done(stage)
    assert waiting(stage, "caretaker") == []
    assert "办理备案：校门和操场" in [
        one.label for one in told(stage.cast.caretaker.person, timezone.now(), LegalTerms())
    ]


@pytest.mark.parametrize("make", [requested, found, approved, done])
def test_of_a_system_that_is_gone_nothing_waits(stage: Stage, make: Callable[[Stage], ChangeCase]) -> None:
    filed(stage)
    make(stage)
    assert any(waiting(stage, member) for member in ("caretaker", "approver", "inspector"))
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.REMOVED)
    assert not any(waiting(stage, member) for member in ("caretaker", "approver", "inspector"))


def test_where_nobody_may_decide_the_page_says_what_to_do(stage: Stage, client_of: Clients) -> None:
    case = requested(stage)
    assert "还没有可以审批的人员" not in page(client_of("caretaker"), case)
    post = stage.cast.approver.post
    assert post is not None
    Post.objects.filter(pk=post.pk).delete()
    assert "还没有可以审批的人员" in page(client_of("caretaker"), case)


def test_a_picture_is_read_on_record_as_a_file_to_keep(stage: Stage, client_of: Clients) -> None:
    case = requested(stage)
    picture = case.pictures.get()
    address = reverse("places:change_picture", args=[case.pk, picture.pk])
    answer = client_of("approver").get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert RecordOutbox.objects.filter(type="paper.read").count() == 1
    assert client_of("outside_caretaker").get(address).status_code == 404
    small = reverse("places:change_thumbnail", args=[case.pk, picture.pk])
    assert client_of("caretaker").get(small)["Content-Type"] == "image/png"


def test_a_file_that_is_no_picture_is_refused_at_its_field(stage: Stage, client_of: Clients) -> None:
    case = requested(stage, pictured=False)
    data = {"camera": str(stage.gate.pk), "moment": "before", "file": upload("校门.pdf")}
    answer = client_of("caretaker").post(reverse("places:change_picture_add", args=[case.pk]), data)
    assert answer.status_code == 422
    assert not case.pictures.exists()


def test_the_list_shows_ones_own_alone_and_by_state(stage: Stage, client_of: Clients) -> None:
    requested(stage)
    address = reverse("places:change_list")
    assert "校门和操场" in client_of("caretaker").get(address).content.decode()
    assert "校门和操场" not in client_of("caretaker").get(address + "?state=closed").content.decode()
    assert "校门和操场" not in client_of("outside_caretaker").get(address).content.decode()
    assert "校门和操场" not in client_of("operator").get(address).content.decode()
