"""Conditions in a sentence, each with the article that asks for it: ``未出示单位介绍信函（第二十八条第一款第二项）``."""

from __future__ import annotations

from collections.abc import Iterable

from custodes.documents.quoting import quoted
from custodes.law.grounds.ground import Unmet


def article(clause: str) -> str:
    """Where a clause stands, in Chinese; of another norm than the regulation with its name."""
    words = quoted(clause)
    return words["where"] if clause.startswith("S") else f"《{words['norm']}》{words['where']}"


def in_a_row(unmet: Iterable[Unmet]) -> str:
    """All of them, in Chinese."""
    return "；".join(f"{one.reason_zh}（{article(one.clause)}）" for one in unmet)
