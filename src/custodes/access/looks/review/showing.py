"""Whose findings a person judges, which they may open (S7, N25), and what of one is shown to whom: of looks that are kept from a reader neither
places in the log nor figures (decision 0287).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.access.looks.reach import readable_looks
from custodes.access.models import FindingKind, Grant, LookFinding
from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.people.scope import scope_for, within
from custodes.places.models import Camera

KINDS = dict(FindingKind.choices)


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """One finding for one reader.

    Attributes:
        leaves: places in the log that may be named to them.
        told: what was counted, in words; of the looks that they may read where others are kept from them.
    """

    row: LookFinding
    leaves: tuple[int, ...]
    told: str

    def looks(self) -> list[Grant]:
        """The looks at these places; they are of one person, whose finding it is."""
        if self.row.person_id is None:
            return []
        found = Grant.objects.filter(index__in=self.leaves, person=self.row.person_id)
        return list(found.prefetch_related("cameras").order_by("asked_at", "index"))


def shown(rows: Iterable[LookFinding], person: Person, at: datetime) -> list[ShownFinding]:
    """Of findings that they may open: a query or two for all of a page's. Whoever looked is shown all of it."""
    found = list(rows)
    hidden = _hidden([row for row in found if row.person_id != person.pk], person, at)
    return [_one(row, frozenset() if row.person_id == person.pk else hidden) for row in found]


def all_hidden(rows: QuerySet[LookFinding], person: Person, at: datetime) -> list[UUID]:
    """Findings of whose looks not one may be read: they are not the reader's matter yet."""
    readable = readable_looks(person, at, Permission.REVIEW_LOOKS)
    kept = Grant.objects.recorded().exclude(pk__in=readable.values("pk"))
    # Only of whom a look is kept back: of nobody, as a rule.
    suspects = list(rows.filter(person__in=kept.values("person")) | rows.filter(grant__in=kept.values("pk")))
    hidden = _hidden(suspects, person, at)
    told = set(
        readable.filter(index__in={leaf for row in suspects for leaf in _leaves(row)}).values_list("index", flat=True)
    )
    return [row.pk for row in suspects if (leaves := _leaves(row)) & hidden and not leaves & told]


def _one(row: LookFinding, hidden: frozenset[int]) -> ShownFinding:
    leaves = tuple(row.facts.get("leaves", ()))
    left = tuple(leaf for leaf in leaves if leaf not in hidden)
    if not _leaves(row) & hidden:
        return ShownFinding(row, leaves, figures(row))
    times = (
        Grant.objects.filter(index__in=left, person=row.person_id).order_by("asked_at", "index").values_list("asked_at")
    )
    seen = [timezone.localtime(one) for (one,) in times]
    if row.kind == FindingKind.ODD_HOUR and seen:
        told = _("%(count)d 次查看，最早一次在 %(hour)s") % {"count": len(seen), "hour": f"{seen[0]:%H:%M}"}
    else:
        told = _("%(figure)d 次查看") % {"figure": len(seen)}
    return ShownFinding(row, left, told)


def _hidden(rows: Sequence[LookFinding], person: Person, at: datetime) -> frozenset[int]:
    """Places in the log of looks that are kept from the reader."""
    leaves = {leaf for row in rows for leaf in _leaves(row)}
    if not leaves:
        return frozenset()
    found = Grant.objects.filter(index__in=leaves)
    told = readable_looks(person, at, Permission.REVIEW_LOOKS).filter(index__in=leaves)
    kept = found.exclude(pk__in=told.values("pk")).values_list("index", flat=True)
    return frozenset(leaf for leaf in kept if leaf is not None)


def _leaves(row: LookFinding) -> set[int]:
    """All that it names, the other account of a mismatch too."""
    named = {*row.facts.get("leaves", ()), row.facts.get("other"), row.grant.index if row.grant is not None else None}
    return {leaf for leaf in named if leaf is not None}


def reviewed_by(person: Person, at: datetime) -> QuerySet[LookFinding]:
    """Findings that a post of the person judges: of the staff within its scope, never about themselves, and never one all of whose
    looks are kept from them; of the others those looks are left out (`showing`)."""
    return not_hidden(within_scope(person, at), person, at)


def within_scope(person: Person, at: datetime) -> QuerySet[LookFinding]:
    """The same before it is asked what is kept from the person."""
    scope = scope_for(person, Permission.REVIEW_LOOKS, at)
    if not scope:
        return LookFinding.objects.none()
    theirs = Q(within(scope, "unit"))
    if scope.division_paths:
        # Somebody whom the register does not know is the matter of the police's own supervision.
        theirs |= Q(unit__isnull=True)
    return LookFinding.objects.filter(theirs).exclude(person=person)


def not_hidden(rows: QuerySet[LookFinding], person: Person, at: datetime) -> QuerySet[LookFinding]:
    """Of these those of whose looks at least one may be read, or that are about none."""
    return rows.exclude(pk__in=all_hidden(rows, person, at))


def openable(person: Person, at: datetime) -> QuerySet[LookFinding]:
    """All whose page the person may open: those that they judge, and those about their own looks, which they may read and answer."""
    return LookFinding.objects.filter(Q(pk__in=reviewed_by(person, at).values("pk")) | Q(person=person))


def figures(row: LookFinding) -> str:
    """What the rule counted, in words; empty where nothing is counted."""
    facts = row.facts
    counted = {"figure": facts.get("figure", 0), "limit": facts.get("limit", 0)}
    match row.kind:
        case FindingKind.ODD_HOUR:
            return _("%(count)d 次查看，最早一次在 %(hour)s") % {"count": facts["looks"], "hour": facts["hour"]}
        case FindingKind.MANY_LOOKS:
            return _("一小时内 %(figure)d 次，超过 %(limit)d 次") % counted
        case FindingKind.MANY_CAMERAS:
            return _("一小时内 %(figure)d 个点位，超过 %(limit)d 个") % counted
        case FindingKind.LONG_WATCHED:
            return _("当日查看 %(figure)d 小时，超过 %(limit)d 小时") % counted
        case FindingKind.SAME_CAMERA:
            name = Camera.objects.filter(pk=facts.get("camera")).values_list("name", flat=True).first()
            return _("%(camera)s当日单独查看 %(figure)d 次，超过 %(limit)d 次") % {"camera": name or "", **counted}
        case FindingKind.MANY_REFUSED:
            return _("当日被拒绝 %(figure)d 次，超过 %(limit)d 次") % counted
        case FindingKind.OWN_IMAGES:
            words = _("30 日内 %(figure)d 件本人影像申请核对画面后撤回或者答复没有本人，超过 %(limit)d 件：%(numbers)s")
            return words % {"numbers": facts.get("numbers", ""), **counted}
        case FindingKind.OFF_MATTER:
            words = _("%(figure)d 次查看超出所填案件、事件 %(matter)s 的点位或者时段")
            return words % {"matter": facts.get("matter", ""), **counted}
        case FindingKind.UNSTATED | FindingKind.BEYOND:
            return _("%(figure)d 次查看") % counted
        case _:
            return _two_accounts(facts)


def _two_accounts(facts: dict[str, Any]) -> str:
    leaf, other = facts.get("leaf"), facts.get("other")
    if other is None:
        return _("节点记录 #%(leaf)s，日志中此前没有相应的准予") % {"leaf": leaf}
    return _("节点记录 #%(leaf)s，与准予 #%(other)s 不符") % {"leaf": leaf, "other": other}
