"""The account of keeping and deleting of a month (S32, N17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from custodes.documents.forms.document import Document


@dataclass(frozen=True, slots=True)
class KeptLine:
    """One 点位: what was asked for, what was there, why less, what is held, where its deletions stand in the log."""

    camera: str
    system: str
    days: int | None = None
    asked: date | None = None
    oldest: date | None = None
    short: str = ""
    held: str = ""
    purged: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionReport(Document):
    """录像留存和删除报告: for who inspects it.

    Attributes:
        month: ``2026-11``.
        scope: of which unit, system or division, in words.
        cameras, short: how many there are, and how many fell short.
        more: lines that are not printed.
    """

    TITLE: ClassVar[str] = "录像留存和删除报告"
    TEMPLATE: ClassVar[str] = "retention"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S32", "N17")

    month: str
    scope: str = ""
    cameras: int = 0
    short: int = 0
    held: int = 0
    more: int = 0
    lines: tuple[KeptLine, ...] = ()
    printed_by: str = ""
