"""Every clause that the program knows, by its id; search in both languages."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from custodes.law.clauses import norms
from custodes.law.clauses.citation import cited
from custodes.law.clauses.clause import Clause, Norm
from custodes.law.clauses.lhasa import text as lhasa
from custodes.law.clauses.national import text as national
from custodes.law.clauses.others import (
    cases,
    evidence,
    penalties,
    people,
    principles,
    procedure,
    security,
    standards,
    supervision,
)

LHASA = lhasa.CLAUSES
NATIONAL = national.CLAUSES
OTHERS = (
    *principles.PRINCIPLES,
    *people.PRIVACY,
    *security.SECURITY,
    *penalties.PENALTIES,
    *procedure.PROCEDURE,
    *cases.POLICE_CASES,
    *cases.REMEDIES,
    *evidence.EVIDENCE,
    *supervision.SUPERVISION,
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
