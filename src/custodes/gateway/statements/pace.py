"""How long anybody waits for a statement, and how many there may be."""

from __future__ import annotations

from dataclasses import dataclass, field

from custodes.tls.handed_server import HandedBounds


@dataclass(frozen=True, slots=True)
class StatementPace:
    """Seconds and numbers.

    Attributes:
        web: for our web, which puts it on record; below: for the platform below, which does too; whole: for both, of a call.
        records, steer: for both, of a question, of a command: what takes longer goes on, and is had by the next one.
        early: before its end a statement is made anew; rest: after a failure the same is not tried again.
        kept: statements that are remembered until they end.
        heard: of what platforms above may take of the listener.
        decide: for our web, of a statement that came.
        a_minute: statements of one platform above in a minute; at_once: of it that are being decided.
        look: between two looks who may state; open: until a port that could not be had is tried again.
    """

    web: float = 3.0
    below: float = 6.0
    whole: float = 8.0
    records: float = 4.0
    steer: float = 1.5
    early: float = 60.0
    rest: float = 5.0
    kept: int = 4096
    heard: HandedBounds = field(default_factory=lambda: HandedBounds(connection_s=20.0, body_s=5.0, of_client=32))
    decide: float = 5.0
    a_minute: int = 600
    at_once: int = 16
    look: float = 1.0
    open: float = 5.0


STATEMENT_PACE = StatementPace()
