"""One's own image (PIPL 45): state × event × cast, each unmet condition refused with its clause, the last day, the hold, the printed answer."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.access.holds.awaited import words_before_handover
from custodes.access.holds.reach import releasable_holds
from custodes.access.looks.review import passing
from custodes.access.looks.review.showing import figures
from custodes.access.models import (
    Grant,
    Hold,
    LookFinding,
    OwnImageRequest,
    OwnOutcome,
    SessionKind,
)
from custodes.access.ownimage.facts import to_refuse
from custodes.access.supervised.sessions import AtTheScreen, begin
from custodes.people.lawful import terms
from custodes.people.models import Account, Person, Post, PostKind, RecordOutbox, Unit
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera
from custodes.settings import get_settings
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.waits import access
from custodes.upkeep.models import HourRollup, KeptDay
from tests.access.missing.desk import wish
from tests.access.ownimage import steps
from tests.access.ownimage.desk import ASKED, HOUR, asked, checked, entered, given, look_at, looked, now
from tests.access.ownimage.steps import said as said_by
from tests.web.printing.test_register import text_of

pytestmark = pytest.mark.postgresql

DAY = datetime.timedelta(days=1)
VIEWER = AtTheScreen(
    SessionKind.WITH_VIEWER, "卓玛", "id_card", "540102199503030044", read_aloud="bo", accepted="thumb"
)


def answer(stage, what="look", row=None, **more):
    """What the form sends: for a request's own cameras and span where one is given."""
    begin, end = row.span if row is not None and row.span else (now() - 2 * HOUR, now() - HOUR)
    return {
        "cameras": [str(stage.gate.pk)],
        "span_from": begin.isoformat(),
        "span_to": end.isoformat(),
        "found": "yes",
        "exception": "none",
        "answer": what,
    } | more


def send(client_of, row, sent):
    """The answer's form, from the request's page."""
    return client_of("caretaker").post(reverse("access:own_image_answer", args=[row.pk]), sent)


def clauses(refusal):
    return {one.clause for one in refusal.value.unmet}


def look(browser, session, **more):
    return browser.post("/api/views", wish(session, **more), content_type="application/json")


