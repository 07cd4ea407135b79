"""Working files at the node: `works` is true before the node is asked, and false only when it is known that nothing is left."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.access.models import Release
from custodes.access.release import working
from custodes.access.release.working import MaskingRefused, WorkerAway
from custodes.people.lawful import terms
from custodes.places.lifecycle.stepping import StepRefused
from custodes.upkeep.dates.worklist import worklist_of
from custodes.video.wire.masking import MaskRefusalReason
from tests.access.release import orders
from tests.access.release.flow import Flow
from tests.access.release.node import FakeNode

Committed = Callable[..., Any]


def again(row: Release) -> Release:
    return Release.objects.get(pk=row.pk)


def waiting(flow: Flow) -> list[str]:
    found = worklist_of(flow.proposer, timezone.now(), terms()).waiting.rows
    return [one.name.partition("：")[0] for one in found if one.what == "release"]


def test_an_answer_that_was_lost_leaves_it_noted_that_film_may_lie_there(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = flow.assessed()

    def lost(*args: Any) -> None:
        FakeNode.begin(flow.node, *args)
        assert again(row).works, "it is noted before the node is asked"
        raise WorkerAway("the answer was lost")

    monkeypatch.setattr(working, "begin", lost)
    with pytest.raises(WorkerAway):
        orders.begin(row, flow.taken(flow.reviewer))
    assert again(row).works
    assert not row.steps.filter(event="begin").exists()


def test_what_is_dropped_while_the_node_begins_is_deleted_again(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    row = flow.assessed()

    def begin(*args: Any) -> None:
        orders.drop(row, flow.taken(flow.proposer, "不需要"))
        FakeNode.begin(flow.node, *args)

    monkeypatch.setattr(working, "begin", begin)
    with pytest.raises(StepRefused):
        orders.begin(row, flow.taken(flow.reviewer))
    assert flow.node.forgotten == [row.pk]
    assert not again(row).works


def _dropped(flow: Flow) -> Release:
    return orders.drop(flow.masked(), flow.taken(flow.proposer, "不需要"))


def _refused(flow: Flow) -> Release:
    return orders.refuse(flow.reviewed(), flow.taken(flow.approver, "不必要"))


def _withdrawn(flow: Flow) -> Release:
    return flow.withdrawn()


@pytest.mark.parametrize("over", [_dropped, _refused, _withdrawn])
def test_what_is_over_is_deleted_by_the_house(
    flow: Flow, django_capture_on_commit_callbacks: Committed, over: Callable[[Flow], Release]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = over(flow)
        assert flow.node.forgotten == [], "not while the transaction is open"
    assert flow.node.forgotten == [row.pk]
    assert not again(row).works
    assert row.steps.last().event == "forget"
    assert waiting(flow) == []


@pytest.mark.parametrize("trouble", ["away", "not removed"])
def test_what_the_node_did_not_delete_stays_on_the_work_list(
    flow: Flow, django_capture_on_commit_callbacks: Committed, client_of: Callable[[str], Client], trouble: str
) -> None:
    row = flow.masked()
    flow.node.down, flow.node.refuses = (
        trouble == "away",
        MaskRefusalReason.NOT_REMOVED if trouble == "not removed" else None,
    )
    with django_capture_on_commit_callbacks(execute=True):
        orders.drop(row, flow.taken(flow.proposer, "不需要"))
    assert again(row).works
    assert waiting(flow) == ["公共传播待删除工作文件"]
    lead, act = client_of("lead"), reverse("access:release_forget", args=[row.pk])
    assert "删除工作文件" in lead.get(row.get_absolute_url()).content.decode()
    assert lead.post(act, {}).status_code == 503
    flow.node.down, flow.node.refuses = False, None
    assert lead.post(act, {}).status_code == 302
    assert not again(row).works
    assert waiting(flow) == []


def test_a_node_that_has_nothing_says_nothing_of_what_another_has(flow: Flow) -> None:
    row = _dropped(flow)
    flow.node.lost = True  # the camera is another worker's now
    with pytest.raises(StepRefused, match="不能确认已经删除"):
        orders.forget(row, flow.taken(flow.proposer))
    assert again(row).works
    Release.objects.filter(pk=row.pk).update(begun_at=timezone.now() - datetime.timedelta(days=31))
    assert not orders.forget(again(row), flow.taken(flow.proposer)).works, "its term is over, wherever it lay"


def test_what_no_node_ever_began_needs_no_term(flow: Flow) -> None:
    row = flow.assessed()
    flow.node.refuses = MaskRefusalReason.NO_FOOTAGE
    with pytest.raises(MaskingRefused):
        orders.begin(row, flow.taken(flow.reviewer))
    flow.node.refuses = None
    row = orders.drop(again(row), flow.taken(flow.proposer, "没有录像"))
    assert not orders.forget(row, flow.taken(flow.proposer)).works
