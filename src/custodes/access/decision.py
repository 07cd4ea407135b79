"""Who may see which footage: gathers the facts, asks the ground's function in `law.grounds`, and adds nothing to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from custodes.access.agency import looking
from custodes.access.ask import Ask, Granted, Refused
from custodes.access.supervised import looking as supervised
from custodes.law.calendar.days import day_of
from custodes.law.clauses.regime import binds
from custodes.law.grounds import duty
from custodes.law.grounds.ground import Unmet
from custodes.people.duty import running_session
from custodes.people.models import DUTY_POSTS, Account, DutySession, Person, Post
from custodes.places.lifecycle.trial import closed_trials, closed_until
from custodes.places.models import Camera, SystemPost
from custodes.places.planning import voting
from custodes.settings import get_settings


def decide(person: Person, ask: Ask, at: datetime) -> Granted | Refused:
    """Whether this person may see what is asked for, at this moment.

    What rests on a request is decided by its ground (S27), what is of a supervised session by the session's (S29, N21); everything
    else is duty monitoring (S34(1)).
    """
    if ask.request is not None:
        return looking.decide(person, ask, at)
    if ask.supervised is not None:
        return supervised.decide(person, ask, at)
    session = _session(person, at)
    facts = _duty_facts(person, session, ask, at)
    unmet = duty.unmet(facts, at)
    if unmet:
        return Refused(duty.NAME, unmet)
    with_reason = ask.span is not None and duty.needs_reason(ask.span, facts.window, ask.asked_at)
    return Granted(
        ground=duty.NAME,
        clauses=_bound(duty.CLAUSES_WITH_REASON if with_reason else duty.CLAUSES, facts.n9, at),
        post=session.post if session is not None else None,
        session=session,
        back_seconds=_back(person, ask, facts.window, at) if ask.live else 0,
    )


def _back(person: Person, ask: Ask, window: timedelta, at: datetime) -> int:
    """How many seconds the live picture may be wound back: the window, but not behind the end of a trial run that is closed to
    this person (R4). A look of many cameras has one window, so that the last trial among them bounds it."""
    ended = closed_until(person, ask.cameras, at - window, at)
    return int(min(window, at - ended).total_seconds()) if ended is not None else int(window.total_seconds())


@dataclass(frozen=True)
class Judged:
    """A wish for several cameras, judged camera by camera.

    Attributes:
        ask: the wish for those that may be looked at; the whole wish when there is none.
        verdict: on `ask`.
        left_out: the others, each with what is not met.
    """

    ask: Ask
    verdict: Granted | Refused
    left_out: Mapping[Camera, tuple[Unmet, ...]]


def decide_each(person: Person, ask: Ask, at: datetime) -> Judged:
    """What this person may see of what is asked for: a camera that is closed by itself closes no other.

    A request and a supervised session are opened whole or not at all: what they reach was decided before.
    """
    if ask.request is not None or ask.supervised is not None:
        return Judged(ask, decide(person, ask, at), {})
    facts = _duty_facts(person, _session(person, at), ask, at)
    left_out = {
        camera: unmet
        for camera, alone in zip(ask.cameras, facts.cameras, strict=True)
        if (unmet := duty.unmet(replace(facts, cameras=(alone,)), at))
    }
    if len(left_out) == len(ask.cameras):
        return Judged(ask, decide(person, ask, at), {})
    rest = replace(ask, cameras=tuple(camera for camera in ask.cameras if camera not in left_out))
    return Judged(rest, decide(person, rest, at), left_out)


def _session(person: Person, at: datetime) -> DutySession | None:
    # A closed or locked account stands no duty, whatever its sessions say.
    if not Account.objects.filter(person=person, is_active=True).exists():
        return None
    return running_session(person, at)


def _duty_facts(person: Person, session: DutySession | None, ask: Ask, at: datetime) -> duty.DutyFacts:
    settings = get_settings()
    votes, trials = voting(ask.cameras, at), closed_trials(person, ask.cameras, at, ask.span)
    posts = list(Post.objects.valid(at).filter(person=person, kind__in=DUTY_POSTS))
    watched: dict[int, set[object]] = {}
    for post_id, system_id in SystemPost.objects.filter(post__person=person).values_list("post", "system"):
        watched.setdefault(post_id, set()).add(system_id)
    return duty.DutyFacts(
        posts=tuple(_post(post, watched) for post in posts),
        session=None
        if session is None
        else duty.DutySession(_post(session.post, watched), session.begun_at, session.ends_at),
        cameras=tuple(
            duty.DutyCamera(
                id=camera.id,
                system=camera.system_id,
                in_use=camera.in_use,
                no_vote=camera.id not in votes,
                trial_open=camera.system_id not in trials,
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
        n9=bool(ask.cameras) and all(camera.system.site.n9 for camera in ask.cameras),
    )


def _bound(clauses: tuple[str, ...], n9: bool, at: datetime) -> tuple[str, ...]:
    """Those of `clauses` that bind; N9 beside them where it took one off (decision 0163)."""
    bound = tuple(clause for clause in clauses if binds(clause, day_of(at), n9) or not n9)
    return bound if bound == clauses else (*bound, "N9")


def _post(post: Post, watched: dict[int, set[object]]) -> duty.DutyPost:
    until = min((end for end in (post.valid_until, post.ended_at) if end is not None), default=None)
    return duty.DutyPost(frozenset(watched.get(post.pk, set())), post.valid_from, until)  # type: ignore[arg-type]
