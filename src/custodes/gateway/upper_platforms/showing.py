"""What an upper is shown: fetched of the web in pages, told to its `Lower`, and from which channels no pictures come now."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote
from uuid import UUID

import structlog

from custodes.gateway.upper_platforms.link import UpperLink
from custodes.gateway.upper_platforms.pace import UpperPace
from custodes.gateway.web_client import GatewayWebClient, WebUnavailable
from custodes.gb28181.cascade.shown import MOST
from custodes.gb28181.manscdp.item import CatalogItem, EntryEvent, EntryStatus, Info
from custodes.gb28181.refused import Gb28181Refused
from custodes.video.clock import HostClock
from custodes.video.wire.upper_platforms import ShownEntry, ShownOff, ShownPage

log = structlog.get_logger(__name__)

MOST_PAGES = 1_000
TURNS = Info(ptz_type=1)
"""PTZType of what can be turned (Annex A): uppers draw the controls by it. Of what does not turn nothing is said, for its shape is not known."""

BEGINNINGS = 3
"""How often a taking is begun anew because the tree changed in the middle of it."""


class Unsteady(Exception):
    """The tree changed with each page, or there is no end of pages: nothing of it is used."""


@dataclass(frozen=True, slots=True)
class ShownTree:
    """Entries as they were taken, parents first; the core's `Shared`."""

    items: Sequence[CatalogItem] = ()

    def entries(self) -> Iterable[CatalogItem]:
        """All of them."""
        return self.items


@dataclass(slots=True)
class _Due:
    """When to look again, monotonic seconds."""

    tree: float = 0.0
    off: float = 0.0


@dataclass
class ShownToUppers:
    """What all links are shown.

    Attributes:
        refused: trees that could not be shown.
    """

    web: GatewayWebClient
    clock: HostClock
    pace: UpperPace
    refused: int = 0
    _trees: dict[UpperLink, str] = field(default_factory=dict, repr=False)
    _cameras: dict[UpperLink, dict[str, EntryStatus]] = field(default_factory=dict, repr=False)

    async def follow(self, link: UpperLink) -> None:
        """Take its tree when it changed, and what is off, until cancelled. A taking that fails leaves what is shown."""
        due = _Due()
        try:
            while True:
                try:
                    await self._look(link, due)
                except Exception:
                    # It is not given up for that: what comes next may be sound.
                    log.exception("upper.showing_failed", link=str(link.upper.link))
                    await asyncio.sleep(self.pace.again)
                await asyncio.sleep(self.pace.look)
        finally:
            self._cameras.pop(link, None)
            self._trees.pop(link, None)

    async def _look(self, link: UpperLink, due: _Due) -> None:
        now = self.clock.monotonic()
        shown = self._trees.get(link)
        if link.lower is not None and link.upper.tree != shown and now >= due.tree:
            try:
                await self._take_tree(link)
            except Exception:
                log.exception("upper.tree_failed", link=str(link.upper.link))
            begun, now = now, self.clock.monotonic()
            taken = self._rest(now - begun, self.pace.tree_least, self.pace.tree)
            due.tree = now + (taken if link in self._trees else self.pace.again)
            due.off = now + self._rest(now - begun, self.pace.off_least, self.pace.off)
            link.register()
        elif shown is not None and now >= due.off:
            await self._take_off(link)
            begun, now = now, self.clock.monotonic()
            due.off = now + self._rest(now - begun, self.pace.off_least, self.pace.off)

    def _rest(self, cost: float, least: float, most: float) -> float:
        """Until the next look: what is small and costs little is looked at soon, what costs more seldom (seconds)."""
        return min(most, max(least, cost * self.pace.share))

    async def _take_tree(self, link: UpperLink) -> None:
        try:
            found = await self._pages(link.upper.link)
            if found is None:
                self._nothing(link)
                return
            tree, entries = found
            self._put(link, entries)
        except WebUnavailable as error:
            log.warning("upper.tree_not_fetched", link=str(link.upper.link), why=str(error))
        except (Gb28181Refused, Unsteady) as error:
            self.refused += 1
            log.error("upper.tree_refused", link=str(link.upper.link), why=str(error))
        else:
            self._trees[link] = tree
            log.info("upper.shown", link=str(link.upper.link), entries=len(entries))

    def _nothing(self, link: UpperLink) -> None:
        """It is not in force: what it was shown is gone, and taken anew when it is again."""
        log.info("upper.shows_nothing", link=str(link.upper.link))
        self._put(link, ())
        self._trees.pop(link, None)

    async def _pages(self, link: UUID) -> tuple[str, list[CatalogItem]] | None:
        for _ in range(BEGINNINGS):
            entries: list[CatalogItem] = []
            tree, after = None, ""
            for _page in range(MOST_PAGES):
                page = await self.web.fetch(
                    f"/internal/gateway/shown?link={link}&after={quote(after, safe='')}", ShownPage, absent="link"
                )
                if page is None:
                    return None
                if page.link != link:
                    raise WebUnavailable("the page is of another link")
                if tree is not None and page.tree != tree:
                    break
                tree = page.tree
                entries += map(item_of, page.entries)
                if len(entries) > MOST:
                    raise Unsteady(f"the tree has more than {MOST} entries")
                if not page.after:
                    return tree, entries
                after = page.after
        raise Unsteady("the tree changed while it was read")

    def _put(self, link: UpperLink, items: Sequence[CatalogItem]) -> None:
        if link.lower is None:
            return
        link.lower.show(ShownTree(items), self.clock.monotonic())
        self._cameras[link] = {item.device_id: item.status for item in items if item.status is not None}
        link.ask_work()

    async def _take_off(self, link: UpperLink) -> None:
        try:
            found = await self.web.fetch(f"/internal/gateway/shown/off?link={link.upper.link}", ShownOff, absent="link")
        except WebUnavailable as error:
            log.debug("upper.off_not_fetched", link=str(link.upper.link), why=str(error))
            return
        if found is None:
            self._nothing(link)
            return
        cameras, off = self._cameras.get(link, {}), frozenset(found.off)
        changes: list[CatalogItem] = []
        for id, status in cameras.items():
            now = EntryStatus.OFF if id in off else EntryStatus.ON
            if now is not status:
                changes.append(
                    CatalogItem(device_id=id, event=EntryEvent.OFF if now is EntryStatus.OFF else EntryEvent.ON)
                )
        if changes and link.lower is not None:
            link.lower.changed(changes, self.clock.monotonic())
            cameras.update(
                {one.device_id: EntryStatus.OFF if one.event is EntryEvent.OFF else EntryStatus.ON for one in changes}
            )
            link.ask_work()


def item_of(entry: ShownEntry) -> CatalogItem:
    """An entry as the core shows it."""
    camera = entry.kind == "camera"
    return CatalogItem(
        device_id=entry.id,
        name=entry.name,
        civil_code=entry.civil_code,
        parents=(entry.parent,) if entry.parent else (),
        business_group_id=entry.group,
        status=(EntryStatus.ON if entry.online else EntryStatus.OFF) if camera else None,
        info=TURNS if camera and entry.turns else None,
    )
