"""The letter and the cards that were shown at the counter: as scans, or by the word of whoever registers (S28.1(2))."""

from __future__ import annotations

from custodes.access.models import AgencyPaperKind, AgencyRequest


def scanned(row: AgencyRequest) -> bool:
    """Whether the letter and a card of each officer lie there as papers."""
    kinds = list(row.papers.values_list("kind", flat=True))
    cards = kinds.count(AgencyPaperKind.CARD)
    return AgencyPaperKind.LETTER in kinds and cards >= max(2, row.officers.count())
