"""What puts power into a person's hands takes two: one asks, a second of another line confirms (`confirming.py`). Here it is asked, and here
stands who may confirm: the audit administrator, or the leader of the person's own unit.

What is of a unit itself, a declaration that one acts alone there or fewer approvals, is confirmed by a leader there or above. What a
unit is and under whom it stands decides who sees how far: the audit alone confirms that. Whose unit a person is of decides who their
leader is: a leader of the unit that they are of confirms a move, and none of the one that they would come to.

The leader is who decides there: the holder of the approver's post at the person's unit or at one above it in the tree. A new password
is shown to whoever confirms it: it is confirmed only by somebody within whose reach all the person's posts lie, and an administrator's
by the audit alone.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.utils.translation import gettext as _

from custodes.people.independence import why_not_independent
from custodes.people.models import (
    ADMINISTRATORS,
    Account,
    Entrustment,
    EntrustmentKind,
    EntrustmentState,
    Person,
    Post,
    PostKind,
)
from custodes.people.models.account import held_posts
from custodes.people.permissions import Permission
from custodes.people.records import config_changed
from custodes.people.scope import scope_of, within

#: A link of a post with a system was confirmed, or will not be: `places` lets it count, or removes it. Arguments: ``row``, ``by``, ``at``.
watch_confirmed, watch_dropped = Signal(), Signal()
#: Fewer approvals at a unit were confirmed: `access` sets them. Arguments: ``row``, ``by``, ``at``.
fewer_confirmed = Signal()


class EntrustmentRefused(Exception):
    """It can't be confirmed, refused or taken back; the text says why, for the person."""


def ask(
    kind: EntrustmentKind, person: Person, *, by: Person, at: datetime.datetime, settled: bool = False, **what: Any
) -> Entrustment:
    """Keep that `by` puts this into the person's hands.

    Args:
        settled: it needs nobody to confirm it: a name that was entered opens nothing, and what a unit's sealed letter asks for
            the unit has asked for.
        what: `post`, `account`, `unit`, `wanted`, `until`, `about`, `reason`, `second_factor` of `Entrustment`.
    """
    state = EntrustmentState.CONFIRMED if settled else EntrustmentState.WAITING
    row = Entrustment.objects.create(kind=kind, person=person, made_by=by, made_at=at, state=state, **what)
    told: dict[str, tuple[Any, Any]] = {
        "kind": ("", str(kind)),
        "person": ("", str(person.uuid)),
        "about": ("", row.about),
        "state": ("", str(state)),
    }
    if row.reason:
        told["reason"] = ("", row.reason)
    if row.second_factor:
        told["second_factor"] = (False, True)
    if row.unit is not None:
        told["unit"] = ("", str(row.unit.uuid))
    if row.until is not None:
        told["until"] = ("", str(row.until))
    config_changed(row, told, by=by, at=at)
    return row


def decided(row: Entrustment, state: EntrustmentState, words: str, by: Person | None, at: datetime.datetime) -> None:
    """Write down how it ended, on record. The caller holds the row's lock."""
    before = row.state
    row.state, row.words, row.decided_by, row.decided_at = state, words, by, at
    row.save(update_fields=["state", "words", "decided_by", "decided_at", "account"])
    changes: dict[str, tuple[Any, Any]] = {"state": (before, str(state))}
    if words:
        changes["words"] = ("", words)
    config_changed(row, changes, by=by, at=at)


def locked_waiting(row: Entrustment) -> Entrustment:
    """The row under its lock, while it still waits. Locks are taken in this order: post, account, unit or person, then this.

    Raises:
        EntrustmentRefused: somebody else has decided it, or taken it back.
    """
    rows = Entrustment.objects.select_for_update(of=("self",)).select_related("person__unit", "made_by", "account")
    fresh = rows.get(pk=row.pk)
    if fresh.state != EntrustmentState.WAITING:
        raise EntrustmentRefused(_("该事项已经办理：%(state)s。") % {"state": fresh.get_state_display()})
    return fresh


def drop_of_post(post: Post, *, by: Person | None, at: datetime.datetime) -> None:
    """The post ends: nothing of it waits any more. The caller holds the post's lock."""
    rows = Entrustment.objects.select_for_update(of=("self",)).filter(post=post, state=EntrustmentState.WAITING)
    for row in rows.order_by("pk"):
        decided(row, EntrustmentState.WITHDRAWN, "", by, at)
        if row.kind == EntrustmentKind.WATCH:
            watch_dropped.send(sender=Entrustment, row=row, by=by, at=at)


