"""The guard of each event of a release: what is unmet, each with clause and remedy. Empty means: may be taken. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from custodes.access.release.conditions import (
    COPY_CHANGED,
    LEAKS,
    MINORS,
    NO_ASSESSMENT,
    NO_CONSENT,
    NO_LAW,
    NO_PLACE,
    NO_REMARK,
    NO_RULE,
    NO_TAKEDOWN,
    NO_WORDS,
    NOT_WRITTEN,
    OPEN_TRACKS,
    OWN,
    PROPOSED_IT,
    SAMPLES,
    STILL_TOLD,
    TO_COME,
    UNASKED,
    UNREAD,
    WORKED_ON_IT,
    drawn_though_absent,
    nothing_drawn,
    too_long,
)
from custodes.law.grounds import release
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.release import PROTECTED, ReleaseFacts
from custodes.law.grounds.stating import says_something

COVERED_BY = {
    "faces": ("face", "body"),
    "plates": ("plate",),
    "minors": ("face", "body"),
    "organisations": ("sign", "licence"),
}
"""Which tracks hide each kind that is protected."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What was said of the tracks, counted.

    Attributes:
        open: nobody has decided them.
        unasked: accepted, and the question about acquaintances was not answered.
        told: accepted, somebody who knows the person could still tell, and nothing is said of it or a face's body is shown.
        unsaid: rejected without a reason.
        hidden, accepted: kinds of the tracks that are filled; of those that a person has accepted.
        samples: that were not looked at.
    """

    open: int = 0
    unasked: int = 0
    told: int = 0
    unsaid: int = 0
    hidden: frozenset[str] = frozenset()
    accepted: frozenset[str] = frozenset()
    samples: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a guard looks at.

    Attributes:
        facts: of the ground.
        at: aware.
        words: the reason as it was written.
        proposer, reviewer: whoever acts is that person, or has ever proposed it.
        worked: whoever acts has done some of what is approved.
        end: of the span, aware; `length` how long it is, `longest` how long one may be.
        by_rule: it rests on a rule, not on consent.
        papers: how many lie there; `unread` of a consent those that whoever acts has not opened.
        assessment: its three parts.
        marks: of the tracks.
        findings: kind that is protected → answer.
        laws: kind → the article of its exemption, with somebody who has read it.
        written: a copy lies there that was written with the tracks as they stand.
        leaks: what a detector still finds in it that nobody has let stand.
        where, takedown: as written.
    """

    facts: ReleaseFacts
    at: datetime
    words: str = ""
    proposer: bool = False
    reviewer: bool = False
    worked: bool = False
    end: datetime | None = None
    length: timedelta = timedelta()
    longest: timedelta = timedelta(minutes=15)
    by_rule: bool = True
    papers: int = 0
    unread: int = 0
    assessment: tuple[str, ...] = ()
    marks: Marks = field(default_factory=Marks)
    findings: dict[str, str] = field(default_factory=dict)
    laws: dict[str, tuple[str, bool]] = field(default_factory=dict)
    written: bool = False
    leaks: int = 0
    where: str = ""
    takedown: str = ""


Guard = Callable[[Asked], tuple[Unmet, ...]]


def propose(asked: Asked) -> tuple[Unmet, ...]:
    """A basis that is one, a purpose, a span that is over and can be reviewed by a person."""
    found: list[Unmet] = []
    if asked.by_rule and not release.names_a_norm(asked.facts.basis):
        found.append(NO_RULE)
    if not asked.by_rule and not (says_something(asked.facts.basis) and asked.papers):
        found.append(NO_CONSENT)
    if not says_something(asked.facts.purpose):
        found.append(release.NO_PURPOSE)
    if asked.end is not None and asked.end > asked.at:
        found.append(TO_COME)
    if not timedelta() < asked.length <= asked.longest:
        found.append(too_long(asked.longest))
    return tuple(found)


def assess(asked: Asked) -> tuple[Unmet, ...]:
    """Necessity, risks and measures, by another person than the proposer, who has opened what consent there is."""
    found = [] if asked.assessment and all(map(says_something, asked.assessment)) else [NO_ASSESSMENT]
    return (*found, *_own(asked.proposer), *_unread(asked), *propose(asked))


