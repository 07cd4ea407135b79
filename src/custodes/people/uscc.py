"""The unified social credit code (统一社会信用代码, GB 32100-2015): eighteen characters, the last of which checks the others.

Characters are those of the standard's table: digits and capital letters without I, O, Z, S and V, which look like 1, 0, 2, 5 and U.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
MODULUS = 31
#: Weight of each of the first seventeen characters: powers of 3 (GB 32100-2015, annex A).
WEIGHTS = tuple(pow(3, place, MODULUS) for place in range(LENGTH - 1))
#: Letters that the standard leaves out, and what was probably meant.
LOOKS_LIKE = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}
_SPACES = re.compile(r"[\s\-‐-―]+")


@dataclass(frozen=True)
class WrongLength:
    """Not eighteen characters."""

    count: int


@dataclass(frozen=True)
class WrongCharacter:
    """A character that no code has.

    Attributes:
        place: counted from 1.
        found: what stands there.
        meant: what it looks like; empty when it looks like nothing.
    """

    place: int
    found: str
    meant: str


@dataclass(frozen=True)
class WrongCheck:
    """Every character could stand there, and together they are no code: one is wrong, or two have changed places."""


Problem = WrongLength | WrongCharacter | WrongCheck


def normal(text: str) -> str:
    """The code as it is kept: half-width, capital, without spaces and hyphens."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


def check_character(body: str) -> str:
    """The eighteenth character of these seventeen.

    Raises:
        ValueError: they are not seventeen of the table.
    """
    if len(body) != LENGTH - 1:
        raise ValueError("a code has seventeen characters before its check character")
    total = sum(ALPHABET.index(char) * weight for char, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[-total % MODULUS]


def problems(code: str) -> tuple[Problem, ...]:
    """What is wrong with a code in its normal form; empty when nothing is."""
    wrong = tuple(
        WrongCharacter(place, char, LOOKS_LIKE.get(char, ""))
        for place, char in enumerate(code, 1)
        if char not in ALPHABET
    )
    if wrong:
        return wrong
    if len(code) != LENGTH:
        return (WrongLength(len(code)),)
    return () if check_character(code[:-1]) == code[-1] else (WrongCheck(),)
