"""Confirming an application, which makes the unit and lets its applicant in, or returning it with words."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from custodes.people import accounts, posts
from custodes.people.applying.filing import already_registered
from custodes.people.applying.refused import ApplicationRefused
from custodes.people.models import Account, ApplicationState, Person, PostKind, Unit, UnitApplication
from custodes.people.papers.opening import unopened
from custodes.people.records import config_changed, differences, snapshot


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
            account, password = _account(row, person, username, by, at)
            note = _("委托办理备案授权书，受理编号 %(receipt)s") % {"receipt": row.receipt}
            posts.assign(person, unit, PostKind.CARETAKER, by=by, at=at, note=note)
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
    return accounts.open_account(person, username, by=by, at=at)


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
