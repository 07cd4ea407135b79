"""Typed structures of elements: each message says once which elements it has, and is read and written by that.

    @structure
    class Point(Structure):
        number: int = one("PresetIndex", Integer(1, 255), required=True)
        stay: int | None = one("StayTime", Integer(0, 4095))

Reading is tolerant: an element that makes no sense is left out and told of (`StructureFault`), unknown ones are kept (`Extra`), a bad item of a list costs that
item alone. Writing is strict: what an edition has not is left out, or refused where leaving it out would change what is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, NamedTuple, TypeVar, dataclass_transform

from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.values import ValueKind
from custodes.gb28181.manscdp.xml import NO_CHARACTER, XmlElement, clean
from custodes.gb28181.masking import is_secret
from custodes.gb28181.refused import Gb28181Refused

MOST_FAULTS = 100
"""Faults of one message that are told of; the rest is counted alone."""

MOST_EXTRA = 64
"""Unknown elements of one structure that are kept; none whose name says that it is a secret, since what is kept is passed on."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_SPECIAL = re.compile(f"[&<>]|{NO_CHARACTER.pattern}")

T = TypeVar("T")
S = TypeVar("S", bound="Structure")


@dataclass(frozen=True, slots=True)
class StructureFault:
    """Something in a message that was passed over: the element and the rule that it breaks, never what it said."""

    field: str
    rule: str


@dataclass(frozen=True, slots=True)
class Extra:
    """An element that we do not know, kept to be passed on."""

    name: str
    text: str
    parts: tuple[Extra, ...] = ()


class Faults:
    """Faults of one message while it is read."""

    def __init__(self) -> None:
        self.told: list[StructureFault] = []
        self.count = 0

    def add(self, name: str, rule: str) -> None:
        """One more."""
        self.count += 1
        if len(self.told) < MOST_FAULTS:
            self.told.append(StructureFault(name, rule))


@dataclass(frozen=True, slots=True)
class Element:
    """How a field stands in XML.

    Attributes:
        name: of the element, as written; of the list where it is one.
        keys: names under which it is read, in lower case.
        kind: what its text stands for; None for a structure or a list of them.
        inner: the structure; item: name of the elements of a list, empty where it is no list.
        repeated: stands any number of times, without a list around.
        since, until: the editions that have it.
        in_2022: its name from 2022 on, where that is another.
        refused: writing it to an older peer is an error, not an omission.
        always: is written even when it says nothing.
    """

    name: str
    keys: tuple[str, ...]
    kind: ValueKind | None = None
    inner: type[Structure] | None = None
    item: str = ""
    repeated: bool = False
    required: bool = False
    since: Edition = Edition.E2011
    until: Edition = Edition.E2022
    in_2022: str = ""
    refused: bool = False
    always: bool = False

    def named(self, edition: Edition) -> str:
        """Its name in an edition."""
        return self.in_2022 if self.in_2022 and edition >= Edition.E2022 else self.name

    def offered(self, edition: Edition) -> bool:
        """Whether an edition has it."""
        return self.since <= edition <= self.until


def one(
    name: str,
    kind: ValueKind,
    *,
    default: Any = None,
    required: bool = False,
    also: tuple[str, ...] = (),
    since: Edition = Edition.E2011,
    until: Edition = Edition.E2022,
    refused: bool = False,
    always: bool = False,
    in_2022: str = "",
) -> Any:
    """An element with text. `also`: other names under which it is read; `in_2022`: its name from then on."""
    keys = tuple(key.lower() for key in (name, in_2022, *also) if key)
    element = Element(
        name,
        keys,
        kind,
        required=required,
        since=since,
        until=until,
        in_2022=in_2022,
        refused=refused,
        always=always,
    )
    return _field(element, MISSING if required else default)


def repeated(name: str, kind: ValueKind) -> Any:
    """An element that stands any number of times: a tuple."""
    return _field(Element(name, (name.lower(),), kind, repeated=True), ())


