"""Records of what is put into people's hands and confirmed by a second, of programs, of units that let themselves in."""

from __future__ import annotations

import datetime
import secrets
from itertools import cycle
from types import SimpleNamespace

import pytest
from django.utils import timezone

from custodes.access.agency import numbers
from custodes.people import accounts, applying, confirming, posts, programs, two_persons, waiting_changes
from custodes.people import applying as applications
from custodes.people.entrusting import ask
from custodes.people.models import (
    Division,
    Entrustment,
    EntrustmentKind,
    Person,
    Post,
    PostKind,
    Program,
    Unit,
    UnitApplication,
    UnitKind,
)
from custodes.people.numbers import check_character
from custodes.people.papers.serving import serve
from custodes.places import watching
from custodes.settings import get_settings
from tests.cast import SINCE, Cast
from tests.golden.conftest import Golden
from tests.golden.keys import counted_keys
from tests.golden.tour import Clock
from tests.people.applications import apply
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

DAY = datetime.timedelta(days=1)


class Asking:
    """Each kind of what is put into somebody's hands, asked for."""

    def __init__(self, stage: Stage, clock: Clock) -> None:
        self.stage, self.cast, self.clock = stage, stage.cast, clock
        self.admin = stage.cast.security_admin.person
        self.new = Person.objects.create(name="格桑", unit=stage.cast.units["a"])

    def post(self) -> Entrustment:
        told = {"by": self.admin, "at": self.clock.later(), "note": "校任〔2026〕3号"}
        post = posts.assign(self.new, self.new.unit, PostKind.DUTY_OFFICER, **told)
        return Entrustment.objects.get(post=post)

    def account(self) -> Entrustment:
        account, _none = accounts.open_account(self.new, "gesang", by=self.admin, at=self.clock.later())
        return Entrustment.objects.get(account=account)

    def reset(self, second_factor: bool = False) -> Entrustment:
        told = {"by": self.admin, "at": self.clock.later(), "second_factor": second_factor}
        return accounts.ask_reset(self.cast.bystander.account, "遗忘密码，当面核对工作证", **told)

    def watch(self) -> Entrustment:
        post = Post.objects.get(person=self.cast.bystander.person, ended_at=None)
        link = watching.link(self.stage.school, post, self.cast.caretaker.person, self.clock.later())
        assert link.entrustment is not None
        return link.entrustment

    def alone(self) -> Entrustment:
        police, until = self.cast.inspector.person, timezone.localdate() + 90 * DAY
        return two_persons.declare(police, police.unit, "编制一名", until, at=self.clock.later())

    def unit(self) -> Entrustment:
        school = Unit.objects.get(pk=self.cast.units["a"].pk)
        school.kind, school.parent, school.phone = UnitKind.SOCIAL, self.cast.units["county"], "0891-6330001"
        asked = waiting_changes.save_unit(school, by=self.cast.system_admin.person, at=self.clock.later())
        assert asked is not None
        return asked

    def fewer(self) -> Entrustment:
        school = self.cast.units["a"]
        numbers.set_number(school, 3, by=self.cast.approver.person, at=self.clock.later())
        asked = numbers.set_number(school, 2, by=self.cast.approver.person, at=self.clock.later())
        assert asked is not None
        return asked

    def move(self) -> Entrustment:
        person = Person.objects.get(pk=self.new.pk)
        person.unit = self.cast.units["b"]
        asked = waiting_changes.save_person(person, by=self.admin, at=self.clock.later())
        assert asked is not None
        return asked


def test_each_step_of_what_is_put_into_peoples_hands(stage: Stage, golden: Golden) -> None:
    cast, audit = stage.cast, stage.cast.auditor.person
    Post.objects.create(
        person=cast.bystander.person, unit=cast.units["a"], kind=PostKind.DUTY_OFFICER, valid_from=SINCE
    )
    with golden("entrustment") as clock:
        asking = Asking(stage, clock)
        told = {"by": asking.admin, "at": clock.later(), "settled": True}
        ask(EntrustmentKind.PERSON, asking.new, about=asking.new.name, **told)
        for asked in (asking.post, asking.account, asking.reset, asking.watch, asking.alone, asking.unit, asking.fewer):
            row = asked()
            confirming.withdraw(row, by=row.made_by, at=clock.later())
            confirming.refuse(asked(), "情况不实", by=audit, at=clock.later())
        for asked in (asking.post, asking.account, asking.watch, asking.unit, asking.fewer):
            confirming.confirm(asked(), by=audit, at=clock.later())
        confirming.confirm(asking.reset(), by=audit, at=clock.later(), sealed=True)
        confirming.confirm(asking.reset(second_factor=True), by=audit, at=clock.later())
        declared = asking.alone()
        confirming.confirm(declared, by=audit, at=clock.later())
        two_persons.end(declared, by=audit, at=clock.later())
        _dropped(asking, clock)
        withdrawn = asking.move()
        confirming.withdraw(withdrawn, by=withdrawn.made_by, at=clock.later())
        confirming.refuse(asking.move(), "情况不实", by=audit, at=clock.later())
        confirming.confirm(asking.move(), by=audit, at=clock.later())


