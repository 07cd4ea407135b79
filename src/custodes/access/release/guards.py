"""The guard of each event of a release: what is unmet, each with clause and remedy. Empty means: may be taken. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from custodes.access.release.conditions import (
    APPROVED_UNSEEN,
    COPY_CHANGED,
    FOR_ONE,
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
    NOT_SHOWN,
    NOT_WRITTEN,
    OPEN_TRACKS,
    OWN,
    PROPOSED_IT,
    SAMPLES,
    STILL_TOLD,
    TO_COME,
    UNASKED,
    UNREAD,
    UNSORTED,
    WORKED_ON_IT,
    drawn_though_absent,
    masked_too,
    nothing_drawn,
    nothing_left,
    only_left,
    too_long,
)
from custodes.law.grounds import release
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.release import PROTECTED, ReleaseFacts
from custodes.law.grounds.stating import says_something
from custodes.people.independence import BOUND

COVERED_BY = {
    "faces": ("face", "body"),
    "plates": ("plate",),
    "minors": ("face", "body"),
    "organisations": ("sign", "licence"),
}
"""Which tracks hide each kind that is protected."""
IN_SIGHT = ("faces", "plates", "organisations", "overlay")
"""What may be left in sight in a picture, for a reason: what is protected, never minors; and what is burnt in."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What was said of the tracks, counted.

    Attributes:
        open: nobody has decided them.
        unasked: accepted, and the question about acquaintances was not answered.
        told: accepted, somebody who knows the person could still tell, and nothing is said of it or a face's body is shown.
        unsaid: rejected without a reason.
        unsorted: rejected, and nobody said whether it is nothing to hide, or stays in sight.
        hidden, accepted, left: kinds of the tracks that are filled; of those that a person has accepted; of those left in sight.
        pictured: keys of `IN_SIGHT` that somebody saw in a sample picture and left in sight.
        samples: that are not answered.
    """

    open: int = 0
    unasked: int = 0
    told: int = 0
    unsaid: int = 0
    unsorted: int = 0
    hidden: frozenset[str] = frozenset()
    accepted: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    pictured: frozenset[str] = frozenset()
    samples: int = 0

    @property
    def due(self) -> bool:
        """Whether anything is left to do on the page of masks."""
        return bool(self.open or self.unasked or self.told or self.unsaid or self.unsorted or self.samples)


@dataclass(frozen=True, slots=True)
class ReleaseQuestion:
    """What a guard looks at.

    Attributes:
        facts: of the ground.
        at: aware.
        words: the reason as it was written.
        proposer, reviewer: whoever acts is that person, or has ever proposed it.
        worked: whoever acts has done some of what is approved.
        bound_to_proposer, bound_to_work: whoever acts is no other person than who did that.
        end: of the span, aware; `length` how long it is, `longest` how long one may be.
        by_rule: it rests on a rule, not on consent.
        papers: how many lie there; `unread` of a consent those that whoever acts has not opened.
        assessment: its three parts.
        marks: of the tracks.
        findings: kind that is protected → answer.
        laws: kind → the article of its exemption, with somebody who has read it.
        overlay: what the answer about burnt-in time and place lacks.
        shown: whoever approves it, or has, was shown the reviewed copy whole.
        written: a copy lies there that was written with the tracks as they stand.
        leaks: what a detector still finds in it that nobody has let stand.
        where, takedown: as written.
        for_one: it is a copy for the person in the picture, not for the public.
    """

    facts: ReleaseFacts
    at: datetime
    words: str = ""
    proposer: bool = False
    reviewer: bool = False
    worked: bool = False
    bound_to_proposer: bool = False
    bound_to_work: bool = False
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
    overlay: tuple[Unmet, ...] = ()
    shown: bool = False
    written: bool = False
    leaks: int = 0
    where: str = ""
    takedown: str = ""
    for_one: bool = False

    @property
    def of_whom(self) -> bool:
        """Whether it rests on somebody who is seen: on their consent, or it is the copy for them. Of them a kind may be left in sight."""
        return self.for_one or not self.by_rule


Guard = Callable[[ReleaseQuestion], tuple[Unmet, ...]]


def propose(asked: ReleaseQuestion) -> tuple[Unmet, ...]:
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


def assess(asked: ReleaseQuestion) -> tuple[Unmet, ...]:
    """Necessity, risks and measures, by another person than the proposer, who has opened what consent there is."""
    found = [] if asked.assessment and all(map(says_something, asked.assessment)) else [NO_ASSESSMENT]
    return (*found, *_own(asked.proposer), *_bound(asked.bound_to_proposer), *_unread(asked), *propose(asked))


def decline(asked: ReleaseQuestion) -> tuple[Unmet, ...]:
    """With a reason, by another person than who proposed it, and than who reviewed it."""
    found = [] if says_something(asked.words) else [NO_WORDS]
    return (*found, *_own(asked.proposer or asked.reviewer), *_bound(asked.bound_to_proposer))


def give_back(asked: ReleaseQuestion) -> tuple[Unmet, ...]:
    """As `decline`; a copy for one person has nothing that could be completed."""
    return (*decline(asked), *_for_one(asked))


def with_words(asked: ReleaseQuestion) -> tuple[Unmet, ...]:
    """With a reason."""
    return () if says_something(asked.words) else (NO_WORDS,)


def review(asked: ReleaseQuestion) -> tuple[Unmet, ...]:
    """Every track decided, every sample looked at, every protected kind answered, and the copy is the one with these tracks."""
    marks = asked.marks
    found = [
        one
        for one, count in (
            (OPEN_TRACKS, marks.open),
            (UNASKED, marks.unasked),
            (STILL_TOLD, marks.told),
            (NO_REMARK, marks.unsaid),
            (UNSORTED, marks.unsorted),
            (SAMPLES, marks.samples),
        )
        if count
    ]
    found += release.unmasked(asked.facts)
    found += contradictions(asked)
    found += asked.overlay
    if not asked.written:
        found.append(NOT_WRITTEN)
    elif asked.leaks and not says_something(asked.words):
        found.append(LEAKS)
    return tuple(found)


def contradictions(asked: ReleaseQuestion) -> tuple[Unmet, ...]:
    """Answers that the tracks, or the law, speak against."""
    found: list[Unmet] = []
    for key, answer in asked.findings.items():
        if answer == "exempt":
            found += exempting(key, *asked.laws.get(key, ("", False)))
        else:
            found += _spoken_against(key, answer, asked.marks, asked.of_whom)
    return tuple(found)


def _spoken_against(key: str, answer: str, marks: Marks, of_whom: bool) -> list[Unmet]:
    """The remedy of each is an answer that then stands. A face that is hidden or left in sight says nothing of whether a minor's is there."""
    clause, zh, en = PROTECTED[key]
    kinds = set(COVERED_BY[key])
    left = key != "minors" and (bool(kinds & marks.left) or key in marks.pictured)
    accepted = bool(kinds & marks.accepted)
    if answer == "masked" and not kinds & marks.hidden:
        return [only_left(clause, zh, en, of_whom) if left else nothing_drawn(clause, zh, en)]
    if answer == "absent" and key != "minors" and accepted:
        return [drawn_though_absent(clause, zh, en)]
    if answer == "absent" and left:
        return [only_left(clause, zh, en, of_whom)]
    if answer == "shown" and accepted:
        return [masked_too(clause, zh, en)]
    if answer == "shown" and not left:
        return [nothing_left(clause, zh, en)]
    return []


