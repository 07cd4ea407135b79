"""Notices of a catalog, applied to what is known (GB/T 28181 §9.11.4, Annex P): what each event does, also to entries that nobody has heard of."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, replace

from custodes.gb28181.manscdp.item import CatalogItem, EntryEvent, EntryStatus

MOST_KNOWN = 200_000
"""Entries of one peer; more are not taken in."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What notices did.

    Attributes:
        added, changed, removed: codes.
        unheard: codes of entries that went on or off and are not known: the catalog has to be asked for again.
        without_event: entries that said nothing of what happened; taken as they are, added or changed.
        left_out: entries beyond what is kept.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unheard: tuple[str, ...] = ()
    without_event: int = 0
    left_out: int = 0


def apply(items: Iterable[CatalogItem], known: MutableMapping[str, CatalogItem], most: int = MOST_KNOWN) -> Changes:
    """Apply the entries of a notice to those that are known of its sender.

    An entry that is added and known is changed; one that is changed and not known is added; one that is removed and not known is nothing. An
    event that says on or off alone keeps all else that is known.
    """
    added: list[str] = []
    changed: list[str] = []
    removed: list[str] = []
    unheard: list[str] = []
    without_event = left_out = 0
    for item in items:
        device_id, event, held = item.device_id, item.event, known.get(item.device_id)
        if event is None:
            without_event += 1
        if event is EntryEvent.DEL:
            if known.pop(device_id, None) is not None:
                removed.append(device_id)
        elif event in (None, EntryEvent.ADD, EntryEvent.UPDATE):
            if held is None and len(known) >= most:
                left_out += 1
                continue
            known[device_id] = replace(item, event=None)
            (added if held is None else changed).append(device_id)
        elif held is None:
            unheard.append(device_id)
        else:
            status = EntryStatus.ON if event is EntryEvent.ON else EntryStatus.OFF
            if held.status is not status:
                known[device_id] = replace(held, status=status)
                changed.append(device_id)
    return Changes(tuple(added), tuple(changed), tuple(removed), tuple(unheard), without_event, left_out)
