"""Kinds that are ZIP packages: OFD (GB/T 33190), DOCX and XLSX (ECMA-376). Told apart by what is in them, never by their name.

Refused: traps that unpack to far more than they are, names that lead out of a folder, locked parts, macros, embedded
objects and links that fetch something when the file is opened.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Container, Iterator
from typing import IO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from custodes.people.papers.examination.order import Unfit, UnfitReason

MOST_PARTS = 2000
MOST_DIRECTORY = 512 << 10
"""Octets of the list of parts: 2,000 with names of 200."""
MOST_XML = 2 << 20
"""Octets of all parts together that are read as XML here: lists of types and of relations."""
MOST_RATIO = 100
"""Octets that come out of one octet of the file; a sheet of the same number over and over comes near it."""
_LONGEST_NAME = 512
_TAIL = (1 << 16) + 22
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
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
_Attributes = dict[str, str]


def check_package(file: IO[bytes], wanted: Container[str], most_unpacked: int) -> str:
    """Which package it is: ``ofd``, ``docx``, ``xlsx``, or empty for any other ZIP. That it is wanted is decided before it is unpacked.

    Args:
        wanted: keys of those that are taken.
        most_unpacked: octets of all parts together.

    Raises:
        Unfit: not wanted, a trap, damaged, locked, or with active content.
    """
    try:
        _check_end(file)
        file.seek(0)
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            _check_parts(parts, file, most_unpacked)
            found = _Package(package)
            kind = found.kind()
            if kind not in wanted:
                raise Unfit(UnfitReason.UNWANTED, kind)
            found.check()
            _unpack(package, parts)
            return kind
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise Unfit(UnfitReason.DAMAGED) from error
    except (ParseError, DefusedXmlException) as error:
        raise Unfit(UnfitReason.DAMAGED) from error


def _check_end(file: IO[bytes]) -> None:
    """The last record alone (APPNOTE §4.3.16): how many parts, in how long a list. A list that is read to be counted is read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise Unfit(UnfitReason.DAMAGED)
    parts, length = struct.unpack_from("<HI", tail, at + 10)
    if parts > MOST_PARTS or length > MOST_DIRECTORY or _END_64 in tail[max(0, at - 20) : at]:
        raise Unfit(UnfitReason.TRAP)


def _check_parts(parts: list[zipfile.ZipInfo], file: IO[bytes], most: int) -> None:
    """What the directory alone says: nothing is unpacked for it."""
    size = file.seek(0, 2)
    names = [part.filename for part in parts]
    unpacked = sum(part.file_size for part in parts)
    if (
        not parts
        or len(parts) > MOST_PARTS
        or len(set(names)) != len(names)
        or min(part.header_offset for part in parts) != 0
        or sum(part.compress_size for part in parts) > size  # parts that lie over one another
        or unpacked > most
        or unpacked > size * MOST_RATIO
        or any(_leads_out(name) for name in names)
        or any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts)
    ):
        raise Unfit(UnfitReason.TRAP)
    if any(part.flag_bits & 1 for part in parts):
        raise Unfit(UnfitReason.LOCKED)


def _leads_out(name: str) -> bool:
    odd = "\\" in name or "\0" in name or ":" in name
    return odd or len(name) > _LONGEST_NAME or name.startswith("/") or ".." in name.split("/")


def _unpack(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Unpack everything once, to nowhere, no further than the directory says (`zipfile` holds to it): each checksum is looked at."""
    for part in parts:
        with package.open(part) as stream:
            while stream.read(_PIECE):
                pass


class _Package:
    """What is in a package, by its names and its own XML."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._names = frozenset(package.namelist())
        self._left = MOST_XML
        self._types: frozenset[str] = frozenset()

    def kind(self) -> str:
        if "OFD.xml" in self._names:
            if not next(self._elements("OFD.xml"), ("", {}))[0].endswith("}OFD"):
                raise Unfit(UnfitReason.DAMAGED)
            return "ofd"
        if _TYPES not in self._names:
            return ""
        self._types = frozenset(said.get("ContentType", "").lower() for _tag, said in self._elements(_TYPES))
        if any("macroenabled" in one or "vbaproject" in one or "activex" in one for one in self._types):
            raise Unfit(UnfitReason.OFFICE)
        kinds = {_MAIN[one] for one in self._types if one in _MAIN}
        return kinds.pop() if len(kinds) == 1 else ""

    def check(self) -> None:
        """Raises Unfit where it has active content."""
        if "OFD.xml" in self._names:
            bad = any(not name.endswith("/") and _ending(name) not in _OFD_ENDINGS for name in self._names)
        elif len({name.lower() for name in self._names}) != len(self._names):
            raise Unfit(
                UnfitReason.TRAP
            )  # names of parts are the same in any case (ECMA-376-2 §6.2.2.3): readers choose one
        else:
            bad = any(_holds_objects(name.lower()) for name in self._names) or any(self._fetches())
        if bad:
            raise Unfit(UnfitReason.OFFICE)

    def _fetches(self) -> Iterator[bool]:
        """Relationships that leave the package and are no hyperlinks: templates, objects and pictures from elsewhere."""
        for name in self._names:
            if name.lower().endswith(".rels"):
                for _tag, said in self._elements(name):
                    yield said.get("TargetMode") == "External" and not said.get("Type", "").endswith(_HYPERLINK)

    def _elements(self, name: str) -> Iterator[tuple[str, _Attributes]]:
        """Each element with its attributes, in order; no tree is made of them."""
        begun: list[tuple[str, _Attributes]] = []
        parser = DefusedXMLParser(target=_Begun(begun), forbid_dtd=True)
        with self._package.open(name) as stream:
            while piece := stream.read(_PIECE):
                self._left -= len(piece)
                if self._left < 0:
                    raise Unfit(UnfitReason.TRAP)
                parser.feed(piece)
                yield from begun
                begun.clear()
        parser.close()
        yield from begun


class _Begun:
    """The parser's target: puts what begins into a list."""

    def __init__(self, begun: list[tuple[str, _Attributes]]) -> None:
        self._begun = begun

    def start(self, tag: str, attributes: _Attributes) -> None:
        self._begun.append((tag, attributes))

    def close(self) -> None:
        """The parser asks for it at the end."""


def _ending(name: str) -> str:
    return "." + name.rpartition(".")[2].lower() if "." in name else ""


def _holds_objects(name: str) -> bool:
    return name.rpartition("/")[2] in {"vbaproject.bin", "vbadata.xml"} or "/embeddings/" in name or "/activex/" in name
