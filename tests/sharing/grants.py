"""Link grants as tests want them: each step by its name."""

from __future__ import annotations

from datetime import date, time

from custodes.cases.step import StepInput
from custodes.cases.taking import begin, take
from custodes.law.duties.finding import LegalTerms
from custodes.sharing.grants.case import LINK_GRANT, came_later
from custodes.sharing.models import Link, LinkGrant, SharedNode, Verb

__all__ = ["came_later"]


def propose(
    link: Link,
    verb: Verb,
    taken: StepInput,
    *,
    from_on: date,
    until_on: date,
    node: SharedNode | None = None,
    hours: tuple[time, time] | None = None,
) -> LinkGrant:
    day_from, day_to = hours or (None, None)
    said = {
        "verb": verb, "node": node, "from_on": from_on, "until_on": until_on, "day_from": day_from, "day_to": day_to,
        "reason": taken.words,
    }  # fmt: skip
    row: LinkGrant = begin(
        LINK_GRANT, "propose", link, StepInput(taken.by, taken.at, taken.on, data=said), LegalTerms()
    )
    return row


def approve(row: LinkGrant, taken: StepInput) -> LinkGrant:
    return _step(row, "approve", taken)


def refuse(row: LinkGrant, taken: StepInput) -> LinkGrant:
    return _step(row, "refuse", taken)


def end(row: LinkGrant, taken: StepInput) -> LinkGrant:
    return _step(row, "end", taken)


def _step(row: LinkGrant, event: str, taken: StepInput) -> LinkGrant:
    given = StepInput(taken.by, taken.at, taken.on, taken.words, seen=taken.seen)
    done: LinkGrant = take(LINK_GRANT, row, event, given, LegalTerms())
    return done
