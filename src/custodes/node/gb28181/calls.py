"""A worker's calls to channels: placed through the gateway few at a time for each device, kept while they are wanted, ended.

The sources live in the read tick and wait for nothing; what takes time is done here in tasks, and comes back by a call
on the same event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

import structlog

from custodes.node.gb28181.gateway_client import GatewayUnavailable
from custodes.video.wire.calls import CallAnswer, CallAsk, CallsStanding, ReachableAsk, ReachableDevices

log = structlog.get_logger(__name__)

AT_ONCE = 4
"""Calls that are being placed with one device: an IPC has four to six streams, and a busy one answers slowly."""
KEEP_SECONDS = 10.0
SOON_SECONDS = 0.5
"""From a call that seems to be over to the question whether it is: several are asked about together."""
MOST_NAMED = 4096
"""Calls in one request (`CallsKept`)."""
STOP_SECONDS = 3.0
"""How long a worker that stops waits for its goodbyes; what the gateway does not hear it ends 30 s later."""
AWAY_SECONDS = (1.0, 2.0, 5.0)
"""Between two questions which devices came back, of a gateway that does not answer."""
NO_GATEWAY = "gateway"
"""The step before all others: the gateway itself does not answer."""


class CallGateway(Protocol):
    """What is asked of the gateway, as `gateway_client.GatewayClient` does it; each raises `GatewayUnavailable`."""

    async def call(self, ask: CallAsk) -> CallAnswer:
        """Have a channel called."""
        ...

    async def keep(self, worker: str, calls: Sequence[UUID]) -> CallsStanding:
        """Say which calls are wanted still."""
        ...

    async def end(self, call: UUID) -> None:
        """End a call."""
        ...

    async def key(self, call: UUID) -> None:
        """Ask for a key picture."""
        ...

    async def reachable(self, ask: ReachableAsk) -> ReachableDevices:
        """Which devices came back; waits for one."""
        ...


@dataclass(frozen=True, slots=True)
class NotCalled:
    """Why there is no call.

    Attributes:
        step: of `CallAnswer.step`, or `NO_GATEWAY`.
        status: SIP's, of ``refused``.
        detail: one plain sentence.
    """

    step: str
    status: int
    detail: str


@dataclass(eq=False)
class NodeCall:
    """One call, from the asking to its end. Exactly one of `on_answer` and `on_failure` comes, unless `end` was said first.

    Attributes:
        on_end: it is over, though it was wanted: ``device``, ``gone``, ``unknown``, ``taken``, ``finished``.
        id: None until it was answered.
    """

    ask: CallAsk
    on_answer: Callable[[CallAnswer], None]
    on_failure: Callable[[NotCalled], None]
    on_end: Callable[[str], None]
    id: UUID | None = None
    over: bool = False
    placing: asyncio.Task[None] | None = field(default=None, repr=False)


@dataclass
class _Turn:
    """How many wait for a device or place a call with it."""

    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    users: int = 0


class CallDesk:
    """The calls of one worker.

    Args:
        worker: its name, ``NODE/i``.
        gateway: gives the gateway of the assignment at this moment, None where there is none (`line.AssignedGateway`).
    """

    def __init__(self, worker: str, gateway: Callable[[], CallGateway | None]) -> None:
        self._worker = worker
        self._gateway = gateway
        self._open: dict[UUID, NodeCall] = {}
        self._turns: dict[str, _Turn] = {}
        self._watched: dict[str, dict[Callable[[], None], None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._soon = asyncio.Event()
        self._away = False

    def __len__(self) -> int:
        return len(self._open)

    def place(self, call: NodeCall) -> None:
        """Have a channel called. Returns at once; one of the call's functions is called later, never within."""
        call.placing = self._do(self._place(call))

    def end(self, call: NodeCall) -> None:
        """It is wanted no longer; none of its functions is called any more."""
        if call.over:
            return
        call.over = True
        if call.placing is not None:
            call.placing.cancel()  # the gateway gives up what it was placing
        if call.id is not None and self._open.pop(call.id, None) is not None:
            self._do(self._tell("call.not_ended", call.id, lambda gateway, id: gateway.end(id)))

    def key(self, call: NodeCall) -> None:
        """A key picture is wanted."""
        if call.id is not None and not call.over:
            self._do(self._tell("call.no_key_asked", call.id, lambda gateway, id: gateway.key(id)))

    def key_of(self, camera: UUID) -> bool:
        """A key picture of a camera's main stream is wanted; whether it is called at all."""
        for call in self._open.values():
            ask = call.ask
            if ask.camera == camera and ask.stream == "main" and ask.session == "Play" and not ask.trial:
                self.key(call)
                return True
        return False

    def watch(self, device: str, came: Callable[[], None]) -> None:
        """Have `came` called whenever this device may be called again, until `unwatch`."""
        self._watched.setdefault(device, {})[came] = None

    def unwatch(self, device: str, came: Callable[[], None]) -> None:
        """It is nobody's matter any more."""
        waiting = self._watched.get(device, {})
        waiting.pop(came, None)
        if not waiting:
            self._watched.pop(device, None)

    def doubt(self) -> None:
        """A call may be over: ask soon, not only when it is time."""
        self._soon.set()

    async def run(self) -> None:
        """Keep what stands, and hear which devices came back, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep())
            group.create_task(self._hear_reachable())

    async def _keep(self) -> None:
        while True:
            self._soon.clear()
            try:
                async with asyncio.timeout(KEEP_SECONDS):
                    await self._soon.wait()
                await asyncio.sleep(SOON_SECONDS)
            except TimeoutError:
                pass
            await self.keep_once()

    async def keep_once(self) -> None:
        """Name all calls to the gateway, and tell of those that are over."""
        wanted = list(self._open)
        for at in range(0, len(wanted), MOST_NAMED):
            gateway = self._gateway()
            if gateway is None:
                return
            try:
                standing = await gateway.keep(self._worker, wanted[at : at + MOST_NAMED])
            except GatewayUnavailable as error:
                # Media needs no gateway: what is received goes on.
                if not self._away:
                    log.warning("gateway.away", why=str(error))
                self._away = True
                return
            if self._away:
                log.info("gateway.back")
            self._away = False
            for id, why in standing.ended.items():
                self._ended(id, why)

    async def _hear_reachable(self) -> None:
        """What a gateway says that was started anew, or was away for long, may be about any of them: all are tried."""
        known, failures = ReachableAsk(), 0
        while True:
            try:
                gateway = self._gateway()
                if gateway is None:
                    raise GatewayUnavailable("no gateway is assigned to this node")
                found = await gateway.reachable(known)
            except GatewayUnavailable:  # said by `keep_once`, and by every call
                await asyncio.sleep(AWAY_SECONDS[min(failures, len(AWAY_SECONDS) - 1)])
                failures += 1
                continue
            failures = 0
            if not found.whole or known.epoch:  # a worker that starts calls all of its channels by itself
                self._came(tuple(self._watched) if found.whole else found.devices)
            known = ReachableAsk(epoch=found.epoch, after=found.upto)

    def _came(self, devices: Sequence[str]) -> None:
        came = frozenset(devices)
        if any(call.ask.device in came for call in self._open.values()):
            self.doubt()  # a device that started anew sends nothing of the calls before
        for device in devices:
            for tell in tuple(self._watched.get(device, ())):
                try:
                    tell()
                except Exception:
                    log.exception("call.source_failed", device=device)

    async def stop(self) -> None:
        """The worker ends: wait a moment until the gateway has heard of it."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
        for task in tuple(self._tasks):
            task.cancel()

    def _ended(self, id: UUID, why: str) -> None:
        call = self._open.pop(id, None)
        if call is None:  # ended by us meanwhile
            return
        call.over = True
        log.info("call.ended", camera=str(call.ask.camera), why=why)
        _safely(call, lambda: call.on_end(why))

    async def _place(self, call: NodeCall) -> None:
        failure: NotCalled | None = None
        answer: CallAnswer | None = None
        async with self._turn(call.ask.device):
            gateway = self._gateway()
            if gateway is None:
                failure = NotCalled(NO_GATEWAY, 0, "no gateway is assigned to this node")
            else:
                try:
                    answer = await gateway.call(call.ask)
                except GatewayUnavailable as error:
                    failure = NotCalled(NO_GATEWAY, 0, str(error))
        call.placing = None
        if answer is not None and (answer.step or answer.call is None):
            failure = NotCalled(answer.step or "answer", answer.status, answer.detail)
        if failure is not None:
            call.over, told = True, failure
            _safely(call, lambda: call.on_failure(told))
        elif answer is not None and answer.call is not None:
            call.id, made = answer.call, answer
            self._open[answer.call] = call
            _safely(call, lambda: call.on_answer(made))

    async def _tell(self, event: str, id: UUID, what: Callable[[CallGateway, UUID], Coroutine[Any, Any, None]]) -> None:
        gateway = self._gateway()
        if gateway is None:
            return
        try:
            await what(gateway, id)
        except GatewayUnavailable as error:
            log.info(event, why=str(error))

    @asynccontextmanager
    async def _turn(self, device: str) -> AsyncIterator[None]:
        turn = self._turns.setdefault(device, _Turn())
        turn.users += 1
        try:
            async with turn.room:
                yield
        finally:
            turn.users -= 1
            if not turn.users:
                del self._turns[device]

    def _do(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _safely(call: NodeCall, tell: Callable[[], None]) -> None:
    """One source's fault stays its own."""
    try:
        tell()
    except Exception:
        log.exception("call.source_failed", camera=str(call.ask.camera))
