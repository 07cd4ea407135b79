"""Every clause that the program knows, by its id and as people write it; search in both languages; what N9 takes off its places."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache

from custodes.law.clauses import national, norms
from custodes.law.clauses.clause import Clause, Norm
from custodes.law.clauses.lhasa import text as lhasa
from custodes.law.clauses.others import cases, penalties, people, principles, security, standards

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_NUMBER = r"[0-9零一二三四五六七八九十百]{1,9}"
_CHINESE = re.compile(
    rf"(?P<norm>\D{{0,80}}?)第?(?P<article>{_NUMBER})条(?:第?(?P<paragraph>{_NUMBER})款)?(?:第?(?:(?P<item>{_NUMBER})|\((?P<braced>{_NUMBER})\))项?)?"
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


LHASA = lhasa.CLAUSES
NATIONAL = national.CLAUSES
OTHERS = (
    *principles.PRINCIPLES,
    *people.PRIVACY,
    *security.SECURITY,
    *penalties.PENALTIES,
    *penalties.PROCEDURE,
    *cases.POLICE_CASES,
    *cases.REMEDIES,
    *cases.EVIDENCE,
    *standards.SUPERVISION,
    *standards.STANDARDS,
)
ALL = LHASA + NATIONAL + OTHERS
BY_ID = {clause.id: clause for clause in ALL}

_NORM = re.compile(r"[A-Z]+(?=\d)|GB\d+")
_WRITTEN = re.compile(r"(?P<article>[A-Z]+\d+)(?:\.(?P<paragraph>\d+))?(?P<sentence>[a-z])?(?:\((?P<item>\d+)\))?")


class UnknownClause(Exception):
    """There is no such clause.

    Attributes:
        near: clauses of the same article, or what else may have been meant.
    """

    def __init__(self, clause: str, near: tuple[str, ...]) -> None:
        hint = f"; this article has {', '.join(near)}" if near else "; ids look like S16.2a, S28.1(3), N14, PL41"
        super().__init__(f"there is no clause {clause!r}{hint}")
        self.near = near


def find(clause: str) -> Clause:
    """The clause of this id; ``S28(1)`` is understood as ``S28.1(1)`` where only one paragraph has items.

    Raises:
        UnknownClause: none, or more than one.
    """
    wanted = clause.strip().replace("（", "(").replace("）", ")")
    wanted = re.sub(r"^[a-z]+", lambda found: found[0].upper(), wanted)
    if (found := BY_ID.get(wanted)) is not None:
        return found
    parts = _WRITTEN.fullmatch(wanted)
    near = of_article(parts["article"]) if parts else ()
    if parts and parts["item"] and not parts["paragraph"]:
        meant = [one for one in near if one.id.endswith(f"({parts['item']})")]
        if len(meant) == 1:
            return meant[0]
    raise UnknownClause(clause, tuple(one.id for one in near))


def of_article(article: str) -> tuple[Clause, ...]:
    """All clauses of ``S16``, in order."""
    return tuple(one for one in ALL if re.fullmatch(re.escape(article) + r"(?:\D.*)?", one.id))


def norm_of(clause: Clause) -> Norm:
    """The norm that the clause belongs to."""
    return _norm(clause.id)


@cache
def _norm(clause: str) -> Norm:
    found = norms.BY_ID.get(clause)
    if found is not None:
        return found
    match = _NORM.match(clause)
    assert match is not None
    return norms.BY_ID[match[0]]


def in_force(clause: Clause, day: date) -> bool:
    """Whether the clause holds on `day`."""
    norm = norm_of(clause)
    since, until = clause.since or norm.in_force, clause.until or norm.until
    return since <= day and (until is None or day <= until)


def holds(clause: str, day: date) -> bool:
    """Whether the clause of this id holds on `day`; what is no clause of ours, a standard's or a decision's name, does."""
    found = BY_ID.get(clause)
    return found is None or in_force(found, day)


def search(words: str) -> tuple[Clause, ...]:
    """Clauses that each of the words cites (``第十六条``, ``条例第十四条``, ``S28(1)``), or that hold it in id, text or gloss.

    Whatever their case; what is cited comes first, then by rank of norm and in order.
    """
    wanted = [(word.casefold(), cited(word)) for word in words.split()]
    if not wanted:
        return ()

    def meant(clause: Clause) -> bool:
        return any(pattern is not None and pattern.fullmatch(clause.id) for _word, pattern in wanted)

    found = [
        clause
        for clause in ALL
        if all(
            word in f"{clause.id}\n{clause.zh}\n{clause.en}".casefold()
            or (pattern is not None and pattern.fullmatch(clause.id))
            for word, pattern in wanted
        )
    ]
    return tuple(sorted(found, key=lambda clause: not meant(clause)))


N9_EXEMPTS = ("N11", "N14", "N15", "N16.2", "N17")


def exempted(clause: str) -> bool:
    """Whether N9 takes this clause, or what it is a part of, off the systems of its places."""
    return any(clause == one or clause.startswith((f"{one}.", f"{one}(")) for one in N9_EXEMPTS)


def binds(clause: str, day: date, n9: bool) -> bool:
    """Whether the clause asks something on `day` of a system; `n9` says that it is one of N9."""
    return holds(clause, day) and not (n9 and exempted(clause))
