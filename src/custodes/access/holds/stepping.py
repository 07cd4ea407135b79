"""The steps of a hold after it was placed: reviewed, its release asked, declined, confirmed by another person (S33.2a, R5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from custodes.access.holds import delivering, telling
from custodes.access.holds.awaited import refuse_before_handover
from custodes.access.holds.placing import CLAUSES, LONGEST_REVIEW_DAYS, HoldRefused
from custodes.access.models import Hold, HoldState, HoldStep
from custodes.people.models import Paper, Person
from custodes.people.records import record
from custodes.places.models.lifecycle import Cleared

_RECORDS = {
    "review": "hold.reviewed",
    "ask_release": "hold.release.asked",
    "decline_release": "hold.release.declined",
    "confirm_release": "hold.released",
}


@dataclass(frozen=True, slots=True)
class Said:
    """Who takes a step, when, why, by which document.

    Attributes:
        number: of the document on which it rests.
        papers: what was handed in with it.
    """

    by: Person
    at: datetime
    reason: str
    number: str = ""
    papers: tuple[Paper, ...] = ()


def review(hold: Hold, review_on: date, said: Said) -> Hold:
    """It is still needed; somebody looks again on `review_on`.

    Raises:
        HoldRefused: it is released, no reason is given, or the day is not ahead or too far.
    """
    today = timezone.localdate(said.at)
    if not today < review_on <= today + timedelta(days=LONGEST_REVIEW_DAYS):
        raise HoldRefused(_("复核日期应当在明天以后、一年以内。"))
    with transaction.atomic():
        row = _locked(hold)
        row.review_on = review_on
        _move(row, "review", said, review_on=review_on)
    return row


def ask_release(hold: Hold, said: Said) -> Hold:
    """The first of two says that it may end. It goes on holding.

    Raises:
        HoldRefused: not the time for it, no reason or no document is given, or the request that it rests on waits for its hand-over.
    """
    if not said.number:
        raise HoldRefused(_("请写明解除保全所依据的文书编号。"))
    with transaction.atomic():
        row = _locked(hold)
        refuse_before_handover(row)
        row.begin_release(said.by, said.at)
        _move(row, "ask_release", said)
    return row


def decline_release(hold: Hold, said: Said) -> Hold:
    """It goes on: the second says no, or the first takes it back.

    Raises:
        HoldRefused: not the time for it, or no reason is given.
    """
    with transaction.atomic():
        row = _locked(hold)
        row.release_by = row.release_asked_at = None
        _move(row, "decline_release", said)
    return row


def confirm_release(hold: Hold, said: Said) -> Hold:
    """The second of two lets it end; the workers are told, and from then on retention decides.

    Raises:
        HoldRefused: not the time for it, no reason is given, the person is the one who asked, or the request that it rests on waits
            for its hand-over.
    """
    with transaction.atomic():
        row = _locked(hold)
        refuse_before_handover(row, confirms=True)
        first = row.release_by
        if first is not None and first.pk == said.by.pk:
            raise HoldRefused(_("解除保全须经两人：提请解除的人不能自己确认，请由另一人办理。"))
        row.released_by, row.released_at = said.by, said.at
        row.version += 1
        _move(row, "confirm_release", said, asked_by=first.uuid if first is not None else "")
        telling.address(row)
        delivering.settle(row, said.at)
        delivering.soon(row)
    return row


def _locked(hold: Hold) -> Hold:
    return Hold.objects.select_for_update(of=("self",)).select_related("release_by").get(pk=hold.pk)


def _move(row: Hold, event: str, said: Said, **more: Any) -> None:
    """Change the state, and keep step and record.

    Raises:
        HoldRefused: no reason is given, or it is not the time for this.
        RuntimeError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a step is taken in one transaction with its guards")
    if not said.reason.strip():
        raise HoldRefused(_("请写明理由。"))
    before = row.state
    try:
        getattr(row, event)(Cleared(event, row.pk))
    except TransitionNotAllowed as error:
        state = dict(HoldState.choices)[before]
        raise HoldRefused(_("该保全现为“%(state)s”，不能这样办理。") % {"state": state}) from error
    row.save()
    on = timezone.localdate(said.at)
    kept = record(
        _RECORDS[event],
        at=said.at,
        hold=row.pk,
        by=said.by.uuid,
        before=before,
        after=row.state,
        on=on,
        reason=said.reason,
        number=said.number,
        clauses=CLAUSES,
        papers=[paper.sha256 for paper in said.papers],
        **more,
    )
    step = HoldStep.objects.create(
        hold=row,
        event=event,
        before=before,
        after=row.state,
        on=on,
        reason=said.reason,
        number=said.number,
        clauses=list(CLAUSES),
        by=said.by,
        at=said.at,
        record=kept,
    )
    step.papers.set(said.papers)
