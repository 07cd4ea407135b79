"""What private persons are given: the answer to a wish to look (N21) and to one's own image (PIPL 45); and the sheets of a missing person's case (S29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from custodes.documents.forms.document import PrintedDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualNotice(PrintedDocument):
    """个人查阅答复告知书.

    Attributes:
        consents: the unit agrees; None for an empty form.
        applicant, purpose, content: of the request.
        asked: when it came in.
        span, cameras: what may be looked at, of a consent.
        refusal: why not, of a refusal; `ways` are the others that are open.
        unit: that answers.
    """

    TITLE: ClassVar[str] = "个人查阅视频图像信息答复告知书"
    TEMPLATE: ClassVar[str] = "individual_notice"
    CLAUSES: ClassVar[tuple[str, ...]] = ("N21",)

    consents: bool | None = None
    applicant: str = ""
    purpose: str = ""
    content: str = ""
    asked: date | None = None
    span: str = ""
    cameras: tuple[str, ...] = ()
    refusal: str = ""
    ways: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Lacking:
    """One condition on which a refusal rests: its clause in words, what is unmet, what can be done."""

    clause: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Copy:
    """One masked copy that is given: of which camera and span, and the SHA-256 of its file, hex."""

    camera: str
    span: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnImageReply(PrintedDocument):
    """本人影像申请答复书.

    Attributes:
        outcome: 提供查阅, 提供遮蔽后的复制件, 不予提供; empty for an empty form.
        applicant, subject: who asks, and for whom; `subject` is empty where that is the same person.
        wish, place, content, asked: of the request.
        span, cameras: what may be looked at, of what is given.
        masked, reviewed: by whom everybody else in a copy was masked, and who reviewed that; `copies` are the files.
        reason, lacking: why not, of a refusal or of a copy that is left out; `ways` are those that are open.
        unit: that answers.
    """

    TITLE: ClassVar[str] = "本人影像申请答复书"
    TEMPLATE: ClassVar[str] = "own_image_reply"
    CLAUSES: ClassVar[tuple[str, ...]] = ("PIPL45", "PIPL50")

    outcome: str = ""
    applicant: str = ""
    subject: str = ""
    wish: str = ""
    place: str = ""
    content: str = ""
    asked: date | None = None
    span: str = ""
    cameras: tuple[str, ...] = ()
    masked: str = ""
    reviewed: str = ""
    copies: tuple[Copy, ...] = ()
    reason: str = ""
    lacking: tuple[Lacking, ...] = ()
    ways: tuple[str, ...] = ()
    unit: str = ""


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
class MissingSheet(PrintedDocument):
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
class MissingPledge(PrintedDocument):
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
