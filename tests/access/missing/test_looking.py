"""A supervised look: every missing condition is refused with its clause and gives no token; what ends a running one."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from custodes.access.missing import clock
from custodes.access.missing.pages import next_of
from custodes.access.models import Grant, MissingCase, SessionKind, SupervisedSession
from custodes.access.supervised import sessions
from custodes.access.supervised.sessions import AtTheScreen, begin
from custodes.cases import clocks
from custodes.people.accounts import account_closed
from custodes.people.models import Account, RecordOutbox
from custodes.places.lifecycle.stepping import StepRefused
from tests.access.agency.asked import Asked
from tests.access.missing import steps
from tests.access.missing.desk import FAMILY, HOUR, MINUTE, SECOND, now, wish
from tests.access.missing.steps import said as said_by
from tests.day import morning
from tests.patience import until

pytestmark = pytest.mark.postgresql


def ask(browser, session, *cameras, **more):
    return browser.post("/api/views", wish(session, *cameras, **more), content_type="application/json")


def clauses(answer):
    return {one["clause"] for one in answer.json()["refusal"]}


@pytest.mark.clause("S29")
def test_the_session_shows_its_span_burnt_with_the_viewers_name_and_nothing_else(desk, notary):
    session = desk.session(desk.ready())
    answer = ask(desk.browser(desk.officer), session)
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert body["live"] is False
    assert body["back_seconds"] == 0
    [record] = notary.of("grant")
    assert record.burnt == "白玛"
    assert record.session == session.pk
    assert record.ground == "missing_person"
    assert record.sound == ()
    assert record.live is False
    row = Grant.objects.get()
    assert (row.burnt, row.session, row.live, row.still) == ("白玛", session, False, False)
    assert "白玛" in row.watermark


def test_the_log_names_the_viewer_in_the_looks_record_and_in_no_step(desk, notary):
    session = desk.session(desk.ready())
    ask(desk.browser(desk.officer), session)
    sessions.end(session, desk.officer, now(), sessions.OWN_END)
    steps_told = RecordOutbox.objects.filter(type="case.step")
    told = str(list(steps_told.values_list("record", flat=True)))
    assert str(session.pk) in told
    for name in ("白玛", "旦珠", "540102199001010011"):
        assert name not in told
    assert session.missing.steps.get(event="session").words == "陪同查看"
    assert notary.of("grant")[0].burnt == "白玛"


@pytest.mark.clause("S29")
@pytest.mark.parametrize("name", ["", " ", "\u3164"])
def test_a_session_without_a_name_shows_nothing_rather_than_plain_footage(desk, notary, name):
    session = desk.session(desk.ready())
    SupervisedSession.objects.filter(pk=session.pk).update(viewer_name=name)
    answer = ask(desk.browser(desk.officer), session)
    assert answer.status_code == 403
    assert any("画面无法印上姓名" in one["reason"] for one in answer.json()["refusal"])
    assert not notary.of("grant")
    assert not Grant.objects.exists()


def test_neither_row_nor_record_nor_token_of_a_session_goes_without_its_name(desk, notary):
    from custodes.access.papers import grant_record, token_requests

    session = desk.session(desk.ready())
    ask(desk.browser(desk.officer), session)
    row = Grant.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=row.pk).update(burnt="")
    row.burnt = ""
    with pytest.raises(ValueError, match="viewer's name"):
        grant_record(row, tuple(row.cameras.all()))
    with pytest.raises(ValueError, match="viewer's name"):
        token_requests(row, tuple(row.cameras.all()))


def test_a_look_rests_on_a_session_or_on_a_request_never_on_both(desk, notary):
    session = desk.session(desk.ready())
    answer = ask(desk.browser(desk.officer), session, request=str(session.pk))
    assert answer.status_code == 400
    assert "只能依据一件" in answer.json()["refusal"][0]["reason"]
    assert not notary.records


def test_each_token_says_whose_name_is_burnt(desk, notary, monkeypatch):
    from custodes.access.papers import token_requests

    session = desk.session(desk.ready())
    ask(desk.browser(desk.officer), session)
    row = Grant.objects.get()
    [request] = token_requests(row, tuple(row.cameras.all()))
    assert request.claims["burnt"] == "白玛"
    assert request.claims["sound"] == []
    assert request.claims["live"] is False


BREAKS = {
    "no report": ({"report_number": ""}, {"N16.2(3)"}),
    "protection not asked": ({"protected": ""}, {"S33.1"}),
    "protection order": ({"protected": "yes"}, {"S33.1"}),
    "no relative": ({"relation": "other"}, {"CC1045"}),
    "no proof": ({"proof": "none"}, {"S29"}),
    "not of the three": ({"lost_as": ""}, {"S29"}),
    "grown up": ({"age": 18}, {"S29"}),
    "not previewed": ({"previewed_at": None}, {"S33.1"}),
    "closed": ({"state": "closed"}, {"S33.1"}),
}


@pytest.mark.clause("S29", "S33.1", "CC1045", "N16.2(3)")
@pytest.mark.parametrize("name", sorted(BREAKS))
def test_what_is_missing_of_the_case_is_refused_with_its_clause_and_opens_nothing(desk, notary, name):
    change, expected = BREAKS[name]
    session = desk.session(desk.ready())
    MissingCase.objects.filter(pk=session.missing_id).update(**change)
    answer = ask(desk.browser(desk.officer), session)
    assert answer.status_code == 403
    assert expected <= clauses(answer)
    assert "token" not in answer.content.decode()
    assert not notary.of("grant")
    [refusal] = notary.of("refusal")
    assert refusal.ground == "missing_person"
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    ("change", "clause"),
    [({"accepted": ""}, "S29"), ({"read_aloud": ""}, "S29"), ({"ended_at": morning()}, "S33.1")],
)
def test_what_is_missing_of_the_session_is_refused(desk, notary, change, clause):
    session = desk.session(desk.ready())
    SupervisedSession.objects.filter(pk=session.pk).update(**change)
    answer = ask(desk.browser(desk.officer), session)
    assert answer.status_code == 403
    assert clause in clauses(answer)
    assert not notary.of("grant")


@pytest.mark.clause("S29")
def test_never_live_and_never_beyond_span_or_cameras(desk, notary):
    session = desk.session(desk.ready())
    browser = desk.browser(desk.officer)
    live = ask(browser, session, live=True)
    assert (live.status_code, "S29" in clauses(live)) == (403, True)
    wider = {"from": (session.span_from - SECOND).isoformat(), "to": session.span_to.isoformat()}
    assert ask(browser, session, span=wider).status_code == 403
    assert ask(browser, session, span=None).status_code == 403
    assert ask(browser, session, desk.stage.yard).status_code == 404
    assert not notary.of("grant")


def test_somebody_elses_session_is_not_there(desk, notary, client_of):
    session = desk.session(desk.ready())
    for browser in (desk.browser(desk.lead), client_of("operator"), client_of("inspector"), client_of("outsider")):
        assert ask(browser, session).status_code == 404
    assert not notary.records


@pytest.mark.clause("S29")
def test_a_provisional_proof_is_enough_to_the_last_moment_and_no_longer(desk, notary):
    at = now()
    row = desk.ready(at - 30 * MINUTE, proof="provisional")
    until = clock.provisional_until(row)
    assert until is not None
    assert not clock.over(row, until)
    assert clock.over(row, until + datetime.timedelta(microseconds=1))
    session = desk.session(row)
    browser = desk.browser(desk.officer)
    grant = ask(browser, session).json()["grant"]
    MissingCase.objects.filter(pk=row.pk).update(opened_at=now() - (until - row.opened_at) - SECOND)
    late = browser.post(f"/api/views/{grant}/renew", {}, content_type="application/json")
    assert late.status_code == 403
    assert "临时证明已超过时限" in late.json()["refusal"][0]["reason"]
    assert Grant.objects.get().revoked_at is not None


@pytest.mark.clause("S29")
def test_when_it_runs_out_the_session_stops_and_the_case_stays(desk, notary):
    row = desk.ready(proof="provisional")
    session = desk.session(row)
    ask(desk.browser(desk.officer), session)
    assert clock.tick(now()) == 0
    assert clock.tick(now() + 61 * MINUTE) == 1
    session.refresh_from_db()
    row.refresh_from_db()
    assert session.ended_at is not None
    assert row.state == "viewed"
    assert Grant.objects.get().revoked_clause == "S29"
    assert clocks.sweep(now() + 61 * MINUTE)["access.missingcase.provisional_over"] == 1
    assert clocks.sweep(now() + 61 * MINUTE)["access.missingcase.provisional_over"] == 0
    row.refresh_from_db()
    steps.complete(row, {"proof": "shown"}, row.revision, said_by(desk.officer, now()))
    row.refresh_from_db()
    assert desk.session(row).is_open, "with the proof shown it goes on"


@pytest.mark.clause("S29", "S33.1")
def test_police_alone_look_on_behind_the_last_moment_and_the_family_does_not(desk, notary):
    row = desk.ready(proof="provisional")
    until = clock.provisional_until(row)
    assert until is not None
    just = datetime.timedelta(microseconds=1)
    assert next_of(row, until).name == "session"
    assert next_of(row, until + just).name == "prove"
    family = begin(row, desk.officer, FAMILY, until)
    assert clock.tick(until) == 0
    assert clock.tick(until + just) == 1
    family.refresh_from_db()
    assert not family.is_open
    row.refresh_from_db()
    with pytest.raises(StepRefused) as refused:
        begin(row, desk.officer, FAMILY, until + just)
    assert any("临时证明已超过时限" in one.reason_zh for one in refused.value.unmet)
    police = begin(row, desk.officer, AtTheScreen(SessionKind.POLICE), until + just)
    assert clock.tick(until + HOUR) == 0
    police.refresh_from_db()
    assert police.is_open
    MissingCase.objects.filter(pk=row.pk).update(opened_at=row.opened_at - 2 * HOUR)
    browser = desk.browser(desk.officer)
    grant = ask(browser, police).json()["grant"]
    assert browser.post(f"/api/views/{grant}/renew", {}, content_type="application/json").status_code == 200
    sessions.end(police, desk.officer, now(), sessions.OWN_END)
    row.refresh_from_db()
    page = browser.get(row.get_absolute_url()).content.decode()
    assert reverse("access:session_alone", args=[row.pk, "police"]) in page
    assert f'href="{reverse("access:session_begin", args=[row.pk])}"' not in page


def test_renewals_of_a_page_that_nobody_sits_before_keep_no_login_alive(desk, notary):
    from custodes.web.middleware.sessions import SEEN

    session = desk.session(desk.ready())
    browser = desk.browser(desk.officer)
    grant = ask(browser, session).json()["grant"]

    def kept_alive():
        store = browser.session
        store[SEEN] = (now() - 10 * MINUTE).isoformat()
        store.save()
        browser.post(f"/api/views/{grant}/renew", {}, content_type="application/json")
        return now() - datetime.datetime.fromisoformat(browser.session[SEEN]) < MINUTE

    assert not kept_alive(), "somebody has to be there, and a renewal doesn't say so"
    assert Grant.objects.get().renewed_at is not None
    Grant.objects.filter(pk=grant).update(session=None, request=Asked.on(desk.stage).draft())
    assert not kept_alive(), "of a request's officers no more than of a session's"
    # What a look of the own duty renews does, as it ever did: a wall is watched without touching anything.
    Grant.objects.filter(pk=grant).update(request=None)
    assert kept_alive()


@pytest.mark.clause("S33.1")
def test_a_protection_order_leaves_police_alone_at_the_screen(desk, notary):
    row = desk.ready(protected="yes")
    with pytest.raises(StepRefused) as refused:
        desk.session(row)
    assert any("保护令" in one.reason_zh for one in refused.value.unmet)
    session = desk.session(row, AtTheScreen(SessionKind.POLICE))
    assert ask(desk.browser(desk.officer), session).status_code == 201
    assert notary.of("grant")[0].burnt == desk.officer.name


def test_an_order_that_becomes_known_ends_the_familys_look(desk, notary):
    row = desk.ready()
    session = desk.session(row)
    ask(desk.browser(desk.officer), session)
    row.refresh_from_db()
    steps.complete(row, {"protected": "yes"}, row.revision, said_by(desk.officer, now()))
    session.refresh_from_db()
    assert not session.is_open
    assert Grant.objects.get().revoked_at is not None


def test_signing_out_ends_the_session_and_takes_the_look_back(desk, notary):
    session = desk.session(desk.ready())
    browser = desk.browser(desk.officer)
    ask(browser, session)
    browser.logout()
    session.refresh_from_db()
    assert session.ended_why == sessions.SIGNED_OUT
    assert Grant.objects.get().revoked_at is not None
    assert RecordOutbox.objects.filter(type="revocation").exists()


def test_a_closed_account_ends_it(desk, notary):
    session = desk.session(desk.ready())
    account = Account.objects.get(person=desk.officer)
    account_closed.send(sender=None, account=account, at=now())
    session.refresh_from_db()
    assert not session.is_open


def test_the_officers_end_and_the_cases_end_stop_the_picture(desk, notary):
    session = desk.session(desk.ready())
    browser = desk.browser(desk.officer)
    ask(browser, session)
    browser.post(reverse("access:session_end", args=[session.pk]))
    assert Grant.objects.get().revoked_at is not None
    assert ask(browser, session).status_code == 403
    again = desk.session(session.missing)
    steps.stop(session.missing, said_by(desk.officer, now(), "孩子已自行回家"))
    again.refresh_from_db()
    assert not again.is_open


def test_a_session_at_whose_screen_nobody_is_ends_by_itself(desk, notary):
    session = desk.session(desk.ready())
    assert sessions.sweep(now()) == 0
    assert sessions.sweep(now() + HOUR) == 1
    session.refresh_from_db()
    assert session.ended_why == sessions.LEFT


def test_one_session_at_a_time_and_the_viewer_is_named_and_known(desk, notary):
    row = desk.ready()
    desk.session(row)
    with pytest.raises(StepRefused, match="正在查看"):
        desk.session(row)
    other = desk.ready()
    unknown = AtTheScreen(SessionKind.WITH_VIEWER, "白玛", "none", "", "", read_aloud="zh", accepted="spoken")
    with pytest.raises(StepRefused) as refused:
        begin(other, desk.officer, unknown, now())
    assert refused.value.unmet[0].clause == "S33.1"
    assert FAMILY.name == "白玛"


def test_the_worker_is_told_at_once_with_the_reason(desk, notary, django_capture_on_commit_callbacks):
    session = desk.session(desk.ready())
    grant = ask(desk.browser(desk.officer), session).json()["grant"]
    with django_capture_on_commit_callbacks(execute=True):
        sessions.end(session, desk.officer, now(), sessions.OWN_END)
    calls = until(lambda: [body for path, _worker, body in desk.stage.worker.calls if path == "/internal/revoke"])
    assert calls[0]["grants"] == [grant]
    assert calls[0]["reason"] == sessions.OWN_END