def decline(asked: Asked) -> tuple[Unmet, ...]:
    """With a reason, by another person than who proposed it, and than who reviewed it."""
    found = [] if says_something(asked.words) else [NO_WORDS]
    return (*found, *_own(asked.proposer or asked.reviewer))


def with_words(asked: Asked) -> tuple[Unmet, ...]:
    """With a reason."""
    return () if says_something(asked.words) else (NO_WORDS,)


def nothing(asked: Asked) -> tuple[Unmet, ...]:
    """Whether the node has found tracks was asked before."""
    return ()


def review(asked: Asked) -> tuple[Unmet, ...]:
    """Every track decided, every sample looked at, every protected kind answered, and the copy is the one with these tracks."""
    marks = asked.marks
    found = [
        one
        for one, count in (
            (OPEN_TRACKS, marks.open),
            (UNASKED, marks.unasked),
            (STILL_TOLD, marks.told),
            (NO_REMARK, marks.unsaid),
            (SAMPLES, marks.samples),
        )
        if count
    ]
    found += release.unmasked(asked.facts)
    found += contradictions(asked)
    if not asked.written:
        found.append(NOT_WRITTEN)
    elif asked.leaks and not says_something(asked.words):
        found.append(LEAKS)
    return tuple(found)


def contradictions(asked: Asked) -> tuple[Unmet, ...]:
    """Answers that the tracks, or the law, speak against."""
    found: list[Unmet] = []
    for key, answer in asked.findings.items():
        clause, zh, en = PROTECTED[key]
        kinds = COVERED_BY[key]
        if answer == "masked" and not any(kind in asked.marks.hidden for kind in kinds):
            found.append(nothing_drawn(clause, zh, en))
        if answer == "absent" and key != "minors" and any(kind in asked.marks.accepted for kind in kinds):
            found.append(drawn_though_absent(clause, zh, en))
        if answer == "exempt":
            found += exempting(key, *asked.laws.get(key, ("", False)))
    return tuple(found)


def exempting(key: str, law: str, read: bool) -> tuple[Unmet, ...]:
    """What keeps this kind from being let stand by `law`; `read`: somebody has read its article."""
    if key == "minors":
        return (MINORS,)
    return () if release.names_a_norm(law) and read else (NO_LAW,)


def second_review(asked: Asked) -> tuple[Unmet, ...]:
    """By another person than who proposed, masked or reviewed it, of the copy that was reviewed, with consent that they have read."""
    found: list[Unmet] = []
    if asked.proposer:
        found.append(PROPOSED_IT)
    if asked.reviewer:
        found.append(release.NO_SECOND)
    elif asked.worked and not asked.proposer:
        found.append(WORKED_ON_IT)
    mine = {release.NO_SECOND}
    return (*found, *_unread(asked), *(one for one in release.unmet(asked.facts, asked.at) if one not in mine))


def publish(asked: Asked) -> tuple[Unmet, ...]:
    """All that the ground asks for, and where it is published."""
    found = release.unmet(asked.facts, asked.at)
    return found if says_something(asked.where) else (*found, NO_PLACE)


def withdraw(asked: Asked) -> tuple[Unmet, ...]:
    """With the reason, and what was done to take it down."""
    found = list(with_words(asked))
    if not says_something(asked.takedown):
        found.append(NO_TAKEDOWN)
    return tuple(found)


def same_copy(seen: str, copy: str) -> tuple[Unmet, ...]:
    """What is decided is of the copy that the person was shown."""
    return () if seen and seen == copy else (COPY_CHANGED,)


def _own(mine: bool) -> tuple[Unmet, ...]:
    return (OWN,) if mine else ()


def _unread(asked: Asked) -> tuple[Unmet, ...]:
    return (UNREAD,) if asked.unread else ()


GUARDS: dict[str, Guard] = {
    "propose": propose,
    "propose_again": propose,
    "give_back": decline,
    "assess": assess,
    "refuse": decline,
    "mask": nothing,
    "review": review,
    "second_review": second_review,
    "remask": with_words,
    "publish": publish,
    "withdraw": withdraw,
    "drop": with_words,
}
