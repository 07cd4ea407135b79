"""The masked copy of one's own image (PIPL 45): the product's own, from the request's footage, by two people, with its hash everywhere."""

from __future__ import annotations

import datetime
import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from custodes.access.models import OwnImageRequest, OwnOutcome, Release, ReleaseState
from custodes.access.ownimage import case, copies
from custodes.people.models import Entrustment, EntrustmentKind, RecordOutbox
from custodes.places.lifecycle.stepping import StepRefused
from tests.access.ownimage import steps
from tests.access.ownimage.desk import asked, checked, entered, looked, now
from tests.access.ownimage.steps import said as said_by
from tests.access.release import orders
from tests.access.release.flow import FINDINGS, CopyFlow
from tests.access.release.node import COPY, install
from tests.web.printing.test_register import text_of

pytestmark = pytest.mark.postgresql

HOUR = datetime.timedelta(hours=1)
SHA256 = hashlib.sha256(COPY).hexdigest()


@pytest.fixture
def flow(stage, notary, monkeypatch):
    return CopyFlow(stage, install(monkeypatch))


def said(refused):
    return {(one.clause, one.reason_zh) for one in refused.value.unmet}


@pytest.mark.clause("PIPL45", "PIPL25")
def test_a_copy_is_made_from_the_request_given_by_its_hash_fetched_and_handed_over(
    flow, client_of, notary, django_capture_on_commit_callbacks
):
    row = flow.found()
    browser, other = client_of("caretaker"), client_of("approver")
    piece = {
        "camera": str(flow.stage.gate.pk),
        "piece_from": row.span_from.isoformat(),
        "piece_to": (row.span_from + datetime.timedelta(seconds=40)).isoformat(),
    }
    assert "制作复制件" in browser.get(row.get_absolute_url()).content.decode()
    made = browser.post(reverse("access:own_image_copy", args=[row.pk]), piece)
    copy = Release.objects.get()
    assert made.headers["Location"] == copy.get_absolute_url()
    assert (copy.own_image, copy.aim, copy.basis_kind, copy.unit) == (row, "own_image", "rule", row.unit)
    assert row.number in browser.get(copy.get_absolute_url()).content.decode()
    assert "退回补正" not in other.get(copy.get_absolute_url()).content.decode(), "nothing could be completed"
    with pytest.raises(StepRefused) as refused:
        flow.answered()
    assert {clause for clause, _why in said(refused)} == {"PIPL25"}

    flow.proposed = lambda **_changed: copy  # the steps of this very copy, from here on
    copy = flow.approved()
    assert (copy.output, copy.reviewed_by, copy.approved_by) == (SHA256, flow.reviewer, flow.approver)
    assert "PIPL45" in notary.of("grant")[-1].clauses
    assert "批准公开" not in other.get(copy.get_absolute_url()).content.decode()
    download = reverse("access:release_copy", args=[copy.pk]) + "?download=1"
    assert browser.get(download).status_code == 404, "nobody has answered yet"
    done = flow.answered()
    assert (done.state, done.outcome) == ("answered", "copy")
    step = done.steps.get(event="answer").record.record
    assert step["copies"] == [SHA256]

    page = browser.get(done.get_absolute_url()).content.decode()
    for words in (SHA256, flow.reviewer.name, flow.approver.name, "下载复制件"):
        assert words in page
    printed = text_of(browser, reverse("access:own_image_print_reply", args=[done.pk])).replace("\u200b", "")
    for words in ("■提供遮蔽后的复制件", SHA256, flow.reviewer.name, flow.approver.name):
        assert words in printed
    closing = reverse("access:own_image_close", args=[done.pk])
    early = browser.post(closing, {"handed": "光盘一张，当面签收"})
    assert (early.status_code, "还没有完整下载" in early.content.decode()) == (422, True)
    broken = browser.get(download)
    assert next(iter(broken.streaming_content)) == COPY[:6]
    assert copy.steps.filter(event="fetch").count() == 1
    assert browser.post(closing, {"handed": "光盘一张，当面签收"}).status_code == 422, "the line broke"
    assert other.get(download).status_code == 404, "who approved it hands nothing over"
    assert b"".join(browser.get(download).streaming_content) == COPY
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(closing, {"handed": "光盘一张，当面签收"}).status_code == 302
    done.refresh_from_db()
    copy.refresh_from_db()
    assert (done.state, done.handed, copy.state) == ("closed", "光盘一张，当面签收", "handed")
    assert copy.forgotten_at is not None, "the node has deleted its files"
    assert done.steps.get(event="close").record.record["copies"] == [SHA256]
    assert SHA256 in browser.get(done.get_absolute_url()).content.decode()
    assert browser.get(download).status_code == 404
    told = [one.record["event"] for one in RecordOutbox.objects.filter(type="release.step")]
    assert "publish" not in told
    assert {"give", "fetch", "fetched", "hand_over"} <= set(told)


