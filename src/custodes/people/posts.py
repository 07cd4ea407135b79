"""Posts: assigning and ending them, and where each kind may be held: kind of post × kind of unit × level of the division, deny by default.

What a post may do (`permissions.py`) and how far it sees (`scope.py`) follow from its kind and its unit, so that a post of the police
at a bureau of education would open what only the police is charged with. Every assignment asks this table, and an alarm tells of posts
that were given before it did (`upkeep.alarms.conditions.people`).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from custodes.people import duty
from custodes.people.entrusting import ask, drop_of_post
from custodes.people.models import Division, EntrustmentKind, Person, Post, PostKind, Unit, UnitKind
from custodes.people.models.unit import NAMED_DEPARTMENTS, DivisionKind
from custodes.people.records import config_changed, differences, record_language, snapshot

#: A post was ended or ran out: `access` revokes what rests on it. Sent in the transaction that ends it, so that a receiver which calls
#: another process does so on commit. Arguments: ``post``, ``at``.
post_ended = Signal()

_POLICE = frozenset({UnitKind.PUBLIC_SECURITY})
_LEVELS = frozenset(DivisionKind)
#: S27: organs of investigation, procuratorates and courts, administrative organs and departments that deal with emergencies.
_ASKING = frozenset(
    {
        UnitKind.PUBLIC_SECURITY,
        UnitKind.STATE_SECURITY,
        UnitKind.JUDICIAL,
        UnitKind.GOVERNMENT,
        UnitKind.OTHER_DEPARTMENT,
        UnitKind.PARK,
        *NAMED_DEPARTMENTS,
    }
)


@dataclass(frozen=True)
class HeldAt:
    """Where a kind of post may be held.

    Attributes:
        units: kinds of units.
        levels: kinds of divisions in which the unit stands.
        clause: what it rests on; empty for posts that any unit has.
    """

    units: frozenset[UnitKind] = frozenset(UnitKind)
    levels: frozenset[DivisionKind] = _LEVELS
    clause: str = ""


#: Whoever runs a system watches, tends and answers for it; an installation of a unit's own has its own administrators.
_ANYWHERE = HeldAt()

POST_UNITS: Mapping[PostKind, HeldAt] = {
    PostKind.DUTY_OFFICER: _ANYWHERE,
    PostKind.DUTY_LEAD: _ANYWHERE,
    PostKind.CARETAKER: _ANYWHERE,
    PostKind.APPROVER: _ANYWHERE,
    PostKind.AGENCY_OFFICER: HeldAt(_ASKING, clause="S27"),
    # Filings go to the police of county or city (S16.2); a park's office of the police stands in their place. The region's takes none.
    PostKind.CLERK: HeldAt(_POLICE, _LEVELS - {DivisionKind.REGION}, "S16.2a"),
    PostKind.INSPECTOR: HeldAt(_POLICE, clause="S36"),
    PostKind.SYSTEM_ADMIN: _ANYWHERE,
    PostKind.SECURITY_ADMIN: _ANYWHERE,
    PostKind.AUDIT_ADMIN: _ANYWHERE,
}


def may_be_held(kind: str, unit_kind: str, level: str) -> bool:
    """Whether a post of this kind may be held at a unit of this kind in a division of this level; an unknown post nowhere."""
    held = POST_UNITS.get(kind)  # type: ignore[call-overload]
    return held is not None and unit_kind in held.units and level in held.levels


def misplaced(kind: str, unit: Unit) -> str:
    """Why a post of this kind can't be held at this unit, with the rule and what to do; empty where it can."""
    division: Division = unit.division
    if may_be_held(kind, unit.kind, division.kind):
        return ""
    held = POST_UNITS.get(kind)  # type: ignore[call-overload]
    if held is None:
        return _("没有这种岗位。请从列表中选择。")
    said = {
        "post": PostKind(kind).label,
        "unit": unit.name,
        "kind": unit.get_kind_display(),
        "level": division.get_kind_display(),
        "clause": held.clause,
    }
    if unit.kind in held.units:
        return (
            _(
                "%(post)s不能设在%(level)s一级的%(unit)s（%(clause)s）：备案由市、县（区）公安机关受理。请选择受理备案的公安机关。"
            )
            % said
        )
    if kind == PostKind.AGENCY_OFFICER:
        return (
            _(
                "%(post)s不能设在%(unit)s（%(kind)s）：依法查阅、调取的是侦查、检察、审判机关和行政机关（%(clause)s）。"
                "请选择办案机关；单位类别登记有误的，先由系统管理员更正。"
            )
            % said
        )
    return (
        _(
            "%(post)s不能设在%(unit)s（%(kind)s）：该岗位只设在公安机关（%(clause)s）。"
            "请选择公安机关；单位类别登记有误的，先由系统管理员更正。"
        )
        % said
    )


