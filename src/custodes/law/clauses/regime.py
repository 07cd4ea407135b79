"""N9's regime: other public places than those of N7, whose systems Order 799 binds with fewer articles.

N9 takes articles 11, 14, 15, 17 and the second paragraph of article 16 off them, as duties of Order 799: what it does not list binds
them (12 on products, 13 on place and sign, 16.1 on use, 19 on who is entrusted), and so does the city's regulation.
"""

from __future__ import annotations

from datetime import date

from custodes.law.clauses.registry import holds

N9_EXEMPTS = ("N11", "N14", "N15", "N16.2", "N17")


def exempted(clause: str) -> bool:
    """Whether N9 takes this clause, or what it is a part of, off the systems of its places."""
    return any(clause == one or clause.startswith((f"{one}.", f"{one}(")) for one in N9_EXEMPTS)


def binds(clause: str, day: date, n9: bool) -> bool:
    """Whether the clause asks something on `day` of a system; `n9` says that it is one of N9."""
    return holds(clause, day) and not (n9 and exempted(clause))
