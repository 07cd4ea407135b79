"""A supervised session, from its beginning to what ends it.

It begins with the ground asked as it will be asked at the first picture, then the row, its step and its record. It is the page that
knows when a picture is seen: a node's `view.begun` in the log is a little earlier and bounds it; the time is the server's, so that it
can be later than the picture by the way of one request, never earlier. What ends it: the officer, signing out, a closed account, a post
that ended, a proof that ran out, the case's end. Each marks the session and takes back its looks in one transaction; the workers are told
at once (`revocation`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custodes.access.models import Grant, SessionKind, SupervisedSession
from custodes.access.revocation import revoke
from custodes.access.supervised.rooms import Case, locked, rise, room_of, sit
from custodes.cases.step import StepInput
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.people.accounts import account_closed
from custodes.people.models import Account, Person
from custodes.people.posts import post_ended
from custodes.people.records import record_language
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera


@dataclass(frozen=True, slots=True)
class AtTheScreen:
    """Who is at the screen beside the officer.

    Attributes:
        kind: nobody else (first look, police alone), or the viewer.
        name, document, number, identified: of the viewer, and how the officer knows who it is.
        read_aloud: in which language the words were read aloud; empty while they were not.
        accepted: how the undertaking was given; empty while it was not.
    """

    kind: SessionKind
    name: str = ""
    document: str = ""
    number: str = ""
    identified: str = ""
    read_aloud: str = ""
    accepted: str = ""


def begin(row: Case, officer: Person, screen: AtTheScreen, at: datetime) -> SupervisedSession:
    """Begin a session of this case in the officer's account.

    Raises:
        StepRefused: something is unmet, each with its clause; or somebody looks already.
    """
    with transaction.atomic():
        case, room = locked(row), room_of(row)
        if case.sessions.filter(ended_at__isnull=True).exists():
            raise StepRefused(_("该件正在查看。请先结束正在进行的查看。"))
        alone = screen.kind != SessionKind.WITH_VIEWER
        if case.span_from is None or case.span_to is None:
            raise StepRefused(_("还不能查看。"), (NO_SCOPE,))
        session = SupervisedSession(
            **{room.field: case},
            kind=screen.kind,
            officer=officer,
            unit=case.unit,
            span_from=case.span_from,
            span_to=case.span_to,
            viewer_name=officer.name if alone else screen.name.strip(),
            viewer_document="" if alone else screen.document,
            viewer_number="" if alone else screen.number.strip(),
            identified="" if alone else screen.identified.strip(),
            read_aloud="" if alone else screen.read_aloud,
            accepted="" if alone else screen.accepted,
            begun_at=at,
        )
        unmet = (*room.unmet(session, at), *_who(session))
        if unmet:
            raise StepRefused(_("还不能查看。"), unmet)
        session.save()
        session.cameras.set(case.cameras.all())
        # The log says no names of a case: who looks is on the session, and in the record of each look of it.
        with record_language():
            words = str(session.title)
        sit(case, StepInput(officer, at, timezone.localdate(at), words, session=session.pk))
    return session


def _who(session: SupervisedSession) -> tuple[Unmet, ...]:
    """That whoever is beside the officer is named, and known by a document or otherwise."""
    if session.alone:
        return ()
    named = says_something(session.viewer_name)
    known = says_something(session.viewer_number) or says_something(session.identified)
    return () if named and known else (NOT_NAMED,)


NO_SCOPE = Unmet("S33.1", "尚未选定点位和时段", "no places and times are chosen", "请先选定", "choose them first")
NOT_NAMED = Unmet(
    "S33.1",
    "未登记查看人的姓名和身份",
    "who looks is not named and known",
    "请登记姓名和证件号码；未带证件的，写明如何核实身份",
    "enter name and document; without one say how you know who it is",
)


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
        rise(row, StepInput(by, at, timezone.localdate(at), why, session=session.pk), clause)
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


def own_session(person: Person, pk: UUID) -> SupervisedSession | None:
    """The session of this officer with this id, also one that is over."""
    return (
        SupervisedSession.objects.filter(pk=pk, officer=person)
        .select_related("missing__unit", "individual__unit", "own_image__unit")
        .first()
    )


def tell(session: SupervisedSession, camera: Camera, at: datetime) -> bool:
    """Keep that this camera's picture was shown, and the moment where it is the first of the session and of its case.

    A session without a recorded grant of this camera has shown nothing of it, whatever a page says.

    Returns:
        Whether it was the session's first.
    """
    if not Grant.objects.recorded().filter(session=session, cameras=camera).exists():
        return False
    with transaction.atomic():
        session.pictured.add(camera)
        rows = SupervisedSession.objects.filter(pk=session.pk, first_picture_at__isnull=True)
        if not rows.update(first_picture_at=at):
            return False
        case: Any = type(session.case).objects.filter(pk=session.case.pk)
        case.filter(first_picture_at__isnull=True).update(first_picture_at=at)
        if session.missing_id and session.kind == SessionKind.WITH_VIEWER:
            case.filter(first_shown_at__isnull=True).update(first_shown_at=at)
    return True


def left_of(session: SupervisedSession) -> list[Camera]:
    """Cameras of the session of which its officer has not had a picture in a first look at this case and this span, by number.

    What the same officer saw in an earlier first look at the very same span counts: a camera without recordings may be taken out of
    the scope without all others being looked at again.
    """
    firsts = SupervisedSession.objects.filter(
        missing=session.missing_id,
        kind=SessionKind.PREVIEW,
        officer=session.officer_id,
        span_from=session.span_from,
        span_to=session.span_to,
    )
    seen = firsts.filter(pictured__isnull=False).values("pictured")
    return list(session.cameras.exclude(pk__in=seen).order_by("number"))
