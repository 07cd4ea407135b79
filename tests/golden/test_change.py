"""Records of a change's steps, asked for or found."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from custodes.people.confirming import confirm
from custodes.people.models import Person
from custodes.people.two_persons import declare
from custodes.places.changes.case import Wanted
from custodes.places.changes.editing import save_camera
from custodes.places.changes.gate import GateBasis, Why
from custodes.places.filing.fields import FilingAnswers
from custodes.places.models import Camera, ChangeCase, ChangeKind, Filing, Moment
from custodes.places.models.recorded import CAMERA_FIELDS
from tests.golden.asked import Act, Seen, to, today, unseen
from tests.golden.conftest import AskedOf, Golden
from tests.golden.keys import counted_keys
from tests.golden.places import BEFORE, DAY, UNCLEAR, by_program, filed, step
from tests.golden.tour import Clock
from tests.places.changes import steps as workflow
from tests.places.changes.cases import moved, turned, upload
from tests.places.life import filings as filing
from tests.places.life.answers import ANSWERS
from tests.places.life.papers import paper
from tests.places.stage import Stage

__all__ = ["counted_keys"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]


def _wanted(stage: Stage, **more: Any) -> Callable[[Any], dict[str, Any]]:
    """What is asked for, as the form sends it."""
    said = {"kind": "turn", "cameras": [str(stage.gate.pk)], "wanted": "朝向人行道", "why": "校门外移"}
    return lambda row: said | {"revision": getattr(row, "revision", "")} | more


def _decided(words: str, **more: Any) -> Callable[[ChangeCase], dict[str, Any]]:
    return lambda case: {"revision": case.revision, "words": words, **more}


def _picture(moment: str) -> Callable[[ChangeCase], dict[str, Any]]:
    return lambda case: {"camera": str(case.cameras.get().camera_id), "moment": moment, "file": upload()}


ACTS = {
    "approve": Act("approver", to("places:change_approve"), _decided("同意")),
    "refuse": Act("approver", to("places:change_refuse"), _decided("会拍到居民楼")),
    "withdraw": Act("caretaker", to("places:change_withdraw"), today(words="方案取消")),
    "carry_out": Act("caretaker", to("places:change_carry_out"), today(words="已移装")),
    "restore": Act("caretaker", to("places:change_restore"), today(words="已转回")),
    "keep": Act("approver", to("places:change_keep"), today(words="新方向更合理")),
    "picture before": Act("caretaker", to("places:change_picture_add"), _picture("before")),
    "picture after": Act("caretaker", to("places:change_picture_add"), _picture("after")),
}


FEWER = {
    "found, as it was before": {event: ACTS[event] for event in ("keep", "restore")},
    "requested by who decides alone": {event: ACTS[event] for event in ("approve", "refuse", "withdraw")},
    "filing": {event: ACTS[event] for event in ("withdraw", "carry_out")},
}
"""Where not every step is asked for."""


def test_each_step_of_a_change(stage: Stage, golden: Golden) -> None:
    ready(stage)
    with golden("change") as clock:
        walk(stage, clock)


def test_what_is_offered_and_refused(stage: Stage, asked: AskedOf) -> None:
    ready(stage)
    school = stage.school
    with asked(
        "change", stage.cast, ACTS | {"amend": Act("caretaker", to("places:change_amend"), _wanted(stage))}
    ) as one:
        day = timezone.localdate()
        yesterday, tomorrow = (day - DAY).isoformat(), (day + DAY).isoformat()
        systems = {
            "request": Act("caretaker", to("places:change_request"), _wanted(stage)),
            "find": Act("inspector", to("places:change_find"), _wanted(stage, on=yesterday)),
        }

        def seen(case: ChangeCase, name: str = "") -> None:
            one.at(case, name, acts=FEWER.get(name))
            if name == "requested, with a picture":
                one.guard(school, "request", "the camera is being changed", acts=systems)
                one.guard(case, "approve", "another revision was read", revision=7)
                one.guard(case, "refuse", "no words", words="")
                one.guard(case, "withdraw", "no words", words="")
                one.guard(case, "amend", "another revision was read", revision=7)
                one.guard(case, "amend", "a day that has passed", planned=yesterday)
            elif name == "approved, made":
                one.guard(case, "carry_out", "a day before the leave", on=(timezone.localdate() - DAY).isoformat())
                one.guard(case, "carry_out", "a day to come", on=(timezone.localdate() + DAY).isoformat())
            elif name == "found, made":
                one.guard(case, "keep", "no words", words="")

        one.at(school, "none", acts=systems, page=to("places:life"))
        one.guard(school, "request", "no camera", acts=systems, cameras=[])
        one.guard(school, "request", "not how it was before", acts=systems, kind="retention", cameras=[])
        one.guard(school, "request", "a day that has passed", acts=systems, planned=yesterday)
        one.guard(school, "find", "a day to come", acts=systems, on=tomorrow)
        one.guard(school, "find", "a removal", acts=systems, kind="remove")
        walk(stage, one.clock, seen)


def ready(stage: Stage) -> None:
    """The school is filed, and its approver has declared to be alone."""
    filed(stage)
    approver, day = stage.cast.approver.person, datetime.date(2027, 6, 30)
    alone = declare(approver, stage.school.unit, "本单位只有一名审批人", day, at=BEFORE)
    confirm(alone, by=stage.cast.auditor.person, at=BEFORE + DAY)


def walk(stage: Stage, clock: Clock, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    cast, gate, yard = stage.cast, stage.gate, stage.yard
    unit, approver, police = cast.caretaker.person, cast.approver.person, cast.inspector.person

    def requested(
        *cameras: Camera, kind: ChangeKind = ChangeKind.MOVE, was: str = "", by: Person = unit, via: str = ""
    ) -> ChangeCase:
        planned = timezone.localdate() + 5 * DAY
        wanted = Wanted(kind, cameras, "门柱南侧", "校门外移", was, planned)
        return workflow.request(stage.school, wanted, by, clock.later(), via, inside=by == approver)

    def found(camera: Camera) -> ChangeCase:
        wanted = Wanted(ChangeKind.TURN, (camera,), "朝向校门外", "校门外移")
        return workflow.find(stage.school, wanted, step(clock, police, "巡查发现", on=timezone.localdate() - DAY))

    def pictured(case: ChangeCase, moment: Moment, camera: Camera | None, via: str = "") -> None:
        at = clock.later()
        workflow.add_picture(case, moment, paper(f"画面 {at:%d%H%M}", unit, at), camera, unit, at, via)

    def decided(case: ChangeCase, event: str, words: str = "", revision: int = 0) -> ChangeCase:
        return workflow.decide(case, event, revision, step(clock, approver, words))

    def handed_in() -> Filing:
        row = filing.begin(stage.school, unit, clock.later())
        filing.save(row, FilingAnswers(ANSWERS | {"places": row.content["places"]}, UNCLEAR))
        return filing.submit(row, step(clock, unit, "点位移动"))

    # taken back or refused
    case = requested(gate)
    seen(case)
    pictured(case, Moment.BEFORE, gate)
    workflow.amend(case, Wanted(ChangeKind.MOVE, (gate,), "对面墙上", "更清楚"), 0, unit, clock.later())
    seen(case, "requested, with a picture")
    seen(decided(case, "approve", "同意", revision=1))
    seen(workflow.withdraw(case, step(clock, unit, "方案取消")))
    seen(decided(requested(gate), "refuse", "会拍到居民楼"))
    # by a program, of no camera
    case = requested(kind=ChangeKind.RETENTION, was="三十日", via=by_program())
    pictured(case, Moment.BEFORE, None, by_program())
    workflow.amend(case, Wanted(ChangeKind.RETENTION, (), "九十日", "存储扩容"), 0, unit, clock.later(), by_program())
    workflow.withdraw(case, step(clock, unit, "存储未到货", via=by_program()))
    # made and filed, the filing taken back once
    case = requested(gate)
    pictured(case, Moment.BEFORE, gate)
    decided(case, "approve")
    clock.later()
    moved(stage, gate)
    pictured(case, Moment.AFTER, gate)
    seen(case, "approved, made")
    seen(workflow.carry_out(case, step(clock, unit, "已移装")))
    row = handed_in()
    seen(case, "filing")
    filing.withdraw(row, step(clock, unit, "材料有误"))
    filing.receive(handed_in(), step(clock, police))
    seen(case, "closed")
    # found: it stays, or it is put back
    case = found(gate)
    seen(case)
    clock.later()
    turned(stage, gate)
    pictured(case, Moment.AFTER, gate)
    seen(case, "found, made")
    workflow.keep(case, step(clock, approver, "新方向更合理"))
    case = found(yard)
    pictured(case, Moment.AFTER, yard)
    seen(case, "found, as it was before")
    seen(workflow.restore(case, step(clock, unit, "已转回")))
    # found by who edits the register
    row = Camera.objects.select_related("system").get(pk=yard.pk)
    row.place = "旗杆北侧"
    told = GateBasis(Why.FOUND, "大风后移位", timezone.localdate() - DAY)
    save_camera(row, CAMERA_FIELDS, unit, clock.later(), told, by_program())
    # by the only person of the unit
    case = requested(gate, by=approver)
    pictured(case, Moment.BEFORE, gate)
    seen(case, "requested by who decides alone")
    decided(case, "approve", "同意")
