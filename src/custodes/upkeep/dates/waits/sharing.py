"""What waits in joining systems and platforms: directories and grants for another person (S25, S33.1), links for the office's next step (S22,
S23), cooperation requests for a unit's answer, and late or answered for the office (S24). All of it is one question of the database.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, DateField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.people.models import Unit
from custodes.people.permissions import Permission
from custodes.sharing.models import (
    Cooperation,
    CooperationState,
    Directory,
    GrantState,
    Link,
    LinkGrant,
    LinkState,
    Verb,
)
from custodes.sharing.offices import joining_offices
from custodes.upkeep.dates.asking import Asking, Some, Waits, first_of

_COMING = (LinkState.ASKED, LinkState.EXAMINED, LinkState.TESTED, LinkState.SUSPENDED)
_ANSWERED = (CooperationState.AGREED, CooperationState.DECLINED)
_ORDER = ("directory", "link_grant", "cooperation", "link")
"""Of what has no day: what another person waits for goes before what was answered, and that before the next step of a link."""
Line = tuple[str, UUID, UUID, str, str, str, date | None, int]
"""Kind, key, key of its page, name, number, state, day, place in `_ORDER`."""


def gather(asking: Asking) -> list[Some[Waits]]:
    """By one question, besides which offices are the person's."""
    today = timezone.localdate(asking.at)
    parts: list[QuerySet[Any, Any]] = []
    if Permission.MANAGE_SHARING in asking.may:
        mine = joining_offices(asking.person, asking.at)
        parts += _of_office(asking, mine, today)
    if Permission.ANSWER_SHARING in asking.may:
        rows = Cooperation.answerable_by(asking.person, asking.at).filter(state=CooperationState.ASKED)
        parts.append(_cooperations(rows))
    if not parts:
        return []
    rows_of_all = parts[0].union(*parts[1:]) if parts[1:] else parts[0]
    # What has a day first, on every database: SQLite would put the others before it, and the first of many would not be among the first.
    pressing = rows_of_all.order_by(F("w_day").asc(nulls_last=True), "w_order", "w_number")
    return [first_of(pressing, asking.most, lambda line: _told(line, today))]


def _of_office(asking: Asking, mine: QuerySet[Unit], today: date) -> list[QuerySet[Any, Any]]:
    links = Link.objects.filter(office__in=mine)
    grants = LinkGrant.objects.filter(link__office__in=mine, state=GrantState.PROPOSED, until_on__gte=today)
    late = Q(state=CooperationState.ASKED, due__lt=today) | Q(state__in=_ANSWERED)
    return [
        _lines(Directory.awaiting(asking.person, asking.at, mine), "directory", F("pk"), F("unit__name"), Cast("version", CharField())),
        _lines(
            links.filter(state__in=_COMING), "link", F("pk"), Coalesce("platform__name", "system__name"), F("number"),
            F("test_on"),
        ),
        _lines(
            grants.exclude(proposed_by=asking.person), "link_grant", F("link"), F("link__platform__name"), F("verb")
        ),
        _cooperations(Cooperation.objects.filter(late, office__in=mine)),
    ]  # fmt: skip


def _cooperations(rows: QuerySet[Cooperation]) -> QuerySet[Any, Any]:
    # Of one that was answered the promised day; of one that waits its last day.
    promised = Case(When(state=CooperationState.ASKED, then=F("due")), default=F("promised_on"))
    return _lines(rows, "cooperation", F("pk"), F("unit__name"), F("number"), promised)


def _lines(rows: QuerySet[Any], kind: str, page: Any, name: Any, number: Any, day: Any = None) -> QuerySet[Any, Any]:
    none = Value(None, output_field=DateField())
    told: QuerySet[Any, Any] = rows.order_by().annotate(
        w_kind=Value(kind, output_field=CharField()), w_page=page, w_name=name, w_number=number, w_day=day or none,
        w_order=Value(_ORDER.index(kind)),
    )  # fmt: skip
    return told.values_list("w_kind", "pk", "w_page", "w_name", "w_number", "state", "w_day", "w_order")


def _told(line: Line, today: date) -> Waits:
    kind, _pk, page, name, number, state, day, _order = line
    return _TOLD[kind](page, name, number, state, day, today)


def _directory(page: UUID, name: str, number: str, state: str, day: date | None, today: date) -> Waits:
    words = _("待批准的应当接入目录：%(unit)s第 %(version)d 版") % {"unit": name, "version": int(number)}
    return Waits("directory", words, "", reverse("sharing:directory", args=[page]))


def _link(page: UUID, name: str, number: str, state: str, day: date | None, today: date) -> Waits:
    words = _("联网%(state)s：%(name)s") % {"state": LinkState(state).label, "name": name}
    return Waits("link", words, number, reverse("sharing:link", args=[page]), day, day is not None and day < today)


def _grant(page: UUID, name: str, number: str, state: str, day: date | None, today: date) -> Waits:
    words = _("待批准的联网授权：%(name)s") % {"name": name}
    return Waits("link_grant", words, str(Verb(number).label), reverse("sharing:link", args=[page]) + "#grants")


def _cooperation(page: UUID, name: str, number: str, state: str, day: date | None, today: date) -> Waits:
    words = _("配合联网请求%(state)s：%(unit)s") % {"state": CooperationState(state).label, "unit": name}
    late = state == CooperationState.ASKED and day is not None and day < today
    return Waits("cooperation", words, number, reverse("sharing:cooperation", args=[page]), day, late)


_TOLD: dict[str, Callable[[UUID, str, str, str, date | None, date], Waits]] = {
    "directory": _directory,
    "link": _link,
    "link_grant": _grant,
    "cooperation": _cooperation,
}
