"""Words by which a text says of itself that it is classified (S20). Pure: asked before anything typed is kept (R2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

#: Marks of the three grades, and plain statements. 保密 alone is no mark: every unit has a 保密 office.
_MARKS = re.compile(r"绝密|机密|秘密[★☆]|秘密级|国家秘密|涉密|top secret|classified", re.IGNORECASE)
#: Before a mark, within one clause, they turn it round: 不涉及国家秘密, 非涉密, 周边没有涉密单位.
_DENIED = re.compile(r"(非|不|无|没有|未|否|\bnot\b|\bno\b|\bun|\bnon-?)[^，。；;,.!！？?\n]{0,8}$", re.IGNORECASE)


def says_classified(text: str) -> bool:
    """Whether a text says that what it tells of is classified; denials don't."""
    flat = unicodedata.normalize("NFKC", text)
    return any(not _DENIED.search(flat[: mark.start()]) for mark in _MARKS.finditer(flat))


def any_classified(texts: Iterable[str]) -> bool:
    """Whether one of them does."""
    return any(says_classified(text) for text in texts)
