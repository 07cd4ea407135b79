"""Training, credentials and applications of the demo: one training has lapsed, one ends soon; one unit waits to be let in, one was
returned; a new duty officer's post and account wait for a second person; notices of what is
late and due, and a program that was let in. Who acts in the story (`person`, `on`) is looked up here by everybody else."""

from __future__ import annotations

import datetime
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from custodes.cases.step import StepInput
from custodes.demo import story
from custodes.demo.logins import PEOPLE
from custodes.people import accounts, credentials, posts, programs
from custodes.people.applying import Facts, file_application, give_back
from custodes.people.entrusting import ask
from custodes.people.models import Account, CredentialKind, Division, EntrustmentKind, Person, Program, Unit, UnitKind
from custodes.people.models.credential import OF_PERSONS, PROFESSIONAL
from custodes.people.papers.keeping import keep_paper
from custodes.people.records import config_changed, differences, snapshot
from custodes.places.drafts import keeping as drafts
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import Draft, DraftKind, Product
from custodes.settings import get_settings
from custodes.upkeep.dates import feed
from custodes.upkeep.dates.round import round_of_the_day

DAY, HOUR, MINUTE = datetime.timedelta(days=1), datetime.timedelta(hours=1), datetime.timedelta(minutes=1)


def person(username: str) -> Person:
    """Whoever signs in by this name, with their unit."""
    return Account.objects.select_related("person__unit").get(username=username).person


def on(by: Person, at: datetime.datetime, words: str = "") -> Taken:
    """A step of theirs, entered on the day itself."""
    return Taken(by, at, timezone.localdate(at), words)


def step(by: Person, at: datetime.datetime, words: str = "", /, **said: Any) -> StepInput:
    """A step of a case, with what its form says."""
    return StepInput(by, at, timezone.localdate(at), words, data=said)


_ORDINARY_DAYS = 60
"""Days since most of the story's people were trained."""


def plant_credentials(now: datetime.datetime) -> None:
    """A file for everybody who watches, operates or maintains, a firm's credentials, and a product's certificate."""
    today = timezone.localdate(now)
    for told in PEOPLE:
        if told.kind in credentials.STAFF_POSTS:
            person = Person.objects.get(account__username=told.username)
            days = {story.LAPSED: 380, story.ENDING: 350}.get(told.username, _ORDINARY_DAYS)
            for kind in OF_PERSONS:
                if kind not in PROFESSIONAL:
                    _enter(person, kind, today - datetime.timedelta(days=days), None, now)
    builder = Unit.objects.get(name=story.UNITS[5].name)
    issued, until = today - datetime.timedelta(days=300), today + datetime.timedelta(days=795)
    _enter(builder, CredentialKind.CONSTRUCTION, issued, until, now, "训施 0017")
    _enter(builder, CredentialKind.DESIGN, issued, until, now, "训设 0009")
    firm = Unit.objects.get(name=story.UNITS[3].name)
    until = today + datetime.timedelta(days=12)
    _enter(firm, CredentialKind.MAINTENANCE, today - datetime.timedelta(days=1083), until, now, "训维 0042")
    # Entered with a slip of the pen, withdrawn, and entered anew.
    Product.objects.create(
        maker=story.MODEL[0],
        model=story.MODEL[1],
        certificate="训检 2026-010",
        issuer="训练检测中心",
        issued=today - datetime.timedelta(days=400),
        valid_until=today + datetime.timedelta(days=695),
        paper=keep_paper(letter(), by=None, at=now, about="places.product"),
        at=now,
        withdrawn_at=now,
        withdrawn_why="编号抄写有误（训练）",
    )
    Product.objects.create(
        maker=story.MODEL[0],
        model=story.MODEL[1],
        certificate="训检 2026-001",
        issuer="训练检测中心",
        issued=today - datetime.timedelta(days=400),
        valid_until=today + datetime.timedelta(days=695),
        paper=keep_paper(letter(), by=None, at=now, about="places.product"),
        at=now,
    )


def plant_applications(now: datetime.datetime) -> None:
    """One that waits for the county's clerk, and one that the clerk has returned."""
    clerk = Person.objects.get(account__username=story.CLERK)
    file_application(_facts(*story.APPLIES), letter(), by=None, at=now - datetime.timedelta(days=2))
    returned = file_application(_facts(*story.RETURNED), letter(), by=None, at=now - datetime.timedelta(days=6))
    give_back(returned, story.RETURNED_WORDS, by=clerk, at=now - datetime.timedelta(days=5))


