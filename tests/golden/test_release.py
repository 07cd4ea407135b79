"""Records of the steps of a public release."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from custodes.access.models import Release
from custodes.access.release.masking import Finding
from custodes.access.release.sheet import document_of
from custodes.people.models import Paper
from custodes.people.papers.keeping import keep_paper
from tests.access.notary import FakeNotary
from tests.access.release import node, orders
from tests.access.release.flow import FINDINGS
from tests.golden.access import PICTURES, Walk
from tests.golden.asked import Seen, unseen
from tests.golden.conftest import Golden
from tests.golden.keys import counted_keys
from tests.golden.tour import BEGINS, Clock
from tests.people.papers.samples import pdf, upload
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

LEFT = {"state": "rejected", "left": True, "review": {"acquaintance": "unasked", "remark": "讲解员，本人同意公开"}}
BY_LAW = (Finding("plates", "exempt", "道路交通安全法第八十七条", read=True),)
HOUR_BEFORE = round(BEGINS.timestamp() - 3_600) * 1_000_000
LATER_TAKEN = (HOUR_BEFORE - 40_000_000, HOUR_BEFORE - 20_000_000)
"""A stretch of the device's own recording, µs."""


def test_each_step_of_a_release(
    stage: Stage, notary: FakeNotary, monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    monkeypatch.setattr(node, "TIMES", PICTURES)
    flow = Walk(stage, node.install(monkeypatch))
    papers = papers_of(flow)
    with golden("release") as clock:
        walk(flow, papers, clock)


def papers_of(flow: Walk) -> tuple[Paper, Paper]:
    plan, letter = (
        keep_paper(upload(pdf(body), "宣传方案.pdf"), by=flow.proposer, at=timezone.now()) for body in (b"", b"% 2\n")
    )
    return plan, letter


def walk(flow: Walk, papers: tuple[Paper, Paper], clock: Clock, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state to which `Stops` does not come."""
    proposer, reviewer, approver = flow.proposer, flow.reviewer, flow.approver
    (plan, letter), stage = papers, flow.stage
    flow.clock = clock

    def read(row: Release) -> None:
        """The node has read the footage, of which some is the device's own recording."""
        flow.node.find(row.pk)
        flow.node.standings[row.pk] = replace(flow.node.standings[row.pk], device=(LATER_TAKEN,))

    # Given back and completed, with papers; reviewed.
    taken = replace(flow.taken(proposer), papers=(plan,))
    row = orders.propose(flow.proposal(), stage.cast.units["a"], taken)
    seen(row, "proposed")
    orders.give_back(row, flow.taken(approver, "请写明公开多久"))
    seen(row, "returned")
    longer = flow.proposal(channel="学校公众号，公开一个月")
    flow.there = orders.propose_again(row, longer, replace(flow.taken(proposer), papers=(letter,)))
    row = flow.reviewed()

    # All that takes it back to masking.
    orders.send_back(row, flow.taken(approver, "左侧还有一人"))
    flow.again(row)
    orders.answer(row, BY_LAW, flow.taken(reviewer))
    flow.again(row)
    kept = flow.saved(row, document_of(row.tracks.get(number=2)) | LEFT)
    for time in kept.unanswered:
        flow.look(row, time)
    flow.again(row)
    flow.look(row, PICTURES[-1], "left", "公交车号牌，新闻已报道", ("plates",))
    flow.again(row)
    flow.again(row)
    orders.begin(row, flow.taken(reviewer))
    read(row)
    flow.again(row)

    # Approved by another, fetched, published, taken down.
    flow.show(row)
    seen(row, "reviewed, shown")
    orders.second_review(row, flow.seen(row), flow.taken(approver))
    seen(row, "approved")
    row = orders.fetch(Release.objects.get(pk=row.pk), flow.taken(proposer))
    seen(row, "approved, fetched")
    row = orders.publish(row, "学校公众号 https://example.org/1", flow.seen(row), flow.taken(proposer))
    seen(row, "published")
    orders.withdraw(row, "公众号文章已删除", flow.taken(proposer, "家长提出异议"))
    seen(row, "withdrawn")
    orders.forget(row, flow.taken(proposer))

    # Refused and dropped, before the film was read and behind it.
    flow.there = None
    seen(flow.refused(), "refused")
    orders.refuse(flow.reviewed(), flow.taken(approver, "不必要"))
    seen(flow.dropped(), "dropped")
    row = flow.begun()
    read(row)
    row = orders.take_tracks(row, flow.taken(reviewer))
    orders.answer(row, FINDINGS[:-1], flow.taken(reviewer))
    orders.drop(row, flow.taken(proposer, "不再需要"))
