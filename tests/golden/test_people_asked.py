"""What is offered and refused on the pages of what is put into people's hands, and of units that let themselves in."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from django.urls import reverse

from custodes.people import applying, confirming
from custodes.people import applying as applications
from custodes.people.models import Entrustment, Person, Post, PostKind, UnitApplication, UnitKind
from custodes.people.papers.serving import serve
from custodes.settings import get_settings
from tests.access.agency.asked import colleague
from tests.cast import SINCE, Cast
from tests.golden.asked import NOBODY, Act
from tests.golden.conftest import AskedOf
from tests.golden.keys import counted_keys
from tests.golden.test_people import Asking, _code
from tests.people.applications import PASSWORD, apply, facts
from tests.people.papers.samples import pdf, upload
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]


def _to(view: str) -> Any:
    return lambda row: reverse(f"people:{view}", args=[row.uuid])


REFUSE = Act("auditor", _to("entrustment_refuse"), lambda _row: {"words": "情况不实"})
END = Act("inspector", _to("entrustment_end"))
MAKERS = {
    **dict.fromkeys(("post", "account", "reset", "move"), "security_admin"),
    "watch": "caretaker",
    "alone": "inspector",
    "unit": "system_admin",
    "fewer": "approver",
}
"""Kind → who of the cast asks for it."""


def acts_of(kind: str) -> dict[str, Act]:
    """Who may confirm is told of each kind."""
    withdraw = Act(MAKERS[kind], _to("entrustment_withdraw"))
    return {
        f"confirm {kind}": Act("auditor", _to("entrustment_confirm")),
        "refuse": REFUSE,
        "withdraw": withdraw,
        "end": END,
    }


def test_what_is_put_into_peoples_hands(stage: Stage, asked: AskedOf) -> None:
    cast = stage.cast
    Post.objects.create(
        person=cast.bystander.person, unit=cast.units["a"], kind=PostKind.DUTY_OFFICER, valid_from=SINCE
    )
    colleague(stage, "格列", "approver of the city", "city", PostKind.APPROVER)
    colleague(stage, "陈静", "approver of the next unit", "b", PostKind.APPROVER)
    with asked("entrustment", cast, {}) as one:
        asking = Asking(stage, one.clock)
        for kind in MAKERS:
            row: Entrustment = getattr(asking, kind)()
            one.at(row, f"{kind}, waiting", acts=acts_of(kind))
            if kind == "post":
                one.guard(row, "refuse", "no words", acts=acts_of(kind), words="")
            if kind in ("post", "alone", "unit"):
                confirming.confirm(row, by=cast.auditor.person, at=one.clock.later())
                one.at(row, f"{kind}, confirmed", acts=acts_of(kind))
            elif kind == "fewer":
                confirming.refuse(row, "情况不实", by=cast.auditor.person, at=one.clock.later())
                one.at(row, f"{kind}, refused", acts=acts_of(kind))
            elif kind == "reset":
                confirming.withdraw(row, by=row.made_by, at=one.clock.later())
                one.at(row, f"{kind}, withdrawn", acts=acts_of(kind))


def _sent(**more: str) -> Any:
    """An application as its form sends it, of a unit of the division of the police."""

    def data(unit: Any) -> dict[str, Any]:
        said = facts(unit.division)
        told = {name: getattr(said, name) for name in said.__dataclass_fields__ if name != "password"}
        return told | {"division": unit.division.pk, "letter": upload(pdf())} | more

    return data


FILE = {
    "file": Act(NOBODY, lambda _unit: reverse("people:unit_apply"), _sent(password1=PASSWORD, password2=PASSWORD)),
    "file at the counter": Act("clerk", lambda _unit: reverse("people:application_add"), _sent()),
}
ACTS = {
    "confirm": Act("clerk", _to("application_confirm"), lambda _row: {"username": "najin", "seen": "on"}),
    "give_back": Act("clerk", _to("application_return"), lambda _row: {"words": "授权书没有盖章"}),
}


def test_a_unit_that_lets_itself_in(stage: Stage, asked: AskedOf, monkeypatch: pytest.MonkeyPatch) -> None:
    receipts = count(1)
    monkeypatch.setattr(applying, "_receipt", lambda _at: f"DW20261120-{next(receipts):08}")
    cast, school = stage.cast, stage.cast.units["a"]
    clerk = clerks_of(stage, cast)
    page = _to("application_detail")
    with asked("application", cast, ACTS, page=page) as one:

        def applied(**more: str) -> UnitApplication:
            return apply(school.division, at=one.clock.later(), **more)

        one.at(school, "none", acts=FILE, page=lambda _unit: reverse("people:unit_apply"))
        one.guard(school, "file", "no letter", acts=FILE, letter="")
        one.guard(school, "file", "a code that is none", acts=FILE, uscc="91350100M000100Y44")
        one.guard(school, "file", "another password", acts=FILE, password2="another")
        row = applied()
        one.at(row, "waiting, the letter was not opened")
        serve(row.letter, by=clerk, at=one.clock.later(), about=f"people.unitapplication:{row.uuid}")
        one.at(row, "waiting")
        one.guard(row, "confirm", "the letter was not compared", seen="")
        one.guard(row, "confirm", "a user name that is taken", username="caretaker")
        one.guard(row, "give_back", "no words", words="")
        one.at(applications.give_back(row, "授权书没有盖章", by=clerk, at=one.clock.later()), "returned")
        row = applied()
        serve(row.letter, by=clerk, at=one.clock.later(), about=f"people.unitapplication:{row.uuid}")
        done = applications.confirm(row, "najin", by=clerk, at=one.clock.later())
        one.at(done.application, "confirmed")
        row = applied(uscc=_code("91350100M000100Y6"), name="太阳岛幼儿园")
        one.clock.later(days=get_settings().application_days)
        applications.sweep(one.clock.at)
        one.at(row, "lapsed")


def clerks_of(stage: Stage, cast: Cast) -> Person:
    """A clerk of the county's police; and one of the next county's."""
    units = cast.units
    units["next"] = type(units["b"]).objects.create(
        name="堆龙德庆区公安分局", kind=UnitKind.PUBLIC_SECURITY, division=units["b"].division, parent=units["city"]
    )
    colleague(stage, "边巴", "clerk of the next county", "next", PostKind.CLERK)
    return colleague(stage, "旺姆", "clerk", "county", PostKind.CLERK).person
