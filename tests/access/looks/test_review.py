"""The pass over looks, and the way of a finding: explained by one, judged by another."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse

from custodes.access.looks.review import passing
from custodes.access.looks.review.showing import shown
from custodes.access.models import FindingKind, FindingState, LookFinding, LookPass
from custodes.cases.models import CaseStep
from custodes.people.lawful import terms
from custodes.people.models import RecordOutbox
from custodes.places.lifecycle.stepping import StepRefused
from custodes.settings import get_settings
from custodes.upkeep.dates import accessdates
from custodes.upkeep.dates.recipients import Recipients
from custodes.upkeep.dates.round import tellings
from custodes.upkeep.dates.sorts import What
from custodes.upkeep.dates.worklist import worklist_of
from tests.access.agency.asked import HOUR
from tests.access.looks import judging
from tests.access.taken import Taken

pytestmark = pytest.mark.postgresql

DAY = datetime.timedelta(days=1)


def night(noon, hour=3):
    return noon.replace(hour=hour)


@pytest.fixture
def odd(platform, noon):
    """The operator looked at three in the morning, not on duty."""
    look = platform.look(who=platform.stage.cast.operator.person, asked_at=night(noon), ended_at=night(noon) + HOUR)
    passing.go_through(noon, {})
    return LookFinding.objects.get(grant=look)


def test_a_look_at_night_becomes_one_finding_with_its_record(odd, platform, noon):
    assert (odd.kind, odd.state, odd.day) == (FindingKind.ODD_HOUR, FindingState.WAITING, noon.date())
    assert odd.due == noon.date() + datetime.timedelta(days=get_settings().looks_review_days)
    [told] = [row.record for row in RecordOutbox.objects.filter(type="finding.step")]
    assert (told["by"], told["event"], told["leaves"]) == ("system", "found", [odd.grant.index])
    assert told["about"] == str(platform.stage.cast.operator.person.uuid)


def test_a_second_pass_finds_nothing_anew(odd, noon):
    assert passing.go_through(noon + HOUR, {}) == 0
    assert passing.go_through(noon + DAY, {}) == 0
    assert LookFinding.objects.count() == 1


def test_a_pass_goes_on_where_the_last_one_came_to(platform, noon):
    LookPass.objects.create(done_until=noon.date() - 10 * DAY, passed_at=noon - 10 * DAY)
    for back in (3, 8):
        when = night(noon) - back * DAY
        platform.look(who=platform.stage.cast.operator.person, asked_at=when, ended_at=when, index=600 + back)
    assert passing.first_day(noon) == noon.date() - 11 * DAY
    assert passing.go_through(noon, {}) == 2
    assert LookPass.objects.get().done_until == noon.date()
    assert passing.first_day(noon) == noon.date() - DAY


def test_a_pass_that_breaks_off_keeps_the_days_that_it_had_done(platform, noon, monkeypatch):
    LookPass.objects.create(done_until=noon.date() - 4 * DAY, passed_at=noon - 4 * DAY)
    for back in (3, 1):
        when = night(noon) - back * DAY
        platform.look(who=platform.stage.cast.operator.person, asked_at=when, ended_at=when, index=600 + back)
    real = passing.found_in

    def breaks(day, limits):
        if day.looks and day.looks[0].begun.date() == noon.date() - DAY:
            raise OSError
        return real(day, limits)

    monkeypatch.setattr(passing, "found_in", breaks)
    with pytest.raises(OSError):
        passing.go_through(noon, {})
    assert LookFinding.objects.count() == 1
    assert LookPass.objects.get().done_until == noon.date() - 2 * DAY
    monkeypatch.setattr(passing, "found_in", real)
    assert passing.go_through(noon, {}) == 1


def test_a_pass_is_due_an_hour_after_the_last(noon, db):
    assert passing.due(noon)
    passing.go_through(noon, {})
    assert not passing.due(noon + HOUR - datetime.timedelta(seconds=1))
    assert passing.due(noon + HOUR)


def test_refusals_are_counted_from_the_log(platform, noon):
    person = platform.officer.person
    most = get_settings().looks_refused
    assert passing.go_through(noon, {noon.date(): {person.uuid: most}}) == 0
    assert passing.go_through(noon, {noon.date(): {person.uuid: most + 1}}) == 1
    [found] = LookFinding.objects.all()
    assert (found.kind, found.person, found.facts["figure"]) == (FindingKind.MANY_REFUSED, person, most + 1)


def test_what_was_handed_out_is_no_look(platform, noon):
    platform.look(who=platform.desk.person, asked_at=night(noon), handover=True)
    assert passing.go_through(noon, {}) == 0


@pytest.mark.clause("S7")
def test_asked_explained_and_judged_by_another(odd, platform, noon):
    operator, approver = platform.stage.cast.operator.person, platform.stage.cast.approver.person
    judging.ask(odd, Taken(approver, noon))
    with pytest.raises(StepRefused, match="由查看的本人说明"):
        judging.explain(odd, Taken(approver, noon, "替他说明"))
    judging.explain(odd, Taken(operator, noon, "报警后核对校门录像"))
    with pytest.raises(StepRefused, match="不是本系统收录的条款"):
        judging.incident(odd, Taken(approver, noon, "没有报警记录"), "S999")
    done = judging.incident(odd, Taken(approver, noon, "没有报警记录"), "S35(2)")
    assert (done.state, done.clause, done.judged_by) == (FindingState.INCIDENT, "S35(2)", approver)
    judging.settle(odd, Taken(approver, noon, "已批评教育，调整岗位"))
    events = [row.record["event"] for row in RecordOutbox.objects.filter(type="finding.step").order_by("created_at")]
    assert sorted(events) == sorted(["found", "ask", "explain", "incident", "settle"])
    steps = CaseStep.objects.filter(kind="access.lookfinding", case_id=odd.pk)
    assert steps.count() == 5
    assert not steps.filter(record__isnull=True).exists()


def test_nobody_judges_the_own_look_even_with_the_post_for_it(platform, noon):
    approver = platform.stage.cast.approver.person
    look = platform.look(who=approver, asked_at=night(noon))
    passing.go_through(noon, {})
    row = LookFinding.objects.get(grant=look)
    assert not judging.reviewed_by(approver, noon).filter(pk=row.pk).exists()
    with pytest.raises(StepRefused, match="本人不能判定"):
        judging.in_order(row, Taken(approver, noon, "没事"))
    judging.incident(row, Taken(platform.stage.cast.auditor.person, noon, "没有值班记录"), "S7")
    with pytest.raises(StepRefused, match="本人不能判定"):
        judging.settle(row, Taken(approver, noon, "没事"))


def test_the_unit_judges_its_own_staff_and_no_others(odd, platform, noon):
    for person, judges in (
        (platform.stage.cast.approver.person, True),
        (platform.stage.cast.auditor.person, True),
        (platform.stage.cast.inspector.person, True),
        (platform.stage.cast.operator.person, False),
        (platform.stage.cast.lead.person, False),
        (platform.stage.cast.outside_caretaker.person, False),
    ):
        assert judging.reviewed_by(person, noon).filter(pk=odd.pk).exists() is judges, person


def test_a_finding_about_a_look_that_is_kept_back_is_not_the_matter_of_others(platform, noon):
    row, one = platform.kept_back()
    look = platform.look(row, who=platform.desk.person, asked_at=night(noon))
    passing.go_through(noon, {})
    found = LookFinding.objects.get(grant=look)
    assert not judging.reviewed_by(platform.stage.cast.approver.person, one.ends_at).filter(pk=found.pk).exists()
    assert judging.reviewed_by(platform.approver.person, noon).filter(pk=found.pk).exists()
    assert judging.reviewed_by(platform.stage.cast.auditor.person, noon).filter(pk=found.pk).exists()


def test_without_a_reason_nothing_is_judged(odd, platform, noon):
    approver = platform.stage.cast.approver.person
    for act in (judging.in_order, lambda *given: judging.incident(*given, "S7")):
        with pytest.raises(StepRefused, match="请写明判定的理由"):
            act(odd, Taken(approver, noon, " "))
    with pytest.raises(StepRefused, match="请写明为什么查看"):
        judging.explain(odd, Taken(odd.person, noon, "…"))


def test_what_is_judged_is_judged_once(odd, platform, noon):
    approver = platform.stage.cast.approver.person
    judging.in_order(odd, Taken(approver, noon, "有报警记录"))
    for act in (judging.in_order, judging.ask, judging.settle):
        with pytest.raises(StepRefused):
            act(odd, Taken(approver, noon, "再判一次"))
    with pytest.raises(StepRefused):
        judging.explain(odd, Taken(odd.person, noon, "补充说明"))


def lines(person, at):
    return [
        (line.what, line.late) for line in worklist_of(person, at, terms()).waiting if line.what.startswith("look_")
    ]


def test_the_work_list_has_it_for_whoever_has_the_next_step_and_says_when_it_is_late(odd, platform, noon):
    operator, approver = platform.stage.cast.operator.person, platform.stage.cast.approver.person
    days = datetime.timedelta(days=get_settings().looks_review_days)
    assert lines(approver, noon) == [("look_review", False)]
    assert lines(approver, noon + days) == [("look_review", False)]
    assert lines(approver, noon + days + DAY) == [("look_review", True)]
    assert lines(operator, noon) == []
    judging.ask(odd, Taken(approver, noon))
    assert lines(operator, noon) == [("look_explain", False)]
    judging.incident(odd, Taken(approver, noon, "没有理由"), "S7")
    assert lines(operator, noon) == []
    assert lines(approver, noon) == [("look_incident", False)]


def said(revision, words):
    """What the form of a step sends, drawn when the finding had come so far."""
    return {"words": words, "seen": revision}


def test_of_two_who_judge_from_the_same_page_one_counts(odd, platform, client_of, notary):
    first, second = client_of("approver"), client_of("auditor")
    assert 'name="seen" value="1"' in second.get(odd.get_absolute_url()).content.decode()
    asked = first.post(reverse("access:finding_ask", args=[odd.pk]), said(1, "请说明"))
    assert asked.status_code == 302
    for revision in (1, ""):
        stale = second.post(reverse("access:finding_in_order", args=[odd.pk]), said(revision, "有接警记录"))
        assert stale.status_code == 422
        assert ("请重新打开页面" if revision == "" else "现为“待本人说明”。请核对后再办理") in stale.content.decode()
    odd.refresh_from_db()
    assert (odd.state, odd.revision, odd.judged_by) == (FindingState.ASKED, 2, None)
    # The page that came back has the revision of now, and what was typed.
    anew = stale.content.decode()
    assert 'name="seen" value="2"' in anew
    assert "有接警记录" in anew
    done = second.post(reverse("access:finding_in_order", args=[odd.pk]), said(2, "有接警记录"))
    assert done.status_code == 302
    records = [row.record for row in RecordOutbox.objects.filter(type="finding.step")]
    [last] = [record for record in records if record["event"] == "in_order"]
    assert (last["before"], last["after"], len(last["content"])) == ("asked", "in_order", 64)


def test_the_pages_of_a_finding(odd, platform, client_of, notary):
    approver, operator = client_of("approver"), client_of("operator")
    assert odd.get_kind_display() in approver.get(reverse("access:findings")).content.decode()
    assert operator.get(reverse("access:findings")).status_code == 403
    asked = approver.post(reverse("access:finding_ask", args=[odd.pk]), said(1, "请说明"))
    assert asked.status_code == 302
    page = operator.get(odd.get_absolute_url()).content.decode()
    assert "提交说明" in page
    assert "记为事件" not in page
    told = operator.post(reverse("access:finding_explain", args=[odd.pk]), said(2, "接警后核对"))
    assert told.status_code == 302
    wrong = approver.post(
        reverse("access:finding_incident", args=[odd.pk]),
        said(3, "无据") | {"clause": "X1"},
    )
    assert wrong.status_code == 422
    assert "不是本系统收录的条款" in wrong.content.decode()
    own = operator.post(reverse("access:finding_in_order", args=[odd.pk]), said(3, "没事"))
    assert own.status_code == 422
    assert "本人不能判定" in own.content.decode()
    done = approver.post(reverse("access:finding_in_order", args=[odd.pk]), said(3, "有接警记录"))
    assert done.status_code == 302
    odd.refresh_from_db()
    assert odd.state == FindingState.IN_ORDER


@pytest.fixture
def mixed(platform, noon):
    """Three looks at night of the city's desk: the first two kept from the school, of the third nobody is kept."""
    row, one = platform.kept_back()
    desk = platform.desk.person
    looks = [
        platform.look(row, who=desk, asked_at=night(noon), index=700),
        platform.look(row, who=desk, asked_at=night(noon, 4), index=701),
        platform.look(who=desk, asked_at=night(noon, 5), index=702),
    ]
    passing.go_through(noon, {})
    found = LookFinding.objects.get(kind=FindingKind.ODD_HOUR)
    # As if the desk were of the reviewer's own staff: whose cameras a look was at is another question than whose staff looked.
    found.unit = platform.stage.cast.approver.person.unit
    found.save()
    return found, looks, one


