"""The steps that take two persons: one table of all, which of them one person may do on a declaration, and how that is marked.

Power over footage takes two without exception: who sees it, gives it away, holds or deletes it, whether it comes to be, and who may
decide that. So does what leaves for another platform or lets a program in. What is left may be done by one person (一人办理) of a unit
that has no second, after a recorded declaration that somebody else has confirmed; while a second holds such a post there, it may not.

A declaration is an `Entrustment` of the kind ALONE: its person may act alone at its unit until its last day. What was done on it is a
`DoneAlone`, marked in the step's own words, and an alarm before those who audit.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.law.grounds.stating import says_something
from custodes.people.entrusting import EntrustmentRefused, ask, confirmable
from custodes.people.models import DoneAlone, Entrustment, EntrustmentKind, EntrustmentState, Person, Post, Unit
from custodes.people.models.account import held_posts
from custodes.people.permissions import POST_PERMISSIONS, Permission
from custodes.people.records import config_changed, record_language

MOST_DAYS = 365
"""So long a declaration counts at most; the need for it is looked at again each year."""

MARK = "（一人办理）"
"""Stands before the words of a step that one person did, on its page, in its print and in its record, whatever language the page has."""


@dataclass(frozen=True, slots=True)
class TwoPersonStep:
    """One kind of step that takes two.

    Attributes:
        name: in words.
        guards: modules of `custodes` that ask `people.independence` for it.
        second: the permission by which another post of the unit would be the second; None: no declaration lets one person do it.
    """

    name: Promise
    guards: tuple[str, ...]
    second: Permission | None = None


STEPS: Mapping[str, TwoPersonStep] = {
    "entrust": TwoPersonStep(gettext_lazy("授权事项"), ("people.entrusting",)),
    "move": TwoPersonStep(gettext_lazy("变更人员所在单位"), ("people.entrusting",)),
    "program": TwoPersonStep(gettext_lazy("接入程序"), ("people.programs",)),
    "request": TwoPersonStep(
        gettext_lazy("查阅调取申请"), ("access.agency.facts", "access.agency.guards", "access.agency.approvals")
    ),
    "sitting": TwoPersonStep(gettext_lazy("两名工作人员在场查看"), ("access.agency.looking",)),
    "embargo": TwoPersonStep(gettext_lazy("暂缓告知"), ("access.looks.embargo",)),
    "look_review": TwoPersonStep(gettext_lazy("查看复核"), ("access.looks.review.case",)),
    "missing_review": TwoPersonStep(gettext_lazy("走失人员查看的复核"), ("access.missing.case",)),
    "hold_release": TwoPersonStep(gettext_lazy("解除保全"), ("access.holds.case",)),
    "release": TwoPersonStep(gettext_lazy("公共传播"), ("access.release.facts", "access.release.guards")),
    "plan": TwoPersonStep(gettext_lazy("中断计划、采集声音、停用点位"), ("places.deciding",)),
    "doubt": TwoPersonStep(gettext_lazy("疑似禁止部位的认定"), ("places.doubts",)),
    "removal": TwoPersonStep(gettext_lazy("擅自拆除的认定"), ("places.removal.case",)),
    "change_recorded": TwoPersonStep(gettext_lazy("减少点位、改变功能或者存储期限的变更"), ("places.changes.case",)),
    "link": TwoPersonStep(gettext_lazy("启用联网"), ("sharing.links.case",)),
    "link_grant": TwoPersonStep(gettext_lazy("联网授权"), ("sharing.grants.case",)),
    "link_report": TwoPersonStep(gettext_lazy("报警、移动位置上报"), ("sharing.links.reporting",)),
    "change": TwoPersonStep(
        gettext_lazy("其他变更的审批"), ("places.changes.case",), second=Permission.APPROVE_CHANGES
    ),
    "directory": TwoPersonStep(
        gettext_lazy("应当接入目录的批准"), ("sharing.directory.case",), second=Permission.MANAGE_SHARING
    ),
}

ALONE: Mapping[str, TwoPersonStep] = {key: step for key, step in STEPS.items() if step.second is not None}


def steps_by_rule() -> tuple[list[Promise], list[Promise]]:
    """The names of those that always take two, and of those that one may do on a declaration."""
    return (
        [step.name for key, step in STEPS.items() if key not in ALONE],
        [step.name for step in ALONE.values()],
    )


def units_to_declare(person: Person, at: datetime.datetime) -> list[Unit]:
    """Units at which this person holds a post that a step of `ALONE` asks for, and nobody else does."""
    units = {post.unit_id: post.unit for step in ALONE.values() for post in _posts(person, step, at)}
    return [unit for unit in units.values() if _has_no_second(person, unit, at)]


def declare(person: Person, unit: Unit, reason: str, until: datetime.date, *, at: datetime.datetime) -> Entrustment:
    """Declare that the unit has no second for what this person does there. Nothing goes by one before somebody else has confirmed it.

    Args:
        until: its last day.

    Raises:
        EntrustmentRefused: there is a second, no such post is held there, no reason is given, the day is past or too far, or one waits.
    """
    today = timezone.localdate(at)
    if not says_something(reason):
        raise EntrustmentRefused(_("事由：请写明本单位为什么没有第二人。"))
    if not today < until <= today + datetime.timedelta(days=MOST_DAYS):
        raise EntrustmentRefused(_("有效期至：应当在今天以后、%(days)d 日以内。") % {"days": MOST_DAYS})
    if unit.pk not in {one.pk for one in units_to_declare(person, at)}:
        raise EntrustmentRefused(
            _(
                "单位：该单位还有其他人员可以办理，或者您在该单位没有可以办理的岗位，不能声明一人办理。请由两人办理（第三十三条第一款）。"
            )
        )
    with transaction.atomic():
        Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
        waiting = Entrustment.objects.filter(kind=EntrustmentKind.ALONE, person=person, unit=unit)
        if waiting.filter(state=EntrustmentState.WAITING).exists():
            raise EntrustmentRefused(_("该单位的一人办理声明正在等待确认，请等待确认或者先撤回。"))
        with record_language():
            about = _("%(unit)s，至 %(until)s") % {"unit": unit.name, "until": until}
        return ask(
            EntrustmentKind.ALONE, person, by=person, at=at, unit=unit, until=until, reason=reason.strip(), about=about
        )


def why_not_alone(row: Entrustment, at: datetime.datetime) -> str:
    """Why a declaration that waits can't be confirmed any more; empty where it can."""
    assert row.unit is not None
    assert row.until is not None
    if row.until < timezone.localdate(at):
        return _("声明的有效期已过，请重新声明。")
    if row.unit_id not in {one.pk for one in units_to_declare(row.person, at)}:
        return _("该单位现有其他人员可以办理，或者声明人已不任该岗位，不需要确认。请不予确认。")
    return ""