def plant_entrustment(now: datetime.datetime) -> None:
    """A new duty officer: the security administrator asked for post and account yesterday, and both wait for a second person."""
    by, at = Person.objects.get(account__username=story.SECURITY), now - datetime.timedelta(days=1)
    key, name, kind, username = story.ENTRUSTED
    unit = Unit.objects.get(name=next(told.name for told in story.UNITS if told.key == key))
    person = Person.objects.create(name=name, unit=unit)
    config_changed(person, differences({}, snapshot(person)), by=by, at=at)
    ask(EntrustmentKind.PERSON, person, by=by, at=at, settled=True, about=name)
    posts.assign(person, unit, kind, by=by, at=at, note=story.ENTRUSTED_WHY)
    accounts.open_account(person, username, by=by, at=at)


def letter() -> SimpleUploadedFile:
    """A photographed letter of authority, as far as a training needs one: lines of writing and a red seal."""
    page = Image.new("RGB", (620, 877), "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((200, 70, 420, 84), fill="#222")
    for row in range(12):
        pen.rectangle((80, 150 + 42 * row, 540 - 120 * (row % 4 == 3), 156 + 42 * row), fill="#555")
    pen.ellipse((360, 640, 520, 800), outline="#c4241c", width=5)
    pen.regular_polygon((440, 720, 34), 3, fill="#c4241c")
    pen.text((80, 830), "TRAINING / SPECIMEN", fill="#777")
    out = io.BytesIO()
    page.save(out, "PNG")
    return SimpleUploadedFile("委托办理备案授权书.png", out.getvalue(), "image/png")


def _facts(name: str, uscc: str, address: str, applicant: str, phone: str, username: str) -> Facts:
    county = Division.objects.get(code="540102")
    kind = str(UnitKind.INSTITUTION)
    return Facts(name, kind, county, uscc, address, applicant, phone, applicant, username, story.PASSWORD)


def _enter(
    holder: Person | Unit,
    kind: CredentialKind,
    issued: datetime.date,
    until: datetime.date | None,
    now: datetime.datetime,
    number: str = "",
) -> None:
    values = {"kind": kind, "number": number, "issuer": "训练中心", "issued": issued, "valid_until": until}
    credentials.enter(holder, values, by=None, at=now)


def plant_dates(now: datetime.datetime) -> None:
    """Plant them. Secrets of the feed and the keys are shown to nobody: a visitor makes their own."""
    Unit.objects.filter(name__in=[story.UNITS[2].name, story.UNITS[3].name]).update(mail=story.MAILBOX)
    hour = datetime.time(get_settings().reminder_hour)
    yesterday = datetime.datetime.combine(timezone.localdate(now) - DAY, hour, timezone.get_current_timezone())
    round_of_the_day(yesterday)
    admin, security = person(story.REGISTRAR), person(story.SECURITY)
    for told in story.PROGRAMS:
        wanted = programs.ProgramWish(
            told.name, person(told.person), Division.objects.get(code=told.division), told.scopes, told.why
        )
        row = programs.ask(wanted, admin, now - 8 * DAY)
        if told.approved:
            row = programs.decide(row, approve=True, words="", by=security, at=now - 7 * DAY)
            programs.issue(row, days=180, per_minute=60, by=admin, at=now - 7 * DAY)
            old, _secret = programs.issue(row, days=30, per_minute=60, by=admin, at=now - 6 * DAY)
            programs.revoke(old, security, now - 2 * DAY)
            _fill_in(row, now - DAY)
    feed.renew(person(story.CARETAKER), now - 3 * DAY)


def _fill_in(program: Program, at: datetime.datetime) -> None:
    """The program has filled in a page of the filing that its person has begun: the wizard says so."""
    draft = Draft.objects.filter(kind=DraftKind.FILING, by=program.person).first()
    if draft is not None:
        pages = {"devices": {"devices": story.DEVICES}}
        drafts.keep_all(draft, pages, seen=draft.revision, by=program.person, at=at, via=program.name)
