"""Taking an application in: from the public page, or at the counter on a unit's behalf."""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.people.applying.refused import ApplicationRefused
from custodes.people.models import ApplicationState, Division, Person, Unit, UnitApplication
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.kinds import SCANS
from custodes.people.records import config_changed
from custodes.settings import get_settings

#: Read out over the telephone without mistakes; eight of them are 39 bits.
_ALPHABET = "ABCDEFGHJKMNPQRTUWXY23456789"


@dataclass(frozen=True)
class Facts:
    """What a unit says of itself. `password` is in the clear and is kept as a hash; empty at the counter."""

    name: str
    kind: str
    division: Division
    uscc: str
    address: str
    contact: str
    phone: str
    applicant: str
    username: str
    password: str = ""


def file_application(
    facts: Facts, letter: UploadedFile[Any], *, by: Person | None, at: datetime.datetime
) -> UnitApplication:
    """Take an application.

    Args:
        letter: the sealed letter of authority.
        by: who files it at the counter; None for the public page.

    Raises:
        ApplicationRefused: the unit is registered, or too many wait.
        PaperRefused: the letter can't be taken.
    """
    settings = get_settings()
    if Unit.objects.filter(uscc=facts.uscc).exists():
        raise ApplicationRefused(already_registered())
    waiting = UnitApplication.objects.filter(state=ApplicationState.WAITING, filed_by__isnull=True)
    if by is None and waiting.count() >= settings.applications_waiting:
        raise ApplicationRefused(_("网上申请暂时过多。请稍后再试，或者持授权书到所在县（区）公安机关窗口办理。"))
    values = {name: getattr(facts, name) for name in facts.__dataclass_fields__}
    row = UnitApplication(
        **{**values, "password": make_password(facts.password) if facts.password else ""},
        receipt=_receipt(at),
        filed_by=by,
        filed_at=at,
        lapses_at=at + datetime.timedelta(days=settings.application_days),
    )
    with transaction.atomic():
        row.letter = keep_paper(
            letter,
            by=by,
            at=at,
            kinds=SCANS,
            most=settings.application_letter_bytes,
            about=f"people.unitapplication:{row.uuid}",
            field="letter",
        )
        row.save()
        # Neither names nor telephone: an application that lapses leaves none of them in the log.
        told = {"state": ("", row.state), "uscc": ("", row.uscc), "division": ("", row.division.code)}
        config_changed(row, {"receipt": ("", row.receipt), **told}, by=by, at=at)
    return row


def already_registered() -> str:
    """What is said of a code that a unit has: what to do, and not whose it is."""
    return _(
        "使用这一代码的单位已经登记，不能重复登记。请向本单位的系统管理人了解账号；"
        "不清楚由谁管理的，请持单位介绍信到所在县（区）公安机关窗口办理。"
    )


def _receipt(at: datetime.datetime) -> str:
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"DW{timezone.localdate(at):%Y%m%d}-{drawn}"
