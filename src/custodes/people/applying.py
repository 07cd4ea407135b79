"""Units that let themselves in: an application from the public page or at the counter, with the sealed 委托办理备案授权书, its state for whoever
has its receipt number and telephone number, and what the police of its division decide (decision 0050).

What must hold: an application opens nothing and is seen by the police of its division alone; the public page never says which user names,
and never whose codes, exist. Confirming makes unit, person, account and post in one transaction. What is decided keeps no password hash;
what nobody has confirmed lapses, on record, and its letter is deleted.
"""

from __future__ import annotations

import datetime
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.documents.forms.document import Party
from custodes.documents.forms.systems import AuthorizationLetter
from custodes.documents.provenance import Provenance
from custodes.documents.rendering import render
from custodes.people import accounts, lockout, posts
from custodes.people.entrusting import ask
from custodes.people.models import (
    Account,
    ApplicationState,
    Division,
    EntrustmentKind,
    Person,
    Post,
    PostKind,
    Unit,
    UnitApplication,
    UnitKind,
)
from custodes.people.numbers import phone_digits
from custodes.people.papers.keeping import keep_paper, remove_paper
from custodes.people.papers.kinds import SCANS
from custodes.people.papers.serving import unopened
from custodes.people.permissions import POST_PERMISSIONS, Permission
from custodes.people.records import config_changed, differences, record_language, snapshot
from custodes.settings import get_settings


class ApplicationRefused(Exception):
    """It can't be done; the text says why and what to do, for the person."""


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


def look_up(receipt: str, phone: str, at: datetime.datetime) -> UnitApplication:
    """The application.

    Raises:
        ApplicationRefused: not both fit, in the same words whichever does not; or too many tries for this receipt.
    """
    number = receipt.strip().upper()[:24]
    key = f"receipt {number}"  # no user name has a space
    until = lockout.begin(key, at)
    if until is not None:
        local = timezone.localtime(until).strftime("%H:%M")
        raise ApplicationRefused(_("查询次数过多，请在 %(time)s 以后再试。") % {"time": local})
    row = UnitApplication.objects.select_related("division").filter(receipt=number).first()
    named = phone_digits(row.phone) if row else ""
    if row is None or not hmac.compare_digest(named.encode(), phone_digits(phone).encode()):
        lockout.failed(key, at)
        raise ApplicationRefused(_("受理编号与联系电话不符。请核对后重新填写。"))
    lockout.give_back(key)
    return row


_MOST = {"name": 120, "uscc": 18, "address": 200, "contact": 60, "phone": 30, "applicant": 60}


@lru_cache(maxsize=1)
def blank_letter(templates: Path | None, installation: str) -> bytes:
    """The empty letter as PDF, made once: anybody may ask for it, as often as they like.

    Raises:
        FontsMissing, TemplateError: as `render`.
    """
    return render(AuthorizationLetter(), templates=templates, provenance=Provenance(installation, "", None, None))


def letter_typed(typed: Mapping[str, str]) -> AuthorizationLetter:
    """Of what stands in the application's form now, right or wrong; nothing of it is kept."""
    said = {key: str(typed.get(key, ""))[:most].strip() for key, most in _MOST.items()}
    unit = Party(
        name=said["name"], code=said["uscc"], address=said["address"], contact=said["contact"], phone=said["phone"]
    )
    chosen = str(typed.get("division", ""))
    number = chosen.isascii() and chosen.isdecimal() and len(chosen) < 19
    division = Division.objects.filter(pk=chosen).first() if number else None
    return AuthorizationLetter(
        unit=unit, police=police_of(division), agent=said["applicant"], agent_phone=said["phone"]
    )


def letter_of(row: UnitApplication) -> AuthorizationLetter:
    """Of a unit that has applied, as it said of itself."""
    unit = Party(name=row.name, code=row.uscc, address=row.address, contact=row.contact, phone=row.phone)
    return AuthorizationLetter(unit=unit, police=police_of(row.division), agent=row.applicant, agent_phone=row.phone)


def police_of(division: Division | None) -> str:
    """The police of a division, as letters address them; empty for none."""
    return f"{division.name_zh}公安机关" if division is not None else ""


def confirming_paths(person: Person, at: datetime.datetime) -> frozenset[str]:
    """Paths of the divisions whose units this person confirms."""
    kinds = [kind for kind, held in POST_PERMISSIONS.items() if Permission.CONFIRM_UNITS in held]
    held = Post.objects.valid(at).filter(person=person, kind__in=kinds, unit__kind=UnitKind.PUBLIC_SECURITY)
    return frozenset(held.values_list("unit__division__path", flat=True))


def applications_for(person: Person, at: datetime.datetime) -> QuerySet[UnitApplication]:
    """The applications that this person may open and decide."""
    query = Q(pk__in=[])
    for path in confirming_paths(person, at):
        query |= Q(division__path__startswith=path)
    return UnitApplication.objects.filter(query)


@dataclass(frozen=True)
class Confirmed:
    """What came of it; `password` is a one-time password to show once, empty when the applicant has chosen one."""

    application: UnitApplication
    unit: Unit
    account: Account
    password: str


