"""Letters of the police about joining systems (S23, S24), and the directory that they publish (S25)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from custodes.documents.forms.document import Party, PrintedDocument


@dataclass(frozen=True, slots=True)
class ToJoin:
    """A system that is to be joined, as the directory names it.

    Attributes:
        listed: since when the directory lists it.
        asked: number of the letter that asked for it before, asked_on its day, due the day that it set.
        late: days since then.
    """

    system: str
    unit: str
    listed: date | None = None
    asked: str = ""
    asked_on: date | None = None
    due: date | None = None
    late: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLetter(PrintedDocument):
    """What both letters to a department say: to whom, which systems, until when, to which platform, whom to ask.

    Attributes:
        directory: the version that lists the systems; directory_on the day on which it was published.
        term: the last day, set by the office; S23 sets none.
        platform, platform_id: the platform to join and its 20 digits.
        gone: systems that the letter named and that may not be named any more.
    """

    CLAUSES: ClassVar[tuple[str, ...]] = ("S23",)

    unit: Party
    directory: str = ""
    directory_on: date | None = None
    systems: tuple[ToJoin, ...] = ()
    gone: int = 0
    term: date | None = None
    platform: str = ""
    platform_id: str = ""
    contact: str = ""
    contact_phone: str = ""
    police: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkNotice(LinkLetter):
    """联网通知书: the first letter to a department about systems of its own that the directory lists."""

    TITLE: ClassVar[str] = "联网通知书"
    TEMPLATE: ClassVar[str] = "link_notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUrging(LinkLetter):
    """联网催告书: the days of the letter before are over, and the systems are not joined."""

    TITLE: ClassVar[str] = "联网催告书"
    TEMPLATE: ClassVar[str] = "link_urging"


@dataclass(frozen=True, slots=True, kw_only=True)
class CooperationRequest(PrintedDocument):
    """配合联网请求书.

    Attributes:
        need: for what public safety needs it; wanted: what is asked of the unit.
        due: by when an answer is asked for.
        again: why it is asked once more; empty the first time.
    """

    TITLE: ClassVar[str] = "配合联网请求书"
    TEMPLATE: ClassVar[str] = "cooperation_request"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S24",)

    unit: Party
    system: str = ""
    need: str = ""
    wanted: str = ""
    again: str = ""
    due: date | None = None
    contact: str = ""
    contact_phone: str = ""
    police: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CooperationUrging(PrintedDocument):
    """配合联网催告书: nobody answered in time.

    Attributes:
        asked_on, due: the day of the request and the last day for its answer.
        late: days since then; times: how often it was reminded of, this time among them.
    """

    TITLE: ClassVar[str] = "配合联网催告书"
    TEMPLATE: ClassVar[str] = "cooperation_urging"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S24",)

    unit: Party
    system: str = ""
    wanted: str = ""
    asked_on: date | None = None
    due: date | None = None
    late: int | None = None
    times: int | None = None
    contact: str = ""
    contact_phone: str = ""
    police: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the directory: nothing but what is published of it (S30.1)."""

    system: str
    unit: str
    department: str
    division: str
    category: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryList(PrintedDocument):
    """应当接入目录, published or as a draft.

    Attributes:
        draft: marked as one on each page.
        sha256: of the canonical JSON that was published; empty for a draft.
        alone: one person compiled and approved it; said on the paper.
    """

    TITLE: ClassVar[str] = "应当接入公共安全视频图像信息系统联网共享平台的目录"
    TEMPLATE: ClassVar[str] = "directory"
    CLAUSES: ClassVar[tuple[str, ...]] = ("S25",)

    unit: str = ""
    division: str = ""
    version: int | None = None
    draft: bool = False
    entries: tuple[Listed, ...] = ()
    sha256: str = ""
    alone: bool = False
