"""Records of the witness of platforms below: what their logs can't have signed honestly."""

from __future__ import annotations

from typing import Literal

from .base import Count, Name, Record, Text, check_hex


class WitnessContradicted(Record, frozen=True, kw_only=True, gc=False, tag="witness.contradicted"):
    """A log below signed a checkpoint that does not extend the one that was cosigned.

    Attributes:
        at: when the checkpoint came.
        witness: the witness's name.
        name: of the platform, as the witness's file calls it.
        origin: of its log.
        doubt: ``forked``: both are signed and can't be of one history; ``unproven``: the proof that they are was not given.
        seen, shown: sizes of the two trees.
        seen_root, shown_root: their roots, hex.
        evidence: `ledger.contradiction.Contradiction.digest`.
    """

    witness: Name
    name: Text
    origin: Name
    doubt: Literal["forked", "unproven"]
    seen: Count
    shown: Count
    seen_root: str
    shown_root: str
    evidence: str

    def __post_init__(self) -> None:
        super().__post_init__()
        for digest in (self.seen_root, self.shown_root, self.evidence):
            check_hex(digest)
