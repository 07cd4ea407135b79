"""A site's page: its whole story over all its systems, to each reader as much as they may know; a gap where nothing stands."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.people.models import RecordOutbox
from custodes.places import planning
from custodes.places.changes.editing import save_camera
from custodes.places.changes.gate import GateBasis, Why
from custodes.places.lifecycle import story
from custodes.places.lifecycle.case import enter_system
from custodes.places.lifecycle.stepping import Taken
from custodes.places.lifecycle.story import step_words
from custodes.places.models import Camera, Doubt, Plan, PlanCause, Site, System, SystemState
from custodes.places.models.decided import Repeat
from custodes.places.models.recorded import CAMERA_FIELDS, SITE_FIELDS, SYSTEM_FIELDS
from custodes.places.register import save_recorded
from custodes.places.telling import KINDS
from custodes.upkeep.alarms.condition import CameraSince, Condition
from custodes.upkeep.alarms.keeping import keep
from custodes.upkeep.alarms.kinds.cameras import UNEXPLAINED
from tests.places.life import filings as filing
from tests.places.life import rows as life
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]


def page_of(client: Client, stage: Stage, **query: str) -> Any:
    return client.get(reverse("places:site", args=[stage.school.site.pk]), query)


def kinds(page: Any) -> set[str]:
    return {line.kind for line in page.context["story"]}


def corrected(stage: Stage, camera: Camera) -> None:
    """The entry of a camera was wrong."""
    by, now = stage.cast.caretaker.person, timezone.now()
    row = Camera.objects.select_related("system").get(pk=camera.pk)
    row.place = "旗杆北侧"
    basis = GateBasis(Why.CORRECTION, "实际在旗杆北侧", timezone.localdate(now))
    save_camera(row, CAMERA_FIELDS, by, now, basis)


def everything(stage: Stage) -> System:
    """All that can happen at a school; the second system at it."""
    by, now = stage.cast.caretaker.person, timezone.now()
    life.make(stage, now)
    Doubt.objects.create(
        camera=stage.gate, by=by, at=now, described="更衣室门外", zh="可能是更衣室", clauses=["S10(1)"]
    )
    plan = Plan.objects.create(
        cause=PlanCause.WORKS,
        begins=now,
        ends=now + datetime.timedelta(hours=2),
        words="改线",
        asked_by=by,
        asked_at=now,
    )
    plan.cameras.add(stage.gate)
    site = Site.objects.get(pk=stage.school.site.pk)
    site.secret_near, site.address = "yes", "林廓北路 10 号"
    save_recorded(site, SITE_FIELDS, by, now)
    about = (CameraSince(stage.gate.pk, now),)
    keep((UNEXPLAINED,), [Condition(UNEXPLAINED, "gap:gate", stage.gate.name, now, {"count": 1}, about)], now)
    corrected(stage, stage.yard)
    wish = System(site=site, name="新教学楼", unit=site.unit)
    return enter_system(wish, SYSTEM_FIELDS, Taken(by, now, timezone.localdate(now)))


def test_it_tells_of_everything_with_who_and_why(stage: Stage, client_of: Clients) -> None:
    everything(stage)
    page = page_of(client_of("caretaker"), stage)
    assert kinds(page) == set(KINDS)
    text = page.content.decode()
    for words in (
        "提交备案",
        "报告拆除",
        "申请变更",
        "通知限期升级改造",
        "更正点位登记",
        "加入案卷",
        "疑似禁止安装的部位",
        "操场改建",
        "新教学楼",
        "次仁",
        "正在存证",
    ):
        assert words in text, words
    times = [line.at for line in page.context["story"]]
    assert times == sorted(times, reverse=True)


def test_it_is_narrowed_to_a_system_and_to_a_kind(stage: Stage, client_of: Clients) -> None:
    newer = everything(stage)
    client = client_of("caretaker")
    assert kinds(page_of(client, stage, kind="removal")) == {"removal"}
    told = page_of(client, stage, system=str(newer.pk)).context["story"]
    assert [(line.what, line.system) for line in told] == [("登记系统", newer)]
    assert len(page_of(client, stage, kind="nothing").context["story"]) > 5
    assert len(page_of(client, stage, system=str(stage.hotel.pk)).context["story"]) > 5


def test_papers_and_what_lies_beside_are_told_to_who_may_know(stage: Stage, client_of: Clients) -> None:
    everything(stage)
    operator, inspector = page_of(client_of("operator"), stage), page_of(client_of("inspector"), stage)
    assert "paper" not in kinds(operator)
    assert "平面图" not in operator.content.decode()
    assert "军事" not in operator.content.decode()
    assert "地址" in next(line.words for line in operator.context["story"] if line.what == "修改场所登记")
    assert "paper" in kinds(inspector)
    assert "周边有无军事禁区" in inspector.content.decode()


#: Objects whose steps say where cameras are, what the system lacks or what is wrong with its filing.
TOLD_TO_FEW = ("places.filing", "places.changecase", "places.upgradeorder", "places.camera")


@pytest.mark.parametrize(
    ("member", "objects"),
    [
        ("caretaker", set(TOLD_TO_FEW)),
        ("inspector", set(TOLD_TO_FEW)),
        ("approver", {"places.changecase", "places.camera"}),
        ("operator", set()),
    ],
)
@pytest.mark.parametrize("address", ["places:site", "places:life"])
def test_filings_changes_corrections_and_orders_are_told_to_who_may_see_them(
    stage: Stage, client_of: Clients, member: str, objects: set[str], address: str
) -> None:
    everything(stage)
    assert set(CaseStep.objects.values_list("kind", flat=True)) >= set(TOLD_TO_FEW)
    about = stage.school.site if address == "places:site" else stage.school
    answer = client_of(member).get(reverse(address, args=[about.pk]))
    assert answer.status_code == 200
    lines = answer.context["story"]
    for label in TOLD_TO_FEW:
        steps = CaseStep.objects.filter(kind=label)
        told = {(line.what, line.words) for line in lines}
        verbs = {(step_words(label, step.event), step.words) for step in steps}
        assert (verbs <= told) if label in objects else not (verbs & told), label
    if not objects:
        assert "旗杆北侧" not in answer.content.decode()
        assert "期限 60 日" not in answer.content.decode()
        assert {"filing", "change", "upgrade"}.isdisjoint(line.kind for line in lines)


def test_a_draft_is_told_to_its_unit_alone(stage: Stage, client_of: Clients) -> None:
    filing.begin(stage.school, stage.cast.caretaker.person, timezone.now())
    assert "filing" in kinds(page_of(client_of("caretaker"), stage))
    assert "filing" not in kinds(page_of(client_of("inspector"), stage))


def test_a_line_leads_to_its_filing_its_change_its_order_and_its_camera(stage: Stage, client_of: Clients) -> None:
    everything(stage)
    client = client_of("inspector")
    case, order, paper = stage.school.changes.get(), stage.school.upgrades.get(), stage.school.filings.get()
    leads = {kind: {line.href for line in page_of(client, stage, kind=kind).context["story"]} for kind in KINDS}
    assert leads["change"] == {case.get_absolute_url()}
    assert leads["upgrade"] == {order.get_absolute_url()}
    assert leads["filing"] == {paper.get_absolute_url()}
    assert stage.yard.get_absolute_url() in leads["entry"]
    for address in (*leads["change"], *leads["upgrade"], *leads["filing"], stage.yard.get_absolute_url()):
        assert client.get(address).status_code == 200


def test_of_every_object_that_has_steps_somebody_is_told() -> None:
    for label, _event in story._VERBS:
        assert story.KINDS_OF[label] in KINDS


def test_interruptions_and_alarms_are_told_to_who_sees_them_elsewhere(stage: Stage, client_of: Clients) -> None:
    everything(stage)
    approver = page_of(client_of("approver"), stage)  # sees completeness, but no alarms
    assert "incident" not in kinds(approver)
    assert "plan" in kinds(approver)


def test_a_plan_that_repeats_is_told_once_and_says_how_often(stage: Stage, client_of: Clients) -> None:
    by, now, series = stage.cast.caretaker.person, timezone.now(), uuid4()
    for week in range(6):
        begins = now + datetime.timedelta(weeks=week)
        plan = Plan.objects.create(
            cause=PlanCause.WORKS,
            begins=begins,
            ends=begins + datetime.timedelta(hours=2),
            words="清洁镜头",
            asked_by=by,
            asked_at=now,
            series=series,
            repeat=Repeat.WEEKLY,
        )
        plan.cameras.add(stage.gate)
    page = page_of(client_of("approver"), stage).content.decode()
    assert page.count("清洁镜头") == 1
    assert "每周一次，共 6 次" in page


def test_anothers_site_has_no_story(stage: Stage, client_of: Clients) -> None:
    everything(stage)
    assert page_of(client_of("outside_caretaker"), stage).status_code == 404


def test_a_place_without_a_system_shows_its_gap_and_what_it_takes(stage: Stage, client_of: Clients) -> None:
    site = Site.objects.create(
        name="西郊加油站", category=7, address="西郊", division=stage.school.site.division, unit=stage.school.unit
    )
    page = client_of("caretaker").get(site.get_absolute_url())
    text = page.content.decode()
    assert "该场所还没有系统" in text
    assert "登记系统 → 核对立项 → 确认设计" in text
    assert page.context["gap"].clauses
    assert page_of(client_of("caretaker"), stage).context["gap"] is None

    by = stage.cast.caretaker.person
    wish = System(site=site, name="加油区", unit=site.unit)
    enter_system(wish, SYSTEM_FIELDS, Taken(by, timezone.now(), timezone.localdate()))
    text = client_of("caretaker").get(site.get_absolute_url()).content.decode()
    assert "该场所还没有系统" not in text
    assert "该场所的系统已登记，尚未启用" in text
    assert "依次办理：核对立项 → 确认设计" in text
    System.objects.filter(site=site).update(state=SystemState.BUILDING)
    assert "依次办理：登记竣工 → 开始试运行" in client_of("caretaker").get(site.get_absolute_url()).content.decode()
    System.objects.filter(site=site).update(state=SystemState.ABANDONED)
    assert "该场所还没有系统" in client_of("caretaker").get(site.get_absolute_url()).content.decode()


def test_the_number_of_questions_does_not_grow_with_the_lines(stage: Stage, client_of: Clients) -> None:
    client, by = client_of("caretaker"), stage.cast.caretaker.person
    everything(stage)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert page_of(client, stage).status_code == 200
        return len(asked)

    queries()
    few = queries()
    for number in range(8):
        wish = System(site=stage.school.site, name=f"楼 {number}", unit=stage.school.unit)
        enter_system(wish, SYSTEM_FIELDS, Taken(by, timezone.now(), timezone.localdate()))
    assert queries() == few


def test_each_line_that_is_on_record_names_its_entry_in_the_log(stage: Stage, client_of: Clients) -> None:
    everything(stage)
    for number, row in enumerate(RecordOutbox.objects.order_by("created_at", "id"), start=1):
        RecordOutbox.objects.filter(pk=row.pk).update(index=number)
    lines = page_of(client_of("caretaker"), stage).context["story"]
    without = {(line.kind, str(line.what)) for line in lines if line.index is None}
    # These rows the test has laid out by hand, without a record.
    assert without == {("entry", "登记场所"), ("doubt", "疑似禁止安装的部位"), ("plan", "提出计划")}
    by_index = {row.index: row for row in RecordOutbox.objects.all()}
    for line in lines:
        if line.kind in ("paper", "incident"):
            assert by_index[line.index].created_at == line.at
    [paper] = [line for line in lines if line.kind == "paper"]
    assert by_index[paper.index].record["object"] == "places.dossieritem"
    [alarm] = [line for line in lines if line.kind == "incident"]
    assert by_index[alarm.index].type == "alarm.raised"
    [edit] = [line for line in lines if line.what == "修改场所登记"]
    assert "address" in by_index[edit.index].record["changes"]


def test_a_site_that_was_entered_on_record_names_that_entry_and_a_plan_its_request(
    stage: Stage, client_of: Clients
) -> None:
    by, now = stage.cast.caretaker.person, timezone.now()
    site = Site(
        name="新校区", category=9, address="西郊", division=stage.school.site.division, unit=stage.school.unit,
        created_by=by,
    )  # fmt: skip
    save_recorded(site, SITE_FIELDS, by, now)
    site.address = "西郊 3 号"
    save_recorded(site, SITE_FIELDS, by, now + datetime.timedelta(seconds=1))
    begins = now + datetime.timedelta(days=2)
    plan = Plan(cause=PlanCause.WORKS, begins=begins, ends=begins + datetime.timedelta(hours=2), words="改线")
    planning.ask(plan, [stage.gate], by, now, datetime.timedelta(days=1))
    records = RecordOutbox.objects.order_by("created_at", "id")
    for number, row in enumerate(records, start=1):
        RecordOutbox.objects.filter(pk=row.pk).update(index=number)
    lines = client_of("caretaker").get(site.get_absolute_url()).context["story"]
    changed = {row.index: row.record["changes"] for row in records.all() if row.record.get("object") == "places.site"}
    assert {line.what: line.index for line in lines} == {
        "登记场所": next(index for index, changes in changed.items() if "name" in changes),
        "修改场所登记": next(index for index, changes in changed.items() if "name" not in changes),
    }
    [told] = [line for line in page_of(client_of("caretaker"), stage).context["story"] if line.kind == "plan"]
    assert records.get(index=told.index).record["object_id"] == str(plan.pk)