def confirm(application: UnitApplication, username: str, *, by: Person, at: datetime.datetime) -> Confirmed:
    """Make unit, person, account and caretaker's post, all or none.

    Args:
        username: the wished one, or another where that is taken.

    Raises:
        ApplicationRefused: decided already, lapsed, the letter was not opened by them, or the unit or the user name exists.
    """
    try:
        with transaction.atomic():
            row = _waiting(application, at)
            _read_by(row, by)
            unit = _unit(row, by, at)
            person = Person.objects.create(name=row.applicant, unit=unit)
            config_changed(person, differences({}, snapshot(person)), by=by, at=at)
            ask(EntrustmentKind.PERSON, person, by=by, at=at, settled=True, about=person.name)
            account, password = _account(row, person, username, by, at)
            with record_language():
                note = _("委托办理备案授权书，受理编号 %(receipt)s") % {"receipt": row.receipt}
            posts.assign(person, unit, PostKind.CARETAKER, by=by, at=at, note=note, by_letter=True)
            row.unit, row.account_name = unit, account.username
            _decide(row, ApplicationState.CONFIRMED, "", by, at)
    except accounts.AccountRefused as refusal:
        raise ApplicationRefused(_("用户名“%(name)s”不能使用：%(why)s请换一个用户名后确认，并告知申请人。") % {
            "name": username, "why": refusal,
        }) from refusal  # fmt: skip
    return Confirmed(row, unit, account, password)


def give_back(application: UnitApplication, words: str, *, by: Person, at: datetime.datetime) -> UnitApplication:
    """Return it, saying what is wanting; the unit files anew.

    Raises:
        ApplicationRefused: decided already, or lapsed.
    """
    with transaction.atomic():
        row = _waiting(application, at)
        _decide(row, ApplicationState.RETURNED, words, by, at)
    return row


def _waiting(application: UnitApplication, at: datetime.datetime) -> UnitApplication:
    row = UnitApplication.objects.select_for_update(of=("self",)).select_related("division").get(pk=application.pk)
    if row.state != ApplicationState.WAITING:
        raise ApplicationRefused(_("该申请已经办理：%(state)s。") % {"state": row.get_state_display()})
    if row.lapses_at <= at:
        raise ApplicationRefused(_("该申请已经逾期失效，请单位重新申请。"))
    return row


def _read_by(row: UnitApplication, by: Person) -> None:
    """Whoever confirms has opened the letter, and says so by a tick: its record is looked for. At the counter they had it in their hands."""
    if row.letter is not None and row.filed_by_id != by.pk and unopened([row.letter], by):
        raise ApplicationRefused(
            _("您还没有打开授权书。请先在本页打开，核对单位名称、公章、受托人与申请一致，再确认。")
        )


def _unit(row: UnitApplication, by: Person, at: datetime.datetime) -> Unit:
    unit = Unit(
        name=row.name,
        kind=row.kind,
        division=row.division,
        uscc=row.uscc,
        address=row.address,
        contact=row.contact,
        phone=row.phone,
    )
    try:
        with transaction.atomic():
            unit.full_clean()
            unit.save()
    except (ValidationError, IntegrityError) as error:
        if Unit.objects.filter(uscc=row.uscc).exists():
            raise ApplicationRefused(already_registered()) from error
        raise ApplicationRefused(
            _("本行政区划内已有同名单位。请核对是否同一单位；不是的，退回申请并说明应当使用的全称。")
        ) from error
    config_changed(unit, differences({}, snapshot(unit)), by=by, at=at)
    return unit


def _account(
    row: UnitApplication, person: Person, username: str, by: Person, at: datetime.datetime
) -> tuple[Account, str]:
    if row.password:
        return accounts.open_with_hash(person, username, row.password, by=by, at=at), ""
    return accounts.open_account(person, username, by=by, at=at, by_letter=True)


def _decide(row: UnitApplication, state: ApplicationState, words: str, by: Person, at: datetime.datetime) -> None:
    before, had = row.state, bool(row.password)
    row.state, row.words, row.decided_by, row.decided_at, row.password = state, words, by, at, ""
    row.save(update_fields=["state", "words", "decided_by", "decided_at", "password", "unit", "account_name"])
    changes: dict[str, tuple[object, object]] = {"state": (before, str(state)), "words": ("", words)}
    if row.unit is not None:
        changes["unit"] = (None, str(row.unit.uuid))
    if had:
        changes["password"] = ("", "")  # sealed in the record: it says only that the hash is gone
    config_changed(row, changes, by=by, at=at)


_OPEN = (ApplicationState.WAITING, ApplicationState.RETURNED)


def sweep(at: datetime.datetime) -> int:
    """Let those lapse whose time has run out by `at`; how many there were."""
    due = UnitApplication.objects.filter(state__in=_OPEN, lapses_at__lte=at)
    return sum(_lapse(pk, at) for pk in due.values_list("pk", flat=True))


def _lapse(pk: int, at: datetime.datetime) -> bool:
    with transaction.atomic():
        row = UnitApplication.objects.select_for_update(of=("self",)).select_related("letter").get(pk=pk)
        if row.state not in _OPEN:
            return False
        before, letter = row.state, row.letter
        row.state, row.letter, row.password = ApplicationState.LAPSED, None, ""
        row.save(update_fields=["state", "letter", "password"])
        config_changed(row, {"state": (before, str(row.state)), "password": ("", "")}, by=None, at=at)
        if letter is not None:
            remove_paper(letter, by=None, at=at, reason="unit application lapsed")
    return True