@pytest.mark.clause("PIPL45", "N16.2(3)")
def test_three_questions_the_check_the_answer_the_burnt_session_and_the_end(stage, notary, client_of):
    browser = client_of("caretaker")
    first = ASKED | answer(stage, "later", exception="")
    assert 'name="found"' not in browser.get(reverse("access:own_image_new")).content.decode(), "nobody can have looked"
    assert browser.post(reverse("access:own_image_new"), first).status_code == 302
    row = OwnImageRequest.objects.get()
    assert row.number.startswith("本影〔")
    assert row.found == ""
    blind = send(client_of, row, answer(stage, row=row))
    said = blind.content.decode()
    assert blind.status_code == 422
    assert "没有在本申请下核对过" in said
    assert stage.gate.name in said
    assert "/law/PIPL45/" in said
    assert 'href="#check"' in said
    assert 'id="check"' in said
    browser.post(reverse("access:own_image_check", args=[row.pk]))
    check = row.sessions.get()
    assert send(client_of, row, answer(stage, row=row)).status_code == 422, (
        "the page was opened, and no leave was asked for"
    )
    assert look(browser, check).status_code == 201
    browser.post(reverse("access:session_pictured", args=[check.pk]) + f"?camera={stage.gate.pk}")
    browser.post(reverse("access:session_end", args=[check.pk]))
    assert "已核对，有画面" in browser.get(row.get_absolute_url()).content.decode()
    assert send(client_of, row, answer(stage, row=row)).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.outcome) == ("answered", "look")
    assert "请申请人查阅" in browser.get(row.get_absolute_url()).content.decode()
    begun = browser.post(
        reverse("access:own_image_session", args=[row.pk]),
        {"name": "卓玛", "document": "id_card", "number": "54", "read_aloud": "zh", "accepted": "signed"},
    )
    session = row.sessions.get(kind=SessionKind.WITH_VIEWER)
    assert begun.headers["Location"] == reverse("access:session", args=[session.pk])
    page = browser.get(reverse("access:session", args=[session.pk])).content.decode()
    assert "卓玛 查阅" in page
    assert "看到走失人员" not in page
    assert look(browser, session).status_code == 201
    record = notary.of("grant")[-1]
    assert (record.ground, record.burnt, record.live, record.session) == ("own_image", "卓玛", False, session.pk)
    browser.post(reverse("access:own_image_close", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "closed"
    assert Grant.objects.get(session=session).revoked_at is not None
    assert look(browser, session).status_code == 403
    events = [one.event for one in row.steps.all()]
    assert events == ["ask", "look_up", "session", "session_end", "answer", "session", "close", "session_end"]
    assert {one.record["kind"] for one in RecordOutbox.objects.filter(type="case.step")} == {"own_image"}
    assert "卓玛" not in str([one.record for one in RecordOutbox.objects.filter(type="case.step")])


LATER = {"found": "", "exception": "", "answer": "later"}


@pytest.mark.clause("PIPL45")
@pytest.mark.parametrize("found", ["yes", "no", "gone"])
@pytest.mark.parametrize("short", ["unlooked", "unrecorded", "other_camera", "other_span", "other_request", "viewer"])
def test_nothing_is_found_without_a_look_on_record_at_each_camera_over_the_whole_span(stage, found, short):
    """The attack: *in the picture* (or not) on a request whose picture nobody has looked at."""
    at, person = now(), stage.cast.caretaker.person
    row = entered(stage, at)
    told = looked(stage, at, found=found)
    if short == "unrecorded":
        look_at(row, person, at, recorded=False)
    elif short == "other_camera":
        look_at(row, person, at)
        row = entered_anew(stage, row, at, cameras=(stage.gate, stage.yard))
        told = looked(stage, at, found=found, cameras=(stage.gate, stage.yard))
    elif short == "other_span":
        look_at(row, person, at)
        row = entered_anew(stage, row, at, begin=at - 3 * HOUR)
        told = looked(stage, at, found=found, begin=at - 3 * HOUR)
    elif short == "other_request":
        checked(stage, at)
    elif short == "viewer":
        look_at(row, person, at)
        row.sessions.update(kind=SessionKind.WITH_VIEWER)
    outcome, why = (OwnOutcome.LOOK, "") if found == "yes" else (OwnOutcome.REFUSED, "没有找到")
    for step in (
        lambda: steps.look_up(row, told, said_by(person, at)),
        lambda: steps.answer(row, outcome, told, why, said_by(person, at)),
    ):
        with pytest.raises(StepRefused) as refused:
            step()
        assert "没有在本申请下核对过" in refused.value.unmet[0].reason_zh
        assert clauses(refused) == {"PIPL45"}
    assert OwnImageRequest.objects.get(pk=row.pk).found == ""
    assert OwnImageRequest.objects.get(pk=row.pk).state == "asked"


def entered_anew(stage, row, at, **more):
    again = looked(stage, at, **(more | {"found": "", "exception": ""}))
    return steps.look_up(row, again, said_by(stage.cast.caretaker.person, at, "申请人补充"))


@pytest.mark.clause("PIPL45")
@pytest.mark.parametrize(
    ("blank", "found", "words"),
    [
        (False, "yes", ""),
        (False, "no", ""),
        (False, "gone", "核对时已显示画面"),
        (True, "yes", "没有显示出画面"),
        (True, "no", "没有显示出画面"),
        (True, "gone", ""),
    ],
)
def test_what_was_found_agrees_with_whether_a_picture_came(stage, blank, found, words):
    at, person = now(), stage.cast.caretaker.person
    row = entered(stage, at)
    look_at(row, person, at, *([stage.gate] if blank else []))
    if not words:
        assert steps.look_up(row, looked(stage, at, found=found), said_by(person, at)).found == found
        return
    with pytest.raises(StepRefused) as refused:
        steps.look_up(row, looked(stage, at, found=found), said_by(person, at))
    assert words in refused.value.unmet[0].reason_zh


@pytest.mark.clause("PIPL45", "PIPL31", "PIPL49", "PIPL25")
@pytest.mark.parametrize(
    ("asked_with", "change", "clause"),
    [
        ({"document_number": ""}, {}, "PIPL45"),
        ({"content": "。"}, {}, "N16.2(3)"),
        ({}, {"found": ""}, "PIPL45"),
        ({}, {"found": "no"}, "PIPL45"),
        ({}, {"found": "gone"}, "PIPL45"),
        ({}, {"exception": ""}, "PIPL45"),
        ({}, {"exception": "applies", "exception_law": "保守国家秘密法第三十条"}, "PIPL45"),
        ({}, {"exception": "applies"}, "PIPL45"),
        ({"claim": "guardian"}, {}, "PIPL31"),
        ({"claim": "guardian", "subject": "格桑"}, {}, "PIPL31"),
        ({"claim": "agent", "standing": "委托书"}, {}, "PIPL45"),
        ({"claim": "relative"}, {}, "PIPL49"),
        ({}, {"answer": "copy"}, "PIPL25"),
        # The attack: two typed names in place of a copy.
        ({}, {"answer": "copy", "masked_by": "次仁拉姆", "reviewed_by": "旦增"}, "PIPL25"),
    ],
)
def test_nothing_is_given_while_a_condition_is_unmet_and_its_clause_is_said(
    stage, client_of, asked_with, change, clause
):
    row = checked(stage)
    OwnImageRequest.objects.filter(pk=row.pk).update(**asked_with)
    answered = send(client_of, row, answer(stage, row=row) | change)
    assert answered.status_code == 422
    said = answered.content.decode()
    assert f"/law/{clause}/" in said
    assert "办理未成功" in said
    row.refresh_from_db()
    assert (row.state, row.outcome, row.masked_by) == ("asked", "", "")


@pytest.mark.clause("PIPL45", "PIPL50")
def test_without_a_ground_nobody_is_refused(stage, client_of):
    row = checked(stage)
    for change in ({}, {"found": ""}, {"exception": ""}):
        refused = send(client_of, row, answer(stage, "refused", row=row, reason="不方便") | change)
        assert refused.status_code == 422, change
        assert "没有不予提供的依据" in refused.content.decode()
    post = ASKED | answer(stage, "refused", reason="不方便", cameras=[], span_from="", span_to="")
    refused = client_of("caretaker").post(reverse("access:own_image_new"), post)
    assert "没有不予提供的依据" in refused.content.decode()
    assert OwnImageRequest.objects.count() == 1


@pytest.mark.clause("PIPL50")
def test_a_refusal_takes_a_reason_is_printed_and_names_the_ways_that_are_open(stage, client_of):
    row = checked(stage)
    assert send(client_of, row, answer(stage, "refused", row=row, found="no")).status_code == 422
    send(client_of, row, answer(stage, "refused", row=row, found="no", reason="逐段核对，没有找到申请人"))
    row.refresh_from_db()
    assert (row.outcome, [one["clause"] for one in row.unmet]) == ("refused", ["PIPL45"])
    told = text_of(client_of("caretaker"), reverse("access:own_image_print_reply", args=[row.pk]))
    for words in ("■不予提供", "没有找到申请人", "向人民法院提起诉讼", "经管理单位同意查阅", "卓玛", "第五十条"):
        assert words in told
    page = client_of("caretaker").get(row.get_absolute_url()).content.decode()
    assert "不予提供的依据" in page
    with pytest.raises(StepRefused):
        begin(row, stage.cast.caretaker.person, VIEWER, now())
    step = row.steps.get(event="answer").record
    assert step.record["unmet"][0]["clause"] == "PIPL45"
    assert "PIPL50" in step.record["clauses"]


@pytest.mark.clause("PIPL45")
def test_an_exception_refuses_with_its_law_at_the_counter_already(stage, client_of):
    law = "保守国家秘密法第三十条"
    sent = answer(stage, "refused", exception="applies", exception_law=law, reason="依法应当保密")
    client_of("caretaker").post(reverse("access:own_image_new"), ASKED | sent)
    row = OwnImageRequest.objects.get()
    assert [one["clause"] for one in row.unmet] == ["PIPL45"]
    assert row.unmet[0]["zh"] == f"存在法定例外（第十八条第一款、第三十五条）：{law}"
    assert row.unmet[0]["do_zh"] == "不服的，可以依法申请行政复议或者向人民法院起诉"


@pytest.mark.clause("PIPL50")
def test_a_look_in_place_of_a_copy_says_why(stage, client_of):
    row = checked(stage, row=asked(stage, wish="copy"))
    assert send(client_of, row, answer(stage, row=row)).status_code == 422
    send(client_of, row, answer(stage, row=row, reason="本单位不能遮蔽其他人"))
    row.refresh_from_db()
    assert (row.outcome, [one["clause"] for one in row.unmet]) == ("look", ["PIPL25"])
    assert "不提供复制件的依据" in client_of("caretaker").get(row.get_absolute_url()).content.decode()


@pytest.mark.clause("PIPL45")
def test_staff_check_the_picture_before_the_answer_and_nobody_else_looks_yet(stage, notary, client_of):
    row = asked(stage)
    browser = client_of("caretaker")
    check = reverse("access:own_image_check", args=[row.pk])
    assert browser.post(check).status_code == 422, "no camera is chosen"
    sent = answer(stage)
    browser.post(reverse("access:own_image_answer", args=[row.pk]), sent | LATER)
    row.refresh_from_db()
    assert row.state == "asked"
    with pytest.raises(StepRefused) as refused:
        begin(row, stage.cast.caretaker.person, VIEWER, now())
    assert "PIPL45" in clauses(refused)
    assert browser.post(check).status_code == 302
    session = row.sessions.get()
    assert look(browser, session).status_code == 201
    assert notary.of("grant")[0].burnt == stage.cast.caretaker.person.name
    page = browser.get(reverse("access:session", args=[session.pk])).content.decode()
    assert "看过，可以请申请人查看" not in page
    browser.post(reverse("access:session_pictured", args=[session.pk]) + f"?camera={stage.gate.pk}")
    assert browser.post(reverse("access:own_image_answer", args=[row.pk]), sent).status_code == 302
    session.refresh_from_db()
    assert not session.is_open, "the answer ends the check"
    assert Grant.objects.get().revoked_at is not None
    with pytest.raises(StepRefused):
        begin(row, stage.cast.caretaker.person, AtTheScreen(SessionKind.PREVIEW), now())


def test_police_alone_is_no_way_to_look(stage):
    row = given(stage)
    with pytest.raises(StepRefused):
        begin(row, stage.cast.caretaker.person, AtTheScreen(SessionKind.POLICE), now())


def of(stage, row, **more):
    """What was found of the row's own cameras and span."""
    return looked(stage, begin=row.span_from, end=row.span_to, **more)


STATES = {
    "asked": lambda stage: checked(stage),
    "answered": lambda stage: given(stage),
    "closed": lambda stage: steps.close(given(stage), "", said_by(stage.cast.caretaker.person, now())),
}
EVENTS = {
    "look_up": lambda stage, row, by: steps.look_up(row, of(stage, row), by),
    "answer": lambda stage, row, by: steps.answer(row, OwnOutcome.LOOK, of(stage, row), "", by),
    "session": lambda stage, row, by: begin(row, by.by, VIEWER, by.at),
    "close": lambda stage, row, by: steps.close(row, "", by),
    "withdraw": lambda stage, row, by: steps.withdraw(row, by),
}
ALLOWED = {
    ("asked", "look_up"),
    ("asked", "answer"),
    ("asked", "withdraw"),
    ("answered", "session"),
    ("answered", "close"),
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", STATES)
def test_each_event_in_each_state(stage, state, event):
    row, taken = STATES[state](stage), said_by(stage.cast.caretaker.person, now())
    before = row.steps.count()
    if (state, event) in ALLOWED:
        EVENTS[event](stage, row, taken)
        assert row.steps.count() > before
        return
    with pytest.raises(StepRefused):
        EVENTS[event](stage, row, taken)
    assert row.steps.count() == before


@pytest.mark.parametrize("member", ["outside_caretaker", "operator", "approver", "inspector", "officer", "bystander"])
def test_nobody_elses_account_opens_it(stage, notary, client_of, member):
    row = given(stage)
    session = begin(row, stage.cast.caretaker.person, VIEWER, now())
    browser = client_of(member)
    for name in ("own_image", "own_image_session"):
        assert browser.get(reverse(f"access:{name}", args=[row.pk])).status_code in (403, 404)
    assert browser.get(reverse("access:own_image_print_reply", args=[row.pk])).status_code in (403, 404)
    for name in ("own_image_answer", "own_image_close", "own_image_withdraw", "own_image_reopen", "own_image_check"):
        assert browser.post(reverse(f"access:{name}", args=[row.pk]), answer(stage)).status_code in (403, 404)
    assert browser.get(reverse("access:session", args=[session.pk])).status_code in (403, 404)
    assert look(browser, session).status_code == 404
    session.refresh_from_db()
    assert session.is_open


def test_a_sub_units_caretaker_reads_nothing_of_the_unit_above(stage):
    row = given(stage)
    unit = Unit.objects.create(name="分校", kind="institution", division=row.unit.division, parent=row.unit)
    person = Person.objects.create(name="边珍", unit=unit)
    account = Account.objects.create(username="fenxiao", person=person)
    Post.objects.create(person=person, unit=unit, kind=PostKind.CARETAKER, valid_from=now() - HOUR)
    browser = Client()
    browser.force_login(account)
    assert browser.get(row.get_absolute_url()).status_code == 404


def test_another_units_cameras_can_not_be_chosen(stage, client_of):
    post = ASKED | answer(stage, "later", cameras=[str(stage.lobby.pk)])
    assert client_of("caretaker").post(reverse("access:own_image_new"), post).status_code == 422


@pytest.mark.clause("PIPL45")
@pytest.mark.parametrize(
    "change",
    [
        {"state": "asked"},
        {"state": "closed"},
        {"outcome": "refused", "reason": "试"},
        {"found": "no"},
        {"exception": "applies", "exception_law": "保密"},
        {"claim": "guardian"},
    ],
)
def test_what_is_missing_of_the_request_closes_the_picture(stage, notary, client_of, change):
    row = given(stage)
    session = begin(row, stage.cast.caretaker.person, VIEWER, now())
    OwnImageRequest.objects.filter(pk=row.pk).update(**change)
    refused = look(client_of("caretaker"), session)
    assert refused.status_code == 403
    assert "token" not in refused.content.decode()
    assert not notary.of("grant")
    assert notary.of("refusal")[0].ground == "own_image"


def test_never_live_and_a_post_that_ended_stops_it(stage, notary, client_of):
    session = begin(given(stage), stage.cast.caretaker.person, VIEWER, now())
    assert look(client_of("caretaker"), session, live=True).status_code == 403
    Post.objects.filter(pk=stage.cast.caretaker.post.pk).update(ended_at=now())
    assert look(client_of("caretaker"), session).status_code in (403, 404)
    assert not notary.of("grant")


def waiting(stage, today, what="own_image"):
    person = stage.cast.caretaker.person
    at = datetime.datetime.combine(today, datetime.time(4), datetime.UTC)
    asking = Asking(person, at, terms(), 5)
    return [one for part in access.gather_missing(asking) for one in part if one.what == what]


def test_on_its_last_day_it_is_in_time_and_late_the_day_after(stage, client_of):
    row = checked(stage)
    listed = client_of("caretaker").get(reverse("access:own_image_list"))
    assert "逾期" not in listed.content.decode()
    OwnImageRequest.objects.filter(pk=row.pk).update(due=timezone.localdate() - DAY)
    listed = client_of("caretaker").get(reverse("access:own_image_list"))
    assert "逾期" in listed.content.decode()
    OwnImageRequest.objects.filter(pk=row.pk).update(due=row.due)
    assert row.due == steps.due_of(timezone.localdate())
    for day, late in ((row.due - DAY, False), (row.due, False), (row.due + DAY, True)):
        [one] = waiting(stage, day)
        assert (one.due, one.late) == (row.due, late), day
        assert row.late(day) is late
    given_row = steps.answer(row, OwnOutcome.LOOK, of(stage, row), "", said_by(stage.cast.caretaker.person, now()))
    assert waiting(stage, row.due + DAY) == []
    [open_one] = waiting(stage, row.due + DAY, "own_image_answered")
    assert (open_one.href, open_one.late) == (row.get_absolute_url(), False)
    assert not given_row.late(row.due + DAY)
    steps.close(given_row, "", said_by(stage.cast.caretaker.person, now()))
    assert waiting(stage, row.due + DAY, "own_image_answered") == []


def test_the_term_is_the_installations_own(db, monkeypatch):
    day = datetime.date(2026, 6, 1)
    assert steps.due_of(day) == datetime.date(2026, 6, 15), "ten working days"
    monkeypatch.setenv("CUSTODES_LAW_OWN_IMAGE_WORKING_DAYS", "3")
    from custodes.settings import get_settings

    get_settings.cache_clear()
    try:
        assert steps.due_of(day) == datetime.date(2026, 6, 4)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


@pytest.mark.clause("S33.2a", "PIPL45")
def test_footage_that_runs_out_before_the_answer_is_held_and_stays_so_until_it_is_closed(stage):
    at = now()
    by = said_by(stage.cast.caretaker.person, at)
    row = asked(stage, at)
    span = (at - 25 * DAY, at - 25 * DAY + HOUR)
    steps.look_up(row, looked(stage, begin=span[0], end=span[1], found=""), by)
    hold = Hold.objects.get(request=f"own_image.request:{row.pk}")
    assert list(hold.cameras.all()) == [stage.gate]
    assert (hold.span_from, hold.span_to) == span
    assert "卓玛" not in f"{hold.case_name}{hold.reason}"
    assert row.number in words_before_handover(hold)
    look_at(row, by.by, at)
    steps.look_up(row, looked(stage, begin=span[0], end=span[1]), by)
    assert Hold.objects.filter(request=hold.request).count() == 1
    done = steps.answer(row, OwnOutcome.LOOK, looked(stage, begin=span[0], end=span[1]), "", by)
    assert words_before_handover(hold)
    steps.close(done, "", by)
    assert words_before_handover(hold) == ""


def test_footage_that_outlasts_the_answer_is_not_held(stage):
    given(stage)
    assert not Hold.objects.exists()


@pytest.mark.parametrize(("days", "held"), [(0, True), (1, False)])
def test_the_day_on_which_it_runs_out_decides(stage, days, held):
    at = now()
    row = asked(stage, at)
    # Kept through the end of day + 30: held when that is the last day for the answer, or an earlier one.
    first = row.due - 30 * DAY + days * DAY
    begin_at = datetime.datetime.combine(first, datetime.time(4), datetime.UTC)
    told = looked(stage, begin=begin_at, end=begin_at + HOUR, found="")
    steps.look_up(row, told, said_by(stage.cast.caretaker.person, at))
    assert Hold.objects.exists() is held


def test_what_the_holder_has_not_done_is_no_ground_to_refuse(stage):
    row = asked(stage)
    assert to_refuse(row, [], now()) == ()
    row.found = "gone"
    assert [one.clause for one in to_refuse(row, [], now())] == ["PIPL45"]


def test_the_list_finds_by_name_and_state(stage, client_of):
    asked(stage)
    browser = client_of("caretaker")
    url = reverse("access:own_image_list")
    assert "卓玛" in browser.get(url, {"q": "卓玛", "state": "asked"}).content.decode()
    assert "卓玛" not in browser.get(url, {"state": "closed"}).content.decode()
    assert "没有本人影像申请" in client_of("outside_caretaker").get(url).content.decode()


def test_the_answer_is_not_printed_before_it_is_given(stage, client_of):
    row = asked(stage)
    assert client_of("caretaker").get(reverse("access:own_image_print_reply", args=[row.pk])).status_code == 404
    assert client_of("caretaker").get(row.get_absolute_url()).status_code == 200


def previewed(stage):
    """Asked, looked up, and the picture checked."""
    at = now()
    return checked(stage, at), at


@pytest.mark.clause("PIPL45")
def test_once_the_picture_was_checked_cameras_and_span_are_corrected_twice_with_a_reason(stage, client_of):
    row, at = previewed(stage)
    person = stage.cast.caretaker.person

    def correct(hours, words="申请人补充了时间"):
        other = looked(stage, at, begin=at - hours * HOUR, found="", exception="")
        return steps.look_up(row, other, said_by(person, at, words))

    steps.look_up(row, looked(stage, at, found="no"), said_by(person, at))
    with pytest.raises(StepRefused, match="请写明理由"):
        correct(3, "。")
    with pytest.raises(StepRefused, match="与登记的一致"):
        steps.answer(row, OwnOutcome.LOOK, looked(stage, at, begin=at - 3 * HOUR), "", said_by(person, at))
    correct(3)
    assert "还可以更正 1 次" in client_of("caretaker").get(row.get_absolute_url()).content.decode()
    correct(4)
    look_at(row, person, at)
    with pytest.raises(StepRefused, match="最多更正 2 次"):
        correct(5)
    corrected = row.steps.filter(event="correct")
    assert [one.words for one in corrected] == ["申请人补充了时间"] * 2
    assert "不能再更正" in client_of("caretaker").get(row.get_absolute_url()).content.decode()
    done = steps.answer(row, OwnOutcome.LOOK, looked(stage, at, begin=at - 4 * HOUR), "", said_by(person, at))
    assert done.state == "answered"


def test_the_form_asks_for_the_reason_of_a_correction(stage, client_of):
    row, _at = previewed(stage)
    browser, url = client_of("caretaker"), reverse("access:own_image_answer", args=[row.pk])
    other = answer(stage, "later", found="", exception="", cameras=[str(stage.yard.pk)])
    assert browser.post(url, other).status_code == 422
    assert browser.post(url, other | {"reason": "申请人说是在操场"}).status_code == 302
    assert list(row.cameras.all()) == [stage.yard]


@pytest.mark.clause("S7")
def test_who_checks_pictures_for_requests_that_come_to_nothing_has_to_explain_it(stage):
    person = stage.cast.caretaker.person
    most = get_settings().looks_own_images
    for _ in range(most):
        row, at = previewed(stage)
        steps.withdraw(row, said_by(person, at))
    passing.go_through(now(), {})
    assert not LookFinding.objects.filter(kind="own_images").exists()
    untouched = asked(stage)
    steps.withdraw(untouched, said_by(person, now()))
    passing.go_through(now(), {})
    assert not LookFinding.objects.filter(kind="own_images").exists(), "nobody looked"
    row, at = previewed(stage)
    steps.answer(row, OwnOutcome.REFUSED, looked(stage, at, found="no"), "没有找到", said_by(person, at))
    passing.go_through(now(), {})
    [found] = LookFinding.objects.filter(kind="own_images")
    assert (found.person, found.facts["figure"], found.facts["limit"]) == (person, most + 1, most)
    assert row.number in figures(found)
    assert untouched.number not in figures(found)
    passing.go_through(now() + DAY, {})
    assert LookFinding.objects.filter(kind="own_images").count() == 1, "nothing came to nothing since"


@pytest.mark.clause("S33.2a")
@pytest.mark.parametrize("over", ["withdraw", "refuse"])
def test_one_request_holds_once_and_who_releases_is_told_when_it_needs_it_no_more(stage, over):
    at = now()
    by = said_by(stage.cast.caretaker.person, at)
    row = asked(stage, at)
    for day in (25, 24):
        steps.look_up(row, looked(stage, begin=at - day * DAY, end=at - day * DAY + HOUR, found=""), by)
    [held] = Hold.objects.all()
    assert held.span_from == at - 25 * DAY

    def needless(member):
        asking = Asking(stage.cast.members[member].person, at, terms(), 5)
        return [one.href for part in access.gather_holds(asking) for one in part if one.what == "hold_needless"]

    releases = [m for m in stage.cast.members if held in releasable_holds(stage.cast.members[m].person, at)]
    assert releases
    assert not any(needless(m) for m in releases)
    if over == "withdraw":
        steps.withdraw(row, by)
    else:
        look_at(row, by.by, at)
        last = looked(stage, begin=at - 24 * DAY, end=at - 24 * DAY + HOUR, found="no")
        steps.answer(row, OwnOutcome.REFUSED, last, "没有找到", by)
    held.refresh_from_db()
    assert held.state == "held", "two people release it, and nothing else does"
    assert all(needless(m) for m in releases)
    assert needless("operator") == []


@pytest.mark.clause("PIPL45", "PIPL50")
def test_where_the_unit_has_no_camera_that_is_the_ground_with_its_reason(stage, client_of):
    row = asked(stage, place="昨天下午，八廓街")
    nowhere = answer(stage, "refused", found="gone", exception="", cameras=[], span_from="", span_to="")
    assert send(client_of, row, nowhere).status_code == 422, "without a reason"
    assert send(client_of, row, nowhere | {"reason": "八廓街没有本校的摄像头"}).status_code == 302
    row.refresh_from_db()
    assert [one["zh"] for one in row.unmet] == ["所述地点没有本单位管理的点位"]
    assert "所述地点没有本单位管理的点位" in text_of(
        client_of("caretaker"), reverse("access:own_image_print_reply", args=[row.pk])
    ).replace("\u200b", "")


@pytest.mark.clause("PIPL45")
def test_a_camera_that_showed_a_picture_is_not_taken_out_to_say_that_there_is_none(stage):
    at, person = now(), stage.cast.caretaker.person
    row = checked(stage, at)
    none = looked(stage, at, cameras=(), found="gone")
    with pytest.raises(StepRefused) as refused:
        steps.look_up(row, none, said_by(person, at, "申请人改口"))
    assert "已经核对出画面" in refused.value.unmet[0].reason_zh


@pytest.mark.parametrize("found", ["yes", "no"])
def test_a_camera_that_is_stopped_behind_the_check_does_not_stop_the_answer(stage, client_of, found):
    row = checked(stage)
    Camera.objects.filter(pk=stage.gate.pk).update(state="retired")
    page = client_of("caretaker").get(row.get_absolute_url()).content.decode()
    assert f'value="{stage.gate.pk}"' in page
    sent = answer(stage, "look" if found == "yes" else "refused", row=row, found=found, reason="没有找到")
    assert send(client_of, row, sent).status_code == 302
    assert list(row.cameras.all()) == [stage.gate]


@pytest.mark.clause("PIPL45")
def test_behind_both_corrections_a_camera_without_footage_is_taken_out_and_nothing_else(stage):
    at, person = now(), stage.cast.caretaker.person
    row = checked(stage, at)
    both = {"cameras": (stage.gate, stage.yard), "begin": at - 4 * HOUR}

    def enter(words="该点位没有录像", **told):
        blank = {"found": "", "exception": ""}
        return steps.look_up(row, looked(stage, at, **(blank | told)), said_by(person, at, words))

    enter(begin=at - 3 * HOUR)
    enter(**both)
    look_at(row, person, at, stage.yard)
    for found in ("yes", "no", "gone"):
        with pytest.raises(StepRefused):
            enter(**both, found=found)
    for widened in ({"cameras": (stage.yard,)}, {"begin": at - 5 * HOUR}, {"cameras": ()}):
        with pytest.raises(StepRefused, match="最多更正 2 次"):
            enter(**(both | widened))
    with pytest.raises(StepRefused, match="请写明理由"):
        enter("。", **(both | {"cameras": (stage.gate,)}))
    enter(**(both | {"cameras": (stage.gate,)}), found="no")
    last = looked(stage, at, begin=at - 4 * HOUR, found="no")
    assert steps.answer(row, OwnOutcome.REFUSED, last, "没有找到", said_by(person, at)).refused
    assert [one.event for one in row.steps.all()].count("lessen") == 1


@pytest.mark.clause("PIPL45")
@pytest.mark.parametrize("found", ["yes", "no", "gone"])
def test_what_a_wider_look_showed_is_not_of_the_shortened_span(stage, found):
    """The attack: checked over three hours, of which the last alone were recorded, then corrected to the first."""
    at, person = now(), stage.cast.caretaker.person
    row = checked(stage, at, begin=at - 4 * HOUR)
    short = {"begin": at - 4 * HOUR, "end": at - 3 * HOUR}
    row = entered_anew(stage, row, at, **short)

    def enter():
        return steps.look_up(row, looked(stage, at, **short, found=found), said_by(person, at))

    with pytest.raises(StepRefused) as refused:
        enter()
    assert "没有在本申请下核对过" in refused.value.unmet[0].reason_zh
    look_at(row, person, at, stage.gate)
    if found == "gone":
        assert enter().found == "gone"
        return
    with pytest.raises(StepRefused) as refused:
        enter()
    assert "没有显示出画面" in refused.value.unmet[0].reason_zh


@pytest.mark.clause("PIPL45")
@pytest.mark.parametrize(
    ("recorded", "kept", "gone"),
    [
        (60, {}, False),
        (
            45,
            {},
            False,
        ),  # half of the hour is asked for: of 45 minutes that were recorded a quarter lies in it at the least
        (30, {}, True),  # all of it may lie before the span
        (0, {}, True),
        (60, {"missing": {"absent": 120_000_000}}, True),
        (60, {"begins": None}, True),
        (60, {"begins": 0 * DAY}, True),
        (60, {"day": -3 * DAY}, True),
        (60, {"ago": 40 * DAY}, True),
        (60, None, True),
    ],
)
def test_no_footage_is_not_what_the_houses_own_accounts_deny(stage, recorded, kept, gone):
    """The attack: 核对画面 opened and closed before a picture came."""
    at, person = now(), stage.cast.caretaker.person
    hour = at.replace(minute=0, second=0, microsecond=0) - 5 * HOUR - (kept or {}).get("ago", 0 * DAY)
    span = {"begin": hour + HOUR / 2, "end": hour + HOUR}
    HourRollup.objects.create(
        camera=stage.gate, hour=hour, recorded_us=recorded * 60_000_000, owed_us=3_600_000_000, roots="0" * 64,
        worker=0, received_at=at,
    )  # fmt: skip
    if kept is not None:
        said = {"begins": -20 * DAY, "missing": {}, "day": 0 * DAY} | kept
        KeptDay.objects.create(
            camera=stage.gate, day=timezone.localdate(at) + said["day"], days=30, asked=at - 30 * DAY, at=at,
            begins=None if said["begins"] is None else hour + HOUR + said["begins"], missing=said["missing"],
        )  # fmt: skip
    row = entered(stage, at, **span)
    look_at(row, person, at, stage.gate)
    told = looked(stage, at, **span, found="gone")
    for step in (
        lambda: steps.look_up(row, told, said_by(person, at)),
        lambda: steps.answer(row, OwnOutcome.REFUSED, told, "没有录像", said_by(person, at)),
    ):
        if gone:
            step()
            continue
        with pytest.raises(StepRefused) as refused:
            step()
        assert "录像记录显示该时段有录像" in refused.value.unmet[0].reason_zh
