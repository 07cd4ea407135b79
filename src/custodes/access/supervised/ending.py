"""What ends a supervised session: the officer, signing out, a closed account, a post that ended, a proof that ran out, the case's end.

Each marks the session and takes back its looks in one transaction; the workers are told at once (`revocation`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_noop

from custodes.access.models import Grant, SupervisedSession
from custodes.access.revocation import revoke
from custodes.access.supervised.rooms import locked, room_of
from custodes.access.supervised.stepping import Taken, keep
from custodes.people.models import Account, Person
from custodes.people.signals import account_closed, post_ended

OWN_END = gettext_noop("在场人员已结束本次查看")
SIGNED_OUT = gettext_noop("在场人员已退出登录，画面停止")
ACCOUNT_CLOSED = gettext_noop("在场人员的账号已停用，画面停止")
POST_OVER = gettext_noop("在场人员的岗位已终止，画面停止")
LEFT = gettext_noop("长时间没有画面，本次查看已经结束")
CLAUSE = "S33.1"

FORGOTTEN = timedelta(minutes=30)
"""A session without a running look for so long is over: nobody is at its screen."""


def end(session: SupervisedSession, by: Person | None, at: datetime, why: str, clause: str = CLAUSE) -> bool:
    """End it and take its looks back; whether it was still open."""
    with transaction.atomic():
        if not SupervisedSession.objects.filter(pk=session.pk, ended_at__isnull=True).update(
            ended_at=at, ended_why=why[:200], ended_clause=clause
        ):
            return False
        row = locked(session.case)
        keep(row, "session_end", str(row.state), Taken(by, at, why, session=session.pk), (clause,))
        revoke(Grant.objects.filter(session=session), by=str(by.uuid) if by else "system", reason=why, clause=clause)
    return True


def end_all(sessions: QuerySet[SupervisedSession], by: Person | None, at: datetime, why: str, clause: str) -> int:
    """End those that are open; how many were."""
    rows = sessions.filter(ended_at__isnull=True).select_related(
        "missing__unit", "individual__unit", "own_image__unit", "officer"
    )
    return sum(end(row, by, at, why, clause) for row in rows)


def sweep(at: datetime) -> int:
    """End sessions at whose screen nobody is: begun long ago, and no look of theirs was renewed since."""
    ended = 0
    old = SupervisedSession.objects.filter(ended_at__isnull=True, begun_at__lte=at - FORGOTTEN)
    for row in old.select_related("missing__unit", "individual__unit", "own_image__unit", "officer"):
        last = max(
            (grant.ended_at or grant.revoked_at or grant.renewed_at or grant.asked_at for grant in row.grants.all()),
            default=row.begun_at,
        )
        if at - last >= FORGOTTEN:
            ended += end(row, None, at, LEFT)
    return ended


def _of(person_id: int) -> QuerySet[SupervisedSession]:
    return SupervisedSession.objects.filter(officer=person_id)


@receiver(user_logged_out)
def _logged_out(user: Any, **_kwargs: Any) -> None:
    if isinstance(user, Account):
        end_all(_of(user.person_id), user.person, timezone.now(), SIGNED_OUT, CLAUSE)


@receiver(account_closed)
def _account_closed(account: Account, **_kwargs: Any) -> None:
    end_all(_of(account.person_id), None, timezone.now(), ACCOUNT_CLOSED, CLAUSE)


@receiver(post_ended)
def _post_ended(post: Any, **_kwargs: Any) -> None:
    at = timezone.now()
    rows = _of(post.person_id).filter(ended_at__isnull=True)
    for row in rows.select_related("missing__unit", "individual__unit", "own_image__unit", "officer"):
        if room_of(row.case).post(row.officer, row.case, at) is None:
            end(row, None, at, POST_OVER)
