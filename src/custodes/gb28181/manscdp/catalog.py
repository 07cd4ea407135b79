"""Catalog: which entries a device or platform has, asked and told in parts (GB/T 28181 §9.5, §9.11.4, Annex N)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from custodes.gb28181.manscdp.frame import Message, Root
from custodes.gb28181.manscdp.item import CatalogItem
from custodes.gb28181.manscdp.structure import listed, one, structure
from custodes.gb28181.manscdp.values import TIME, Integer

MOST = 10_000_000
"""Beyond this a number of entries is a mistake."""


@structure
class CatalogQuery(Message):
    """Which entries have you? `device_id` is a system, a region, a group or a device: that subtree. Also the body of a subscription."""

    ROOT: ClassVar = Root.QUERY
    CMD: ClassVar = "Catalog"

    start: datetime | None = one("StartTime", TIME)
    end: datetime | None = one("EndTime", TIME)


@structure
class CatalogPart(Message):
    """Part of an answer.

    Attributes:
        sum_num: how many entries all parts have together; None where it does not say.
    """

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "Catalog"

    sum_num: int | None = one("SumNum", Integer(0, MOST), always=True)
    items: tuple[CatalogItem, ...] = listed("DeviceList", CatalogItem)

    @property
    def notice(self) -> bool:
        """It is a notice of an edition that gave it this root (2011): it says what happened, and answers nothing."""
        return any(item.event is not None for item in self.items)


@structure
class CatalogNotice(Message):
    """What happened to entries. `sum_num` is of this message alone (P.4.2.2), no total."""

    ROOT: ClassVar = Root.NOTIFY
    CMD: ClassVar = "Catalog"

    sum_num: int | None = one("SumNum", Integer(0, MOST), always=True)
    items: tuple[CatalogItem, ...] = listed("DeviceList", CatalogItem)
