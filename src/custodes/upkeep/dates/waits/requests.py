"""Requests for footage: to be checked, approved, reviewed, given back (S27, S28); for who asks, the holder's staff and the auditor."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custodes.access.agency.reach import approved_by, held_by, own_requests, taken_by, visible_requests
from custodes.access.models import AgencyRequest, AgencyState
from custodes.access.models.agency import OPEN
from custodes.people.permissions import Permission
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.waits import Waits

_S = AgencyState
#: How each kind is named on the list.
_NAMES = {
    "confirm": gettext_noop("待确认共同申请：%(unit)s"),
    "check": gettext_noop("待核对的查阅调取申请：%(unit)s"),
    "approve": gettext_noop("待审批的查阅调取申请：%(unit)s"),
    "review": gettext_noop("待补审的紧急准予：%(unit)s"),
    "return": gettext_noop("到期归还或者删除：%(unit)s"),
    "escalated": gettext_noop("审批逾时的查阅调取申请：%(unit)s"),
}


def gather(asking: Asking) -> list[Some[Waits]]:
    """All of them, as far as a post has a part."""
    found: list[Some[Waits]] = []
    person, at, may = asking.person, asking.at, asking.may
    if Permission.REQUEST_FOOTAGE in may:
        mine = own_requests(person, at).filter(officers__person=person, officers__confirmed_at__isnull=True)
        found.append(_told(asking, "confirm", mine.filter(state__in=[_S.DRAFT, _S.CHECKING])))
    if Permission.TAKE_REQUESTS in may:
        held = held_by(person, at, Permission.TAKE_REQUESTS)
        open_states = [one.value for one in OPEN]
        found.append(_told(asking, "return", held.filter(state__in=open_states, return_by__lte=asking.today)))
    if Permission.TAKE_REQUESTS in may or Permission.APPROVE_REQUESTS in may:
        found.append(_told(asking, "check", taken_by(person, at).filter(state=_S.CHECKING)))
    if Permission.APPROVE_REQUESTS in may:
        rows = approved_by(person, at).exclude(pk__in=_answered(asking))
        found.append(_told(asking, "approve", rows.filter(state=_S.REGISTERED)))
        found.append(_told(asking, "review", rows.filter(state=_S.GRANTED_URGENT).exclude(urgent_by=person)))
    if Permission.VIEW_REQUESTS in may:
        late = Q(state__in=[_S.CHECKING, _S.REGISTERED], escalated_at__isnull=False) | Q(
            state=_S.GRANTED_URGENT, overdue_at__isnull=False
        )
        found.append(_told(asking, "escalated", visible_requests(person, at).filter(late)))
    return found


def _answered(asking: Asking) -> QuerySet[AgencyRequest]:
    given = AgencyRequest.objects.filter(approvals__by=asking.person, approvals__void=False)
    return given.values("pk")  # type: ignore[return-value]


def _told(asking: Asking, kind: str, rows: QuerySet[AgencyRequest]) -> Some[Waits]:
    def told(row: AgencyRequest) -> Waits:
        moment = {"check": row.approve_due, "approve": row.approve_due, "review": row.review_due}.get(kind)
        due = row.return_by if kind == "return" else timezone.localdate(moment) if moment else None
        late = kind == "escalated" or (moment is not None and moment <= asking.at)
        late = late or (kind == "return" and due is not None and due < asking.today)
        name = _(_NAMES[kind]) % {"unit": row.unit_name or _("未填写单位")}
        return Waits("request", name, row.purpose, row.get_absolute_url(), due, late)

    return first_of(rows.order_by("submitted_at", "pk"), asking.most, told)
