"""Releases that lie about, so that every address of theirs leads to something: given back, being reviewed, and approved."""

from __future__ import annotations

import datetime
from dataclasses import replace

from django.utils import timezone

from custodes.access.models import Release
from custodes.access.release.proposing import Proposal
from custodes.cases.step import StepInput
from custodes.people.models import Person
from custodes.people.papers.keeping import keep_paper
from tests.access.release import orders
from tests.access.release.node import SOURCE, TIMES
from tests.people.papers.samples import pdf, upload
from tests.places.stage import Stage

HOUR = datetime.timedelta(hours=1)
TEN_MINUTES = datetime.timedelta(minutes=10)


def make(stage: Stage) -> None:
    """Of the school's gate; the first with a paper."""
    lead, reviewer, approver = (stage.cast.members[name].person for name in ("lead", "caretaker", "approver"))
    now = timezone.now()
    returned = _propose(stage, lead, now, paper=True)
    orders.give_back(returned, at_once(approver, now, "请补充"))
    masked(stage)
    approved = masked(stage)
    film = {"output": "c" * 64, "marked": "d" * 64}
    orders.put(approved, "review", at_once(reviewer, now), **film, reviewed_by=reviewer, reviewed_at=now)
    orders.put(approved, "second_review", at_once(approver, now), approved_by=approver, approved_at=now)


def masked(stage: Stage) -> Release:
    """One whose tracks lie there; no node has its film."""
    lead, reviewer, approver = (stage.cast.members[name].person for name in ("lead", "caretaker", "approver"))
    now = timezone.now()
    row = orders.assess(_propose(stage, lead, now), "必要", "小", "遮蔽", at_once(approver, now))
    film = {"source": SOURCE, "width": 640, "height": 360, "times": list(TIMES), "version": 1}
    return orders.put(row, "mask", at_once(reviewer, now), begun_at=now, **film)


def at_once(by: Person, at: datetime.datetime, words: str = "") -> StepInput:
    return StepInput(by, at, timezone.localdate(at), words)


def _propose(stage: Stage, by: Person, at: datetime.datetime, *, paper: bool = False) -> Release:
    papers = (keep_paper(upload(pdf()), by=by, at=at),) if paper else ()
    proposal = Proposal(
        "校门前闯红灯警示片", stage.gate, at - HOUR - TEN_MINUTES, at - HOUR, "traffic", "提醒学生和家长", "rule", "道路交通安全法第六条",
        "学校公众号",
    )  # fmt: skip
    return orders.propose(proposal, stage.cast.units["a"], replace(at_once(by, at), papers=papers))
