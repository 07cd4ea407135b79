"""A camera that is added to a system in use is recorded at once, and asked for its sign, its field and the reason of an overlap."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.law.duties.finding import LegalTerms
from custodes.places.assignment import build_assignment
from custodes.places.lifecycle.gathering import facts_of, owed_by
from custodes.places.lifecycle.guards import GUARDS
from custodes.places.models import Camera, CameraState, Probe, System, SystemState, TrialAddress
from custodes.places.register import adopt_trial
from tests.places.life.papers import paper
from tests.places.stage import Stage
from tests.places.test_fields_of_view import edit
from tests.upkeep.dates.told import told

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]
VIEW = {"longitude": "91.117201", "latitude": "29.657802", "azimuth": "45.5", "angle": "90", "reach": "60"}
VIEW |= {"place_reason": "东墙外是通学路，别处被树木遮挡"}


def in_use(stage: Stage, state: SystemState = SystemState.IN_USE, accepted_days_ago: int = 60) -> System:
    """Accepted a while ago; its two cameras have all that they need."""
    by, now = stage.cast.caretaker.person, timezone.now()
    System.objects.filter(pk=stage.school.pk).update(state=state)
    on = timezone.localdate() - datetime.timedelta(days=accepted_days_ago)
    CaseStep.objects.create(
        kind="places.system", about=stage.school.pk, seq=CaseStep.objects.count() + 1, case_id=stage.school.pk, event="accept", after="accepted",
        on=on, by=by, at=now - datetime.timedelta(days=accepted_days_ago),
    )  # fmt: skip
    sign = paper("标志", by, now)
    for number, camera in enumerate((stage.gate, stage.yard)):
        camera.sign_paper = sign
        for name, value in VIEW.items():
            setattr(camera, name, value)
        camera.longitude = f"91.1{number + 2}7201"
        camera.save()
        camera.refresh_from_db()
    return System.objects.get(pk=stage.school.pk)


def add(stage: Stage, at: datetime.datetime, **more: str) -> Camera:
    """One camera more, connected at `at` by the way that wizard, form and import share."""
    by = stage.cast.caretaker.person
    fields = {name: Camera._meta.get_field(name).to_python(value) for name, value in more.items()}  # type: ignore[union-attr]
    new = Camera.objects.create(
        system=System.objects.get(pk=stage.school.pk),
        number="0103",
        name="东墙",
        place="东墙灯杆",
        node=stage.node,
        **fields,
    )
    trial = TrialAddress.objects.create(camera=new, main_url="rtsp://10.1.2.9/ch1", by=by, at=at)
    probe = Probe.objects.create(
        camera=new.pk, person=by, system=new.system, at=at, ok=True, codec="H264", width=1920, height=1080
    )
    adopt_trial(new, trial, probe, by, at)
    return Camera.objects.get(pk=new.pk)


def lines(stage: Stage, member: str) -> list[str]:
    person = stage.cast.members[member].person
    return [one.label for one in told(person, timezone.now(), LegalTerms()) if one.label.startswith("补齐点位")]


@pytest.mark.parametrize("state", SystemState.values)
def test_only_a_system_that_may_be_watched_is_asked(stage: Stage, state: str) -> None:
    system = in_use(stage, SystemState(state))
    Camera.objects.filter(pk=stage.gate.pk).update(sign_paper=None)
    asked = state in (SystemState.ACCEPTED, SystemState.IN_USE, SystemState.LEGACY)
    assert bool(owed_by(system, timezone.localdate(), LegalTerms())) is asked


def test_an_added_camera_is_recorded_at_once_and_owes_sign_and_field_with_a_day(stage: Stage) -> None:
    system = in_use(stage)
    new = add(stage, timezone.now())
    assert new.pk in {one.id for one in build_assignment(stage.node).cameras}
    [owed] = owed_by(system, timezone.localdate(), LegalTerms())
    assert owed.camera == new
    assert [one.clause for one in owed.unmet] == ["S15"]
    assert "标志照片" in owed.unmet[0].reason_zh
    assert "采集范围" in owed.unmet[0].reason_zh
    assert owed.due is not None
    assert owed.due >= timezone.localdate() + datetime.timedelta(days=10)
    assert not owed.late


def test_after_the_units_own_term_it_is_late_and_still_recorded(stage: Stage) -> None:
    system = in_use(stage)
    new = add(stage, timezone.now() - datetime.timedelta(days=40))
    [owed] = owed_by(system, timezone.localdate(), LegalTerms())
    assert owed.late
    assert new.pk in {one.id for one in build_assignment(stage.node).cameras}


def test_what_was_there_before_has_no_day(stage: Stage) -> None:
    system = in_use(stage, SystemState.LEGACY)
    Camera.objects.filter(pk=stage.gate.pk).update(sign_paper=None, connected_at=timezone.now())
    [owed] = owed_by(system, timezone.localdate(), LegalTerms())
    assert owed.due is None


def test_an_added_camera_that_sees_what_others_see_is_asked_for_the_reason(stage: Stage) -> None:
    system = in_use(stage)
    seen = VIEW | {"longitude": str(stage.gate.longitude)}
    new = add(stage, timezone.now(), **seen)
    Camera.objects.filter(pk=new.pk).update(sign_paper=stage.gate.sign_paper)
    assert new.overlap_share == pytest.approx(1.0)
    [owed] = owed_by(system, timezone.localdate(), LegalTerms())
    assert [one.clause for one in owed.unmet] == ["S8.3"]
    Camera.objects.filter(pk=new.pk).update(overlap_reason="逆光时段互为补充，单台看不清")
    assert owed_by(system, timezone.localdate(), LegalTerms()) == []


def test_it_waits_for_its_own_unit_and_is_gone_when_it_is_complete(stage: Stage) -> None:
    in_use(stage)
    new = add(stage, timezone.now())
    assert lines(stage, "caretaker") == ["补齐点位的标志和采集范围：校门和操场"]
    assert "补齐点位的标志和采集范围：校门和操场" not in lines(stage, "outside_caretaker")
    assert lines(stage, "inspector") == []
    fields = {name: Camera._meta.get_field(name).to_python(value) for name, value in VIEW.items()}  # type: ignore[union-attr]
    Camera.objects.filter(pk=new.pk).update(sign_paper=stage.gate.sign_paper, **fields)
    assert lines(stage, "caretaker") == []


def test_the_pages_say_what_is_missing_and_to_somebody_elses_account_nothing(stage: Stage, client_of: Clients) -> None:
    system = in_use(stage)
    new = add(stage, timezone.now())
    for address in (system.get_absolute_url(), new.get_absolute_url(), reverse("places:added", args=[new.pk])):
        page = client_of("caretaker").get(address).content.decode()
        assert "点位还缺" in page, address
        assert "标志照片" in page, address
        assert client_of("outside_caretaker").get(address).status_code == 404


@pytest.mark.parametrize("event", ["begin_trial", "accept", "put_in_use"])
def test_a_field_that_is_turned_after_screening_is_asked_for_its_overlap_before_the_next_step(
    stage: Stage, client_of: Clients, event: str
) -> None:
    """The neighbour belongs to another unit: whoever turns the camera may not read where it is, so that the form can't ask (R9)."""
    in_use(stage, SystemState.COMPLETED)
    for name in VIEW:
        setattr(stage.lobby, name, getattr(stage.gate, name))
    stage.lobby.save()
    today = timezone.localdate()

    def asked() -> list[str]:
        system = System.objects.get(pk=stage.school.pk)
        return [one.clause for one in GUARDS[event](facts_of(system, today), today, today, LegalTerms())]

    assert "S8.3" not in asked()
    form = {
        "number": stage.gate.number, "name": stage.gate.name, "place": stage.gate.place, "view": "",
        "node": stage.gate.node_id, "record": "on", "retention_days": 30, "grade": 2, "revision": stage.gate.revision,
        **{name: getattr(stage.gate, name) for name in VIEW}, "azimuth": "46",
    }  # fmt: skip
    answer = client_of("caretaker").post(reverse("places:camera_edit", args=[stage.gate.pk]), form)
    assert answer.status_code == 302
    assert "S8.3" in asked()
    assert Camera.objects.get(pk=stage.gate.pk).state == CameraState.CONNECTED


@pytest.mark.clause("S15")
def test_why_it_stands_there_is_asked_of_every_camera_and_not_taken_for_granted(
    stage: Stage, client_of: Clients
) -> None:
    system = in_use(stage)
    today = timezone.localdate()
    assert owed_by(system, today, LegalTerms()) == []
    Camera.objects.filter(pk=stage.gate.pk).update(place_reason="……")
    assert GUARDS["put_in_use"](facts_of(system, today), today, today, LegalTerms())
    Camera.objects.filter(pk=stage.gate.pk).update(place_reason="")
    [owed] = owed_by(system, today, LegalTerms())
    assert "位置合理性说明" in owed.unmet[0].reason_zh
    stage.gate.refresh_from_db()
    answer = edit(client_of("caretaker"), stage.gate, **(VIEW | {"longitude": str(stage.gate.longitude)}))
    assert answer.status_code == 302
    assert owed_by(system, today, LegalTerms()) == []
