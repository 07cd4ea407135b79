"""What all documents have in common, and the small things that several of them name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document to print. An empty text or None is a blank line for the pen.

    Attributes:
        TITLE: as it is headed.
        TEMPLATE: file name of its template, without ``.typ``.
        CLAUSES: what it rests on; each is quoted.
        RECORDED: an entry of the log stands behind it; False for what a unit fills in and seals itself.
        number: 编号, given by whoever issues it.
        issued: the day that stands beside the seal.
    """

    TITLE: ClassVar[str]
    TEMPLATE: ClassVar[str]
    CLAUSES: ClassVar[tuple[str, ...]]
    RECORDED: ClassVar[bool] = True

    number: str = ""
    issued: date | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """A unit (单位) as a form names it.

    Attributes:
        code: 统一社会信用代码.
        legal_person: 法定代表人 or 负责人.
        contact, phone: whom to ask.
    """

    name: str = ""
    code: str = ""
    address: str = ""
    legal_person: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper (材料) of a set.

    Attributes:
        pages: how many sheets.
        sha256: of the file that was handed in, in hex.
        held: it is there; False for one that is still missing.
    """

    title: str
    number: str = ""
    day: date | None = None
    pages: int | None = None
    sha256: str = ""
    held: bool = True


@dataclass(frozen=True, slots=True)
class Device:
    """One 采集设备: its number, where it stands, what kind it is and what it looks at."""

    number: str
    place: str
    kind: str = ""
    view: str = ""


@dataclass(frozen=True, slots=True)
class DeviceCount:
    """How many devices of a kind (N14: 设备数量及类型)."""

    kind: str
    count: int | None