def nested(
    name: str,
    inner: type[Structure],
    *,
    also: tuple[str, ...] = (),
    since: Edition = Edition.E2011,
    refused: bool = False,
) -> Any:
    """A structure in an element, None where it is not there."""
    keys = tuple(key.lower() for key in (name, *also))
    return _field(Element(name, keys, inner=inner, since=since, refused=refused), None)


def listed(
    name: str, inner: type[Structure], *, item: str = "Item", also: tuple[str, ...] = (), since: Edition = Edition.E2011
) -> Any:
    """A list ``<name Num="2"><Item>…``: a tuple, empty where it is not there; no list is written for an empty one (Annex N)."""
    keys = tuple(key.lower() for key in (name, *also))
    return _field(Element(name, keys, inner=inner, item=item, since=since), ())


def several(name: str, inner: type[Structure]) -> Any:
    """A structure that stands any number of times, without a list around: a tuple."""
    return _field(Element(name, (name.lower(),), inner=inner, repeated=True), ())


def _field(element: Element, default: Any) -> Any:
    if default is MISSING:
        return field(metadata={"element": element})
    return field(default=default, metadata={"element": element})


@dataclass_transform(kw_only_default=True, frozen_default=True)
def structure(cls: type[T]) -> type[T]:
    """A frozen class of elements."""
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


@structure
class Structure:
    """What every structure has.

    Attributes:
        extra: elements that it was sent with and that we do not know.
    """

    extra: tuple[Extra, ...] = ()


Planned = tuple[str, Element, Any]


class _Layout(NamedTuple):
    """How a structure is written and read.

    Attributes:
        planned: name, element and default of each field, in the order in which they are written.
        demanded: places in that of what has to be there.
        places: places of what is read under a name in lower case; under all names that the structure reads.
    """

    planned: tuple[Planned, ...]
    demanded: frozenset[int]
    places: dict[str, tuple[int, ...]]


_LAYOUTS: dict[type, _Layout] = {}


def _layout(cls: type[Structure]) -> _Layout:
    found = _LAYOUTS.get(cls)
    if found is None:
        elements = [entry for entry in fields(cls) if "element" in entry.metadata]
        planned = tuple((entry.name, entry.metadata["element"], entry.default) for entry in elements)
        places: dict[str, tuple[int, ...]] = {}
        for place, (_name, element, _default) in enumerate(planned):
            for key in element.keys:
                places[key] = (*places.get(key, ()), place)
        demanded = frozenset(place for place, (_name, element, _default) in enumerate(planned) if element.required)
        found = _LAYOUTS[cls] = _Layout(planned, demanded, places)
    return found


def plan(cls: type[Structure]) -> tuple[Planned, ...]:
    """Name, element and default of each field of a structure, in the order in which they are written."""
    return _layout(cls).planned


def read(cls: type[S], node: XmlElement, faults: Faults, passed: frozenset[str] = frozenset(), **given: Any) -> S:
    """A structure out of its element.

    Args:
        passed: names that somebody else reads there.
        given: fields that are no elements.

    Raises:
        Refused: an element that has to be there is not, or makes no sense.
    """
    values: dict[str, Any] = given
    planned, demanded, places = _layout(cls)
    wanted = set(demanded)
    # An item has a dozen elements of the sixty that there are: what is not there costs nothing.
    for key in node.index:
        wanted.update(places.get(key, ()))
    for key in node.attributes:
        wanted.update(places.get(key, ()))
    for place in sorted(wanted):
        attribute, element, _default = planned[place]
        found = None
        for key in element.keys:
            found = node.find(key)
            if found is not None:
                break
        if found is None:
            if element.required:
                raise Gb28181Refused(element.name, f"is missing in {node.name}", "send it: the standard demands it")
            continue
        value = _value(element, node, found, faults)
        if value is not None:
            values[attribute] = value
        elif element.required:
            raise Gb28181Refused(element.name, f"makes no sense in {node.name}", "send what Annex A allows there")
    strange = [child for child in node.children if child.key not in places and child.key not in passed]
    if strange:
        values["extra"] = _extras(strange)
    return cls(**values)


