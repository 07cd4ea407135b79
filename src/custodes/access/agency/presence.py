"""Who of the officers is there (S28.1(1)): remote viewing runs while both are signed in, at the counter while both stand there.

Each officer's page says so every few seconds; silence of `agency_away_seconds` counts as having left, and leaving the page, signing
out or a closed account count at once. The same holds for the member of staff beside whom they stand at the counter. A thread of the web
process looks each second (`tick`), so that the picture stops within two seconds of the loss; a worker that can't be told shows nothing
more after its token, 60 s at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custodes.access.agency.approvals import asks_for
from custodes.access.agency.case import note
from custodes.access.agency.guards import ASKS
from custodes.access.agency.reach import locked
from custodes.access.models import AgencyOfficer, AgencyRequest, AgencySitting, AgencyState, Grant
from custodes.access.models.agency import OPEN
from custodes.access.models.grant import GrantQuerySet
from custodes.access.revocation import revoke
from custodes.law.grounds import agency
from custodes.people.accounts import account_closed
from custodes.people.models import Account, Person
from custodes.people.posts import post_ended
from custodes.people.records import record_language
from custodes.places.lifecycle.stepping import StepRefused
from custodes.settings import get_settings

AWAY = gettext_noop("两名工作人员中有人离开或者退出登录，画面停止；两人都回来后可以继续查阅")
SITTING_OVER = gettext_noop("两名工作人员不再同时在场，画面停止；两人都到场后可以继续查阅")
OVERDUE = gettext_noop("紧急准予逾期未补审，画面停止；补审后可以继续查阅")
CLAUSE = "S28.1(1)"
SITTING_FORGOTTEN = timedelta(minutes=15)
"""A sitting whose page the member of staff has left for so long is over (`sweep`)."""


def there(row: AgencyRequest, at: datetime) -> frozenset[UUID]:
    """Officers whose page was heard of just now."""
    return heard(row.officers.all(), at)


def heard(officers: Iterable[AgencyOfficer], at: datetime) -> frozenset[UUID]:
    """Those of them whose page was."""
    since = at - timedelta(seconds=get_settings().agency_away_seconds)
    known = (one for one in officers if one.person_id is not None)
    return frozenset(one.pk for one in known if one.seen_at is not None and one.seen_at > since)


def sitting_of(row: AgencyRequest, staff: Person | None = None) -> AgencySitting | None:
    """The open sitting, or that of this member of staff."""
    rows = row.sittings.filter(ended_at__isnull=True)
    return (rows if staff is None else rows.filter(staff=staff)).first()


def beat(row: AgencyRequest, person: Person, at: datetime) -> bool:
    """An officer's page says that they are there; whether enough are."""
    AgencyOfficer.objects.filter(request=row, person=person).update(seen_at=at)
    return len(there(row, at)) >= 2


def beat_of_staff(row: AgencyRequest, staff: Person, at: datetime) -> bool:
    """The staff's page at the counter goes on; whether the sitting does."""
    return bool(AgencySitting.objects.filter(request=row, staff=staff, ended_at__isnull=True).update(seen_at=at))


def leave(row: AgencyRequest, person: Person) -> None:
    """An officer has left the page: what is being looked at stops."""
    _gone(AgencyOfficer.objects.filter(request=row, person=person, seen_at__isnull=False), timezone.now())


def overdue(row: AgencyRequest, at: datetime) -> bool:
    """Whether it was granted in a hurry and the review did not come in time: nothing is shown until it does."""
    if row.state != AgencyState.GRANTED_URGENT:
        return False
    return row.overdue_at is not None or (row.review_due is not None and row.review_due <= at)


def tick(at: datetime) -> int:
    """Stop the looks of requests at which fewer than two officers are there, or whose review is overdue; how many were stopped.

    Sittings whose page was not heard of for `agency_away_seconds` end. Two questions of an index when nobody looks.
    """
    stopped = 0
    since = at - timedelta(seconds=get_settings().agency_away_seconds)
    for silent in AgencySitting.objects.filter(ended_at__isnull=True, seen_at__lte=since).select_related("request"):
        stopped += rise(silent.request, None, at)
    running = Grant.objects.open().filter(ground=agency.NAME, request__isnull=False)
    for pk in set(running.values_list("request", flat=True)):
        row = AgencyRequest.objects.get(pk=pk)
        alone = running.filter(request=row)
        if overdue(row, at):
            stopped += _stop(alone, OVERDUE, "S33.1")
            continue
        sitting = sitting_of(row)
        if sitting is None:
            stopped += _stop(alone.exclude(person__in=_officers(row)), SITTING_OVER)
        if len(there(row, at)) < 2:
            stopped += _stop(alone.filter(person__in=_officers(row)), AWAY)
    return stopped


