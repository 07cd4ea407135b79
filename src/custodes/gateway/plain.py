"""Words of a peer as a report may carry them: one line, no control characters, not longer than the field."""

from __future__ import annotations

import unicodedata

LINE = 300
"""Characters of a `Line` of the wire."""

ID = 32


def plain(text: str, most: int = LINE) -> str:
    """`text` as one line of at most `most` characters; what is no printable character becomes U+FFFD, wide blanks stay."""
    line = text[:most]
    if line.isprintable():  # nearly always: a catalogue has a million of them
        return line
    return "".join(
        letter if letter.isprintable() or unicodedata.category(letter) == "Zs" else "\ufffd" for letter in line
    )
