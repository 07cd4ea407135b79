"""Records of the steps of a system's life."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Unit
from custodes.places.lifecycle.case import LIFE, enter_system
from custodes.places.lifecycle.facts import KEYS
from custodes.places.lifecycle.interface import enter_acceptance, try_interface
from custodes.places.models import Acceptance, PaperKind, PaperSort, RemovalGround, Site, System
from custodes.places.models.recorded import SYSTEM_FIELDS
from tests.golden.asked import Act, Seen, to, today, unseen
from tests.golden.conftest import AskedOf, Golden
from tests.golden.keys import counted_keys
from tests.golden.places import DAY, by_program, proposed, step
from tests.golden.tour import Clock
from tests.places.life import removals as removal
from tests.places.life.papers import item
from tests.places.life.steps import take
from tests.places.stage import Stage

__all__ = ["counted_keys"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]


def _step(event: str, words: str = "") -> Act:
    return Act("caretaker", to("places:step", event), today(words=words))


def _judged(row: System) -> dict[str, Any]:
    """An acceptance that was passed, as the form sends it."""
    report = row.dossier.filter(kind=PaperKind.ACCEPTANCE).first()
    said = {"on": timezone.localdate().isoformat(), "passed": "1", "members": "王强（教育局）", "words": ""}
    return said | {"report": report.pk if report else ""} | {f"part_{key}": "符合设计" for key in KEYS}


def _entered(_site: Site) -> dict[str, Any]:
    return {"name": "新楼", "unit": Unit.objects.get(name="城关区第一小学").pk, "network": "local"}


SITE = {"enter": Act("caretaker", to("places:system_add"), _entered)}
ACTS = {
    **{
        event: _step(event)
        for event in ("screen", "design_ok", "start", "complete", "begin_trial", "accept", "put_in_use")
    },
    "fail": _step("fail", "夜间图像不清"),
    "abandon": _step("abandon", "预算取消"),
    "acceptance": Act("caretaker", to("places:acceptance_add"), _judged),
    "interface": Act("caretaker", to("places:interface")),
}


JUDGED = {"completed": ("interface",), "trial": ("acceptance", "interface"), "accepted": ("acceptance",)}
"""State → what is asked there besides the steps that lead on; of those that do not, one is."""


def test_each_step_of_a_systems_life(stage: Stage, golden: Golden) -> None:
    system = proposed(stage)
    with golden("system") as clock:
        walk(stage, clock, system)


def test_what_is_offered_and_refused(stage: Stage, asked: AskedOf) -> None:
    system, site = proposed(stage), stage.school.site
    alike = ("lead", "outsider", "security_admin", "bystander", "officer")
    with asked("system", stage.cast, ACTS, page=to("places:life"), without=alike) as one:

        def seen(row: System, name: str = "") -> None:
            row = System.objects.get(pk=row.pk)
            events = (
                *(event.name for event in LIFE.open_events(row.state) if event.guard is not None),
                "screen",
                *JUDGED.get(row.state, ()),
            )
            one.at(row, name, acts={event: ACTS[event] for event in events})
            if name == "proposed, all is there":
                one.guard(row, "screen", "a day to come", on=(timezone.localdate() + DAY).isoformat())
                one.guard(row, "abandon", "no words", words="")
            elif row.state == "planned":
                one.guard(
                    row, "design_ok", "a day before the one before", on=(timezone.localdate() - 9 * DAY).isoformat()
                )
            elif name == "trial, after its term":
                one.guard(row, "acceptance", "a part of which nothing is said", part_archive="")
                one.guard(row, "acceptance", "failed without words", passed="0")
                one.guard(row, "fail", "no words", words="")

        one.at(site, "none", acts=SITE, page=SITE["enter"].address)
        one.guard(site, "enter", "no name", acts=SITE, name="")
        walk(stage, one.clock, system, seen)


def walk(stage: Stage, clock: Clock, system: System, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    by, site = stage.cast.caretaker.person, stage.school.site

    def entered(name: str, built_on: datetime.date | None = None) -> System:
        wish = System(site=site, name=name, unit=stage.school.unit, built_on=built_on)
        return enter_system(wish, SYSTEM_FIELDS, step(clock, by))

    def go(name: str, words: str = "", on: datetime.date | None = None) -> System:
        return take(system, name, step(clock, by, words, on=on), LegalTerms())

    def judged(*, passed: bool) -> None:
        at = clock.later()
        report = item(system, PaperKind.ACCEPTANCE, f"验收报告 {at:%m%d}", by, at, PaperSort.REPORT)
        acceptance = Acceptance(
            system=system,
            on=timezone.localdate(at),
            passed=passed,
            parts=dict.fromkeys(KEYS, "符合设计" if passed else "不符合设计"),
            members="王强（教育局）、李敏（设计单位）",
            report=report,
        )
        enter_acceptance(acceptance, by, clock.later())

    seen(entered("老校区", built_on=datetime.date(2020, 9, 1)))
    row = entered("后楼")
    seen(row)
    seen(take(row, "abandon", step(clock, by, "预算取消", via=by_program()), LegalTerms()))
    seen(system, "proposed, all is there")
    seen(go("screen", on=timezone.localdate() - 2 * DAY))
    seen(go("design_ok", "按评审意见修改"))
    for event in ("start", "complete", "begin_trial"):
        seen(go(event))
    clock.later(days=31)
    judged(passed=False)
    go("fail", "夜间图像不清")
    go("complete")
    go("begin_trial")
    clock.later(days=31)
    seen(system, "trial, after its term")
    try_interface(System.objects.get(pk=system.pk), by, clock.later())
    judged(passed=True)
    seen(system, "trial, passed")
    seen(go("accept"))
    seen(go("put_in_use"))
    wanted = removal.Wanted((), RemovalGround.CITY_WORKS, "学校迁址", timezone.localdate() + 16 * DAY)
    gone = removal.plan(system, wanted, by, clock.later())
    removal.report(gone, step(clock, by))
    clock.later(days=16)
    removal.carry_out(gone, step(clock, by, "已迁往新校区"), LegalTerms())
    seen(system, "removed")
