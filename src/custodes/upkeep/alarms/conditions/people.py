"""Posts at units at which they can't be held; what was newly put into a person's or a unit's hands; and what one did that takes two.

A misplaced post was given before assignments asked (`people.posts`), or its unit was changed since.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from custodes.people.models import DoneAlone, Entrustment, EntrustmentKind, Post
from custodes.people.permissions import POST_PERMISSIONS, POWER_OVER_FOOTAGE
from custodes.people.posts import POST_UNITS
from custodes.people.two_persons import STEPS
from custodes.upkeep.alarms.condition import Condition, ConditionSource
from custodes.upkeep.alarms.kinds.people import (
    ACCOUNT_OPENED,
    ALONE_DECLARED,
    ALONE_STEP,
    DONE_ALONE,
    ENTRUSTMENT,
    FEWER_APPROVALS,
    PASSWORD_RESET,
    PERSON_MOVED,
    POST_GIVEN,
    POST_MISPLACED,
    UNIT_CHANGED,
    WATCH_GIVEN,
)

SAID_FOR = timedelta(days=7)
"""So long it is said; once seen the alarm stands until a person closes it, and a watch that was off for days misses none."""

_KINDS = {
    EntrustmentKind.ACCOUNT: ACCOUNT_OPENED,
    EntrustmentKind.RESET: PASSWORD_RESET,
    EntrustmentKind.POST: POST_GIVEN,
    EntrustmentKind.WATCH: WATCH_GIVEN,
    EntrustmentKind.ALONE: ALONE_DECLARED,
    EntrustmentKind.MOVE: PERSON_MOVED,
    EntrustmentKind.UNIT: UNIT_CHANGED,
    EntrustmentKind.FEWER: FEWER_APPROVALS,
}
_POWERFUL = [kind.value for kind, permissions in POST_PERMISSIONS.items() if permissions & POWER_OVER_FOOTAGE]


def misplaced_posts(now: datetime) -> Iterator[Condition]:
    """Those that count now or will: one alarm a post, so that each is seen to."""
    wrong = Q(pk__in=[])
    for kind, held in POST_UNITS.items():
        right = Q(unit__kind__in=held.units, unit__division__kind__in=held.levels)
        wrong |= Q(kind=kind) & ~right
    rows = Post.objects.open().filter(wrong).exclude(valid_until__lte=now).select_related("person", "unit")
    for post in rows.order_by("pk"):
        name = f"{post.person.name} · {post.get_kind_display()} · {post.unit.name}"
        yield Condition(POST_MISPLACED, f"post:{post.uuid}", name[:200], post.valid_from)


def newly_entrusted(now: datetime) -> Iterator[Condition]:
    """From the moment at which one has asked for it, whether or not a second has confirmed it since."""
    rows = Entrustment.objects.filter(made_at__gt=now - SAID_FOR, kind__in=list(_KINDS))
    rows = rows.filter(Q(post__isnull=True) | Q(post__kind__in=_POWERFUL))
    for row in rows.select_related("person__unit", "made_by").order_by("made_at", "pk"):
        # Of a unit and of a move the words say which units; of what else a person gets they don't.
        said = row.unit_id is not None or row.kind == EntrustmentKind.MOVE
        whose = row.person.name if said else f"{row.person.name} · {row.person.unit.name}"
        name = f"{whose} · {row.about}"
        facts = {"made_by": row.made_by.name}
        yield Condition(_KINDS[EntrustmentKind(row.kind)], f"{ENTRUSTMENT}{row.uuid}", name[:200], row.made_at, facts)


def lately_done_alone(now: datetime) -> Iterator[Condition]:
    """Each step that takes two and that one did on a declaration: an alarm of its own."""
    rows = DoneAlone.objects.filter(at__gt=now - SAID_FOR).select_related("declaration__person", "declaration__unit")
    for row in rows.order_by("at", "pk"):
        said = row.declaration
        unit = said.unit.name if said.unit else ""
        name = f"{said.person.name} · {unit} · {STEPS[row.step].name} · {row.about}"
        yield Condition(
            DONE_ALONE, f"{ALONE_STEP}{said.uuid}:{row.pk}", name[:200], row.at, {"made_by": said.person.name}
        )


SOURCE = ConditionSource("posts", (POST_MISPLACED,), misplaced_posts, timedelta(minutes=1))
ENTRUSTED = ConditionSource("entrustments", tuple(_KINDS.values()), newly_entrusted)
ALONE = ConditionSource("alone", (DONE_ALONE,), lately_done_alone)
