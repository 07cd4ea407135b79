"""The managing unit's answer to an individual's request (N21): consent, or not with the reason and the ways that are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from custodes.documents.forms.document import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualNotice(Document):
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
