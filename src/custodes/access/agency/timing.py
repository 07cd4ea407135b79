"""What time alone brings: drafts lapse, missing approvals are put to the unit above, a missing review becomes an incident on record."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.access.agency import presence
from custodes.access.agency.deciding import OURS
from custodes.access.agency.stepping import Taken, keep, locked, move
from custodes.access.models import AgencyRequest, AgencySitting, AgencyState
from custodes.settings import get_settings

SITTING_FORGOTTEN = timedelta(minutes=15)
"""A sitting whose page the member of staff has left for so long is over."""


def sweep(at: datetime) -> dict[str, int]:
    """One pass; how many of each."""
    settings = get_settings()
    rows = AgencyRequest.objects
    untouched = rows.filter(state=AgencyState.DRAFT, touched_at__lte=at - timedelta(days=settings.agency_draft_days))
    waiting = rows.filter(state=AgencyState.REGISTERED, approve_due__lte=at, escalated_at__isnull=True)
    unreviewed = rows.filter(state=AgencyState.GRANTED_URGENT, review_due__lte=at, overdue_at__isnull=True)
    left = AgencySitting.objects.filter(ended_at__isnull=True, seen_at__lte=at - SITTING_FORGOTTEN)
    done = {"lapsed": 0, "escalated": 0, "overdue": 0, "left": left.count()}
    for sitting in left.select_related("request", "staff"):
        presence.rise(sitting.request, sitting.staff, at)
    for row in untouched:
        with transaction.atomic():
            held = locked(row)
            if held.state == AgencyState.DRAFT and held.touched_at == row.touched_at:
                move(held, "lapse", Taken(None, at), OURS)
                done["lapsed"] += 1
    for row in waiting:
        with transaction.atomic():
            held = locked(row)
            if held.state == AgencyState.REGISTERED and held.escalated_at is None:
                held.escalated_at = at
                words = _("本单位审批逾时，提请上级单位审批人办理；不作为拒绝理由")
                keep(held, "escalate", held.state, Taken(None, at, words), OURS)
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
