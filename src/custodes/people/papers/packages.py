"""Kinds that are ZIP packages: OFD (GB/T 33190), DOCX and XLSX (ECMA-376). Told apart by what is in them, never by their name.

Refused: traps that unpack to far more than they are, names that lead out of a folder, locked parts, macros, embedded
objects and links that fetch something when the file is opened.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from custodes.people.papers.refusal import PaperRefused

MOST_PARTS = 5000
MOST_XML = 8 << 20
"""Bytes of one part that is read here."""
_PIECE = 1 << 16
_TYPES = "[Content_Types].xml"
_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
_HYPERLINK = "/hyperlink"
#: What parts of an OFD are: its own XML, pictures, fonts, and the signatures and seals of GB/T 38540.
_OFD_ENDINGS = frozenset(
    [
        ".xml",
        ".jpg",
        ".jpeg",
        ".png",
        ".bmp",
        ".gif",
        ".tif",
        ".tiff",
        ".jp2",
        ".jb2",
        ".gbig2",
        ".ttf",
        ".otf",
        ".ttc",
        ".dat",
        ".esl",
        ".sdt",
        ".rels",
        ".xbrl",
    ]
)


def find_package(file: IO[bytes], most_unpacked: int) -> str:
    """Which package it is: ``ofd``, ``docx``, ``xlsx``, or empty for any other ZIP.

    Args:
        most_unpacked: bytes of all parts together.

    Raises:
        PaperRefused: a trap, damaged, locked, or with active content.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            _check_parts(parts, file)
            _unpack(package, parts, most_unpacked)
            return _kind(package, {part.filename for part in parts})
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise _damaged() from error
    except (ParseError, DefusedXmlException, UnicodeError) as error:
        raise _damaged() from error


def _damaged() -> PaperRefused:
    return PaperRefused(_("文件损坏，打不开。"), _("请重新导出后上传。"))


def _trap() -> PaperRefused:
    return PaperRefused(_("压缩内容展开后过大，或者结构不正常。"), _("请用办公软件重新保存，或者导出为 PDF 后上传。"))


def _check_parts(parts: list[zipfile.ZipInfo], file: IO[bytes]) -> None:
    """What the directory alone says: nothing is unpacked for it."""
    size = file.seek(0, 2)
    names = [part.filename for part in parts]
    if (
        not parts
        or len(parts) > MOST_PARTS
        or len(set(names)) != len(names)
        or min(part.header_offset for part in parts) != 0
        or sum(part.compress_size for part in parts) > size  # parts that lie over one another
        or any(_leads_out(name) for name in names)
        or any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts)
    ):
        raise _trap()
    if any(part.flag_bits & 1 for part in parts):
        raise PaperRefused(_("文件有密码，他人打不开。"), _("请去掉密码后重新保存。"))


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or "\0" in name or ":" in name or ".." in name.split("/")


def _unpack(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo], most: int) -> None:
    """Unpack everything once, to nowhere: what a directory says of sizes may be a lie, and each checksum is looked at."""
    if sum(part.file_size for part in parts) > most:
        raise _trap()
    left = most
    for part in parts:
        with package.open(part) as stream:
            while piece := stream.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise _trap()


def _kind(package: zipfile.ZipFile, names: set[str]) -> str:
    if "OFD.xml" in names:
        if not _xml(package, "OFD.xml").tag.endswith("}OFD"):
            raise _damaged()
        if any(not name.endswith("/") and _ending(name) not in _OFD_ENDINGS for name in names):
            raise _active()
        return "ofd"
    if _TYPES not in names:
        return ""
    types = {str(one.get("ContentType", "")).lower() for one in _xml(package, _TYPES)}
    if any("macroenabled" in one or "vbaproject" in one or "activex" in one for one in types):
        raise _active()
    kinds = {_MAIN[one] for one in types if one in _MAIN}
    if len(kinds) != 1:
        return ""
    if any(_holds_objects(name.lower()) for name in names) or any(_fetches(package, names)):
        raise _active()
    return kinds.pop()


def _ending(name: str) -> str:
    return "." + name.rpartition(".")[2].lower() if "." in name else ""


def _holds_objects(name: str) -> bool:
    return name.rpartition("/")[2] in {"vbaproject.bin", "vbadata.xml"} or "/embeddings/" in name or "/activex/" in name


def _fetches(package: zipfile.ZipFile, names: set[str]) -> Iterator[bool]:
    """Relationships that leave the package and are no hyperlinks: templates, objects and pictures from elsewhere."""
    for name in names:
        if name.endswith(".rels"):
            for one in _xml(package, name):
                yield one.get("TargetMode") == "External" and not str(one.get("Type", "")).endswith(_HYPERLINK)


def _xml(package: zipfile.ZipFile, name: str) -> Element:
    with package.open(name) as stream:
        data = stream.read(MOST_XML + 1)
    if len(data) > MOST_XML:
        raise _trap()
    root: Element = fromstring(data, forbid_dtd=True)
    return root


def _active() -> PaperRefused:
    return PaperRefused(
        _("文件含有宏、嵌入对象或者打开时自动读取的外部内容。"), _("请另存为不含宏的格式，或者导出为 PDF 后上传。")
    )