def _dropped(asking: Asking, clock: Clock) -> None:
    """What waits goes with its post or its account."""
    cast, school = asking.cast, asking.stage.school
    post = Post.objects.get(person=cast.bystander.person)
    for _each in ("confirmed", "waiting"):
        asking.watch()
        watching.unlink(post.systems.get(system=school), cast.caretaker.person, clock.later())
    asking.watch()
    posts.end(post, by=asking.admin, at=clock.later())
    asking.reset()
    accounts.close_account(cast.bystander.account, by=asking.admin, at=clock.later())


def test_each_step_of_a_program(cast: Cast, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = cast.system_admin.person, cast.security_admin.person
    letters = cycle("abcdefgh23456789")
    drawn = SimpleNamespace(choice=lambda _among: next(letters), token_urlsafe=secrets.token_urlsafe)
    monkeypatch.setattr(programs, "secrets", drawn)
    county = Division.objects.get(code="540102")
    with golden("program") as clock:

        def asked() -> Program:
            scopes = ("systems:read", "cameras:read", "cameras:write")
            wanted = programs.ProgramWish("校务系统", cast.caretaker.person, county, scopes, "同步点位")
            return programs.ask(wanted, one, clock.later())

        def decided(row: Program, words: str, *, approve: bool) -> Program:
            return programs.decide(row, approve=approve, words=words, by=other, at=clock.later())

        decided(asked(), "用途不明", approve=False)
        programs.end(asked(), one, clock.later())
        row = decided(asked(), "同意", approve=True)
        key, _secret = programs.issue(row, days=30, per_minute=60, by=one, at=clock.later())
        programs.revoke(key, other, clock.later())
        _key, secret = programs.issue(row, days=90, per_minute=600, by=one, at=clock.later())
        opened = programs.opened_by(secret, clock.at)
        assert opened is not None
        call = {"call": "systems", "method": "GET", "scope": "systems:read", "about": "", "rows": 2, "status": 200}
        programs.note_call(opened, at=clock.later(), **call)
        programs.end(row, other, clock.later())


def _code(body: str) -> str:
    return body + check_character(body)


def test_each_step_of_a_units_application(cast: Cast, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    receipts = iter(f"DW20261120-AAAAAAA{number}" for number in range(2, 10))
    monkeypatch.setattr(applying, "_receipt", lambda _at: next(receipts))
    clerk = Person.objects.create(name="受理员", unit=cast.units["county"])
    Post.objects.create(person=clerk, unit=clerk.unit, kind=PostKind.CLERK, valid_from=SINCE)
    with golden("application") as clock:

        def applied(by: Person | None = None, **more: str) -> UnitApplication:
            return apply(cast.units["a"].division, at=clock.later(), by=by, **more)

        row = applied()
        assert row.letter is not None
        serve(row.letter, by=clerk, at=clock.later(), about=f"people.unitapplication:{row.uuid}")
        applications.confirm(row, "najin", by=clerk, at=clock.later())
        counter = {
            "uscc": _code("91350100M000100Y5"),
            "name": "团结新村幼儿园",
            "applicant": "旺堆",
            "username": "tuanjie",
        }
        applications.confirm(applied(clerk, **counter), "tuanjie2", by=clerk, at=clock.later())
        another = {"uscc": _code("91350100M000100Y6"), "name": "太阳岛幼儿园"}
        applications.give_back(applied(**another), "授权书没有盖章", by=clerk, at=clock.later())
        clock.later(days=1)
        applied(**another)
        clock.later(days=get_settings().application_days - 1)
        applications.sweep(clock.at)
        clock.later(days=1)
        applications.sweep(clock.at)
