"""Deciding: a second person confirms it, and only then it counts; or says no; or whoever asked takes it back.

A one-time password is made here, behind the confirmation: whoever asked for the account or the reset never sees it. Post, account, unit
or person is locked before the entrustment, as everybody does who ends one (`posts.end`, `accounts.close_account`), so that of two who decide
at once the second finds it decided.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.people import accounts, waiting_changes
from custodes.people.entrusting import (
    EntrustmentRefused,
    decided,
    fewer_confirmed,
    locked_waiting,
    watch_confirmed,
    watch_dropped,
    why_not,
)
from custodes.people.models import Account, Entrustment, EntrustmentKind, EntrustmentState, Person, Post, Unit
from custodes.people.posts import end_waiting, misplaced
from custodes.people.records import config_changed, plain, record_language
from custodes.people.two_persons import why_not_alone


def confirm(row: Entrustment, *, by: Person, at: datetime.datetime, sealed: bool = False) -> str:
    """Let it count; the one-time password of an account or a reset, to be handed to the person at once, else empty.

    Args:
        sealed: the password goes on a sealed sheet and is shown on no page; said with the confirmation.

    Raises:
        EntrustmentRefused: decided already, one's own, of another's reach, by somebody who is no other person than who asked, or
            there is nothing left to confirm.
    """
    with transaction.atomic():
        _lock_subject(row)
        row = locked_waiting(row)
        if why := why_not(row, by, at):
            raise EntrustmentRefused(why)
        password = ""
        if row.kind == EntrustmentKind.POST:
            _confirm_post(row, by, at)
        elif row.kind == EntrustmentKind.WATCH:
            _confirm_watch(row, by, at)
        elif row.kind == EntrustmentKind.ALONE:
            _confirm_alone(row, at)
        elif row.kind == EntrustmentKind.UNIT:
            waiting_changes.apply_unit_change(row, by=by, at=at)
        elif row.kind == EntrustmentKind.MOVE:
            waiting_changes.apply_move(row, by=by, at=at)
        elif row.kind == EntrustmentKind.FEWER:
            fewer_confirmed.send(sender=Entrustment, row=row, by=by, at=at)
        else:
            password = _with_password(row, by, at)
        with record_language():
            words = _("密封打印") if sealed and password else ""
        decided(row, EntrustmentState.CONFIRMED, words, by, at)
    return password


def refuse(row: Entrustment, words: str, *, by: Person, at: datetime.datetime) -> None:
    """Say no, with the reason: what was asked for never counts.

    Raises:
        EntrustmentRefused: as `confirm`, or no reason is given.
    """
    if not words.strip():
        raise EntrustmentRefused(_("请写明不予确认的理由。"))
    with transaction.atomic():
        _lock_subject(row)
        row = locked_waiting(row)
        if why := why_not(row, by, at):
            raise EntrustmentRefused(why)
        _drop(row, EntrustmentState.REFUSED, words.strip(), by, at)


def withdraw(row: Entrustment, *, by: Person, at: datetime.datetime) -> None:
    """Take back what one asked for oneself.

    Raises:
        EntrustmentRefused: decided already, or somebody else's.
    """
    with transaction.atomic():
        _lock_subject(row)
        row = locked_waiting(row)
        if row.made_by_id != by.pk:
            raise EntrustmentRefused(_("只有提出人可以撤回。需要阻止的，请不予确认。"))
        _drop(row, EntrustmentState.WITHDRAWN, "", by, at)


def _lock_subject(row: Entrustment) -> None:
    if row.post_id is not None:
        Post.objects.select_for_update(of=("self",)).get(pk=row.post_id)
    elif row.account_id is not None:
        Account.objects.select_for_update(of=("self",)).filter(pk=row.account_id).first()
    elif row.unit_id is not None:
        # Not its key: who adds a row that refers to the unit, as an approval its hold, is not in the way.
        Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=row.unit_id)
    elif row.kind == EntrustmentKind.MOVE:
        Person.objects.select_for_update(of=("self",)).get(pk=row.person_id)


def _confirm_post(row: Entrustment, by: Person, at: datetime.datetime) -> None:
    assert row.post_id is not None
    post = Post.objects.select_related("unit__division").get(pk=row.post_id)
    if post.ended_at is not None or (post.valid_until is not None and post.valid_until <= at):
        raise EntrustmentRefused(_("该岗位已经终止或者到期，不需要确认。需要的，请重新分配。"))
    if why := misplaced(post.kind, post.unit):
        raise EntrustmentRefused(why)
    before = post.valid_from
    post.awaits = False
    # It counted at no moment before: what is asked later about the time between has to find it so.
    post.valid_from = max(before, at)
    post.save(update_fields=["awaits", "valid_from"])
    changes: dict[str, tuple[object, object]] = {"awaits": (True, False)}
    if post.valid_from != before:
        changes["valid_from"] = (plain(before), plain(post.valid_from))
    config_changed(post, changes, by=by, at=at)


def _confirm_watch(row: Entrustment, by: Person, at: datetime.datetime) -> None:
    if not any(answer for _receiver, answer in watch_confirmed.send(sender=Entrustment, row=row, by=by, at=at)):
        raise EntrustmentRefused(_("该岗位已不再指定值守本系统，不需要确认。"))


def _confirm_alone(row: Entrustment, at: datetime.datetime) -> None:
    if why := why_not_alone(row, at):
        raise EntrustmentRefused(why)


def _with_password(row: Entrustment, by: Person, at: datetime.datetime) -> str:
    account = row.account
    if account is None:
        raise EntrustmentRefused(_("该账号已不存在，不需要确认。"))
    if row.kind == EntrustmentKind.ACCOUNT:
        return accounts.begin_account(account, by=by, at=at)
    return accounts.give_password(account, second_factor=row.second_factor, by=by, at=at)


def _drop(row: Entrustment, state: EntrustmentState, words: str, by: Person, at: datetime.datetime) -> None:
    account, row.account = row.account, None if row.kind == EntrustmentKind.ACCOUNT else row.account
    decided(row, state, words, by, at)
    if row.kind == EntrustmentKind.ACCOUNT and account is not None:
        accounts.drop_account(account, by=by, at=at)
    elif row.kind == EntrustmentKind.POST and row.post_id is not None:
        end_waiting(Post.objects.select_related("person", "unit").get(pk=row.post_id), by=by, at=at)
    elif row.kind == EntrustmentKind.WATCH:
        watch_dropped.send(sender=Entrustment, row=row, by=by, at=at)
