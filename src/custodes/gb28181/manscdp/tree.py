"""The tree of a catalog, built when its last part is there (GB/T 28181 §9.5, Annex O): every entry has a place, whatever it says of its parents.

Rules, in this order: each code of `ParentID` that is known; the business group; the region; who sent it. Parents may come later or never, an
entry may be its own parent, and parents may go in a circle: the edge that closes a circle is left out, and all such things are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from custodes.gb28181 import ids
from custodes.gb28181.manscdp.item import CatalogItem

GROUP, ORGANISATION = 215, 216


class NodeKind(StrEnum):
    """What an entry is, by its code."""

    SYSTEM = "system"
    REGION = "region"
    GROUP = "group"
    ORGANISATION = "organisation"
    DEVICE = "device"
    CHANNEL = "channel"
    OTHER = "other"


def kind_of(device_id: str) -> NodeKind:
    """What an entry is; real fleets number channels as they like, so `OTHER` is nothing bad."""
    if ids.is_region(device_id):
        return NodeKind.REGION
    number = ids.type_code(device_id)
    if number is None:
        return NodeKind.OTHER
    if number in (GROUP, ORGANISATION):
        return NodeKind.GROUP if number == GROUP else NodeKind.ORGANISATION
    if 200 <= number <= 299:
        return NodeKind.SYSTEM
    if 111 <= number <= 130:
        return NodeKind.DEVICE
    return NodeKind.CHANNEL if 131 <= number <= 199 else NodeKind.OTHER


@dataclass(frozen=True, slots=True)
class Oddities:
    """What was wrong with a catalog, counted.

    Attributes:
        repeated: entries of a code that was there already; the first counts.
        orphans: entries that named parents of which none is known.
        circles: edges that were left out because they close a circle, an entry that is its own parent included.
    """

    repeated: int = 0
    orphans: int = 0
    circles: int = 0


@dataclass(frozen=True, slots=True)
class Tree:
    """Entries and their places.

    Attributes:
        root: code of who sent the catalog; it need not be an entry.
        items: by code, in the order in which they came.
        children: codes under a code, in the order in which they came.
        parents: codes over a code; the first is where it is drawn when it can be drawn once.
    """

    root: str
    items: dict[str, CatalogItem]
    children: dict[str, tuple[str, ...]]
    parents: dict[str, tuple[str, ...]]
    oddities: Oddities

    def ancestors(self, device_id: str) -> list[str]:
        """All codes over an entry that are entries themselves, uppermost first."""
        return self.above([device_id])[:-1] if device_id in self.items else []

    def above(self, device_ids: Iterable[str]) -> list[str]:
        """These entries and all that stands over them, each once and parents first: what an answer to an upper platform has to hold (§6.2)."""
        done: dict[str, None] = {}
        for device_id in device_ids:
            stack = [device_id]
            while stack:
                here = stack[-1]
                missing = [one for one in self.parents.get(here, ()) if one not in done and one in self.items]
                if here in done or here not in self.items:
                    stack.pop()
                elif missing:
                    stack.extend(reversed(missing))
                else:
                    done[stack.pop()] = None
        return list(done)

    def under(self, device_id: str) -> Iterator[str]:
        """All codes under a code, each once, parents before their children."""
        seen = {device_id}
        stack = list(reversed(self.children.get(device_id, ())))
        while stack:
            here = stack.pop()
            if here in seen:
                continue
            seen.add(here)
            yield here
            stack.extend(reversed(self.children.get(here, ())))


@dataclass(slots=True)
class _Edges:
    parents: dict[str, list[str]] = field(default_factory=dict)
    orphans: int = 0
    circles: int = 0


def build_tree(items: Iterable[CatalogItem], root: str) -> Tree:
    """The tree of a catalog that `root` sent."""
    known: dict[str, CatalogItem] = {}
    repeated = 0
    for item in items:
        if item.device_id in known:
            repeated += 1
        else:
            known[item.device_id] = item
    edges = _Edges()
    for device_id, item in known.items():
        if device_id != root:
            edges.parents[device_id] = _parents(item, known, root, edges)
    _break_circles(edges, root)
    children: dict[str, list[str]] = {}
    for device_id in known:
        for parent in edges.parents.get(device_id, ()):
            children.setdefault(parent, []).append(device_id)
    return Tree(
        root,
        known,
        {parent: tuple(ids) for parent, ids in children.items()},
        {device_id: tuple(over) for device_id, over in edges.parents.items()},
        Oddities(repeated, edges.orphans, edges.circles),
    )


def _parents(item: CatalogItem, known: dict[str, CatalogItem], root: str, edges: _Edges) -> list[str]:
    """Where an entry hangs; whoever sent the catalog where nothing else is known."""
    here = item.device_id
    if ids.is_region(here):
        return [_region(here[:-2], known, root)]
    if here in item.parents:
        edges.circles += 1
    named = [one for one in dict.fromkeys(item.parents) if one != here and (one in known or one == root)]
    group = item.group if item.group in known and item.group != here else ""
    if kind_of(here) is NodeKind.ORGANISATION and group and not any(_organises(one) for one in named):
        # Peers name the system as parent of an organisation that stands under its group.
        return [group]
    if named:
        return named
    if any(one != here for one in item.parents):
        edges.orphans += 1
    return [group or _region(item.civil_code, known, root)]


def _organises(device_id: str) -> bool:
    return kind_of(device_id) in (NodeKind.GROUP, NodeKind.ORGANISATION)


def _region(civil_code: str, known: dict[str, CatalogItem], root: str) -> str:
    """The smallest known region of a code: the code itself, or shortened by two digits as often as need be."""
    while ids.is_region(civil_code):
        if civil_code in known:
            return civil_code
        civil_code = civil_code[:-2]
    return root


def _break_circles(edges: _Edges, root: str) -> None:
    """Leave out each edge that closes a circle. Entries are gone through in the order in which they came, so that the outcome is the same each time."""
    state: dict[str, bool] = {root: True}
    for begin in edges.parents:
        path = [(begin, 0)] if begin not in state else []
        if path:
            state[begin] = False
        while path:
            here, at = path.pop()
            over = edges.parents[here]
            if at >= len(over):
                state[here] = True
                if not over:
                    over.append(root)
                continue
            parent = over[at]
            settled = state.get(parent)
            if settled is False:
                del over[at]
                edges.circles += 1
                path.append((here, at))
                continue
            path.append((here, at + 1))
            if settled is None:
                state[parent] = False
                path.append((parent, 0))
