"""A worker's speeches through devices: begun through the gateway, kept while somebody speaks, ended."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import structlog

from custodes.gb28181.media.ports import NoPorts
from custodes.node.gb28181.gateway_client import GatewayUnavailable
from custodes.node.gb28181.place import CallPlace, ChannelUrl, parse_channel_url
from custodes.node.gb28181.speaking.speech import Speech, Voice
from custodes.node.gb28181.speaking.ways import DeviceUnreached, TcpListeners, setups_of
from custodes.video.source.address import BadUrl
from custodes.video.wire.assignment import CameraAssignment
from custodes.video.wire.calls import CallsStanding
from custodes.video.wire.control_leases import Form, SpeakAnswer, SpeakAsk, SpeakStep

__all__ = ["NotSpoken", "SpeakDesk", "Speech"]

log = structlog.get_logger(__name__)

KEEP_SECONDS = 5.0
AWAY_SECONDS = 15.0
"""For which the gateway may be away: then a speech is over here, as it is there (`gateway.speaking.bounds`)."""
MOST = 16
"""Speeches of one worker."""
STOP_SECONDS = 3.0
"""How long a worker that stops waits for its goodbyes; what the gateway does not hear it ends by itself."""

_WHYS = {"device": "device", "gone": "gone"}


class SpeakingGateway(Protocol):
    """What is asked of the gateway, as `gateway_client.GatewayClient` does it; each raises `GatewayUnavailable`."""

    async def speak(self, ask: SpeakAsk) -> SpeakAnswer:
        """Have a device call."""
        ...

    async def keep_speaking(self, worker: str, calls: Sequence[UUID]) -> CallsStanding:
        """Say which speeches are wanted still."""
        ...

    async def end_speaking(self, call: UUID) -> None:
        """End one."""
        ...


class NotSpoken(Exception):
    """There is no speech.

    Attributes:
        step: where it came to nothing; detail: one plain sentence without addresses.
        form: in which the device was tried last; empty where it was not.
    """

    def __init__(self, step: SpeakStep, detail: str, form: Form = "") -> None:
        super().__init__(f"{step}: {detail}")
        self.step = step
        self.detail = detail
        self.form = form


@dataclass(eq=False, slots=True)
class _Begun:
    """One, from the wish to its end: `speech` is None while it is being agreed on."""

    camera: UUID
    id: UUID | None = None
    speech: Speech | None = None
    heard_at: float = 0.0


class SpeakDesk:
    """The speeches of one worker.

    Args:
        worker: its name, ``NODE/i``.
        gateway: gives the gateway of the assignment at this moment, None where there is none.
        place: whose ports are used, and where devices may be.
        camera: its assignment, None for a camera that is not this worker's.
    """

    def __init__(
        self,
        worker: str,
        gateway: Callable[[], SpeakingGateway | None],
        place: CallPlace,
        camera: Callable[[UUID], CameraAssignment | None],
        rng: random.Random | None = None,
    ) -> None:
        self._worker = worker
        self._gateway = gateway
        self._place = place
        self._camera = camera
        self._rng = rng or random.Random()  # noqa: S311 - spreads calls over the ports
        self._begun: dict[UUID, _Begun] = {}  # by camera
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._begun)

    async def begin(self, camera: UUID, grant: UUID, ended: Callable[[str], None]) -> Speech:
        """Have the device call, or be called, and speak. Cancelled, nothing of it is left.

        Args:
            grant: under which it is spoken; whoever asks has it on record.
            ended: told once, with `Speech.ended`, when it is over without `Speech.end` having been called.

        Raises:
            NotSpoken.
        """
        assignment = self._camera(camera)
        if assignment is None or not assignment.speaker:
            raise NotSpoken(SpeakStep.NO_SPEAKER, "the register names no voice output of the camera")
        try:
            channel = parse_channel_url(assignment.main.url)
        except BadUrl as error:
            raise NotSpoken(SpeakStep.NO_SPEAKER, "the camera is no channel of a GB/T 28181 device") from error
        if camera in self._begun:
            raise NotSpoken(SpeakStep.BUSY, "somebody speaks through the camera already")
        if len(self._begun) >= MOST:
            raise NotSpoken(SpeakStep.FULL, "as many speeches of this node as there may be stand")
        if not self._place.address:
            raise NotSpoken(SpeakStep.PORTS, "the node has no address that devices could reach")
        one = self._begun[camera] = _Begun(camera)
        try:
            return await self._agree(one, assignment, channel, grant, ended)
        except BaseException:
            await self._left(one, "")
            raise

    async def run(self) -> None:
        """Keep what stands, until cancelled."""
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            await self.keep_once()

    async def keep_once(self) -> None:
        """Name all speeches to the gateway; tell of those that are over, or that nobody may hold any more."""
        for one in list(self._begun.values()):
            assignment = self._camera(one.camera)
            if one.speech is not None and (assignment is None or not assignment.speaker):
                one.speech.over("gone")
        wanted = {one.id: one for one in self._begun.values() if one.id is not None and one.speech is not None}
        if not wanted:
            return
        now = asyncio.get_running_loop().time()
        ended = await self._ended_of(list(wanted))
        for id, one in wanted.items():
            if one.speech is None or self._begun.get(one.camera) is not one:
                continue
            if ended is None:
                if now - one.heard_at >= AWAY_SECONDS:
                    one.speech.over("gateway")
            elif id in ended:
                why, one.id = _WHYS.get(ended[id], "gateway"), None  # it is over there: nothing is to be told
                one.speech.over(why)
            else:
                one.heard_at = now

    async def stop(self) -> None:
        """The worker ends: every speech does, and the gateway is waited for a moment."""
        for one in list(self._begun.values()):
            if one.speech is not None:
                one.speech.over("closed")
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
        for task in tuple(self._tasks):
            task.cancel()

    # Within

    async def _agree(
        self, one: _Begun, camera: CameraAssignment, channel: ChannelUrl, grant: UUID, ended: Callable[[str], None]
    ) -> Speech:
        gateway = self._gateway()
        if gateway is None:
            raise NotSpoken(SpeakStep.GATEWAY, "no gateway is assigned to this node")
        speech = Speech(lambda why: self._left(one, why), ended)
        try:
            doors = TcpListeners(self._place.bind, self._place.ports, self._rng)
        except (NoPorts, OSError) as error:
            raise NotSpoken(SpeakStep.PORTS, str(error)) from error
        form: Form = ""
        try:
            answer = await _answer(
                gateway,
                SpeakAsk(
                    camera=camera.id,
                    device=channel.device,
                    channel=channel.channel,
                    targets=camera.speaker,
                    address=self._place.address,
                    port=doors.port,
                    setups=setups_of(camera.main.transport),
                    grant=grant,
                ),
            )
            one.id, form = answer.call, answer.form
            self._check(answer)
            way = await doors.through(answer, speech.lost)
            if speech.ended is not None:
                way.close()
                raise DeviceUnreached("the device closed the connection at once")
        except DeviceUnreached as error:
            doors.close()
            raise NotSpoken(SpeakStep.UNREACHED, str(error), form) from error
        except BaseException:
            doors.close()
            raise
        one.speech, one.heard_at = speech, asyncio.get_running_loop().time()
        speech.begin(answer.form, way, Voice(answer.encoding, answer.type, answer.ssrc))
        log.info("speech.begun", camera=str(camera.id), form=answer.form, setup=answer.setup, encoding=answer.encoding)
        return speech

    def _check(self, answer: SpeakAnswer) -> None:
        """Sound goes where devices may be, and nowhere else, whatever is answered."""
        there = answer.hosts if answer.setup == "tcp-passive" else (answer.address,)
        if not there or not all(self._place.sources.allows(host) for host in there):
            raise NotSpoken(SpeakStep.OFFER, "the device wants it where no device may be", answer.form)

    def _left(self, one: _Begun, why: str) -> Awaitable[None]:
        """It is over: forgotten at once; what is returned is done when the gateway was told."""
        if self._begun.get(one.camera) is one:
            del self._begun[one.camera]
        if why:
            back = one.speech.back if one.speech is not None else 0
            log.info("speech.ended", camera=str(one.camera), why=why, back=back)
        id, one.id = one.id, None
        task = asyncio.get_running_loop().create_task(self._tell_end(id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return asyncio.shield(task)

    async def _tell_end(self, id: UUID | None) -> None:
        gateway = self._gateway()
        if id is None or gateway is None:
            return
        try:
            await gateway.end_speaking(id)
        except GatewayUnavailable as error:
            log.info("speech.end_untold", why=str(error))  # it ends it by itself when nobody names it

    async def _ended_of(self, ids: list[UUID]) -> dict[UUID, str] | None:
        """What is over at the gateway; None where it does not say."""
        gateway = self._gateway()
        if gateway is None:
            return None
        try:
            return (await gateway.keep_speaking(self._worker, ids)).ended
        except GatewayUnavailable as error:
            log.warning("speech.gateway_away", why=str(error))
            return None


async def _answer(gateway: SpeakingGateway, ask: SpeakAsk) -> SpeakAnswer:
    try:
        answer = await gateway.speak(ask)
    except GatewayUnavailable as error:
        raise NotSpoken(SpeakStep.GATEWAY, str(error)) from error
    if answer.step is not None:
        raise NotSpoken(answer.step, answer.detail, answer.form)
    return answer
