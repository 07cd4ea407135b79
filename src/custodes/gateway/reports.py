"""What the gateway tells the web: how devices stand, their catalogues, their alarms. While the web is away it waits, bounded where it is kept."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from custodes.gateway.alarms import Alarms
from custodes.gateway.catalogues import Catalogues
from custodes.gateway.context import Context
from custodes.gateway.network_registrar import UnknownTable
from custodes.gateway.positions import LastPositions
from custodes.gateway.states import DeviceStates, save_seen
from custodes.gateway.web_client import REPORT_SECONDS, GatewayWebClient, WebRefused, WebUnavailable
from custodes.video.wire.devices import DeviceAlarm, GatewayPlaces, GatewayStates

log = structlog.get_logger(__name__)

STATES_PATH = "/internal/gateway/states"
CATALOGUE_PATH = "/internal/gateway/catalogue"
ALARMS_PATH = "/internal/gateway/alarms"
PLACES_PATH = "/internal/gateway/places"
CATALOGUE_SECONDS = 90.0
"""With the last part of a catalogue the web takes all of it over: 7 s for 100,000 entries, measured."""
DEVICES_OF_POST = 40_000
"""What the web reads at once; of more, no report says that it is all."""

BACK_OFF = (1.0, 2.0, 5.0, 10.0, 15.0)


@dataclass(frozen=True, slots=True)
class Periods:
    """Seconds between two reports of states, and between two looks whether there is something else to tell."""

    states: float = 10.0
    look: float = 0.5


@dataclass
class GatewayReports:
    """The reports of one gateway.

    Attributes:
        refused: reports that the web will never take, and that were left out.
    """

    gateway: str
    web: GatewayWebClient
    context: Context
    states: DeviceStates
    unknown: UnknownTable
    catalogues: Catalogues
    alarms: Alarms
    places: LastPositions
    folder: Path
    started_us: int
    periods: Periods = field(default_factory=Periods)
    refused: int = 0
    _whole: bool = True
    _saved: set[str] = field(default_factory=set)

    async def run(self) -> None:
        """Until cancelled. What one kind of report waits for holds up no other."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._again(self._tell_states, "states"))
            group.create_task(self._again(self._tell_catalogue, "catalogue"))
            group.create_task(self._again(self._tell_alarms, "alarms"))
            group.create_task(self._again(self._tell_places, "places"))
            group.create_task(self._again(self._save_seen, "seen"))

    async def _again(self, tell: Callable[[], Awaitable[float]], what: str) -> None:
        """Call `tell`, which says after how many seconds it is to be called again; later where the web is away."""
        failures = 0
        while True:
            try:
                wait = await tell()
                if failures:
                    log.info("report.web_back", what=what)
                failures = 0
            except WebUnavailable as error:
                if failures == 0:
                    log.warning("report.not_sent", what=what, why=str(error))
                wait = BACK_OFF[min(failures, len(BACK_OFF) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries
                failures += 1
            await asyncio.sleep(wait)

    async def _tell_states(self) -> float:
        """All of it after the start, and after a failure or a refusal, changes otherwise."""
        whole, self._whole = self._whole, True
        states, unknown = self.states.changed(whole), self.unknown.changed(whole)
        taken = True
        for begin in range(0, max(1, len(states)), DEVICES_OF_POST):
            part = states[begin : begin + DEVICES_OF_POST]
            report = GatewayStates(
                gateway=self.gateway,
                whole=whole and len(states) <= DEVICES_OF_POST,
                devices=tuple(state for state, _version in part),
                unknown=unknown if begin == 0 else (),
                started_us=self.started_us,
                registered=len(self.context.registrar),
                calls=self.context.endpoint.counts["calls"],
            )
            # What was refused is not told: what devices are now is told again, not lost until each of them changes.
            if await self._post(STATES_PATH, report.model_dump_json()):
                self.states.told(part)
            else:
                taken = False
        if taken:
            self.unknown.told(unknown)
            self._whole = False
        return self.periods.states

    async def _save_seen(self) -> float:
        """On disk, where somebody registered for the first time ever; whether the web is there or not."""
        seen = set(self.states.seen)
        if seen != self._saved:
            try:
                await asyncio.to_thread(save_seen, self.folder, seen)
                self._saved = seen
            except OSError as error:
                log.error("seen.not_saved", why=error.strerror)
        return self.periods.states

    async def _tell_catalogue(self) -> float:
        taken = self.catalogues.next_taken()
        if taken is None:
            return self.periods.look
        while taken.sent < taken.parts:
            if not await self._post(
                CATALOGUE_PATH, taken.part(taken.sent, self.gateway).model_dump_json(), CATALOGUE_SECONDS
            ):
                break  # its parts are of use together alone
            taken.sent += 1
        self.catalogues.told_whole(taken)
        return 0.0

    async def _tell_alarms(self) -> float:
        alarms = self.alarms.next()
        if not alarms:
            return self.periods.look
        if not await self._post_alarms(alarms):
            # One that can't be taken must not cost those of other devices that were told beside it.
            for alarm in alarms if len(alarms) > 1 else ():
                await self._post_alarms([alarm])
                self.alarms.told([alarm])
        self.alarms.told(alarms)
        return 0.0

    async def _tell_places(self) -> float:
        """The newest of each. What the web will never take is left: the next place of it comes."""
        places, stands = self.places.next(self.context.clock.monotonic())
        if not places and not stands:
            return self.periods.look
        report = GatewayPlaces(gateway=self.gateway, places=tuple(places), stands=tuple(stands))
        await self._post(PLACES_PATH, report.model_dump_json())
        self.places.told(places, stands, self.context.clock.monotonic())
        return self.periods.look

    async def _post_alarms(self, alarms: list[DeviceAlarm]) -> bool:
        body = {"gateway": self.gateway, "alarms": [alarm.model_dump(mode="json") for alarm in alarms]}
        return await self._post(ALARMS_PATH, json.dumps(body, separators=(",", ":")))

    async def _post(self, path: str, body: str, seconds: float = REPORT_SECONDS) -> bool:
        """Whether it arrived; False where the web will never take it, which is counted and said.

        Raises:
            WebUnavailable: it did not arrive.
        """
        try:
            await self.web.post(path, body, seconds)
        except WebRefused as error:
            self.refused += 1
            log.error("report.refused", path=path, why=str(error))
            return False
        return True
