"""One line of the work list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

MOST = 8
"""Lines of a kind; the lists have the others."""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits.

    Attributes:
        due: the last day in time; None when the law gives none.
        late: that day has passed.
    """

    label: str
    hint: str
    href: str
    due: date | None = None
    late: bool = False
