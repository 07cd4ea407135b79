"""Setting how many approve at a unit: more at once by one person, fewer by two, for fewer gives footage to whoever already approved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from custodes.access.agency.approvals import asks_for, choose, needed_at
from custodes.access.agency.case import note
from custodes.access.agency.deciding import awaited
from custodes.access.agency.facts import facts_of
from custodes.access.agency.reach import locked
from custodes.access.models import AgencyRequest, AgencyState, HolderApprovals
from custodes.law.grounds import agency
from custodes.people.entrusting import EntrustmentRefused, ask
from custodes.people.lawful import StepRefused
from custodes.people.models import Entrustment, EntrustmentKind, Person, Unit
from custodes.people.records import record_language
from custodes.settings import get_settings


def set_number(holder: Unit, count: int, *, by: Person, at: datetime) -> Entrustment | None:
    """Set how many approve at this unit; a lower number waits for a second person.

    Returns:
        What waits; None where the number counts at once.

    Raises:
        EntrustmentRefused: a lower number waits for a second already.
    """
    with transaction.atomic():
        holder = Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=holder.pk)
        now = _floor(holder, at)
        if count >= now:
            choose(holder, count, by, at)
            return None
        with record_language():
            about = _("%(unit)s：审批人数由 %(now)d 人调低为 %(count)d 人") % {
                "unit": holder.name,
                "now": now,
                "count": count,
            }
        try:
            with transaction.atomic():
                wanted = {"count": count, "was": now}
                return ask(EntrustmentKind.FEWER, by, by=by, at=at, unit=holder, wanted=wanted, about=about)
        except IntegrityError as error:
            raise EntrustmentRefused(_("本单位已有一项调低审批人数待确认，请等待确认或者先撤回。")) from error


def _floor(holder: Unit, at: datetime) -> int:
    """Below this a number is a lower one. Where nothing was chosen that is what holds with enough approvers, though few are there today."""
    chosen = HolderApprovals.objects.filter(unit=holder).values_list("count", flat=True).first()
    return chosen if chosen is not None else max(needed_at(holder, at), get_settings().law_holder_approvals)


def on_confirmed(sender: Any, row: Entrustment, by: Person, at: datetime, **more: Any) -> None:
    """A second person has confirmed a lower number: it counts, for what waits too. In the transaction of the confirmation.

    Raises:
        EntrustmentRefused: it was raised meanwhile: what is confirmed is what was asked for.
    """
    assert row.unit is not None
    if needed_at(row.unit, at) > int(row.wanted["was"]):
        raise EntrustmentRefused(_("提出以后审批人数已经调高。请不予确认，需要的重新提出。"))
    count = int(row.wanted["count"])
    choose(row.unit, count, by, at)
    with record_language():
        words = _("%(asked)s提出、%(by)s确认，本单位审批人数调低为 %(count)d 人") % {
            "asked": row.made_by.name,
            "by": by.name,
            "count": count,
        }
    need_fewer(row.unit, count, by, at, words, row.made_by)


def need_fewer(
    holder: Unit, count: int, by: Person, at: datetime, words: str, asked_by: Person | None = None
) -> tuple[int, int]:
    """The holder needs fewer approvals from now on: what waits for more than this number waits for this number, and what has
    it already is granted. A request of either of the two who set it keeps its own. In the caller's transaction.

    Args:
        by: who confirmed it.
        asked_by: who asked for it.

    Returns:
        How many requests wait for fewer now, and how many of them were granted or reviewed with that.
    """
    two = [one for one in (by, asked_by) if one is not None]
    waiting = (AgencyState.REGISTERED, AgencyState.GRANTED_URGENT)
    rows = AgencyRequest.objects.filter(holder=holder, state__in=waiting, approvals_needed__gt=count)
    fewer = freed = 0
    for found in rows.order_by("approve_due"):
        with transaction.atomic():
            row = locked(found)
            if row.state not in waiting or row.approvals_needed <= count or any(asks_for(row, one) for one in two):
                continue
            row = note(row, "need_fewer", by, at, words, count=count)
            fewer += 1
            freed += _free(row, by, at, words)
    return fewer, freed


def _free(row: AgencyRequest, by: Person, at: datetime, words: str) -> bool:
    """Grant, or end the review of, what has its approvals; False where the law asks for something more, or it can't be held."""
    if awaited(row) or agency.unmet(facts_of(row), at):
        return False
    try:
        with transaction.atomic():
            note(row, "review" if row.state == AgencyState.GRANTED_URGENT else "approve", by, at, words, freed=True)
    except StepRefused:
        return False
    return True
