"""Looking under a request: both officers there, exactly what was granted, and an end when one leaves or the holder takes it back."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.utils import timezone

from custodes.access.agency import presence
from custodes.access.models import AgencyRequest, AgencySitting, Grant
from custodes.access.papers import microseconds, token_requests
from custodes.cases import clocks
from custodes.node.gate import FootageBounds
from custodes.people import accounts, posts
from custodes.people.models import Entrustment, EntrustmentKind, EntrustmentState, PostKind, RecordOutbox
from custodes.places.node_answers import Timeline
from custodes.video.wire.token import GrantClaims
from tests.access.agency import deciding
from tests.access.agency.asked import HOUR, colleague

SECOND = datetime.timedelta(seconds=1)


def wish(browser, row, *cameras, span=None, live=False):
    begin, end = span or row.span
    body = {
        "cameras": [str(camera.pk) for camera in cameras or row.cameras.all()],
        "live": live,
        "span": {"from": begin.isoformat(), "to": end.isoformat()},
        "request": str(row.pk),
    }
    return browser.post("/api/views", body, content_type="application/json")


def beat(browser, row):
    return browser.post(f"/api/requests/{row.pk}/present", {}, content_type="application/json")


def clauses(answer):
    return [one["clause"] for one in answer.json()["refusal"]]


@pytest.fixture
def both(asked, notary, client_of):
    """A request that was granted online, with both officers on its page."""
    row = asked.granted("online")
    browsers = client_of("officer"), client_of("second")
    for browser in browsers:
        beat(browser, row)
    return row, browsers


@pytest.mark.clause("S28.1(1)", "S27")
def test_one_officer_alone_sees_nothing_and_both_see_what_was_granted(asked, notary, client_of):
    row = asked.granted("online")
    first, second = client_of("officer"), client_of("second")
    assert beat(first, row).json()["enough"] is False
    alone = wish(first, row)
    assert alone.status_code == 403
    assert clauses(alone) == ["S28.1(1)"]
    assert alone.json()["index"] is not None, "a refusal is on record"
    assert beat(second, row).json()["enough"] is True
    answer = wish(first, row)
    assert answer.status_code == 201
    [record] = notary.of("grant")
    assert record.ground == "agency"
    assert record.request == row.pk
    assert record.beside == ("次旺",)
    assert not record.live
    assert record.back_seconds == 0
    assert record.sound == ()
    assert record.span == (microseconds(row.span_from), microseconds(row.span_to))
    assert record.purpose == row.purpose
    for part in ("王芳", "次旺", row.number):
        assert part in answer.json()["watermark"]


@pytest.mark.clause("S28.1(1)", "S33.1")
def test_two_of_whom_one_was_handed_the_others_password_are_not_two(asked, both):
    """Who confirms a new password reads it, and could sit on both pages."""
    row, (first, _second) = both
    step = Entrustment.objects.create(
        kind=EntrustmentKind.RESET,
        person=asked.second.person,
        made_by=asked.stage.cast.security_admin.person,
        made_at=timezone.now(),
        state=EntrustmentState.CONFIRMED,
        decided_by=asked.stage.cast.officer.person,
        decided_at=timezone.now(),
    )
    refused = wish(first, row)
    assert (refused.status_code, clauses(refused)) == (403, ["S33.1"])
    step.delete()
    assert wish(first, row).status_code == 201


@pytest.mark.clause("S33.1")
def test_the_token_opens_exactly_what_was_granted_and_the_node_sends_nothing_else(asked, both):
    row, (first, _second) = both
    wish(first, row)
    grant = Grant.objects.get()
    [request] = token_requests(grant, tuple(grant.cameras.all()))
    claims = GrantClaims.model_validate(request.claims | {"index": 1, "iat": 0, "exp": 60})
    bounds = FootageBounds.of(claims)
    begin, end = microseconds(row.span_from), microseconds(row.span_to)
    now = microseconds(timezone.now())
    assert bounds.cameras == {asked.stage.gate.pk}
    assert bounds.opens(begin, end, now)
    assert not bounds.opens(begin - 1, begin + 1_000_000, now)
    assert not bounds.opens(end - 1_000_000, end + 1, now)
    assert not bounds.opens_live(now, now)
    assert bounds.windows(now) == ((begin, end),)
    assert claims.sound == ()


@pytest.mark.clause("S28.1(3)")
def test_outside_of_what_was_granted_the_web_refuses_too(asked, both):
    row, (first, _second) = both
    assert wish(first, row, asked.stage.yard).status_code == 404, "of other cameras they learn nothing"
    wider = wish(first, row, span=(row.span_from - SECOND, row.span_to))
    assert clauses(wider) == ["S28.1(3)"]
    assert clauses(wish(first, row, live=True)) == ["S27"]
    narrower = wish(first, row, span=(row.span_from + SECOND, row.span_to))
    assert narrower.status_code == 201
    assert Grant.objects.count() == 1


@pytest.mark.clause("S28.1(1)")
def test_when_one_leaves_the_picture_stops_with_the_clause_and_is_taken_up_when_both_are_back(asked, both):
    row, (first, second) = both
    grant = wish(first, row).json()["grant"]
    assert second.post(f"/api/requests/{row.pk}/leave", {}, content_type="application/json").status_code == 204
    held = Grant.objects.get(pk=grant)
    assert held.revoked_clause == "S28.1(1)"
    assert RecordOutbox.objects.filter(type="revocation", record__clause="S28.1(1)").exists()
    again = first.post(f"/api/views/{grant}/renew", {}, content_type="application/json")
    assert again.status_code == 403
    assert clauses(again) == ["S28.1(1)"]
    assert clauses(wish(first, row)) == ["S28.1(1)"]
    beat(second, row)
    beat(first, row)
    assert wish(first, row).status_code == 201
    assert Grant.objects.count() == 2


@pytest.mark.clause("S28.1(1)")
def test_silence_counts_as_having_left(asked, both):
    row, (first, _second) = both
    wish(first, row)
    now = timezone.now()
    assert presence.tick(now) == 0
    row.officers.filter(person=asked.second.person).update(seen_at=now - 11 * SECOND)
    assert presence.tick(now) == 1
    assert presence.tick(now) == 0
    assert Grant.objects.get().revoked_clause == "S28.1(1)"


def test_signing_out_and_the_end_of_a_post_count_at_once(asked, both):
    row, (first, second) = both
    wish(first, row)
    second.post("/accounts/logout/")
    assert Grant.objects.get().revoked_clause == "S28.1(1)"
    beat_again = asked.second.account
    assert beat_again.is_active
    second.force_login(beat_again)
    beat(second, row)
    beat(first, row)
    assert wish(first, row).status_code == 201
    posts.end(asked.second.post, by=asked.stage.cast.security_admin.person, at=timezone.now())
    assert Grant.objects.open().count() == 0
    assert beat(second, row).status_code == 404


@pytest.mark.clause("S28.1(1)", "S28.1(2)")
def test_at_the_counter_both_stand_beside_the_member_of_staff_and_are_named(asked, notary, client_of):
    row = asked.granted()
    browser = client_of("caretaker")
    assert clauses(wish(browser, row)) == ["S28.1(1)"]
    officers = list(row.officers.all())
    browser.post(f"/requests/{row.pk}/sit/", {"officer": [str(officers[0].pk)]})
    assert not AgencySitting.objects.exists(), "one is not enough"
    browser.post(f"/requests/{row.pk}/sit/", {"officer": [str(one.pk) for one in officers]})
    answer = wish(browser, row)
    assert answer.status_code == 201
    assert all(name in answer.json()["watermark"] for name in ("次仁", "王芳", "次旺"))
    [record] = notary.of("grant")
    assert record.beside == ("王芳", "次旺")
    assert wish(client_of("lead"), row).status_code == 403, "the sitting is the one colleague's"
    assert presence.tick(timezone.now()) == 0
    browser.post(f"/requests/{row.pk}/rise/")
    assert Grant.objects.get().revoked_clause == "S28.1(1)"
    assert clauses(wish(browser, row)) == ["S28.1(1)"]
    events = list(row.steps.values_list("event", flat=True))
    assert events[-2:] == ["sit", "rise"]


def test_a_sitting_whose_page_was_forgotten_ends(asked, notary, client_of):
    row = asked.granted()
    presence.sit(row, asked.staff, list(row.officers.all()), asked.at)
    assert presence.sweep(asked.at + 16 * 60 * SECOND) == 1
    assert presence.sitting_of(row) is None
    presence.sit(row, asked.staff, list(row.officers.all()), timezone.now())
    assert wish(client_of("caretaker"), row).status_code == 201
    now = timezone.now()
    assert presence.tick(now) == 0
    assert presence.tick(now + 11 * SECOND) == 1, "not heard of for as long as an officer's page"
    assert presence.sitting_of(row) is None
    assert Grant.objects.get().revoked_clause == "S28.1(1)"
    assert row.steps.last().event == "rise"
    assert row.steps.last().by is None


@pytest.mark.parametrize("how", ["signs out", "account closed", "post ended"])
def test_when_the_member_of_staff_is_gone_the_sitting_ends_at_once(asked, notary, client_of, how):
    row, browser = asked.granted(), client_of("caretaker")
    presence.sit(row, asked.staff, list(row.officers.all()), timezone.now())
    assert wish(browser, row).status_code == 201
    boss, member = asked.stage.cast.security_admin.person, asked.stage.cast.caretaker
    if how == "signs out":
        browser.post("/accounts/logout/")
    elif how == "account closed":
        accounts.close_account(member.account, by=boss, at=timezone.now())
    else:
        posts.end(member.post, by=boss, at=timezone.now())
    assert presence.sitting_of(row) is None
    assert Grant.objects.open().count() == 0


@pytest.mark.clause("S28.1(1)")
def test_who_began_it_and_is_no_officer_of_it_sees_nothing_while_two_others_are_there(asked, notary, client_of):
    third = colleague(asked.stage, "格桑", "third", "court", PostKind.AGENCY_OFFICER)
    row = asked.granted("online")
    row.officers.filter(person=asked.first).update(person=third.person, name=third.person.name)
    for name in ("second", "third"):
        beat(client_of(name), row)
    assert clauses(wish(client_of("officer"), row)) == ["S28.1(1)"]
    assert wish(client_of("third"), row).status_code == 201


def test_the_holder_takes_it_back_and_the_picture_stops(asked, both):
    row, (first, _second) = both
    grant = wish(first, row).json()["grant"]
    deciding.take_back(AgencyRequest.objects.get(pk=row.pk), asked.taken(asked.staff, "介绍信系伪造"))
    held = Grant.objects.get(pk=grant)
    assert held.revoked_reason == "介绍信系伪造"
    assert clauses(wish(first, row))[-1] == "S33.1"


@pytest.mark.clause("S28.1(4)")
def test_what_is_closed_or_expired_opens_nothing(asked, both):
    row, (first, _second) = both
    AgencyRequest.objects.filter(pk=row.pk).update(expires_at=timezone.now() - SECOND)
    assert clauses(wish(first, row)) == ["S33.1"]
    row = deciding.extend(row, 5, asked.taken(asked.approver))
    assert wish(first, row).status_code == 201
    row = deciding.close(row, asked.taken(asked.staff, "已删除"))
    assert Grant.objects.open().count() == 0
    assert "S28.1(4)" in clauses(wish(first, row))


def test_before_the_approvals_nothing_is_shown_and_in_a_hurry_it_is(asked, notary, client_of):
    row = asked.registered("online")
    browsers = client_of("officer"), client_of("second")
    for browser in browsers:
        beat(browser, row)
    assert set(clauses(wish(browsers[0], row))) == {"S33.1"}
    row = deciding.grant_urgent(row, asked.taken(asked.lead, "嫌疑人正在逃跑"))
    grant = wish(browsers[0], row)
    assert grant.status_code == 201
    now = timezone.now()
    assert presence.tick(now) == 0
    AgencyRequest.objects.filter(pk=row.pk).update(review_due=now - SECOND)
    assert clocks.sweep(now)["access.agencyrequest.overdue"] == 1
    assert presence.tick(now) == 1, "nobody has reviewed it in time"
    assert Grant.objects.get().revoked_clause == "S33.1"
    assert set(clauses(wish(browsers[0], row))) == {"S33.1"}
    deciding.review(row, asked.taken(asked.approver))
    assert wish(browsers[0], row).status_code == 201


@pytest.mark.parametrize(
    "member", ["approver", "auditor", "inspector", "outsider", "outside_caretaker", "bystander", "operator"]
)
def test_nobody_else_looks_under_it(asked, both, client_of, member):
    row, _browsers = both
    answer = wish(client_of(member), row)
    assert answer.status_code in (403, 404)
    assert not Grant.objects.exists()


def test_officers_read_the_timeline_of_the_granted_span_alone(asked, both, monkeypatch):
    row, (first, _second) = both
    told = []

    class Worker:
        def timeline(self, camera, begin, end):
            told.append((camera, begin, end))
            return Timeline(runs=[], gaps=[], held=[], now_us=1)

    monkeypatch.setattr("custodes.access.api.worker_client", lambda node, worker: Worker())
    day = {"from": (row.span_from - 5 * HOUR).isoformat(), "to": (row.span_to + HOUR).isoformat()}
    assert first.get(f"/api/cameras/{asked.stage.gate.pk}/timeline", day).status_code == 200
    assert told == [(asked.stage.gate.pk, microseconds(row.span_from), microseconds(row.span_to))]
    assert first.get(f"/api/cameras/{asked.stage.yard.pk}/timeline", day).status_code == 404
    before = {"from": (row.span_from - 5 * HOUR).isoformat(), "to": (row.span_from - HOUR).isoformat()}
    assert first.get(f"/api/cameras/{asked.stage.gate.pk}/timeline", before).json()["runs"] == []
    assert len(told) == 1, "nothing outside of the span is asked of the node"


def test_an_unknown_request_is_not_found(asked, notary, client_of):
    row = asked.granted("online")
    body = {"cameras": [str(asked.stage.gate.pk)], "live": False, "span": None, "request": str(uuid.uuid4())}
    assert client_of("officer").post("/api/views", body, content_type="application/json").status_code == 404
    assert row.grants.count() == 0


def test_the_page_of_an_officer_keeps_no_session_alive():
    from custodes.web.middleware.sessions import _by_itself

    assert _by_itself(f"/api/requests/{uuid.uuid4()}/present")
    assert not _by_itself(f"/api/requests/{uuid.uuid4()}/leave")
