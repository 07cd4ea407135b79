"""XML of strangers: no document types, no entities, bounded in octets, elements and depth while it is read; names without prefix and case.

Expat is fed text that was decoded before (`charset`), and builds nothing but these nodes: each bound holds before the memory is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from xml.parsers import expat

from custodes.gb28181.charset import Charset, decoded
from custodes.gb28181.refused import Gb28181Refused


@dataclass(frozen=True, slots=True)
class XmlLimits:
    """How large a body may be.

    Attributes:
        octets: of the body; elements: with attributes; depth: of elements in each other.
    """

    octets: int = 1 << 20
    elements: int = 60_000
    depth: int = 12


LIMITS = XmlLimits()
"""Some 1,500 channels in one message; devices send one to four."""

PLATFORM_LIMITS = XmlLimits(octets=16 << 20, elements=700_000)
"""10,000 items in one message, the most that Annex N lets a platform send. Only for peers that have registered."""

MOST_TEXT = 8192
"""Characters of one element that are kept; the longest that Annex A knows is 2016."""


_EMPTY: Mapping[str, Any] = MappingProxyType({})


class XmlElement:
    """An element. `key` is its name in lower case without prefix, by which it is looked up."""

    __slots__ = ("attributes", "children", "index", "key", "name", "text")

    def __init__(self, name: str) -> None:
        self.name = name.rpartition(":")[2] if ":" in name else name
        self.key = self.name.lower()
        self.text = ""
        # Most elements hold text alone: what is empty is shared.
        self.attributes: Mapping[str, str] = _EMPTY
        self.children: Sequence[XmlElement] = ()
        self.index: Mapping[str, XmlElement] = _EMPTY

    def add(self, child: XmlElement) -> None:
        """An element more in it."""
        if isinstance(self.children, list) and isinstance(self.index, dict):
            self.children.append(child)
            self.index.setdefault(child.key, child)
        else:
            self.children, self.index = [child], {child.key: child}

    def find(self, key: str) -> XmlElement | None:
        """The first element of this name in it; an attribute of this name where there is none."""
        found = self.index.get(key)
        if found is None and key in self.attributes:
            found = XmlElement(key)
            found.text = self.attributes[key]
        return found

    def every(self, key: str) -> list[XmlElement]:
        """All elements of this name in it."""
        return [child for child in self.children if child.key == key] if key in self.index else []


@dataclass(frozen=True, slots=True)
class XmlDocument:
    """What was read.

    Attributes:
        charset: what it is written in; None where it does not say.
        repaired: what had to be mended before it could be read.
    """

    root: XmlElement
    charset: Charset | None
    repaired: tuple[str, ...]


_DECLARATION = re.compile(r"^\s*<\?xml[^<>]{0,200}\?>")
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_REFERENCE = re.compile(r"&#(x[0-9A-Fa-f]{1,6}|[0-9]{1,7});")
NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML does not have."""
"""Characters that XML does not have."""
_BROKEN_OFF = frozenset({3, 5, 20})
"""Expat's codes: no element found, unclosed token, unclosed CDATA section."""


def read_xml(data: bytes, limits: XmlLimits = LIMITS) -> XmlDocument:
    """Read a body.

    Raises:
        Refused: too large, too deep, with a document type, or no XML even after mending.
    """
    if len(data) > limits.octets:
        raise Gb28181Refused("body", f"is larger than {limits.octets} octets", "send it in several parts (Annex N)")
    text, charset = decoded(data)
    text, repaired = _mended(text.rstrip("\x00\r\n\t "))
    build = _Build(limits)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = build.begin
    parser.EndElementHandler = build.end
    parser.CharacterDataHandler = build.characters
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        if error.code in _BROKEN_OFF:
            rule, remedy = "breaks off", "count Content-Length in octets, not in characters"
        else:
            rule, remedy = "is no XML", f"mend it at line {error.lineno}"
        raise Gb28181Refused("body", rule, remedy) from error
    if build.root is None:
        raise Gb28181Refused("body", "holds no element", "send one of Query, Control, Notify, Response")
    return XmlDocument(build.root, charset, repaired)


def clean(text: str) -> str:
    """Text with no character in it that XML does not have."""
    return NO_CHARACTER.sub("", text)


class _Build:
    """Makes nodes of what expat tells, within the limits."""

    def __init__(self, limits: XmlLimits) -> None:
        self.root: XmlElement | None = None
        self._open: list[XmlElement] = []
        self._limits = limits
        self._left = limits.elements

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self._left -= 1 + len(attributes)
        if self._left < 0:
            raise Gb28181Refused(
                "body", f"has more than {self._limits.elements} elements", "send it in several parts (Annex N)"
            )
        if len(self._open) >= self._limits.depth:
            raise Gb28181Refused("body", f"is deeper than {self._limits.depth} elements", "send what Annex A describes")
        node = XmlElement(name)
        if attributes:
            node.attributes = {key.rpartition(":")[2].lower(): value for key, value in attributes.items()}
        if self._open:
            self._open[-1].add(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, _name: str) -> None:
        self._open.pop()

    def characters(self, data: str) -> None:
        node = self._open[-1]
        if not node.children and len(node.text) < MOST_TEXT:
            node.text += data[: MOST_TEXT - len(node.text)]


def _refuse_doctype(*_declared: object) -> None:
    raise Gb28181Refused("body", "has a document type", "leave the DOCTYPE out: bodies have none")


def _mended(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without its declaration, and what was mended: characters that XML has not, bare ampersands, what stands around the element."""
    repaired = []
    cleaned = clean(text)
    if cleaned != text:
        repaired.append("characters")
    cleaned = _DECLARATION.sub("", cleaned, count=1)
    if "&" in cleaned:
        mended = _REFERENCE.sub(_reference, _AMPERSAND.sub("&amp;", cleaned))
        if mended != cleaned:
            repaired.append("ampersand")
        cleaned = mended
    begin, end = cleaned.find("<"), cleaned.rfind(">") + 1
    if begin < 0 or end <= begin:
        raise Gb28181Refused("body", "holds no element", "send one of Query, Control, Notify, Response")
    if cleaned[:begin].strip() or cleaned[end:].strip():
        repaired.append("around")
    return cleaned[begin:end], tuple(repaired)


def _reference(found: re.Match[str]) -> str:
    """A reference to a character that there is, as it stands; U+FFFD in place of any other."""
    number = found.group(1)
    point = int(number[1:], 16) if number.startswith("x") else int(number)
    if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF or NO_CHARACTER.match(chr(point)):
        return "\ufffd"
    return found.group(0)
