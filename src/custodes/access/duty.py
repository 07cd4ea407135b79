"""What the ground *duty monitoring* asks of a look (S34(1)): post, running session, the cameras with votes and trial runs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BigAutoField, DateTimeField, QuerySet, UUIDField

from custodes.access.ask import Ask, Granted
from custodes.access.decision import GatheredFacts, gathers
from custodes.access.prepared import Blank, Prepared
from custodes.law.calendar.days import day_of
from custodes.law.clauses.registry import binds
from custodes.law.grounds import duty
from custodes.people.models import DUTY_POSTS, DutySession, Person, Post
from custodes.places.lifecycle.trial import Run, Trials, last_end
from custodes.places.models import Camera
from custodes.places.planning import vote_held
from custodes.settings import get_settings


def gather(person: Person, ask: Ask, at: datetime) -> GatheredFacts:
    """The facts for a look of the own duty; of a wall, camera by camera."""
    settings = get_settings()
    session, post = _on_duty(person, at)
    votes: set[UUID] = set()
    found: dict[UUID, Run] = {}
    systems: dict[UUID, UUID] = {}  # as they are now: the second decision has the rows of the first
    keys = {f"camera{n}": camera.pk for n, camera in enumerate(ask.cameras)}
    for camera_id, vote, system, *run in _cameras_now(len(keys), at=at, **keys) if keys else ():
        systems[camera_id] = system
        found[system] = Run(*run)
        if vote:
            votes.add(camera_id)
    trials = Trials(person, found, at)
    closed = trials.closed(ask.span)
    facts = duty.DutyFacts(
        posts=_posts(person, at) if post is None else (post,),
        session=None if session is None or post is None else duty.DutySession(post, session.begun_at, session.ends_at),
        cameras=tuple(
            duty.DutyCamera(
                id=camera.id,
                system=(system := systems.get(camera.id, camera.system_id)),
                in_use=camera.in_use,
                no_vote=camera.id not in votes,
                trial_open=system not in closed,
            )
            for camera in ask.cameras
        ),
        live=ask.live,
        span=ask.span,
        purpose=ask.purpose,
        content=ask.content,
        window=timedelta(minutes=settings.duty_window_minutes),
        longest_span=timedelta(hours=settings.duty_span_hours),
        asked_at=ask.asked_at,
        n9=_n9(ask.cameras),
    )
    return _of(ask, at, session, facts, trials)


def _of(ask: Ask, at: datetime, session: DutySession | None, facts: duty.DutyFacts, trials: Trials) -> GatheredFacts:
    def granted() -> Granted:
        with_reason = ask.span is not None and duty.needs_reason(ask.span, facts.window, ask.asked_at)
        return Granted(
            ground=duty.NAME,
            clauses=_bound(duty.CLAUSES_WITH_REASON if with_reason else duty.CLAUSES, facts.n9, at),
            post=session.post if session is not None else None,
            session=session,
            back_seconds=_back(ended(), facts.window, at) if ask.live else 0,
        )

    def ended() -> datetime | None:
        return trials.ended_since(at - facts.window, {one.system for one in facts.cameras})

    def only(cameras: tuple[Camera, ...]) -> GatheredFacts:
        kept = {camera.pk for camera in cameras}
        left = tuple(one for one in facts.cameras if one.id in kept)
        narrowed = replace(facts, cameras=left, n9=_n9(cameras))
        return _of(replace(ask, cameras=cameras), at, session, narrowed, trials)

    return GatheredFacts(
        facts, granted, only=only, alone=lambda: [replace(facts, cameras=(one,)) for one in facts.cameras]
    )


def _on_duty(person: Person, at: datetime) -> tuple[DutySession | None, duty.DutyPost | None]:
    """The running session in a valid duty post, and that post: beside it no other post changes the answer.

    A closed or locked account stands no duty, whatever its sessions say.
    """
    found = _sessions(at=at, person=person.pk)
    if not found:
        return None, None
    first, width = found[0], len(_SESSION)
    session = DutySession.from_db(connection.alias, _SESSION, first[:width])
    session.post = Post.from_db(connection.alias, _POST, first[width:-2])
    systems = {system for pk, *_more, system, awaits in found if pk == session.pk and awaits is False}
    return session, _post(session.post, systems)


def _posts(person: Person, at: datetime) -> tuple[duty.DutyPost, ...]:
    """The valid duty posts of who stands no duty, each with the systems that it watches."""
    rows: dict[int, Post] = {}
    watched: dict[int, set[UUID]] = defaultdict(set)
    for *post, system, awaits in _posts_now(at=at, person=person.pk):
        row = Post.from_db(connection.alias, _POST, post)
        rows.setdefault(row.pk, row)
        if awaits is False:
            watched[row.pk].add(system)
    return tuple(_post(row, watched[pk]) for pk, row in rows.items())


def _post(row: Post, systems: set[UUID]) -> duty.DutyPost:
    until = min((end for end in (row.valid_until, row.ended_at) if end is not None), default=None)
    return duty.DutyPost(frozenset(systems), row.valid_from, until)


_AT = Blank("at", DateTimeField())
_PERSON = Blank("person", BigAutoField())
_SESSION, _POST = ([field.attname for field in model._meta.concrete_fields] for model in (DutySession, Post))


@Prepared
def _cameras_now(count: int) -> QuerySet[Camera, Any]:
    """Of each camera whether a vote is held before it, its system, that system's state and the end of its last trial run."""
    rows = Camera.objects.filter(pk__in=[Blank(f"camera{n}", UUIDField()) for n in range(count)]).order_by()
    told = rows.annotate(vote=vote_held("pk", _AT), trial_ended=last_end("system"))
    return told.values_list("pk", "vote", "system", "system__state", "trial_ended")


@Prepared
def _sessions() -> QuerySet[DutySession, Any]:
    """A person's sessions in valid duty posts, each once for each system that its post watches, or is to watch."""
    rows = DutySession.objects.running(_AT).filter(
        person=_PERSON,
        person__account__is_active=True,
        post__kind__in=DUTY_POSTS,
        post__awaits=False,
        post__valid_from__lte=_AT,
    )
    post = (f"post__{name}" for name in _POST)
    return rows.values_list(*_SESSION, *post, "post__systems__system", "post__systems__awaits")


@Prepared
def _posts_now() -> QuerySet[Post, Any]:
    """A person's valid duty posts, each once for each system that it watches, or is to watch."""
    rows = Post.objects.valid(_AT).filter(person=_PERSON, kind__in=DUTY_POSTS)
    return rows.values_list(*_POST, "systems__system", "systems__awaits")


def _back(trial_ended: datetime | None, window: timedelta, at: datetime) -> int:
    """How many seconds the live picture may be wound back: the window, but not behind the end of a trial run that is closed to
    this person (R4). A look of many cameras has one window, so that the last trial among them bounds it."""
    return int((window if trial_ended is None else min(window, at - trial_ended)).total_seconds())


def _n9(cameras: tuple[Camera, ...]) -> bool:
    return bool(cameras) and all(camera.system.site.n9 for camera in cameras)


def _bound(clauses: tuple[str, ...], n9: bool, at: datetime) -> tuple[str, ...]:
    """Those of `clauses` that bind; N9 beside them where it took one off (decision 0141)."""
    bound = tuple(clause for clause in clauses if binds(clause, day_of(at), n9) or not n9)
    return bound if bound == clauses else (*bound, "N9")


gathers(duty.NAME, gather)