def test_of_a_finding_only_the_looks_that_are_kept_back_are_left_out(mixed, platform, noon, client_of, notary):
    found, looks, one = mixed
    approver = platform.stage.cast.approver.person
    assert judging.reviewed_by(approver, noon).filter(pk=found.pk).exists()
    [told] = shown([found], approver, noon)
    assert told.leaves == (702,)
    assert told.told == "1 次查看，最早一次在 05:00"
    assert told.looks() == looks[2:]
    browser = client_of("approver")
    pages = [
        browser.get(found.get_absolute_url()).content.decode(),
        browser.get(reverse("access:findings")).content.decode(),
        b"".join(browser.get(reverse("access:findings_export", kwargs={"form": "csv"})).streaming_content).decode(),
    ]
    for page in pages:
        assert "1 次查看" in page
        assert not any(word in page for word in ("#700", "#701", "03:00", "3 次查看"))
    [late] = shown([found], approver, one.ends_at)
    assert late.leaves == (700, 701, 702)
    judging.ask(found, Taken(approver, noon))
    judging.explain(found, Taken(found.person, noon, "夜间核对录像"))
    steps = {row.record["event"]: row.record["leaves"] for row in RecordOutbox.objects.filter(type="finding.step")}
    assert steps == {"found": [700, 701, 702], "ask": [702], "explain": [700, 701, 702]}
    for person in (found.person, platform.stage.cast.auditor.person):
        [whole] = shown([found], person, noon)
        assert whole.leaves == (700, 701, 702)


