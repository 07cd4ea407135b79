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
from custodes.access.looks.words import figures
from custodes.access.models import (
    Grant,
    Hold,
    LookFinding,
    OwnImageRequest,
    OwnOutcome,
    SessionKind,
)
from custodes.access.ownimage import workflow
from custodes.access.ownimage.facts import to_refuse
from custodes.access.ownimage.workflow import Looked
from custodes.access.supervised import ending
from custodes.access.supervised.beginning import AtTheScreen, begin
from custodes.access.supervised.stepping import Taken
from custodes.people.lawful import terms
from custodes.people.models import Account, Person, Post, PostKind, RecordOutbox, Unit
from custodes.places.lifecycle.stepping import StepRefused
from custodes.settings import get_settings
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.waits import holds as hold_waits
from custodes.upkeep.dates.waits import missing as waits
from tests.access.missing.desk import wish
from tests.web.printing.test_register import text_of

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
ASKED = {
    "claim": "self",
    "name": "卓玛",
    "document": "id_card",
    "document_number": "540102199503030044",
    "wish": "look",
    "place": "今天上午十点左右，校门口",
    "content": "穿藏装，手提保温桶",
}
VIEWER = AtTheScreen(
    SessionKind.WITH_VIEWER, "卓玛", "id_card", "540102199503030044", read_aloud="bo", accepted="thumb"
)


def now():
    return datetime.datetime.now(datetime.UTC)


def answer(stage, what="look", **more):
    return {
        "cameras": [str(stage.gate.pk)],
        "span_from": (now() - 2 * HOUR).isoformat(),
        "span_to": (now() - HOUR).isoformat(),
        "found": "yes",
        "exception": "none",
        "answer": what,
    } | more


def ask(stage, client_of, what="look", **more):
    return client_of("caretaker").post(reverse("access:own_image_new"), ASKED | answer(stage, what, **more))


def asked(stage, at=None, **more):
    by = stage.cast.caretaker.person
    row = OwnImageRequest(**(ASKED | more))
    return workflow.ask(row, stage.school.unit, Taken(by, at or now()))


def looked(stage, at=None, **more):
    at = at or now()
    told = {"cameras": (stage.gate,), "begin": at - 2 * HOUR, "end": at - HOUR, "found": "yes", "exception": "none"}
    return Looked(**(told | more))


def given(stage, outcome=OwnOutcome.LOOK, **more):
    at = now()
    row = asked(stage, at)
    return workflow.answer(row, outcome, looked(stage, at, **more), "", Taken(stage.cast.caretaker.person, at))


def clauses(refusal):
    return {one.clause for one in refusal.value.unmet}


def look(browser, session, **more):
    return browser.post("/api/views", wish(session, **more), content_type="application/json")


