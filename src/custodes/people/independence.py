"""Who counts as *another person*, wherever two have to act.

Two rows are not two people: whoever enters persons, appoints them and opens their accounts could act as all of them. Whom one has
entrusted with something within `CUSTODES_INDEPENDENT_DAYS` is therefore nobody else for them, and nor are they for whom they have
entrusted. That holds for the one who made the step, and for the one who confirmed it and was handed the password.

It holds along the line: whom one has made may have made others since, for the same hand. Two whom the same person has made are two:
a security administrator makes all, and nobody could act beside anybody. A link of a post with a system and a move to another unit make
nobody, and end the line.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.law.grounds.ground import Unmet
from custodes.people.models import Entrustment, EntrustmentKind, EntrustmentState, Person
from custodes.settings import get_settings

#: Roles are told apart, and what two have to do is done by two (S33.1).
CLAUSE = "S33.1"

_GONE = (EntrustmentState.REFUSED, EntrustmentState.WITHDRAWN)
_WITH_PASSWORD = (EntrustmentKind.ACCOUNT, EntrustmentKind.RESET)
_MAKES = (EntrustmentKind.PERSON, EntrustmentKind.POST, *_WITH_PASSWORD)
"""What makes a person, or puts one into another's hands."""

BOUND = Unmet(
    CLAUSE,
    "其中一人的登记、岗位、账号或者密码近期由另一人办理，两人不视为相互独立的两人",
    "one of the two has lately entered, appointed, opened an account for or given a password to the other: they are no two independent people",
    "请由其他人员办理，或者在规定的日数以后办理",
    "let somebody else act, or wait until that is long enough ago",
)
"""For guards that gather what is unmet; where a refusal is a sentence, `why_not_independent` says whose step it was, and until when."""


def independent(first: Person | int | None, second: Person | int | None, at: datetime.datetime) -> bool:
    """Whether these two are two people at this moment: different ones, and neither of the other's making.

    Args:
        first, second: persons or their keys; nobody (None) is another person than everybody.
        at: the moment at which the second acts.
    """
    one, other = _key(first), _key(second)
    return one is None or other is None or other not in party(one, at)


def party(person: Person | int, at: datetime.datetime) -> frozenset[int]:
    """The keys of all who are no other person for this one, and the person's own."""
    own = _key(person)
    assert own is not None
    near = list(_given(_recent(at).filter(Q(made_by=own) | Q(decided_by=own) | Q(person=own))))
    return frozenset({own}) | _along(own, near, at, made=True) | _along(own, near, at, made=False)


_Giving = tuple[int, int, datetime.datetime, str]


def _along(own: int, near: Collection[_Giving], at: datetime.datetime, *, made: bool) -> set[int]:
    """Whom this person has made and whom those have made since, and so on; or who has made this person, and who those before.

    A further link asks once; where nobody has made anybody lately nothing is asked.

    Args:
        near: all that this person gave or was given.
    """
    found: set[int] = set()
    makers: dict[int, datetime.datetime] = {}
    ends: dict[int, datetime.datetime | None] = {own: None}
    given: Iterable[_Giving] = near
    while ends:
        further: dict[int, datetime.datetime | None] = {}
        for giver, holder, when, kind in given:
            end, far = (giver, holder) if made else (holder, giver)
            if end not in ends or far == own:
                continue
            bound_at = ends[end]
            # Who was made later can't have been behind what was done before.
            if bound_at is not None and (when < bound_at if made else when > bound_at):
                continue
            found.add(far)
            if kind not in _MAKES:
                continue
            # A later link with a system, or a later making, hides none that reaches further.
            known = makers.get(far)
            if known is None or (when < known if made else when > known):
                makers[far] = further[far] = when
        ends = further
        if ends:
            handed = Q(decided_by__in=list(ends), kind__in=_WITH_PASSWORD)
            rows = _recent(at).filter(Q(made_by__in=list(ends)) | handed if made else Q(person__in=list(ends)))
            given = _given(rows.filter(kind__in=_MAKES))
    return found


def _given(rows: QuerySet[Entrustment]) -> Iterator[_Giving]:
    """Who has put something into whose hands, when, and of which kind: who made the step, and who was handed the password."""
    names = ("person", "made_by", "made_at", "decided_by", "decided_at", "kind")
    for holder, maker, made_at, second, decided_at, kind in rows.values_list(*names):
        yield maker, holder, made_at, kind
        if second is not None and kind in _WITH_PASSWORD:
            yield second, holder, decided_at or made_at, kind


def bound(person: Person | int | None, others: Collection[int | None], at: datetime.datetime) -> tuple[Unmet, ...]:
    """`BOUND` where one of the others is a different person and yet no other one for this."""
    own = _key(person)
    wanted = {key for key in others if key is not None and key != own}
    if own is None or not wanted:
        return ()
    return (BOUND,) if wanted & party(own, at) else ()


def why_not_independent(first: Person | int | None, second: Person | int | None, at: datetime.datetime) -> str:
    """Which rule says that they are not, and what to do; empty where they are two people."""
    one, other = _key(first), _key(second)
    if one is None or other is None:
        return ""
    if one == other:
        return _("须由两人办理，同一人不能办理两步（%(clause)s）。请由另一人办理。") % {"clause": CLAUSE}
    row = _bond(one, other, at)
    days = get_settings().independent_days
    if row is None:
        if other not in party(one, at):
            return ""
        return _(
            "其中一人的登记、岗位、账号或者密码，由另一人 %(days)d 日内所任命、开户的人员办理，两人不视为相互独立的两人（%(clause)s）。"
            "请由其他人员办理。"
        ) % {"days": days, "clause": CLAUSE}
    latest = max(row.made_at, row.decided_at or row.made_at)
    by = row.made_by if row.made_by_id in (one, other) or row.decided_by is None else row.decided_by
    return _(
        "%(person)s的“%(what)s”是%(by)s于 %(day)s 办理的，%(days)d 日内两人不视为相互独立的两人（%(clause)s）。"
        "请由其他人员办理，或者于 %(free)s 以后办理。"
    ) % {
        "person": row.person.name,
        "what": row.get_kind_display(),
        "by": by.name,
        "day": timezone.localdate(latest),
        "days": days,
        "clause": CLAUSE,
        "free": timezone.localdate(latest + datetime.timedelta(days=days)),
    }


def _recent(at: datetime.datetime) -> QuerySet[Entrustment]:
    since = at - datetime.timedelta(days=get_settings().independent_days)
    return Entrustment.objects.filter(Q(made_at__gt=since) | Q(decided_at__gt=since)).exclude(state__in=_GONE)


def _bond(one: int, other: int, at: datetime.datetime) -> Entrustment | None:
    """The latest step by which one of the two has put something into the other's hands."""
    made = Q(person=other, made_by=one) | Q(person=one, made_by=other)
    handed = Q(person=other, decided_by=one) | Q(person=one, decided_by=other)
    rows = _recent(at).filter(made | (handed & Q(kind__in=_WITH_PASSWORD)))
    return rows.select_related("person", "made_by", "decided_by").order_by("-made_at", "-pk").first()


def _key(person: Person | int | None) -> int | None:
    return person.pk if isinstance(person, Person) else person
