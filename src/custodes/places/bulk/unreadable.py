"""Why a table can't be read as a whole, in words for the page. What is wrong with one row is said at its row."""

from __future__ import annotations

from typing import Any

MAX_ROWS = 1000
MAX_COLUMNS = 40
MAX_CELL = 500
"""Characters; the longest field holds 400."""
MAX_BYTES = 900 * 1024
"""A form may send 1 MiB (`web.body_limit`)."""


class Unreadable(Exception):
    """The table as a whole is refused; `words` says why and what to do, and repeats nothing of what was sent."""

    def __init__(self, words: Any) -> None:
        super().__init__(words)
        self.words = words
