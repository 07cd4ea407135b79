"""Filing a system, the receipt for it, and a change of what was filed (S16.2a, N14)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar

from custodes.documents.forms.document import Device, DeviceCount, Document, Paper, Party


class FilingKind(StrEnum):
    """What is filed."""

    NEW = "新建系统备案"
    EXISTING = "已建成系统备案"
    CHANGE = "变更备案"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingForm(Document):
    """备案表: N14's four things (单位情况、建设位置、设备数量及类型、存储期限) and S16.2a's two sets of papers.

    Attributes:
        kind: None leaves the choice to the pen.
        category: the item of S9 and its words.
        retention_days: 存储期限, in days.
        due, days_late: the last day in time and natural days past it, as `custodes.law.duties.filing` counts them.
        design, acceptance: 设计方案 and 验收材料.
        devices: an annexed list; empty for none.
    """

    TITLE: ClassVar[str] = "公共安全视频图像信息系统备案表"
    TEMPLATE: ClassVar[str] = "filing"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S16.2a", "N14")

    kind: FilingKind | None
    system: str
    builder: Party = field(default_factory=Party)
    manager: Party = field(default_factory=Party)
    user: Party = field(default_factory=Party)
    category: str = ""
    division: str = ""
    place: str = ""
    network: str = ""
    mlps: str = ""
    device_counts: tuple[DeviceCount, ...] = ()
    retention_days: int | None = None
    completed: date | None = None
    accepted: date | None = None
    in_use: date | None = None
    due: date | None = None
    days_late: int = 0
    design: tuple[Paper, ...] = ()
    acceptance: tuple[Paper, ...] = ()
    devices: tuple[Device, ...] = ()
    agent: str = ""
    agent_phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingReceipt(Document):
    """备案回执, given by the county police for what was filed.

    Attributes:
        national_number: of the national platform, where it was entered there.
        missing: what is still to be handed in.
        police, officer: who received it.
    """

    TITLE: ClassVar[str] = "公共安全视频图像信息系统备案回执"
    TEMPLATE: ClassVar[str] = "receipt"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S16.2a", "N14")

    unit: Party
    system: str
    filing_number: str = ""
    national_number: str = ""
    place: str = ""
    division: str = ""
    received: date | None = None
    due: date | None = None
    days_late: int = 0
    materials: tuple[Paper, ...] = ()
    missing: tuple[str, ...] = ()
    police: str = ""
    officer: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed (变更事项), before and after."""

    item: str
    before: str
    after: str
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeForm(Document):
    """变更表: what was filed and is so no longer."""

    TITLE: ClassVar[str] = "公共安全视频图像信息系统备案变更表"
    TEMPLATE: ClassVar[str] = "change"
    CLAUSES: ClassVar[tuple[str, ...]] = ("N14", "S34(7)")

    unit: Party
    system: str
    filing_number: str = ""
    place: str = ""
    reason: str = ""
    changes: tuple[Change, ...] = ()
    materials: tuple[Paper, ...] = ()
    agent: str = ""
    agent_phone: str = ""
