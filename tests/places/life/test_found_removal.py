"""A removal that nobody reported and somebody found: entered as it was, ended as restored or as gone for good, its facts at hand for S40 and N30."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Entrustment, EntrustmentKind, EntrustmentState
from custodes.places.changes.clock import unfiled
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.models import (
    Camera,
    CameraState,
    ChangeKind,
    Filing,
    FilingState,
    Removal,
    RemovalGround,
    Site,
)
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.waits import systems
from tests.places.life import removals as workflow
from tests.places.life.test_removal import days, planned, reported
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]


def seen(stage: Stage, **more: Any) -> dict[str, Any]:
    """What the form is sent: the gate's camera went a week ago, and was missed yesterday."""
    return {
        "what": "cameras", "cameras": [stage.gate.pk], "why": "立柱上没有设备，线缆被剪断", "found_on": days(-1),
        "found_by": "值班员扎西（城关区第一小学）", "gone_on": days(-7), "remover": "own", "removed_by": "学校后勤",
    } | more  # fmt: skip


def found(stage: Stage, browser: Client, **more: Any) -> Removal:
    answer = browser.post(reverse("places:removal_find", args=[stage.school.pk]), seen(stage, **more))
    assert answer.status_code == 302, answer.content.decode()
    return Removal.objects.latest("drafted_at")


def state_of(camera: Camera) -> str:
    return Camera.objects.get(pk=camera.pk).state


@pytest.mark.clause("S18a", "S35(1)", "N23(2)")
def test_it_is_told_as_it_was_and_its_cameras_go_on_until_it_is_settled(stage: Stage, client_of: Clients) -> None:
    browser = client_of("caretaker")
    row = found(stage, browser)
    assert (row.state, row.unauthorised, row.gone_on, row.found_on) == ("found", True, days(-7), days(-1))
    assert state_of(stage.gate) == CameraState.CONNECTED, "what is missing is owed until somebody says what it is"
    finding = workflow.finding_of(row, days(0), LegalTerms())
    assert {"S18a", "S40", "N30"} == set(finding.clauses)
    page = browser.get(row.get_absolute_url()).content.decode()
    for words in ("立柱上没有设备", "值班员扎西", "学校后勤", "未报告即拆除", "擅自拆除"):
        assert words in page
    assert CaseStep.objects.get(case_id=row.pk).event == "find"
    listed = browser.get(reverse("places:removal_list")).content.decode()
    assert str(RemovalGround.OTHER.label) not in listed, "nobody gave a ground"
    for member in ("caretaker", "approver", "inspector"):
        asking = Asking(stage.cast.members[member].person, timezone.now(), LegalTerms(), 20)
        told = [each.name for one in systems.gather_filings(asking) for each in one.rows]
        assert "擅自拆除，待处理：校门和操场" in told, member
    stranger = client_of("outside_caretaker")
    assert stranger.post(reverse("places:removal_find", args=[stage.school.pk]), seen(stage)).status_code == 404
    for name in ("restore", "confirm"):
        url = reverse(f"places:removal_{name}", args=[row.pk])
        assert stranger.post(url, {"on": days(0), "words": "已处理"}).status_code in (403, 404)


def test_the_police_calculate_s40_and_n30_from_its_facts(stage: Stage, client_of: Clients) -> None:
    """From the found removal's page into the calculator, with nothing typed again."""
    Site.objects.filter(pk=stage.school.site.pk).update(basis="N7.2-2")
    row = found(stage, client_of("caretaker"), grave="on")
    police = client_of("inspector")
    page = police.get(row.get_absolute_url()).content.decode()
    href = unescape(re.search(r'href="([^"]+clause=S40[^"]*)"', page)[1])  # type: ignore[index]
    memo = police.get(href).content.decode()
    assert "条例第三十条" in memo or "N30" in memo
    answer = police.get(href)
    assert not answer.context["wrong"]
    given = answer.context["form"].cleaned_data
    assert (given["conduct_to"], given["discovered"]) == (days(-7), days(-1))
    assert (given["n7_system"], given["building_or_using_unit"], given["grave"]) == ("yes", "yes", True)
    assert answer.context["memo"] is not None
    assert "clause=S40" not in client_of("caretaker").get(row.get_absolute_url()).content.decode()
    other = found(stage, client_of("caretaker"), cameras=[stage.yard.pk], remover="person", removed_by="某路人")
    assert "clause=N30" in police.get(other.get_absolute_url()).content.decode()