@pytest.mark.clause("PIPL45", "N16.2(3)")
def test_three_questions_the_answer_the_burnt_session_and_the_end(stage, notary, client_of):
    assert ask(stage, client_of).status_code == 302
    row = OwnImageRequest.objects.get()
    assert (row.state, row.outcome) == ("answered", "look")
    assert row.number.startswith("本影〔")
    browser = client_of("caretaker")
    assert "请申请人查阅" in browser.get(row.get_absolute_url()).content.decode()
    begun = browser.post(
        reverse("access:own_image_session", args=[row.pk]),
        {"name": "卓玛", "document": "id_card", "number": "54", "read_aloud": "zh", "accepted": "signed"},
    )
    session = row.sessions.get()
    assert begun.headers["Location"] == reverse("access:session", args=[session.pk])
    page = browser.get(reverse("access:session", args=[session.pk])).content.decode()
    assert "卓玛 查阅" in page
    assert "看到走失人员" not in page
    assert look(browser, session).status_code == 201
    [record] = notary.of("grant")
    assert (record.ground, record.burnt, record.live, record.session) == ("own_image", "卓玛", False, session.pk)
    browser.post(reverse("access:own_image_close", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "closed"
    assert Grant.objects.get().revoked_at is not None
    assert look(browser, session).status_code == 403
    assert [one.event for one in row.steps.all()] == ["ask", "answer", "session", "close", "session_end"]
    assert {one.record["kind"] for one in RecordOutbox.objects.filter(type="case.step")} == {"own_image"}
    assert "卓玛" not in str([one.record for one in RecordOutbox.objects.filter(type="case.step")])


@pytest.mark.clause("PIPL45", "PIPL31", "PIPL49", "PIPL25")
@pytest.mark.parametrize(
    ("change", "clause"),
    [
        ({"document_number": ""}, "PIPL45"),
        ({"content": "。"}, "N16.2(3)"),
        ({"found": ""}, "PIPL45"),
        ({"found": "no"}, "PIPL45"),
        ({"found": "gone"}, "PIPL45"),
        ({"exception": ""}, "PIPL45"),
        ({"exception": "applies", "exception_law": "保守国家秘密法第三十条"}, "PIPL45"),
        ({"exception": "applies"}, "PIPL45"),
        ({"cameras": []}, "PIPL6"),
        ({"span_to": ""}, "PIPL6"),
        ({"claim": "guardian"}, "PIPL31"),
        ({"claim": "guardian", "subject": "格桑"}, "PIPL31"),
        ({"claim": "agent", "standing": "委托书"}, "PIPL45"),
        ({"claim": "relative"}, "PIPL49"),
        ({"answer": "copy"}, "PIPL25"),
        ({"answer": "copy", "masked_by": "次仁"}, "PIPL25"),
        ({"answer": "copy", "masked_by": "次仁", "reviewed_by": " 次仁 "}, "PIPL25"),
    ],
)
def test_nothing_is_given_while_a_condition_is_unmet_and_its_clause_is_said(stage, client_of, change, clause):
    answered = client_of("caretaker").post(reverse("access:own_image_new"), ASKED | answer(stage) | change)
    assert answered.status_code == 422
    said = answered.content.decode()
    assert f"/law/{clause}/" in said or f"{clause}" in said
    assert "办理未成功" in said
    assert not OwnImageRequest.objects.exists()


@pytest.mark.clause("PIPL45", "PIPL50")
def test_without_a_ground_nobody_is_refused(stage, client_of):
    for change in ({}, {"found": ""}, {"found": "", "cameras": [], "span_from": "", "span_to": ""}, {"exception": ""}):
        refused = client_of("caretaker").post(
            reverse("access:own_image_new"), ASKED | answer(stage, "refused", reason="不方便") | change
        )
        assert refused.status_code == 422, change
        assert "没有不予提供的依据" in refused.content.decode()
    assert not OwnImageRequest.objects.exists()


@pytest.mark.clause("PIPL50")
def test_a_refusal_takes_a_reason_is_printed_and_names_the_ways_that_are_open(stage, client_of):
    assert ask(stage, client_of, "refused", found="no").status_code == 422
    ask(stage, client_of, "refused", found="no", reason="逐段核对，没有找到申请人")
    row = OwnImageRequest.objects.get()
    assert (row.outcome, [one["clause"] for one in row.unmet]) == ("refused", ["PIPL45"])
    told = text_of(client_of("caretaker"), reverse("print:own_image_reply", args=[row.pk]))
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
def test_an_exception_refuses_with_its_law(stage, client_of):
    law = "保守国家秘密法第三十条"
    ask(stage, client_of, "refused", exception="applies", exception_law=law, reason="依法应当保密")
    row = OwnImageRequest.objects.get()
    assert [one["clause"] for one in row.unmet] == ["PIPL45"]
    assert row.unmet[0]["zh"] == f"存在法定例外（第十八条第一款、第三十五条）：{law}"
    assert row.unmet[0]["do_zh"] == "不服的，可以依法申请行政复议或者向人民法院起诉"


@pytest.mark.clause("PIPL25", "PIPL45")
def test_a_copy_is_masked_by_one_and_reviewed_by_another_and_its_hand_over_is_entered(stage, client_of):
    ask(stage, client_of, "copy", masked_by="次仁拉姆", reviewed_by="旦增")
    row = OwnImageRequest.objects.get()
    assert row.outcome == "copy"
    browser = client_of("caretaker")
    assert browser.post(reverse("access:own_image_close", args=[row.pk])).status_code == 422
    browser.post(reverse("access:own_image_close", args=[row.pk]), {"handed": "光盘一张，当面签收"})
    row.refresh_from_db()
    assert (row.state, row.handed) == ("closed", "光盘一张，当面签收")


@pytest.mark.clause("PIPL50")
def test_a_look_in_place_of_a_copy_says_why(stage, client_of):
    post = ASKED | {"wish": "copy"} | answer(stage)
    assert client_of("caretaker").post(reverse("access:own_image_new"), post).status_code == 422
    client_of("caretaker").post(reverse("access:own_image_new"), post | {"reason": "本单位不能遮蔽其他人"})
    row = OwnImageRequest.objects.get()
    assert (row.outcome, [one["clause"] for one in row.unmet]) == ("look", ["PIPL25"])
    assert "不提供复制件的依据" in client_of("caretaker").get(row.get_absolute_url()).content.decode()


@pytest.mark.clause("PIPL45")
def test_staff_check_the_picture_before_the_answer_and_nobody_else_looks_yet(stage, notary, client_of):
    row = asked(stage)
    browser = client_of("caretaker")
    check = reverse("access:own_image_check", args=[row.pk])
    assert browser.post(check).status_code == 422, "no camera is chosen"
    sent = answer(stage)
    later = sent | {"answer": "later", "found": "", "exception": ""}
    browser.post(reverse("access:own_image_answer", args=[row.pk]), later)
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
    browser.post(reverse("access:own_image_answer", args=[row.pk]), sent)
    session.refresh_from_db()
    assert not session.is_open, "the answer ends the check"
    assert Grant.objects.get().revoked_at is not None
    with pytest.raises(StepRefused):
        begin(row, stage.cast.caretaker.person, AtTheScreen(SessionKind.PREVIEW), now())


def test_police_alone_is_no_way_to_look(stage):
    row = given(stage)
    with pytest.raises(StepRefused):
        begin(row, stage.cast.caretaker.person, AtTheScreen(SessionKind.POLICE), now())


STATES = {
    "asked": lambda stage: asked(stage),
    "answered": lambda stage: given(stage),
    "closed": lambda stage: workflow.close(given(stage), "", Taken(stage.cast.caretaker.person, now())),
}
EVENTS = {
    "look_up": lambda stage, row, by: workflow.look_up(row, looked(stage), by),
    "answer": lambda stage, row, by: workflow.answer(row, OwnOutcome.LOOK, looked(stage), "", by),
    "session": lambda stage, row, by: begin(row, by.by, VIEWER, by.at),
    "close": lambda stage, row, by: workflow.close(row, "", by),
    "withdraw": lambda stage, row, by: workflow.withdraw(row, by),
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
    row, taken = STATES[state](stage), Taken(stage.cast.caretaker.person, now())
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
    assert browser.get(reverse("print:own_image_reply", args=[row.pk])).status_code in (403, 404)
    for name in ("own_image_answer", "own_image_close", "own_image_withdraw", "own_image_check"):
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
    assert ask(stage, client_of, cameras=[str(stage.lobby.pk)]).status_code == 422


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


def waiting(stage, today):
    person = stage.cast.caretaker.person
    at = datetime.datetime.combine(today, datetime.time(4), datetime.UTC)
    asking = Asking(person, at, terms(), 5)
    return [one for part in waits.gather(asking) for one in part if one.what == "own_image"]


def test_on_its_last_day_it_is_in_time_and_late_the_day_after(stage):
    row = asked(stage)
    assert row.due == workflow.due_of(timezone.localdate())
    for day, late in ((row.due - DAY, False), (row.due, False), (row.due + DAY, True)):
        [one] = waiting(stage, day)
        assert (one.due, one.late) == (row.due, late), day
        assert row.late(day) is late
    given_row = workflow.answer(row, OwnOutcome.LOOK, looked(stage), "", Taken(stage.cast.caretaker.person, now()))
    assert waiting(stage, row.due + DAY) == []
    assert not given_row.late(row.due + DAY)


def test_the_term_is_the_installations_own(db, monkeypatch):
    day = datetime.date(2026, 6, 1)
    assert workflow.due_of(day) == datetime.date(2026, 6, 15), "ten working days"
    monkeypatch.setenv("CUSTODES_LAW_OWN_IMAGE_WORKING_DAYS", "3")
    from custodes.settings import get_settings

    get_settings.cache_clear()
    try:
        assert workflow.due_of(day) == datetime.date(2026, 6, 4)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


@pytest.mark.clause("S33.2a", "PIPL45")
def test_footage_that_runs_out_before_the_answer_is_held_and_stays_so_until_it_is_closed(stage):
    at = now()
    by = Taken(stage.cast.caretaker.person, at)
    row = asked(stage, at)
    span = (at - 25 * DAY, at - 25 * DAY + HOUR)
    workflow.look_up(row, looked(stage, begin=span[0], end=span[1]), by)
    hold = Hold.objects.get(request=f"own_image.request:{row.pk}")
    assert list(hold.cameras.all()) == [stage.gate]
    assert (hold.span_from, hold.span_to) == span
    assert "卓玛" not in f"{hold.case_name}{hold.reason}"
    assert row.number in words_before_handover(hold)
    workflow.look_up(row, looked(stage, begin=span[0], end=span[1]), by)
    assert Hold.objects.filter(request=hold.request).count() == 1
    done = workflow.answer(row, OwnOutcome.LOOK, looked(stage, begin=span[0], end=span[1]), "", by)
    assert words_before_handover(hold)
    workflow.close(done, "", by)
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
    workflow.look_up(row, looked(stage, begin=begin_at, end=begin_at + HOUR), Taken(stage.cast.caretaker.person, at))
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
    assert client_of("caretaker").get(reverse("print:own_image_reply", args=[row.pk])).status_code == 404
    assert client_of("caretaker").get(row.get_absolute_url()).status_code == 200


def previewed(stage):
    """Asked, looked up, and the picture checked."""
    at = now()
    by = Taken(stage.cast.caretaker.person, at)
    row = workflow.look_up(asked(stage, at), looked(stage, at, found="", exception=""), by)
    session = begin(row, by.by, AtTheScreen(SessionKind.PREVIEW), at)
    ending.end_all(row.sessions.filter(pk=session.pk), by.by, at, "看完", "PIPL45")
    return OwnImageRequest.objects.get(pk=row.pk), at


@pytest.mark.clause("PIPL45")
def test_once_the_picture_was_checked_cameras_and_span_are_corrected_twice_with_a_reason(stage, client_of):
    row, at = previewed(stage)
    person = stage.cast.caretaker.person

    def correct(hours, words="申请人补充了时间"):
        other = looked(stage, at, begin=at - hours * HOUR, found="", exception="")
        return workflow.look_up(row, other, Taken(person, at, words))

    workflow.look_up(row, looked(stage, at, found="no"), Taken(person, at))
    with pytest.raises(StepRefused, match="请写明理由"):
        correct(3, "。")
    with pytest.raises(StepRefused, match="与登记的一致"):
        workflow.answer(row, OwnOutcome.LOOK, looked(stage, at, begin=at - 3 * HOUR), "", Taken(person, at))
    correct(3)
    assert "还可以更正 1 次" in client_of("caretaker").get(row.get_absolute_url()).content.decode()
    correct(4)
    with pytest.raises(StepRefused, match="最多更正 2 次"):
        correct(5)
    corrected = row.steps.filter(event="correct")
    assert [one.words for one in corrected] == ["申请人补充了时间"] * 2
    assert "不能再更正" in client_of("caretaker").get(row.get_absolute_url()).content.decode()
    done = workflow.answer(row, OwnOutcome.LOOK, looked(stage, at, begin=at - 4 * HOUR), "", Taken(person, at))
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
        workflow.withdraw(row, Taken(person, at))
    passing.go_through(now(), {})
    assert not LookFinding.objects.filter(kind="own_images").exists()
    untouched = asked(stage)
    workflow.withdraw(untouched, Taken(person, now()))
    passing.go_through(now(), {})
    assert not LookFinding.objects.filter(kind="own_images").exists(), "nobody looked"
    row, at = previewed(stage)
    workflow.answer(row, OwnOutcome.REFUSED, looked(stage, at, found="no"), "没有找到", Taken(person, at))
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
    by = Taken(stage.cast.caretaker.person, at)
    row = asked(stage, at)
    for day in (25, 24):
        workflow.look_up(row, looked(stage, begin=at - day * DAY, end=at - day * DAY + HOUR, found=""), by)
    [held] = Hold.objects.all()
    assert held.span_from == at - 25 * DAY

    def needless(member):
        asking = Asking(stage.cast.members[member].person, at, terms(), 5)
        return [one.href for part in hold_waits.gather(asking) for one in part if one.what == "hold_needless"]

    releases = [m for m in stage.cast.members if held in releasable_holds(stage.cast.members[m].person, at)]
    assert releases
    assert not any(needless(m) for m in releases)
    if over == "withdraw":
        workflow.withdraw(row, by)
    else:
        last = looked(stage, begin=at - 24 * DAY, end=at - 24 * DAY + HOUR, found="no")
        workflow.answer(row, OwnOutcome.REFUSED, last, "没有找到", by)
    held.refresh_from_db()
    assert held.state == "held", "two people release it, and nothing else does"
    assert all(needless(m) for m in releases)
    assert needless("operator") == []
