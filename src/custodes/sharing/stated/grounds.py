"""On which grounds an upper platform's officer may ask: those by which an agency looks, each with what it opens. Pure.

Left out are grounds of the house that runs a system (commissioning, view check, maintenance), of private persons (individual, own image) and
public release: none of them reaches another platform's cameras.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from custodes.law.clauses.registry import BY_ID
from custodes.law.grounds import agency
from custodes.law.grounds.registry import GROUNDS, Entry
from custodes.sharing.models import Verb


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


def entry_of(ground: str) -> Entry | None:
    """The ground, where it may come from above."""
    return GROUNDS[ground] if ground in FROM_ABOVE else None


def articles_fit(ground: str, clauses: tuple[str, ...]) -> bool:
    """Whether what a statement cites are articles that we know, one of them of its ground."""
    return all(one in BY_ID for one in clauses) and bool(set(clauses) & set(GROUNDS[ground].clauses))
