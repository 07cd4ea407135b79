"""The channels of one view, by the numbers that the browser gave them: opened, steered, cut off, closed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog

from custodes.node.camera import CameraState, FormerCamera
from custodes.node.cameras import CameraSet
from custodes.node.channel import Channel, Feed, WorkerServices
from custodes.node.feed_archive import feed_archive, feed_burnt
from custodes.node.feed_device import feed_device
from custodes.node.feed_live import feed_live
from custodes.node.feed_still import feed_still
from custodes.node.gate import CLOSE_TOO_MANY
from custodes.node.gb28181.viewing.desk import NotPlayed
from custodes.node.leases.socket import HelmSocket, LeaseSocket, SpeechSocket
from custodes.node.socket_line import ChannelEnded, Closing, CodecMissing, LineLost, SocketLine
from custodes.video.burn.burner import Region
from custodes.video.wire.view import (
    ChannelMessage,
    CloseMessage,
    ControlMessage,
    EnlargeMessage,
    HelmMessage,
    OpenMessage,
    PauseMessage,
    PositionMessage,
    RateMessage,
    RecordingsMessage,
    ResumeMessage,
    SeekMessage,
    SoundMessage,
    SpeakMessage,
    SteerMessage,
    StillMessage,
    worker_message,
)

log = structlog.get_logger(__name__)


async def feed_picture(channel: Channel) -> None:
    """Live and playback in turn, of the archive or of the device."""
    while True:
        channel.turned = False
        if channel.target is None:
            await feed_live(channel)
        else:
            await (feed_device if channel.wants_device else feed_archive)(channel)


class ChannelRun:
    """One channel under way.

    Attributes:
        feed: what is sent on it, `feed_picture` or `feed_still`.
        reason: for ``view.ended`` when the task is cancelled: ``closed``, ``revoked``, ``expired``, …
    """

    def __init__(self, channel: Channel, feed: Feed = feed_picture) -> None:
        self.channel = channel
        self.feed = feed
        self.reason = "closed"

    @property
    def stills(self) -> bool:
        """Whether single pictures are shown on it."""
        return self.feed is feed_still

    async def run(self) -> None:
        """Until the channel ends or the task is cancelled. Only cancellation leaves it."""
        channel = self.channel
        try:
            await self.feed(channel)
        except ChannelEnded as end:
            self.reason = end.reason
            await self._say_end(end.reason, end.detail)
        except CodecMissing:
            self.reason = "codec"
        except LineLost:
            self.reason = "disconnected"
        except Exception:
            self.reason = "error"
            log.exception("view.channel_failed", camera=str(channel.camera.id))
            await self._say_end("error", "the worker failed; its log says why")
        finally:
            await channel.close_account(self.reason)

    async def _say_end(self, reason: str, detail: str) -> None:
        try:
            await self.channel.say("end", reason=reason, detail=detail)
        except LineLost:
            return


MAX_CHANNELS = 64


@dataclass
class Running:
    """A channel and its task."""

    run: ChannelRun
    task: asyncio.Task[None]


@dataclass
class Channels:
    """Those of one view.

    Attributes:
        helm: what the view steers with; None where nobody can, and once it is over.
        speech: by what it speaks through cameras; None likewise.
    """

    line: SocketLine
    cameras: CameraSet
    studio: WorkerServices
    helm: HelmSocket | None = None
    speech: SpeechSocket | None = None
    _running: dict[int, Running] = field(default_factory=dict)
    _said: set[asyncio.Task[None]] = field(default_factory=set)
    _asking: asyncio.Task[None] | None = None

    async def follow(
        self, message: ChannelMessage | HelmMessage | SpeakMessage | OpenMessage | StillMessage | RecordingsMessage
    ) -> None:
        """Do what the browser asks of a channel.

        Raises:
            Closing: it asks for more than a view has.
            LineLost.
        """
        if isinstance(message, OpenMessage):
            await self._open(message, feed_burnt if self.line.claims.burnt else feed_picture)
        elif isinstance(message, StillMessage):
            await self._still(message)
        elif isinstance(message, RecordingsMessage):
            await self._ask_device(message)
        elif isinstance(message, SteerMessage | ControlMessage):
            await self._take_helm(message)
        elif isinstance(message, SpeakMessage):
            self._stop_speaking(message)
        else:
            await self._steer(message)

    def sound(self, number: int, alaw: bytes) -> None:
        """Sound for the loudspeaker of the camera that a channel shows live. What crosses with an end goes nowhere. Returns at once."""
        running = self._live(number)
        if running is not None and self.speech is not None:
            self.speech.feed(running.run.channel.camera.id, alaw)

    def end_leaves(self, reason: str) -> None:
        """The view steers nothing more and speaks no more, for this reason. Returns at once."""
        for part in self._parts:
            part.leave(reason)

    def cut_off(self, reason: str) -> None:
        """No more media on any of them from now on, for this reason. Returns at once."""
        if self._asking is not None:
            self._asking.cancel()
        for running in self._running.values():
            if not running.task.cancelling():
                running.run.reason = reason
                running.task.cancel()

    def end_withheld(self, clause: str, detail: str) -> None:
        """No more of what the claims do not name (any more), and why. Returns at once."""
        for number, running in self._running.items():
            camera = running.run.channel.camera.id
            if camera in self.line.bounds.cameras or running.task.cancelling():
                continue
            for part in self._parts:
                part.leave("revoked", camera)
            running.run.reason = "revoked"
            running.task.cancel()
            self._say_later(self._say_withheld(number, running.task, clause, detail))

    async def rest(self, *others: asyncio.Task[None]) -> None:
        """Wait until their accounts are closed and all is said."""
        tasks = [running.task for running in self._running.values()]
        if self._asking is not None:
            tasks.append(self._asking)
        await asyncio.gather(*tasks, *others, *self._said, return_exceptions=True)

    @property
    def _parts(self) -> list[LeaseSocket]:
        """What is done through cameras by this view, beside looking."""
        return [part for part in (self.helm, self.speech) if part is not None]

    async def _take_helm(self, message: HelmMessage) -> None:
        """Steering is by what is seen: on the channel of a live picture, under its grant."""
        running = self._live(message.channel)
        if running is None or self.helm is None:
            await self.line.say_error(message.channel, "only a camera whose live picture is open here is steered")
            return
        self.helm.follow(message, running.run.channel.camera.id)

    def _live(self, number: int) -> Running | None:
        """The channel of this number, if it shows a live picture."""
        running = self._running.get(number)
        live = running is not None and not running.run.stills and running.run.channel.target is None
        return running if live and self.line.bounds.live else None

    def _stop_speaking(self, message: SpeakMessage) -> None:
        """Also from a channel that has gone back in time meanwhile."""
        running = self._running.get(message.channel)
        if running is not None and self.speech is not None:
            self.speech.leave("left", running.run.channel.camera.id)

    async def _still(self, message: StillMessage) -> None:
        """One picture of another time. A socket has one channel of them: whoever opens more gets no more."""
        if self.line.claims.burnt:
            await self.line.say_error(message.channel, "the grant opens no single pictures")
            return
        running = self._running.get(message.channel)
        if running is not None and running.run.stills and running.run.channel.camera.id == message.camera:
            running.run.channel.turn(message.at, None)
            return
        for number in [number for number, other in self._running.items() if other.run.stills]:
            await self._shut(number)
        wish = message.model_dump(include={"channel", "camera", "at", "codecs"})
        await self._open(OpenMessage(type="open", **wish), feed_still)

    async def _open(self, message: OpenMessage, feed: Feed) -> None:
        camera = self.cameras.get(message.camera) or self._former(message.camera)
        if message.camera not in self.line.bounds.cameras or camera is None:
            # One answer for both: who has no grant for a camera learns nothing about it.
            await self.line.say_error(message.channel, "the grant does not open this camera here")
            return
        await self._shut(message.channel)
        if len(self._running) >= MAX_CHANNELS:
            raise Closing(CLOSE_TOO_MANY, f"more than {MAX_CHANNELS} channels")
        run = ChannelRun(Channel(message, self.line, camera, self.studio), feed)
        task = asyncio.create_task(self._run_channel(run))
        self._running[message.channel] = Running(run, task)

    def _former(self, camera: UUID) -> FormerCamera | None:
        """One that left this worker's assignment and of which footage is or was here."""
        return FormerCamera(camera) if camera in self.studio.archive.cameras() else None

    async def _run_channel(self, run: ChannelRun) -> None:
        channel = run.channel
        if isinstance(channel.camera, FormerCamera):  # it has no states, and nothing to be steered or spoken by
            try:
                await run.run()
            finally:
                self._forget(run)
            return
        camera = channel.camera

        def tell(state: CameraState) -> None:
            if channel.target is None and not run.stills:
                self._say_later(self._say_state(channel, state))

        camera.on_state.add(tell)
        able = [] if run.stills else [part for part in self._parts if part.able(camera.assignment)]
        forget = [part.watch(channel.number, camera.id) for part in able]
        try:
            await run.run()
        finally:
            for hear_no_more in forget:
                hear_no_more()
            camera.on_state.discard(tell)
            self._forget(run)

    def _forget(self, run: ChannelRun) -> None:
        """The channel has ended. A name for its task in the task's own frame would keep both, and its pictures."""
        running = self._running.get(run.channel.number)
        if running is not None and running.run is run:
            del self._running[run.channel.number]

    async def _steer(self, message: ChannelMessage) -> None:
        running = self._running.get(message.channel)
        if running is None:
            if not isinstance(message, CloseMessage | PositionMessage):  # these may cross with an `end`
                await self.line.say_error(message.channel, "the channel is not open")
            return
        channel = running.run.channel
        if running.run.stills and not isinstance(message, CloseMessage | PositionMessage):
            await self.line.say_error(message.channel, "the channel shows stills: it is asked with `still`, or closed")
            return
        match message:
            case SeekMessage():
                channel.turn(message.at, message.rate, device=message.source == "device")
            case RateMessage():
                channel.set_rate(message.rate)
            case PauseMessage():
                channel.set_paused(True)
            case ResumeMessage():
                channel.set_paused(False)
            case SoundMessage():
                await self._hear(channel, message.on)
            case PositionMessage():
                channel.report(message.at)
            case EnlargeMessage():
                await self._enlarge(channel, message)
            case CloseMessage():
                await self._shut(message.channel)

    async def _hear(self, channel: Channel, on: bool) -> None:
        """Sound is for whoever's grant names the camera for it; to anybody else it is denied, and said so."""
        channel.hears = on and channel.camera.id in self.line.claims.sound
        if on and not channel.hears:
            log.info("view.sound_denied", grant=str(self.line.claims.grant), camera=str(channel.camera.id))
            await self.line.say_error(channel.number, "the grant does not let this camera be heard")

    async def _ask_device(self, message: RecordingsMessage) -> None:
        """What a device has recorded: one question of a view at a time, answered when the device has told it."""
        if self._asking is not None and not self._asking.done():
            await self._say_recordings(message, failure="often")
            return
        self._asking = asyncio.create_task(self._recordings(message))

    async def _recordings(self, message: RecordingsMessage) -> None:
        desk, line, camera = self.studio.devices, self.line, self.cameras.get(message.camera)
        try:
            if desk is None:
                raise NotPlayed("not_device")
            if camera is None or message.camera not in line.bounds.cameras or line.claims.burnt:
                raise NotPlayed("not_open")
            until_us = max(message.to_us, message.from_us)
            found = await desk.recordings(camera, line.claims, line.bounds, message.from_us, until_us)
            if message.camera not in line.bounds.cameras:  # taken out of the look meanwhile
                raise NotPlayed("not_open")
        except NotPlayed as error:
            await self._say_recordings(message, failure=error.step)
            return
        await self._say_recordings(message, spans=[[begin, end] for begin, end in found.spans], whole=found.whole)

    async def _say_recordings(self, message: RecordingsMessage, **told: Any) -> None:
        told = {"from": message.from_us, "to": message.to_us, "spans": [], "whole": False, "failure": ""} | told
        await self.line.say_quietly(worker_message("recordings", channel=message.channel, **told))

    async def _enlarge(self, channel: Channel, message: EnlargeMessage) -> None:
        """Only what is burnt is enlarged here; a browser does it for itself with the others."""
        if not self.line.claims.burnt:
            await self.line.say_error(channel.number, "only supervised pictures are enlarged here")
            return
        channel.enlarge(Region(message.left, message.top, message.width, message.height), message.at)

    async def _shut(self, number: int) -> None:
        running = self._running.pop(number, None)
        if running is not None:
            running.task.cancel()
            await asyncio.gather(running.task, return_exceptions=True)

    def _say_later(self, saying: Coroutine[Any, Any, None]) -> None:
        said = asyncio.create_task(saying)
        self._said.add(said)
        said.add_done_callback(self._said.discard)

    async def _say_withheld(self, number: int, ending: asyncio.Task[None], clause: str, detail: str) -> None:
        """Media has stopped by then; a browser that opened the number anew meanwhile knows."""
        await asyncio.gather(ending, return_exceptions=True)
        if number not in self._running:
            await self.line.say_quietly(
                worker_message("end", channel=number, reason="revoked", clause=clause, detail=detail)
            )

    async def _say_state(self, channel: Channel, state: CameraState) -> None:
        try:
            await channel.say_state(state)
        except LineLost:
            return
