"""What an upper is shown: entries in its own IDs, and which of them changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Protocol

from custodes.gb28181 import ids
from custodes.gb28181.manscdp.item import CatalogItem, EntryEvent, EntryStatus, completed
from custodes.gb28181.manscdp.tree import NodeKind, Tree, build_tree, kind_of
from custodes.gb28181.refused import Gb28181Refused

MOST = 200_000
_CALLED = frozenset({NodeKind.CHANNEL, NodeKind.DEVICE, NodeKind.OTHER})
_FULL = frozenset({EntryEvent.ADD, EntryEvent.UPDATE})


class Shared(Protocol):
    """What is shared with one upper; whoever decides that makes it."""

    def entries(self) -> Iterable[CatalogItem]:
        """All entries in this upper's IDs, with all that stands over them, parents first."""
        ...


class ShownEntries:
    """The entries as the upper knows them; references are kept, nothing is written before it is asked for.

    Attributes:
        items: by ID, in the order in which they are told.
    """

    def __init__(self, own: str) -> None:
        self.items: Mapping[str, CatalogItem] = {}
        self._own = own
        self._under: dict[str, frozenset[str]] = {}

    def put(self, entries: Iterable[CatalogItem]) -> list[tuple[str, EntryEvent]]:
        """Show these and no others. What changed by that.

        Raises:
            Refused: two of one ID, an ID that can't be sent, or too many; what was shown before stays.
        """
        made: dict[str, CatalogItem] = {}
        for item in entries:
            made[self._checked(item, made)] = replace(item, event=None)
        before, self.items = self.items, made
        self._forget()
        changes = [(id, EntryEvent.DEL) for id in before if id not in made]
        changes += [(id, _difference(before.get(id), item)) for id, item in made.items() if before.get(id) != item]
        return changes

    def change(self, entries: Iterable[CatalogItem]) -> list[tuple[str, EntryEvent]]:
        """What happened to entries, by their `event`; one without is added or changed. What that changed: nothing for what is so already.

        Raises:
            Refused: an ID that can't be sent, or too many; nothing is changed then.
        """
        made = dict(self.items)
        changes: list[tuple[str, EntryEvent]] = []
        for item in entries:
            id, held = ids.checked(item.device_id), made.get(item.device_id)
            if item.event is EntryEvent.DEL:
                if made.pop(id, None) is not None:
                    changes.append((id, EntryEvent.DEL))
            elif item.event in _FULL or item.event is None:
                if held is None:
                    self._checked(item, made)
                made[id] = replace(item, event=None)
                changes.append((id, EntryEvent.ADD if held is None else EntryEvent.UPDATE))
            elif held is not None:
                status = EntryStatus.ON if item.event is EntryEvent.ON else EntryStatus.OFF
                made[id] = replace(held, status=status)
                changes.append((id, item.event))
        self.items = made
        self._forget()
        return changes

    def find(self, id: str) -> CatalogItem | None:
        """One entry."""
        return self.items.get(id)

    def channel(self, id: str) -> CatalogItem | None:
        """One that can be called or steered: no system, region or group."""
        item = self.items.get(id)
        return item if item is not None and kind_of(id) in _CALLED else None

    def knows(self, id: str) -> bool:
        """Whether a question about an ID has an answer: our own, or one that is shown."""
        return id == self._own or id in self.items

    def about(self, id: str) -> list[CatalogItem]:
        """What a question about an ID is answered with, parents first: all for our own, else that subtree; nothing for one that is not shown."""
        if id == self._own:
            return list(self._order)
        return (
            [self.items[each] for each in (id, *self._tree.under(id)) if each in self.items] if id in self.items else []
        )

    def under(self, id: str) -> frozenset[str]:
        """IDs of an entry and of all under it."""
        found = self._under.get(id)
        if found is None:
            found = self._under[id] = frozenset((id, *self._tree.under(id)))
        return found

    @property
    def orphans(self) -> int:
        """Entries that name a parent which is not shown: many uppers draw nothing of them."""
        return self._tree.oddities.orphans

    def off(self, item: CatalogItem) -> bool:
        """Whether an entry is known to be off; groups and regions never are."""
        return item.status is EntryStatus.OFF

    def _checked(self, item: CatalogItem, made: Mapping[str, CatalogItem]) -> str:
        id = ids.checked(item.device_id)
        if id in made:
            raise Gb28181Refused("DeviceID", f"{id} is there twice", "give each entry an ID of its own with this upper")
        if len(made) >= MOST:
            raise Gb28181Refused("entries", f"are more than {MOST}", "share less with this upper")
        return id

    # Made when it is asked for and kept until something changes, so that no number of questions costs more than one.

    @cached_property
    def _tree(self) -> Tree:
        return build_tree(self.items.values(), self._own)

    @cached_property
    def _order(self) -> tuple[CatalogItem, ...]:
        return tuple(self.items[id] for id in self._tree.above(self.items))

    @cached_property
    def dark(self) -> tuple[str, ...]:
        """IDs of what is off."""
        return tuple(id for id, item in self.items.items() if self.off(item))

    @cached_property
    def channels(self) -> int:
        """How many can be called."""
        return sum(self.channel(id) is not None for id in self.items)

    def _forget(self) -> None:
        for name in ("_tree", "_order", "dark", "channels"):
            self.__dict__.pop(name, None)
        self._under = {}


def _difference(before: CatalogItem | None, now: CatalogItem) -> EntryEvent:
    if before is None:
        return EntryEvent.ADD
    if replace(before, status=now.status) == now:
        return EntryEvent.OFF if now.status is EntryStatus.OFF else EntryEvent.ON
    return EntryEvent.UPDATE


def told(item: CatalogItem, own: str) -> CatalogItem:
    """An entry as an upper takes it (§6.4 of the standard's practice): a device and a system are whole, a region and a group have what Annex O gives them."""
    kind = kind_of(item.device_id)
    if kind is NodeKind.REGION:
        return CatalogItem(device_id=item.device_id, event=item.event, name=item.name or item.device_id)
    if kind in (NodeKind.GROUP, NodeKind.ORGANISATION):
        return CatalogItem(
            device_id=item.device_id,
            event=item.event,
            name=item.name or item.device_id,
            civil_code=item.civil_code,
            parents=item.parents,
            business_group_id=item.business_group_id,
        )
    return completed(item, own[:6])


def shorter(item: CatalogItem, own: str) -> list[CatalogItem]:
    """The same entry with less and less that it may be without, for a message that is too large; the last can always be sent."""
    lean = replace(item, info=None, block="", address=item.address[:24])
    bare = CatalogItem(
        device_id=item.device_id,
        event=item.event,
        name=item.name[:24],
        civil_code=item.civil_code[:8],
        parents=item.parents[:2],
        business_group_id=item.business_group_id,
        status=item.status,
    )
    last = CatalogItem(device_id=item.device_id, event=item.event, name=item.device_id, status=item.status)
    return [told(each, own) for each in (lean, bare, last)]
