"""Records of what was found about looks, and of how it was explained and judged; what is offered and refused on its page."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from custodes.access.looks.review import passing
from custodes.access.models import FindingKind, LookFinding
from custodes.ledger.records import new_id
from custodes.oversight import looks_passed
from custodes.people.models import Person
from custodes.settings import get_settings
from tests.access.looks import judging
from tests.access.looks.platform import Platform
from tests.access.notary import FakeNotary
from tests.access.taken import Taken
from tests.golden.access import without
from tests.golden.asked import Act, Seen, to, unseen
from tests.golden.conftest import AskedOf, Golden
from tests.golden.keys import counted_keys
from tests.golden.tour import BEGINS, Clock
from tests.oversight.test_looks_passed import begun, grant
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

HOUR = datetime.timedelta(hours=1)
NIGHT = timezone.localtime(BEGINS).replace(hour=3)


def _act(event: str, by: str, **said: str) -> Act:
    def data(row: LookFinding) -> dict[str, Any]:
        return {"seen": row.revision} | said

    return Act(by, to(f"access:finding_{event}"), data)


ACTS = {
    "ask": _act("ask", "approver", words="请说明"),
    "explain": _act("explain", "operator", words="报警后核对校门录像"),
    "in_order": _act("in_order", "approver", words="有接警记录"),
    "incident": _act("incident", "approver", words="没有报警记录", clause="S35(2)"),
    "settle": _act("settle", "approver", words="已批评教育，调整岗位"),
}


def test_each_step_of_a_finding(stage: Stage, notary: FakeNotary, golden: Golden) -> None:
    platform = Platform.on(stage)
    with golden("finding") as clock:
        walk(platform, notary, clock)


def test_what_is_offered_and_refused(stage: Stage, notary: FakeNotary, asked: AskedOf) -> None:
    platform = Platform.on(stage)
    cast = without(stage.cast, "outside_caretaker", "system_admin", "security_admin", "city_approver2", "second")
    with asked("finding", cast, ACTS) as one:

        def seen(row: LookFinding, name: str = "") -> None:
            if row.person is None:
                one.at(row, name, acts={"settle": replace(ACTS["settle"], by="auditor")})
                return
            one.at(row, name)
            if (name or row.state) == "waiting":
                one.guard(row, "ask", "somebody took a step meanwhile", seen=row.revision - 1)
                one.guard(row, "ask", "no page was seen", seen="")
                one.guard(row, "explain", "no words", words="——")
                one.guard(row, "in_order", "no words", words="")
                one.guard(row, "incident", "no words", words="")
                one.guard(row, "incident", "no clause", clause="")
                one.guard(row, "incident", "a clause that is in no book", clause="S99")
            elif (name or row.state) == "incident":
                one.guard(row, "settle", "no words", words="")

        walk(platform, notary, one.clock, seen)


def walk(platform: Platform, notary: FakeNotary, clock: Clock, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    stage, cast = platform.stage, platform.stage.cast
    operator, approver = cast.operator.person, cast.approver.person

    def by(person: Person, words: str = "") -> Taken:
        return Taken(person, clock.later(), words)

    def found(person: Person, kind: FindingKind) -> LookFinding:
        return LookFinding.objects.get(person=person, kind=kind)

    platform.look(who=operator, asked_at=NIGHT, index=500)
    assert passing.go_through(clock.later(), {}) == 1
    row = found(operator, FindingKind.ODD_HOUR)
    seen(row)
    row = judging.ask(row, by(approver, "请说明"))
    seen(row)
    row = judging.explain(row, by(operator, "报警后核对校门录像"))
    seen(row)
    row = judging.ask(row, by(approver, "请写明报警时间"))
    row = judging.explain(row, by(operator, "二时五十分"))
    row = judging.incident(row, by(approver, "没有报警记录"), "S35(2)")
    seen(row)
    seen(judging.settle(row, by(approver, "已批评教育，调整岗位")))

    begin, end = BEGINS - 5 * HOUR, BEGINS - 4 * HOUR
    platform.look(who=cast.lead.person, asked_at=BEGINS - HOUR, index=501, live=False, span_from=begin, span_to=end)
    assert passing.go_through(clock.later(), {}) == 1
    seen(judging.in_order(found(cast.lead.person, FindingKind.UNSTATED), by(approver, "有接警记录")))

    refused = {timezone.localdate(clock.at): {operator.uuid: get_settings().looks_refused + 1}}
    assert passing.go_through(clock.later(), refused) == 1

    # The log has a leave for the gate. A node showed another camera under it, and the gate to somebody whom nobody knows.
    leave, other = grant(stage, clock.at), grant(stage, clock.at)
    notary.append(
        [
            leave,
            begun(stage, clock.at, leave, camera=str(stage.lobby.pk)),
            begun(stage, clock.at, other, person=str(new_id())),
        ]
    )
    clock.later(minutes=61)
    assert looks_passed.sweep(clock.at) == 2
    seen(LookFinding.objects.get(person=None), "incident, of somebody unknown")
