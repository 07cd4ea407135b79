"""Clauses as a document quotes them: where they stand, and the words."""

from __future__ import annotations

import re

from custodes.law.clauses.registry import find, norm_of

_ID = re.compile(r"[A-Z]+(?P<article>\d+)(?:\.(?P<paragraph>\d+))?[a-z]?(?:\((?P<item>\d+)\))?")
_DIGITS = "零一二三四五六七八九"


def quoted(clause: str) -> dict[str, str]:
    """The norm, the place in it and the words; only the regulation's own are word for word, others are marked 摘要.

    Raises:
        UnknownClause: there is none of this id.
    """
    found = find(clause)
    norm = norm_of(found)
    return {
        "norm": norm.zh,
        "where": in_words(found.id),
        "text": found.zh.rstrip("；。") + "。",
        "note": "" if norm.id == "S" else "（摘要）",
    }


def in_words(clause: str) -> str:
    """``S16.2a`` → 第十六条第二款; ``S34(7)`` → 第三十四条第七项."""
    parts = _ID.fullmatch(clause)
    assert parts is not None
    words = f"第{_number(parts['article'])}条"
    if parts["paragraph"]:
        words += f"第{_number(parts['paragraph'])}款"
    if parts["item"]:
        words += f"第{_number(parts['item'])}项"
    return words


def _number(digits: str) -> str:
    tens, ones = divmod(int(digits), 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