def sweep(at: datetime) -> int:
    """End sittings whose page the member of staff has left for long, should nothing have ended them before (`tick`); how many."""
    left = AgencySitting.objects.filter(ended_at__isnull=True, seen_at__lte=at - SITTING_FORGOTTEN)
    sittings = list(left.select_related("request", "staff"))
    for sitting in sittings:
        rise(sitting.request, None, at)
    return len(sittings)


def sit(row: AgencyRequest, staff: Person, officers: list[AgencyOfficer], at: datetime) -> AgencySitting:
    """Both officers stand beside the member of staff, who has looked at their cards; a look under the staff's session may begin.

    Raises:
        StepRefused: the grant is not open, fewer than two are there, another sitting goes on, or the member of staff asks themselves.
    """
    with transaction.atomic():
        row = locked(row)
        if row.state not in OPEN:
            raise StepRefused(_("现为“%(state)s”，不能查阅。") % {"state": row.get_state_display()})
        if asks_for(row, staff):
            raise StepRefused(ASKS.reason_zh, (ASKS,))
        if len({one.pk for one in officers if one.request_id == row.pk}) < 2:
            raise StepRefused(_("到场的工作人员少于二人。请两名工作人员同时在场。"), (agency.NOT_PRESENT,))
        if sitting_of(row) is not None:
            raise StepRefused(_("该申请正在查阅。请先结束正在进行的查阅。"))
        sitting = AgencySitting.objects.create(request=row, staff=staff, begun_at=at, seen_at=at)
        sitting.officers.set(officers)
        with record_language():
            told = _("在场：%(names)s") % {"names": _("、").join(one.name for one in officers)}
        note(row, "sit", staff, at, told)
    return sitting


def rise(row: AgencyRequest, staff: Person | None, at: datetime) -> int:
    """One of them left, or it is over: the picture stops; how many did.

    Args:
        staff: who says so; None where the page was not heard of any more, or the member of staff is gone.
    """
    with transaction.atomic():
        row = locked(row)
        sitting = sitting_of(row)
        if sitting is None:
            return 0
        sitting.ended_at = at
        sitting.save(update_fields=["ended_at"])
        note(row, "rise", staff, at)
        return _stop(Grant.objects.filter(request=row).exclude(person__in=_officers(row)), SITTING_OVER)


def _officers(row: AgencyRequest) -> list[Any]:
    return list(row.officers.filter(person__isnull=False).values_list("person", flat=True))


def _stop(grants: GrantQuerySet, reason: str, clause: str = CLAUSE) -> int:
    return revoke(grants, by="system", reason=reason, clause=clause)


def _gone(officers: Any, at: datetime) -> None:
    rows = {one.request_id for one in officers}
    officers.update(seen_at=None)
    for row in AgencyRequest.objects.filter(pk__in=rows):
        if len(there(row, at)) < 2:
            _stop(Grant.objects.filter(request=row, person__in=_officers(row)), AWAY)


def _person_gone(person_id: int) -> None:
    now = timezone.now()
    _gone(AgencyOfficer.objects.filter(person=person_id, seen_at__isnull=False), now)
    for sitting in AgencySitting.objects.filter(staff=person_id, ended_at__isnull=True).select_related("request"):
        rise(sitting.request, None, now)


@receiver(account_closed)
def _account_closed(account: Account, **_kwargs: Any) -> None:
    _person_gone(account.person_id)


@receiver(post_ended)
def _post_ended(post: Any, **_kwargs: Any) -> None:
    _person_gone(post.person_id)


@receiver(user_logged_out)
def _logged_out(user: Any, **_kwargs: Any) -> None:
    if isinstance(user, Account):
        _person_gone(user.person_id)
