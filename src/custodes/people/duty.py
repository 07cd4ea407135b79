"""Standing duty (值班监看, S34(1)): begin, hand over, end, run out.

A session counts only while its post does and until `ends_at`; `running_session` says so at any instant, whether or not
the sweep has come by. `sweep` writes the ends down, with signal and record.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from custodes.law.duties.finding import DutyStatus
from custodes.people import credentials
from custodes.people.lawful import finding_text
from custodes.people.models import DUTY_POSTS, DutyEnd, DutySession, Person, Post
from custodes.people.records import record
from custodes.settings import get_settings

#: A duty session ended: `access` revokes what rests on it. Sent in the transaction that ends it, so that a receiver which calls another
#: process does so on commit. Arguments: ``session``, ``at``.
duty_ended = Signal()


class DutyRefused(Exception):
    """Duty can't begin or change hands; the text says why, for the person."""


def running_session(person: Person | int, at: datetime.datetime) -> DutySession | None:
    """The session in which this person stands duty at `at`, with post, unit and person; None when there is none."""
    person_id = person if isinstance(person, int) else person.pk
    sessions = DutySession.objects.running(at).filter(person_id=person_id)
    return sessions.select_related("post__unit__division", "person__unit").first()


def begin(post: Post, *, at: datetime.datetime) -> DutySession:
    """Begin duty on this post.

    Raises:
        DutyRefused: the post stands no duty or is not valid now, the person already stands duty, or lacks training.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=post.person_id)
        return _begin(Post.objects.select_related("unit").get(pk=post.pk), person, at)


def end(session: DutySession, *, at: datetime.datetime) -> DutySession:
    """End one's own duty without a successor."""
    with transaction.atomic():
        session = _lock(session)
        if session.ended_at is None:
            _close(session, DutyEnd.ENDED, at)
        return session


def hand_over(session: DutySession, successor: Post, *, at: datetime.datetime) -> DutySession:
    """End this session and begin the successor's, at one instant.

    Args:
        session: the running session.
        successor: a valid duty post of another person at the same unit.
        at: when.

    Raises:
        DutyRefused: the session has ended, or the successor can't stand duty here.
    """
    with transaction.atomic():
        # Both persons are locked, in the order of their ids, so that two hand-overs never wait for each other.
        ids = sorted({session.person_id, successor.person_id})
        people = {person.pk: person for person in Person.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
        session = _lock(session)
        successor = Post.objects.select_related("unit").get(pk=successor.pk)
        if not DutySession.objects.running(at).filter(pk=session.pk).exists():
            raise DutyRefused(_("这次值班已经结束，不能交接。"))
        if successor.person_id == session.person_id:
            raise DutyRefused(_("交接班应当交给另一名值班人员。"))
        if successor.unit_id != session.post.unit_id:
            raise DutyRefused(_("接班人员应当在同一单位任值班岗位。"))
        _close(session, DutyEnd.HAND_OVER, at, handed_to=people[successor.person_id])
        return _begin(successor, people[successor.person_id], at)


def end_for_post(post: Post, *, at: datetime.datetime) -> None:
    """End the session of a post that has been ended; called inside the transaction that ends it."""
    for session in DutySession.objects.select_for_update().filter(post=post, ended_at__isnull=True):
        _settle(session, at)
        if session.ended_at is None:
            _close(session, DutyEnd.POST_ENDED, at)


def sweep(at: datetime.datetime) -> int:
    """Write down the end of every session whose time or post has run out by `at`; how many there were."""
    ended = 0
    for pk in DutySession.objects.filter(ended_at__isnull=True).values_list("pk", flat=True):
        with transaction.atomic():
            session = _lock(DutySession(pk=pk))
            if session.ended_at is None:
                _settle(session, at)
                ended += session.ended_at is not None
    return ended


def _begin(post: Post, person: Person, at: datetime.datetime) -> DutySession:
    if post.kind not in DUTY_POSTS:
        raise DutyRefused(_("该岗位不是值班岗位。"))
    if not post.is_valid(at):
        raise DutyRefused(_("该岗位现在无效，不能开始值班。请联系安全管理员。"))
    for earlier in DutySession.objects.select_for_update().filter(person=person, ended_at__isnull=True):
        _settle(earlier, at)
        if earlier.ended_at is None:
            raise DutyRefused(_("已经在值班中，请先交接或者结束。"))
    _refuse_untrained(person, at)
    ends_at = at + datetime.timedelta(hours=get_settings().duty_hours)
    if post.valid_until is not None:
        ends_at = min(ends_at, post.valid_until)
    session = DutySession.objects.create(post=post, person=person, begun_at=at, ends_at=ends_at)
    record(
        "duty.begun",
        at=at,
        session=session.uuid,
        person=person,
        system=watched(post),
        post=_post_text(post),
        reason="",
    )
    return session


def _refuse_untrained(person: Person, at: datetime.datetime) -> None:
    """With `training_blocks`: nobody watches without valid training (S34(5)); otherwise 工作台 reminds."""
    if not get_settings().training_blocks:
        return
    finding = credentials.training(person, at)
    if finding.status in (DutyStatus.LATE, DutyStatus.MISSING):
        raise DutyRefused(
            _("不能开始值班：%(why)s（第三十四条第五项）。请完成培训，由本单位系统管理人登记培训记录后再开始。")
            % {"why": finding_text(finding)}
        )


def watched(post: Post) -> str:
    """What the duty covers, as its records say it: every system that the post's unit has this post watch."""
    return f"unit:{post.unit.uuid}"


def _post_text(post: Post) -> str:
    return f"{post.kind}:{post.uuid}"


def _lock(session: DutySession) -> DutySession:
    return DutySession.objects.select_for_update(of=("self",)).select_related("post__unit", "person").get(pk=session.pk)


def _settle(session: DutySession, at: datetime.datetime) -> None:
    """Close the session at the instant it really ended, if that has come."""
    post = session.post
    ends = [(session.ends_at, DutyEnd.EXPIRED)]
    ends += [(end, DutyEnd.POST_ENDED) for end in (post.ended_at, post.valid_until) if end is not None]
    when, reason = min(ends, key=lambda item: item[0])
    if when <= at:
        _close(session, reason, max(when, session.begun_at))


def _close(
    session: DutySession,
    reason: DutyEnd,
    when: datetime.datetime,
    *,
    handed_to: Person | None = None,
) -> None:
    session.ended_at = when
    session.end_reason = reason
    session.handed_to = handed_to
    session.save(update_fields=["ended_at", "end_reason", "handed_to"])
    record(
        "duty.ended",
        at=when,
        session=session.uuid,
        person=session.person,
        system=watched(session.post),
        post=_post_text(session.post),
        reason=f"{reason}:{handed_to.uuid}" if handed_to else str(reason),
    )
    duty_ended.send(sender=DutySession, session=session, at=when)
