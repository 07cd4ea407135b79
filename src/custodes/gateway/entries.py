"""Entries of a catalogue as they are kept until the web has them: small, for a device may have 100,000;
and what comes of asking, for whoever wanted it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from custodes.gateway.plain import ID, plain
from custodes.gb28181.manscdp.item import CatalogItem, EntryStatus
from custodes.video.wire.devices import MOST_ITEMS, CatalogueItem, CataloguePart


class CatalogueEntry(NamedTuple):
    """What the web is told of one entry (`CatalogueItem`)."""

    id: str
    parent: str
    name: str
    maker: str
    model: str
    civil_code: str
    address: str
    ptz: int | None
    online: bool | None
    longitude: float | None
    latitude: float | None


def entry_of(item: CatalogItem, same: dict[str, str]) -> CatalogueEntry:
    """The entry of an item.

    Args:
        same: words of this catalogue that were read before: makers, models and parents are kept once.
    """

    def kept(text: str) -> str:
        line = plain(text)
        return same.setdefault(line, line)

    return CatalogueEntry(
        item.device_id,
        kept("/".join(item.parents)),
        plain(item.name),
        kept(item.manufacturer),
        kept(item.model),
        kept(item.civil_code),
        kept(item.address),
        item.info.ptz_type if item.info is not None else None,
        None if item.status is None else item.status is EntryStatus.ON,
        item.longitude,
        item.latitude,
    )


@dataclass(eq=False)
class TakenCatalogue:
    """A catalogue that was taken and is to be told.

    Attributes:
        complete: as many came as the device had said; said: how many that were.
        sent: parts that arrived.
    """

    device: str
    taking: UUID
    complete: bool
    said: int
    at_us: int
    entries: Sequence[CatalogueEntry]
    sent: int = 0

    @property
    def parts(self) -> int:
        """How many parts it has; one of nothing where it is empty."""
        return max(1, math.ceil(len(self.entries) / MOST_ITEMS))

    def part(self, number: int, gateway: str) -> CataloguePart:
        """One part, from 0. An entry whose ID is longer than the register takes is left out."""
        some = self.entries[number * MOST_ITEMS : (number + 1) * MOST_ITEMS]
        return CataloguePart(
            gateway=gateway,
            device=self.device,
            taking=self.taking,
            part=number,
            parts=self.parts,
            complete=self.complete,
            said=self.said,
            at_us=self.at_us,
            items=tuple(CatalogueItem(**one._asdict()) for one in some if len(one.id) <= ID),
        )


@dataclass(eq=False)
class CatalogueFollower:
    """What comes of one taking, for whoever wanted it.

    Attributes:
        info_s: until it said what it is; None where it did not, or not yet.
        asked: its catalogue was asked for; catalogue_s: until that was over.
        taken: what came; failed: nothing did.
    """

    info_s: float | None = None
    asked: bool = False
    catalogue_s: float | None = None
    taken: TakenCatalogue | None = None
    failed: bool = False
