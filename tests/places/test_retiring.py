"""Nobody stops a camera in use alone: a removal, a replacement in place or an order with a day, by two; past its day an alarm (S18, S34(6))."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.access.models import Grant
from custodes.law.duties.finding import LegalTerms
from custodes.people import posts
from custodes.people.models import Account, Person, PostKind, RecordOutbox, Unit, UnitKind
from custodes.places import deciding, retiring
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.models import (
    Camera,
    CameraState,
    Probe,
    RemovalGround,
    Retirement,
    System,
    SystemRole,
    SystemRoleKind,
    SystemState,
    TrialAddress,
)
from custodes.places.register import adopt_trial
from custodes.upkeep.alarms.conditions.outofuse import look
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.waits import people
from tests.cast import SINCE
from tests.day import morning
from tests.places.life import removals as removal
from tests.places.stage import Stage
from tests.places.test_fields_of_view import edit

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]
DAY = datetime.timedelta(days=1)


def state_of(camera: Camera) -> str:
    return Camera.objects.get(pk=camera.pk).state


def wish(**more: Any) -> dict[str, Any]:
    return {"basis": "replacement", "until": timezone.localdate() + 5 * DAY, "words": "镜头雾化，厂家来换"} | more


def asked(stage: Stage, browser: Client, camera: Camera | None = None, **more: Any) -> Any:
    return browser.post(reverse("places:camera_retire", args=[(camera or stage.gate).pk]), wish(**more))


def contractor(stage: Stage, kind: PostKind = PostKind.CARETAKER) -> Client:
    """Of a firm that tends the school's cameras."""
    firm = Unit.objects.create(name="某维护公司", kind=UnitKind.ENTERPRISE, division=stage.school.site.division)
    SystemRole.objects.create(
        system=stage.school, unit=firm, role=SystemRoleKind.MAINTAINER, since=datetime.date(2024, 6, 1)
    )
    person = Person.objects.create(name="维护员", unit=firm)
    account = Account.objects.create(username="contractor", person=person)
    posts.assign(person, firm, kind, by=None, at=SINCE)
    browser = Client()
    browser.force_login(account)
    return browser


def out(stage: Stage, camera: Camera, until: datetime.date) -> Retirement:
    """Out of use until that day, which may have passed since."""
    row = Retirement(camera=camera, basis="replacement", until=timezone.localdate(), words="更换镜头")
    row = retiring.ask(row, stage.cast.caretaker.person, timezone.now())
    row = deciding.approve(row, retiring.RULES, stage.cast.approver.person, timezone.now())
    Retirement.objects.filter(pk=row.pk).update(until=until)
    return Retirement.objects.get(pk=row.pk)


def alarms() -> list[str]:
    return [one.subject for one in look(timezone.now())]


def back(stage: Stage, camera: Camera) -> None:
    """A person tried its address and connects it."""
    by, now, row = stage.cast.caretaker.person, timezone.now(), Camera.objects.get(pk=camera.pk)
    trial = TrialAddress.objects.create(camera=row, main_url=row.main_url, by=by, at=now)
    probe = Probe.objects.create(camera=row.pk, person=by, system=row.system, at=now, ok=True, codec="H264")
    adopt_trial(row, trial, probe, by, now)


@pytest.mark.parametrize("who", ["caretaker", "contractor"])
def test_one_person_stops_no_camera_in_use_whatever_the_reason(stage: Stage, client_of: Clients, who: str) -> None:
    """The attack as it was found: one post with a reason, by who tends the camera."""
    browser = contractor(stage) if who == "contractor" else client_of(who)
    url = reverse("places:camera_retire", args=[stage.gate.pk])
    assert browser.post(url, {"reason": "杆件更换"}).status_code == 422
    assert state_of(stage.gate) == CameraState.CONNECTED
    with pytest.raises(StepRefused, match="不得由一人停用"):
        retiring.take_out(stage.gate, stage.cast.caretaker.person, "杆件更换", timezone.now())
    assert asked(stage, browser).status_code == 302
    row = Retirement.objects.get()
    for act in ("approve", "refuse"):
        page = browser.post(reverse("places:retirement_decide", args=[row.pk]), {act: "", "words": "同意"})
        assert page.status_code in (403, 422), "neither one's own, nor by a contractor's approver"
    assert state_of(stage.gate) == CameraState.CONNECTED
    assert edit(client_of("caretaker"), stage.gate, record="").status_code == 400, "nor by another switch"


def test_a_contractors_approver_decides_nothing_of_what_another_asked(stage: Stage, client_of: Clients) -> None:
    browser = contractor(stage, PostKind.APPROVER)
    asked(stage, client_of("caretaker"))
    answer = browser.post(reverse("places:retirement_decide", args=[Retirement.objects.get().pk]), {"approve": ""})
    assert answer.status_code == 422
    assert state_of(stage.gate) == CameraState.CONNECTED


