"""Records of the steps of a request for footage: asked, checked, decided, given back, and what time alone brings."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from custodes.access.agency import numbers
from custodes.access.models import AgencyPaperKind, AgencyRequest, HolderApprovals, Intake
from custodes.cases import clocks
from custodes.people.confirming import confirm
from custodes.people.models import Paper, Person, PostKind
from custodes.people.papers.keeping import keep_paper
from tests.access.agency import asking, deciding
from tests.access.agency.asked import Asked, colleague
from tests.access.taken import Taken
from tests.golden.conftest import Golden
from tests.golden.keys import counted_keys
from tests.golden.tour import BEGINS, Clock
from tests.people.papers.samples import pdf, upload
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

ONLINE = Intake.ONLINE
ARTICLE: dict[str, Any] = {"basis": "named_law", "law": "监察法第二十五条"}
COPY: dict[str, Any] = {"way": "copy", "security_organ": False}


@dataclass
class Walk:
    """Requests to the school, each step of them a minute after the one before."""

    asked: Asked
    clock: Clock

    def taken(self, by: Person, words: str = "") -> Taken:
        return Taken(by, self.clock.later(), words)

    def draft(self, intake: Intake = Intake.COUNTER, **said: Any) -> AgencyRequest:
        """With a letter of its own."""
        self.asked.at = self.clock.later()
        letter = f"（2026）藏0102介字第{AgencyRequest.objects.count() + 1}号"
        return self.asked.draft(intake, **{"letter_number": letter, **said})

    def checking(self, intake: Intake = Intake.COUNTER, **said: Any) -> AgencyRequest:
        row = self.draft(intake, **said)
        row = asking.submit(row, row.begun_by, self.clock.later())
        return self.confirmed(row) if intake == ONLINE else row

    def confirmed(self, row: AgencyRequest) -> AgencyRequest:
        return asking.confirm(row, "法执0021", self.asked.second.person, self.clock.later())

    def registered(self, intake: Intake = Intake.COUNTER, **said: Any) -> AgencyRequest:
        row = self.checking(intake, **said)
        return deciding.register(row, self.taken(self.asked.staff), originals=intake == Intake.COUNTER)

    def granted(self, intake: Intake = Intake.COUNTER, **said: Any) -> AgencyRequest:
        return deciding.approve(self.registered(intake, **said), self.taken(self.asked.approver))

    def urgent(self, **said: Any) -> AgencyRequest:
        return deciding.grant_urgent(self.registered(**said), self.taken(self.asked.lead, "嫌疑人正在逃跑"))


def test_each_step_of_a_request(stage: Stage, golden: Golden) -> None:
    asked = Asked.on(stage)
    second = colleague(stage, "罗布", "approver2", "a", PostKind.APPROVER).person
    for number, one in enumerate((asked.approver, second), 9001):  # what was approved is hashed in the order of these
        one.uuid = uuid.UUID(int=number)
        one.save(update_fields=["uuid"])
    colleague(stage, "洛桑", "boss", "city", PostKind.APPROVER)
    letter = keep_paper(upload(pdf(), "介绍信.pdf", "application/pdf"), by=asked.staff, at=BEGINS)
    with golden("agency") as clock:
        walk = Walk(asked, clock)
        at_the_counter(walk, letter)
        online(walk)
        refused(walk)
        in_a_hurry(walk)
        late(walk)
        by_two(walk, second)
        clock.later(days=31)
        assert clocks.sweep(clock.at)["access.agencyrequest.lapse"] == 1


def at_the_counter(walk: Walk, letter: Paper) -> None:
    """Basic information, given and given back."""
    staff, clock = walk.asked.staff, walk.clock
    row = walk.checking(base_data=True, **COPY)
    row = asking.add_paper(row, AgencyPaperKind.LETTER, letter, staff, clock.later()).request
    row = asking.state(row, {"purpose": "刑事案件取证"}, staff, clock.later(), revision=row.revision)
    row = deciding.register(row, walk.taken(staff), originals=True)
    row = deciding.approve(row, walk.taken(walk.asked.approver))
    row = deciding.serve(row, walk.taken(staff, "移交基础信息光盘一张"))
    deciding.close(row, walk.taken(staff, "已归还"))


def online(walk: Walk) -> None:
    """On an article of another law; given back to be completed, and checked twice."""
    staff, approver, first = walk.asked.staff, walk.asked.approver, walk.asked.first
    row = walk.checking(ONLINE, letter_number="", **ARTICLE)
    row = deciding.give_back(row, walk.taken(staff, "请补介绍信"))
    row = asking.state(row, {"letter_number": "网 1 号"}, first, walk.clock.later(), revision=row.revision)
    row = walk.confirmed(asking.submit(row, first, walk.clock.later()))
    row = deciding.review_law(row, staff, walk.clock.later())
    row = deciding.register(row, walk.taken(staff))
    row = deciding.send_back(row, walk.taken(approver, "请再核对条款"))
    row = deciding.register(row, walk.taken(staff))
    row = deciding.approve(row, walk.taken(approver))
    row = deciding.extend(row, 60, walk.taken(approver, "案件尚未审结"))
    deciding.take_back(row, walk.taken(staff, "案件撤销"))


def refused(walk: Walk) -> None:
    """For what is missing, which a later draft completes; as no organ; on an article that gives no such power."""
    staff = walk.asked.staff
    row = deciding.refuse(walk.checking(letter_number=""), walk.taken(staff))
    asking.begin(row.holder, Intake(row.intake), staff, walk.clock.later(), earlier=row)
    deciding.refuse(walk.checking(requester="lawyer"), walk.taken(staff, "请由人民法院调取"))
    deciding.refuse(walk.checking(**ARTICLE), walk.taken(staff), no_power=True)


def in_a_hurry(walk: Walk) -> None:
    """A copy: held from the grant on; in the end not needed."""
    row = deciding.review(walk.urgent(**COPY), walk.taken(walk.asked.approver))
    deciding.close(row, walk.taken(walk.asked.staff, "不再需要"), returned=False)


def late(walk: Walk) -> None:
    """Neither checked, approved nor reviewed in time; without a unit above, and with one."""
    units = walk.asked.stage.cast.units
    walk.checking()
    walk.registered()
    walk.urgent()
    walk.clock.later(days=2)
    done = clocks.sweep(walk.clock.at)
    assert (done["access.agencyrequest.escalate"], done["access.agencyrequest.overdue"]) == (2, 1)
    units["a"].parent = units["city"]
    units["a"].save()
    walk.checking()
    walk.registered()
    walk.clock.later(days=2)
    assert clocks.sweep(walk.clock.at)["access.agencyrequest.escalate"] == 2


def by_two(walk: Walk, second: Person) -> None:
    """Where two approve; then the number is lowered by two, and frees what has one approval."""
    asked, holder = walk.asked, walk.asked.stage.cast.units["a"]
    approver, lead, auditor = asked.approver, asked.lead, asked.stage.cast.auditor.person
    HolderApprovals.objects.create(unit=holder, count=2)
    deciding.approve(deciding.approve(walk.registered(), walk.taken(approver)), walk.taken(second))
    deciding.review(deciding.review(walk.urgent(), walk.taken(approver, "情况属实")), walk.taken(second))
    deciding.approve(walk.registered(), walk.taken(approver))
    deciding.review(walk.urgent(), walk.taken(approver))
    fewer = numbers.set_number(holder, 1, by=lead, at=walk.clock.later())
    assert fewer is not None
    confirm(fewer, by=auditor, at=walk.clock.later())
