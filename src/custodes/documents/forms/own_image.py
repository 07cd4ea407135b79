"""The managing unit's answer to a request for one's own image (PIPL 45): given, or refused with its ground and the ways that are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from custodes.documents.forms.document import Document


@dataclass(frozen=True, slots=True)
class Lacking:
    """One condition on which a refusal rests: its clause in words, what is unmet, what can be done."""

    clause: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnImageReply(Document):
    """本人影像申请答复书.

    Attributes:
        outcome: 提供查阅, 提供遮蔽后的复制件, 不予提供; empty for an empty form.
        applicant, subject: who asks, and for whom; `subject` is empty where that is the same person.
        wish, place, content, asked: of the request.
        span, cameras: what may be looked at, of what is given.
        masked, reviewed: by whom everybody else in a copy was masked, and who reviewed that.
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
    reason: str = ""
    lacking: tuple[Lacking, ...] = ()
    ways: tuple[str, ...] = ()
    unit: str = ""
