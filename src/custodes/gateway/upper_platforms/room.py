"""The room of upper platforms: which there are, one link for each, what is told of them, and their end."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.gateway.context import Context
from custodes.gateway.trials import TrialBoard
from custodes.gateway.upper_platforms.asked import UpperInquiries
from custodes.gateway.upper_platforms.calls import UpperCallRoom
from custodes.gateway.upper_platforms.deciding import Deciding
from custodes.gateway.upper_platforms.keeping import KeptOfUppers, Stands
from custodes.gateway.upper_platforms.kept import KeptPlace, KeptUppers, Ports, load_uppers, save_uppers
from custodes.gateway.upper_platforms.leading import UpperNames, is_address
from custodes.gateway.upper_platforms.left_over import LeftOver
from custodes.gateway.upper_platforms.link import LinksShared, UpperLink, heard
from custodes.gateway.upper_platforms.notices import UpperAlarms, UpperPositions
from custodes.gateway.upper_platforms.pace import UPPER_PACE, UpperPace
from custodes.gateway.upper_platforms.senders import Senders
from custodes.gateway.upper_platforms.showing import ShownToUppers
from custodes.gateway.upper_platforms.terms import same_but_tree
from custodes.gateway.upper_platforms.trying import UpperLinkTrials
from custodes.gateway.web_client import GatewayWebClient, WebRefused, WebUnavailable
from custodes.gb28181.cascade.events import (
    BodyUnreadable,
    ChannelCalled,
    Controlled,
    Event,
    Questioned,
    Started,
    UpperCallEnded,
    UpperState,
    UpperStateChanged,
)
from custodes.gb28181.cascade.settings import UpperBounds
from custodes.gb28181.sip.digest import Secret
from custodes.settings.sharing import GatewaySettings
from custodes.video.wire.seal import Unsealable
from custodes.video.wire.upper_platforms import GatewayUpper, GatewayUppers, LinksHeard

log = structlog.get_logger(__name__)

UPPERS = "/internal/gateway/uppers"
LINKS = "/internal/gateway/links"
_GONE = frozenset({UpperState.REFUSED, UpperState.SILENT, UpperState.LEFT})
MOST_TOLD = 1024
"""Links of one report (`LinksHeard`)."""


@dataclass(slots=True)
class _Kept:
    link: UpperLink
    tasks: tuple[asyncio.Task[None], ...]


class Uppers:
    """All upper platforms of one gateway.

    Args:
        name: of the gateway; unseal: opens a password; control: signs what nodes are asked.

    Attributes:
        calls: their calls; asked: their questions; showing: what they are shown; alarms, positions: that they are told; trials: of links that are not in force yet.

    Raises:
        BookRefused, sqlite3.Error, OSError: the file of standing calls can't be opened.
    """

    def __init__(
        self,
        context: Context,
        web: GatewayWebClient,
        name: str,
        unseal: Callable[[str], str],
        control: Ed25519PrivateKey,
        settings: GatewaySettings,
        pace: UpperPace = UPPER_PACE,
    ) -> None:
        clock = context.clock
        self._name = name
        self._web = web
        self._unseal = unseal
        self._clock = clock
        self._folder = context.folder
        self._pace = pace
        self._senders = Senders(name, control, clock, web.trust)
        self._left_over = LeftOver(context.folder, clock)
        deciding = Deciding(name, web, clock, pace)
        self.calls = UpperCallRoom(
            deciding, self._senders, context.ssrc, clock, pace, settings.gateway_upper_calls, self._left_over
        )
        self.asked = UpperInquiries(deciding, self._senders, self.calls.live, clock, pace)
        self._keeping = KeptOfUppers(name, web, self._senders, clock, pace, self._standing)
        self.showing = ShownToUppers(web, clock, pace)
        self.alarms = UpperAlarms(web, clock, pace)
        self.positions = UpperPositions(web, clock, pace)
        bounds = UpperBounds(calls=settings.gateway_upper_calls_each)
        self._house = LinksShared(settings.gateway_sip_host, clock, bounds, pace, self._told)
        kept = load_uppers(self._folder)
        ours = kept is not None and kept.uppers.gateway == name
        self._uppers = kept.uppers if kept is not None and ours else GatewayUppers(gateway=name)
        self._saved = kept
        self._ports = Ports(*settings.gateway_upper_ports, kept.ports if kept is not None else {})
        self._places = dict(kept.places) if kept is not None and ours else {}
        self._links: dict[UUID, _Kept] = {}
        self.names = UpperNames(lambda: self.links, self._move, clock, pace)
        self.trials = UpperLinkTrials(
            TrialBoard(name, web),
            self._house,
            self._secret,
            lambda link: self._ports.of(link, self._links),
            self._links.__contains__,
        )
        self._applying = asyncio.Lock()
        self._wake = asyncio.Event()
        self._stopping = False

    def __len__(self) -> int:
        return len(self._links)

    @property
    def links(self) -> list[UpperLink]:
        """All that there are."""
        return [kept.link for kept in self._links.values()]

    @property
    def registered(self) -> int:
        """How many took us."""
        return sum(link.registered for link in self.links)

    @property
    def barred(self) -> Counter[str]:
        """Calls that the core refused by rule before anybody was asked, of the links that there are."""
        found: Counter[str] = Counter()
        for link in self.links:
            if link.lower is not None:
                found += link.lower.calls.refused
        return found

    def assignment_changed(self) -> None:
        """Look which uppers there are, now."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        await self._apply(self._uppers)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._fetch())
            group.create_task(self._tell())
            group.create_task(self._keeping.run())
            group.create_task(self.asked.run())
            group.create_task(self.trials.run())
            group.create_task(self.names.run())

    async def stop(self) -> None:
        """Unregister everywhere, and let nodes know what ended by that."""
        self._stopping = True
        async with self._applying:
            await asyncio.gather(*(self._retire(id) for id in list(self._links)), return_exceptions=True)
        await asyncio.gather(self.asked.stop(), self.calls.settle(self._pace.leave))
        await self._senders.close()
        await self._left_over.close()

    # Which there are

    async def _fetch(self) -> None:
        away = False
        while True:
            self._wake.clear()
            try:
                found = await self._web.fetch(UPPERS, GatewayUppers)
                if found is None or found.gateway != self._name:
                    raise WebUnavailable("the web has no uppers for this gateway")
            except WebUnavailable as error:
                if not away:
                    log.warning("uppers.not_fetched", why=str(error))
                away = True
            else:
                if away:
                    log.info("uppers.web_back")
                away = False
                await self._apply(found)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pace.fetch):
                    await self._wake.wait()

    async def _apply(self, found: GatewayUppers) -> None:
        async with self._applying:
            if self._stopping:
                return
            self._uppers = found
            wanted = {upper.link: upper for upper in found.uppers}
            # What ends ends first: neither what begins nor the disk may keep it, and its port is free then.
            ending = [id for id, kept in self._links.items() if not self._goes_on(kept.link, wanted.get(id))]
            for failed in await asyncio.gather(*map(self._retire, ending), return_exceptions=True):
                if isinstance(failed, Exception):
                    log.error("upper.not_left", exc_info=failed)
            for id, upper in wanted.items():
                kept = self._links.get(id)
                if kept is not None:
                    kept.link.upper = upper
                    if not upper.alarms:
                        kept.link.alarms_after = ""  # switched on again, it begins with what comes from then on
                    continue
                try:
                    self._begin(upper, wanted)
                except Exception:
                    log.exception("upper.not_begun", link=str(id))
            await self._save()

    async def _move(self, link: UpperLink) -> None:
        """Its name leads elsewhere: it is left where it was and begun anew, by the rule for where it may lead."""
        id = link.upper.link
        async with self._applying:
            kept = self._links.get(id)
            if self._stopping or kept is None or kept.link is not link:
                return
            await self._retire(id)
            self._begin(link.upper, {one.link: one for one in self._uppers.uppers}, link.place)

    def _begin(self, upper: GatewayUpper, present: dict[UUID, GatewayUpper], place: str = "") -> None:
        known = self._places.get(upper.link)
        if not place and known is not None and known.host == upper.host:
            place = known.address
        link = UpperLink(upper, self._secret(upper), self._ports.of(upper.link, present), self._house, place)
        loop = asyncio.get_running_loop()
        tasks = (
            loop.create_task(link.run()),
            loop.create_task(self.showing.follow(link)),
            loop.create_task(self.alarms.follow(link)),
            loop.create_task(self.positions.follow(link)),
        )
        for task in tasks:
            task.add_done_callback(_say)
        self._links[upper.link] = _Kept(link, tasks)
        log.info("upper.begun", link=str(upper.link), port=link.port)

    async def _retire(self, id: UUID) -> None:
        kept = self._links.pop(id)
        for task in kept.tasks:
            task.cancel()
        await asyncio.gather(*kept.tasks, return_exceptions=True)
        try:
            await kept.link.close()
        finally:
            self.asked.leave(kept.link, "left")
        log.info("upper.left", link=str(id))

    def _goes_on(self, link: UpperLink, upper: GatewayUpper | None) -> bool:
        return upper is not None and same_but_tree(link.upper, upper) and self._same_password(link, upper)

    async def _save(self) -> None:
        for link in self.links:
            if link.proven and not is_address(link.upper.host):
                self._places[link.upper.link] = KeptPlace(host=link.upper.host, address=link.place)
        present = {upper.link for upper in self._uppers.uppers}
        self._places = {id: place for id, place in self._places.items() if id in present}
        kept = KeptUppers(uppers=self._uppers, ports=self._ports.known, places=dict(self._places))
        if kept == self._saved:
            return
        try:
            await asyncio.to_thread(save_uppers, self._folder, kept)
            self._saved = kept
        except Exception as error:
            # Whatever it is: links go on. It is tried again with the next look.
            log.error("uppers.not_saved", why=getattr(error, "strerror", None) or type(error).__name__)

    def _secret(self, upper: GatewayUpper) -> Secret | None:
        try:
            return Secret(self._unseal(upper.sealed_password))
        except Unsealable:
            return None

    def _same_password(self, link: UpperLink, upper: GatewayUpper) -> bool:
        return link.upper.sealed_password == upper.sealed_password or link.secret == self._secret(upper)

    # What links tell

    def _told(self, link: UpperLink, event: Event) -> None:
        match event:
            case UpperStateChanged():
                log.info("upper.stands", link=str(link.upper.link), state=event.state.value, fault=event.fault)
                if event.state is UpperState.REGISTERED:
                    self._left_over.registered(link)
                elif event.state in _GONE:
                    self.asked.leave(link, "left" if event.state is UpperState.LEFT else "silent")
            case ChannelCalled():
                self.calls.wanted(link, event)
            case Started():
                self.calls.started(link, event)
            case UpperCallEnded():
                self.calls.ended(link, event)
            case Controlled():
                self.calls.controlled(link, event)
            case Questioned():
                self.asked.questioned(link, event)
            case BodyUnreadable() if (
                event.why != link.unreadable
            ):  # said once for each reason: who asks on asks the same again and again
                link.unreadable = event.why
                log.warning("upper.body_refused", link=str(link.upper.link), why=event.why)

    def _standing(self) -> list[Stands]:
        """What the web gave, and has not taken back."""
        return [*self.calls.standing(), *self.asked.hands.standing()]

    def _parts(self) -> list[tuple[UpperLink, ...]]:
        """Links by report; that there is none is told too."""
        links = self.links
        return [tuple(links[at : at + MOST_TOLD]) for at in range(0, len(links) or 1, MOST_TOLD)]

    async def _tell(self) -> None:
        while True:
            for links in self._parts():
                try:
                    report = LinksHeard(gateway=self._name, links=tuple(heard(link, self._clock) for link in links))
                    await self._web.post(LINKS, report.model_dump_json())
                except (WebUnavailable, WebRefused) as error:
                    log.debug("uppers.not_told", why=str(error))
                except Exception:
                    log.exception("uppers.not_told")
            await asyncio.sleep(self._pace.tell)


def _say(task: asyncio.Task[None]) -> None:
    """One link's failure costs no other; it is said."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("upper.failed", exc_info=error)
