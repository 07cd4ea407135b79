"""A police desk beside the cast: a duty officer and a lead of 城关区公安分局 who watch the school over the platform, and a case there."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.test import Client

from custodes.access.models import LostAs, MissingCase, ProofKind, Protected, SessionKind, SupervisedSession
from custodes.access.supervised.sessions import AtTheScreen, begin
from custodes.people.models import Account, Person, Post, PostKind
from custodes.places.models import SystemPost
from tests.access.missing import steps
from tests.access.missing.steps import said as said_by
from tests.cast import PASSWORD, SINCE, Cast
from tests.places.stage import Stage
from tests.places.who_may_open import gate

SECOND = datetime.timedelta(seconds=1)
MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)

STATED: dict[str, Any] = {
    "report_number": "JJ20261126-0417",
    "lost_as": LostAs.CHILD,
    "lost_name": "旦珠",
    "age": 6,
    "looks": "红色羽绒服，蓝色书包",
    "last_seen": "16:20 左右，第一小学东门",
    "applicant": "白玛",
    "relation": "parent",
    "document": "id_card",
    "document_number": "540102199001010011",
    "phone": "13900000000",
    "proof": ProofKind.SHOWN,
    "proof_words": "户口簿",
    "protected": Protected.NO,
    "protected_words": "处警民警核实",
}
FAMILY = AtTheScreen(
    SessionKind.WITH_VIEWER, "白玛", "id_card", "540102199001010011", "", read_aloud="bo", accepted="thumb"
)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@dataclass
class Desk:
    """The desk, its people, and the school whose cameras it watches."""

    stage: Stage
    officer: Person
    lead: Person

    def browser(self, person: Person) -> Client:
        browser = Client()
        browser.force_login(Account.objects.get(person=person))
        return browser

    def open(self, at: datetime.datetime | None = None, **other: Any) -> MissingCase:
        """A case with everything stated, but for what the test says."""
        return steps.open_case(STATED | other, self.officer_unit, said_by(self.officer, at or now()))

    @property
    def officer_unit(self) -> Any:
        return Post.objects.get(person=self.officer).unit

    def narrow(self, row: MissingCase, *cameras: Any, at: datetime.datetime | None = None) -> MissingCase:
        at = at or now()
        chosen = steps.Chosen(cameras or (self.stage.gate,), at - 2 * HOUR, at - HOUR)
        return steps.narrow(row, chosen, said_by(self.officer, at))

    def ready(self, at: datetime.datetime | None = None, **other: Any) -> MissingCase:
        """One that was narrowed and looked at first."""
        row = self.narrow(self.open(at, **other), at=at)
        MissingCase.objects.filter(pk=row.pk).update(previewed_at=at or now())
        row.refresh_from_db()
        return row

    def session(self, row: MissingCase, screen: AtTheScreen = FAMILY) -> SupervisedSession:
        return begin(row, self.officer, screen, now())


def make_desk(stage: Stage) -> Desk:
    county = stage.cast.units["county"]
    people = []
    for username, name, kind in (
        ("jiejing", "王伟", PostKind.DUTY_OFFICER),
        ("jiejingzhang", "达瓦", PostKind.DUTY_LEAD),
    ):
        person = Person.objects.create(name=name, unit=county)
        account = Account(username=username, person=person)
        account.set_password(PASSWORD)
        account.save()
        post = Post.objects.create(person=person, unit=county, kind=kind, valid_from=SINCE)
        SystemPost.objects.create(system=stage.school, post=post)
        people.append(person)
    return Desk(stage, *people)


def wish(session: SupervisedSession, *cameras: Any, **more: Any) -> dict[str, Any]:
    """What the player of the session's page asks."""
    return {
        "cameras": [str(camera.pk) for camera in cameras or session.cameras.all()],
        "live": False,
        "span": {"from": session.span_from.isoformat(), "to": session.span_to.isoformat()},
        "reason": None,
        "session": str(session.pk),
    } | more


def somebodys_case(cast: Cast) -> MissingCase:
    """A case of the county's police in which the school's gate may be looked at; made once."""
    found = MissingCase.objects.first()
    return found or somebodys_session(cast).missing  # type: ignore[return-value]


def somebodys_session(cast: Cast) -> SupervisedSession:
    """Its running session."""
    found = SupervisedSession.objects.first()
    if found is not None:
        return found
    county = cast.units["county"]
    person = Person.objects.create(name="王伟", unit=county)
    account = Account.objects.create(username="jiejing", person=person)
    post = Post.objects.create(person=person, unit=county, kind=PostKind.DUTY_OFFICER, valid_from=SINCE)
    camera = gate(cast)
    SystemPost.objects.create(system=camera.system, post=post)
    at = now()
    row = steps.open_case(STATED, county, said_by(person, at))
    row = steps.narrow(row, steps.Chosen((camera,), at - 2 * HOUR, at - HOUR), said_by(person, at))
    MissingCase.objects.filter(pk=row.pk).update(previewed_at=at)
    assert account.pk
    return begin(row, person, FAMILY, at)
