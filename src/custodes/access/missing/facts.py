"""The facts of a case as the ground asks for them (`law.grounds.missing_person`), at each stage of it and in a session."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from custodes.access.missing.reach import on_platform, platform_posts
from custodes.access.models import MissingCase, SessionKind, SupervisedSession
from custodes.access.models.missing import LOOKING, Protected
from custodes.law.grounds import missing_person
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.missing_person import LostPerson, MissingPersonFacts, Relation, RelationProof
from custodes.law.grounds.stating import StatedScope
from custodes.people.lawful import terms
from custodes.people.models import Account, Person, Post
from custodes.people.permissions import Permission


def facts_of(row: MissingCase, *, cameras: int | None = None, platform: bool | None = None) -> MissingPersonFacts:
    """What the case says, with nobody at the screen yet.

    Args:
        cameras, platform: of a scope that is about to be chosen, in place of the case's own.
    """
    assumed = terms().assumed
    chosen = list(row.cameras.values_list("pk", flat=True)) if cameras is None else []
    return MissingPersonFacts(
        missing=LostPerson(row.lost_as) if row.lost_as else None,
        age=row.age,
        relation=Relation(row.relation) if row.relation else Relation.OTHER,
        proof=RelationProof(row.proof),
        on_platform=on_platform(chosen) if platform is None else platform,
        scope=StatedScope(
            len(chosen) if cameras is None else cameras,
            row.span_from,
            row.span_to,
            timedelta(hours=assumed.request_hours),
        ),
        police_report=row.report_number,
        protected={Protected.YES: True, Protected.NO: False}.get(Protected(row.protected)) if row.protected else None,
        supervisor=False,
        previewed=row.previewed_at is not None,
        undertaking=False,
        opened_at=row.opened_at,
        provisional=timedelta(minutes=assumed.provisional_minutes),
        elderly_from=assumed.elderly_from,
        child_below=assumed.child_below,
    )


def to_admit(row: MissingCase, at: datetime) -> tuple[Unmet, ...]:
    """What is missing before places and times are chosen: all that is about people and the report."""
    hour = timedelta(hours=1)
    later = StatedScope(1, at - 2 * hour, at - hour)
    facts = replace(_at_the_screen(facts_of(row, cameras=1, platform=True)), scope=later)
    return missing_person.unmet(facts, at)


def to_narrow(row: MissingCase, cameras: list[object], at: datetime) -> tuple[Unmet, ...]:
    """What is missing with these places and the case's times."""
    facts = facts_of(row, cameras=len(cameras), platform=on_platform(cameras))
    return missing_person.unmet(_at_the_screen(facts), at)


def _at_the_screen(facts: MissingPersonFacts) -> MissingPersonFacts:
    """As if all were met that is only asked once somebody looks."""
    return replace(facts, supervisor=True, previewed=True, undertaking=True, police_alone=True)


def of_session(
    session: SupervisedSession, at: datetime, live: bool = False
) -> tuple[MissingPersonFacts, tuple[Unmet, ...]]:
    """What the case says, with who is at the screen of this session; and what is unmet beside the ground."""
    assert session.missing is not None
    facts = facts_of(session.missing)
    facts = replace(
        facts,
        live=live,
        supervisor=is_there(session.officer, at),
        police_alone=session.alone,
        # Police who look first have nobody who could have looked before them.
        previewed=facts.previewed or session.alone,
        undertaking=session.kind == SessionKind.WITH_VIEWER and bool(session.accepted and session.read_aloud),
    )
    return facts, closed(session.missing)


def closed(row: MissingCase) -> tuple[Unmet, ...]:
    """That the case has come to its end, or not so far yet; or that a find waits to be told to police."""
    return (*(() if row.state in LOOKING else (NOT_OPEN,)), *untold(row))


def untold(row: MissingCase) -> tuple[Unmet, ...]:
    """That somebody was seen and the police that search weren't told: until then nobody looks on, on whatever screen."""
    return (NOBODY_TOLD,) if row.found_at is not None and row.police_told_at is None else ()


def is_there(officer: Person, at: datetime) -> bool:
    """Whether the officer may still supervise: an account that is open, and a post at the platform's police."""
    return Account.objects.filter(person=officer, is_active=True).exists() and holds_post(officer, at)


def holds_post(officer: Person, at: datetime) -> bool:
    """Whether a post of theirs handles cases."""
    return post_of(officer, at) is not None


def post_of(officer: Person, at: datetime) -> Post | None:
    """The post in which they do."""
    return next(iter(platform_posts(officer, at, Permission.HANDLE_MISSING)), None)


NOBODY_TOLD = Unmet(
    "S33.1",
    "已登记发现，未登记通知了哪位处警民警",
    "somebody was seen, and who of the police that search was told is not entered",
    "请先通知处警民警，再告知家属；误按的，登记撤回及原因",
    "tell them first, then the family; a mistaken press is taken back with its reason",
)
NOT_OPEN = Unmet(
    "S33.1",
    "该件没有处在可以查看的阶段：尚未选定范围，或者已经结束",
    "the case is not at a stage in which one looks: nothing is chosen yet, or it is closed",
    "请在办理页面查看下一步",
    "see the case's page",
)
