"""The pages of holds: placing one by the form, what they say, and the two who release."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.db import close_old_connections, connection
from django.urls import reverse
from django.utils import timezone
from lxml import html

from custodes.access.holds import delivering
from custodes.access.models import Hold, HoldState
from custodes.cases.models import CaseStep
from custodes.people.lawful import StepRefused
from custodes.people.models import Paper, Person, Post, PostKind, RecordOutbox
from tests.access import hold_steps as stepping
from tests.access.hold_steps import Said
from tests.access.holding import place, push_here
from tests.cast import SINCE
from tests.patience import PATIENCE
from tests.people.papers.samples import pdf, upload

pytestmark = pytest.mark.postgresql


@pytest.fixture
def _pushed(monkeypatch):
    push_here(monkeypatch)


def approver(name, unit):
    """Another approver of the unit."""
    person = Person.objects.create(name=name, unit=unit)
    Post.objects.create(person=person, unit=unit, kind=PostKind.APPROVER, valid_from=SINCE)
    return person


def filled(*cameras, **changes):
    review = timezone.localdate() + datetime.timedelta(days=90)
    return {
        "cameras": [str(camera.pk) for camera in cameras], "begins": "2026-03-02T08:00", "ends": "2026-03-02T09:00:30",
        "basis": "case", "case_name": "校门口纠纷", "number": "城公调字1号", "asked_by": "城关区公安分局", "reason": "取证",
        "review_on": review.isoformat(), "q": "", **changes,
    }  # fmt: skip


@pytest.mark.usefixtures("_pushed")
def test_an_approver_holds_footage_with_its_letter(stage, client_of):
    answer = client_of("approver").post(
        reverse("access:hold_place"), filled(stage.gate, stage.yard) | {"paper": upload(pdf())}
    )
    row = Hold.objects.get()
    assert answer.status_code == 302
    assert answer.url == row.get_absolute_url()
    assert set(row.cameras.all()) == {stage.gate, stage.yard}
    assert row.placed_unit == stage.cast.units["a"]
    assert timezone.localtime(row.span_from).strftime("%Y-%m-%d %H:%M") == "2026-03-02 08:00"
    record = RecordOutbox.objects.get(type="hold.placed").record
    assert record["papers"] == [Paper.objects.get().sha256]
    page = client_of("approver").get(row.get_absolute_url()).content.decode()
    assert "尚未生效" not in page, "the workers answered while the page was made"
    assert "此前已删除" in page
    assert "城公调字1号" in page
    letter = reverse("access:hold_step_paper", args=[row.pk, Paper.objects.get().pk])
    assert letter in page
    auditor = client_of("auditor")
    assert letter not in auditor.get(row.get_absolute_url()).content.decode(), "only who places holds reads them"
    assert (client_of("inspector").get(letter).status_code, auditor.get(letter).status_code) == (200, 403)


def test_until_the_workers_answer_the_page_says_since_when_it_is_not_in_effect(stage, client_of, monkeypatch):
    push_here(monkeypatch)
    stage.worker.down = True
    client_of("approver").post(reverse("access:hold_place"), filled(stage.gate))
    row = Hold.objects.get()
    page = client_of("approver").get(row.get_absolute_url()).content.decode()
    assert "尚未生效" in page
    assert timezone.localtime(row.placed_at).strftime("%Y-%m-%d %H:%M:%S") in page
    assert f"node-1/{stage.gate.worker}" in page
    inspector = client_of("inspector")
    listed = {
        state: str(row.pk)
        in inspector.get(reverse("access:hold_list"), {"state": state} if state else {}).content.decode()
        for state in ("", "open", "waiting", "confirm", "review", "released", "all")
    }
    assert [state for state, there in listed.items() if there] == ["", "open", "waiting", "all"]
    listed_now = html.document_fromstring(inspector.get(reverse("access:hold_list")).content.decode())
    assert [one.text_content().strip() for one in listed_now.find_class("badge--danger")] == ["尚未生效"]


def test_a_search_offers_cameras_and_keeps_what_was_typed_and_chosen(stage, client_of):
    answer = client_of("approver").post(
        reverse("access:hold_place"), filled(stage.gate, find="1", q="操场", case_name="写了一半")
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "写了一半" in page
    assert f'value="{stage.yard.pk}"' in page
    assert f'value="{stage.gate.pk}"' in page
    assert page.count("checked") >= 1
    assert not Hold.objects.exists()


def test_nobody_holds_or_finds_a_camera_that_is_not_theirs(stage, client_of):
    found = client_of("approver").post(reverse("access:hold_place"), filled(find="1", q="大堂")).content.decode()
    assert str(stage.lobby.pk) not in found
    answer = client_of("approver").post(reverse("access:hold_place"), filled(stage.lobby))
    assert answer.status_code == 422
    assert not Hold.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"ends": "2026-03-02T07:00"}, {"number": ""}, {"case_name": ""}, {"reason": " "}, {"review_on": "2020-01-01"},
     {"begins": "x"}, {"basis": "request"}],
    ids=str,
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_held(stage, client_of, wrong):
    answer = client_of("approver").post(reverse("access:hold_place"), filled(stage.gate, **wrong))
    assert answer.status_code == 422
    assert not Hold.objects.exists()


def test_the_link_of_the_playback_page_fills_camera_and_span_in(stage, client_of):
    Post.objects.create(
        person=stage.cast.lead.person, unit=stage.cast.units["a"], kind=PostKind.APPROVER, valid_from=SINCE
    )
    stage.on_duty("lead")
    page = client_of("lead").get(reverse("access:camera", args=[stage.gate.pk]), {"at": "2026-03-02T08:05:00Z"})
    assert "保全" in page.content.decode()
    url = page.context["hold_url"]
    form = client_of("lead").get(url).context["form"]
    assert form.initial["cameras"] == [str(stage.gate.pk)]
    assert form.initial["begins"] == datetime.datetime(2026, 3, 2, 8, 0, tzinfo=datetime.UTC)
    assert form.initial["ends"] == datetime.datetime(2026, 3, 2, 8, 10, tzinfo=datetime.UTC)
    operator = client_of("operator").get(reverse("access:camera", args=[stage.gate.pk]))
    assert operator.context["hold_url"] == ""


@pytest.mark.usefixtures("_pushed")
def test_two_release_by_the_pages_and_the_first_can_not_confirm(stage, client_of):
    row = place(stage)
    step = {"words": "案件已办结", "number": "解字3号"}
    approver, inspector = client_of("approver"), client_of("inspector")
    assert approver.post(reverse("access:hold_ask_release", args=[row.pk]), step).status_code == 302
    page = approver.get(row.get_absolute_url())
    offered = [one["name"] for one in page.context["actions"]]
    assert ("confirm_release" in offered, page.context["first"], "decline_release" in offered) == (False, True, True)
    refused = approver.post(reverse("access:hold_confirm_release", args=[row.pk]), step)
    assert refused.status_code == 422
    assert "不能自己确认" in refused.content.decode()
    assert "confirm_release" in [one["name"] for one in inspector.get(row.get_absolute_url()).context["actions"]]
    assert inspector.post(reverse("access:hold_confirm_release", args=[row.pk]), step).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.in_effect) == (HoldState.RELEASED, True), "the workers answered while the page was made"
    assert inspector.post(reverse("access:hold_confirm_release", args=[row.pk]), step).status_code == 422


def test_a_reader_of_one_unit_learns_no_name_of_anothers_camera(stage, client_of):
    row = place(stage, [stage.gate, stage.lobby], "inspector")
    page = client_of("approver").get(row.get_absolute_url()).content.decode()
    assert "校门" in page
    assert "大堂" not in page
    assert "另有 1 个点位不在您的范围内" in page


def test_the_work_list_of_the_second_person_names_the_release_and_the_firsts_does_not(stage, client_of):
    row = place(stage)
    stepping.ask_release(row, Said(stage.cast.approver.person, timezone.now(), "已办结", "3"))
    name = "待确认解除保全：校门口纠纷"
    assert name in client_of("inspector").get(reverse("upkeep:dates")).content.decode()
    assert name not in client_of("approver").get(reverse("upkeep:dates")).content.decode()
    Hold.objects.update(review_on=timezone.localdate())
    assert "保全到期复核：校门口纠纷" in client_of("approver").get(reverse("upkeep:dates")).content.decode()


def test_a_hold_that_no_worker_answers_for_is_late_in_the_work_list_of_who_places_holds(stage, client_of):
    row = place(stage)
    name = "保全尚未生效：校门口纠纷"
    assert name not in client_of("lead").get(reverse("upkeep:dates")).content.decode()
    Hold.objects.filter(pk=row.pk).update(placed_at=timezone.now() - datetime.timedelta(minutes=2))
    assert name in client_of("lead").get(reverse("upkeep:dates")).content.decode()
    assert name not in client_of("caretaker").get(reverse("upkeep:dates")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_and_decline_at_once_one_wins_and_one_is_told(stage, monkeypatch):
    """Real connections, on whichever database the tests run: the row is locked between the question and the answer."""
    push_here(monkeypatch)
    row = place(stage)
    unit = stage.cast.units["a"]
    people = [approver(name, unit) for name in ("白玛", "格桑")]
    stepping.ask_release(row, Said(stage.cast.approver.person, timezone.now(), "已办结", "3"))
    begin, outcomes = threading.Barrier(2), []

    def act(step, person):
        close_old_connections()
        try:
            begin.wait(PATIENCE)
            step(Hold.objects.get(pk=row.pk), Said(person, timezone.now(), "理由", "4"))
            outcomes.append(step.__name__)
        except StepRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    steps = (stepping.confirm_release, stepping.decline_release)
    threads = [threading.Thread(target=act, args=one) for one in zip(steps, people, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    row.refresh_from_db()
    assert sorted(outcomes) in (["confirm_release", "refused"], ["decline_release", "refused"])
    assert row.state == (HoldState.RELEASED if "confirm_release" in outcomes else HoldState.HELD)
    assert CaseStep.objects.filter(case_id=row.pk).exclude(event="took_effect").count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_hold_placed_while_another_is_released_stays(stage, monkeypatch):
    push_here(monkeypatch)
    row = place(stage)
    second = approver("白玛", stage.cast.units["a"])
    stepping.ask_release(row, Said(stage.cast.approver.person, timezone.now(), "已办结", "3"))
    begin, made = threading.Barrier(2), []

    def release():
        close_old_connections()
        begin.wait(PATIENCE)
        stepping.confirm_release(Hold.objects.get(pk=row.pk), Said(second, timezone.now(), "已办结", "4"))
        connection.close()

    def again():
        close_old_connections()
        begin.wait(PATIENCE)
        made.append(place(stage).pk)
        connection.close()

    threads = [threading.Thread(target=release), threading.Thread(target=again)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    from custodes.places.assignment import build_assignment

    told = {order.id: order.released for order in build_assignment(stage.node).holds}
    assert told.get(made[0]) is False
    assert told.get(row.pk) in (None, True)


def test_what_a_worker_answers_meanwhile_voids_no_page(stage, client_of, monkeypatch):
    push_here(monkeypatch)
    stage.worker.down = True
    row = place(stage)
    page = html.document_fromstring(client_of("approver").get(row.get_absolute_url()).content.decode())
    seen = page.xpath("//section[@id='review']//input[@name='seen']/@value")[0]
    stage.worker.down = False
    for one in row.deliveries.all():
        delivering.push(one, timezone.now())
    assert CaseStep.objects.filter(case_id=row.pk, event="took_effect").exists()
    later = (timezone.localdate() + datetime.timedelta(days=90)).isoformat()
    answer = client_of("approver").post(
        reverse("access:hold_review", args=[row.pk]), {"seen": seen, "words": "案件尚未办结", "review_on": later}
    )
    assert answer.status_code == 302
