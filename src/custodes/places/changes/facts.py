"""What the guards of a change ask about: plain data, gathered from the rows by `gathering`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Changing:
    """One camera of a change.

    Attributes:
        before, after: there is a picture of how it was, how it is.
        updated: the register says something else of it than when the change was entered.
        doubted: a person has still to say whether it may be where it is now, or said that it may not (R1).
        gone: it was removed by a removal case (S18).
    """

    name: str
    before: bool = False
    after: bool = False
    updated: bool = False
    doubted: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """All that any guard needs to know of one change.

    Attributes:
        kind: of `models.ChangeKind`.
        asked_by: who asked for it, or entered what was found.
        asked_on: the day of that.
        decided_on: the day of the leave; None before.
        cameras: those that it is about.
        after: number of pictures or papers of how it is now, whatever they are of.
        added: cameras that were entered since it was asked for, and are connected.
    """

    kind: str
    asked_by: int
    asked_on: date
    decided_on: date | None = None
    cameras: tuple[Changing, ...] = ()
    after: int = 0
    added: int = 0
