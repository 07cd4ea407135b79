"""What a handed-in file is, found in its bytes (R10): the sender's word is only held against it.

`puremagic` knows signatures, Pillow opens pictures, and packages (OFD, DOCX, XLSX are all ZIP) are told apart by what is in
them. A kind that is not in the table is refused, whatever it is called (decision 0180).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import IO, Any

import puremagic
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.people.papers.limits import Limits
from custodes.people.papers.packages import find_package
from custodes.people.papers.pdf import check_pdf
from custodes.people.papers.pictures import check_picture
from custodes.people.papers.refusal import PaperRefused

HEAD = 4096
"""Bytes that the signatures are looked for in."""


@dataclass(frozen=True)
class Kind:
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


PDF = Kind("pdf", "application/pdf", (".pdf",), "PDF")
JPEG = Kind("jpeg", "image/jpeg", (".jpg", ".jpeg", ".jfif"), "JPEG")
PNG = Kind("png", "image/png", (".png",), "PNG")
TIFF = Kind("tiff", "image/tiff", (".tif", ".tiff"), "TIFF")
OFD = Kind("ofd", "application/ofd", (".ofd",), "OFD")
DOCX = Kind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",), "DOCX")
XLSX = Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",), "XLSX")
TEXT = Kind("text", "text/plain", (".txt", ".csv"), gettext_lazy("纯文本"))

DOSSIER: tuple[Kind, ...] = (PDF, OFD, JPEG, PNG, TIFF, DOCX, XLSX, TEXT)
"""What a dossier takes (S17)."""
SCANS: tuple[Kind, ...] = (PDF, OFD, JPEG, PNG, TIFF)
"""What a sealed paper can be: a letter, a certificate, a report."""
PICTURES: tuple[Kind, ...] = (JPEG, PNG, TIFF)

_BY_KEY = {kind.key: kind for kind in DOSSIER}
_BY_MEDIA_TYPE = {kind.media_type: kind for kind in DOSSIER}
_PICTURE_FORMATS = {"JPEG": JPEG, "PNG": PNG, "TIFF": TIFF}


def find_kind(file: IO[bytes], name: str, said: str, kinds: tuple[Kind, ...], limits: Limits) -> Kind:
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
    found = _look(file, limits)
    if found is None or found not in kinds:
        raise PaperRefused(
            _("这里不接受%(found)s。") % {"found": _what(file, found)},
            _("请另存为 %(kinds)s 后重新上传。") % {"kinds": _("、").join(str(kind.label) for kind in kinds)},
        )
    _agree(found, name, said)
    return found


def kind_of(media_type: str) -> Kind | None:
    """The kind of a row of the store."""
    return _BY_MEDIA_TYPE.get(media_type)


def is_picture(media_type: str) -> bool:
    """Whether a row of the store is a picture, which can have a thumbnail."""
    return kind_of(media_type) in PICTURES


def _look(file: IO[bytes], limits: Limits) -> Kind | None:
    file.seek(0)
    head = file.read(HEAD)
    types = _signatures(head)
    if head.startswith(b"%PDF-"):
        check_pdf(file)
        return PDF
    if head.startswith(b"PK\x03\x04"):
        key = find_package(file, limits.unpacked)
        return _BY_KEY.get(key)
    if types & {kind.media_type for kind in PICTURES}:
        return _PICTURE_FORMATS.get(check_picture(file, limits.pixels))
    return TEXT if _is_text(file) else None


def _signatures(head: bytes) -> set[str]:
    try:
        return {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return set()


def _is_text(file: IO[bytes]) -> bool:
    """Plain text in UTF-8 or GB 18030, without control characters; markup and scripts are none."""
    file.seek(0)
    data: bytes = file.read()
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:2]
    if start.startswith(b"<") or start == b"#!" or any(byte < 32 and byte not in b"\t\n\r\f" for byte in set(data)):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _agree(kind: Kind, name: str, said: str) -> None:
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


def _what(file: IO[bytes], found: Kind | None) -> Any:
    """What was found, as far as it can be named."""
    if found is not None:
        return f" {found.label} "
    file.seek(0)
    try:
        names = [match.name for match in puremagic.magic_string(file.read(HEAD)) if match.name]
    except (puremagic.PureError, ValueError):
        names = []
    return _("这种文件（%(name)s）") % {"name": names[0][:60]} if names else _("这种文件（认不出是什么）")
