"""Text that people wrote, made fit for paper: nothing in it is code, nothing hides, nothing overflows, nothing becomes a box."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set as AbstractSet

_BREAK = "\u200b"
_LONG = re.compile(r"[!-~\u00a1-\u024f]{25,}")
_EVERY = 12
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def printable(text: str, shown: AbstractSet[int]) -> str:
    """`text` as it is set.

    Characters that nobody sees (controls, turns of direction) become blanks, line ends stay; a character that no font has
    stands as its number, ``〔U+1F600〕``, never as a box; a word too long for any column may break.

    Args:
        shown: code points that the fonts have.
    """
    plain = "".join(_seen(char, shown) for char in text.replace("\r\n", "\n").replace("\r", "\n"))
    return _LONG.sub(lambda found: _BREAK.join(_pieces(found[0])), plain)


def _seen(char: str, shown: AbstractSet[int]) -> str:
    if char == "\n":
        return char
    if unicodedata.category(char) in _DROPPED or char.isspace():
        return " " if char != "\u3000" else char
    return char if ord(char) in shown else f"〔U+{ord(char):04X}〕"


def _pieces(word: str) -> list[str]:
    return [word[start : start + _EVERY] for start in range(0, len(word), _EVERY)]