@pytest.mark.clause("PIPL25")
def test_the_two_are_independent_persons(flow):
    row = flow.shown()
    with pytest.raises(StepRefused):
        orders.second_review(row, flow.seen(row), flow.taken(flow.reviewer))
    Entrustment.objects.create(
        kind=EntrustmentKind.ACCOUNT, person=flow.approver, made_by=flow.reviewer, made_at=timezone.now()
    )
    with pytest.raises(StepRefused) as refused:
        orders.second_review(row, flow.seen(row), flow.taken(flow.approver))
    assert any(clause == "S33.1" for clause, _why in said(refused))
    with pytest.raises(StepRefused):
        flow.answered()
    Entrustment.objects.all().delete()
    orders.second_review(row, flow.seen(row), flow.taken(flow.approver))
    assert flow.answered().outcome == "copy"


@pytest.mark.parametrize("wrong", ["not_found", "unlooked", "camera", "span", "answered"])
def test_a_copy_is_made_of_footage_alone_that_was_found_under_the_request(flow, stage, wrong):
    at, by = now(), said_by(flow.reviewer, now())
    row = entered(stage, at) if wrong == "unlooked" else checked(stage, at)
    if wrong not in ("not_found", "unlooked"):
        row = steps.look_up(row, looked(stage, at), by)
    if wrong == "unlooked":
        OwnImageRequest.objects.filter(pk=row.pk).update(found="yes")  # a row of before, or a hand in the database
    if wrong == "answered":
        steps.answer(row, OwnOutcome.LOOK, looked(stage, at), "", by)
    begin, end = row.span_from, row.span_from + datetime.timedelta(seconds=40)
    camera = stage.yard if wrong == "camera" else stage.gate
    begin = begin - HOUR if wrong == "span" else begin
    with pytest.raises(StepRefused):
        copies.prepare(row, camera, begin, end, by)
    assert not Release.objects.exists()


@pytest.mark.clause("PIPL25")
def test_another_requests_copy_serves_no_answer(flow, stage):
    flow.approved()
    at = now()
    row = checked(stage, at, row=asked(stage, wish="copy", name="央宗"))
    with pytest.raises(StepRefused) as refused:
        steps.answer(row, OwnOutcome.COPY, looked(stage, at), "", said_by(flow.reviewer, at))
    assert {clause for clause, _why in said(refused)} == {"PIPL25"}


