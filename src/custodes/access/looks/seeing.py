"""Whether somebody may know of a look, and since when: the rule, for one look and one reader. Pure (decision 0287).

`reach.py` asks the database the same question for all looks at once; a test holds the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SeenOfLook(StrEnum):
    """What a reader learns of a look."""

    NOTHING = "nothing"
    AT_ONCE = "at_once"
    DISCLOSED = "disclosed"


@dataclass(frozen=True, slots=True)
class ReaderRelation:
    """What a reader is to a look.

    Attributes:
        own: they looked.
        supervises: audit administrator or internal supervision at the police, and the look is within their scope (N25).
        served: of the unit that served it or whose staff looked.
        reached: of a unit with one of its cameras, or of the police of the division in which it was served.
        embargo_ends: the end of the embargo that its request carries, the first moment behind it; None for none.
    """

    own: bool = False
    supervises: bool = False
    served: bool = False
    reached: bool = False
    embargo_ends: datetime | None = None


def seen(relation: ReaderRelation, at: datetime) -> SeenOfLook:
    """What the reader learns of it at this instant."""
    if relation.own or relation.supervises or relation.served:
        return SeenOfLook.AT_ONCE
    if not relation.reached:
        return SeenOfLook.NOTHING
    if relation.embargo_ends is None:
        return SeenOfLook.AT_ONCE
    return SeenOfLook.DISCLOSED if relation.embargo_ends <= at else SeenOfLook.NOTHING