def declaration_for(step: str, person: Person, unit: Unit, at: datetime.datetime) -> Entrustment | None:
    """The declaration on which this person may do the step alone at this unit, or at one under it; None where it takes two.

    Args:
        step: of `STEPS`.
        unit: whose row the step is of.
    """
    if step not in ALONE:
        return None
    above = [int(part) for part in unit.path.split("/") if part]
    rows = Entrustment.objects.filter(
        kind=EntrustmentKind.ALONE,
        state=EntrustmentState.CONFIRMED,
        person=person,
        unit__in=above,
        until__gte=timezone.localdate(at),
    ).select_related("unit")
    held = {post.unit_id for post in _posts(person, ALONE[step], at)}
    for row in rows:
        # Nobody at the unit that was declared, nor at one between it and the row's.
        if row.unit_id in held and not _others(person, above[above.index(row.unit_id) :], ALONE[step], at):
            return row
    return None


def counts(row: Entrustment, at: datetime.datetime) -> bool:
    """Whether this is a declaration that lets one act alone now, as far as it goes by itself."""
    confirmed = row.kind == EntrustmentKind.ALONE and row.state == EntrustmentState.CONFIRMED
    return confirmed and row.until is not None and row.until >= timezone.localdate(at)


def end(row: Entrustment, *, by: Person, at: datetime.datetime) -> None:
    """End a declaration now, and any other of the same person at the same unit: whoever made it, and whoever could confirm it.

    Raises:
        EntrustmentRefused: it is none that counts, or not theirs to end.
    """
    with transaction.atomic():
        row = Entrustment.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if not counts(row, at):
            raise EntrustmentRefused(_("该声明没有生效或者已经终止，不需要终止。"))
        if row.person_id != by.pk and not confirmable(by, at).filter(pk=row.pk).exists():
            raise EntrustmentRefused(_("该声明由声明人、审计管理员，或者该单位及其上级单位的审批人终止。"))
        same = Entrustment.objects.select_for_update(of=("self",)).filter(
            kind=EntrustmentKind.ALONE, person=row.person_id, unit=row.unit_id
        )
        for one in same.order_by("pk"):
            if counts(one, at):
                before, one.until = one.until, timezone.localdate(at) - datetime.timedelta(days=1)
                one.save(update_fields=["until"])
                config_changed(one, {"until": (str(before), str(one.until))}, by=by, at=at)


def done_alone(
    declaration: Entrustment, step: str, row: object, about: str, *, by: Person, at: datetime.datetime
) -> DoneAlone:
    """Keep that one person did it, on record. In the caller's transaction; the caller marks the step's words with `MARK`."""
    kept = DoneAlone.objects.create(
        declaration=declaration,
        step=step,
        object=row._meta.label_lower,  # type: ignore[attr-defined]
        object_id=str(row.pk),  # type: ignore[attr-defined]
        about=about[:300],
        at=at,
    )
    told = {
        "declaration": (None, str(declaration.uuid)),
        "step": (None, step),
        "object": (None, kept.object),
        "object_id": (None, kept.object_id),
    }
    config_changed(kept, told, by=by, at=at)
    return kept


def _posts(person: Person, step: TwoPersonStep, at: datetime.datetime) -> tuple[Post, ...]:
    return held_posts(person, at, _kinds(step))


def _kinds(step: TwoPersonStep) -> list[str]:
    return [kind for kind, permissions in POST_PERMISSIONS.items() if step.second in permissions]


def _others(person: Person, units: Collection[int], step: TwoPersonStep, at: datetime.datetime) -> bool:
    return Post.objects.valid(at).filter(unit__in=units, kind__in=_kinds(step)).exclude(person=person).exists()


def _has_no_second(person: Person, unit: Unit, at: datetime.datetime) -> bool:
    """For one of the steps at least that the person's posts there let them do."""
    return any(
        unit.pk in {post.unit_id for post in _posts(person, step, at)} and not _others(person, [unit.pk], step, at)
        for step in ALONE.values()
    )
