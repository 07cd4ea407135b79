"""What is printed at the desk for a missing person's case (S29): the register sheet, and the words with the undertaking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from custodes.documents.forms.document import Document


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session of the case, as the sheet lists it: who looked, who was there, from when to when, how the undertaking was given."""

    kind: str
    viewer: str
    officer: str
    begun: str
    ended: str
    undertaking: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingSheet(Document):
    """走失人员查看登记表. Texts as they are printed; an empty one is a line for the pen.

    Attributes:
        lost, lost_as, age, looks, last_seen: who is lost.
        applicant, relation, guardian_unit, document, phone, proof: who asks.
        report, protected: 接警编号, and what was found about a protection order or a dispute.
        span, cameras: what may be looked at.
        sittings: the sessions.
        found, told, closed, reviewed: how it ended.
        police: the unit.
    """

    TITLE: ClassVar[str] = "走失人员查看登记表"
    TEMPLATE: ClassVar[str] = "missing_sheet"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S29",)

    lost: str = ""
    lost_as: str = ""
    age: str = ""
    looks: str = ""
    last_seen: str = ""
    applicant: str = ""
    relation: str = ""
    guardian_unit: str = ""
    document: str = ""
    phone: str = ""
    proof: str = ""
    report: str = ""
    protected: str = ""
    opened: str = ""
    span: str = ""
    cameras: tuple[str, ...] = ()
    sittings: tuple[Sitting, ...] = ()
    found: str = ""
    told: str = ""
    closed: str = ""
    reviewed: str = ""
    police: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPledge(Document):
    """查看告知与承诺: read aloud, then signed or with a thumbprint.

    Attributes:
        lost, applicant, document: of the case.
        words: what is read aloud, sentence by sentence.
        police: the unit.
    """

    TITLE: ClassVar[str] = "走失人员查看告知与承诺"
    TEMPLATE: ClassVar[str] = "missing_pledge"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S29",)

    lost: str = ""
    applicant: str = ""
    document: str = ""
    words: tuple[str, ...] = ()
    police: str = ""
