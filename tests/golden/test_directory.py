"""Records of the steps of a directory, with the letters that follow from it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.cases.step import StepInput
from custodes.people import confirming, posts
from custodes.people.models import Account, Person, PostKind, Unit, UnitKind
from custodes.people.two_persons import declare
from custodes.places.models import System, SystemState
from custodes.sharing.models import Directory
from tests.cast import SINCE, Cast
from tests.golden.asked import Act, Seen, to, unseen
from tests.golden.conftest import AskedOf, Golden
from tests.golden.keys import counted_keys
from tests.golden.tour import BEGINS, Clock
from tests.sharing import joining, versions
from tests.sharing.stage import department, second, system

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

DAY = datetime.timedelta(days=1)


def _do(by: str, event: str, words: str = "") -> Act:
    return Act(by, to(f"sharing:directory_{event}"), lambda row: {"seen": row.revision, "words": words})


def _first(row: Directory, *, computed: bool = True) -> int:
    """The first entry, or the one that was added."""
    return getattr(row.entries.filter(computed=computed).order_by("-listed", "pk").first(), "pk", 0)


def _entry(view: str, **said: Any) -> Act:
    def address(row: Directory) -> str:
        return reverse(view, args=[row.pk, _first(row)])

    return Act("inspector", address, lambda row: {"revision": row.revision, **said})


ACTS = {
    "refresh": _do("inspector", "refresh"),
    "submit": _do("inspector", "submit", "请批准"),
    "send_back": _do("second", "send_back", "请核对名称"),
    "publish": _do("second", "publish", "同意"),
    "decide": _entry("sharing:directory_entry", listed="on", name="考务系统", reason=""),
    "take_out": Act(
        "inspector",
        to("sharing:directory_take_out"),
        lambda row: {"seen": row.revision, "entry": _first(row, computed=False)},
    ),
    "withdraw": _entry("sharing:directory_withdraw", words="名称不宜公布"),
}


def test_each_step_of_a_directory(cast: Cast, golden: Golden) -> None:
    stands = ready(cast)
    with golden("directory") as clock:
        walk(clock, stands)


def test_what_is_offered_and_refused(cast: Cast, asked: AskedOf) -> None:
    stands = ready(cast)
    acts = ACTS | {
        "add": Act(
            "inspector",
            to("sharing:directory_add"),
            lambda _row: {"system": stands.mall.pk, "name": "北郊商场视频系统", "reason": "人员密集，治安防控需要"},
        )
    }
    with asked("directory", cast, acts, more={"second": stands.other}) as one:
        listed = lambda _unit: reverse("sharing:directories")  # noqa: E731
        begin = {
            "begin": Act(
                "inspector", lambda _unit: reverse("sharing:directory_begin"), lambda unit: {"unit": unit.uuid}
            )
        }
        issue = {
            event: Act(
                "inspector", lambda unit, event=event: reverse("sharing:letter_issue", args=[unit.uuid, event]), _term
            )
            for event in ("notice", "urge")
        }

        def seen(row: Directory | Unit, name: str = "") -> None:
            if isinstance(row, Unit):
                one.at(row, name, acts=issue, page=lambda _unit: reverse("sharing:who"))
                return
            one.at(row, name)
            if name == "draft, an entry was added":
                one.guard(stands.office, "begin", "a draft lies there", acts=begin)
                one.guard(row, "decide", "left out without a reason", listed="")
                one.guard(row, "decide", "a name that tells too much", name="考务系统 10.1.2.3")
                one.guard(row, "decide", "another revision was read", revision=99)
            elif row.state == "submitted":
                one.guard(row, "send_back", "no words", words="")
                one.guard(row, "publish", "another revision was read", seen=row.revision - 1)
            elif row.state == "published":
                one.guard(row, "withdraw", "no words", words="")

        one.at(stands.office, "none", acts=begin, page=listed)
        walk(one.clock, stands, seen)


def _term(unit: Unit) -> dict[str, Any]:
    """Fifteen days, and the directory in force as the page shows it."""
    current = Directory.objects.get(unit__division=unit.division, state="published")
    return {"due": (timezone.localdate() + 15 * DAY).isoformat(), "revision": current.revision, "version": current.pk}


@dataclass(frozen=True)
class Stands:
    """What the directory is of.

    Attributes:
        one, other: of the office.
        exams, crossing: systems of the bureau.
        mall: a firm's system.
        elsewhere: an office of one person alone, with a system for its directory.
    """

    office: Unit
    one: Person
    other: Account
    bureau: Unit
    exams: System
    crossing: System
    mall: System
    elsewhere: tuple[Unit, Person, System]


def ready(cast: Cast) -> Stands:
    """Two offices, and systems of a department and of a firm."""
    bureau = department(UnitKind.EDUCATION, "城关区教育局")
    exams, crossing = system(bureau, "考务视频系统"), system(bureau, "校园路口视频系统")
    mall = system(department(UnitKind.ENTERPRISE, "北郊商场"), "商场视频系统")
    other = second(cast)
    return Stands(cast.units["county"], cast.inspector.person, other, bureau, exams, crossing, mall, _alone(cast))


def walk(clock: Clock, stands: Stands, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    office, one, other, mall = stands.office, stands.one, stands.other.person, stands.mall

    def by(person: Person, words: str = "") -> StepInput:
        return joining.given(person, clock.later(), words)

    def entry(row: Directory, of: System) -> int:
        return row.entries.get(system=of).pk

    def letter(event: str) -> None:
        versions.issue(office, stands.bureau, event, timezone.localdate() + 15 * DAY, by(one))

    row = versions.begin(office, by(one))
    seen(row)
    added = versions.add(row, mall, "北郊商场视频系统", "人员密集，治安防控需要", by(one))
    seen(row, "draft, an entry was added")
    versions.take_out(row, added.pk, by(one))
    versions.add(row, mall, "", "人员密集，治安防控需要", by(one))
    exams, crossing = entry(row, stands.exams), entry(row, stands.crossing)
    versions.decide(row, exams, listed=True, name="考务系统", reason="", taken=by(one))
    versions.decide(row, crossing, listed=False, name=stands.crossing.name, reason="改造中", taken=by(one))
    late = system(stands.bureau, "食堂视频系统")
    seen(row, "draft, the register knows another system")
    versions.refresh(row, by(one))
    row = versions.submit(row, by(one, "请批准"))
    seen(row)
    row = versions.send_back(row, by(other, "请核对名称"))
    # A removal is another kind; what counts here is that the register asks for the system no more.
    System.objects.filter(pk=late.pk).update(state=SystemState.REMOVED)
    versions.refresh(row, by(one))
    row = versions.publish(versions.submit(row, by(one)), by(other, "同意"))
    seen(row)
    seen(stands.bureau, "the bureau has no letter")
    letter("notice")
    seen(stands.bureau, "the bureau has its notice")
    clock.later(days=20)
    seen(stands.bureau, "the bureau is late")
    letter("urge")
    versions.withdraw(row, entry(row, mall), by(one, "名称不宜公布"))
    following = versions.begin(office, by(one))
    versions.decide(following, entry(following, mall), listed=True, name="商场系统", reason="已改名", taken=by(one))
    versions.publish(versions.submit(following, by(one)), by(other))
    seen(row, "superseded")

    elsewhere, alone, rooms = stands.elsewhere
    row = versions.begin(elsewhere, by(alone))
    versions.add(row, rooms, "", "人员密集，治安防控需要", by(alone))
    versions.publish(versions.submit(row, by(alone)), by(alone, "同意"))


def _alone(cast: Cast) -> tuple[Unit, Person, System]:
    """An office whose one person has declared that it has no second, and a system for its directory."""
    hotel = cast.units["b"]
    office = Unit.objects.create(name="堆龙德庆区公安分局", kind=UnitKind.PUBLIC_SECURITY, division=hotel.division)
    person = Person.objects.create(name="多吉", unit=office)
    posts.assign(person, office, PostKind.INSPECTOR, by=None, at=SINCE)
    declared = declare(person, office, "编制一名", timezone.localdate(BEGINS) + 90 * DAY, at=BEGINS)
    confirming.confirm(declared, by=cast.auditor.person, at=BEGINS)
    return office, person, system(hotel, "宾馆视频系统")
