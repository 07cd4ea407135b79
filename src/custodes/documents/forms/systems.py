"""Documents of a system: its filing with receipt, change and letter of authority (S16.2, N14), acceptance (S16.1, N11), the list of its file (S17), the notice to upgrade (S16.2c), the report before a removal (S18), and the month's account of keeping and deleting (S32, N17)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar

from custodes.documents.forms.document import DeviceCount, DeviceRow, PaperRow, Party, PrintedDocument


class FilingKind(StrEnum):
    """What is filed."""

    NEW = "新建系统备案"
    EXISTING = "已建成系统备案"
    CHANGE = "变更备案"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingForm(PrintedDocument):
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
    CLAUSES: ClassVar[tuple[str, ...]] = ("S16.2a", "S16.2b", "N14")

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
    design: tuple[PaperRow, ...] = ()
    acceptance: tuple[PaperRow, ...] = ()
    devices: tuple[DeviceRow, ...] = ()
    agent: str = ""
    agent_phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingReceipt(PrintedDocument):
    """备案回执, given by the county police for what was filed.

    Attributes:
        national_number: of the national platform, where it was entered there.
        missing: what is still to be handed in.
        police, officer: who received it.
    """

    TITLE: ClassVar[str] = "公共安全视频图像信息系统备案回执"
    TEMPLATE: ClassVar[str] = "receipt"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S16.2a", "S16.2b", "N14")

    unit: Party
    system: str
    filing_number: str = ""
    national_number: str = ""
    place: str = ""
    division: str = ""
    received: date | None = None
    due: date | None = None
    days_late: int = 0
    materials: tuple[PaperRow, ...] = ()
    missing: tuple[str, ...] = ()
    police: str = ""
    officer: str = ""


@dataclass(frozen=True, slots=True)
class FiledChange:
    """One thing that changed (变更事项), before and after."""

    item: str
    before: str
    after: str
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeForm(PrintedDocument):
    """变更表: what was filed and is so no longer.

    Attributes:
        alone: one person asked for it and approved it; said on the paper.
    """

    TITLE: ClassVar[str] = "公共安全视频图像信息系统备案变更表"
    TEMPLATE: ClassVar[str] = "change"
    CLAUSES: ClassVar[tuple[str, ...]] = ("N14", "S34(7)")

    unit: Party
    system: str
    filing_number: str = ""
    place: str = ""
    reason: str = ""
    changes: tuple[FiledChange, ...] = ()
    materials: tuple[PaperRow, ...] = ()
    agent: str = ""
    agent_phone: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationLetter(PrintedDocument):
    """委托办理备案授权书: printed, filled in by hand where it is blank, sealed and handed in.

    The number of the agent's identity card is always left to the pen: it has no place in our files.
    """

    TITLE: ClassVar[str] = "委托办理备案授权书"
    TEMPLATE: ClassVar[str] = "authorization"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S16.2a", "N14")
    RECORDED: ClassVar[bool] = False

    unit: Party = field(default_factory=Party)
    police: str = ""
    system: str = ""
    agent: str = ""
    agent_phone: str = ""


@dataclass(frozen=True, slots=True)
class AcceptancePart:
    """One of the five parts: its papers, and what the acceptors found."""

    papers: tuple[PaperRow, ...] = ()
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Acceptor:
    """A member of the acceptance group; the signature is by hand."""

    name: str
    unit: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceReport(PrintedDocument):
    """验收报告封面与清单: a cover, then the five parts (设计、施工、检验、验收、档案), the conclusion and who accepted.

    Attributes:
        trial_from, trial_until: 试运行, first and last day.
        interface: result of the live test of the interface to the sharing platform (S12.1).
        passed: 合格 or 不合格; None while it is open.
    """

    TITLE: ClassVar[str] = "公共安全视频图像信息系统验收报告"
    TEMPLATE: ClassVar[str] = "acceptance"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S16.1", "N11")

    system: str
    place: str = ""
    builder: Party = field(default_factory=Party)
    designer: str = ""
    contractor: str = ""
    inspector: str = ""
    completed: date | None = None
    trial_from: date | None = None
    trial_until: date | None = None
    accepted: date | None = None
    design: AcceptancePart = field(default_factory=AcceptancePart)
    construction: AcceptancePart = field(default_factory=AcceptancePart)
    inspection: AcceptancePart = field(default_factory=AcceptancePart)
    acceptance: AcceptancePart = field(default_factory=AcceptancePart)
    archive: AcceptancePart = field(default_factory=AcceptancePart)
    interface: str = ""
    passed: bool | None = None
    opinion: str = ""
    acceptors: tuple[Acceptor, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierEntry:
    """One paper of the file: 文号、责任者、题名、日期、页次、备注. `pages` is where it lies, ``3-12``."""

    title: str
    number: str = ""
    author: str = ""
    day: date | None = None
    pages: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DossierFirm:
    """A firm that designed, built, accepted or maintains (从事上述活动的单位), and its credential."""

    step: str
    name: str
    code: str = ""
    credential: str = ""


@dataclass(frozen=True, slots=True)
class Technician:
    """One of its 专业技术人员, and the credential."""

    step: str
    name: str
    firm: str = ""
    credential: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierIndex(PrintedDocument):
    """立卷目录: the papers of one system's file, and the two registers of firms and technicians."""

    TITLE: ClassVar[str] = "公共安全视频图像信息系统立卷目录"
    TEMPLATE: ClassVar[str] = "dossier"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S17", "N11")

    system: str
    builder: Party = field(default_factory=Party)
    dossier_number: str = ""
    keeping: str = ""
    entries: tuple[DossierEntry, ...] = ()
    firms: tuple[DossierFirm, ...] = ()
    technicians: tuple[Technician, ...] = ()
    compiled_by: str = ""
    checked_by: str = ""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Where the system falls short: which standard, what was found, what is asked for."""

    standard: str
    found: str
    wanted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeNotice(PrintedDocument):
    """限期升级改造通知书: the term is set by the county police; the clause names none.

    Attributes:
        checked: the day of the check that found it.
        term: the last day.
        guide, guide_phone: who guides it.
    """

    TITLE: ClassVar[str] = "限期升级改造通知书"
    TEMPLATE: ClassVar[str] = "upgrade"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S16.2c",)

    unit: Party
    system: str
    place: str = ""
    checked: date | None = None
    shortfalls: tuple[Shortfall, ...] = ()
    term: date | None = None
    guide: str = ""
    guide_phone: str = ""
    police: str = ""


class RemovalGround(StrEnum):
    """Why; the clause leaves the list open (等)."""

    CITY_WORKS = "城市建设"
    CHANGE_OF_USE = "场所、部位改变用途"
    OTHER = "其他确需拆除的情形"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalReport(PrintedDocument):
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
    devices: tuple[DeviceRow, ...] = ()
    reported: date | None = None
    removal: date | None = None
    days_ahead: int | None = None
    kept_until: date | None = None
    disposal: str = ""
    agent: str = ""
    agent_phone: str = ""


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
class RetentionReport(PrintedDocument):
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
