"""Requests for footage: to be gone on with, confirmed and used by who asks, checked, approved, reviewed, given back (S27, S28); for the holder's
staff and the auditor."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custodes.access.agency.reach import approved_by, held_by, own_requests, taken_by, visible_requests
from custodes.access.models import AgencyRequest, AgencyState
from custodes.access.models.agency import OPEN
from custodes.people.permissions import Permission
from custodes.settings import get_settings
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.drafts import SOON
from custodes.upkeep.dates.waits.waits import Waits

_S = AgencyState
#: How each kind is named on the list.
_NAMES = {
    "confirm": gettext_noop("待确认共同申请：%(unit)s"),
    "draft": gettext_noop("继续填写查阅调取申请：%(unit)s"),
    "granted": gettext_noop("已准予，可以查阅：%(unit)s"),
    "check": gettext_noop("待核对的查阅调取申请：%(unit)s"),
    "approve": gettext_noop("待审批的查阅调取申请：%(unit)s"),
    "review": gettext_noop("待补审的紧急准予：%(unit)s"),
    "return": gettext_noop("到期归还或者删除：%(unit)s"),
    "escalated": gettext_noop("审批逾时的查阅调取申请：%(unit)s"),
}


def gather(asking: Asking) -> list[Some[Waits]]:
    """All of them by one question, as far as a post has a part; of each request one line, the first of these kinds that it is."""
    parts = _parts(asking)
    if not parts:
        return []
    kind = Case(*(When(part, Value(name)) for name, part in parts.items()), output_field=CharField())
    rows = AgencyRequest.objects.filter(reduce(or_, parts.values())).annotate(kind=kind).select_related("holder")
    return [first_of(rows.order_by("submitted_at", "pk"), asking.most, lambda row: _told(asking, row))]


def _parts(asking: Asking) -> dict[str, Q]:
    person, at, may = asking.person, asking.at, asking.may
    parts: dict[str, Q] = {}
    if Permission.REQUEST_FOOTAGE in may:
        mine = own_requests(person, at).filter(officers__person=person, officers__confirmed_at__isnull=True)
        parts["confirm"] = Q(state__in=[_S.DRAFT, _S.CHECKING]) & _in(mine)
        parts["draft"] = Q(state=_S.DRAFT) & _in(own_requests(person, at))
        # Whoever only began it is no officer of it, and looks at nothing.
        looks = own_requests(person, at).filter(officers__person=person)
        granted = Q(state__in=[_S.GRANTED_URGENT, _S.GRANTED], base_data=False, expires_at__gt=at)
        parts["granted"] = granted & _in(looks)
    if Permission.TAKE_REQUESTS in may or Permission.APPROVE_REQUESTS in may:
        parts["check"] = Q(state=_S.CHECKING) & _in(taken_by(person, at))
    if Permission.APPROVE_REQUESTS in may:
        rows = _in(approved_by(person, at).exclude(pk__in=_answered(asking)))
        parts["approve"] = Q(state=_S.REGISTERED) & rows
        parts["review"] = Q(state=_S.GRANTED_URGENT) & ~Q(urgent_by=person) & rows
    if Permission.TAKE_REQUESTS in may:
        given = Q(state__in=[one.value for one in OPEN], return_by__lte=asking.today)
        parts["return"] = given & _in(held_by(person, at, Permission.TAKE_REQUESTS))
    if Permission.VIEW_REQUESTS in may:
        late = Q(state__in=[_S.CHECKING, _S.REGISTERED], escalated_at__isnull=False) | Q(
            state=_S.GRANTED_URGENT, overdue_at__isnull=False
        )
        parts["escalated"] = late & _in(visible_requests(person, at))
    return parts


def _in(rows: QuerySet[AgencyRequest]) -> Q:
    return Q(pk__in=rows.values("pk"))


def _answered(asking: Asking) -> QuerySet[AgencyRequest]:
    given = AgencyRequest.objects.filter(approvals__by=asking.person, approvals__void=False)
    return given.values("pk")  # type: ignore[return-value]


def _told(asking: Asking, row: AgencyRequest) -> Waits:
    kind: str = row.kind  # type: ignore[attr-defined]
    moment = {"check": row.approve_due, "approve": row.approve_due, "review": row.review_due}.get(kind)
    due = row.return_by if kind == "return" else timezone.localdate(moment) if moment else None
    late = kind == "escalated" or (moment is not None and moment <= asking.at)
    late = late or (kind == "return" and due is not None and due < asking.today)
    if kind == "draft":
        lapses = timezone.localdate(row.touched_at) + timedelta(days=get_settings().agency_draft_days)
        due = lapses if lapses - asking.today <= SOON else None
    elif kind == "granted" and row.expires_at is not None:
        due = timezone.localdate(row.expires_at)
    # Who asks knows their own unit, and has several holders.
    whose = row.holder.name if kind in ("draft", "granted") else row.unit_name or _("未填写单位")
    name = _(_NAMES[kind]) % {"unit": whose}
    return Waits("request", name, row.purpose, row.get_absolute_url(), due, late)