def drop_of_account(account: Account, *, by: Person | None, at: datetime.datetime) -> None:
    """The account is closed: no reset of it waits any more. The caller holds the account's lock."""
    rows = Entrustment.objects.select_for_update(of=("self",)).filter(
        account=account, kind=EntrustmentKind.RESET, state=EntrustmentState.WAITING
    )
    for row in rows:
        decided(row, EntrustmentState.WITHDRAWN, "", by, at)


DECLARERS = (Permission.APPROVE_CHANGES, Permission.MANAGE_SHARING)
"""Whose posts may declare that they act alone: those of the steps of `two_persons.ALONE`."""
ASKERS = (
    Permission.MANAGE_ACCOUNTS,
    Permission.MANAGE_POSTS,
    Permission.MANAGE_PLACES,
    Permission.MANAGE_UNITS,
    Permission.REFUSE_REQUESTS,
    Permission.APPROVE_REQUESTS,
    *DECLARERS,
)
READERS = (Permission.CONFIRM_PEOPLE, *ASKERS)
"""Whose posts open these pages; which rows are on them is asked of each (`visible`)."""


def confirmable(person: Person, at: datetime.datetime) -> QuerySet[Entrustment]:
    """What this person may look at here, decided or not: of persons, and of posts at units, within their reach."""
    led = Q(pk__in=[])
    for post in held_posts(person, at, {PostKind.APPROVER}):
        own = Q(unit__path__startswith=post.unit.path) & ~Q(kind__in=ADMINISTRATORS)
        led |= Q(unit__path__startswith=post.unit.path) & ~Q(kind=EntrustmentKind.UNIT)
        led |= (
            Q(unit__isnull=True, person__unit__path__startswith=post.unit.path)
            & (Q(post__isnull=True) | Q(post__unit__path__startswith=post.unit.path))
            & ~_password_beyond(own, at)
        )
    # Administrators are confirmed by the line that audits them alone.
    led &= Q(post__isnull=True) | ~Q(post__kind__in=ADMINISTRATORS)
    scope = scope_of(person, at, kinds=[PostKind.AUDIT_ADMIN])
    audited = Q(unit__isnull=True) & within(scope, "person__unit")
    audited &= Q(post__isnull=True) | within(scope, "post__unit")
    audited |= Q(unit__isnull=False) & within(scope, "unit")
    return Entrustment.objects.filter(led | (audited & ~_password_beyond(within(scope), at)))


def _password_beyond(reach: Q, at: datetime.datetime) -> Q:
    """A password for somebody who holds, or is to hold, a post that is not of these."""
    posts = Post.objects.open().exclude(valid_until__lte=at).exclude(reach)
    kinds = (EntrustmentKind.ACCOUNT, EntrustmentKind.RESET)
    return Q(kind__in=kinds, person__in=posts.values("person"))


def visible(person: Person, at: datetime.datetime) -> QuerySet[Entrustment]:
    """What they may confirm, and what they asked for or decided themselves."""
    own = Q(made_by=person) | Q(decided_by=person)
    return Entrustment.objects.filter(Q(pk__in=confirmable(person, at).values("pk")) | own)


def why_not(row: Entrustment, by: Person, at: datetime.datetime) -> str:
    """Why this person can't confirm it, with what to do; empty where they can."""
    if row.state != EntrustmentState.WAITING:
        return _("该事项已经办理：%(state)s。") % {"state": row.get_state_display()}
    if row.person_id == by.pk:
        return _("不能确认给自己的授权事项。请由审计管理员或者本单位其他审批人确认。")
    if not confirmable(by, at).filter(pk=row.pk).exists():
        if row.kind == EntrustmentKind.UNIT:
            return _("单位类别、隶属的变更由审计管理员确认。请由其办理。")
        if row.unit_id is not None:
            return _("该事项由审计管理员，或者该单位及其上级单位的审批人确认。请由他们办理。")
        if row.kind == EntrustmentKind.MOVE:
            return _(
                "所在单位的变更由审计管理员，或者该人员现所在单位及其上级单位的审批人确认，拟调入单位的审批人不能确认。请由他们办理。"
            )
        return _("该事项由审计管理员，或者该人员所在单位的审批人确认。请由他们办理。")
    return why_not_independent(by, row.made_by_id, at)
