"""A finding goes its way: the person who looked is asked and explains, another one judges; an incident is settled (S7, N25)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from custodes.access.looks.review.showing import all_hidden, shown
from custodes.access.looks.stepping import Taken, as_seen, move_finding
from custodes.access.models import FINDING_JUDGED_FROM, FINDING_OPEN, FindingState, LookFinding
from custodes.law.clauses.registry import UnknownClause, find
from custodes.law.grounds.stating import says_something
from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.people.scope import scope_for, within
from custodes.places.lifecycle.stepping import StepRefused

_S = FindingState
OPEN = tuple(one.value for one in FINDING_OPEN)
JUDGED_FROM = FINDING_JUDGED_FROM


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


def of_own(person: Person) -> QuerySet[LookFinding]:
    """Findings about the person's own looks: what the house holds against somebody they may read and answer."""
    return LookFinding.objects.filter(person=person)


def openable(person: Person, at: datetime) -> QuerySet[LookFinding]:
    """All whose page the person may open."""
    return LookFinding.objects.filter(
        Q(pk__in=reviewed_by(person, at).values("pk")) | Q(pk__in=of_own(person).values("pk"))
    )


def ask(row: LookFinding, taken: Taken) -> LookFinding:
    """Whoever looked is asked to explain.

    Raises:
        StepRefused: not theirs to judge, not the time, nobody to ask, or somebody took a step since the page was opened.
    """
    with transaction.atomic():
        row = _judged_by(row, taken)
        if row.state not in (_S.WAITING, _S.EXPLAINED) or row.person is None:
            raise StepRefused(_("现为“%(state)s”，不能要求说明。") % {"state": row.get_state_display()})
        return _move(row, "ask", taken, "S7")


def explain(row: LookFinding, taken: Taken) -> LookFinding:
    """In the words of whoever looked.

    Raises:
        StepRefused: not about them, explained or judged already, nothing said, or a step since the page was opened.
    """
    assert taken.by is not None
    if not says_something(taken.words):
        raise StepRefused(_("请写明为什么查看。"))
    with transaction.atomic():
        row = _locked(row)
        if row.person_id != taken.by.pk:
            raise StepRefused(_("由查看的本人说明。"))
        as_seen(row, taken.seen)
        if row.state not in (_S.WAITING, _S.ASKED):
            raise StepRefused(_("现为“%(state)s”，不能说明。") % {"state": row.get_state_display()})
        row.explanation = taken.words.strip()
        return _move(row, "explain", taken, "S7")


def in_order(row: LookFinding, taken: Taken) -> LookFinding:
    """There was good reason for it.

    Raises:
        StepRefused: not theirs to judge, not the time, no reason, or a step since the page was opened.
    """
    return _judge(row, "in_order", taken, "S7")


def incident(row: LookFinding, taken: Taken, clause: str) -> LookFinding:
    """There was none: an incident, with the clause that was not kept.

    Raises:
        StepRefused: not theirs to judge, not the time, no reason, a clause that is not in the book, or a step since the page was
            opened.
    """
    try:
        clause = find(clause).id
    except UnknownClause:
        raise StepRefused(
            _("“%(clause)s”不是本系统收录的条款。请填写例如 S7、S35(2)、N16.2(3)。") % {"clause": clause[:20]}
        ) from None
    return _judge(row, "incident", taken, clause)


def settle(row: LookFinding, taken: Taken) -> LookFinding:
    """What was done about an incident.

    Raises:
        StepRefused: not theirs to judge, no incident, nothing said, or a step since the page was opened.
    """
    if not says_something(taken.words):
        raise StepRefused(_("请写明如何处置。"))
    with transaction.atomic():
        row = _judged_by(row, taken)
        if row.state != _S.INCIDENT:
            raise StepRefused(_("现为“%(state)s”，不能登记处置。") % {"state": row.get_state_display()})
        return _move(row, "settle", taken, row.clause or "S7")


def _judge(row: LookFinding, event: str, taken: Taken, clause: str) -> LookFinding:
    if not says_something(taken.words):
        raise StepRefused(_("请写明判定的理由。"))
    with transaction.atomic():
        row = _judged_by(row, taken)
        if row.state not in JUDGED_FROM:
            raise StepRefused(_("现为“%(state)s”，不能判定。") % {"state": row.get_state_display()})
        row.judged_by, row.judged_at = taken.by, taken.at
        row.clause = clause if event == "incident" else ""
        return _move(row, event, taken, clause)


def _move(row: LookFinding, event: str, taken: Taken, clause: str) -> LookFinding:
    assert taken.by is not None
    # Whoever reads the log of this person reads of no look that the person did not see.
    [seen] = shown([row], taken.by, taken.at)
    move_finding(row, event, replace(taken, words=taken.words.strip()), (clause,), seen.leaves)
    return row


def _locked(row: LookFinding) -> LookFinding:
    return LookFinding.objects.select_for_update(of=("self",)).select_related("person", "unit").get(pk=row.pk)


def _judged_by(row: LookFinding, taken: Taken) -> LookFinding:
    assert taken.by is not None
    row = _locked(row)
    if row.person_id == taken.by.pk:
        raise StepRefused(_("查看的本人不能判定自己的查看（第七条）。请由另一名复核人员办理。"))
    if not reviewed_by(taken.by, taken.at).filter(pk=row.pk).exists():
        raise StepRefused(_("该事项不在您的复核范围内。"))
    as_seen(row, taken.seen)
    return row