def test_it_ends_as_restored_with_words_and_stays_an_incident(stage: Stage, client_of: Clients) -> None:
    browser = client_of("caretaker")
    row = found(stage, browser)
    url = reverse("places:removal_restore", args=[row.pk])
    assert browser.post(url, {"on": days(0), "words": ""}).status_code == 422
    assert browser.post(url, {"on": days(-3), "words": "已装回"}).status_code == 422, "before it was found"
    assert browser.post(url, {"on": days(0), "words": "原位装回同型号设备"}).status_code == 302
    row = Removal.objects.get(pk=row.pk)
    assert (row.state, row.unauthorised, row.removed_on) == ("restored", True, None)
    assert state_of(stage.gate) == CameraState.CONNECTED


def test_it_ends_as_gone_for_good_by_another_persons_word_and_its_change_is_filed(
    stage: Stage, client_of: Clients
) -> None:
    by, now = stage.cast.caretaker.person, timezone.now()
    Filing.objects.create(
        system=stage.school,
        kind="initial",
        state=FilingState.FILED,
        submitted_on=days(-300),
        drafted_by=by,
        drafted_at=now,
    )
    row = found(stage, client_of("caretaker"))
    url = reverse("places:removal_confirm", args=[row.pk])
    words = {"on": days(0), "words": "道路已拓宽，原位不能恢复"}
    assert client_of("caretaker").post(url, words).status_code in (403, 404)
    with pytest.raises(StepRefused, match="其他岗位"):
        workflow.confirm(row, Taken(by, now, days(0), "不再恢复"))
    approver = stage.cast.approver.person
    Removal.objects.filter(pk=row.pk).update(drafted_by=approver)
    with pytest.raises(StepRefused, match="不能认定自己登记"):
        workflow.confirm(row, Taken(approver, now, days(0), "不再恢复"))
    Removal.objects.filter(pk=row.pk).update(drafted_by=by)
    handed = Entrustment.objects.create(
        kind=EntrustmentKind.RESET, person=by, made_by=stage.cast.security_admin.person, made_at=now,
        state=EntrustmentState.CONFIRMED, decided_by=stage.cast.approver.person, decided_at=now,
    )  # fmt: skip
    answer = client_of("approver").post(url, words)
    assert (answer.status_code, "不视为相互独立的两人" in answer.content.decode()) == (422, True)
    handed.delete()
    assert client_of("approver").post(url, {**words, "words": ""}).status_code == 422
    assert client_of("approver").post(url, words).status_code == 302
    row = Removal.objects.get(pk=row.pk)
    assert (row.state, row.unauthorised, row.removed_on) == ("removed", True, days(-7))
    assert row.decided_by == stage.cast.approver.person
    assert state_of(stage.gate) == CameraState.RETIRED
    assert state_of(stage.yard) == CameraState.CONNECTED
    assert unfiled(row), "what was filed names a camera that is gone (N14)"
    assert client_of("approver").post(url, words).status_code == 422, "once"


@pytest.mark.parametrize(
    "less",
    [
        {"cameras": []}, {"why": "……"}, {"found_by": ""}, {"found_on": ""}, {"remover": ""}, {"found_on": 1},
        {"gone_on": 0},
    ],
)  # fmt: skip
def test_without_what_when_and_by_whom_it_is_not_entered(
    stage: Stage, client_of: Clients, less: dict[str, Any]
) -> None:
    # Days are counted when the test runs: it may have been collected before midnight.
    sent = seen(stage, **{name: days(one) if isinstance(one, int) else one for name, one in less.items()})
    answer = client_of("caretaker").post(reverse("places:removal_find", args=[stage.school.pk]), sent)
    assert answer.status_code == 422
    assert not Removal.objects.exists()


def test_one_that_was_reported_and_done_before_its_day_is_a_persons_to_judge(stage: Stage, client_of: Clients) -> None:
    early = reported(planned(stage, 20, stage.gate), 10)
    row = found(stage, client_of("inspector"), gone_on="")
    assert workflow.finding_of(row, days(0), LegalTerms()).status.value == "review"
    assert early.state == "reported"
    unmet = client_of("caretaker").post(reverse("places:removal_find", args=[stage.school.pk]), seen(stage))
    assert "已经登记，待处理" in unmet.content.decode()


def test_a_found_change_is_no_way_to_enter_a_removal(stage: Stage, client_of: Clients) -> None:
    form = {"kind": ChangeKind.REMOVE, "cameras": [stage.gate.pk], "wanted": "没有了", "why": "发现", "on": days(0)}
    answer = client_of("caretaker").post(reverse("places:change_find", args=[stage.school.pk]), form)
    assert answer.status_code in (400, 422)
    assert "登记擅自拆除" in answer.content.decode()
