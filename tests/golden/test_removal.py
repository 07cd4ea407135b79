"""Records of a removal's steps, reported or found."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Person
from custodes.places.drafts import keeping
from custodes.places.drafts.matter import CHECK
from custodes.places.drafts.removal import REMOVAL
from custodes.places.models import Camera, Draft, DraftKind, Removal, RemovalGround, Remover, System
from tests.golden.asked import Act, Seen, apart, to, today, unseen
from tests.golden.conftest import AskedOf, Golden
from tests.golden.places import DAY, by_program, step
from tests.golden.tour import Clock
from tests.places.life import removals as workflow
from tests.places.life.removals import Found, Wanted
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db


def _found(stage: Stage) -> dict[str, Any]:
    """What the form is sent of what was removed without a report."""
    day = timezone.localdate()
    return {
        "what": "cameras", "cameras": [stage.gate.pk], "why": "立柱上没有设备，线缆被剪断", "found_on": (day - DAY).isoformat(),
        "found_by": "值班员扎西", "gone_on": (day - 7 * DAY).isoformat(), "remover": "own", "removed_by": "学校后勤",
    }  # fmt: skip


def _put_off(removal: Removal) -> dict[str, Any]:
    return {"planned": (removal.planned + 3 * DAY).isoformat()}


DRAFTS = {
    "hand in": Act("caretaker", to("places:draft_hand_in"), lambda draft: {"revision": draft.revision}),
    "discard": Act("caretaker", to("places:draft_discard")),
}
ACTS = {
    "report": Act("caretaker", to("places:removal_report")),
    "put_off": Act("caretaker", to("places:removal_put_off"), _put_off),
    "acknowledge": Act("inspector", to("places:removal_acknowledge"), today(words="已阅")),
    "carry_out": Act("caretaker", to("places:removal_carry_out"), today(words="设备已入库")),
    "cancel": Act("caretaker", to("places:removal_cancel"), lambda _removal: {"words": "道路改线"}),
    "restore": Act("caretaker", to("places:removal_restore"), today(words="原位装回同型号设备")),
    "confirm": Act("approver", to("places:removal_confirm"), today(words="道路已拓宽，原位不能恢复")),
}


def test_each_step_of_a_removal(stage: Stage, golden: Golden) -> None:
    with golden("removal") as clock:
        walk(stage, clock)


def test_what_is_offered_and_refused(stage: Stage, asked: AskedOf) -> None:
    systems = {
        "begin": Act("caretaker", to("places:removal_add")),
        "find": Act("caretaker", to("places:removal_find"), lambda _system: _found(stage)),
    }
    with asked("removal", stage.cast, ACTS) as one:
        tomorrow, today_ = (timezone.localdate() + DAY).isoformat(), timezone.localdate()

        def seen(row: Removal, name: str = "") -> None:
            one.at(row, name)
            if row.state == "planned" and not name:
                one.guard(row, "put_off", "no day", planned="")
                one.guard(row, "put_off", "a day that has passed", planned=(today_ - DAY).isoformat())
                one.guard(row, "cancel", "no words", words="")
            elif name == "acknowledged, the day has come":
                one.guard(row, "carry_out", "a day to come", on=(timezone.localdate() + DAY).isoformat())
                one.guard(row, "carry_out", "a day before it may be", on=(row.planned - 9 * DAY).isoformat())
            elif row.state == "found":
                one.guard(row, "restore", "no words", words="")
                one.guard(row, "confirm", "no words", words="")
                one.guard(row, "restore", "a day to come", on=(timezone.localdate() + DAY).isoformat())

        one.at(stage.school, "none", acts=systems, page=to("places:life"))
        for name, said in {"no camera": {"cameras": []}, "found on a day to come": {"found_on": tomorrow}}.items():
            one.guard(stage.school, "find", name, acts=systems, **said)
        one.guard(stage.school, "find", "gone after it was found", acts=systems, gone_on=today_.isoformat())
        with apart():
            draft = _draft(stage)
            one.at(draft, "draft ready", acts=DRAFTS, page=to("places:draft", CHECK))
            one.guard(draft, "hand in", "changed meanwhile", acts=DRAFTS, revision=0)
            Draft.objects.update(answers=draft.answers | {"planned": tomorrow})
            one.guard(draft, "hand in", "too soon", acts=DRAFTS)
        walk(stage, one.clock, seen)


def _draft(stage: Stage) -> Draft:
    """A report of which every page is right."""
    by, at = stage.cast.caretaker.person, timezone.now()
    draft = keeping.begin(DraftKind.REMOVAL, stage.school, REMOVAL.pages[0].key, {}, by, at)
    said = {
        "what": "cameras", "cameras": [str(stage.gate.pk)], "ground": RemovalGround.CITY_WORKS, "why": "道路拓宽",
        "planned": (timezone.localdate() + 20 * DAY).isoformat(),
    }  # fmt: skip
    return keeping.keep_all(draft, {page.key: said for page in REMOVAL.pages}, seen=draft.revision, by=by, at=at)[0]


def walk(stage: Stage, clock: Clock, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    cast, school, hotel = stage.cast, stage.school, stage.hotel
    unit, approver, police = cast.caretaker.person, cast.approver.person, cast.inspector.person

    def planned(of: System, *cameras: Camera, by: Person = unit, via: str = "") -> Removal:
        at = clock.later()
        wanted = Wanted(cameras, RemovalGround.CITY_WORKS, "道路拓宽，灯杆拆除", timezone.localdate(at) + 16 * DAY)
        return workflow.plan(of, wanted, by, at, via)

    def found(of: System, *cameras: Camera, by: Person = unit) -> Removal:
        taken = step(clock, by)
        what = Found(
            cameras, "立柱上没有设备，线缆被剪断", taken.on - DAY, "值班员扎西", gone_on=taken.on - 7 * DAY,
            remover=Remover.OWN, removed_by="学校后勤",
        )  # fmt: skip
        return workflow.find(of, what, taken)

    # reported, put off, read by police, carried out
    row = planned(school, stage.gate)
    seen(row)
    seen(workflow.report(row, step(clock, unit)))
    workflow.put_off(row, row.planned + 3 * DAY, unit, clock.later())
    seen(workflow.acknowledge(row, step(clock, police, "已阅")))
    clock.later(days=19)
    seen(row, "acknowledged, the day has come")
    seen(workflow.carry_out(row, step(clock, unit, "设备已入库", on=timezone.localdate() - DAY), LegalTerms()))
    # called off, before and after the report; by a program
    seen(workflow.cancel(planned(school, stage.yard), step(clock, unit, "道路改线")))
    row = planned(school, stage.yard, via=by_program())
    workflow.put_off(row, row.planned + 3 * DAY, unit, clock.later(), by_program())
    workflow.report(row, step(clock, unit, via=by_program()))
    workflow.cancel(row, step(clock, unit, "道路改线", via=by_program()))
    # found
    row = found(school, stage.yard, by=police)
    seen(row)
    seen(workflow.restore(row, step(clock, unit, "原位装回同型号设备")))
    row = found(school, stage.yard)
    seen(row, "found by the unit itself")
    seen(workflow.confirm(row, step(clock, approver, "道路已拓宽，原位不能恢复")), "removed without a report")
    # whole systems: one reported and not read by anybody, one found
    whole = planned(hotel, by=cast.outside_caretaker.person)
    workflow.report(whole, step(clock, cast.outside_caretaker.person))
    clock.later(days=16)
    workflow.carry_out(whole, step(clock, cast.outside_caretaker.person), LegalTerms())
    workflow.confirm(found(school), step(clock, approver, "校区已撤并"))
