"""What all documents have in common, the small things that several of them name, and clauses as they quote them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from custodes.law.clauses.registry import find, norm_of

_ID = re.compile(r"[A-Z]+(?P<article>\d+)(?:\.(?P<paragraph>\d+))?[a-z]?(?:\((?P<item>\d+)\))?")
_DIGITS = "零一二三四五六七八九"


def quoted(clause: str) -> dict[str, str]:
    """The norm, the place in it and the words; only the regulation's own are word for word, others are marked 摘要.

    Raises:
        UnknownClause: there is none of this id.
    """
    found = find(clause)
    norm = norm_of(found)
    return {
        "norm": norm.zh,
        "where": in_words(found.id),
        "text": found.zh.rstrip("；。") + "。",
        "note": "" if norm.id == "S" else "（摘要）",
    }


def in_words(clause: str) -> str:
    """``S16.2a`` → 第十六条第二款; ``S34(7)`` → 第三十四条第七项."""
    parts = _ID.fullmatch(clause)
    assert parts is not None
    words = f"第{_number(parts['article'])}条"
    if parts["paragraph"]:
        words += f"第{_number(parts['paragraph'])}款"
    if parts["item"]:
        words += f"第{_number(parts['item'])}项"
    return words


def _number(digits: str) -> str:
    tens, ones = divmod(int(digits), 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDocument:
    """A document to print. An empty text or None is a blank line for the pen.

    Attributes:
        TITLE: as it is headed.
        TEMPLATE: file name of its template, without ``.typ``.
        CLAUSES: what it rests on; each is quoted.
        RECORDED: an entry of the log stands behind it; False for what a unit fills in and seals itself.
        rests_on: the clauses of this one, where its kind has others than `CLAUSES`.
        number: 编号, given by whoever issues it.
        issued: the day that stands beside the seal.
    """

    TITLE: ClassVar[str]
    TEMPLATE: ClassVar[str]
    CLAUSES: ClassVar[tuple[str, ...]]
    RECORDED: ClassVar[bool] = True

    rests_on: tuple[str, ...] = ()
    number: str = ""
    issued: date | None = None

    @property
    def clauses(self) -> tuple[str, ...]:
        """What is quoted."""
        return self.rests_on or self.CLAUSES


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
class PaperRow:
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
class DeviceRow:
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
