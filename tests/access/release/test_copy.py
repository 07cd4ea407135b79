"""The masked copy: on its way it is hashed, taking it out is a step, and what is decided is of the copy that was seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from custodes.access.models import Release, ReleaseState
from custodes.access.release.desk import CopyAltered
from custodes.people.models import RecordOutbox
from custodes.places.lifecycle.stepping import StepRefused
from tests.access.notary import FakeNotary
from tests.access.release import orders
from tests.access.release.flow import Flow
from tests.access.release.node import COPY

Browsers = Callable[[str], Client]
S = ReleaseState


def url(row: Release) -> str:
    return reverse("access:release_copy", args=[row.pk])


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("state", [S.MASKED, S.REVIEWED, S.APPROVED])
def test_a_page_shows_it_in_its_place_and_takes_no_step(flow: Flow, client_of: Browsers, state: ReleaseState) -> None:
    row = flow.written() if state == S.MASKED else flow.at(state)
    steps = row.steps.count()
    answer = client_of("caretaker").get(url(row))
    assert answer["Content-Disposition"] == "inline"
    assert body(answer) == COPY
    assert row.steps.count() == steps


@pytest.mark.parametrize("state", [S.MASKED, S.REVIEWED])
def test_before_it_is_approved_it_is_no_file(flow: Flow, client_of: Browsers, state: ReleaseState) -> None:
    row = flow.written() if state == S.MASKED else flow.at(state)
    assert client_of("caretaker").get(url(row), {"download": "1"}).status_code == 404


def test_taking_it_out_is_a_step_with_a_record_before_the_first_byte(
    flow: Flow, client_of: Browsers, notary: FakeNotary
) -> None:
    row = flow.approved()
    answer = client_of("lead").get(url(row), {"download": "1"})
    step = row.steps.last()
    assert (step.event, step.by, step.after) == ("fetch", flow.proposer, S.APPROVED), "nothing was read yet"
    record = RecordOutbox.objects.get(pk=step.record_id).record
    assert (record["event"], record["output"]) == ("fetch", row.output)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert body(answer) == COPY
    assert "下载成品" in client_of("lead").get(row.get_absolute_url()).content.decode()
    assert client_of("lead").head(url(row), {"download": "1"}).status_code == 405
    assert row.steps.filter(event="fetch").count() == 1


def test_without_its_step_nothing_leaves(flow: Flow, client_of: Browsers, monkeypatch: pytest.MonkeyPatch) -> None:
    row = flow.approved()
    monkeypatch.setattr("custodes.cases.records.record", _broken)
    with pytest.raises(RuntimeError):
        client_of("lead").get(url(row), {"download": "1"})


def _broken(*_args: Any, **_more: Any) -> None:
    raise RuntimeError("no record")


@pytest.mark.parametrize("state", [S.MASKED, S.REVIEWED, S.APPROVED])
def test_other_bytes_than_the_hash_never_leave_whole(flow: Flow, client_of: Browsers, state: ReleaseState) -> None:
    row = flow.written() if state == S.MASKED else flow.at(state)
    flow.node.made[row.pk] = COPY[:-1] + b"?"
    answer = client_of("caretaker").get(url(row))
    coming = iter(answer.streaming_content)  # type: ignore[attr-defined]
    assert next(coming) == COPY[:6]
    with pytest.raises(CopyAltered):
        next(coming)  # the last chunk stays


def test_the_bytes_are_hashed_again_when_it_is_published(flow: Flow) -> None:
    row = flow.approved()
    flow.node.made[row.pk] = COPY[:-1] + b"?"  # the node still tells the hash of before
    with pytest.raises(StepRefused) as refusal:
        orders.publish(row, "学校公众号", flow.seen(row), flow.taken(flow.proposer))
    assert [one.reason_zh for one in refusal.value.unmet] == ["媒体节点上的成品与复核时的校验值不符，没有登记"]
    assert Release.objects.get(pk=row.pk).state == S.APPROVED
    flow.node.made[row.pk] = COPY
    assert orders.publish(row, "学校公众号", flow.seen(row), flow.taken(flow.proposer)).state == S.PUBLISHED


@pytest.mark.parametrize("seen", ["", "e" * 64])
@pytest.mark.parametrize("step", ["review", "second_review", "publish"])
def test_what_is_decided_is_of_the_copy_that_was_seen(flow: Flow, step: str, seen: str) -> None:
    act: Callable[[Release], Release]
    if step == "review":
        row, act = flow.written(), lambda row: orders.review(row, seen, flow.taken(flow.reviewer, "已看过"))
    elif step == "second_review":
        row, act = flow.shown(), lambda row: orders.second_review(row, seen, flow.taken(flow.approver))
    else:
        row, act = flow.approved(), lambda row: orders.publish(row, "公众号", seen, flow.taken(flow.proposer))
    with pytest.raises(StepRefused) as refusal:
        act(row)
    [one] = refusal.value.unmet
    assert (one.clause, one.reason_zh, one.remedy_zh) == ("S30.2", "成品已变", "请重新查看后再办理")
    assert Release.objects.get(pk=row.pk).state == row.state


def test_who_has_an_old_page_open_is_told(flow: Flow, client_of: Browsers) -> None:
    row = flow.written()
    caretaker = client_of("caretaker")
    shown = caretaker.get(reverse("access:release_progress", args=[row.pk])).content.decode()
    old = flow.seen(row)
    assert f'name="copy" value="{old}"' in shown
    orders.write(row, "solid", flow.taken(flow.proposer))
    flow.node.finish(row.pk)
    act = reverse("access:release_review", args=[row.pk])
    answer = caretaker.post(act, {"words": "已看过", "copy": old})
    assert answer.status_code == 422
    assert "成品已变" in answer.content.decode()
    assert caretaker.post(act, {"words": "已看过", "copy": flow.seen(row)}).status_code == 302
