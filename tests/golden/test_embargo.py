"""Records of the steps of an embargo; what is offered and refused of it on its page of a request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.utils import timezone

from custodes.access.models import AgencyRequest, Embargo, Intake
from custodes.people.models import Person
from tests.access.agency.asked import Asked as SchoolAsked
from tests.access.looks import embargoes as embargo
from tests.access.looks.platform import DAY, Platform
from tests.access.taken import Taken
from tests.golden.access import without
from tests.golden.asked import Act, Seen, to, unseen
from tests.golden.conftest import AskedOf, Golden
from tests.golden.keys import counted_keys
from tests.golden.tour import BEGINS, Clock
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

Shown = Callable[[AgencyRequest, datetime], Embargo | None]


def _act(event: str, by: str, shown: Shown, **said: str) -> Act:
    """With the mark of the embargo that the page shows."""

    def data(row: AgencyRequest) -> dict[str, str]:
        mark = embargo.mark_of(shown(row, timezone.now()))
        return {"mark": mark} | {f"{event}-{name}": value for name, value in said.items()}

    return Act(by, to("access:embargo_act", event), data)


ACTS = {
    "ask": _act("ask", "officer", embargo.running, reason="走漏消息", until="2026-12-30"),
    "approve": _act("approve", "city_approver", embargo.awaited),
    "decline": _act("decline", "city_approver", embargo.awaited, words="没有说明为什么会走漏"),
    "withdraw": _act("withdraw", "officer", embargo.awaited, words="不再需要"),
    "lift": _act("lift", "officer", embargo.running, words="已结案"),
}


def test_each_step_of_an_embargo(stage: Stage, golden: Golden) -> None:
    platform = _platform(stage)
    row = platform.registered()
    with golden("embargo") as clock:
        walk(platform, row, clock)


def test_what_is_offered_and_refused(stage: Stage, asked: AskedOf) -> None:
    platform = _platform(stage)
    row, looked_at = platform.registered(), platform.granted()
    platform.look(looked_at)
    at_school = SchoolAsked(stage, platform.companion, platform.at).registered(Intake.ONLINE)
    cast = without(stage.cast, "outside_caretaker", "system_admin", "security_admin", "bystander")
    with asked("embargo", cast, ACTS, page=to("access:embargo")) as one:

        def seen(row: AgencyRequest, name: str) -> None:
            one.at(row, name)
            if name == "none":
                one.guard(row, "ask", "no words", **{"ask-reason": "——"})
                one.guard(row, "ask", "a day that is past", **{"ask-until": "2026-11-19"})
                one.guard(row, "ask", "too far", **{"ask-until": "2028-01-01"})
                one.guard(row, "ask", "the page showed another", mark="x")
                one.guard(looked_at, "ask", "it was looked at")
                one.guard(at_school, "ask", "the unit keeps its own footage")
            elif name == "asked":
                one.guard(row, "approve", "the page showed another", mark="x")
                one.guard(row, "decline", "no words", **{"decline-words": ""})
            elif name == "approved":
                one.guard(row, "ask", "no longer than before", **{"ask-until": "2026-11-25"})
                one.guard(row, "lift", "no words", **{"lift-words": "——"})

        walk(platform, row, one.clock, seen)


def walk(platform: Platform, row: AgencyRequest, clock: Clock, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` of the request, named by where its embargo stands."""
    officer, companion = platform.officer.person, platform.companion.person
    approver, second = platform.approver.person, platform.second_approver.person

    def by(person: Person, words: str = "") -> Taken:
        return Taken(person, clock.later(), words)

    def asked(days: int = 10) -> Embargo:
        return embargo.ask(row, "走漏消息", timezone.localdate() + days * DAY, by(officer))

    seen(row, "none")
    one = asked()
    seen(row, "asked")
    embargo.decline(one, by(approver, "没有说明为什么会走漏"))
    seen(row, "declined")
    embargo.withdraw(asked(), by(companion, "不再需要"))
    seen(row, "withdrawn")
    asked(1)
    clock.later(days=2)
    seen(row, "asked, its last day is over")
    embargo.approve(asked(), by(approver))  # the one before ran out unanswered: asking anew says so
    seen(row, "approved")
    one = asked(20)
    seen(row, "approved, and asked for longer")
    embargo.approve(one, by(second, "仍有需要"))
    asked(30)
    embargo.lift(row, by(approver, "已结案"))
    seen(row, "lifted")


def _platform(stage: Stage) -> Platform:
    platform = Platform.on(stage)
    platform.at = BEGINS - DAY
    return platform
