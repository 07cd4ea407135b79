"""What is offered and refused on the page of a missing person's case, and on that of a session."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.access.models import MissingCase, SupervisedSession
from custodes.people.models import PostKind, Unit, UnitKind
from custodes.people.papers.keeping import keep_paper
from custodes.places.models import Camera, System
from tests.access.agency.asked import colleague
from tests.access.missing.desk import HOUR, STATED, make_desk
from tests.access.notary import FakeNotary
from tests.golden.access import AT_THE_SCREEN
from tests.golden.asked import Act, to
from tests.golden.conftest import AskedOf
from tests.golden.keys import counted_keys
from tests.golden.test_missing import END, walk
from tests.people.papers.samples import pdf, upload
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

DESK = "desk officer"


def _stated(**more: str) -> Any:
    return lambda row: STATED | {"revision": row.revision} | more


def _scope(_row: MissingCase) -> dict[str, Any]:
    span = {"span_from": (END - HOUR).isoformat(), "span_to": END.isoformat()}
    return {"cameras": [str(Camera.objects.get(number="0101").pk)], **span}


def _told(_row: MissingCase) -> dict[str, str]:
    return {"told": "多吉，八廓派出所", "told_at": timezone.now().isoformat()}


def _new(_unit: Unit) -> str:
    return reverse("access:missing_open")


OPEN = {
    "open": Act(DESK, _new, lambda _unit: STATED),
    "open, and complete later": Act(DESK, _new, lambda _unit: {"lost_name": "旦珠"}, warns=True),
}
ACTS = {
    "complete": Act(DESK, to("access:missing_facts"), _stated(report_number="")),
    "admit": Act(DESK, to("access:missing_facts"), _stated()),
    "narrow": Act(DESK, to("access:missing_scope"), _scope),
    "session of who looks first": Act(DESK, to("access:session_alone", "preview")),
    "session of police alone": Act(DESK, to("access:session_alone", "police")),
    "session": Act(DESK, to("access:session_begin"), lambda _row: AT_THE_SCREEN),
    "found": Act(DESK, to("access:missing_found"), _told),
    "not_found": Act(DESK, to("access:missing_not_found"), lambda _row: {"words": "衣着相近的另一名儿童"}),
    "stop": Act(DESK, to("access:missing_stop"), lambda _row: {"words": "孩子已自行回家"}),
    "review": Act("desk lead", to("access:missing_review"), lambda _row: {"words": "无异常"}),
    "paper": Act(
        DESK, to("access:missing_paper_add"), lambda _row: {"kind": "proof", "file": upload(pdf(), "户口簿.pdf")}
    ),
    "turn": Act(DESK, to("access:missing_turn"), lambda _row: {"unit": Unit.objects.get(name="城关区第二小学").pk}),
}
SESSION = {
    "previewed": Act(DESK, to("access:session_end"), lambda _row: {"previewed": "1"}),
    "end": Act(DESK, to("access:session_end")),
    "find": Act(DESK, to("access:session_find"), lambda row: {"camera": str(row.cameras.first().pk)}, warns=True),
}


def test_what_is_offered_and_refused(stage: Stage, notary: FakeNotary, asked: AskedOf) -> None:
    desk, school = make_desk(stage), stage.school.unit
    household = keep_paper(upload(pdf(), "户口簿.pdf"), by=desk.officer, at=timezone.now())
    off_the_platform(stage)
    units = stage.cast.units
    units["next"] = Unit.objects.create(
        name="堆龙德庆区公安分局", kind=UnitKind.PUBLIC_SECURITY, division=units["b"].division, parent=units["city"]
    )
    colleague(stage, "桑珠", "desk of the city", "city", PostKind.DUTY_OFFICER)
    colleague(stage, "丹增", "desk of the next county", "next", PostKind.DUTY_OFFICER)
    desks = {DESK: desk.officer.account, "desk lead": desk.lead.account}
    with asked("missing", stage.cast, ACTS, more=desks) as one:

        def seen(row: Any, name: str = "") -> None:
            if isinstance(row, SupervisedSession):
                one.at(row, name, acts=SESSION, page=to("access:session"))
                return
            one.at(row, name)
            for event, lacks, said in LACKING.get(name or row.state, ()):
                one.guard(row, event, lacks, **said)

        one.at(school, "none", acts=OPEN, page=_new)
        walk(desk, household, one.clock, seen)


LACKING: dict[str, tuple[tuple[str, str, dict[str, Any]], ...]] = {
    "opened": (("complete", "somebody took a step meanwhile", {"revision": 99}),),
    "admitted": (
        ("narrow", "no camera", {"cameras": []}),
        ("narrow", "a span to come", {"span_to": "2026-11-21T10:00"}),
        ("narrow", "a span too long", {"span_from": "2026-10-01T10:00"}),
        ("narrow", "a span without its end", {"span_to": ""}),
        ("stop", "no words", {"words": "——"}),
    ),
    "viewed, looked at first": (
        ("session", "nobody is named", {"name": "——"}),
        ("session", "not known by anything", {"number": ""}),
        ("session", "the words were not read", {"read_aloud": ""}),
        ("session", "not promised", {"accepted": ""}),
    ),
    "viewed, found": (
        ("found", "nobody was told", {"told": "——"}),
        ("found", "told later than now", {"told_at": "2026-11-21T10:00"}),
        ("found", "told before the case", {"told_at": "2026-11-01T10:00"}),
        ("not_found", "no words", {"words": "——"}),
    ),
    "closed": (("review", "no words", {"words": "——"}),),
}


def off_the_platform(stage: Stage) -> None:
    """A unit of the county whose camera no police watch."""
    unit = Unit.objects.create(name="城关区第二小学", kind=UnitKind.INSTITUTION, division=stage.school.unit.division)
    system = System.objects.create(site=stage.school.site, name="后门", unit=unit, state=stage.school.state)
    told = {field: getattr(stage.yard, field) for field in ("place", "place_reason", "username", "node", "state")}
    Camera.objects.create(system=system, number="0301", name="后门", main_url="rtsp://10.1.2.4:554/back", **told)
