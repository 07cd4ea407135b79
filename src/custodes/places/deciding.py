"""Two persons for what lowers or widens what is recorded: one asks, another decides, either may end it; each step on record.

The asker never decides. Whoever decides answers for every camera that is concerned: nobody decides about what another
unit records. What is asked for, and what has to be so, is the room's own: `planning` and `sound` bring their `DecisionRules`.

Rows of the register are held in one order, so that no two transactions wait for one another: the system and its case (a removal, a
change), cameras by their ids, what was asked for about them, gateways, nodes by their ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from custodes.people.independence import why_not_independent
from custodes.people.models import Person
from custodes.places.assignment import bump
from custodes.places.models import Camera, CameraState, Decided, Decision, Node
from custodes.places.register import record_change

Requested = TypeVar("Requested", bound=Decided)
Reach = Callable[[Person, datetime], QuerySet[Camera]]


class RequestRefused(Exception):
    """It can't be done; the text says why, for the person. `clauses` are those it rests on."""

    def __init__(self, text: str, clauses: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.clauses = clauses


@dataclass(frozen=True)
class DecisionRules:
    """What is special about a kind of request.

    Attributes:
        clause: on which it rests that two persons are needed.
        approvable: cameras about which a person may decide.
        endable: cameras of which a person may end what another asked for.
        before_approval: looks once more whether it may be, and makes room for it; raises `RequestRefused`.
    """

    clause: str
    approvable: Reach
    endable: Reach
    before_approval: Callable[[Any, Person, datetime], None]


def approve(row: Requested, rules: DecisionRules, by: Person, at: datetime, words: str = "") -> Requested:
    """Approve it.

    Raises:
        RequestRefused: it is one's own, no longer waits, has run out, or is not within the person's reach.
    """
    with transaction.atomic():
        row = _to_decide(row, rules, by, at)
        if row.over(at):
            raise RequestRefused(_("申请的时间已经过去，请重新申请。"))
        rules.before_approval(row, by, at)
        return _decide(row, Decision.APPROVED, by, at, words)


def refuse(row: Requested, rules: DecisionRules, by: Person, at: datetime, words: str) -> Requested:
    """Say no, with words.

    Raises:
        RequestRefused: as `approve`; or without words.
    """
    if not words:
        raise RequestRefused(_("请写明不批准的理由。"))
    with transaction.atomic():
        return _decide(_to_decide(row, rules, by, at), Decision.REFUSED, by, at, words)


def end(row: Requested, rules: DecisionRules, by: Person, at: datetime, words: str = "") -> Requested:
    """Take back what waits or has not begun; end what runs. Whoever asked may, and whoever may end another's.

    Raises:
        RequestRefused: it is over, was refused, or is neither one's own nor within one's reach.
    """
    with transaction.atomic():
        row = _locked(row)
        if row.asked_by_id != by.pk and not reaches(rules.endable(by, at), row.concerned()):
            raise RequestRefused(_("只有申请人和有权批准的人可以撤回、结束。"))
        if row.state not in (Decision.WAITING, Decision.APPROVED) or row.over(at):
            raise RequestRefused(_("已经办结，不能再撤回或者结束。"))
        return close(row, by, at, words)


def close(row: Requested, by: Person, at: datetime, words: str = "") -> Requested:
    """End it because something else does: a camera that is retired, a new request in the place of the former one."""
    before = row.state
    row.state = Decision.ENDED if row.begun(at) else Decision.WITHDRAWN
    row.ended_by, row.ended_at, row.ended_words = by, at, words
    row.save(update_fields=["state", "ended_by", "ended_at", "ended_words"])
    changes: dict[str, list[Any]] = {"state": [before, row.state], "ended_words": [None, words or None]}
    record_change(by, row._meta.label_lower, str(row.pk), changes, at)
    if before == Decision.APPROVED:
        tell_nodes(row.concerned())
    return row


@dataclass(frozen=True)
class DecisionStanding:
    """How a request stands at a moment, as a badge shows it."""

    badge: str
    label: str


def standing(row: Decided) -> DecisionStanding:
    """By its state alone."""
    if row.state == Decision.APPROVED:
        return DecisionStanding("fine", pgettext("计划的状态", "生效中"))
    badges = {Decision.WAITING.value: "attention", Decision.REFUSED.value: "danger"}
    return DecisionStanding(badges.get(row.state, "off"), str(row.get_state_display()))


def may_decide(row: Decided, rules: DecisionRules, by: Person, at: datetime) -> bool:
    """Whether this person may approve or refuse it: for a button; `approve` asks again."""
    waits = row.state == Decision.WAITING and row.asked_by_id != by.pk
    return waits and reaches(rules.approvable(by, at), row.concerned())


def may_end(row: Decided, rules: DecisionRules, by: Person, at: datetime) -> bool:
    """Whether this person may take it back or end it."""
    if row.state not in (Decision.WAITING, Decision.APPROVED) or row.over(at):
        return False
    return row.asked_by_id == by.pk or reaches(rules.endable(by, at), row.concerned())


def reaches(reach: QuerySet[Camera], cameras: Iterable[Camera]) -> bool:
    """Whether all of the cameras are connected and among those of `reach`."""
    wanted: set[UUID] = {camera.pk for camera in cameras}
    return reach.filter(pk__in=wanted, state=CameraState.CONNECTED).count() == len(wanted)


def _to_decide(row: Requested, rules: DecisionRules, by: Person, at: datetime) -> Requested:
    row = _locked(row)
    if row.asked_by_id == by.pk:
        raise RequestRefused(_("申请人不能批准自己的申请，请由另一人办理。"), (rules.clause,))
    if row.state != Decision.WAITING:
        raise RequestRefused(_("该申请已经办理。"))
    if why := why_not_independent(by, row.asked_by_id, at):
        raise RequestRefused(why, (rules.clause,))
    if not reaches(rules.approvable(by, at), row.concerned()):
        raise RequestRefused(_("其中有其他单位的点位，请由对全部点位负责的单位批准。"))
    return row


def _locked(row: Requested) -> Requested:
    """The row as it is now, held; its cameras before it, as whoever retires a camera or switches its sound off takes them."""
    keys = [camera.pk for camera in row.concerned()]
    list(Camera.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    return type(row)._default_manager.select_for_update().get(pk=row.pk)


def _decide(row: Requested, state: Decision, by: Person, at: datetime, words: str) -> Requested:
    before = row.state
    row.state, row.decided_by, row.decided_at, row.decided_words = state, by, at, words
    row.save(update_fields=["state", "decided_by", "decided_at", "decided_words"])
    changes: dict[str, list[Any]] = {"state": [before, state.value], "decided_words": [None, words or None]}
    record_change(by, row._meta.label_lower, str(row.pk), changes, at)
    if state == Decision.APPROVED:
        tell_nodes(row.concerned())
    return row


def tell_nodes(cameras: Iterable[Camera]) -> None:
    """Have the nodes of these cameras ask for their assignment anew."""
    bump(*Node.objects.filter(pk__in={camera.node_id for camera in cameras}))
