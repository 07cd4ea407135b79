"""Releases that lie about, so that every address of theirs leads to something: given back, being reviewed, and approved."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from custodes.access.models import Release
from custodes.access.release import deciding, proposing
from custodes.access.release.proposing import Proposal
from custodes.access.release.stepping import Taken, locked, move
from custodes.people.models import Person
from custodes.people.papers.keeping import keep_paper
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
    deciding.give_back(returned, Taken(approver, now, "请补充"))
    masked(stage)
    approved = masked(stage)
    with transaction.atomic():
        row = locked(approved)
        row.output, row.marked = "c" * 64, "d" * 64
        row.reviewed_by, row.reviewed_at = reviewer, now
        move(row, "review", Taken(reviewer, now), ("S30.2",))
        row.approved_by, row.approved_at = approver, now
        move(row, "second_review", Taken(approver, now), ("S30.2",))


def masked(stage: Stage) -> Release:
    """One whose tracks lie there; no node has its film."""
    lead, reviewer, approver = (stage.cast.members[name].person for name in ("lead", "caretaker", "approver"))
    now = timezone.now()
    row = deciding.assess(_propose(stage, lead, now), "必要", "小", "遮蔽", Taken(approver, now))
    with transaction.atomic():
        row = locked(row)
        row.begun_at, row.source, row.width, row.height, row.times, row.version = now, SOURCE, 640, 360, list(TIMES), 1
        move(row, "mask", Taken(reviewer, now), ("S30.2",))
    return row


def _propose(stage: Stage, by: Person, at: datetime.datetime, *, paper: bool = False) -> Release:
    papers = (keep_paper(upload(pdf()), by=by, at=at),) if paper else ()
    proposal = Proposal(
        "校门前闯红灯警示片", stage.gate, at - HOUR - TEN_MINUTES, at - HOUR, "traffic", "提醒学生和家长", "rule", "道路交通安全法第六条",
        "学校公众号",
    )  # fmt: skip
    return proposing.propose(proposal, stage.cast.units["a"], Taken(by, at, papers=papers))