def test_what_the_answer_gave_is_changed_by_nobody_and_is_never_public(flow):
    copy = flow.given()
    for step in (
        lambda: orders.answer(copy, FINDINGS, flow.taken(flow.reviewer)),
        lambda: orders.write(copy, "solid", flow.taken(flow.reviewer)),
        lambda: orders.begin(copy, flow.taken(flow.reviewer)),
        lambda: orders.send_back(copy, flow.taken(flow.approver, "再改")),
        lambda: orders.publish(copy, "公众号", copy.output, flow.taken(flow.proposer)),
    ):
        with pytest.raises(StepRefused):
            step()
    assert Release.objects.get(pk=copy.pk).output == copy.output
    for change in ({"published_at": now()}, {"output": ""}, {"own_image": None}, {"approved_by": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Release.objects.filter(pk=copy.pk).update(**change)


@pytest.mark.clause("PIPL25")
def test_before_the_answer_it_is_not_published_either(flow, client_of):
    copy = flow.approved()
    with pytest.raises(StepRefused) as refused:
        orders.publish(copy, "公众号", copy.output, flow.taken(flow.proposer))
    assert any("不公开" in why for _clause, why in said(refused))
    assert client_of("lead").get(reverse("access:release_publication", args=[copy.pk])).status_code == 404
    assert client_of("lead").post(reverse("access:release_publish", args=[copy.pk])).status_code == 404


@pytest.mark.clause("PIPL50")
def test_a_copy_that_is_there_is_not_left_out_and_one_under_way_ends_with_the_request(flow):
    flow.approved()
    with pytest.raises(StepRefused) as refused:
        flow.answered(OwnOutcome.LOOK, "不便")
    assert any("已经审批" in why for _clause, why in said(refused))
    steps.withdraw(flow.found(), flow.taken(flow.reviewer))
    assert Release.objects.get().state == ReleaseState.DROPPED
    second = CopyFlow(flow.stage, flow.node)
    second.proposed()
    second.answered(OwnOutcome.LOOK, "尚未遮蔽")
    assert {one.state for one in Release.objects.all()} == {ReleaseState.DROPPED}


def test_an_answer_of_before_with_typed_names_stays_readable(flow, stage, client_of):
    row = checked(stage)
    OwnImageRequest.objects.filter(pk=row.pk).update(
        state="answered", outcome="copy", found="yes", masked_by="次仁拉姆", reviewed_by="旦增", answered_by=flow.reviewer,
        answered_at=now(),
    )  # fmt: skip
    browser = client_of("caretaker")
    page = browser.get(row.get_absolute_url()).content.decode()
    assert "次仁拉姆 · 旦增" in page
    assert "系统没有核对" in page
    printed = text_of(browser, reverse("access:own_image_print_reply", args=[row.pk]))
    assert "次仁拉姆" in printed
    assert "SHA-256" not in printed
    browser.post(reverse("access:own_image_close", args=[row.pk]), {"handed": "光盘一张，当面签收"})
    row.refresh_from_db()
    assert row.state == "closed"


@pytest.mark.parametrize(
    "member", ["outside_caretaker", "operator", "lead", "approver", "inspector", "officer", "bystander"]
)
def test_nobody_else_has_one_made(flow, client_of, member):
    row = flow.found()
    assert client_of(member).post(reverse("access:own_image_copy", args=[row.pk]), {}).status_code in (403, 404)


def lose(flow, copy):
    """The node's term for its work is over, or its disk went."""
    flow.node.standings.pop(copy.pk)
    flow.node.made.pop(copy.pk)


@pytest.mark.clause("PIPL45")
def test_what_the_node_has_lost_is_not_given(flow, client_of):
    copy = flow.approved()
    row = flow.found()
    sent = {
        "cameras": [str(flow.stage.gate.pk)],
        "span_from": row.span_from.isoformat(),
        "span_to": row.span_to.isoformat(),
        "found": "yes",
        "exception": "none",
        "answer": "copy",
    }
    browser, url = client_of("caretaker"), reverse("access:own_image_answer", args=[row.pk])
    flow.node.down = True
    away = browser.post(url, sent)
    assert (away.status_code, "媒体节点没有应答" in away.content.decode()) == (503, True)
    flow.node.down = False
    lose(flow, copy)
    refused = browser.post(url, sent)
    assert (refused.status_code, "已没有审批的复制件" in refused.content.decode()) == (422, True)
    assert OwnImageRequest.objects.get(pk=row.pk).state == "asked"
    orders.begin(copy, flow.taken(flow.reviewer))
    flow.node.find(copy.pk)
    flow.again(copy)
    flow.show(copy)
    orders.second_review(copy, flow.seen(copy), flow.taken(flow.approver))
    assert browser.post(url, sent).status_code == 302


@pytest.mark.clause("PIPL45")
def test_a_given_copy_that_the_node_loses_is_made_again_and_the_request_answered_again(flow, client_of):
    copy = flow.given()
    orders.fetched_whole(copy, flow.taken(flow.reviewer))
    row = flow.found()
    browser, url = client_of("caretaker"), reverse("access:own_image_reopen", args=[row.pk])
    there = browser.post(url, {"why": "下载不了"})
    assert (there.status_code, "仍在媒体节点上" in there.content.decode()) == (422, True)
    lose(flow, copy)
    assert "复制件无法下载" in browser.get(row.get_absolute_url()).content.decode()
    assert browser.post(url, {"why": ""}).status_code == 422
    assert browser.post(url, {"why": "下载时提示已没有复制件"}).status_code == 302
    row.refresh_from_db()
    copy.refresh_from_db()
    assert (row.state, row.outcome, row.answered_by, copy.state) == ("asked", "", None, "approved")
    assert row.steps.get(event="reopen").words == "下载时提示已没有复制件"
    orders.begin(copy, flow.taken(flow.reviewer))
    flow.node.find(copy.pk)
    flow.again(copy)
    flow.show(copy)
    orders.second_review(copy, flow.seen(copy), flow.taken(flow.approver))
    assert flow.answered().outcome == "copy"
    copy.refresh_from_db()
    assert (copy.state, orders.was_fetched(copy)) == ("given", False)


@pytest.mark.clause("PIPL25")
def test_an_answer_gives_no_copy_that_was_sent_back_meanwhile(flow, monkeypatch):
    """The race: behind the conditions, before the copies are given, the approver sends the only one back."""
    copy = flow.approved()
    judged = case.judged

    def overtaken(*told):
        found = judged(*told)
        orders.send_back(copy, flow.taken(flow.approver, "左侧还有一人"))
        return found

    monkeypatch.setattr(case, "judged", overtaken)
    with pytest.raises(StepRefused) as refused:
        flow.answered()
    assert {clause for clause, _why in said(refused)} == {"PIPL25"}
    assert flow.found().state == "asked"
