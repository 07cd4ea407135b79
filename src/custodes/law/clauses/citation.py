"""Clauses as people write them: ``第十六条第二款``, ``条例第十四条``, ``办法第二十八条第一项``, ``S28(1)``, ``16.2``."""

from __future__ import annotations

import re
import unicodedata

from custodes.law.clauses import norms

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_NUMBER = r"[0-9零一二三四五六七八九十百]+"
_CHINESE = re.compile(
    rf"(?P<norm>\D*?)第?(?P<article>{_NUMBER})条(?:第?(?P<paragraph>{_NUMBER})款)?(?:第?(?:(?P<item>{_NUMBER})|\((?P<braced>{_NUMBER})\))项?)?"
)
_ID = re.compile(
    rf"(?P<norm>[a-z]*)(?P<article>\d+)(?:\.(?P<paragraph>\d+))?(?P<sentence>[a-z])?(?:\((?P<braced>{_NUMBER})\))?"
)
_SHORT = {"": ("S", "N"), "办法": ("S",), "本办法": ("S",), "条例": ("N",), "本条例": ("N",)}
"""Norms that are meant when nothing, or no more than this, is said of them."""


def number(text: str) -> int:
    """``16`` or ``十六``, below one thousand.

    Raises:
        ValueError: neither.
    """
    if text.isdecimal():
        return int(text)
    total = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            raise ValueError(f"{text!r} is no number")
    return total + digit


def cited(word: str) -> re.Pattern[str] | None:
    """What the ids of the clauses look like that `word` cites; None where it cites none: ``30`` alone is a number."""
    plain = unicodedata.normalize("NFKC", word).casefold()
    if (found := _CHINESE.fullmatch(plain)) is not None:
        item = found["item"] or found["braced"]
        prefixes = _SHORT.get(found["norm"]) or tuple(
            norm.id for norm in norms.NORMS if norm.zh.endswith(found["norm"])
        )
        sentence = ""
    elif (found := _ID.fullmatch(plain)) is not None and (found["norm"] or found["paragraph"] or found["braced"]):
        item, sentence = found["braced"], found["sentence"] or ""
        prefixes = (found["norm"].upper(),) if found["norm"] else _SHORT[""]
    else:
        return None
    if not prefixes:
        return None
    article, paragraph = number(found["article"]), found["paragraph"]
    pattern = f"(?:{'|'.join(map(re.escape, prefixes))}){article}"
    if paragraph:
        # An article of one paragraph has none in its ids.
        pattern += rf"\.{number(paragraph)}" if number(paragraph) > 1 else r"(?:\.1)?(?!\.)"
    if item:
        pattern += rf"(?:\.\d+)?[a-z]?\({number(item)}\)"
    else:
        pattern += sentence or ""
    return re.compile(rf"{pattern}(?![0-9]).*" if not item else pattern)
