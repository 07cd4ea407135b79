"""A request to the school on the stage: 王芳 and 次旺 of the court ask for an hour of the gate."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from custodes.access.models import AgencyRequest, Intake
from custodes.people.models import Account, Person, Post, PostKind
from tests.access.agency import asking, deciding
from tests.access.taken import Taken
from tests.cast import PASSWORD, SINCE, Member
from tests.places.stage import Stage

HOUR = datetime.timedelta(hours=1)


def stated(at: datetime.datetime) -> dict[str, Any]:
    """All that S28.1 asks for."""
    return {
        "unit_name": "城关区人民法院",
        "basis": "judicial",
        "way": "consult",
        "purpose": "民事案件取证",
        "content": "核实六月三日上午校门外的碰撞经过",
        "letter_number": "（2026）藏0102介字第18号",
        "span_from": at - 3 * HOUR,
        "span_to": at - 2 * HOUR,
        "undertaken_on": timezone.localdate(at),
    }


@dataclass
class Asked:
    """The people around a request, and ways to bring one as far as a test needs it."""

    stage: Stage
    second: Member
    at: datetime.datetime

    @classmethod
    def on(cls, stage: Stage) -> Asked:
        return cls(stage, colleague(stage, "次旺", "second", "court", PostKind.AGENCY_OFFICER), timezone.now())

    @property
    def staff(self) -> Person:
        return self.stage.cast.caretaker.person

    @property
    def approver(self) -> Person:
        return self.stage.cast.approver.person

    @property
    def lead(self) -> Person:
        return self.stage.cast.lead.person

    @property
    def first(self) -> Person:
        return self.stage.cast.officer.person

    def taken(self, by: Person, words: str = "", at: datetime.datetime | None = None) -> Taken:
        return Taken(by, at or self.at, words)

    def draft(self, intake: str = Intake.COUNTER, **changed: Any) -> AgencyRequest:
        online = intake == Intake.ONLINE
        unit = self.stage.cast.units["court"] if online else None
        row = asking.begin(
            self.stage.cast.units["a"], Intake(intake), self.first if online else self.staff, self.at, unit=unit
        )
        officers = [
            asking.Named("王芳", "法执0017", self.first if online else None),
            asking.Named("次旺", "法执0021", self.second.person if online else None),
        ]
        cameras = changed.pop("cameras", [self.stage.gate])
        officers = changed.pop("officers", officers)
        values = stated(self.at) | changed
        return asking.state(
            row, values, row.begun_by, self.at, revision=row.revision, officers=officers, cameras=cameras
        )

    def checking(self, intake: str = Intake.COUNTER, **changed: Any) -> AgencyRequest:
        row = asking.submit(self.draft(intake, **changed), self.first if intake == "online" else self.staff, self.at)
        if intake == Intake.ONLINE:
            row = asking.confirm(row, "法执0021", self.second.person, self.at)
        return row

    def registered(self, intake: str = Intake.COUNTER, **changed: Any) -> AgencyRequest:
        return deciding.register(self.checking(intake, **changed), self.taken(self.staff), originals=True)

    def granted(self, intake: str = Intake.COUNTER, **changed: Any) -> AgencyRequest:
        return deciding.approve(self.registered(intake, **changed), self.taken(self.approver))

    def urgent(self, intake: str = Intake.COUNTER, **changed: Any) -> AgencyRequest:
        return deciding.grant_urgent(self.registered(intake, **changed), self.taken(self.lead, "嫌疑人正在逃跑"))


def colleague(stage: Stage, name: str, username: str, unit: str, kind: PostKind) -> Member:
    """One more person with a post and an account."""
    person = Person.objects.create(name=name, unit=stage.cast.units[unit])
    account = Account(username=username, person=person)
    account.set_password(PASSWORD)
    account.save()
    post = Post.objects.create(person=person, unit=stage.cast.units[unit], kind=kind, valid_from=SINCE)
    member = Member(username, person, account, post)
    stage.cast.members[username] = member
    return member
