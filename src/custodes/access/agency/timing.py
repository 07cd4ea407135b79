"""What time alone brings: drafts that lack something lapse, what is not checked or approved in time is put to the unit above, a review that
does not come is an incident on record.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.access.agency import presence
from custodes.access.agency.deciding import OURS
from custodes.access.agency.facts import facts_of
from custodes.access.agency.reach import above
from custodes.access.agency.stepping import Taken, keep, locked, move
from custodes.access.models import AgencyRequest, AgencySitting, AgencyState
from custodes.law.grounds import agency
from custodes.settings import get_settings

SITTING_FORGOTTEN = timedelta(minutes=15)
"""A sitting whose page the member of staff has left for so long is over, should nothing have ended it before (`presence.tick`)."""
WAITS = (AgencyState.CHECKING, AgencyState.REGISTERED)
"""States in which the holder is waited for."""


def sweep(at: datetime) -> dict[str, int]:
    """One pass; how many of each."""
    settings = get_settings()
    rows = AgencyRequest.objects
    untouched = rows.filter(state=AgencyState.DRAFT, touched_at__lte=at - timedelta(days=settings.agency_draft_days))
    waiting = rows.filter(state__in=WAITS, approve_due__lte=at, escalated_at__isnull=True)
    unreviewed = rows.filter(state=AgencyState.GRANTED_URGENT, review_due__lte=at, overdue_at__isnull=True)
    left = AgencySitting.objects.filter(ended_at__isnull=True, seen_at__lte=at - SITTING_FORGOTTEN)
    done = {"lapsed": 0, "escalated": 0, "overdue": 0, "left": left.count()}
    for sitting in left.select_related("request", "staff"):
        presence.rise(sitting.request, None, at)
    for row in untouched:
        with transaction.atomic():
            held = locked(row)
            still = held.state == AgencyState.DRAFT and held.touched_at == row.touched_at
            # What lacks nothing of the requester's may be handed in at any time: it does not lapse.
            if still and agency.refusable(facts_of(held, registered=True), at):
                move(held, "lapse", Taken(None, at), OURS)
                done["lapsed"] += 1
    for row in waiting:
        with transaction.atomic():
            held = locked(row)
            if held.state in WAITS and held.escalated_at is None:
                held.escalated_at = at
                keep(held, "escalate", held.state, Taken(None, at, _escalated(held, at)), OURS)
                done["escalated"] += 1
    for row in unreviewed:
        with transaction.atomic():
            held = locked(row)
            if held.state == AgencyState.GRANTED_URGENT and held.overdue_at is None:
                held.overdue_at = at
                held.escalated_at = held.escalated_at or at
                keep(held, "overdue", held.state, Taken(None, at, _("紧急准予逾期未补审，记为事件")), OURS)
                done["overdue"] += 1
    return done


def _escalated(row: AgencyRequest, at: datetime) -> str:
    checks = row.state == AgencyState.CHECKING
    if above(row.holder, at):
        if checks:
            return _("本单位核对逾时，提请上级单位办理；不作为拒绝理由")
        return _("本单位审批逾时，提请上级单位审批人办理；不作为拒绝理由")
    if checks:
        return _("本单位核对逾时，没有上级单位审批人可以提请，记录在案；不作为拒绝理由")
    return _("本单位审批逾时，没有上级单位审批人可以提请，记录在案；不作为拒绝理由")
