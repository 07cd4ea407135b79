"""The facts of a request as the ground asks for them (`law.grounds.individual`), before the answer and in a session."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from custodes.access.individual.reach import posts_of
from custodes.access.models import IndividualRequest, IndividualState, SupervisedSession
from custodes.law.grounds import individual
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.individual import Claim, IndividualFacts, Interest
from custodes.law.grounds.stating import Scope, says_something
from custodes.people.lawful import terms
from custodes.people.models import Account, Person, Post
from custodes.places.models import Camera


def facts_of(row: IndividualRequest, cameras: list[Camera] | None = None) -> IndividualFacts:
    """What the request says, with nobody at the screen yet.

    Args:
        cameras: that are about to be chosen, in place of the request's own.
    """
    chosen = list(row.cameras.select_related("system__site")) if cameras is None else cameras
    return IndividualFacts(
        claim=Claim(row.claim),
        identity_shown=says_something(row.document_number),
        interest=Interest(row.interest),
        consent=row.decided_by.name if row.state == IndividualState.CONSENTED and row.decided_by else "",
        scope=Scope(len(chosen), row.span_from, row.span_to, timedelta(hours=terms().assumed.request_hours)),
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


def of_session(session: SupervisedSession, at: datetime, live: bool = False) -> tuple[Unmet, ...]:
    """What is unmet with who is at the screen of this session."""
    row = session.case
    facts = replace(
        facts_of(row),
        undertaking=bool(session.accepted and session.read_aloud),
        supervised=is_there(session.officer, row, at),
    )
    found = [*individual.unmet(facts, at), *closed(row)]
    if live:
        found.append(LIVE)
    return tuple(found)


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
