"""Records of the steps of an individual's request; what is offered and refused on its page and on the session's."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from custodes.access.models import IndividualRequest, MissingCase, SupervisedSession
from custodes.access.supervised import sessions
from custodes.access.supervised.sessions import begin
from custodes.people.accounts import account_closed
from custodes.places.models import Camera
from tests.access.individual import requests
from tests.access.individual.test_individual import ASKED, VIEWER
from tests.access.missing.desk import HOUR, Desk, make_desk
from tests.access.notary import FakeNotary
from tests.golden.access import AT_THE_SCREEN, look
from tests.golden.asked import Act, Seen, to, unseen
from tests.golden.conftest import AskedOf, Golden
from tests.golden.keys import counted_keys
from tests.golden.tour import BEGINS, Clock
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

SPAN = (BEGINS - 3 * HOUR, BEGINS - 2 * HOUR)


def _answer(what: str, **said: str) -> dict[str, Any]:
    cameras = Camera.objects.filter(number__in=("0101", "0102")).order_by("number")
    span = {"span_from": SPAN[0].isoformat(), "span_to": SPAN[1].isoformat()}
    return {"cameras": [str(camera.pk) for camera in cameras], "answer": what, **span, **said}


ASK = {
    "ask": Act("caretaker", lambda _unit: reverse("access:individual_new"), lambda _unit: ASKED | _answer("later")),
    "ask and consent": Act(
        "caretaker", lambda _unit: reverse("access:individual_new"), lambda _unit: ASKED | _answer("consent")
    ),
}
ACTS = {
    "consent": Act("caretaker", to("access:individual_decide"), lambda _row: _answer("consent")),
    "refuse": Act(
        "caretaker", to("access:individual_decide"), lambda _row: _answer("refuse", refusal="涉及正在办理的案件")
    ),
    "session": Act("caretaker", to("access:individual_session"), lambda _row: AT_THE_SCREEN),
    "close": Act("caretaker", to("access:individual_close")),
}
SESSION = {"end": Act("caretaker", to("access:session_end"))}


def test_each_step_of_an_individuals_request(stage: Stage, notary: FakeNotary, golden: Golden) -> None:
    desk = make_desk(stage)
    lost = desk.open(BEGINS - HOUR)
    with golden("individual") as clock:
        walk(desk, lost, clock)


def test_what_is_offered_and_refused(stage: Stage, notary: FakeNotary, asked: AskedOf) -> None:
    desk = make_desk(stage)
    lost = desk.open(BEGINS - HOUR)
    with asked("individual", stage.cast, ACTS, more={"desk": desk.officer.account}) as one:

        def seen(row: Any, name: str = "") -> None:
            if isinstance(row, SupervisedSession):
                one.at(row, name, acts=SESSION, page=to("access:session"))
                return
            one.at(row, name)
            if name == "asked":
                late = {"span_from": SPAN[0].isoformat(), "span_to": "2026-11-21T10:00"}
                one.guard(row, "consent", "no camera", cameras=[])
                one.guard(row, "consent", "another unit's camera", cameras=[str(stage.lobby.pk)])
                one.guard(row, "consent", "a span to come", **late)
                one.guard(row, "consent", "a span without its end", span_to="")
                one.guard(row, "refuse", "no words", refusal="——")
                one.guard(row, "refuse", "neither yes nor no", answer="later")
            elif name == "consented":
                one.guard(row, "session", "nobody is named", name="——")
                one.guard(row, "session", "not known by anything", number="", identified="")
                one.guard(row, "session", "the words were not read", read_aloud="")

        one.at(stage.school.unit, "none", acts=ASK, page=ASK["ask"].address)
        one.guard(stage.school.unit, "ask", "no name", acts=ASK, name="")
        one.guard(stage.school.unit, "ask and consent", "no interest of their own", acts=ASK, interest="other")
        one.guard(stage.school.unit, "ask and consent", "for somebody else", acts=ASK, claim="other")
        walk(desk, lost, one.clock, seen)


def walk(desk: Desk, lost: MissingCase, clock: Clock, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    stage, staff = desk.stage, desk.stage.cast.caretaker

    def asked() -> IndividualRequest:
        return requests.ask(ASKED, stage.school.unit, staff.person, clock.later())

    def consented(row: IndividualRequest) -> IndividualRequest:
        return requests.consent(row, (stage.gate, stage.yard), SPAN, staff.person, clock.later())

    def session(row: IndividualRequest) -> SupervisedSession:
        return begin(row, staff.person, VIEWER, clock.later())

    row = asked()
    seen(row, "asked")
    row = consented(row)
    seen(row, "consented")
    shown = session(row)
    seen(row, "consented, somebody looks")
    seen(shown, "the session")
    look(shown, clock)
    sessions.end(shown, staff.person, clock.later(), sessions.OWN_END)
    session(row)
    account_closed.send(sender=None, account=staff.account, at=clock.later())
    session(row)
    clock.later(minutes=31)
    assert sessions.sweep(clock.at) == 1
    look(session(row), clock)
    seen(requests.close(row, staff.person, clock.later()), "closed")

    row = requests.refuse(asked(), "该时段录像涉及正在办理的案件", staff.person, clock.later())
    seen(row, "refused")

    turned = requests.turn(lost, stage.school.unit, desk.officer, clock.later())
    seen(turned, "asked, by police")
    requests.close(consented(turned), staff.person, clock.later())