def _value(element: Element, parent: XmlElement, node: XmlElement, faults: Faults) -> Any:
    if element.item and element.inner is not None:
        return tuple(_items(element.inner, node.every(element.item.lower()), faults))
    if element.inner is not None and element.repeated:
        return tuple(_items(element.inner, parent.every(node.key), faults))
    if element.inner is not None:
        return _tried(element.inner, node, faults)
    assert element.kind is not None
    if element.repeated:
        texts = (_text(element, each, faults) for each in parent.every(node.key))
        return tuple(text for text in texts if text is not None)
    return _text(element, node, faults)


def _items(inner: type[S], nodes: list[XmlElement], faults: Faults) -> Iterator[S]:
    for node in nodes:
        item = _tried(inner, node, faults)
        if item is not None:
            yield item


def _tried(inner: type[S], node: XmlElement, faults: Faults) -> S | None:
    try:
        return read(inner, node, faults)
    except Gb28181Refused as error:
        faults.add(error.field, error.rule)
        return None


def _text(element: Element, node: XmlElement, faults: Faults) -> Any:
    text = node.text
    if not text or text.isspace():
        return None
    assert element.kind is not None
    try:
        return element.kind.read(text)
    except ValueError as error:
        faults.add(element.name, error.rule if isinstance(error, Gb28181Refused) else str(error))
        return None


def _extras(nodes: Sequence[XmlElement]) -> tuple[Extra, ...]:
    return tuple(_extra(node) for node in nodes[:MOST_EXTRA] if not is_secret(node.key))


def _extra(node: XmlElement) -> Extra:
    told = list(node.attributes.items())[:MOST_EXTRA]
    attributes = tuple(Extra(name, value[:1024]) for name, value in told if not is_secret(name))
    return Extra(node.name, node.text.strip(), attributes + _extras(node.children))


def write(value: Structure, edition: Edition, out: list[str]) -> None:
    """Append the elements of a structure.

    Raises:
        Refused: a value that the element can't have, or that the edition has not.
    """
    for attribute, element, default in plan(type(value)):
        held = getattr(value, attribute)
        if (held is None or held == default) and not element.required and not (element.always and held is not None):
            continue
        if not element.offered(edition):
            if element.refused:
                raise Gb28181Refused(
                    element.name, f"is not in edition {edition.wire}", f"ask it of peers from {element.since.wire} on"
                )
            continue
        _put(element, held, edition, out)
    for extra in value.extra:
        _put_extra(extra, out)


def _put(element: Element, held: Any, edition: Edition, out: list[str]) -> None:
    name = element.named(edition)
    if element.item:
        out.append(f'<{name} Num="{len(held)}">')
        for item in held:
            out.append(f"<{element.item}>")
            write(item, edition, out)
            out.append(f"</{element.item}>")
        out.append(f"</{name}>")
    elif element.inner is not None:
        for each in held if element.repeated else (held,):
            out.append(f"<{name}>")
            write(each, edition, out)
            out.append(f"</{name}>")
    elif element.repeated:
        out.extend(f"<{name}>{escaped(_written(element, each))}</{name}>" for each in held)
    else:
        out.append(f"<{name}>{escaped(_written(element, held))}</{name}>")


def _written(element: Element, held: Any) -> str:
    assert element.kind is not None
    try:
        text = element.kind.write(held)
    except ValueError as error:
        rule = error.rule if isinstance(error, Gb28181Refused) else str(error)
        raise Gb28181Refused(element.name, rule, "give what Annex A allows there") from error
    if element.required and not text:
        raise Gb28181Refused(element.name, "is empty", "give it: the standard demands it")
    return text


def _put_extra(extra: Extra, out: list[str]) -> None:
    if not _NAME.fullmatch(extra.name):
        return
    if extra.parts:
        out.append(f"<{extra.name}>")
        for part in extra.parts:
            _put_extra(part, out)
        out.append(f"</{extra.name}>")
    else:
        out.append(f"<{extra.name}>{escaped(extra.text)}</{extra.name}>")


def escaped(text: str) -> str:
    """Text as it may stand in an element."""
    if not _SPECIAL.search(text):
        return text
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
