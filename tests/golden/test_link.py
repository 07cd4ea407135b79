"""Records of the steps of a link: with a platform above and its tree, with one below, with a unit's system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.utils import timezone

from custodes.cases.step import StepInput
from custodes.people.models import Account, Paper, Person, UnitKind
from custodes.people.papers.keeping import keep_paper
from custodes.places.devices.entering import enter_device
from custodes.places.models import GbDevice, System
from custodes.sharing.links import passwords
from custodes.sharing.models import Link, LinkTrial, Platform
from custodes.sharing.serving import trials
from custodes.sharing.tree import changing
from custodes.sharing.tree.showing import Filter
from custodes.video.wire.upper_platforms import LinkTried, TriedPart
from tests.golden.asked import Seen, unseen
from tests.golden.conftest import Golden
from tests.golden.keys import counted_keys
from tests.golden.tour import Clock
from tests.people.papers.samples import pdf, upload
from tests.places.devices.rows import NAME, open_gate
from tests.places.stage import Stage
from tests.sharing import joining
from tests.sharing.stage import FIVE, LOWER_ID, NEED, department, own, platform, second, system, upper

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

By = Callable[..., StepInput]
CITY_ID = "54010000002000000001"
FAILED = FIVE | {"refusal": "failed"}
ABOVE = (
    TriedPart(part="register", outcome="passed", ms=41),
    TriedPart(part="keepalive", outcome="failed", fault="it does not answer"),
    TriedPart(part="unregister", outcome="passed", ms=9),
)
BELOW = (
    TriedPart(part="registered", outcome="passed", ago_s=12),
    TriedPart(part="time", outcome="passed", ms=40, off_ms=-180),
    TriedPart(part="entries", outcome="failed", ms=900, got=40, said=43),
)


@dataclass(frozen=True)
class Ends:
    """Who joins whom.

    Attributes:
        one, other: of the police.
        school: who asks for the school's system.
        above, below: the platforms.
        bureau: a department's system.
    """

    one: Person
    other: Account
    school: Person
    above: Platform
    below: Platform
    bureau: System


def ready(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Ends:
    """Platforms and systems that no link joins yet."""
    cast, gate = stage.cast, open_gate()
    monkeypatch.setattr(passwords, "gateway_key", lambda: gate.row.seal_key)
    one, other, school = cast.inspector.person, second(cast), cast.caretaker.person
    own(cast)
    above, city = upper(cast), cast.units["city"]
    platform(city, "own", CITY_ID, "city", cast.system_admin.person)
    below = platform(city, "lower", LOWER_ID, "county", cast.system_admin.person)
    enter_device(GbDevice(gb_id=LOWER_ID, name="城关区平台", system=stage.school), school, timezone.now())
    bureau = system(department(UnitKind.EDUCATION, "城关区教育局"), "考务视频系统")
    return Ends(one, other, school, above, below, bureau)


def test_each_step_of_a_link(stage: Stage, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = ready(stage, monkeypatch)
    with golden("link") as clock:
        walk(stage, clock, ends)


def walk(stage: Stage, clock: Clock, ends: Ends, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    one, other, above = ends.one, ends.other.person, ends.above

    def by(person: Person, words: str = "", *papers: Paper) -> StepInput:
        return joining.given(person, clock.later(), words, papers)

    def letter(person: Person) -> Paper:
        clock.later()
        return keep_paper(upload(pdf()), by=person, at=clock.at)

    link = joining.ask_platform(above, NEED, by(one, "依照第二十二条", letter(one)))
    seen(link)
    link = joining.examine(link, timezone.localdate(), by(one, "材料齐全", letter(one)))
    seen(link)
    joining.set_test_day(link, timezone.localdate(), by(one))
    _tested(link, above, one, by, clock, seen)
    _reported(link, one, other, by, seen)
    _shown(stage, link, by, one)
    _turned(link, above, one, other, by, letter, seen)
    seen(joining.refuse(joining.ask_platform(above, NEED, by(one)), by(one, "材料不全")))
    with joining.whoever():
        link = joining.examine(joining.ask_platform(ends.below, NEED, by(one)), None, by(one))
    seen(link, "examined, of a platform below")
    with joining.whoever():
        _tried(joining.ask_trial(link, by(one), call=True), BELOW, clock)
        joining.enter_test(link, FIVE, timezone.localdate(), None, by(one))
    for mine in (stage.school, ends.bureau):
        _joined(mine, one, other, ends.school, by, letter, seen)


def _tested(link: Link, above: Platform, one: Person, by: By, clock: Clock, seen: Seen) -> None:
    """Its password, its trial, tests that pass and that do not; a test is void when what was tested is another."""
    joining.set_password(link, "Lantern-44", by(one))
    seen(link, "examined, with its password")
    _tried(joining.ask_trial(link, by(one)), ABOVE, clock)
    joining.enter_test(link, FAILED, timezone.localdate(), None, by(one, "未授权的点位可以打开"))
    joining.enter_test(link, FIVE, timezone.localdate(), 320, by(one))
    seen(link)
    joining.enter_test(link, FIVE, timezone.localdate(), 300, by(one, "复测"))
    joining.enter_test(link, FAILED, timezone.localdate(), 900, by(one, "未授权的点位可以打开"))
    joining.enter_test(link, FIVE, timezone.localdate(), 320, by(one))
    joining.set_password(link, "Lantern-45", by(one))
    joining.enter_test(link, FIVE, timezone.localdate(), 320, by(one))
    _leads_to(above, "198.51.100.66", by(one))
    joining.enter_test(link, FIVE, timezone.localdate(), 320, by(one))


def _tried(link: Link, parts: tuple[TriedPart, ...], clock: Clock) -> None:
    """The gateway tells what came of the trial that was asked for."""
    clock.later()
    waits = LinkTrial.objects.get(link=link, told_at=None)
    assert trials.take(LinkTried(gateway=NAME, trial=waits.pk, parts=parts), clock.at)


def _leads_to(above: Platform, host: str, taken: StepInput) -> None:
    row = Platform.objects.get(pk=above.pk)
    row.host = host
    joining.save(row, taken)


def _reported(link: Link, one: Person, other: Person, by: By, seen: Seen) -> None:
    """What the platform above is told beside pictures: begun by two, stopped by one; or taken back before it began."""
    joining.ask_alarms(link, by(one, "重点时段联动处置"))
    seen(link, "tested, alarms asked for")
    joining.tell_alarms(link, by(other))
    seen(link, "tested, alarms told")
    joining.stop_alarms(link, by(one, "演练结束"))
    joining.ask_positions(link, by(one, "巡逻车辆调度"))
    seen(link, "tested, positions asked for")
    joining.tell_positions(link, by(other, "同意"))
    joining.stop_positions(link, by(one, "调度结束"))
    joining.stop_positions(joining.ask_positions(link, by(one, "巡逻车辆调度")), by(one, "不再需要"))


def _shown(stage: Stage, link: Link, by: By, one: Person) -> None:
    """The tree: nodes made, renamed and removed; cameras hung, moved and taken out."""
    first, then = stage.gate, stage.yard
    group = changing.add_node(link, None, "城关区", by(one))
    campus = changing.add_node(link, group, "校园", by(one))
    aside = changing.add_node(link, group, "另处", by(one))
    changing.rename_node(campus, "中小学校", by(one))
    changing.put(link, [first.pk], campus, by(one))
    changing.put(link, [first.pk, then.pk], aside, by(one))
    changing.take_out(link, [first.pk, then.pk], by(one))
    changing.put_all(link, Filter(system=stage.school.pk), campus, by(one))
    # An installation on a network enters no classified system; one that was found to be is taken out all the same.
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    changing.take_out_closed(link, campus, by(one))
    System.objects.filter(pk=stage.school.pk).update(classified=False)
    changing.remove_node(aside, by(one))


def _turned(
    link: Link, above: Platform, one: Person, other: Person, by: By, letter: Callable[[Person], Paper], seen: Seen
) -> None:
    """In force, turned elsewhere, tested and begun again by another, suspended by one, ended."""
    seen(joining.put_in_force(link, by(other, "同意启用", letter(other))))
    _leads_to(above, "198.51.100.67", by(one))
    seen(link, "suspended, led elsewhere")
    _leads_to(above, "198.51.100.68", by(one))
    joining.enter_test(link, FIVE, timezone.localdate(), 320, by(one))
    seen(link, "suspended, tested again")
    joining.resume(link, by(other))
    joining.set_password(link, "Lantern-46", by(one))
    joining.enter_test(link, FIVE, timezone.localdate(), 320, by(one))
    joining.resume(link, by(other))
    seen(joining.suspend(link, by(one, "对方网络改造")))
    seen(joining.end(link, by(one, "平台合并", letter(one))))


def _joined(
    mine: System, one: Person, other: Person, asker: Person, by: By, letter: Callable[[Person], Paper], seen: Seen
) -> None:
    """A unit's system, by the clause of its unit (S23, S24)."""
    with joining.whoever():
        link = joining.ask_system(mine, NEED, by(asker, NEED, letter(asker)))
    seen(link, "asked, of a unit's system")
    joining.examine(link, None, by(one))
    joining.enter_test(link, FIVE, timezone.localdate(), 320, by(one))
    seen(joining.put_in_force(link, by(other)), "in force, of a unit's system")
    joining.end(link, by(one, "系统已拆除"))
