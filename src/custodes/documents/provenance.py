"""Where a document comes from: which entry of which log stands behind it, and how a machine reads that."""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno

FORMAT = "CUSTODES-DOCUMENT/1"
LONGEST_NUMBER = 80
"""Characters of a document's number that are printed; more would burst the QR code and the foot of the page."""


def shortened(number: str) -> str:
    """The number as it is printed: what is too long for one ends in ``…``."""
    return number if len(number) <= LONGEST_NUMBER else f"{number[:LONGEST_NUMBER]}…"


@dataclass(frozen=True, slots=True)
class PrintedCheckpoint:
    """The log as it stood: number of entries, and the root hash in base64, as the signed note writes it."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is printed on every document so that it can be held against the log.

    Attributes:
        installation: name of the installation.
        origin: the log's identity.
        index: number of the entry that speaks of this document; None while it is not entered.
        checkpoint: the latest signed one at the time of printing; None where there is none.
    """

    installation: str
    origin: str
    index: int | None
    checkpoint: PrintedCheckpoint | None


def qr_text(provenance: Provenance, number: str) -> str:
    """What the QR code says: six lines, in this order, ``-`` for what there is not (documents/README.md)."""
    at = provenance.checkpoint
    lines = (
        FORMAT,
        f"origin {provenance.origin}",
        f"number {shortened(number) or '-'}",
        f"index {'-' if provenance.index is None else provenance.index}",
        f"size {'-' if at is None else at.size}",
        f"root {'-' if at is None else at.root}",
    )
    return "\n".join(" ".join(line.split()) for line in lines)


def qr_svg(provenance: Provenance, number: str) -> str:
    """The QR code as SVG, error correction M: a stamp or a fold may hide a seventh of it."""
    drawn = io.BytesIO()
    segno.make(qr_text(provenance, number), error="m", micro=False, encoding="utf-8").save(
        drawn, kind="svg", border=4, xmldecl=False
    )
    return drawn.getvalue().decode()
