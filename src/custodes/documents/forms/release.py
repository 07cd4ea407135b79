"""公共传播审批单: what is published on which basis, how it was assessed, masked, reviewed and approved, where it is (S30.2, N22, PIPL 55)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from custodes.documents.forms.document import PrintedDocument


@dataclass(frozen=True, slots=True)
class Protected:
    """One kind that is protected, what was found of it, and the law that lets it stand with who has read it."""

    name: str
    answer: str = ""
    law: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseForm(PrintedDocument):
    """公共传播审批单.

    Attributes:
        unit, title, camera, span: whose it is, what it is called, of which footage.
        aim, purpose, basis, channel: what for, on what it rests, where it is to be published.
        necessity, risks, measures: the impact assessment; `kept` until when it is kept.
        found: by kind.
        left: what stays in sight in the copy and why, in words; empty for nothing.
        pictures: how many sample pictures were answered, in words.
        overlay: what may be said of time and place in the copy, in words.
        detectors: which were run; `by_hand` what none of them looks for.
        source, output: SHA-256 of the film and of the masked copy, hex.
        device: from when to when it is the device's own recording, taken later, in words; empty for none.
        leaks: what a detector still finds in the copy, in words.
        proposed, assessed, reviewed, approved, published, withdrawn: who and when, in words.
        where, takedown: where it was published, what was done to take it down.
        outcome: how far it has come.
    """

    TITLE: ClassVar[str] = "公共传播审批单"
    TEMPLATE: ClassVar[str] = "release"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S30.2", "N22", "PIPL55")

    unit: str = ""
    title: str = ""
    camera: str = ""
    span: str = ""
    aim: str = ""
    purpose: str = ""
    basis: str = ""
    channel: str = ""
    necessity: str = ""
    risks: str = ""
    measures: str = ""
    kept: str = ""
    found: tuple[Protected, ...] = ()
    left: str = ""
    pictures: str = ""
    overlay: str = ""
    detectors: str = ""
    by_hand: str = ""
    source: str = ""
    output: str = ""
    device: str = ""
    leaks: str = ""
    proposed: str = ""
    assessed: str = ""
    reviewed: str = ""
    approved: str = ""
    published: str = ""
    where: str = ""
    withdrawn: str = ""
    takedown: str = ""
    outcome: str = ""
