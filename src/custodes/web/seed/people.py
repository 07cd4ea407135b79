"""Training, credentials and applications of the demo: one training has lapsed, one ends soon; one unit waits to be let in, one was returned."""

from __future__ import annotations

import datetime
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from custodes.people import credentials
from custodes.people.applying.deciding import give_back
from custodes.people.applying.filing import Facts, file_application
from custodes.people.models import CredentialKind, Division, Person, Unit, UnitKind
from custodes.people.models.credential import OF_PERSONS, PROFESSIONAL
from custodes.people.papers.keeping import keep_paper
from custodes.places.models import Product
from custodes.web.seed import story

_ORDINARY_DAYS = 60
"""Days since most of the story's people were trained."""


def plant_credentials(now: datetime.datetime) -> None:
    """A file for everybody who watches, operates or maintains, a firm's credentials, and a product's certificate."""
    today = timezone.localdate(now)
    for told in story.PEOPLE:
        if told.kind in credentials.STAFF_POSTS:
            person = Person.objects.get(account__username=told.username)
            days = {story.LAPSED: 380, story.ENDING: 350}.get(told.username, _ORDINARY_DAYS)
            for kind in OF_PERSONS:
                if kind not in PROFESSIONAL:
                    _enter(person, kind, today - datetime.timedelta(days=days), None, now)
    builder = Unit.objects.get(name=story.UNITS[5].name)
    _enter(
        builder,
        CredentialKind.CONSTRUCTION,
        today - datetime.timedelta(days=300),
        today + datetime.timedelta(days=795),
        now,
        "训施 0017",
    )
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
