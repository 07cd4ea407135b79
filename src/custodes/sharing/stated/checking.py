"""What is wrong with a statement by itself, whosever camera it is of. Pure; nothing here tells what a link is shown.

Its ground is one of those by which an agency looks. Left out are those of the house that runs a system (commissioning, view check, maintenance), of
private persons (individual, own image) and public release: none of them reaches another platform's cameras.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from custodes.access.papers import microseconds
from custodes.law.clauses.registry import BY_ID
from custodes.law.grounds import agency
from custodes.law.grounds.ground import GroundEntry
from custodes.law.grounds.registry import GROUNDS
from custodes.law.grounds.stating import says_something
from custodes.ledger.canonical import MAX_INTEGER
from custodes.sharing.models import Verb
from custodes.sharing.serving.recording import span_times
from custodes.video.wire.statements import LONGEST_US, Statement


@dataclass(frozen=True, slots=True)
class FromAbove:
    """What such a ground opens.

    Attributes:
        verbs: of `models.STATED`.
        document: the ground asks for a letter or case with a number.
    """

    verbs: frozenset[Verb]
    document: bool = False


FROM_ABOVE: Mapping[str, FromAbove] = {
    # Duty at the platform above (S34(1)): what was seen just now, and moving what is watched. Nothing is taken away by it (S33.1).
    "duty": FromAbove(frozenset({Verb.HISTORY, Verb.STEER})),
    # S27 looks up, retrieves and copies what was recorded, under a letter (S28.1(2)); it has no live picture, so that nothing is moved by it.
    agency.NAME: FromAbove(frozenset({Verb.HISTORY, Verb.DOWNLOAD}), document=True),
    # S29 lets look, and neither copy nor retrieve.
    "missing_person": FromAbove(frozenset({Verb.HISTORY})),
    # S36, N24: a short playback of what is inspected.
    "inspection": FromAbove(frozenset({Verb.HISTORY})),
}


def entry_of(ground: str) -> GroundEntry | None:
    """The ground, where it may come from above."""
    return GROUNDS[ground] if ground in FROM_ABOVE else None


def articles_fit(ground: str, clauses: tuple[str, ...]) -> bool:
    """Whether what a statement cites are articles that we know, one of them of its ground."""
    return all(one in BY_ID for one in clauses) and bool(set(clauses) & set(GROUNDS[ground].clauses))


APART_US = 120_000_000
"""So far may the clocks of two platforms be apart."""
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def wrong(said: Statement, at: datetime) -> str:
    """What is wrong with it, in plain words for the platform above; empty where nothing is."""
    return _times(said, at) or _words(said) or _ground(said)


def counts_until_us(said: Statement, at: datetime) -> int:
    """Until when it counts, microseconds: ten minutes from now at most, though the other clock be before ours."""
    return min(said.counts_until_us, microseconds(at) + LONGEST_US)


def _times(said: Statement, at: datetime) -> str:
    now = microseconds(at)
    if abs(said.said_us - now) > APART_US:
        return "it was said more than two minutes from now: look after the clocks"
    if said.counts_until_us <= now:
        return "it counts no more"
    try:
        span_times(said.from_us, said.until_us, at)
    except ValueError as error:
        return str(error)
    return "" if said.index <= MAX_INTEGER else "the place in your log is none"


def _words(said: Statement) -> str:
    lines = (said.channel, said.call_id, said.unit, said.person, said.number, said.document)
    told = (*lines, said.reason.translate({10: None, 9: None}))  # a reason may have lines
    if any(unicodedata.category(char) in _HIDDEN for text in told for char in text):
        return "a text has characters that nobody sees"
    for name in ("unit", "person", "reason"):
        if not says_something(getattr(said, name)):
            return f"{name} says nothing"
    return ""


def _ground(said: Statement) -> str:
    ground = FROM_ABOVE.get(said.ground)
    if ground is None or Verb(said.verb) not in ground.verbs:
        return "no such ground opens this to a platform above"
    if ground.document and not says_something(said.document):
        return "this ground asks for a document with its number"
    return "" if articles_fit(said.ground, said.clauses) else "the articles are not those of this ground"


def moment(us: int) -> datetime:
    """As a time. What is checked lies in a year."""
    return _EPOCH + timedelta(microseconds=us)


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
