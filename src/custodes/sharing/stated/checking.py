"""What is wrong with a statement by itself, whosever camera it is of. Pure; nothing here tells what a link is shown."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from custodes.access.papers import microseconds
from custodes.law.grounds.stating import says_something
from custodes.ledger.canonical import MAX_INTEGER
from custodes.sharing.models import Verb
from custodes.sharing.serving.recording import span_times
from custodes.sharing.stated.grounds import FROM_ABOVE, articles_fit
from custodes.video.wire.statements import LONGEST_US, Statement

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
