"""`custodes gateway`: the process, put together."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import signal
from typing import Any

import structlog
import uvloop

from custodes.gateway.alarms import Alarms
from custodes.gateway.assigned import AssignedDevices, load_assignment, save_assignment
from custodes.gateway.calls.switchboard import CallDesk, Switchboard
from custodes.gateway.catalogues import CatalogueRoutes, Catalogues
from custodes.gateway.configuring.room import PACE as SETTING_PACE
from custodes.gateway.configuring.room import ConfigurationPace as SettingPace
from custodes.gateway.configuring.room import Configuring
from custodes.gateway.context import Context, OwnAddress
from custodes.gateway.desk import SignedRoutes, make_app, make_server, serve
from custodes.gateway.figures import GatewayFigures
from custodes.gateway.hearing import Hearing, Turns
from custodes.gateway.keys import GatewayKeys, load_keys
from custodes.gateway.lower_platforms.ringing import TrialCalls
from custodes.gateway.lower_platforms.trying import PATIENCE, LowerPatience, LowerTrials, TrialNeeds
from custodes.gateway.network_registrar import NetworkRegistrar, UnknownTable
from custodes.gateway.pace import PACE, AskPace
from custodes.gateway.positions import LastPositions, PositionSubscriptions
from custodes.gateway.recordings import Clocks, Recordings, RecordingsDesk
from custodes.gateway.reports import BACK_OFF, GatewayReports, Periods
from custodes.gateway.rooms import GatewayRooms
from custodes.gateway.speaking.room import SpeakDesk, Speaking
from custodes.gateway.statements.listener import Listener
from custodes.gateway.statements.saying import Saying
from custodes.gateway.states import DeviceStates, load_seen
from custodes.gateway.steering.room import Rebooting, SteerDesk, Steering
from custodes.gateway.trials import TrialBoard
from custodes.gateway.trust import GatewayTrust, UntrustedAssignment, check_assignment
from custodes.gateway.upper_platforms.pace import UPPER_PACE, UpperPace
from custodes.gateway.upper_platforms.room import Uppers
from custodes.gateway.watching import ALARMS, Watching
from custodes.gateway.web_client import GatewayWebClient, WebUnavailable, trusted_authorities
from custodes.gb28181.ids import domain_of
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.guard import DigestGuard
from custodes.gb28181.sip.transport import Transport
from custodes.gb28181.ssrc import SsrcPool
from custodes.logs import configure_logs
from custodes.memory import set_imports_aside, use_one_arena
from custodes.metrics.serving import Lateness, registry_of, serve_metrics
from custodes.servicemanager import live, tell
from custodes.settings import Settings
from custodes.tls.files import TlsFiles
from custodes.tls.pinned import gateway_statements
from custodes.video.clock import HostClock, SystemClock
from custodes.video.wire.gateway_assignment import GatewayAssignment

log = structlog.get_logger(__name__)

TICK_SECONDS = 0.1


class GatewayProcess:
    """One gateway.

    Args:
        web: stands in for the client of the web, in tests.

    Attributes:
        rooms: what hears, answers and works; more may be entered before `run`. They are stopped before the sockets close.

    Raises:
        BookRefused, sqlite3.Error, OSError: the book of calls can't be opened.
    """

    def __init__(
        self,
        settings: Settings,
        keys: GatewayKeys,
        clock: HostClock,
        web: GatewayWebClient | None = None,
        pace: AskPace = PACE,
        periods: Periods | None = None,
        upper_pace: UpperPace = UPPER_PACE,
        lower_patience: LowerPatience = PATIENCE,
        setting_pace: SettingPace = SETTING_PACE,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.name = settings.gateway_name
        self.folder = settings.gateway_folder
        id = settings.gateway_id
        self.domain = domain_of(id)
        self.web = web or GatewayWebClient(
            settings.web_internal_url,
            self.name,
            keys.control,
            clock,
            trusted_authorities(settings.keys_folder / "public"),
        )
        self.trust = GatewayTrust(self.name)
        self.assigned = AssignedDevices(keys.unseal, settings.gateway_networks)
        self.unknown = UnknownTable()
        guard = DigestGuard(self.domain, secrets.token_bytes(32))
        self.registrar = NetworkRegistrar(id, guard, self.assigned, self.unknown, clock.wall_us)
        self.own = OwnAddress(settings.gateway_sip_host)
        self.endpoint = Endpoint(id, self.domain, self.own, lambda: secrets.token_hex(12), self.registrar)
        self.transport = Transport(
            self.endpoint, lambda event: self.hearing.on_event(event), clock=clock.monotonic, wall_us=clock.wall_us
        )
        self.context = Context(
            id,
            self.domain,
            self.endpoint,
            self.registrar,
            self.transport,
            self.assigned,
            SsrcPool(id),
            clock,
            self.folder,
        )
        self.states = DeviceStates(self.registrar, load_seen(self.folder), clock.wall_us)
        self.alarms = Alarms()
        self.turns = Turns(self.transport.drain, clock.monotonic)
        self.watching = Watching(self.context)
        self.alarms_below = Watching(self.context, ALARMS)
        self.catalogues = Catalogues(self.context, self.states, self._watch, pace)
        self.places = LastPositions()
        self.positions = PositionSubscriptions(self.context, self.places)
        statements = gateway_statements(settings.keys_folder)
        self.saying = Saying(self.name, self.web, self.assigned.device, statements, clock)
        self.steering = Steering(self.context, self.saying)
        self.subscribed = self.watching, self.alarms_below, self.positions, self.steering.pointing
        self.hearing = Hearing(self.context, self.states, self.catalogues, self.subscribed, self.alarms, self.turns)
        self.reports = GatewayReports(
            self.name,
            self.web,
            self.context,
            self.states,
            self.unknown,
            self.catalogues,
            self.alarms,
            self.places,
            self.folder,
            clock.wall_us(),
            periods or Periods(),
        )
        self.desk = SignedRoutes(self.trust, clock)
        self.switchboard = Switchboard(self.context, states=self.saying)
        self.uppers = Uppers(self.context, self.web, self.name, keys.unseal, keys.control, settings, upper_pace)
        ringing, clocks = TrialCalls(self.context), Clocks(self.context)
        self.lowers = LowerTrials(
            TrialBoard(self.name, self.web),
            TrialNeeds(self.context, self.catalogues, self.unknown, statements, clocks, ringing),
            lower_patience,
        )
        self.listener = Listener(
            self.name,
            settings.gateway_statements_host,
            settings.gateway_statements_port,
            statements,
            self.web,
            lambda: [link.upper for link in self.uppers.links],
            clock,
        )
        self.speaking = Speaking(
            self.context, self.switchboard.shelf, self.switchboard.farewells, self.assigned.cameras
        )
        self.configuring = Configuring(self.context, setting_pace)
        self.recordings = Recordings(self.context, states=self.saying)
        # The last is stopped first: what moves before calls are ended, and uppers know that they end before we call no more. The book of
        # calls closes last.
        self.rooms = GatewayRooms(self.context, self.desk)
        self.rooms.enter(self.switchboard, CallDesk(self.switchboard))
        self.rooms.enter(self.uppers, self.lowers, ringing, clocks, self.listener)
        self.rooms.enter(self.speaking, SpeakDesk(self.speaking))
        self.rooms.enter(self.steering, SteerDesk(self.steering), Rebooting(self.context, self.steering))
        self.rooms.enter(self.recordings, RecordingsDesk(self.recordings))
        self.rooms.enter(self.configuring, self.positions, CatalogueRoutes(self.catalogues))
        self.lateness = Lateness()

    async def run(self, done: asyncio.Event) -> None:
        """Until `done`; a part that fails ends the whole, so that it is started anew.

        Raises:
            OSError: the SIP address can't be taken.
        """
        settings = self.settings
        assignment = load_assignment(self.folder)
        if assignment is not None:
            self.apply(assignment)
        await self.transport.open(settings.gateway_sip_host, settings.gateway_sip_port)
        self.own.port = self.transport.port
        server = make_server(make_app(self.rooms.routes, self.health), self._tls())
        serving = asyncio.create_task(serve(server, settings.gateway_host, settings.gateway_port))
        tasks = [
            asyncio.create_task(work)
            for work in (
                *(room.run() for room in self.rooms.working),
                *(self.poll(), self.reports.run(), self._ticks(), self.lateness.run()),
                *(self._figures(), live()),
            )
        ]
        log.info("gateway.started", sip_port=self.transport.port, devices=len(self.assigned))
        tell("READY=1")
        stopping = asyncio.create_task(done.wait())
        vital: set[asyncio.Future[Any]] = {stopping, serving, *tasks[:-2]}  # figures and watchdog may be none
        try:
            ended, _ = await asyncio.wait(vital, return_when=asyncio.FIRST_COMPLETED)
        finally:
            log.info("gateway.stopping")
            server.should_exit = True
            for room in self.rooms.working:
                await room.stop()
            await self.saying.stop()
            for task in (*tasks, stopping):
                task.cancel()
            await asyncio.wait({serving}, timeout=5)
            await asyncio.gather(*tasks, stopping, return_exceptions=True)
            await self.transport.close()
        for part in ended - {stopping}:
            part.result()

    def health(self) -> dict[str, Any]:
        """What ``GET /healthz`` says."""
        return {
            "gateway": self.name,
            "generation": self.assigned.generation,
            "devices": len(self.assigned),
            "registered": len(self.registrar),
            "uppers": len(self.uppers),
            "uppers_registered": self.uppers.registered,
        }

    # The assignment

    def apply(self, assignment: GatewayAssignment) -> None:
        """Use `assignment`. One whose web key is not believed any more was believed when it was saved: its devices stay, nobody may ask."""
        try:
            check_assignment(assignment, self.name, self.settings.keys_folder / "public")
        except UntrustedAssignment as error:
            log.error("assignment.not_believed", why=str(error))
        else:
            self.trust.take(assignment)
        out, changed = self.assigned.take(assignment)
        devices = self.assigned.devices()
        self.states.align(devices)
        now = self.clock.monotonic()
        for id in out | self._outside(devices):
            self.endpoint.withdraw(id, now)
        for id in out:
            if self.assigned.device(id) is None:
                self.catalogues.forget(id)
                self.alarms.forget(id)
                self.context.forget(id)
        for id in changed:
            account = self.assigned.account(id)
            if account is not None:
                self.registrar.adopt(account)
        self.positions.align(assignment.mobiles)
        self.switchboard.reachable.align(assignment.channels)
        if self.transport.port:
            self.transport.drain()
        self.uppers.assignment_changed()
        log.info("assignment.applied", generation=assignment.generation, devices=len(devices), out=len(out))

    def _watch(self, device: str) -> None:
        """Its catalogue was taken: from now on it is to tell of what happens."""
        self.watching.watch(device)
        self.alarms_below.watch(device)

    def _outside(self, devices: list[str]) -> set[str]:
        """Who is registered from where nobody may be any more."""
        return {
            id
            for id in devices
            if (known := self.registrar.find(id)) is not None and not self.assigned.admits(known.peer.host)
        }

    async def poll(self) -> None:
        """Fetch the assignment whenever it changes; the gateway goes on with the last one while the web is away."""
        failures = 0
        while True:
            try:
                await self.poll_once()
                if failures:
                    log.info("assignment.web_back")
                failures = 0
            except (WebUnavailable, UntrustedAssignment, OSError) as error:
                if failures == 0:
                    log.warning("assignment.not_fetched", why=str(error))
                wait = BACK_OFF[min(failures, len(BACK_OFF) - 1)]
                failures += 1
                await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311 - spreads retries

    async def poll_once(self) -> bool:
        """One poll; True when a new assignment came and was applied.

        Raises:
            WebUnavailable, UntrustedAssignment, OSError: nothing was changed.
        """
        assignment = await self.web.assignment(self.assigned.generation)
        if assignment is None:
            return False
        check_assignment(assignment, self.name, self.settings.keys_folder / "public")
        await asyncio.to_thread(save_assignment, self.folder, assignment)
        self.apply(assignment)
        return True

    # Time

    async def _ticks(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.tick()

    def tick(self) -> None:
        """Whatever is due in the rooms that have no task of their own. One that fails ends neither the others nor, with the process, all calls."""
        for room in (*self.subscribed, self.catalogues):
            try:
                room.tick()
            except Exception:
                log.exception("gateway.look_failed", room=type(room).__name__)
        self.transport.drain()

    async def _figures(self) -> None:
        await serve_metrics(self.settings.gateway_metrics_port, registry_of(GatewayFigures(self)))

    def _tls(self) -> TlsFiles | None:
        return self.settings.tls_of("gateway")


async def _main(settings: Settings) -> None:
    done = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, done.set)
    gateway = GatewayProcess(settings, load_keys(settings.keys_folder / "gateway"), SystemClock())
    set_imports_aside()
    await gateway.run(done)
    log.info("gateway.stopped")


def run_gateway(settings: Settings) -> None:
    """Run the gateway until it is told to stop.

    Raises:
        KeyFileError: `custodes init` was not run.
        OSError: the SIP address can't be taken, or the data folder can't be made.
    """
    use_one_arena()
    configure_logs(process="gateway")
    # Who is registered from where is nobody's matter but the gateway's user's.
    os.umask(0o027)
    settings.gateway_folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    uvloop.run(_main(settings))
