"""The pages of releases: proposing by the form, one next step, who is offered what, the whole way through the browser's addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.access.models import Release, ReleaseState
from custodes.access.release import guards
from custodes.access.release.conditions import UNREAD
from custodes.access.release.facts import asked_of, device_stretches
from custodes.access.release.sheet import document_of, pictures_of
from custodes.people.lawful import terms
from custodes.people.models import Paper, RecordOutbox
from custodes.upkeep.dates.worklist import worklist_of
from tests.access.notary import FakeNotary
from tests.access.release import orders
from tests.access.release.flow import RULE, Flow, accepted
from tests.access.release.node import COPY, leak
from tests.people.papers.samples import pdf, upload
from tests.web.printing.test_register import text_of

Browsers = Callable[[str], Client]
S = ReleaseState


def filled(flow: Flow, **changed: Any) -> dict[str, Any]:
    one = flow.proposal()
    begin, end = (timezone.localtime(at).strftime("%Y-%m-%dT%H:%M:%S") for at in (one.span_from, one.span_to))
    return {
        "title": one.title, "camera": str(flow.stage.gate.pk), "span_from": begin, "span_to": end, "aim": one.aim,
        "purpose": one.purpose, "basis_kind": "rule", "basis": RULE, "channel": one.channel, "q": "",
    } | changed  # fmt: skip


def act(browser: Client, row: Release, event: str, **said: Any) -> Any:
    return browser.post(reverse(f"access:release_{event}", args=[row.pk]), said)


def page(browser: Client, row: Release) -> str:
    return browser.get(row.get_absolute_url()).content.decode()


def test_the_whole_way_by_the_pages(flow: Flow, client_of: Browsers) -> None:
    lead, caretaker, approver = client_of("lead"), client_of("caretaker"), client_of("approver")
    answer = lead.post(reverse("access:release_propose"), filled(flow) | {"paper": upload(pdf())})
    row = Release.objects.get()
    assert answer.status_code == 302
    assert "等待影响评估" in page(lead, row)
    assert "登记评估" in page(approver, row)
    parts = {"necessity": "必要", "risks": "小", "measures": "遮蔽"}
    assert act(approver, row, "assess", **parts).status_code == 302
    assert "开始检测" in page(caretaker, row)
    assert act(caretaker, row, "begin").status_code == 302
    progress = reverse("access:release_progress", args=[row.pk])
    assert "every 3s" in caretaker.get(progress).content.decode()
    flow.node.find(row.pk)
    told = caretaker.get(progress).content.decode()
    assert "载入检测结果" in told
    assert "every 3s" not in told
    assert act(caretaker, row, "mask").status_code == 302
    assert "2 条轨迹未确认" in caretaker.get(progress).content.decode()
    save = reverse("access:release_save", args=[row.pk])
    for one in row.tracks.all():
        row.refresh_from_db()
        body = {"version": row.version, "track": accepted(document_of(one))}
        assert caretaker.post(save, body, content_type="application/json").status_code == 200
    row.refresh_from_db()
    for time in pictures_of(row):
        row.refresh_from_db()
        body = {"version": row.version, "looked": time, "answer": "masked" if time <= 90_000 else "none"}
        body |= {"remark": "", "kinds": []}
        assert caretaker.post(save, body, content_type="application/json").status_code == 200
    assert "填写各类保护对象的结论" in caretaker.get(progress).content.decode()
    answers = {"faces-answer": "masked", "plates-answer": "absent", "minors-answer": "masked"}
    url = reverse("access:release_find", args=[row.pk])
    assert caretaker.post(url, answers).status_code == 422
    answers |= {"organisations-answer": "absent"}
    assert caretaker.post(url, answers).status_code == 422, "what is burnt in is asked too"
    assert caretaker.post(url, answers | {"overlay-answer": "absent"}).status_code == 302
    assert "生成成品" in caretaker.get(progress).content.decode()
    flow.node.leaks = [leak()]
    assert act(caretaker, row, "write", way="solid").status_code == 302
    flow.node.finish(row.pk)
    told = caretaker.get(progress).content.decode()
    assert "成品中仍检出 1 处" in told
    report = caretaker.get(reverse("access:release_leaks", args=[row.pk])).content.decode()
    assert "00:00.1" in report
    assert "没有遮蔽" in report
    assert act(caretaker, row, "review").status_code == 422
    assert act(caretaker, row, "review", words="一处是海报", copy=flow.seen(row)).status_code == 302
    assert "批准公开" in approver.get(progress).content.decode()
    assert "批准公开" not in caretaker.get(progress).content.decode()
    assert act(caretaker, row, "second_review").status_code == 404
    row.refresh_from_db()
    assert f'value="{row.output}"' in approver.get(progress).content.decode()
    shown = approver.get(reverse("access:release_copy", args=[row.pk]))
    assert b"".join(shown.streaming_content) == COPY  # type: ignore[attr-defined]
    assert act(approver, row, "second_review", copy=row.output).status_code == 302
    publication = reverse("access:release_publication", args=[row.pk])
    row.refresh_from_db()
    assert row.output in lead.get(publication).content.decode()
    copy = lead.get(reverse("access:release_copy", args=[row.pk]), {"download": "1"})
    assert b"".join(copy.streaming_content) == COPY  # type: ignore[attr-defined]
    assert act(lead, row, "publish", where="").status_code == 422
    assert act(lead, row, "publish", where="学校公众号 https://example.org/1", copy=row.output).status_code == 302
    told = client_of("auditor").get(publication).content.decode()
    row.refresh_from_db()
    for words in (row.source, row.output, RULE, "https://example.org/1", "城关区第一小学", "向谁提出"):
        assert words in told
    assert "登记撤回" not in told
    assert act(lead, row, "forget").status_code == 302
    assert flow.node.forgotten == [row.pk]
    assert act(caretaker, row, "withdraw", words="家长提出异议", takedown="已删除").status_code == 302
    row.refresh_from_db()
    assert row.state == S.WITHDRAWN
    form = text_of(client_of("auditor"), reverse("access:release_print_form", args=[row.pk]))
    for words in ("公共传播审批单", "必要", "央金", "已撤回", "已删除", "画面中没有"):
        assert words in form


def test_what_was_given_back_is_completed_and_keeps_its_number(flow: Flow, client_of: Browsers) -> None:
    row = flow.returned()
    lead = client_of("lead")
    assert "请写明公开多久" in page(lead, row)
    url = reverse("access:release_complete", args=[row.pk])
    assert row.title in lead.get(url).content.decode()
    assert lead.post(url, filled(flow, title="补正后的标题")).status_code == 302
    again = Release.objects.get()
    assert (again.title, again.state, again.number) == ("补正后的标题", S.PROPOSED, row.number)
    assert lead.get(url).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"aim": "fun"},
        {"aim": ""},
        {"basis": "领导同意"},
        {"basis_kind": "consent"},
        {"camera": ""},
        {"span_to": "x"},
        {"title": ""},
    ],
    ids=str,
)
def test_what_is_missing_is_said_and_nothing_is_proposed(
    flow: Flow, client_of: Browsers, wrong: dict[str, Any]
) -> None:
    answer = client_of("lead").post(reverse("access:release_propose"), filled(flow, **wrong))
    assert answer.status_code == 422
    assert not Release.objects.exists()


def test_another_units_camera_is_neither_found_nor_taken(flow: Flow, client_of: Browsers) -> None:
    lobby = str(flow.stage.lobby.pk)
    found = client_of("lead").post(reverse("access:release_propose"), filled(flow, find="1", q="大堂"))
    assert lobby not in found.content.decode()
    assert client_of("lead").post(reverse("access:release_propose"), filled(flow, camera=lobby)).status_code == 422
    assert not Release.objects.exists()


def test_a_consent_comes_with_its_paper_which_only_who_works_on_it_reads(flow: Flow, client_of: Browsers) -> None:
    body = filled(flow, basis_kind="consent", basis="被拍摄的学生的监护人同意") | {"paper": upload(pdf())}
    assert client_of("lead").post(reverse("access:release_propose"), body).status_code == 302
    row, paper = Release.objects.get(), Paper.objects.get()
    url = reverse("access:release_paper", args=[row.pk, paper.pk])
    assert client_of("approver").get(url).status_code == 200
    for member in ("auditor", "inspector"):
        assert client_of(member).get(url).status_code == 404
    assert url not in page(client_of("auditor"), row)


def test_a_consent_is_read_before_it_is_assessed_and_approved(flow: Flow, client_of: Browsers) -> None:
    body = filled(flow, basis_kind="consent", basis="被拍摄的学生的监护人同意") | {"paper": upload(pdf())}
    client_of("lead").post(reverse("access:release_propose"), body)
    row, consent = Release.objects.get(), Paper.objects.get()
    approver = client_of("approver")
    url = reverse("access:release_paper", args=[row.pk, consent.pk])
    client_of("caretaker").get(url)  # that another has read it is not enough
    parts = {"necessity": "必要", "risks": "小", "measures": "遮蔽"}
    answer = act(approver, row, "assess", **parts)
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "您还没有打开单独同意书" in told
    assert "请先打开同意书" in told
    assert url in told
    approver.get(url)
    assert "请先打开同意书" not in page(approver, row)
    assert act(approver, row, "assess", **parts).status_code == 302
    RecordOutbox.objects.filter(type="paper.read", record__person=str(flow.approver.uuid)).delete()
    asked = asked_of(Release.objects.get(), flow.taken(flow.approver))
    assert UNREAD in guards.second_review(asked)


def test_places_of_publication_stand_one_a_line(flow: Flow, client_of: Browsers) -> None:
    row = flow.approved()
    lead = client_of("lead")
    places = ("学校公众号 https://example.org/1", "县教育局网站 https://example.org/2", "校门口电子屏")
    assert act(lead, row, "publish", where="\r\n".join(places), copy=row.output).status_code == 302
    row.refresh_from_db()
    assert row.published_where.split("\n") == list(places)
    told = lead.get(reverse("access:release_publication", args=[row.pk])).content.decode()
    assert "<br>".join(places) in told
    record = row.steps.get(event="publish").record
    assert record.record["where"] == "\n".join(places)
    taken_down = {"words": "家长提出异议\r\n已核实", "takedown": "公众号已删除\r\n网站已删除\r\n电子屏已撤下"}
    assert act(lead, row, "withdraw", **taken_down).status_code == 302
    form = text_of(client_of("auditor"), reverse("access:release_print_form", args=[row.pk]))
    for words in (*places, "公众号已删除", "电子屏已撤下"):
        assert words.replace(" ", "") in form


def test_what_the_node_has_lost_is_not_offered_for_approval(flow: Flow, client_of: Browsers) -> None:
    row = flow.reviewed()
    progress = reverse("access:release_progress", args=[row.pk])
    approver = client_of("approver")
    assert "批准公开" in approver.get(progress).content.decode()
    flow.node.standings.clear()
    told = approver.get(progress).content.decode()
    assert "批准公开" not in told
    assert "已没有本件的成品" in told
    assert act(approver, row, "remask", words="录像已清除").status_code == 302


@pytest.mark.parametrize(
    "member", ["outsider", "outside_caretaker", "operator", "officer", "bystander", "system_admin"]
)
def test_nobody_elses_account_opens_it(flow: Flow, client_of: Browsers, member: str) -> None:
    row = flow.masked()
    browser = client_of(member)
    for name in (
        "release",
        "release_progress",
        "release_masks",
        "release_film",
        "release_tracks",
        "release_leaks",
        "release_copy",
    ):
        assert browser.get(reverse(f"access:{name}", args=[row.pk])).status_code in (403, 404), name
    assert browser.get(reverse("access:release_print_form", args=[row.pk])).status_code in (403, 404)
    for event in ("assess", "begin", "mask", "write", "review", "second_review", "publish", "withdraw", "drop", "find"):
        assert act(browser, row, event, words="试", way="solid").status_code in (403, 404), event
    body = {"version": row.version, "looked": 0, "answer": "masked", "remark": "", "kinds": []}
    save = reverse("access:release_save", args=[row.pk])
    assert browser.post(save, body, content_type="application/json").status_code in (403, 404)
    row.refresh_from_db()
    assert (row.state, row.looks.count()) == (S.MASKED, 0)


@pytest.mark.parametrize(
    ("member", "events"),
    [
        ("lead", {"begin", "find", "write", "review", "drop"}),
        ("caretaker", {"begin", "find", "write", "review", "drop"}),
        ("approver", set()),
        ("auditor", set()),
        ("inspector", set()),
    ],
)
def test_a_post_is_offered_its_own_steps(flow: Flow, client_of: Browsers, member: str, events: set[str]) -> None:
    row = flow.masked()
    answer = client_of(member).get(row.get_absolute_url())
    assert set(answer.context["action"]) == events


def test_whoever_only_oversees_it_has_the_facts_and_no_picture(flow: Flow, client_of: Browsers) -> None:
    row = flow.reviewed()
    auditor = client_of("auditor")
    told = page(auditor, row)
    assert row.source in told
    assert "条件核对" in told
    for name in ("release_progress", "release_masks", "release_film", "release_tracks", "release_copy"):
        assert auditor.get(reverse(f"access:{name}", args=[row.pk])).status_code in (403, 404)


def test_it_says_that_no_model_is_installed(flow: Flow, client_of: Browsers) -> None:
    flow.node.detectors, flow.node.tracks = (), []
    row = flow.masked()
    told = client_of("caretaker").get(reverse("access:release_progress", args=[row.pk])).content.decode()
    assert "人脸、机动车号牌、店招、单位名称、营业执照、证照" in told
    told = client_of("caretaker").get(reverse("access:release_masks", args=[row.pk])).content.decode()
    assert "没有安装检测模型" in told
    assert f'data-save="{reverse("access:release_save", args=[row.pk])}"' in told
    assert "data-readonly" not in told
    assert "data-readonly" in client_of("approver").get(reverse("access:release_masks", args=[row.pk])).content.decode()


def test_a_job_that_the_node_has_lost_is_begun_again_and_tracks_stay(flow: Flow, client_of: Browsers) -> None:
    row = flow.decided()
    flow.node.standings.clear()
    caretaker = client_of("caretaker")
    progress = reverse("access:release_progress", args=[row.pk])
    assert "重新读取录像" in caretaker.get(progress).content.decode()
    assert act(caretaker, row, "begin").status_code == 302
    flow.node.find(row.pk)
    row.refresh_from_db()
    assert (row.state, row.tracks.filter(state="accepted").count()) == (S.MASKED, 2)
    assert "生成成品" in caretaker.get(progress).content.decode()


@pytest.mark.parametrize("trouble", ["node", "notary"])
def test_what_is_away_is_said_and_that_film_may_lie_there_is_noted(
    flow: Flow, client_of: Browsers, notary: FakeNotary, trouble: str
) -> None:
    row = flow.assessed()
    flow.node.down, notary.down = trouble == "node", trouble == "notary"
    answer = act(client_of("caretaker"), row, "begin")
    assert answer.status_code == 503
    assert ("媒体节点没有应答" if trouble == "node" else "存证服务不可用") in answer.content.decode()
    row.refresh_from_db()
    assert row.works, "whatever came of it, the node may have film"
    assert not row.steps.filter(event="begin").exists()
    flow.node.down = notary.down = False
    told = client_of("caretaker").get(reverse("access:release_progress", args=[row.pk])).content.decode()
    assert "开始检测" in told, "it is begun again"


def test_it_waits_for_whom_it_waits(flow: Flow) -> None:
    def waiting(member: str) -> list[str]:
        person = flow.stage.cast.members[member].person
        found = worklist_of(person, timezone.now(), terms()).waiting.rows
        return [one.name.partition("：")[0] for one in found if one.what == "release"]

    flow.proposed()
    assert (waiting("lead"), waiting("approver")) == ([], ["公共传播待评估"])
    flow.reviewed()
    assert "公共传播待审批" in waiting("approver")
    assert "公共传播待审批" not in waiting("lead")
    flow.returned()
    assert "公共传播待补正" in waiting("lead")


def test_the_list_is_searched_by_title_and_narrowed_by_state(flow: Flow, client_of: Browsers) -> None:
    flow.proposed()
    flow.proposed(title="另一件")
    url = reverse("access:release_list")
    lead = client_of("lead")
    assert "另一件" in lead.get(url, {"q": "另一"}).content.decode()
    assert "校门前" not in lead.get(url, {"q": "另一"}).content.decode()
    assert "另一件" not in lead.get(url, {"state": "published"}).content.decode()
    assert "提出公开" not in client_of("auditor").get(url).content.decode()
    assert "公共传播" in lead.get("/").content.decode()
    assert reverse("access:release_list") not in client_of("operator").get("/").content.decode()


def test_footage_of_the_devices_own_recording_is_said_in_record_page_and_form(flow: Flow, client_of: Browsers) -> None:
    row = flow.begun()
    flow.node.find(row.pk)
    begin = round(row.span_from.timestamp() * 1_000_000) + 1_000_000
    told = ((begin, begin + 5_000_000),)
    flow.node.standings[row.pk] = replace(flow.node.standings[row.pk], device=told)
    row = orders.take_tracks(row, flow.taken(flow.reviewer))
    step = row.steps.get(event="mask")
    assert step.record.record["device"] == [list(one) for one in told]
    assert [[round(at.timestamp() * 1_000_000) for at in one] for one in device_stretches(row)] == [list(told[0])]
    flow.node.standings.clear()  # the node has nothing of it any more
    assert "取自设备自身录像" in page(client_of("auditor"), row)
    form = text_of(client_of("auditor"), reverse("access:release_print_form", args=[row.pk]))
    assert "取自设备自身录像" in form


def test_footage_that_was_sealed_as_it_was_recorded_says_nothing_of_a_device(flow: Flow, client_of: Browsers) -> None:
    row = flow.masked()
    assert "device" not in row.steps.get(event="mask").record.record
    assert "取自设备自身录像" not in page(client_of("auditor"), row)