def another_remains(person: Person, at: datetime.datetime) -> bool:
    """Whether a security administrator without an end date remains when this person is none any more.

    Called inside the transaction that ends a post or closes an account, before it locks anything else: whoever would do
    the same at this moment waits here and sees afterwards what was done.
    """
    posts = Post.objects.open().filter(kind=PostKind.SECURITY_ADMIN).order_by("pk")
    list(posts.select_for_update(of=("self",)).values_list("pk", flat=True))
    others = Post.objects.valid(at).filter(
        kind=PostKind.SECURITY_ADMIN, valid_until__isnull=True, person__account__is_active=True
    )
    return others.exclude(person_id=person.pk).exists()


class PostRefused(Exception):
    """The post can't be assigned or ended; the text says why, for the person."""


def assign(
    person: Person,
    unit: Unit,
    kind: str,
    *,
    by: Person | None,
    at: datetime.datetime,
    valid_from: datetime.datetime | None = None,
    valid_until: datetime.datetime | None = None,
    note: str = "",
    by_letter: bool = False,
) -> Post:
    """Give a person a post; it waits for a second person when one assigns it.

    Args:
        person: who gets it.
        unit: where.
        kind: a `PostKind`.
        by: who assigns it; None for the installation's own commands.
        at: now.
        valid_from: from when it counts; now when None.
        valid_until: until when; open when None.
        note: the order or decision that it rests on.
        by_letter: the unit has asked for it by its sealed letter, so that it counts at once.

    Raises:
        PostRefused: own post, a unit at which it can't be held, two administrators in one hand, held already, or an impossible span.
    """
    if by is not None and by.pk == person.pk:
        raise PostRefused(_("不能给自己分配岗位，请由另一名安全管理员办理。"))
    if why := misplaced(kind, unit):
        raise PostRefused(why)
    try:
        with transaction.atomic():
            Person.objects.select_for_update().get(pk=person.pk)
            _close_run_out(person, at)
            post = Post(
                person=person,
                unit=unit,
                kind=kind,
                valid_from=valid_from or at,
                valid_until=valid_until,
                note=note,
                awaits=by is not None and not by_letter,
            )
            post.full_clean()
            post.save()
            config_changed(post, differences({}, snapshot(post)), by=by, at=at)
            if by is not None:
                with record_language():
                    about = str(post)
                ask(
                    EntrustmentKind.POST,
                    person,
                    by=by,
                    at=at,
                    settled=by_letter,
                    post=post,
                    about=about,
                    reason=note,
                )
            return post
    except ValidationError as error:
        raise PostRefused(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise PostRefused(_("该人员已有同样的岗位，或者已任另一管理员岗位。")) from error


def end(post: Post, *, by: Person | None, at: datetime.datetime) -> Post:
    """End a post now; a duty session on it ends with it.

    Raises:
        PostRefused: it has ended already, or nobody would be left to manage accounts.
    """
    with transaction.atomic():
        last = post.kind == PostKind.SECURITY_ADMIN and not another_remains(post.person, at)
        post = Post.objects.select_for_update(of=("self",)).select_related("person", "unit").get(pk=post.pk)
        if post.ended_at is not None:
            raise PostRefused(_("该岗位已经终止。"))
        if last and post.is_valid(at):
            raise PostRefused(_("这是最后一名在任的安全管理员。请先任命另一名，再终止这一岗位。"))
        _end(post, by=by, at=at)
        return post


def end_waiting(post: Post, *, by: Person, at: datetime.datetime) -> None:
    """End a post that never counted; called inside the transaction that holds its lock and decides about it."""
    if post.ended_at is None:
        _end(post, by=by, at=at)


def sweep(at: datetime.datetime) -> int:
    """Write down the end of posts whose time has run out by `at`; how many there were."""
    ended = 0
    for pk in Post.objects.open().filter(valid_until__lte=at).values_list("pk", flat=True):
        with transaction.atomic():
            post = Post.objects.select_for_update(of=("self",)).select_related("person", "unit").get(pk=pk)
            if post.ended_at is None:
                _end(post, by=None, at=at, ended_at=post.valid_until)
                ended += 1
    return ended


def _close_run_out(person: Person, at: datetime.datetime) -> None:
    for post in Post.objects.open().filter(person=person, valid_until__lte=at).select_related("person", "unit"):
        _end(post, by=None, at=at, ended_at=post.valid_until)


def _end(post: Post, *, by: Person | None, at: datetime.datetime, ended_at: datetime.datetime | None = None) -> None:
    before = snapshot(post)
    post.ended_at = ended_at or at
    post.ended_by = by
    post.save(update_fields=["ended_at", "ended_by"])
    config_changed(post, differences(before, snapshot(post)), by=by, at=at)
    drop_of_post(post, by=by, at=at)
    duty.end_for_post(post, at=at)
    post_ended.send(sender=Post, post=post, at=at)
