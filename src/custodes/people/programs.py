"""Programs of partners: entered by a system administrator, let in by a security administrator, with keys that are shown once.

A program acts with the posts of one person, within one division and the scopes that it was given: what it may do is never more
than what that person may do (decision 0210). Everything that happens to it, and every call of it, is on record.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.people.independence import why_not_independent
from custodes.people.models import (
    ADMINISTRATORS,
    Account,
    Division,
    Person,
    Post,
    Program,
    ProgramKey,
    ProgramScope,
    ProgramState,
)
from custodes.people.permissions import Permission
from custodes.people.records import config_changed, differences, record, snapshot
from custodes.people.scope import persons_in, scope_for
from custodes.settings import get_settings

MARK = "csk_"
"""Begins every key, so that log lines can be masked and people see what it is."""
_PREFIX = string.ascii_lowercase + string.digits
MOST_KEYS = 5
PER_MINUTE = (1, 600)


class ProgramRefused(Exception):
    """It can't be done; the text says why, for the person."""


@dataclass(frozen=True)
class ProgramWish:
    """A program that is asked for."""

    name: str
    person: Person
    division: Division
    scopes: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class OpenedKey:
    """A key that opens something now."""

    program: Program
    key: ProgramKey

    @property
    def person(self) -> Person:
        """With whose posts it acts."""
        return self.program.person


@dataclass(frozen=True)
class Shut:
    """A key that was one and opens nothing any more; a key that never was has none of these."""

    program: Program
    key: ProgramKey
    why: str