def test_a_finding_all_of_whose_looks_are_kept_back_is_not_there(mixed, platform, noon):
    found, _looks, one = mixed
    found.facts["leaves"] = [700, 701]
    found.save()
    approver = platform.stage.cast.approver.person
    assert not judging.reviewed_by(approver, noon).filter(pk=found.pk).exists()
    assert judging.reviewed_by(approver, one.ends_at).filter(pk=found.pk).exists()
    assert judging.openable(found.person, noon).filter(pk=found.pk).exists()


def told_of(row, at):
    """Who is told on its last day of this finding, by a reminder of that moment."""
    dates = [one for one in accessdates.everything(at, terms()) if one.what is What.LOOK_REVIEW]
    told = tellings(dates, Recipients(at), row.due)
    return {one.recipient.person for one in told if one.one.subject == str(row.pk)}


def test_nobody_is_reminded_of_a_finding_that_is_kept_from_them(mixed, platform, noon):
    found, _looks, one = mixed
    approver = platform.stage.cast.approver.person
    assert approver in told_of(found, noon), "of one look at least they may know"
    found.facts["leaves"] = [700, 701]
    found.save()
    assert told_of(found, noon) == set(), (
        "at the school and above it there is nobody from whom these looks are not kept"
    )
    assert approver in told_of(found, one.ends_at)
    found.unit = platform.approver.person.unit
    found.save()
    assert platform.approver.person in told_of(found, noon), "the side of the request may know of them"
