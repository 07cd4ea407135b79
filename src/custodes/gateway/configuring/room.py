"""A person reads how a device is set, and sets it: ``POST /internal/configuration`` and ``/internal/configure`` of the web (docs/design/wire.md §8)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import structlog
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.gateway.calls.needs import Signed
from custodes.gateway.configuring.asking import Asker, Sent
from custodes.gateway.configuring.gathering import FIELDS, SECOND, GatheringPatience
from custodes.gateway.configuring.orders import compared, lossy, order_of, other_now, read_before, types_of_wish
from custodes.gateway.configuring.words import settings_of
from custodes.gateway.context import Context
from custodes.gb28181.edition import Edition
from custodes.gb28181.ids import family
from custodes.gb28181.manscdp.config import ConfigDownload, ConfigType, merged
from custodes.gb28181.manscdp.frame import Message, Result
from custodes.gb28181.sip.events import Event, Got
from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.video.wire.configuration import (
    ConfigurationAnswer,
    ConfigurationAsk,
    ConfigureAnswer,
    ConfigureAsk,
    DeviceSettings,
    Failure,
    Kind,
)

log = structlog.get_logger(__name__)

OF_ALL = (ConfigType.BASIC, ConfigType.VIDEO_OPTIONS)
OF_2022 = (
    ConfigType.VIDEO_ATTRIBUTE,
    ConfigType.RECORD_PLAN,
    ConfigType.ALARM_RECORD,
    ConfigType.PICTURE_MASK,
    ConfigType.FRAME_MIRROR,
    ConfigType.ALARM_REPORT,
    ConfigType.OSD,
)
"""SVAC's and those of snapshots say nothing to a person here."""

_OF_NO_PART = frozenset({"body", "SN", "DeviceID"})
"""Faults of a message that lose nothing of what is written back."""
_AWAY = frozenset({"restarted", "offline", "gone"})
_KINDS: dict[ConfigType, Kind] = {
    ConfigType.BASIC: "BasicParam",
    ConfigType.VIDEO_OPTIONS: "VideoParamOpt",
    ConfigType.VIDEO_ATTRIBUTE: "VideoParamAttribute",
    ConfigType.RECORD_PLAN: "VideoRecordPlan",
    ConfigType.ALARM_RECORD: "VideoAlarmRecord",
    ConfigType.PICTURE_MASK: "PictureMask",
    ConfigType.FRAME_MIRROR: "FrameMirror",
    ConfigType.ALARM_REPORT: "AlarmReport",
    ConfigType.OSD: "OSDConfig",
}


@dataclass(frozen=True)
class ConfigurationPace:
    """How fast, in seconds.

    Attributes:
        settle: from a device's word that it is set to the question whether it is.
        rest: that a device has between two questions.
        expect: for which the gateway waits until it expects keepalives that seldom.
    """

    question: GatheringPatience = field(default_factory=GatheringPatience)
    again: GatheringPatience = field(default_factory=lambda: GatheringPatience(4 * SECOND, SECOND, 4 * SECOND))
    settle: float = 1.0
    rest: float = 1.0
    expect: float = 5.0


PACE = ConfigurationPace()


