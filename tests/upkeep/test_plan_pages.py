"""The pages of plans: the preview before anybody asks, asking, deciding, and what others see of it."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from custodes.people.models import RecordOutbox
from custodes.places.models import Decision, Plan, RecordingHours, SiteCategory
from custodes.upkeep.models import HeldAlarm
from custodes.upkeep.plans import calendar, special_ahead
from tests.places import plans

pytestmark = pytest.mark.django_db

LIST, NEW = "/upkeep/plans/", "/upkeep/plans/new/"
HOUR = datetime.timedelta(hours=1)


def local(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def form(stage, *cameras, **changes):
    begin = timezone.now() + HOUR
    filled = {
        "kind": "interruption",
        "cause": "power",
        "words": "更换配电柜",
        "begins": local(begin),
        "ends": local(begin + 2 * HOUR),
        "cameras": [str(camera.pk) for camera in cameras or (stage.gate,)],
        "silences": ["camera.down", "camera.silent"],
    }
    return {**filled, **changes}


def new(client, stage, *cameras, **changes):
    return client.post(f"{NEW}?site={stage.school.site_id}", form(stage, *cameras, **changes))


def test_the_preview_says_what_it_will_do_before_anything_is_asked(stage, client_of):
    page = new(client_of("caretaker"), stage, stage.gate, stage.yard).content.decode()
    assert "2 个点位至多缺 4 小时" in page
    assert "点位没有录像" in page
    assert "存储、时钟、存证和其他点位的全部告警" in page
    assert not Plan.objects.exists()


def test_a_vote_says_that_nothing_will_be_taken_in(stage, client_of):
    page = new(client_of("caretaker"), stage, cause="vote").content.decode()
    assert "停止采集" in page
    assert "将缺少" in page


def test_asked_by_one_and_approved_by_another_it_stands_in_the_calendar(stage, client_of):
    answer = new(client_of("caretaker"), stage, ask="1")
    plan = Plan.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, plan.get_absolute_url())
    assert 'id="decide"' not in client_of("caretaker").get(plan.get_absolute_url()).content.decode()
    page = client_of("approver").get(plan.get_absolute_url()).content.decode()
    assert 'id="decide"' in page
    assert "更换配电柜" in client_of("lead").get(LIST).content.decode()
    client_of("approver").post(f"{plan.get_absolute_url()}decide/", {"approve": "1", "words": "同意"})
    plan.refresh_from_db()
    assert (plan.state, plan.decided_words) == (Decision.APPROVED, "同意")
    days = calendar([plan], timezone.now(), timezone.get_current_timezone())
    assert sum(len(entries) for _, entries in days) in {1, 2}


def test_the_asker_who_posts_an_approval_by_hand_is_told_the_clause(stage, client_of):
    new(client_of("lead"), stage, ask="1")
    plan = Plan.objects.get()
    answer = client_of("lead").post(f"{plan.get_absolute_url()}decide/", {"approve": "1"})
    assert answer.status_code == 422
    assert "S34(6)" in answer.content.decode()
    plan.refresh_from_db()
    assert plan.state == Decision.WAITING


def test_a_refusal_without_words_is_asked_for_them(stage, client_of):
    plan = plans.make(stage, at=timezone.now())
    answer = client_of("lead").post(f"{plan.get_absolute_url()}decide/", {"refuse": "1", "words": ""})
    assert "请写明不批准的理由" in answer.content.decode()


def test_others_see_nothing_of_it(stage, client_of):
    plan = plans.approved(stage, at=timezone.now())
    for member in ("outsider", "outside_caretaker"):
        assert client_of(member).get(plan.get_absolute_url()).status_code == 404
        assert "配电室检修" not in client_of(member).get(LIST).content.decode()
    assert client_of("outside_caretaker").post(f"{plan.get_absolute_url()}end/").status_code == 404
    assert client_of("operator").post(f"{plan.get_absolute_url()}end/").status_code == 403


def test_in_a_plan_over_two_units_each_sees_its_own_cameras(stage, client_of):
    plan = plans.make(stage, stage.gate, stage.lobby, at=timezone.now(), by="system_admin")
    page = client_of("operator").get(plan.get_absolute_url()).content.decode()
    assert "校门" in page
    assert "大堂" not in page
    assert "另有 1 个点位" in page


def test_cameras_of_others_are_not_offered_and_not_taken(stage, client_of):
    assert "大堂" not in client_of("caretaker").get(f"{NEW}?site={stage.school.site_id}").content.decode()
    assert client_of("caretaker").get(f"{NEW}?site={stage.hotel.site_id}").status_code == 404
    assert client_of("caretaker").get(f"{NEW}?camera={stage.lobby.pk}").status_code == 404
    assert new(client_of("caretaker"), stage, stage.lobby, ask="1").status_code == 400


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"ends": "2020-01-01T00:00"}, "晚于"),
        ({"kind": "window", "silences": []}, "至少选择一类"),
        ({"kind": "window", "silences": ["volume.failed"]}, "volume.failed"),
        ({"words": ""}, ""),
        ({"cause": "whim"}, "whim"),
        ({"ends": "2099-01-01T00:00"}, "72"),
    ],
)
def test_what_makes_no_plan_comes_back_with_the_reason(stage, client_of, bad, words):
    answer = new(client_of("caretaker"), stage, ask="1", **bad)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Plan.objects.exists()


def test_what_is_held_stands_among_the_alarms_and_on_the_plan(stage, client_of):
    now = timezone.now()
    plan = plans.approved(stage, at=now, after=datetime.timedelta(0), kind="window", cause="maintenance")
    HeldAlarm.objects.create(
        plan=plan, kind="camera.down", subject="x", name="校门", camera=stage.gate, first_seen=now, last_seen=now, ripe_at=now
    )  # fmt: skip
    for member, seen in (("operator", True), ("outsider", False)):
        assert ("维护窗口内暂缓的告警" in client_of(member).get("/upkeep/alarms/").content.decode()) is seen
    page = client_of("operator").get(plan.get_absolute_url()).content.decode()
    assert "期间暂缓的告警" in page


def test_the_workbench_of_who_may_approve_says_what_waits_and_the_askers_does_not(stage, client_of):
    plan = plans.make(stage, at=timezone.now(), by="lead")
    for member, told in (("approver", True), ("lead", False), ("caretaker", False), ("outsider", False)):
        page = client_of(member).get("/").content.decode()
        assert (plan.get_absolute_url() in page) is told, member


def test_the_cameras_page_shows_what_is_planned_for_it(stage, client_of):
    plan = plans.approved(stage, at=timezone.now())
    plans.hours(stage, timezone.now())
    page = client_of("caretaker").get(stage.gate.get_absolute_url()).content.decode()
    assert plan.get_absolute_url() in page
    assert f"{NEW}?camera={stage.gate.pk}" in page
    assert NEW not in client_of("operator").get(stage.gate.get_absolute_url()).content.decode()


class TestRepeating:
    """A window each week for a month: previewed, asked for, approved and called off together or one by one."""

    def weekly(self, stage, **more):
        until = timezone.localdate() + datetime.timedelta(days=22)
        return {"kind": "window", "cause": "maintenance", "repeat": "weekly", "until": until.isoformat(), **more}

    def asked(self, client_of, stage):
        assert new(client_of("caretaker"), stage, **self.weekly(stage), ask="1").status_code == 302
        return list(Plan.objects.order_by("begins"))

    def decide(self, client, row, **more):
        return client.post(f"{row.get_absolute_url()}decide/", {"approve": "1", **more})

    def test_the_preview_names_every_occurrence_before_anything_is_asked(self, stage, client_of):
        page = new(client_of("caretaker"), stage, **self.weekly(stage)).content.decode()
        assert "每周一次，共 4 次" in page
        assert not Plan.objects.exists()

    def test_what_can_not_repeat_is_said_on_the_form(self, stage, client_of):
        answer = new(client_of("caretaker"), stage, **self.weekly(stage, until=""), ask="1")
        assert answer.status_code == 400
        assert "重复到哪一天" in answer.content.decode()
        assert not Plan.objects.exists()

    def test_all_are_approved_with_one_press_each_by_another_and_on_record(self, stage, client_of):
        rows = self.asked(client_of, stage)
        page = client_of("lead").get(rows[0].get_absolute_url()).content.decode()
        assert "连同待批准的另外 3 次一起办理" in page
        assert all(row.get_absolute_url() in page for row in rows[1:])
        assert self.decide(client_of("caretaker"), rows[0], whole="on").status_code == 403
        assert self.decide(client_of("lead"), rows[0], whole="on").status_code == 302
        assert set(Plan.objects.values_list("state", flat=True)) == {Decision.APPROVED}
        records = [row.record for row in RecordOutbox.objects.all() if row.record.get("object") == "places.plan"]
        approved = [one["object_id"] for one in records if one["changes"].get("state") == ["waiting", "approved"]]
        assert sorted(approved) == sorted(str(row.pk) for row in rows)

    def test_one_alone_is_approved_and_the_rest_waits_in_one_line(self, stage, client_of):
        rows = self.asked(client_of, stage)
        page = client_of("lead").get(LIST).content.decode()
        waiting = page.split('id="waiting-heading"')[1].split("</section>")[0]
        assert waiting.count("tasks__item") == 1
        assert self.decide(client_of("lead"), rows[1]).status_code == 302
        states = list(Plan.objects.order_by("begins").values_list("state", flat=True))
        assert states.count(Decision.APPROVED) == 1
        assert states[1] == Decision.APPROVED

    def test_ending_one_with_those_behind_it_leaves_those_before(self, stage, client_of):
        rows = self.asked(client_of, stage)
        self.decide(client_of("lead"), rows[0], whole="on")
        answer = client_of("lead").post(f"{rows[2].get_absolute_url()}end/", {"whole": "on", "words": "合同到期"})
        assert answer.status_code == 302
        states = list(Plan.objects.order_by("begins").values_list("state", flat=True))
        assert states == [Decision.APPROVED, Decision.APPROVED, Decision.WITHDRAWN, Decision.WITHDRAWN]

    def test_others_find_no_occurrence_of_it(self, stage, client_of):
        for row in self.asked(client_of, stage):
            for member in ("outsider", "outside_caretaker"):
                assert client_of(member).get(row.get_absolute_url()).status_code == 404
                assert self.decide(client_of(member), row, whole="on").status_code in (403, 404)


class TestRecordingHours:
    FORM = {
        "basis": "free_place",
        "place": "other_public",
        "words": "夜间闭店",
        "calendar": "week",
        "days_0": ["1", "5"],
        "begin_0": "22:00",
        "end_0": "06:00",
    }

    def ask(self, client, stage, **changes):
        return client.post(f"/upkeep/plans/hours/new/{stage.gate.pk}/", {**self.FORM, **changes})

    def test_a_school_is_refused_with_its_clause(self, stage, client_of):
        answer = self.ask(client_of("caretaker"), stage)
        assert answer.status_code == 400
        assert "S9(9)" in answer.content.decode()
        assert not RecordingHours.objects.exists()

    def test_a_free_place_is_asked_for_approved_and_shown(self, stage, client_of):
        stage.school.site.category = SiteCategory.OTHER
        stage.school.site.save()
        assert self.ask(client_of("caretaker"), stage).status_code == 302
        row = RecordingHours.objects.get()
        assert row.week == [{"days": [1, 5], "begin": 1320, "end": 360}]
        client_of("lead").post(f"{row.get_absolute_url()}decide/", {"approve": "1"})
        page = client_of("operator").get(LIST).content.decode()
        assert "周一、周五 22:00 至次日 06:00" in page

    def test_hours_that_go_by_the_calendar_show_the_next_days_and_what_is_not_known(self, stage, client_of):
        stage.school.site.category = SiteCategory.OTHER
        stage.school.site.save()
        assert self.ask(client_of("caretaker"), stage, calendar="law").status_code == 302
        row = RecordingHours.objects.get()
        page = client_of("lead").get(row.get_absolute_url()).content.decode()
        assert "看节假日" in page
        first, *_ = special_ahead(row, timezone.now())[0]
        assert first.why in page
        for member in ("outsider", "outside_caretaker"):
            assert client_of(member).get(row.get_absolute_url()).status_code == 404

    def test_half_a_line_is_sent_back(self, stage, client_of):
        answer = self.ask(client_of("caretaker"), stage, begin_1="08:00")
        assert "要么都填" in answer.content.decode()


def weekly(stage, client_of):
    """A weekly window of the school, asked for on the page and approved with all its times."""
    until = timezone.localdate() + datetime.timedelta(days=22)
    new(client_of("caretaker"), stage, kind="window", repeat="weekly", until=f"{until}", ask="1")
    first = Plan.objects.order_by("begins").first()
    client_of("lead").post(f"{LIST}{first.pk}/decide/", {"approve": "1", "whole": "on"})
    assert set(Plan.objects.values_list("state", flat=True)) == {Decision.APPROVED}
    return list(Plan.objects.order_by("begins"))


def test_a_series_is_changed_from_an_occurrence_on_by_its_page_and_by_another_person(stage, client_of):
    rows = weekly(stage, client_of)
    url = f"{LIST}{rows[1].pk}/change/"
    caretaker = client_of("caretaker")
    assert url in caretaker.get(rows[1].get_absolute_url()).content.decode()
    filled = caretaker.get(url).context["form"]
    assert (filled["words"].value(), filled["repeat"].value()) == ("更换配电柜", "weekly")
    until = timezone.localdate(rows[-1].begins)
    answers = form(
        stage,
        kind="window",
        words="改为两小时以后",
        begins=local(rows[1].begins + 2 * HOUR),
        ends=local(rows[1].ends + 2 * HOUR),
        repeat="weekly",
        until=f"{until}",
    )
    shown = caretaker.post(url, answers)
    assert f"起的 {len(rows) - 1} 次撤回" in shown.content.decode()
    assert Plan.objects.count() == len(rows), "looking at it asks nothing"
    asked = caretaker.post(url, answers | {"ask": "1"}, follow=True)
    changed = asked.context["plan"]
    assert changed.replaces_id == rows[1].pk
    old = client_of("lead").get(rows[2].get_absolute_url()).content.decode()
    assert "有一项修改等待批准" in old
    assert url not in old
    page = client_of("lead").get(changed.get_absolute_url()).content.decode()
    assert "各次一起办理" in page
    assert "连同待批准的另外" not in page
    client_of("lead").post(f"{LIST}{changed.pk}/decide/", {"approve": "1"})
    assert set(changed.occurrences().values_list("state", flat=True)) == {Decision.APPROVED}
    former = [row.state for row in rows[0].occurrences()]
    assert former == [Decision.APPROVED] + [Decision.WITHDRAWN] * (len(rows) - 1)
    assert "已由修改后的计划代替" in caretaker.get(rows[2].get_absolute_url()).content.decode()


def test_a_change_that_is_refused_on_its_page_leaves_the_series(stage, client_of):
    rows = weekly(stage, client_of)
    until = timezone.localdate(rows[-1].begins)
    answers = form(stage, kind="window", begins=local(rows[2].begins), ends=local(rows[2].ends + HOUR))
    asked = client_of("caretaker").post(
        f"{LIST}{rows[2].pk}/change/", answers | {"repeat": "weekly", "until": f"{until}", "ask": "1"}, follow=True
    )
    changed = asked.context["plan"]
    client_of("lead").post(f"{LIST}{changed.pk}/decide/", {"refuse": "1", "words": "不必"})
    assert set(changed.occurrences().values_list("state", flat=True)) == {Decision.REFUSED}
    assert {row.state for row in rows[0].occurrences()} == {Decision.APPROVED}
    assert "没有生效；原计划照旧" in client_of("lead").get(changed.get_absolute_url()).content.decode()


def test_one_that_has_begun_or_is_another_units_is_not_changed(stage, client_of):
    rows = weekly(stage, client_of)
    url = f"{LIST}{rows[0].pk}/change/"
    assert client_of("outside_caretaker").get(url).status_code == 404
    assert client_of("operator").get(url).status_code == 403
    Plan.objects.filter(pk=rows[0].pk).update(begins=timezone.now() - HOUR)
    assert client_of("caretaker").get(url).status_code == 404