def exempting(key: str, law: str, read: bool) -> tuple[Unmet, ...]:
    """What keeps this kind from being let stand by `law`; `read`: somebody has read its article."""
    if key == "minors":
        return (MINORS,)
    return () if release.names_a_norm(law) and read else (NO_LAW,)


def second_review(asked: ReleaseQuestion) -> tuple[Unmet, ...]:
    """By another person than who proposed, masked or reviewed it, of the reviewed copy, which they were shown, with consent that they have read."""
    found: list[Unmet] = []
    if asked.proposer:
        found.append(PROPOSED_IT)
    if asked.reviewer:
        found.append(release.NO_SECOND)
    elif asked.worked and not asked.proposer:
        found.append(WORKED_ON_IT)
    found += _bound(asked.bound_to_work)
    if not asked.shown and not found:  # who may not approve it is not sent to look at it
        found.append(NOT_SHOWN)
    mine = {release.NO_SECOND}
    return (
        *found,
        *_unread(asked),
        *asked.overlay,
        *(one for one in release.unmet(asked.facts, asked.at) if one not in mine),
    )


def publish(asked: ReleaseQuestion) -> tuple[Unmet, ...]:
    """All that the ground asks for, by somebody who was shown the copy when they approved it, and where it is published."""
    found = [*release.unmet(asked.facts, asked.at), *_for_one(asked), *asked.overlay]
    if not asked.shown:
        found.append(APPROVED_UNSEEN)
    if not says_something(asked.where):
        found.append(NO_PLACE)
    return tuple(found)


def withdraw(asked: ReleaseQuestion) -> tuple[Unmet, ...]:
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


def _bound(so: bool) -> tuple[Unmet, ...]:
    return (BOUND,) if so else ()


def _for_one(asked: ReleaseQuestion) -> tuple[Unmet, ...]:
    return (FOR_ONE,) if asked.for_one else ()


def _unread(asked: ReleaseQuestion) -> tuple[Unmet, ...]:
    return (UNREAD,) if asked.unread else ()