def digest_of(secret: str) -> str:
    """What is kept of a key. It is random and long: a plain hash can't be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def ask(wanted: ProgramWish, by: Person, at: datetime.datetime) -> Program:
    """Enter a program; it waits for the security administrator.

    Raises:
        ProgramRefused: division or person are not within reach, the person is an administrator or has no post, or no scope is given.
    """
    scope = scope_for(by, Permission.MANAGE_PROGRAMS, at)
    if not scope.sees_division(wanted.division):
        raise ProgramRefused(_("只能在您管理的行政区划之内登记接入程序。"))
    _check_person(wanted.person, at)
    if not persons_in(scope).filter(pk=wanted.person.pk).exists():
        raise ProgramRefused(_("负责人不在您管理的单位之内。"))
    known = {one.value for one in ProgramScope}
    if not wanted.scopes or set(wanted.scopes) - known:
        raise ProgramRefused(_("请至少选择一项权限。"))
    with transaction.atomic():
        row = Program.objects.create(
            name=wanted.name,
            person=wanted.person,
            division=wanted.division,
            scopes=sorted(set(wanted.scopes)),
            why=wanted.why,
            asked_by=by,
            asked_at=at,
        )
        config_changed(row, differences({}, snapshot(row)) | {"state": ("", row.state)}, by=by, at=at)
    return row


def decide(program: Program, *, approve: bool, words: str, by: Person, at: datetime.datetime) -> Program:
    """Let it in, or say no with words.

    Raises:
        ProgramRefused: one's own, decided already, out of reach, or a refusal without words.
    """
    with transaction.atomic():
        row = _locked(program)
        if by.pk in (row.asked_by_id, row.person_id):
            raise ProgramRefused(_("登记人和负责人不能批准自己的接入程序，请由另一人办理。"))
        if row.state != ProgramState.WAITING:
            raise ProgramRefused(_("该申请已经办理。"))
        if why := why_not_independent(by, row.asked_by_id, at) or why_not_independent(by, row.person_id, at):
            raise ProgramRefused(why)
        if not scope_for(by, Permission.APPROVE_PROGRAMS, at).sees_division(row.division):
            raise ProgramRefused(_("不在您管理的行政区划之内。"))
        if not approve and not words:
            raise ProgramRefused(_("请写明不批准的理由。"))
        if approve:
            _check_person(row.person, at)
        row.decided_by, row.decided_at, row.decided_words = by, at, words
        _move(row, ProgramState.APPROVED if approve else ProgramState.REFUSED, by, at)
    return row


def end(program: Program, by: Person, at: datetime.datetime) -> Program:
    """Stop it; all its keys are dead at once.

    Raises:
        ProgramRefused: it is over already.
    """
    with transaction.atomic():
        # Keys before their program, as every write of a program holds them (`hold`).
        list(ProgramKey.objects.select_for_update().filter(program=program, revoked_at__isnull=True).order_by("pk"))
        row = _locked(program)
        if row.state not in (ProgramState.WAITING, ProgramState.APPROVED):
            raise ProgramRefused(_("该接入程序已经停用。"))
        row.ended_by, row.ended_at = by, at
        _move(row, ProgramState.ENDED, by, at)
        for key in row.keys.filter(revoked_at__isnull=True):
            _revoke(key, by, at)
    return row


def issue(program: Program, *, days: int, per_minute: int, by: Person, at: datetime.datetime) -> tuple[ProgramKey, str]:
    """A new key and its secret, which is shown this once and kept nowhere.

    Args:
        days: how long it holds.
        per_minute: requests that it may make in a minute.

    Raises:
        ProgramRefused: the program was not let in, it has enough keys, or a number is out of bounds.
    """
    with transaction.atomic():
        row = _locked(program)
        if row.state != ProgramState.APPROVED:
            raise ProgramRefused(_("批准以后才能发放密钥。"))
        if not 1 <= days <= get_settings().program_key_days:
            words = _("有效期应当在 1 日至 %(days)d 日之间。")
            raise ProgramRefused(words % {"days": get_settings().program_key_days})
        if not PER_MINUTE[0] <= per_minute <= PER_MINUTE[1]:
            raise ProgramRefused(_("每分钟请求数应当在 %(least)d 至 %(most)d 之间。") % {"least": PER_MINUTE[0], "most": PER_MINUTE[1]})  # fmt: skip
        if row.keys.filter(revoked_at__isnull=True, expires_at__gt=at).count() >= MOST_KEYS:
            raise ProgramRefused(_("最多 %(count)d 个有效密钥。请先吊销不用的。") % {"count": MOST_KEYS})
        prefix = "".join(secrets.choice(_PREFIX) for _each in range(8))
        secret = f"{MARK}{prefix}_{secrets.token_urlsafe(32)}"
        key = ProgramKey.objects.create(
            program=row,
            prefix=prefix,
            digest=digest_of(secret),
            issued_by=by,
            issued_at=at,
            expires_at=at + datetime.timedelta(days=days),
            per_minute=per_minute,
        )
        told = {"key": (None, prefix), "expires_at": (None, key.expires_at), "per_minute": (None, per_minute)}
        config_changed(row, told, by=by, at=at)
    return key, secret


def revoke(key: ProgramKey, by: Person, at: datetime.datetime) -> None:
    """Make a key dead.

    Raises:
        ProgramRefused: it is already.
    """
    with transaction.atomic():
        row = ProgramKey.objects.select_for_update(of=("self",)).select_related("program").get(pk=key.pk)
        if row.revoked_at is not None:
            raise ProgramRefused(_("该密钥已经吊销。"))
        _revoke(row, by, at)


def opened_by(secret: str, at: datetime.datetime) -> OpenedKey | Shut | None:
    """What this key opens now: nothing when it never was one, `Shut` when it is revoked, has run out, or nobody stands behind it."""
    if not secret.startswith(MARK):
        return None
    rows = ProgramKey.objects.filter(digest=digest_of(secret))
    key = rows.select_related("program__person__unit", "program__division").first()
    if key is None:
        return None
    program = key.program
    why = ""
    if key.revoked_at is not None:
        why = "revoked"
    elif not key.stands(at):
        why = "expired"
    elif program.state != ProgramState.APPROVED:
        why = "ended"
    elif not _has_lawful_post(program.person, at):
        why = "no post"
    return Shut(program, key, why) if why else OpenedKey(program, key)


class ProgramShut(Exception):
    """The key opens nothing any more."""


def hold(opened: OpenedKey | Shut, at: datetime.datetime) -> None:
    """Ask once more inside the transaction of a write, with the key's row held: what was revoked meanwhile writes nothing.

    Raises:
        ProgramShut: it was revoked, has run out, or nobody stands behind it any more.
    """
    key = ProgramKey.objects.select_for_update(of=("self",)).select_related("program__person").get(pk=opened.key.pk)
    program = key.program
    if not key.stands(at) or program.state != ProgramState.APPROVED or not _has_lawful_post(program.person, at):
        raise ProgramShut(_("该密钥已经吊销或者过期，或者程序已经停用。"))


def note_call(
    opened: OpenedKey | Shut,
    *,
    call: str,
    method: str,
    scope: str,
    about: str,
    rows: int,
    status: int,
    at: datetime.datetime,
) -> None:
    """Put one call on record: which program, with whose posts, what it asked for and how many rows it was given.

    Args:
        call: the operation's name, ``systems``; no address.
        about: the row that was asked for or made; empty for a list.
        rows: how many were given.
        status: of the answer, as HTTP has it.
    """
    with transaction.atomic():
        record(
            "program.called",
            at=at,
            program=opened.program.uuid,
            key=opened.key.prefix,
            person=opened.program.person.uuid,
            call=call,
            method=method,
            scope=scope,
            about=about,
            rows=rows,
            status=status,
        )
        ProgramKey.objects.filter(pk=opened.key.pk).update(last_used_at=at)


def _check_person(person: Person, at: datetime.datetime) -> None:
    if Post.objects.open().filter(person=person, kind__in=ADMINISTRATORS).exists():
        raise ProgramRefused(_("系统、安全、审计管理员不能作为程序的负责人。"))
    if not Post.objects.valid(at).filter(person=person).exists():
        raise ProgramRefused(_("负责人没有有效岗位。"))


def _has_lawful_post(person: Person, at: datetime.datetime) -> bool:
    """An open account and a post, none of an administrator: whoever was shut out, or became one since, lends nothing to a program."""
    if not Account.objects.filter(person=person, is_active=True).exists():
        return False
    kinds = set(Post.objects.valid(at).filter(person=person).values_list("kind", flat=True))
    return bool(kinds) and not kinds & ADMINISTRATORS


def _revoke(key: ProgramKey, by: Person, at: datetime.datetime) -> None:
    key.revoked_at, key.revoked_by = at, by
    key.save(update_fields=["revoked_at", "revoked_by"])
    config_changed(key.program, {"key": (key.prefix, None)}, by=by, at=at)


def _move(row: Program, state: ProgramState, by: Person, at: datetime.datetime) -> None:
    before, row.state = row.state, state
    row.save()
    config_changed(row, {"state": (before, state.value), "decided_words": ("", row.decided_words)}, by=by, at=at)


def _locked(program: Program) -> Program:
    rows = Program.objects.select_for_update(of=("self",)).select_related("person", "division")
    return rows.get(pk=program.pk)


def scopes_in_order(scopes: Iterable[str]) -> list[str]:
    """As the list of scopes has them."""
    held = set(scopes)
    return [one.value for one in ProgramScope if one.value in held]
