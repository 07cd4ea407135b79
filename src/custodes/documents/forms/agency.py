"""What is printed of an agency request: its line in the register, a refusal, the undertaking, and the notes of a hand-over (S27, S28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from custodes.documents.forms.document import DeviceRow, PrintedDocument


@dataclass(frozen=True, slots=True)
class Official:
    """A person as a form names them: with the number of a work card, or with a unit."""

    name: str
    card: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class UnmetRow:
    """A condition that is not met: the clause in words, what is missing, what would meet it."""

    clause: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfRequest(PrintedDocument):
    """What all of them name.

    Attributes:
        unit: that asks; `holder` that holds the footage.
        span: both ends in words.
    """

    unit: str = ""
    holder: str = ""
    officers: tuple[Official, ...] = ()
    letter: str = ""
    way: str = ""
    purpose: str = ""
    content: str = ""
    span: str = ""
    devices: tuple[DeviceRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestForm(_OfRequest):
    """视频图像信息查阅、调取、复制登记表.

    Attributes:
        basis: the ground in words, with the law where it is another one.
        matter: 视频图像信息 or 基础信息.
        approvers: of the holder, each with the day.
        agent: who took it in.
        originals: who saw the letter and the cards themselves, and when; empty of what came in online.
        outcome: how it stands.
    """

    TITLE: ClassVar[str] = "视频图像信息查阅、调取、复制登记表"
    TEMPLATE: ClassVar[str] = "request"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S27", "S28.1(3)", "N16.2(3)")

    basis: str = ""
    matter: str = ""
    approval_number: str = ""
    approvers: tuple[Official, ...] = ()
    undertaken: date | None = None
    return_by: date | None = None
    agent: str = ""
    originals: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefusal(_OfRequest):
    """拒绝告知单: what was missing, by which clause, what would meet it, and the ways that are open.

    Attributes:
        organ: who asks is one of those whom S27 names, and lacks something (S28.2).
        manager: who signs it (管理人员有权拒绝).
    """

    TITLE: ClassVar[str] = "查阅、调取、复制视频图像信息拒绝告知单"
    TEMPLATE: ClassVar[str] = "request_refusal"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S28.2",)

    organ: bool = True
    missing: tuple[UnmetRow, ...] = ()
    ways: tuple[str, ...] = ()
    manager: str = ""
    manager_unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsiderRefusal(RequestRefusal):
    """The same for who is none of those whom S27 names: a lawyer, a firm, a private person. S28.2 does not speak of them."""

    CLAUSES: ClassVar[tuple[str, ...]] = ("S27",)

    organ: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertaking(_OfRequest):
    """视频图像信息使用、保密承诺书, to be signed by each officer."""

    TITLE: ClassVar[str] = "视频图像信息使用、保密承诺书"
    TEMPLATE: ClassVar[str] = "undertaking"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S28.1(4)",)
    RECORDED: ClassVar[bool] = False

    return_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionNote(_OfRequest):
    """电子数据提取笔录与清单: who, when, where, from which devices; carrier and digests are left to the pen until they are known."""

    TITLE: ClassVar[str] = "电子数据提取笔录与清单"
    TEMPLATE: ClassVar[str] = "extraction"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S27", "S28.1(1)")

    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyNote(_OfRequest):
    """复制件制作说明: from what, how and by whom the copy was made, and where the original is."""

    TITLE: ClassVar[str] = "复制件制作说明"
    TEMPLATE: ClassVar[str] = "copy_note"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S27", "S28.1(4)")

    agent: str = ""
    return_by: date | None = None
