"""The notice to upgrade a system within a set term (S16.2c)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from custodes.documents.forms.document import Document, Party


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Where the system falls short: which standard, what was found, what is asked for."""

    standard: str
    found: str
    wanted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeNotice(Document):
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
