"""An embargo on its page and on the work list: asked for, answered, made longer and lifted, each once."""

from __future__ import annotations

import datetime

from django.urls import reverse

from custodes.people.lawful import terms
from custodes.settings import get_settings
from custodes.upkeep.dates.worklist import worklist_of
from tests.access.looks import embargoes as embargo
from tests.access.taken import Taken

DAY = datetime.timedelta(days=1)


def test_an_embargo_waits_for_its_answer_and_is_told_before_it_ends(platform):
    one = platform.ask(platform.registered(), 30)

    def told(person, at):
        return [line.what for line in worklist_of(person, at, terms()).waiting if line.what.startswith("embargo")]

    assert told(platform.approver.person, platform.at) == ["embargo"]
    assert told(platform.officer.person, platform.at) == []
    embargo.approve(one, Taken(platform.approver.person, platform.at))
    soon = datetime.timedelta(days=get_settings().embargo_warn_days)
    tick = datetime.timedelta(microseconds=1)
    for person in (platform.approver.person, platform.officer.person):
        assert told(person, one.ends_at - soon - tick) == []
        assert told(person, one.ends_at - soon) == ["embargo_ends"]
        assert told(person, one.ends_at - tick) == ["embargo_ends"]
        assert told(person, one.ends_at) == []


def test_the_pages_of_an_embargo(platform, client_of, notary):
    row = platform.registered()
    officer, approver = client_of("officer"), client_of("city_approver")
    page = reverse("access:embargo", args=[row.pk])
    until = platform.today + 9 * DAY
    bad = officer.post(reverse("access:embargo_act", args=[row.pk, "ask"]), {"ask-reason": "走漏消息", "ask-until": ""})
    assert bad.status_code == 422
    sent = {"ask-reason": "走漏消息", "ask-until": until.isoformat(), "mark": ""}
    assert officer.post(reverse("access:embargo_act", args=[row.pk, "ask"]), sent).status_code == 302
    mark = {"mark": embargo.awaited(row, platform.at).mark}
    own = officer.post(reverse("access:embargo_act", args=[row.pk, "approve"]), mark)
    assert own.status_code == 422
    assert "不能批准本人" in own.content.decode()
    assert "批准暂缓告知" not in officer.get(page).content.decode()
    asked = approver.get(page).content.decode()
    assert "批准暂缓告知" in asked
    assert "待本人说明" not in asked, "the states of findings have the same names in the table"
    assert f'name="mark" value="{mark["mark"]}"' in asked
    assert approver.post(reverse("access:embargo_act", args=[row.pk, "approve"]), mark).status_code == 302
    assert f"暂缓告知至 {until.isoformat()}" in approver.get(row.get_absolute_url()).content.decode()


def test_what_is_approved_is_the_embargo_that_stood_on_the_page(platform, client_of, notary):
    row = platform.registered()
    shown = platform.ask(row, 5)
    approver, act = client_of("city_approver"), reverse("access:embargo_act", args=[row.pk, "approve"])
    embargo.withdraw(shown, Taken(platform.officer.person, platform.at))
    longer = platform.ask(row, 60)
    for mark in (shown.mark, "", None):
        stale = approver.post(act, {} if mark is None else {"mark": mark})
        assert stale.status_code == 422
        assert "已经由他人办理" in stale.content.decode()
    longer.refresh_from_db()
    assert longer.state == "asked"
    assert approver.post(act, {"mark": longer.mark}).status_code == 302


def test_two_who_lengthen_or_lift_from_the_same_page_count_once(platform, client_of, notary):
    row, one = platform.kept_back(5)
    officer, approver = client_of("officer"), client_of("city_approver")
    mark = embargo.running(row, platform.at).mark
    lift = reverse("access:embargo_act", args=[row.pk, "lift"])
    longer = embargo.approve(platform.ask(row, 30), Taken(platform.second_approver.person, platform.at))
    stale = officer.post(lift, {"lift-words": "已结案", "mark": mark})
    assert stale.status_code == 422
    assert "已经由他人办理" in stale.content.decode()
    until = (platform.today + 40 * DAY).isoformat()
    sent = {"ask-reason": "仍有需要", "ask-until": until, "mark": mark}
    assert officer.post(reverse("access:embargo_act", args=[row.pk, "ask"]), sent).status_code == 422
    one.refresh_from_db()
    assert one.state == "approved"
    assert approver.post(lift, {"lift-words": "已结案", "mark": longer.mark}).status_code == 302
    assert embargo.running(row, platform.at) is None
