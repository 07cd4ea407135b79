"""The report before a removal (S18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from custodes.documents.forms.document import Device, Document, Party


class RemovalGround(StrEnum):
    """Why; the clause leaves the list open (等)."""

    CITY_WORKS = "城市建设"
    CHANGE_OF_USE = "场所、部位改变用途"
    OTHER = "其他确需拆除的情形"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalReport(Document):
    """拆除报告: a report to the county police, no request for leave.

    Attributes:
        ground: None leaves the choice to the pen.
        removal: the day on which it is to be removed; `reported` is the day of this report.
        days_ahead: from report to removal, as `custodes.law.deadlines` counts them.
        kept_until: last day on which its recordings are kept.
        disposal: what becomes of devices and disks.
    """

    TITLE: ClassVar[str] = "公共安全视频图像信息系统设备拆除报告"
    TEMPLATE: ClassVar[str] = "removal"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S18a", "S18b", "N23(2)")

    unit: Party
    system: str
    ground: RemovalGround | None
    ground_words: str = ""
    filing_number: str = ""
    place: str = ""
    police: str = ""
    devices: tuple[Device, ...] = ()
    reported: date | None = None
    removal: date | None = None
    days_ahead: int | None = None
    kept_until: date | None = None
    disposal: str = ""
    agent: str = ""
    agent_phone: str = ""
