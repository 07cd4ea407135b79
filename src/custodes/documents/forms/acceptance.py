"""The acceptance report's cover and list (S16.1, N11)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from custodes.documents.forms.document import Document, Paper, Party


@dataclass(frozen=True, slots=True)
class Part:
    """One of the five parts: its papers, and what the acceptors found."""

    papers: tuple[Paper, ...] = ()
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Acceptor:
    """A member of the acceptance group; the signature is by hand."""

    name: str
    unit: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceReport(Document):
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
    design: Part = field(default_factory=Part)
    construction: Part = field(default_factory=Part)
    inspection: Part = field(default_factory=Part)
    acceptance: Part = field(default_factory=Part)
    archive: Part = field(default_factory=Part)
    interface: str = ""
    passed: bool | None = None
    opinion: str = ""
    acceptors: tuple[Acceptor, ...] = ()