class Configuring:
    """Asks and sets devices, one question of a device at a time."""

    def __init__(self, context: Context, pace: ConfigurationPace = PACE) -> None:
        self._context = context
        self._pace = pace
        self._asker = Asker(context)
        self._busy: set[str] = set()
        self._rests: dict[str, float] = {}

    def web_routes(self, signed: Signed) -> list[Route]:
        """The routes, for the web alone: nodes and platforms above have no such right."""
        return [
            signed("/internal/configuration", self.configuration),
            signed("/internal/configure", self.configure),
        ]

    async def configuration(self, who: str, body: bytes) -> Response:
        """How it is set."""
        ask = ConfigurationAsk.model_validate_json(body)
        answer = await self._read(ask)
        log.info("device.configuration_read", device=ask.device, failure=answer.failure, missing=len(answer.missing))
        return JSONResponse(answer.model_dump(mode="json"))

    async def configure(self, who: str, body: bytes) -> Response:
        """Set it; what became of that."""
        ask = ConfigureAsk.model_validate_json(body)
        answer = await self._set(ask)
        log.info("device.configured", device=ask.device, step=str(ask.step), failure=answer.failure,
                 differs=answer.differs)  # fmt: skip
        return JSONResponse(answer.model_dump(mode="json"))

    def hear(self, event: Event) -> bool:
        """An event of the endpoint; True where it was about a request of this room. A `RegistrationChange` is never its own."""
        match event:
            case Got():
                return self._asker.hear(event)
            case RegistrationChange() if event.what in _AWAY:
                self._asker.away(event.id)
        return False

    def hear_message(self, device: str, message: Message) -> bool:
        """A message of a device; True where it was an answer to this room."""
        return self._asker.hear_message(device, message)

    # Reading

    async def _read(self, ask: ConfigurationAsk) -> ConfigurationAnswer:
        against = self._against(ask.device)
        reach = self._context.reach(ask.device)
        if against or reach is None:
            return ConfigurationAnswer(failure=against or "not_registered")
        types = OF_ALL if reach.edition < Edition.E2022 else (*OF_ALL, *OF_2022)
        await self._begin(ask.device)
        try:
            failed, found, missing = await self._ask(ask.device, ask.channel, types)
        finally:
            self._done(ask.device)
        edition = reach.edition.wire
        if found is None:
            return ConfigurationAnswer(
                failure=failed.failure or "silent", status=failed.status, detail=failed.detail, edition=edition,
                missing=_named(frozenset(types), types),
            )  # fmt: skip
        return ConfigurationAnswer(edition=edition, missing=_named(missing, types), settings=settings_of(found))

    async def _ask(
        self, device: str, channel: str, types: tuple[ConfigType, ...]
    ) -> tuple[Sent, ConfigDownload | None, frozenset[ConfigType]]:
        """Ask for all at once; where the first of them did not come, for that alone: some makes refuse a question for several."""
        first = await self._asker.ask(device, channel, types, self._pace.question)
        found, missing = first.collector.answer(), first.collector.missing
        alone = types[:1]
        if len(types) > 1 and alone[0] in missing and first.failure in ("", "silent", "error", "refused"):
            again = await self._asker.ask(device, channel, alone, self._pace.again)
            more = again.collector.answer()
            if more is not None:
                # Its number is another; what stands in it is what counts.
                found = more if found is None else merged([found, more])
                missing -= again.collector.came
        return first, found, missing

    # Setting

    async def _set(self, ask: ConfigureAsk) -> ConfigureAnswer:
        against = self._against(ask.device)
        if against or self._context.reach(ask.device) is None:
            return ConfigureAnswer(failure=against or "not_registered")
        await self._begin(ask.device)
        try:
            if not await self._expects(ask.device, ask.silence_s):
                return ConfigureAnswer(failure="not_expected")
            against, stands = await self._before(ask)
            if against:
                return ConfigureAnswer(failure=against)
            order = order_of(ask.wish, stands, self._context.number(ask.device), ask.channel)
            sent = await self._asker.order(ask.device, order, self._pace.question)
            if sent.result is Result.ERROR:
                sent.fail("error")
            if sent.failure and sent.failure not in ("silent", "error"):
                return ConfigureAnswer(failure=sent.failure, status=sent.status, detail=sent.detail)
            await asyncio.sleep(self._pace.settle)
            after = await self._after(ask)
        finally:
            self._done(ask.device)
        if after is None:
            return ConfigureAnswer(failure=sent.failure)
        differs, untold = compared(ask.wish, after)
        return ConfigureAnswer(failure=sent.failure, after=after, differs=differs, untold=untold)

    async def _before(self, ask: ConfigureAsk) -> tuple[Failure, ConfigDownload | None]:
        """What stands of the parts that are written as a whole; or why nothing is to be sent."""
        types = read_before(ask.wish)
        if not types:
            return "", None
        reach = self._context.reach(ask.device)
        if reach is None or reach.edition < Edition.E2022:
            return "unsendable", None
        stands, came, clear = await self._each(ask, types)
        if stands is None or not came.issuperset(types):
            return "not_read", None
        parts = [getattr(stands, FIELDS[one]) for one in types]
        if not clear or any(part is not None and lossy(part) for part in parts):
            # Something in it was passed over, cut or broken, and would be lost by writing it back.
            return "unclear", None
        now = settings_of(stands)
        if not all(part.whole for part in (now.mask, now.record_plan, now.osd) if part is not None):
            return "unclear", None
        return ("changed", None) if other_now(ask.before, now) else ("", stands)

    async def _after(self, ask: ConfigureAsk) -> DeviceSettings | None:
        found, _came, _clear = await self._each(ask, types_of_wish(ask.wish))
        return settings_of(found) if found is not None else None

    async def _each(
        self, ask: ConfigureAsk, types: tuple[ConfigType, ...]
    ) -> tuple[ConfigDownload | None, frozenset[ConfigType], bool]:
        """What it says of each of these, which of them came, and whether nothing in it was passed over.

        Each is asked by itself: what is asked for is known to be there, and a device that mixes them up is not to say yes for it.
        """
        found: ConfigDownload | None = None
        came: frozenset[ConfigType] = frozenset()
        clear = True
        for one in types:
            sent = await self._asker.ask(ask.device, ask.channel, (one,), self._pace.again)
            more = sent.collector.answer()
            if more is not None:
                found = more if found is None else merged([found, more])
                came |= sent.collector.came
                clear = clear and all(fault.field in _OF_NO_PART for fault in more.faults)
        return found, came, clear

    async def _expects(self, device: str, silence_s: int) -> bool:
        """Wait until this gateway lets the device be silent for as long as it will be, so that it never counts as offline for it."""
        ends = self._context.clock.monotonic() + self._pace.expect
        while True:
            stated = self._context.assigned.device(device)
            if stated is not None and stated.keepalive_s * stated.misses >= silence_s:
                return True
            if self._context.clock.monotonic() >= ends:
                return False
            await asyncio.sleep(0.05)

    # Within

    def _against(self, device: str) -> Failure:
        """Why it is not asked now; empty where it may be."""
        stated = self._context.assigned.device(device)
        if stated is None:
            return "not_registered"
        if stated.statements is not None or family(device) == "platform":
            return "below"
        return "full" if device in self._busy else ""

    async def _begin(self, device: str) -> None:
        """It is this one's turn, once the device has rested."""
        self._busy.add(device)
        now = self._context.clock.monotonic()
        until = self._rests.get(device, now)
        self._rests = {id: moment for id, moment in self._rests.items() if moment > now and id != device}
        try:
            await asyncio.sleep(max(0.0, until - now))
        except asyncio.CancelledError:
            self._busy.discard(device)
            raise

    def _done(self, device: str) -> None:
        self._busy.discard(device)
        self._rests[device] = self._context.clock.monotonic() + self._pace.rest


def _named(types: frozenset[ConfigType], order: tuple[ConfigType, ...]) -> tuple[Kind, ...]:
    return tuple(_KINDS[one] for one in order if one in types)
