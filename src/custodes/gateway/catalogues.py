"""Asking devices what they are and what they have: after they register, when they say that something changed, when a person asks.

All devices of a city may come at once: so many are asked in a second and so many at the same time, the others wait in line. What is taken is
kept until the web has it; while that is away, no more is taken than there is room for.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.gateway.calls.needs import Signed
from custodes.gateway.context import Context
from custodes.gateway.entries import CatalogueEntry, CatalogueFollower, TakenCatalogue, entry_of
from custodes.gateway.pace import PACE, AskPace, AskQueue
from custodes.gateway.states import DeviceStates
from custodes.gb28181.agenda import Agenda
from custodes.gb28181.manscdp.catalog import CatalogNotice, CatalogPart, CatalogQuery
from custodes.gb28181.manscdp.collector import SECOND, Collector, End
from custodes.gb28181.manscdp.device import DeviceInfo, DeviceInfoQuery
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.manscdp.waiting import TooManyQuestions, Waiting, WaitingQuestion
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.events import Got
from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.gb28181.sip.transactions import Full
from custodes.video.wire.devices import DeviceAsk

log = structlog.get_logger(__name__)


MOST_RESTLESS = 6
"""Doublings of the rest of a device that says all the time that something changed; `AskPace.rest` is the bound."""


@dataclass(eq=False)
class _Taking:
    """One device while it is asked; `collector` is None while it is asked what it is.

    `begun`: when it was asked last; `noticed`: it said meanwhile that something changed.
    """

    device: str
    follower: CatalogueFollower | None = None
    begun: float = 0.0
    noticed: bool = False
    question: WaitingQuestion[_Taking] | None = None
    asked: ClientTransaction | None = None
    collector: Collector[CatalogueEntry] | None = None
    same: dict[str, str] = field(default_factory=dict)


class Catalogues:
    """Devices that are being asked, and what came of it.

    Args:
        taken: called when a catalogue of a device was taken.

    Attributes:
        put_off: takings that were broken off because there was no room for what they brought.
    """

    def __init__(
        self,
        context: Context,
        states: DeviceStates,
        taken: Callable[[str], None] = lambda device: None,
        pace: AskPace = PACE,
    ) -> None:
        self.put_off = 0
        self._context = context
        self._states = states
        self._taken = taken
        self._pace = pace
        self._outbox: OrderedDict[str, TakenCatalogue] = OrderedDict()
        self._untold = 0  # entries of the outbox
        self._line = AskQueue(pace.per_second)
        self._waiting: Waiting[_Taking] = Waiting()
        self._running: dict[str, _Taking] = {}
        self._asked: dict[ClientTransaction, _Taking] = {}
        self._agenda: Agenda[str] = Agenda()
        self._answered: dict[str, float] = {}
        self._tries: dict[str, int] = {}
        self._costs: dict[str, float] = {}  # seconds that the last taking cost
        self._restless: dict[str, int] = {}  # takings without two calm minutes between
        self._followers: dict[str, CatalogueFollower] = {}  # of takings that are still to begin

    @property
    def kept(self) -> int:
        """Entries that are kept."""
        coming = sum(one.collector.arrived for one in self._running.values() if one.collector is not None)
        return coming + self._untold

    @property
    def counts(self) -> dict[str, int]:
        """Devices that are to be asked, that are being asked, and whose catalogue waits to be told."""
        return {"waiting": len(self._line), "asked": len(self._running), "untold": len(self._outbox)}

    # Who is asked when

    def take(self, device: str) -> bool:
        """A person asks for the catalogue now; False where the device is not online."""
        if self._context.registration(device) is None:
            return False
        if device not in self._running:
            self._line.wish(device, False, self._now)
        return True

    def follow(self, device: str) -> CatalogueFollower:
        """Ask a device now what it is and what it has, and say what comes of it."""
        self._followers[device] = found = CatalogueFollower()
        self._line.wish(device, True, self._now)
        return found

    def changed(self, change: RegistrationChange) -> None:
        """What became of a registration."""
        device = change.id
        if change.what in ("registered", "restarted"):
            running = self._running.get(device)
            if running is not None and running.follower is not None:
                self._followers.setdefault(device, running.follower)  # it is asked anew: whoever waits hears of that
            self._break_off(device)
            self._tries.pop(device, None)
            self._line.wish(device, True, self._rested(device, 0))
        elif change.what == "online":
            self._line.wish(device, device in self._followers, self._rested(device, 0))
        elif change.what in ("offline", "gone"):
            self._break_off(device)
            self._line.drop(device)

    def forget(self, device: str) -> None:
        """A device was taken out of the assignment: what it had is nobody's matter any more."""
        self._break_off(device)
        self._line.drop(device)
        self._unbox(device)
        for known in (self._answered, self._tries, self._costs, self._restless, self._followers):
            known.pop(device, None)

    def tick(self) -> None:
        """Whatever is due. Call `transport.drain` afterwards."""
        now = self._now
        for device in self._agenda.take(now):
            self._late(self._running[device], now)
        while len(self._running) < self._pace.at_once and self.kept < self._pace.room:
            found = self._line.next(now, self._running)
            if found is None:
                break
            device, wish = found
            taking = self._running[device] = _Taking(device, self._followers.pop(device, None))
            (self._ask_info if wish.info else self._ask_catalogue)(taking, now)

    # What the web is told

    def next_taken(self) -> TakenCatalogue | None:
        """The catalogue that is to be told next; it waits until `told_whole`."""
        return next(iter(self._outbox.values()), None)

    def told_whole(self, taken: TakenCatalogue) -> None:
        """All of it arrived, or will never be taken. A newer one of the same device waits on."""
        if self._outbox.get(taken.device) is taken:
            self._unbox(taken.device)

    def _unbox(self, device: str) -> None:
        gone = self._outbox.pop(device, None)
        if gone is not None:
            self._untold -= len(gone.entries)

    def _rested(self, device: str, after: float) -> float:
        """The moment in `after` seconds, or when a device that just answered may be asked again."""
        return max(self._now + after, self._answered.get(device, float("-inf")) + self._pace.rest)

    def _noticed(self, device: str) -> float:
        """When a device that said that something changed is asked anew.

        A small catalogue at once but for the swarm; one whose last taking cost more, later; one that says so all the time, later each time.
        """
        pace, answered = self._pace, self._answered.get(device)
        cost = self._costs.get(device)
        if answered is None or cost is None:
            return self._rested(device, pace.pause)
        pause = min(pace.pause, max(pace.soon, cost * pace.share))
        rest = min(pace.rest, max(pace.calm, cost * pace.share) * (1 << self._restless.get(device, 0)))
        return max(self._now + pause, answered + rest)

    def _cost(self, taking: _Taking, entries: int) -> None:
        """Keep what a taking cost, and whether the device had been calm."""
        device, now = taking.device, self._now
        self._costs[device] = max(0.0, now - taking.begun) + entries / self._pace.entries
        calm = now - self._answered.get(device, float("-inf")) >= 2 * self._pace.rest
        self._restless[device] = 0 if calm else min(self._restless.get(device, 0) + 1, MOST_RESTLESS)
        self._answered[device] = now

    @property
    def _now(self) -> float:
        return self._context.clock.monotonic()

    # What is asked

    def _ask_info(self, taking: _Taking, now: float) -> None:
        query = DeviceInfoQuery(sn=self._context.number(taking.device), device_id=taking.device)
        taking.begun = now
        if self._ask(taking, query, now + self._pace.info):
            self._agenda.set(taking.device, now + self._pace.info)
        else:
            self._ask_catalogue(taking, now)

    def _ask_catalogue(self, taking: _Taking, now: float) -> None:
        now_us, patience = round(now * SECOND), self._pace.patience
        query = CatalogQuery(sn=self._context.number(taking.device), device_id=taking.device)
        taking.collector = Collector(lambda entry: entry.id, now_us, patience)
        taking.begun = now
        if taking.follower is not None:
            taking.follower.asked = True
        # The collector says when it is over, long before this.
        if not self._ask(taking, query, now + patience.longest / SECOND + 60):
            self._fail(taking)
            return
        self._watch(taking)

    def _ask(self, taking: _Taking, query: CatalogQuery | DeviceInfoQuery, due: float) -> bool:
        self._settle(taking)
        device = taking.device
        question = WaitingQuestion(device, query.CMD, query.sn, device, round(due * SECOND), taking)
        try:
            self._waiting.ask(question)
            taking.question = question
            taking.asked = self._context.say(device, device, query)
        except (TooManyQuestions, Full, Gb28181Refused) as error:
            log.warning("device.not_asked", device=device, what=query.CMD, why=type(error).__name__)
            return False
        if taking.asked is not None:
            self._asked[taking.asked] = taking
        return taking.asked is not None

    # What comes

    def got(self, event: Got) -> bool:
        """What became of a request; False where it is none of ours."""
        taking = self._asked.get(event.transaction)
        if taking is None:
            return False
        if event.response is not None and event.response.status < 200:
            return True
        del self._asked[event.transaction]
        taking.asked = None
        if event.response is None or event.response.status >= 300:
            # No answer will come to a question that did not arrive.
            if taking.collector is None:
                self._ask_catalogue(taking, self._now)
            elif taking.collector.arrived == 0:
                self._fail(taking)
        return True

    def told(self, device: str, message: Message) -> bool:
        """A body of a device; False where it is of no kind that is asked for here."""
        if isinstance(message, CatalogNotice) or (isinstance(message, CatalogPart) and message.notice):
            # Nothing is changed by what it says: it is asked for all of it, once it has said what it has to say.
            running = self._running.get(device)
            if running is not None:
                running.noticed = True  # it has its rest from when it has answered, not from the time before
            else:
                self._line.wish(device, False, self._noticed(device))
            return True
        if not isinstance(message, CatalogPart | DeviceInfo):
            return False
        question = self._waiting.answered(device, message.CMD, message.sn, message.device_id)
        if question is None:
            return True
        taking = question.what
        if isinstance(message, DeviceInfo):
            self._states.described(device, message.manufacturer, message.model, message.firmware)
            if taking.follower is not None:
                taking.follower.info_s = self._now - taking.begun
            self._ask_catalogue(taking, self._now)
        else:
            self._add(taking, message)
        return True

    def _add(self, taking: _Taking, part: CatalogPart) -> None:
        collector = taking.collector
        if collector is None:
            return
        if (part.sum_num or 0) > self._pace.patience.most:
            self._refuse(taking, part.sum_num or 0)
            return
        entries, before = [entry_of(item, taking.same) for item in part.items], collector.arrived
        end = collector.add(part.sum_num, entries, round(self._now * SECOND))
        if collector.arrived > before:
            self._awaited(taking.device)
        if end is not None:
            self._finish(taking, collector)
            return
        self._watch(taking)
        if self.kept > self._pace.most:
            self._put_off_the_largest()

    def _awaited(self, device: str) -> None:
        """A device that sends an entry a message, each after the 200 to the one before (Annex N), sends as many as we asked for."""
        known = self._context.registration(device)
        if known is not None:
            self._context.transport.awaited(known.peer.host)

    def _watch(self, taking: _Taking) -> None:
        due_us = taking.collector.due_us if taking.collector is not None else None
        if due_us is not None:
            self._agenda.set(taking.device, due_us / SECOND)

    def _late(self, taking: _Taking, now: float) -> None:
        collector = taking.collector
        if collector is None:
            self._ask_catalogue(taking, now)
        elif collector.tick(max(round(now * SECOND), collector.due_us or 0)) is not None:
            self._finish(taking, collector)

    # How it ends

    def _finish(self, taking: _Taking, collector: Collector[CatalogueEntry]) -> None:
        found = collector.collected()
        if found.end is End.SILENT:
            self._fail(taking)
            return
        device = taking.device
        if found.end is End.FULL:
            self._refuse(taking, max(found.announced or 0, self._pace.patience.most + 1))
            return
        self._break_off(device)
        self._cost(taking, len(found.entries))
        if taking.noticed:
            self._line.wish(device, False, self._noticed(device))
        self._tries.pop(device, None)
        said = len(found.entries) if found.announced is None else found.announced
        made = TakenCatalogue(device, uuid.uuid4(), found.whole, said, self._context.clock.wall_us(), found.entries)
        self._tell(taking, made)
        self._unbox(device)  # an older one that is not told yet says nothing any more
        self._outbox[device] = made
        self._untold += len(made.entries)
        self._states.counted(device, len(found.entries))
        log.info("catalogue.taken", device=device, entries=len(found.entries), end=found.end.value, said=said)
        self._taken(device)

    def _refuse(self, taking: _Taking, said: int) -> None:
        """More than the web takes: it is told how many, and none of them, so that a person reads why there are none."""
        device = taking.device
        self._break_off(device)
        self._answered[device] = self._now
        self._costs.pop(device, None)
        if taking.noticed:
            self._line.wish(device, False, self._noticed(device))
        self._tries.pop(device, None)
        self._unbox(device)
        said = min(said, 2**31 - 1)
        self._outbox[device] = made = TakenCatalogue(
            device, uuid.uuid4(), False, said, self._context.clock.wall_us(), ()
        )
        self._tell(taking, made)
        log.warning("catalogue.too_long", device=device, said=said)
        self._taken(device)

    def _fail(self, taking: _Taking) -> None:
        """Nothing came: it is asked again a few times, later each time, then when it registers anew."""
        device = taking.device
        if taking.follower is not None:
            taking.follower.failed = True
        self._break_off(device)
        tries = self._tries.get(device, 0)
        log.info("catalogue.not_answered", device=device, tries=tries + 1)
        if tries < self._pace.tries or taking.noticed:
            self._tries[device] = min(tries + 1, self._pace.tries)
            self._line.wish(device, False, self._now + self._pace.again * 2**tries)

    def _tell(self, taking: _Taking, made: TakenCatalogue) -> None:
        if taking.follower is not None:
            taking.follower.taken, taking.follower.catalogue_s = made, self._now - taking.begun

    def _put_off_the_largest(self) -> None:
        """There is no room: whoever sends most waits, and no other."""
        largest = max(
            self._running.values(), key=lambda one: one.collector.arrived if one.collector is not None else -1
        )
        self.put_off += 1
        log.warning("catalogue.put_off", device=largest.device, kept=self.kept)
        self._break_off(largest.device)
        self._line.wish(largest.device, False, self._now + self._pace.again)

    def _break_off(self, device: str) -> None:
        taking = self._running.pop(device, None)
        if taking is not None:
            self._settle(taking)
        self._agenda.drop(device)

    def _settle(self, taking: _Taking) -> None:
        """What was asked last waits for nothing any more."""
        if taking.question is not None:
            self._waiting.done(taking.question)
            taking.question = None
        if taking.asked is not None:
            self._asked.pop(taking.asked, None)
            taking.asked = None


@dataclass(frozen=True)
class CatalogueRoutes:
    """A person wants to see what a device has now."""

    catalogues: Catalogues

    def web_routes(self, signed: Signed) -> list[Route]:
        """The route, for the web alone."""
        return [signed("/internal/catalogue", self.take)]

    async def take(self, who: str, body: bytes) -> Response:
        """204 and the device is asked; what comes of it is told as any taking is. 404 where it is not registered."""
        ask = DeviceAsk.model_validate_json(body)
        if not self.catalogues.take(ask.device):
            return JSONResponse({"detail": "this device is not registered now"}, 404)
        return Response(status_code=204)
