"""An individual's look (N21): three questions on one page, the answer on paper, the session at the managing unit; and what turns to it."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse

from custodes.access.models import Grant, IndividualRequest, SessionKind
from custodes.access.supervised.sessions import AtTheScreen, begin
from custodes.people.models import Account, Person, Post, PostKind, RecordOutbox
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera, CameraState, System, SystemState
from custodes.places.retiring import retire
from tests.access.individual import requests
from tests.access.missing.desk import make_desk, wish
from tests.cast import SINCE
from tests.web.printing.test_register import text_of

HOUR = datetime.timedelta(hours=1)
ASKED = {
    "claim": "self",
    "name": "多布杰",
    "document": "id_card",
    "document_number": "540102198803030033",
    "interest": "property",
    "purpose": "自行车被盗",
    "content": "推走蓝色自行车的人",
}
VIEWER = AtTheScreen(
    SessionKind.WITH_VIEWER, "多布杰", "id_card", "540102198803030033", read_aloud="zh", accepted="signed"
)


def now():
    return datetime.datetime.now(datetime.UTC)


def answer(stage, what="consent", **more):
    return {
        "cameras": [str(stage.gate.pk)],
        "span_from": (now() - 2 * HOUR).isoformat(),
        "span_to": (now() - HOUR).isoformat(),
        "answer": what,
    } | more


def ask(stage, client_of, what="consent", **more):
    return client_of("caretaker").post(reverse("access:individual_new"), ASKED | answer(stage, what, **more))


def consented(stage, client_of):
    ask(stage, client_of)
    return IndividualRequest.objects.get()


def look(browser, session, **more):
    return browser.post("/api/views", wish(session, **more), content_type="application/json")


@pytest.mark.clause("N21", "N16.2(3)")
def test_three_questions_on_one_page_and_the_session_under_the_caretaker(stage, notary, client_of):
    row = consented(stage, client_of)
    assert row.state == "consented"
    assert row.number.startswith("个查〔")
    browser = client_of("caretaker")
    assert "请申请人查阅" in browser.get(row.get_absolute_url()).content.decode()
    begun = browser.post(
        reverse("access:individual_session", args=[row.pk]),
        {"name": "多布杰", "document": "id_card", "number": "54", "read_aloud": "zh", "accepted": "signed"},
    )
    session = row.sessions.get()
    assert begun.headers["Location"] == reverse("access:session", args=[session.pk])
    page = browser.get(reverse("access:session", args=[session.pk])).content.decode()
    assert f'session="{session.pk}"' in page
    assert "看到走失人员" not in page
    assert look(browser, session).status_code == 201
    [record] = notary.of("grant")
    assert (record.ground, record.burnt, record.live, record.session) == ("individual", "多布杰", False, session.pk)
    browser.post(f"{reverse('access:session_pictured', args=[session.pk])}?camera={stage.gate.pk}")
    row.refresh_from_db()
    assert row.first_picture_at is not None
    browser.post(reverse("access:individual_close", args=[row.pk]))
    assert Grant.objects.get().revoked_at is not None
    assert look(browser, session).status_code == 403


def test_a_refusal_takes_a_reason_is_printed_and_names_the_other_ways(stage, client_of):
    assert ask(stage, client_of, "refuse").status_code == 422
    assert not IndividualRequest.objects.exists()
    ask(stage, client_of, "refuse", refusal="该时段录像涉及正在办理的案件")
    row = IndividualRequest.objects.get()
    assert row.state == "refused"
    told = text_of(client_of("caretaker"), reverse("access:individual_print_notice", args=[row.pk]))
    for words in ("■不同意查阅", "正在办理的案件", "可报警由公安机关办理", "多布杰"):
        assert words in told
    with pytest.raises(StepRefused):
        begin(row, stage.cast.caretaker.person, VIEWER, now())
    steps = RecordOutbox.objects.filter(type="case.step")
    assert {step.record["event"] for step in steps} == {"ask", "refuse"}


@pytest.mark.clause("N21")
@pytest.mark.parametrize(
    "change", [{"claim": "other"}, {"interest": "other"}, {"document_number": ""}, {"cameras": []}, {"span_to": ""}]
)
def test_no_consent_replaces_what_the_law_asks_for(stage, client_of, change):
    answered = client_of("caretaker").post(reverse("access:individual_new"), ASKED | answer(stage) | change)
    assert answered.status_code == 422
    assert not IndividualRequest.objects.exists()


@pytest.mark.clause("N21", "S33.1")
@pytest.mark.parametrize(
    "change",
    [{"state": "asked"}, {"state": "refused"}, {"state": "closed"}, {"claim": "other"}, {"purpose": ""}],
)
def test_what_is_missing_of_the_request_closes_the_picture(stage, notary, client_of, change):
    row = consented(stage, client_of)
    session = begin(row, stage.cast.caretaker.person, VIEWER, now())
    IndividualRequest.objects.filter(pk=row.pk).update(**change)
    refused = look(client_of("caretaker"), session)
    assert refused.status_code == 403
    assert "token" not in refused.content.decode()
    assert not notary.of("grant")
    assert notary.of("refusal")[0].ground == "individual"


def test_never_live_and_only_the_caretakers_own_session(stage, notary, client_of):
    session = begin(consented(stage, client_of), stage.cast.caretaker.person, VIEWER, now())
    assert look(client_of("caretaker"), session, live=True).status_code == 403
    for member in ("outside_caretaker", "operator", "inspector", "officer"):
        assert look(client_of(member), session).status_code == 404
    assert not notary.of("grant")


@pytest.mark.parametrize("member", ["outside_caretaker", "operator", "approver", "inspector", "bystander"])
def test_nobody_elses_account_opens_it(stage, notary, client_of, member):
    row = consented(stage, client_of)
    session = begin(row, stage.cast.caretaker.person, VIEWER, now())
    browser = client_of(member)
    for name in ("individual", "individual_session"):
        assert browser.get(reverse(f"access:{name}", args=[row.pk])).status_code in (403, 404)
    assert browser.get(reverse("access:individual_print_notice", args=[row.pk])).status_code in (403, 404)
    for name in ("individual_decide", "individual_close"):
        assert browser.post(reverse(f"access:{name}", args=[row.pk]), answer(stage)).status_code in (403, 404)
    assert browser.get(reverse("access:session", args=[session.pk])).status_code in (403, 404)
    for name in ("session_end", "session_pictured", "session_find"):
        assert browser.post(reverse(f"access:{name}", args=[session.pk])).status_code in (403, 404)
    session.refresh_from_db()
    assert session.is_open


def test_another_units_cameras_can_not_be_chosen(stage, client_of):
    answered = client_of("caretaker").post(
        reverse("access:individual_new"), ASKED | answer(stage, cameras=[str(stage.lobby.pk)])
    )
    assert answered.status_code == 422


def test_the_post_that_ends_stops_the_picture(stage, notary, client_of):
    from custodes.people.posts import post_ended

    session = begin(consented(stage, client_of), stage.cast.caretaker.person, VIEWER, now())
    look(client_of("caretaker"), session)
    Post.objects.filter(pk=stage.cast.caretaker.post.pk).update(ended_at=now())
    post_ended.send(sender=None, post=stage.cast.caretaker.post, at=now())
    session.refresh_from_db()
    assert not session.is_open
    assert Grant.objects.get().revoked_at is not None


@pytest.mark.clause("N21", "S29")
def test_a_missing_persons_case_turns_to_the_unit_whose_cameras_are_not_on_the_platform(stage, notary, client_of):
    desk = make_desk(stage)
    stage.school.posts.filter(post__person__in=[desk.officer, desk.lead]).delete()
    case = desk.open()
    browser = desk.browser(desk.officer)
    answered = browser.post(reverse("access:missing_turn", args=[case.pk]), {"unit": stage.school.unit.pk})
    assert answered.status_code == 302
    row = IndividualRequest.objects.get()
    assert (row.unit, row.claim, row.interest, row.turned_from) == (
        stage.school.unit, "near_relative", "life_or_health", case,
    )  # fmt: skip
    assert case.number in row.purpose
    again = browser.post(reverse("access:missing_turn", args=[case.pk]), {"unit": stage.school.unit.pk})
    assert again.status_code == 422
    caretaker = client_of("caretaker")
    assert "公安机关为寻找走失人员提出" in caretaker.get(row.get_absolute_url()).content.decode()
    caretaker.post(reverse("access:individual_decide", args=[row.pk]), answer(stage))
    row.refresh_from_db()
    assert row.state == "consented"
    assert client_of("operator").get(reverse("access:missing_turn", args=[case.pk])).status_code == 403


def test_a_sub_units_caretaker_reads_nothing_of_the_unit_above(stage, client_of):
    row = consented(stage, client_of)
    from custodes.people.models import Unit

    unit = Unit.objects.create(name="分校", kind="institution", division=row.unit.division, parent=row.unit)
    person = Person.objects.create(name="边珍", unit=unit)
    account = Account.objects.create(username="fenxiao", person=person)
    Post.objects.create(person=person, unit=unit, kind=PostKind.CARETAKER, valid_from=now() - HOUR)
    from django.test import Client

    browser = Client()
    browser.force_login(account)
    assert browser.get(row.get_absolute_url()).status_code == 404


def test_a_request_taken_in_waits_for_its_answer(stage, client_of):
    ask(stage, client_of, "later")
    row = IndividualRequest.objects.get()
    assert row.state == "asked"
    assert client_of("caretaker").get(reverse("access:individual_print_notice", args=[row.pk])).status_code == 404
    with pytest.raises(StepRefused):
        requests.close(row, stage.cast.caretaker.person, now())


@pytest.mark.clause("N21")
def test_a_camera_that_was_stopped_yesterday_is_chosen_for_last_week_and_looked_at(stage, notary, client_of):
    """The family asks about last week, and the camera has been replaced since."""
    at = now()
    for one in (stage.gate, stage.lobby):
        Camera.objects.filter(pk=one.pk).update(connected_at=SINCE)
        one.refresh_from_db()
    retire(stage.gate, stage.cast.caretaker.person, "更换", at - 24 * HOUR)
    retire(stage.lobby, stage.cast.outside_caretaker.person, "更换", at - 24 * HOUR)
    browser = client_of("caretaker")
    page = browser.get(reverse("access:individual_new")).content.decode()
    assert f"{stage.gate.number} {stage.gate.name}（已停用）" in page
    assert str(stage.lobby.pk) not in page
    span = {"span_from": (at - 170 * HOUR).isoformat(), "span_to": (at - 168 * HOUR).isoformat()}
    assert ask(stage, client_of, cameras=[str(stage.lobby.pk)], **span).status_code == 422
    assert ask(stage, client_of, **span).status_code == 302
    row = IndividualRequest.objects.get()
    assert f"{stage.gate.number} {stage.gate.name}" in browser.get(row.get_absolute_url()).content.decode()
    url = reverse("access:individual_session", args=[row.pk])
    screen = {"name": "多布杰", "document": "id_card", "number": "54", "read_aloud": "zh", "accepted": "signed"}
    assert browser.post(url, screen).status_code == 302
    session = row.sessions.get()
    opened = look(browser, session)
    assert [one["cameras"] for one in opened.json()["sockets"]] == [[str(stage.gate.pk)]]
    [record] = notary.of("grant")
    assert (record.cameras, record.live, record.burnt) == ((stage.gate.pk,), False, "多布杰")
    assert [one - at.timestamp() * 1e6 for one in record.span] == pytest.approx([-170 * 3.6e9, -168 * 3.6e9], abs=1e6)
    assert look(browser, session, live=True).status_code == 403


@pytest.mark.parametrize(
    ("change", "system", "offered"),
    [
        ({}, SystemState.REMOVED, True),
        ({}, SystemState.BUILDING, False),
        ({"connected_at": None}, SystemState.IN_USE, False),
        ({"forbidden_at": SINCE}, SystemState.IN_USE, False),
        ({"state": CameraState.FORBIDDEN}, SystemState.IN_USE, False),
        ({"state": CameraState.DRAFT}, SystemState.IN_USE, False),
    ],
)
def test_what_was_never_taken_in_or_may_not_be_there_is_not_offered(stage, client_of, change, system, offered):
    Camera.objects.filter(pk=stage.gate.pk).update(
        **({"state": CameraState.RETIRED, "connected_at": SINCE, "retired_at": now()} | change)
    )
    System.objects.filter(pk=stage.school.pk).update(state=system)
    for name in ("individual_new", "own_image_new"):
        page = client_of("caretaker").get(reverse(f"access:{name}")).content.decode()
        assert (f'value="{stage.gate.pk}"' in page) is offered, name
