"""What a handed-in file is and how large it may be (R10), and the sentence that refuses one. The sender's word is only held against its bytes.

The first octets decide whether it can be a kind that is taken here at all; only then is it opened, and only in a process of
its own (`examination/`). Packages (OFD, DOCX, XLSX are all ZIP) are told apart by what is in them. A kind that is not in the table
is refused, whatever it is called (decision 0430).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import IO, Any, TypeVar

import puremagic
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.people.lawful import in_english
from custodes.people.papers.examination import asking
from custodes.people.papers.examination.order import ExaminationOrder, Unfit, UnfitReason
from custodes.settings import get_settings


@dataclass(frozen=True)
class PaperLimits:
    """What one file may be.

    Attributes:
        bytes: of the file itself.
        unpacked: bytes of everything inside a package (OFD, DOCX, XLSX).
        pixels: of a picture, width times height.
        processor_s: what its examination may use (`examination/`).
    """

    bytes: int
    unpacked: int
    pixels: int
    processor_s: float = 0.2

    def order(self, like: str, wanted: tuple[str, ...] = ()) -> ExaminationOrder:
        """The examination of a file within them; `like` and `wanted` as `ExaminationOrder` has them."""
        order = ExaminationOrder(like, wanted, self.unpacked, self.pixels, processor_s=self.processor_s)
        return replace(order, wall_s=max(order.wall_s, 5 * self.processor_s))

    def thumbnail_order(self, format: str) -> ExaminationOrder:
        """A thumbnail within them: a picture is decoded for it, with four octets for a pixel and as much again while it is made smaller."""
        return ExaminationOrder(
            format, pixels=self.pixels, small=True, processor_s=10.0, wall_s=30.0, memory=(64 << 20) + 8 * self.pixels
        )

    @classmethod
    def of_settings(cls, most: int | None = None) -> PaperLimits:
        """The installation's limits; `most` bytes where the place asks for less."""
        settings = get_settings()
        size = settings.paper_bytes if most is None else min(most, settings.paper_bytes)
        return cls(size, settings.paper_unpacked_bytes, settings.paper_pixels, settings.paper_seconds)


class PaperRefused(Exception):
    """A file can't be taken. Nothing of it is kept.

    Attributes:
        field: name of the form's field that it came in by, `file` where no form is known.
        rule: which rule it breaks, a sentence.
        remedy: what to do, a sentence.
    """

    def __init__(self, rule: Any, remedy: Any, field: str = "file") -> None:
        self.field = field
        self.rule = str(rule)
        self.remedy = str(remedy)
        space = " " if in_english() else ""
        super().__init__(f"{self.rule}{space}{self.remedy}")


_PRINT = gettext_lazy("请用“打印为 PDF”重新生成，再上传打印出的文件。")
_PLAIN_OFFICE = gettext_lazy("请另存为不含宏的格式，或者导出为 PDF 后上传。")
_AGAIN = gettext_lazy("请重新导出或者重新扫描后上传。")
_SMALLER = gettext_lazy("请拆成几个文件，或者用“打印为 PDF”重新生成后上传。")
_SENTENCES: dict[UnfitReason, tuple[str | Promise, str | Promise]] = {
    UnfitReason.CUT: (gettext_lazy("PDF 不完整，可能没有传完。"), _AGAIN),
    UnfitReason.DAMAGED: (gettext_lazy("文件损坏，打不开。"), _AGAIN),
    UnfitReason.LOCKED: (gettext_lazy("文件有密码或者限制，他人打不开。"), gettext_lazy("请去掉密码后重新保存。")),
    UnfitReason.TRAP: (
        gettext_lazy("文件内容展开后过大，或者结构不正常。"),
        gettext_lazy("请用办公软件重新保存，或者导出为 PDF 后上传。"),
    ),
    UnfitReason.HIDDEN: (gettext_lazy("图片里藏有压缩包。"), gettext_lazy("请重新拍照或者扫描后上传。")),
    UnfitReason.PIXELS: (gettext_lazy("图片的像素过多。"), gettext_lazy("请降低分辨率后重新扫描或者另存。")),
    UnfitReason.OFFICE: (gettext_lazy("文件含有宏、嵌入对象或者打开时自动读取的外部内容。"), _PLAIN_OFFICE),
    UnfitReason.SCRIPT: (gettext_lazy("PDF 含有脚本。"), _PRINT),
    UnfitReason.OPENING: (gettext_lazy("PDF 在打开或者翻页时会自动执行动作（OpenAction、AA）。"), _PRINT),
    UnfitReason.LAUNCH: (gettext_lazy("PDF 含有启动其他程序的动作。"), _PRINT),
    UnfitReason.ATTACHED: (
        gettext_lazy("PDF 夹带了其他文件。"),
        gettext_lazy("请把夹带的文件单独上传，PDF 用“打印为 PDF”重新生成。"),
    ),
    UnfitReason.SENDING: (gettext_lazy("PDF 含有提交或者导入数据的动作。"), _PRINT),
    UnfitReason.FETCHING: (gettext_lazy("PDF 引用了文件以外的内容（其他文件、本机或者共享目录）。"), _PRINT),
    UnfitReason.MEDIA: (gettext_lazy("PDF 含有音频、视频或者三维内容。"), _PRINT),
    UnfitReason.FORM: (gettext_lazy("PDF 是动态表单（XFA），内容会随软件变化。"), _PRINT),
    UnfitReason.WORK: (gettext_lazy("检查这份文件用时过长，已停止。"), _SMALLER),
    UnfitReason.MEMORY: (gettext_lazy("检查这份文件占用内存过多，已停止。"), _SMALLER),
    UnfitReason.SILENT: (gettext_lazy("检查这份文件时程序异常结束，文件不能接受。"), _PRINT),
    UnfitReason.BUSY: (gettext_lazy("机器正忙，没能及时检查这份文件。"), gettext_lazy("请过一分钟再上传。")),
}


