"""Words of a peer as a report may carry them: one line, no control characters, not longer than the field."""

from __future__ import annotations

LINE = 300
"""Characters of a `Line` of the wire."""

ID = 32


def plain(text: str, most: int = LINE) -> str:
    """`text` as one line of at most `most` characters; what is no printable character becomes U+FFFD."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:most])
