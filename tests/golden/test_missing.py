"""Records of the steps of a missing person's case."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from custodes.access.missing import clock as provisional
from custodes.access.models import MissingCase, MissingPaper, SessionKind, SupervisedSession
from custodes.access.supervised import sessions
from custodes.access.supervised.sessions import AtTheScreen, begin
from custodes.cases import clocks
from custodes.cases.step import StepInput
from custodes.people.accounts import account_closed
from custodes.people.models import Account, Person
from custodes.people.papers.keeping import keep_paper
from custodes.places.models import Camera
from tests.access.missing import steps
from tests.access.missing.desk import FAMILY, HOUR, STATED, Desk, make_desk
from tests.access.missing.steps import said as said_by
from tests.access.notary import FakeNotary
from tests.golden.access import look
from tests.golden.asked import Seen, unseen
from tests.golden.conftest import Golden
from tests.golden.keys import counted_keys
from tests.golden.tour import BEGINS, Clock
from tests.people.papers.samples import pdf, upload
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

FIRST_LOOK, POLICE = AtTheScreen(SessionKind.PREVIEW), AtTheScreen(SessionKind.POLICE)
END = BEGINS - HOUR


def test_each_step_of_a_missing_persons_case(stage: Stage, notary: FakeNotary, golden: Golden) -> None:
    desk = make_desk(stage)
    household = keep_paper(upload(pdf(), "户口簿.pdf"), by=desk.officer, at=timezone.now())
    with golden("missing") as clock:
        walk(desk, household, clock)


def walk(desk: Desk, household: Any, clock: Clock, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    officer, gate, yard = desk.officer, desk.stage.gate, desk.stage.yard

    def by(words: str = "", person: Person = officer, session: SupervisedSession | None = None) -> StepInput:
        return said_by(person, clock.later(), words, session=session.pk if session else None)

    def opened(**other: Any) -> MissingCase:
        return steps.open_case(STATED | other, desk.officer_unit, by())

    def complete(row: MissingCase, **stated: Any) -> MissingCase:
        there = MissingCase.objects.get(pk=row.pk)
        return steps.complete(there, stated, there.revision, by())

    def narrow(row: MissingCase, *cameras: Camera) -> MissingCase:
        return steps.narrow(row, steps.Chosen(cameras, END - HOUR, END), by())

    def session(row: MissingCase, screen: AtTheScreen = FAMILY) -> SupervisedSession:
        made = begin(row, officer, screen, clock.later())
        seen(made, f"session: {screen.kind}")
        look(made, clock)
        seen(made, f"session: {screen.kind}, pictures shown")
        return made

    def looked_first(row: MissingCase) -> MissingCase:
        first = session(row, FIRST_LOOK)
        steps.previewed(first, by(session=first))
        return row

    def ready(**other: Any) -> MissingCase:
        return looked_first(narrow(opened(**other), gate))

    # Opened without a report, completed, looked at, found by mistake, found, reviewed.
    row = opened(report_number="")
    seen(row, "opened")
    row = complete(row, report_number="JJ20261120-0417")
    seen(row, "admitted")
    for kind in MissingPaper.Kind:
        steps.add_paper(row, kind, household, by())
    narrow(row, gate, yard)
    seen(row, "scheduled")
    session(row, FIRST_LOOK)
    seen(row, "viewed, somebody looks")
    looked_first(narrow(row, gate))
    seen(row, "viewed, looked at first")
    family = session(row)
    steps.find(family, gate, END - datetime.timedelta(minutes=7), by(session=family))
    seen(row, "viewed, found")
    steps.not_found(row, by("衣着相近的另一名儿童"))
    family = session(row)
    steps.find(family, None, None, by(session=family))
    steps.close_found(row, "多吉，八廓派出所", clock.at, by())
    seen(row, "closed")
    steps.review(row, by("无异常", desk.lead))
    seen(row, "archived")

    # What ends a family's session: an order, a proof that is none, the officer, a closed account, nobody at the screen.
    row = ready()
    session(row)
    complete(row, protected="yes")
    complete(row, protected="no")
    session(row)
    complete(row, proof="none")
    complete(row, proof="shown")
    sessions.end(session(row), officer, clock.later(), sessions.OWN_END)
    session(row)
    account_closed.send(sender=None, account=Account.objects.get(person=officer), at=clock.later())
    session(row)
    clock.later(minutes=31)
    assert sessions.sweep(clock.at) == 1

    # Police alone, and the person comes home while they look.
    row = narrow(opened(protected="yes"), gate)
    seen(row, "scheduled, for police alone")
    session(row, POLICE)
    steps.stop(row, by("孩子已自行回家"))

    # The time of a provisional proof is over.
    row = ready(proof="provisional", proof_words="自述为孩子的父亲")
    session(row)
    clock.later(minutes=61)
    assert provisional.tick(clock.at) == 1
    seen(row, "viewed, the time of the proof is over")
    clock.later()
    assert clocks.sweep(clock.at)["access.missingcase.provisional_over"] == 1
