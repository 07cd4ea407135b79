"""One worker process: its share of the cameras is taken in, recorded and shown. `python -m custodes.node.worker`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
import uvloop

from custodes import traces
from custodes.logs import configure_logs
from custodes.memory import set_imports_aside, use_one_arena
from custodes.metrics.serving import Lateness, port_of, registry_of, serve_metrics
from custodes.node.app import ControlRoom, make_app, make_server, serve
from custodes.node.assignment import NAME, NodeTrust, Pins, UntrustedAssignment, load_assignment
from custodes.node.burning import BurnDesk
from custodes.node.camera_tools import Tools, call_later_on
from custodes.node.cameras import CameraSet
from custodes.node.channel import WorkerServices
from custodes.node.chores import Chores
from custodes.node.deletion_stop import BrakeFiles
from custodes.node.events import EventBoard, EventWatch
from custodes.node.figures import WorkerFigures
from custodes.node.gate import Gate
from custodes.node.gb28181.calls import CallDesk
from custodes.node.gb28181.filling.room import Filling, FillTerms
from custodes.node.gb28181.gateway_client import AssignedGateway, GatewayClient
from custodes.node.gb28181.place import is_channel
from custodes.node.gb28181.sending.desk import SendDesk
from custodes.node.gb28181.sending.steering import UpperHands
from custodes.node.gb28181.speaking.desk import SpeakDesk
from custodes.node.gb28181.viewing.desk import DeviceDesk, Since
from custodes.node.handing import HandingDesk
from custodes.node.health.desk import HealthDesk, desk_path
from custodes.node.health.references import REFERENCES, References
from custodes.node.health.view_desk import ViewDesk
from custodes.node.hold_care import HoldCare
from custodes.node.key_frames import KeyFrames
from custodes.node.keys import NodeKeys, load_keys
from custodes.node.making import CameraMaker, ground_of, place_of
from custodes.node.masking.desk import MaskingDesk
from custodes.node.masking.line import MaskingLine
from custodes.node.onvif_desk import OnvifDesk
from custodes.node.plans import PlanKeeper
from custodes.node.prober import Prober, Probes
from custodes.node.reports import ProcessFigures, Reporter
from custodes.node.retention_desk import RetentionDesk
from custodes.node.rooms import NodeRooms
from custodes.node.speaking import Floors
from custodes.node.steering.desk import SteeringDesk
from custodes.node.steering.driver import Drivers
from custodes.node.supervisor import RESTARTS
from custodes.node.terms import Shelves, faces_of, mask_terms_of, retention_of, rules_of, shelf_of
from custodes.node.volume_care import Shortage, VolumeCare
from custodes.node.web_client import NodeWebClient, trusted_authorities
from custodes.settings import Settings, get_settings
from custodes.video.archive import faults
from custodes.video.archive.low_space import Ladder
from custodes.video.clock import HostClock, SystemClock
from custodes.video.recorder.host_clock import CachedHostSync
from custodes.video.source.address import AddressPolicy
from custodes.video.source.tick import Reader
from custodes.video.wire.assignment import CameraAssignment, worker_of

log = structlog.get_logger(__name__)


@dataclass
class Worker:
    """Everything that one worker owns, put together from the settings.

    Attributes:
        index, count: which worker of how many.
    """

    settings: Settings
    index: int
    count: int
    clock: HostClock

    def __post_init__(self) -> None:
        settings = self.settings
        self.name = f"{settings.node_name}/{self.index}"
        self.keys: NodeKeys = load_keys(settings.keys_folder / "node")
        self.shelves = Shelves(settings, self.index, self.count, self.clock)
        self.archive, self.journal, self.book = self.shelves.archive, self.shelves.journal, self.shelves.book
        self.spoken, self.delivery, self.disk = self.shelves.spoken, self.shelves.delivery, self.shelves.disk
        self.burning = BurnDesk(
            settings.supervised_seats, lambda: faces_of(settings.templates), ZoneInfo(settings.time_zone)
        )
        self.reader = Reader(self.clock, tick_ms=settings.read_tick_ms, calm_ms=settings.read_calm_ms)
        self.host_sync = CachedHostSync(self.clock)
        self.policy = AddressPolicy(settings.camera_networks, allow_loopback=settings.training)

    async def run(self, orders: asyncio.StreamReader, done: asyncio.Event) -> None:
        """Work until `orders` ends or `done` is set, then end in the order in which nothing is lost.

        Raises:
            Exception: what made a part fail that the worker can't do without.
        """
        self._put_together(asyncio.get_running_loop())
        self.apply_assignment()
        self.delivery.start()
        server = make_server(make_app(self.room, self.studio), self.settings.tls_of("node"))
        lateness = Lateness()
        figures = WorkerFigures(
            self.cameras, self.gate, self.archive, self.delivery, self.reader, self.host_sync, lateness
        )
        aside = [
            asyncio.create_task(lateness.run()),
            asyncio.create_task(self.lateness.run()),
            asyncio.create_task(self.masking.line.run()),
            asyncio.create_task(
                serve_metrics(port_of(self.settings.metrics_port, "node", self.index), registry_of(figures))
            ),
        ]
        filling = asyncio.create_task(self.filling.run())
        tasks = [
            *(asyncio.create_task(room.run()) for room in self.rooms.working),
            filling,
            asyncio.create_task(self._obey(orders, done)),
        ]
        serving = asyncio.create_task(serve(server, self.settings.node_host, self.settings.node_port + self.index))
        log.info("worker.started", cameras=len(self.cameras), recovered=str(self.archive.recovered))
        stopping = asyncio.create_task(done.wait())
        vital: set[asyncio.Future[Any]] = {stopping, serving, *tasks}
        ended, _ = await asyncio.wait(vital, return_when=asyncio.FIRST_COMPLETED)
        log.info("worker.stopping")
        self.gate.stop_all("restart", "the node is being restarted")
        server.should_exit = True
        await self.steering.stop()
        await self.floors.stop()
        await self.events.stop()
        filling.cancel()
        await asyncio.wait({filling}, timeout=2)  # what came of recordings is written before the archive closes
        self.cameras.stop()
        await self.speeches.stop()
        await self.calls.stop()
        await self.sends.stop()
        await self.handing.close()
        await self.masking.close()
        for task in (*tasks, *aside):
            task.cancel()
        await asyncio.wait({serving}, timeout=5)
        await asyncio.gather(*tasks, *aside, return_exceptions=True)
        stopping.cancel()
        for part in ended:
            part.result()  # a part that failed takes the worker down, so that the supervisor starts it anew

    def close(self) -> None:
        """After `run`: write what is left. Records that the notary doesn't have by now wait for the next start."""
        self.reader.close()
        self.disk.close()
        self.burning.close()
        self.shelves.close()

    def apply_assignment(self) -> None:
        """Take the assignment on disk, if it is to be believed."""
        settings = self.settings
        assignment = load_assignment(settings.node_folder / NAME)
        if assignment is None:
            return
        pins = Pins.read(settings.keys_folder / "public")
        try:
            pins.check(assignment)
        except UntrustedAssignment as error:
            # Its keys were believed when it was saved; one has been replaced since. Footage is owed all the same, and
            # until the web names the new keys nobody is shown anything.
            log.error("assignment.not_believed", why=str(error))
        else:
            self.gate.key = self.trust.take(assignment)
            self.trust.take_gateway(assignment.gateway, pins)
        self.hold_care.take(assignment.holds, lambda camera: worker_of(camera, self.count) == self.index)
        share = assignment.share_of(self.index, self.count)
        self.cameras.apply(share)
        self.events.apply(share)
        self.gateway.use(assignment.gateway)
        channels = {one.id: one.main.url for one in share if is_channel(one.main.url)}
        self.disk.later(self.since.follow, channels)
        self.shortage.take_order(assignment.thinning)
        self.disk.later(self.volume_care.take, assignment.volume_orders)
        log.info("assignment.applied", generation=assignment.generation, cameras=len(self.cameras))

    async def _obey(self, orders: asyncio.StreamReader, done: asyncio.Event) -> None:
        """The supervisor says that the assignment changed; its end is ours."""
        while line := await orders.readline():
            if line.strip() == b"assignment":
                self.apply_assignment()
        log.info("worker.supervisor_gone")
        done.set()

    def _retire(self, camera: UUID) -> None:
        self.archive.retire(camera)
        try:
            self.references.end_all(camera, self.clock.wall_us())
        except OSError as error:
            log.error("reference.not_ended", camera=str(camera), why=error.strerror)

    def _assigned(self, camera: UUID) -> CameraAssignment | None:
        found = self.cameras.get(camera)
        return found.assignment if found is not None else None

    def _put_together(self, loop: asyncio.AbstractEventLoop) -> None:
        """Each part is made with what it stands on, and entered: what it takes part in is its own to say (`rooms.py`)."""
        self.rooms = NodeRooms()
        self._take_in(loop)
        self._let_look()
        self._keep()
        self._answer()

    def _take_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cameras and channels of devices, and what devices recorded themselves."""
        settings, clock = self.settings, self.clock
        self.ground, self.retention = ground_of(settings), retention_of(settings)
        self.gateway = AssignedGateway(
            lambda address: GatewayClient(
                address,
                settings.node_name,
                self.keys.control,
                clock,
                trusted_authorities(settings.keys_folder / "public"),
            )
        )
        self.calls = CallDesk(self.name, self.gateway)
        self.place = place_of(settings, self.policy, self.index, self.count)
        maker = CameraMaker(
            self.archive, self.reader, self.policy, clock, self.host_sync, settings, self.place, self.calls, self.ground
        )
        self.cameras = CameraSet(
            Tools(
                make_source=maker.source,
                make_recorder=maker.recorder,
                retire=self._retire,
                change_terms=maker.terms,
                unseal=self.keys.unseal,
                gop_cache_bytes=settings.gop_cache_bytes,
                call_later=call_later_on(loop),
                now_us=clock.wall_us,
                watching=self.reader.watch,
            )
        )
        self.speeches = SpeakDesk(self.name, self.gateway, self.place, self._assigned)
        self.filling = Filling(
            *(self.cameras, self.archive, self.disk, self.calls, self.gateway, self.place, self.retention, clock),
            FillTerms(settings.fill_seconds),
        )
        self.since = Since(self.journal, clock)
        self.rooms.enter(self.reader, self.calls, self.speeches, PlanKeeper(self.cameras, clock))

    def _let_look(self) -> None:
        """Who looks, steers and speaks, and what leaves: each by its grant."""
        settings, clock = self.settings, self.clock
        devices = DeviceDesk(
            *(self.archive, self.disk, self.calls, self.gateway, self.place, self.retention, self.since, clock),
            self.cameras.get,
            self.filling.fetching,
        )
        self.filling.wanted = devices.wanted
        drivers = Drivers(self.policy, self.keys.unseal, self.gateway, self.calls.key_of)
        self.gate = Gate(self.name, None, clock.wall_us() / 1_000_000)
        self.steering = SteeringDesk(
            self.cameras,
            self.book,
            self.disk,
            clock,
            drivers.steerable,
            self.gate.shows,
            return_seconds=settings.steer_return_minutes * 60,
            idle_seconds=settings.steer_idle_seconds,
        )
        self.floors = Floors(
            *(self.cameras, self.spoken, self.disk, clock, self.speeches, self.gate.shows),
            idle_seconds=settings.speak_idle_seconds,
            longest_seconds=settings.speak_longest_seconds,
        )
        self.studio = WorkerServices(
            self.name,
            clock,
            self.archive,
            self.journal,
            self.disk,
            steering=self.steering,
            floors=self.floors,
            burning=self.burning,
            key_frames=KeyFrames(drivers.key_frame, clock),
            devices=devices,
        )
        self.sends = SendDesk(
            *(self.cameras, self.gate, self.studio, self.place.ports, settings.upper_sends),
            allow_loopback=settings.training,
            hands=UpperHands(self.cameras, self.gate, self.steering, clock),
        )
        self.handing = HandingDesk(self.archive, self.gate, self.journal, self.disk, clock, self.studio.viewings)
        self.masking = MaskingDesk(
            MaskingLine(
                self.archive, self.disk, clock, shelf_of(settings, self.index, self.count), mask_terms_of(settings)
            ),
            *(self.gate, self.journal, self.disk, clock, self.studio.viewings),
        )
        self.rooms.enter(self.steering, self.floors, self.sends, self.handing, self.masking)

    def _keep(self) -> None:
        """Footage and its term, room for it, and what the web is told of all this."""
        settings, clock = self.settings, self.clock
        self.health = HealthDesk(desk_path(settings.node_folder, self.index), self.cameras, clock, self.steering.stand)
        self.references = References(settings.node_folder / REFERENCES)
        self.hold_care = HoldCare(self.archive, self.disk)
        brake = BrakeFiles(settings.node_folder, self.index)
        web = NodeWebClient(
            settings.web_internal_url,
            settings.node_name,
            self.keys.control,
            clock,
            trusted_authorities(settings.keys_folder / "public"),
        )
        self.retention_desk = RetentionDesk(
            *(settings.node_name, self.index, self.archive, self.journal, self.disk, self.retention),
            *(settings.purge_brake_share, brake, web, clock),
        )
        self.shortage = Shortage(
            self.archive, self.cameras, self.disk, self.retention, Ladder(rules_of(settings)), clock
        )
        self.volume_care = VolumeCare(self.archive, settings.node_name, settings.node_folder, settings.volume_roots)
        self.lateness = Lateness()
        board = EventBoard()
        self.events = EventWatch(board, self.policy, clock, self.keys.unseal)
        self.reporter = Reporter(
            self.index,
            web,
            self.archive,
            self.cameras,
            self.journal,
            self.disk,
            clock,
            self.host_sync,
            self.shortage,
            ProcessFigures(
                clock.wall_us(), int(os.environ.get(RESTARTS, "0")), lambda: self.gate.open_views, self.lateness
            ),
            board,
            self.health.seen,
            self.volume_care.report,
        )
        self.chores = Chores(
            self.archive,
            self.journal,
            self.disk,
            self.retention,
            settings.purge_brake_share,
            self.studio.viewings,
            brake,
            clock,
            self.references,
        )
        self.rooms.enter(self.health, self.hold_care, self.retention_desk, self.shortage, self.reporter, self.chores)

    def _answer(self) -> None:
        """What the web asks of this worker, and the gateway."""
        settings, clock = self.settings, self.clock
        self.trust = NodeTrust(self.name)
        probes = Probes(self.cameras, self.policy, self.place, self.calls, clock, self.ground)
        prober = Prober(probes.of, clock, settings.probe_per_minute)
        self.onvif = OnvifDesk(self.policy, prober, self.keys.unseal, lambda: self.host_sync().synchronised)
        views = ViewDesk(
            self.references,
            self.cameras,
            self.archive,
            self.gate,
            self.journal,
            self.disk,
            clock,
            self.steering.stand,
        )
        self.rooms.enter(self.onvif, views)
        self.room = ControlRoom(
            trust=self.trust,
            gate=self.gate,
            cameras=self.cameras,
            archive=self.archive,
            prober=prober,
            journal=self.journal,
            disk=self.disk,
            clock=clock,
            unseal=self.keys.unseal,
            zone=settings.time_zone,
            handing=self.handing,
            masking=self.masking,
            rooms=self.rooms,
        )


async def _main(settings: Settings, index: int, count: int) -> None:
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    done = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, done.set)
    worker = Worker(settings, index, count, SystemClock())
    try:
        await worker.run(orders, done)
    finally:
        worker.close()
        log.info("worker.stopped")


def main(index: int, count: int) -> None:
    """Run worker `index` of `count`; orders come on standard input."""
    use_one_arena()
    configure_logs(process="worker", worker=index)
    faults.arm_from_env()
    settings = get_settings()
    traces.begin("worker", settings.traces_endpoint, settings.traces_share)
    set_imports_aside()
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(_main(settings, index, count))
    traces.end()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