def refusal_of(unfit: Unfit) -> PaperRefused:
    """The refusal in words."""
    return PaperRefused(*_SENTENCES[unfit.why])


_V = TypeVar("_V", bound=Callable[..., Any])


def takes_papers(count: int = 1, setting: str = "paper_bytes") -> Callable[[_V], _V]:
    """A view whose form takes up to `count` papers at once, each of up to the bytes that `setting` names."""

    def mark(view: _V) -> _V:
        view.takes_papers = (count, setting)  # type: ignore[attr-defined]
        return view

    return mark


def paper_bytes_of(view: Any) -> int:
    """How many bytes of papers one request to this view may bring; 0 for a view that takes none."""
    count, setting = getattr(view, "takes_papers", (0, "paper_bytes"))
    return int(count * getattr(get_settings(), setting))


HEAD = 4096
"""Bytes that the signatures are looked for in."""


@dataclass(frozen=True)
class PaperKind:
    """One kind of file that is taken.

    Attributes:
        key: ours, `pdf`.
        media_type: its registered name, as it is kept and served.
        extensions: endings that a name of this kind may have, lower case, with the dot.
        label: what a person calls it.
    """

    key: str
    media_type: str
    extensions: tuple[str, ...]
    label: str | Promise


PDF = PaperKind("pdf", "application/pdf", (".pdf",), "PDF")
JPEG = PaperKind("jpeg", "image/jpeg", (".jpg", ".jpeg", ".jfif"), "JPEG")
PNG = PaperKind("png", "image/png", (".png",), "PNG")
TIFF = PaperKind("tiff", "image/tiff", (".tif", ".tiff"), "TIFF")
OFD = PaperKind("ofd", "application/ofd", (".ofd",), "OFD")
DOCX = PaperKind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",), "DOCX")
XLSX = PaperKind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",), "XLSX")
TEXT = PaperKind("text", "text/plain", (".txt", ".csv"), gettext_lazy("纯文本"))

DOSSIER: tuple[PaperKind, ...] = (PDF, OFD, JPEG, PNG, TIFF, DOCX, XLSX, TEXT)
"""What a dossier takes (S17)."""
SCANS: tuple[PaperKind, ...] = (PDF, OFD, JPEG, PNG, TIFF)
"""What a sealed paper can be: a letter, a certificate, a report."""
PICTURES: tuple[PaperKind, ...] = (JPEG, PNG, TIFF)

_BY_KEY = {kind.key: kind for kind in DOSSIER}
_BY_MEDIA_TYPE = {kind.media_type: kind for kind in DOSSIER}
_PACKAGES = frozenset({OFD, DOCX, XLSX})
_FORMATS = {JPEG: "JPEG", PNG: "PNG", TIFF: "TIFF"}
"""Pillow's names."""


