"""XML of strangers: no document types, no entities, a bounded size, and look-ups that ignore the prefix of a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

MAX_BYTES = 1 << 20
"""Larger than the profiles of a recorder with 128 channels."""

TEXT_LENGTH = 200
MAX_PREFIXES = 30

_UNBOUND_PREFIX = 27
"""Expat's code for a prefix that was not declared."""

_USED = re.compile(rb"[<\s]/?([A-Za-z_][\w.-]{0,30}):[A-Za-z_]")
_DECLARED = re.compile(rb"xmlns:([A-Za-z_][\w.-]{0,30})\s*=")
_FIRST = re.compile(rb"<[A-Za-z_][\w.:-]{0,80}")


class BadXml(ValueError):
    """Not XML, too large, or with a document type or entities in it."""


def parse(data: bytes) -> Element:
    """The root of a document.

    Raises:
        BadXml: refused.
    """
    if len(data) > MAX_BYTES:
        raise BadXml("the answer is too large")
    try:
        return _root(data)
    except ParseError as error:
        if error.code != _UNBOUND_PREFIX:
            raise BadXml("the answer is no acceptable XML") from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise BadXml("the answer is no acceptable XML") from error
    try:
        return _root(_bound(data))
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BadXml("the answer is no acceptable XML") from error


def _root(data: bytes) -> Element:
    root: Element = fromstring(data, forbid_dtd=True)
    return root


def _bound(data: bytes) -> bytes:
    """The document with the prefixes declared that it uses and forgot: devices do (names are looked up without them)."""
    used = set(_USED.findall(data)[:10_000])
    declared = set(_DECLARED.findall(data)[:10_000])
    missing = sorted(used - declared - {b"xml", b"xmlns"})[:MAX_PREFIXES]
    start = _FIRST.search(data)
    if not missing or start is None:
        return data
    words = b"".join(b' xmlns:%s="urn:undeclared:%s"' % (prefix, prefix) for prefix in missing)
    return data[: start.end()] + words + data[start.end() :]


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def every(root: Element, name: str) -> Iterator[Element]:
    """All elements of this name under `root`, in document order."""
    return (element for element in root.iter() if local(element) == name)


def first(root: Element | None, *path: str) -> Element | None:
    """The first element down the path of names, each anywhere under the one before it."""
    here = root
    for name in path:
        if here is None:
            return None
        here = next(every(here, name), None)
    return here


def text(root: Element | None, *path: str) -> str:
    """The text of `first`, stripped and cut to `TEXT_LENGTH`; empty when it is not there."""
    found = first(root, *path)
    value = (found.text or "") if found is not None else ""
    return "".join(char for char in value.strip()[:TEXT_LENGTH] if char.isprintable())


def number(root: Element | None, *path: str) -> float:
    """The number at the path; 0 when there is none, or none that makes sense."""
    try:
        value = float(text(root, *path))
    except ValueError:
        return 0.0
    return value if 0 <= value <= 1e9 else 0.0
