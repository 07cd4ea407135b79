"""Which formats this program writes: what is newer is refused before anything is put back."""

from __future__ import annotations

from custodes.ledger.book import FORMAT as BOOK
from custodes.node.journal import FORMAT as JOURNAL
from custodes.node.speaking.book import FORMAT as SPEAKING
from custodes.node.steering.book import FORMAT as STEERING
from custodes.video.archive.schema import FORMAT as INDEX
from custodes.video.archive.volume import FORMAT as VOLUME

PAPERS = 1
"""Of the store of papers: each file under its SHA-256."""


def known_formats() -> dict[str, int]:
    """Format of each part by its name."""
    accounts = {"journal": JOURNAL, "steering": STEERING, "speaking": SPEAKING}
    return {"index": INDEX, "book": BOOK, "volume": VOLUME, "papers": PAPERS} | accounts