def find_kind(file: IO[bytes], name: str, said: str, kinds: tuple[PaperKind, ...], limits: PaperLimits) -> PaperKind:
    """The kind of a file, which the sender's name and word agree with and which is wanted here.

    Args:
        file: open for reading, seekable, at any place.
        name: as the sender called it.
        said: the media type that the sender's browser named; one that we don't know says nothing.
        kinds: those that are wanted.

    Raises:
        PaperRefused: empty, too large, of no kind that is wanted, not what its name says, or with active content.
    """
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        raise PaperRefused(_("文件是空的（0 字节）。"), _("请重新选择文件。"))
    if size > limits.bytes:
        raise PaperRefused(
            _("文件超过 %(most)s MB 的上限。") % {"most": limits.bytes >> 20}, _("请降低扫描分辨率，或者分成几个文件。")
        )
    file.seek(0)
    head = file.read(HEAD)
    likely = _likely(head)
    if likely.isdisjoint(kinds):
        raise _not_here(next(iter(likely)) if len(likely) == 1 and likely != {TEXT} else None, head, kinds)
    if len(likely) == 1:  # a name that is wrong opens nothing either
        _agree(next(iter(likely)), name, said)
    try:
        found = _look(file, likely, kinds, limits)
    except Unfit as unfit:
        if unfit.why is UnfitReason.UNWANTED:
            raise _not_here(_BY_KEY.get(unfit.kind), head, kinds) from unfit
        raise refusal_of(unfit) from unfit
    _agree(found, name, said)
    return found


def kind_of(media_type: str) -> PaperKind | None:
    """The kind of a row of the store."""
    return _BY_MEDIA_TYPE.get(media_type)


def is_picture(media_type: str) -> bool:
    """Whether a row of the store is a picture, which can have a thumbnail."""
    return kind_of(media_type) in PICTURES


def picture_format(media_type: str) -> str:
    """Pillow's name for the format of a row of the store that `is_picture`."""
    return _FORMATS[_BY_MEDIA_TYPE[media_type]]


def _likely(head: bytes) -> frozenset[PaperKind]:
    """What a file that begins like this can be, and nothing else."""
    if head.startswith(b"%PDF-"):
        return frozenset({PDF})
    if head.startswith(b"PK\x03\x04"):
        return _PACKAGES
    types = {match.mime_type for match in _signatures(head)}
    return frozenset(kind for kind in PICTURES if kind.media_type in types) or frozenset({TEXT})


def _look(
    file: IO[bytes], likely: frozenset[PaperKind], kinds: tuple[PaperKind, ...], limits: PaperLimits
) -> PaperKind:
    """What it is, by all of it.

    Raises:
        Unfit.
    """
    if likely == _PACKAGES:
        wanted = tuple(kind.key for kind in kinds if kind in _PACKAGES)
        found = asking.ask(limits.order("package", wanted=wanted), file)
        return _BY_KEY[found.decode()]
    kind = next(kind for kind in kinds if kind in likely)
    asking.ask(limits.order(_FORMATS.get(kind, kind.key)), file)
    return kind


def _signatures(head: bytes) -> list[Any]:
    try:
        return list(puremagic.magic_string(head))
    except (puremagic.PureError, ValueError):
        return []


def _agree(kind: PaperKind, name: str, said: str) -> None:
    """Name, word and bytes are one kind: a file that says it is another is a mistake or worse."""
    ending = os.path.splitext(name)[1].lower()
    if ending not in kind.extensions:
        raise PaperRefused(
            _("文件名以“%(ending)s”结尾，内容却是 %(kind)s。") % {"ending": ending or "—", "kind": kind.label},
            _("请确认选对了文件，并把扩展名改为 %(right)s。") % {"right": kind.extensions[0]},
        )
    claimed = _BY_MEDIA_TYPE.get(said.partition(";")[0].strip().lower())
    if claimed is not None and claimed is not kind:
        raise PaperRefused(
            _("浏览器说这是 %(claimed)s，内容却是 %(kind)s。") % {"claimed": claimed.label, "kind": kind.label},
            _("请用原来的软件重新保存后上传。"),
        )


def _not_here(found: PaperKind | None, head: bytes, kinds: tuple[PaperKind, ...]) -> PaperRefused:
    """That it is of a kind which is not taken here, named as far as it can be."""
    if found is not None:
        what = f" {found.label} "
    else:
        names = [match.name for match in _signatures(head) if match.name]
        what = _("这种文件（%(name)s）") % {"name": names[0][:60]} if names else _("这种文件（认不出是什么）")
    return PaperRefused(
        _("这里不接受%(found)s。") % {"found": what},
        _("请另存为 %(kinds)s 后重新上传。") % {"kinds": _("、").join(str(kind.label) for kind in kinds)},
    )
