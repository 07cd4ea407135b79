"""A case through its pages: opened on one page, what is missing said as it is typed, narrowed, previewed, found, reviewed."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from custodes.access.missing.case import is_own
from custodes.access.models import Grant, MissingCase, MissingPaper, SessionKind, SupervisedSession
from custodes.access.supervised import sessions
from custodes.access.supervised.sessions import AtTheScreen
from custodes.people.lawful import terms
from custodes.people.models import Account, Person, Post, PostKind, RecordOutbox, Unit, UnitKind
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera, CameraState
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.waits import access
from tests.access.missing import steps
from tests.access.missing.desk import HOUR, STATED, now, wish
from tests.access.missing.steps import said as said_by
from tests.cast import SINCE

pytestmark = pytest.mark.postgresql


def text(answer):
    return answer.content.decode()


@pytest.mark.clause("S29")
def test_a_case_is_opened_on_one_page_and_goes_straight_to_places_and_times(desk):
    browser = desk.browser(desk.officer)
    answer = browser.post(reverse("access:missing_open"), STATED)
    row = MissingCase.objects.get()
    assert answer.headers["Location"] == reverse("access:missing_scope", args=[row.pk])
    assert row.state == "admitted"
    assert row.number.startswith("走失〔")
    steps = [record.record["event"] for record in RecordOutbox.objects.filter(type="case.step").order_by("created_at")]
    assert sorted(steps) == ["admit", "open"]
    assert "旦珠" not in str(RecordOutbox.objects.filter(type="case.step").values_list("record", flat=True))


@pytest.mark.clause("S29", "CC1045", "N16.2(3)", "S33.1")
def test_what_is_missing_is_said_as_it_is_typed_and_keeps_nobody_from_opening(desk):
    browser = desk.browser(desk.officer)
    said = text(browser.post(reverse("access:missing_check"), {"lost_as": "child", "relation": "other"}))
    for words in ("申请人不是监护人或者近亲属", "未登记接警编号", "尚未核实是否有人身安全保护令"):
        assert words in said
    assert "没有指明点位" not in said, "places come later"
    assert not MissingCase.objects.exists()
    assert "条件齐备" in text(browser.post(reverse("access:missing_check"), STATED))
    browser.post(reverse("access:missing_open"), {"lost_name": "旦珠"})
    row = MissingCase.objects.get()
    assert row.state == "opened"
    page = browser.get(row.get_absolute_url())
    assert "补充登记" in text(page)
    browser.post(reverse("access:missing_facts", args=[row.pk]), STATED | {"revision": row.revision})
    row.refresh_from_db()
    assert row.state == "admitted"


def test_two_who_complete_one_case_do_not_write_over_each_other(desk):
    row = desk.open()
    browser = desk.browser(desk.officer)
    url = reverse("access:missing_facts", args=[row.pk])
    seen = row.revision
    assert browser.post(url, STATED | {"revision": seen, "phone": "1"}).status_code == 302
    late = browser.post(url, STATED | {"revision": seen, "phone": "2"})
    assert late.status_code == 422
    row.refresh_from_db()
    assert row.phone == "1"


@pytest.mark.clause("S29")
def test_only_the_platforms_cameras_within_the_division_may_be_chosen(desk):
    row = desk.open()
    browser = desk.browser(desk.officer)
    url = reverse("access:missing_scope", args=[row.pk])
    page = text(browser.get(url, {"q": "校门"}))
    assert str(desk.stage.gate.pk) in page
    assert str(desk.stage.lobby.pk) not in page
    span = {
        "span_from": (now() - 2 * HOUR).strftime("%Y-%m-%dT%H:%M"),
        "span_to": (now() - HOUR).strftime("%Y-%m-%dT%H:%M"),
    }
    refused = browser.post(url, span | {"cameras": [str(desk.stage.lobby.pk)]})
    assert refused.status_code == 422
    desk.stage.school.posts.filter(post__unit__kind=UnitKind.PUBLIC_SECURITY).delete()
    off = browser.post(url, span | {"cameras": [str(desk.stage.gate.pk)]})
    assert off.status_code == 422, "no police watch it any more: not the platform's"
    row.refresh_from_db()
    assert row.state == "admitted"


@pytest.mark.parametrize(("days", "offered"), [(1, True), (89, True), (91, False)])
def test_a_camera_that_was_stopped_lately_is_chosen_too_and_said_to_be_stopped(desk, days, offered):
    row, browser = desk.open(), desk.browser(desk.officer)
    stopped = {"state": CameraState.RETIRED, "connected_at": SINCE, "retired_at": now() - days * 24 * HOUR}
    Camera.objects.filter(pk__in=(desk.stage.gate.pk, desk.stage.lobby.pk)).update(**stopped)
    url = reverse("access:missing_scope", args=[row.pk])
    page = text(browser.get(url, {"q": "校门"}))
    assert (f"{desk.stage.gate.number} {desk.stage.gate.name}（已停用）" in page) is offered
    drawn = {"subject": f"missing:{row.pk}", "box": None, "shape": None}
    told = browser.post(reverse("access:choosing_window"), drawn, content_type="application/json")
    assert told.json()["unplaced"] == (2 if offered else 1), "the yard is in use"
    span = {"span_from": (now() - 2 * HOUR).isoformat(), "span_to": (now() - HOUR).isoformat()}
    for camera, status in ((desk.stage.lobby, 422), (desk.stage.gate, 302 if offered else 422)):
        assert browser.post(url, span | {"cameras": [str(camera.pk)]}).status_code == status


def test_a_span_to_come_and_one_too_long_are_refused_with_words(desk):
    row = desk.open()
    browser = desk.browser(desk.officer)
    url = reverse("access:missing_scope", args=[row.pk])
    cameras = {"cameras": [str(desk.stage.gate.pk)]}
    for begin, end, words in ((-1, 1, "时段尚未到来"), (-800, -1, "时段超过一次申请的上限")):
        span = {
            "span_from": (now() + begin * HOUR).isoformat(),
            "span_to": (now() + end * HOUR).isoformat(),
        }
        assert words in text(browser.post(url, span | cameras))


@pytest.mark.clause("S33.1")
def test_a_first_look_counts_only_where_a_picture_was_shown(desk, notary):
    row = desk.narrow(desk.open())
    browser = desk.browser(desk.officer)
    began = browser.post(reverse("access:session_alone", args=[row.pk, "preview"]))
    session = SupervisedSession.objects.get()
    assert began.headers["Location"] == reverse("access:session", args=[session.pk])
    assert session.kind == SessionKind.PREVIEW
    shown = f"{reverse('access:session_pictured', args=[session.pk])}?camera={desk.stage.gate.pk}"
    browser.post(shown)
    session.refresh_from_db()
    assert session.first_picture_at is None, "without a recorded grant nothing was shown, whatever a page says"
    browser.post(reverse("access:session_end", args=[session.pk]), {"previewed": "1"})
    row.refresh_from_db()
    assert row.previewed_at is None
    browser.post("/api/views", wish(session), content_type="application/json")
    assert notary.of("grant")[0].burnt == desk.officer.name
    browser.post(shown)
    browser.post(reverse("access:session_end", args=[session.pk]), {"previewed": "1"})
    row.refresh_from_db()
    assert row.previewed_at is not None
    assert row.first_picture_at is not None
    assert row.first_shown_at is None, "nobody of the family has seen it yet"
    desk.narrow(row, desk.stage.yard)
    row.refresh_from_db()
    assert row.previewed_at is None, "another scope is looked at first again"


@pytest.mark.clause("S33.1")
def test_a_first_look_counts_when_each_chosen_camera_has_had_its_picture(desk, notary):
    gate, yard = desk.stage.gate, desk.stage.yard
    row = desk.narrow(desk.open(), gate, yard)
    browser = desk.browser(desk.officer)

    def begun():
        browser.post(reverse("access:session_alone", args=[row.pk, "preview"]))
        return row.sessions.get(ended_at__isnull=True)

    def look(session, camera):
        browser.post("/api/views", wish(session, camera), content_type="application/json")
        browser.post(f"{reverse('access:session_pictured', args=[session.pk])}?camera={camera.pk}")

    def previewed(session):
        answer = browser.post(reverse("access:session_end", args=[session.pk]), {"previewed": "1"}, follow=True)
        row.refresh_from_db()
        return text(answer)

    session = begun()
    url = reverse("access:session", args=[session.pk])
    look(session, gate)
    browser.post(f"{reverse('access:session_pictured', args=[session.pk])}?camera={yard.pk}")
    assert list(session.pictured.all()) == [gate], "of the yard nothing was granted yet"
    page = text(browser.get(url))
    assert f'<a href="?camera={yard.pk}">{yard.name}</a>' in page
    assert f'<a href="?camera={gate.pk}">' not in page
    assert f"以下点位还没有显示过画面：{yard.name}。" in previewed(session)
    assert row.previewed_at is None
    # The yard has no recordings of that span: without it, what was seen needs not be seen again.
    span = row.span
    steps.narrow(row, steps.Chosen((gate,), *span), said_by(desk.officer, now()))
    session = begun()
    previewed(session)
    assert row.previewed_at is None, "a session that showed nothing counts as no look"
    look(session, gate)
    previewed(session)
    assert row.previewed_at is not None
    # Another span is another look.
    steps.narrow(row, steps.Chosen((gate, yard), span[0] + HOUR / 2, span[1]), said_by(desk.officer, now()))
    session = begun()
    look(session, yard)
    assert gate.name in previewed(session)
    look(session, gate)
    previewed(session)
    assert row.previewed_at is not None


def test_the_time_to_the_first_picture_is_kept_once(desk, notary):
    row = desk.ready()
    session = desk.session(row)
    desk.browser(desk.officer).post("/api/views", wish(session), content_type="application/json")
    first = now() + datetime.timedelta(seconds=5)
    assert not sessions.tell(session, desk.stage.yard, first), "of another camera nothing was granted"
    assert sessions.tell(session, desk.stage.gate, first)
    assert not sessions.tell(session, desk.stage.gate, first + HOUR)
    row.refresh_from_db()
    assert row.first_picture_at == row.first_shown_at == first
    assert "从受理到首次显示画面" in text(desk.browser(desk.officer).get(row.get_absolute_url()))


@pytest.mark.clause("S29", "S33.1")
def test_a_find_stops_the_picture_and_goes_to_police_first(desk, notary):
    row = desk.ready()
    session = desk.session(row)
    browser = desk.browser(desk.officer)
    browser.post("/api/views", wish(session), content_type="application/json")
    moment = session.span_from + datetime.timedelta(minutes=7)
    browser.post(
        reverse("access:session_find", args=[session.pk]),
        {"camera": str(desk.stage.gate.pk), "moment": moment.isoformat()},
    )
    row.refresh_from_db()
    assert row.found_camera == desk.stage.gate
    assert row.found_picture_at == moment
    assert row.state == "viewed"
    assert Grant.objects.get().revoked_at is not None
    page = text(browser.get(row.get_absolute_url()))
    assert "先通知处警民警，再告知家属" in page
    stop = browser.post(reverse("access:missing_stop", args=[row.pk]), {"words": "结束"})
    assert stop.status_code == 422, "a find can't be dropped silently"
    told = {"told": "多吉，八廓派出所", "told_at": (now() + HOUR).isoformat()}
    assert browser.post(reverse("access:missing_found", args=[row.pk]), told).status_code == 422
    told["told_at"] = now().isoformat()
    assert browser.post(reverse("access:missing_found", args=[row.pk]), told).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.police_told) == ("closed", "多吉，八廓派出所")


@pytest.mark.clause("S33.1")
def test_another_person_reviews_it(desk, notary):
    row = desk.ready()
    session = desk.session(row)
    browser = desk.browser(desk.officer)
    browser.post(reverse("access:session_end", args=[session.pk]))
    browser.post(reverse("access:missing_stop", args=[row.pk]), {"words": "孩子已自行回家"})
    url = reverse("access:missing_review", args=[row.pk])
    assert browser.post(url, {"words": "无异常"}).status_code == 403, "a duty officer reviews nothing"
    lead = desk.browser(desk.lead)
    assert "id_review_words" in text(lead.get(row.get_absolute_url()))
    assert "请由没有经办本件的值班长复核" in text(browser.get(row.get_absolute_url()))
    assert lead.post(url, {"words": ""}).status_code == 422
    assert lead.post(url, {"words": "无异常"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "archived"
    assert row.reviewed_by == desk.lead
    mine = desk.ready()
    MissingCase.objects.filter(pk=mine.pk).update(opened_by=desk.lead, state="closed")
    assert lead.post(reverse("access:missing_review", args=[mine.pk]), {"words": "无异常"}).status_code == 422


@pytest.mark.clause("S33.1")
def test_whoever_took_any_step_of_it_reviews_it_neither_here_nor_on_the_desk(desk, notary):
    row = desk.ready()
    assert not is_own(row, desk.lead)
    steps.complete(row, {"phone": "13900000001"}, row.revision, said_by(desk.lead, now()))
    row.refresh_from_db()
    steps.stop(row, said_by(desk.officer, now(), "孩子已自行回家"))
    url = reverse("access:missing_review", args=[row.pk])
    lead = desk.browser(desk.lead)
    assert "id_review_words" not in text(lead.get(row.get_absolute_url()))
    refused = lead.post(url, {"words": "无异常"})
    assert refused.status_code == 422
    assert "办理过本件的人员不能复核本件" in text(refused)
    other = desk.ready()
    steps.stop(other, said_by(desk.officer, now(), "孩子已自行回家"))
    told = [one.href for some in access.gather_missing(Asking(desk.lead, now(), terms(), 9)) for one in some]
    assert other.get_absolute_url() in told
    assert row.get_absolute_url() not in told


@pytest.mark.clause("S29", "S33.1")
def test_after_a_find_nobody_looks_on_until_police_were_told(desk, notary):
    row = desk.ready()
    session = desk.session(row)
    browser = desk.browser(desk.officer)
    steps.find(session, desk.stage.gate, None, said_by(desk.officer, now()))
    for kind in ("preview", "police"):
        refused = browser.post(reverse("access:session_alone", args=[row.pk, kind]))
        assert refused.status_code == 422
        assert "未登记通知了哪位处警民警" in text(refused)
    row.refresh_from_db()
    with pytest.raises(StepRefused) as family:
        desk.session(row)
    assert "先通知处警民警" in family.value.unmet[0].remedy_zh
    with pytest.raises(StepRefused) as anew:
        desk.narrow(row, desk.stage.yard)
    assert anew.value.unmet
    assert row.sessions.count() == 1
    # A look of another screen whose session was begun before closes with its next token.
    SupervisedSession.objects.filter(pk=session.pk).update(ended_at=None)
    late = browser.post("/api/views", wish(session), content_type="application/json")
    assert late.status_code == 403
    assert not Grant.objects.exists()


def test_a_find_on_an_old_page_stops_the_session_that_runs_now(desk, notary):
    row = desk.ready()
    old = desk.session(row)
    browser = desk.browser(desk.officer)
    browser.post(reverse("access:session_end", args=[old.pk]))
    row.refresh_from_db()
    running = desk.session(row)
    browser.post("/api/views", wish(running), content_type="application/json")
    browser.post(reverse("access:session_find", args=[old.pk]), {"camera": str(desk.stage.gate.pk)})
    running.refresh_from_db()
    assert not running.is_open
    assert Grant.objects.get().revoked_at is not None


def test_a_mistaken_find_is_taken_back_with_its_reason(desk, notary):
    row = desk.ready()
    url = reverse("access:missing_not_found", args=[row.pk])
    browser = desk.browser(desk.officer)
    assert browser.post(url, {"words": "看错了"}).status_code == 422, "nothing was entered"
    steps.find(desk.session(row), desk.stage.gate, None, said_by(desk.officer, now()))
    assert "id_not_found_words" in text(browser.get(row.get_absolute_url()))
    assert browser.post(url, {"words": " "}).status_code == 422
    assert browser.post(url, {"words": "衣着相近的另一名儿童"}).status_code == 302
    row.refresh_from_db()
    assert (row.found_at, row.found_camera, row.found_picture_at) == (None, None, None)
    step = row.steps.get(event="not_found")
    assert step.words == "衣着相近的另一名儿童"
    assert step.record.record["event"] == "not_found"
    assert desk.session(row).is_open, "looking goes on"


def test_a_find_entered_after_a_new_scope_can_still_be_closed(desk, notary):
    row = desk.ready()
    session = desk.session(row)
    desk.narrow(row, desk.stage.yard)
    steps.find(session, desk.stage.gate, None, said_by(desk.officer, now()))
    row.refresh_from_db()
    assert row.state == "scheduled"
    steps.close_found(row, "多吉，八廓派出所", now(), said_by(desk.officer, now()))
    row.refresh_from_db()
    assert row.state == "closed"


def _elsewhere(desk):
    unit = Unit.objects.create(
        name="堆龙德庆区公安分局", kind=UnitKind.PUBLIC_SECURITY, division=desk.stage.cast.units["b"].division
    )
    person = Person.objects.create(name="强巴", unit=unit)
    Account.objects.create(username="duilong", person=person)
    for kind in (PostKind.DUTY_OFFICER, PostKind.DUTY_LEAD):
        Post.objects.create(person=person, unit=unit, kind=kind, valid_from=SINCE)
    return person


@pytest.mark.clause("S33.1")
def test_another_police_units_officer_finds_neither_case_nor_session(desk, notary, client_of):
    row = desk.ready()
    session = desk.session(row)
    held = MissingPaper.objects.create(missing=row, kind="proof", paper=_paper(desk), by=desk.officer, at=now())
    other = desk.browser(_elsewhere(desk))
    assert str(row.pk) not in text(other.get(reverse("access:missing_list")))
    gets = [("missing", ()), ("missing_facts", ()), ("missing_scope", ()), ("session_begin", ())]
    for browser in (other, client_of("operator"), client_of("lead"), client_of("inspector")):
        for name, more in gets:
            assert browser.get(reverse(f"access:{name}", args=[row.pk, *more])).status_code in (403, 404)
        assert browser.get(reverse("access:missing_paper", args=[row.pk, held.pk])).status_code in (403, 404)
        assert browser.get(reverse("access:session", args=[session.pk])).status_code in (403, 404)
        for name in ("missing_found", "missing_not_found", "missing_stop", "missing_review", "missing_paper_add"):
            answer = browser.post(reverse(f"access:{name}", args=[row.pk]), {"words": "x", "told": "x"})
            assert answer.status_code in (403, 404)
        for name in ("session_pictured", "session_end", "session_find"):
            assert browser.post(reverse(f"access:{name}", args=[session.pk])).status_code in (403, 404)
        assert browser.post(reverse("access:session_alone", args=[row.pk, "preview"])).status_code in (403, 404)
    session.refresh_from_db()
    assert session.is_open


def test_a_colleague_sees_the_case_but_not_the_picture_of_anothers_session(desk, notary):
    row = desk.ready()
    session = desk.session(row)
    lead = desk.browser(desk.lead)
    assert lead.get(row.get_absolute_url()).status_code == 200
    assert lead.get(reverse("access:session", args=[session.pk])).status_code == 404
    assert lead.post(reverse("access:session_find", args=[session.pk])).status_code == 404


def test_the_sessions_page_names_span_and_cameras_and_no_way_to_a_file(desk, notary):
    session = desk.session(desk.ready())
    browser = desk.browser(desk.officer)
    page = browser.get(reverse("access:session", args=[session.pk]))
    assert f'session="{session.pk}"' in text(page)
    assert 'camera-name="校门"' in text(page)
    assert "download" not in text(page)
    assert page.headers["Cache-Control"].startswith("max-age=0")
    browser.post(reverse("access:session_end", args=[session.pk]))
    assert "custodes-player" not in text(browser.get(reverse("access:session", args=[session.pk])))


def _paper(desk):
    from custodes.people.papers.keeping import keep_paper
    from tests.people.papers.samples import pdf, upload

    return keep_paper(upload(pdf()), by=desk.officer, at=now())


def test_a_proof_is_added_and_each_reading_is_on_record(desk):
    from tests.people.papers.samples import pdf

    row = desk.open()
    browser = desk.browser(desk.officer)
    file = SimpleUploadedFile("户口簿.pdf", pdf(), "application/pdf")
    answer = browser.post(reverse("access:missing_paper_add", args=[row.pk]), {"kind": "proof", "file": file})
    assert answer.status_code == 302
    held = MissingPaper.objects.get()
    assert browser.get(reverse("access:missing_paper", args=[row.pk, held.pk])).status_code == 200
    assert RecordOutbox.objects.filter(type="paper.read").exists()


OURS = ("missing/", "sessions/", "individual/")


def _routes(patterns, prefix=""):
    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _routes(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield route


def test_no_address_of_cases_and_sessions_serves_footage():
    ours = [route for route in _routes(get_resolver().url_patterns) if route.startswith(OURS)]
    assert len(ours) > 10
    last = {route.rstrip("/").rsplit("/", 1)[-1] for route in ours}
    known = {
        *("missing", "new", "check", "<uuid:pk>", "facts", "scope", "found", "not_found", "stop", "review"),
        *("papers", "<uuid:paper>", "session", "<slug:kind>", "pictured", "end", "find"),
        *("turn", "individual", "decide", "close"),
        *("sheet.pdf", "pledge.pdf", "notice.pdf"),  # forms that are filled with words
        "export.<slug:form>",  # the lists of cases, as their pages show them
    }
    assert last == known, "a new address of this ground has to be shown to serve no picture and no file"


def test_the_sheet_and_the_words_are_printed_for_the_desk_alone(desk, client_of):
    from tests.web.printing.test_register import text_of

    row = desk.ready()
    session = desk.session(row)
    browser = desk.browser(desk.officer)
    browser.post(reverse("access:session_end", args=[session.pk]))
    sheet = text_of(browser, reverse("access:missing_print_sheet", args=[row.pk]))
    for words in (row.number, "旦珠", "白玛", "JJ20261126-0417", "按指印", "校门"):
        assert words in sheet
    assert "只为寻找旦珠" in text_of(browser, reverse("access:missing_print_pledge", args=[row.pk]))
    assert client_of("inspector").get(reverse("access:missing_print_sheet", args=[row.pk])).status_code == 403


def test_the_family_may_be_a_unit_and_police_alone_need_no_viewer(desk, notary):
    row = desk.ready(relation="guardian", guardian_unit="拉萨市儿童福利院")
    assert desk.session(row, AtTheScreen(SessionKind.PREVIEW)).viewer_name == desk.officer.name
    assert "拉萨市儿童福利院" in text(desk.browser(desk.officer).get(row.get_absolute_url()))
