"""Whose requests a person sees: those to the units at which they are the caretaker (S33.1), and which cameras they may choose. The facts of a
request as the ground asks for them (`law.grounds.individual`), before the answer and in a session.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from custodes.access.models import IndividualRequest, IndividualState, SupervisedSession
from custodes.law.grounds import individual
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.individual import IndividualClaim, IndividualFacts, Interest
from custodes.law.grounds.stating import StatedScope, says_something
from custodes.people.lawful import terms
from custodes.people.models import Account, Person, Post, Unit
from custodes.people.models.account import held_posts
from custodes.people.permissions import Permission
from custodes.places.models import Camera
from custodes.places.scope import kinds_with, run_systems


def posts_of(person: Person, at: datetime) -> tuple[Post, ...]:
    """Posts in which the person takes and answers requests."""
    return held_posts(person, at, kinds_with(Permission.HANDLE_INDIVIDUAL))


def handled_requests(person: Person, at: datetime) -> QuerySet[IndividualRequest]:
    """Requests to the units of those posts and to their sub-units."""
    query = Q(pk__in=[])
    for post in posts_of(person, at):
        query |= Q(unit__path__startswith=post.unit.path)
    return IndividualRequest.objects.filter(query)


def desk_of(person: Person, at: datetime) -> Unit | None:
    """The unit for which the person takes requests."""
    return next((post.unit for post in posts_of(person, at)), None)


def desks(person: Person, at: datetime) -> QuerySet[Unit]:
    """The same, as rows on which a request may begin."""
    desk = desk_of(person, at)
    return Unit.objects.filter(pk=desk.pk) if desk is not None else Unit.objects.none()


def choosable(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras of the systems that the person's unit answers for or runs: a contractor consents to nothing (N21, N15.2).

    Those out of use too: a request comes after what it is about, and what they recorded is still there.
    """
    return Camera.objects.once_taken_in().filter(
        system__in=run_systems(person, at, Permission.HANDLE_INDIVIDUAL).values("pk")
    )


def facts_of(row: IndividualRequest, cameras: list[Camera] | None = None) -> IndividualFacts:
    """What the request says, with nobody at the screen yet.

    Args:
        cameras: that are about to be chosen, in place of the request's own.
    """
    chosen = list(row.cameras.select_related("system__site")) if cameras is None else cameras
    return IndividualFacts(
        claim=IndividualClaim(row.claim),
        identity_shown=says_something(row.document_number),
        interest=Interest(row.interest),
        consent=row.decided_by.name if row.state == IndividualState.CONSENTED and row.decided_by else "",
        scope=StatedScope(len(chosen), row.span_from, row.span_to, timedelta(hours=terms().assumed.request_hours)),
        purpose=row.purpose,
        content=row.content,
        undertaking=False,
        supervised=False,
        n9=bool(chosen) and all(camera.system.site.n9 for camera in chosen),
    )


def to_consent(row: IndividualRequest, cameras: list[Camera], by: str, at: datetime) -> tuple[Unmet, ...]:
    """What keeps the unit from agreeing: the law's own conditions, which no consent replaces."""
    facts = replace(facts_of(row, cameras), consent=by, undertaking=True, supervised=True)
    return individual.unmet(facts, at)


def of_session(
    session: SupervisedSession, at: datetime, live: bool = False
) -> tuple[IndividualFacts, tuple[Unmet, ...]]:
    """What the request says, with who is at the screen of this session; and what is unmet beside the ground."""
    row = session.case
    facts = replace(
        facts_of(row),
        undertaking=bool(session.accepted and session.read_aloud),
        supervised=is_there(session.officer, row, at),
    )
    return facts, (*closed(row), *((LIVE,) if live else ()))


def closed(row: IndividualRequest) -> tuple[Unmet, ...]:
    """That it came to its end, or to none yet."""
    return () if row.state == IndividualState.CONSENTED else (NOT_OPEN,)


def is_there(officer: Person, row: IndividualRequest, at: datetime) -> bool:
    """Whether the member of staff may still supervise: an open account, and a post at the unit."""
    return Account.objects.filter(person=officer, is_active=True).exists() and post_of(officer, row, at) is not None


def post_of(officer: Person, row: IndividualRequest, at: datetime) -> Post | None:
    """The post at the managing unit in which they do."""
    return next((post for post in posts_of(officer, at) if row.unit.path.startswith(post.unit.path)), None)


NOT_OPEN = Unmet(
    "N21",
    "管理单位尚未同意，或者该件已经办结",
    "the managing unit has not agreed, or it is closed",
    "请在办理页面查看下一步",
    "see the request's page",
)
LIVE = Unmet("N21", "只查阅已有录像", "recorded footage only", "请选择已有录像的时段", "choose a span of recordings")
