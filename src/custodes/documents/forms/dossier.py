"""The list that lies in a system's file (S17, N11)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from custodes.documents.forms.document import Document, Party


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper of the file: 文号、责任者、题名、日期、页次、备注. `pages` is where it lies, ``3-12``."""

    title: str
    number: str = ""
    author: str = ""
    day: date | None = None
    pages: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Firm:
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
class DossierIndex(Document):
    """立卷目录: the papers of one system's file, and the two registers of firms and technicians."""

    TITLE: ClassVar[str] = "公共安全视频图像信息系统立卷目录"
    TEMPLATE: ClassVar[str] = "dossier"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S17", "N11")

    system: str
    builder: Party = field(default_factory=Party)
    dossier_number: str = ""
    keeping: str = ""
    entries: tuple[Entry, ...] = ()
    firms: tuple[Firm, ...] = ()
    technicians: tuple[Technician, ...] = ()
    compiled_by: str = ""
    checked_by: str = ""