def test_another_of_who_runs_it_approves_and_looks_stop(stage: Stage, notary: Any, client_of: Clients) -> None:
    stage.on_duty()
    client_of("operator").post(
        "/api/views", {"cameras": [str(stage.gate.pk)], "live": True}, content_type="application/json"
    )
    assert asked(stage, client_of("caretaker")).status_code == 302
    row, approver = Retirement.objects.get(), stage.cast.approver.person
    told = [
        each for one in people.gather_decisions(Asking(approver, timezone.now(), LegalTerms(), 20)) for each in one.rows
    ]
    assert "待批准停用：校门" in [one.name for one in told]
    for stranger in ("outsider", "outside_caretaker", "bystander"):
        page = client_of(stranger).post(reverse("places:retirement_decide", args=[row.pk]), {"approve": ""})
        assert page.status_code in (403, 404), stranger
    url = reverse("places:retirement_decide", args=[row.pk])
    assert client_of("approver").post(url, {"approve": "", "words": "同意"}).status_code == 302
    assert state_of(stage.gate) == CameraState.RETIRED
    assert Grant.objects.get().revoked_at is not None
    changes = [one.record["changes"] for one in RecordOutbox.objects.filter(record__object="places.camera")]
    assert {"state": ["connected", "retired"], "reason": [None, "镜头雾化，厂家来换"]} in changes
    page = client_of("caretaker").get(stage.gate.get_absolute_url()).content.decode()
    assert "停用中" in page
    assert alarms() == []
    back(stage, stage.gate)
    row.refresh_from_db()
    assert (row.state, row.ended_words) == ("ended", "已恢复接入")
    assert state_of(stage.gate) == CameraState.CONNECTED


@pytest.mark.parametrize(
    "less",
    [
        {"until": ""},
        {"basis": ""},
        {"words": "……"},
        {"until": datetime.date(2026, 1, 1)},
        {"until": morning().date() + 91 * DAY},
        {"basis": "order", "issuer": "城关区人民法院"},
        {"basis": "order", "order_number": "〔2026〕7号"},
    ],
)
def test_without_a_ground_a_day_or_a_reason_nothing_is_asked(
    stage: Stage, client_of: Clients, less: dict[str, Any]
) -> None:
    assert asked(stage, client_of("caretaker"), **less).status_code == 422
    assert not Retirement.objects.exists()


def test_what_outlasts_its_day_or_has_no_ground_is_an_alarm_until_it_is_back_or_removed(stage: Stage) -> None:
    yesterday = timezone.localdate() - DAY
    first = out(stage, stage.gate, yesterday)
    Camera.objects.filter(pk=stage.lobby.pk).update(state=CameraState.RETIRED)  # by nobody's leave
    assert alarms() == [f"camera:{stage.gate.pk}", f"camera:{stage.lobby.pk}"]
    back(stage, stage.gate)
    assert alarms() == [f"camera:{stage.lobby.pk}"]
    first.refresh_from_db()
    assert first.state == "ended"
    again = out(stage, stage.gate, yesterday)
    by, now = stage.cast.caretaker.person, timezone.now()
    wanted = removal.Wanted((stage.gate,), RemovalGround.CITY_WORKS, "修不好，立柱须迁走", timezone.localdate())
    row = removal.report(removal.plan(stage.school, wanted, by, now), Taken(by, now, timezone.localdate()))
    type(row).objects.filter(pk=row.pk).update(reported_on=timezone.localdate() - 15 * DAY)
    removal.carry_out(type(row).objects.get(pk=row.pk), Taken(by, now, timezone.localdate()), LegalTerms())
    again.refresh_from_db()
    assert (again.state, again.ended_words) == ("ended", "已拆除")
    assert alarms() == [f"camera:{stage.lobby.pk}"]


def test_what_one_person_had_stopped_while_that_was_enough_is_asked_for_on_its_page_and_raises_nothing(
    stage: Stage, client_of: Clients
) -> None:
    """An upgraded installation raised the alarm for years of cameras at once; an accepted one, for what its builder had stopped."""
    out(stage, stage.gate, timezone.localdate() - DAY)
    at = datetime.datetime(2025, 3, 5, 12, tzinfo=datetime.UTC)
    Camera.objects.filter(pk=stage.lobby.pk).update(state=CameraState.RETIRED, retired_at=at)
    Camera.objects.filter(pk=stage.lobby.pk).update(stopped_alone=True)
    assert alarms() == [f"camera:{stage.gate.pk}"], "what has a ground keeps its day"
    page = client_of("outside_caretaker").get(stage.lobby.get_absolute_url()).content.decode()
    assert "2025-03-05 由一人停用" in page
    assert "由一人停用" not in client_of("caretaker").get(stage.gate.get_absolute_url()).content.decode()
    back(stage, stage.gate)
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.TRIAL)
    retiring.take_out(Camera.objects.get(pk=stage.gate.pk), stage.cast.caretaker.person, "装错位置", timezone.now())
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.IN_USE)
    assert alarms() == [], "what its builder stopped before acceptance"
    assert "由一人停用" in client_of("caretaker").get(stage.gate.get_absolute_url()).content.decode()
    back(stage, stage.gate)
    Camera.objects.filter(pk=stage.gate.pk).update(state=CameraState.RETIRED)
    assert alarms() == [f"camera:{stage.gate.pk}"], "a camera that came back begins anew"


def test_before_acceptance_its_builder_stops_it_and_a_contractor_does_not(stage: Stage, client_of: Clients) -> None:
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.TRIAL)
    url = reverse("places:camera_retire", args=[stage.gate.pk])
    contractor(stage).post(url, {"reason": "装错位置"})
    assert state_of(stage.gate) == CameraState.CONNECTED
    client_of("caretaker").post(url, {"reason": " "})
    assert state_of(stage.gate) == CameraState.CONNECTED
    client_of("caretaker").post(url, {"reason": "装错位置"})
    assert state_of(stage.gate) == CameraState.RETIRED
