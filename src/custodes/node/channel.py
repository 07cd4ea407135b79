"""One channel of a view: one picture, live or played back, and the account of what was sent on it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol
from uuid import UUID

from custodes.ledger.records import ViewBegun, at_text
from custodes.node.burning import BurnDesk
from custodes.node.camera import CameraState, FormerCamera, NodeCamera
from custodes.node.disk import Disk
from custodes.node.gate import FootageBounds
from custodes.node.journal import Journal, Viewing, view_id
from custodes.node.key_frames import KeyFrames, StillDesk
from custodes.node.socket_line import ChannelEnded, CodecMissing
from custodes.node.speaking import Floors
from custodes.node.steering.desk import SteeringDesk
from custodes.video.burn.burner import Region
from custodes.video.clock import HostClock
from custodes.video.live import Fragment, Init, Output, OutputGap, OutputSound
from custodes.video.plan import SCHEDULE
from custodes.video.playback.group import ArchiveReader
from custodes.video.playback.pace import StillPace
from custodes.video.wire.token import GrantClaims
from custodes.video.wire.view import (
    KIND_FRAGMENT,
    KIND_INIT,
    KIND_SOUND,
    OpenMessage,
    binary_message,
    sound_payload,
    worker_message,
)

if TYPE_CHECKING:
    from custodes.node.gb28181.viewing.desk import DeviceDesk


class ChannelSocket(Protocol):
    """The socket as its channels see it. Sending waits while the browser is slow."""

    claims: GrantClaims
    bounds: FootageBounds
    still_pace: StillPace

    async def send_text(self, text: str) -> None:
        """Send one text message. Raises `LineLost`."""
        ...

    async def send_bytes(self, data: bytes) -> None:
        """Send one binary message. Raises `LineLost`."""
        ...


@dataclass(frozen=True)
class WorkerServices:
    """What channels need of their worker.

    Attributes:
        viewings: views that are open now, by id.
        stills: where single pictures are looked up, for all channels.
        steering: who steers which camera; None where nobody can.
        floors: who speaks through which camera; None where nobody can.
        burning: where viewers' names are burnt into pictures; None where they can't be.
        key_frames: asks cameras for key frames; None where none can be asked.
        devices: looks at the recordings of devices; None where there are none.
    """

    worker: str
    clock: HostClock
    archive: ArchiveReader
    journal: Journal
    disk: Disk
    viewings: dict[UUID, Viewing] = field(default_factory=dict)
    stills: StillDesk = field(default_factory=StillDesk)
    steering: SteeringDesk | None = None
    floors: Floors | None = None
    burning: BurnDesk | None = None
    key_frames: KeyFrames | None = None
    devices: DeviceDesk | None = None


Feed = Callable[["Channel"], Awaitable[None]]


class Channel:
    """State that live and playback share.

    Attributes:
        opened: the message that opened it.
        end: media time at which the next fragment follows, 90 kHz ticks.
        rate, paused: as the browser asked last.
        target: where to go next, µs UTC, None for the live edge; set by a seek.
        reported: where the browser last said that its picture is, µs UTC, until a feed takes it up.
        turned: the feed has to stop, because `target` was set.
        region: the part of the picture that is shown, where pictures are burnt; None for the whole.
        wants_device: playback is of the device's own recording, not of the archive.
        source: ``device`` while that is what is shown.
        hears: the browser has asked for sound; `may_hear` says whether it gets any.
        changed: something that the browser asked for changed.
    """

    def __init__(
        self, opened: OpenMessage, line: ChannelSocket, camera: NodeCamera | FormerCamera, studio: WorkerServices
    ) -> None:
        self.opened = opened
        self.line = line
        self.camera = camera
        self.studio = studio
        self.end = 0
        self.rate = opened.rate
        self.paused = False
        self.target = opened.at
        self.reported: int | None = None
        self.turned = False
        self.region: Region | None = None
        self.wants_device = opened.source == "device"
        self.source: Literal["", "device"] = ""
        self.hears = False
        self.changed = asyncio.Event()
        self.on_turn: Callable[[], None] = lambda: None
        self.viewing: Viewing | None = None
        self._beginning: asyncio.Future[Viewing] | None = None
        self._epoch = 0
        self._sequence = 0
        self._families = {_family(mime) for mime in opened.codecs}

    @property
    def number(self) -> int:
        """The channel's number on its socket."""
        return self.opened.channel

    @property
    def taken_in(self) -> NodeCamera:
        """The camera, for what needs more of it than its recordings.

        Raises:
            ChannelEnded: nothing of it is taken in here any more.
        """
        if isinstance(self.camera, FormerCamera):
            raise ChannelEnded("closed", "the camera is no longer taken in here")
        return self.camera

    @property
    def may_hear(self) -> bool:
        """Whether sound is to be sent: asked for, at normal speed, granted, and the camera's record still has it on."""
        if self.line.claims.burnt or not self.hears or self.paused or (self.target is not None and self.rate != 1):
            return False
        camera = self.camera
        return not isinstance(camera, FormerCamera) and camera.assignment.audio and camera.id in self.line.claims.sound

    def turn(self, at: int | None, rate: float | None, *, device: bool = False) -> None:
        """Go to another time, of the archive or of the device's own recording, or to the live edge."""
        self.target = at
        self.wants_device = device
        self.rate = rate if rate is not None else self.rate
        self.paused = False
        self._turn()

    def enlarge(self, region: Region, at: int) -> None:
        """Show this part of the picture from `at` on, µs UTC."""
        self.region = region
        self.turn(at, None)

    def set_rate(self, rate: float) -> None:
        """Play at another rate."""
        self.rate = rate
        self.changed.set()

    def set_paused(self, paused: bool) -> None:
        """Stand still, or go on."""
        self.paused = paused
        self.changed.set()
        self.on_turn()

    def report(self, at_us: int) -> None:
        """The browser says where its picture is."""
        self.reported = at_us
        self.changed.set()

    async def wait_change(self, seconds: float) -> None:
        """Wait until the browser asks for something, at most `seconds`."""
        if not self.changed.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await self.changed.wait()
            except TimeoutError:
                return
        self.changed.clear()

    async def say(self, kind: str, **fields: object) -> None:
        """Send one text message about this channel."""
        await self.line.send_text(worker_message(kind, channel=self.number, **fields))

    async def say_state(self, state: CameraState) -> None:
        """Say how the camera stands; of one that is never recorded here, that this is so and not that nothing is owed at this hour."""
        never = state.state == "off" and state.reason == SCHEDULE and not self.taken_in.assignment.record
        reason = "unrecorded" if never else state.reason
        await self.say("state", state=state.state, since_us=state.since_us, reason=reason)

    async def emit(self, outputs: list[Output]) -> None:
        """Send what a muxer or a timeline made. The caller has asked `line.bounds` about it.

        Raises:
            CodecMissing: told to the browser; nothing was sent.
        """
        for output in outputs:
            if isinstance(output, Fragment):
                self._sequence += 1
                message = binary_message(
                    KIND_FRAGMENT, self._epoch, self.number, self._sequence, output.wall_us, output.data
                )
                if self.viewing is None:
                    raise ChannelEnded("error", "a fragment came before its account was opened")
                # Counted before it is sent: what is cut off half-way was looked at, not the other way round.
                self.viewing.shown.add(output.wall_us, output.end_us, len(output.data))
                await self.line.send_bytes(message)
            elif isinstance(output, OutputSound):
                await self._account_for_sound(output)
                payload = sound_payload(output.params, output.frames)
                await self.line.send_bytes(
                    binary_message(KIND_SOUND, self._epoch, self.number, self._sequence, output.wall_us, payload)
                )
            elif isinstance(output, Init):
                await self._begin(output)
            elif isinstance(output, OutputGap):
                await self.say("gap", **{"from": output.from_us, "to": output.to_us, "reason": output.reason})

    async def close_account(self, reason: str) -> None:
        """Write down what was shown; done once."""
        if self._beginning is None:
            return
        # A view that is cut off while its beginning is written down has begun all the same.
        viewing = await asyncio.shield(self._beginning)
        self.viewing = self._beginning = None
        self.studio.viewings.pop(viewing.begun.id, None)
        # Surely: a channel may be cancelled while it ends, and nobody would write the end down then.
        await self.studio.disk.surely(self.studio.journal.end, viewing, reason)

    def _turn(self) -> None:
        self.turned = True
        self.changed.set()
        self.on_turn()

    async def _begin(self, init: Init) -> None:
        mime = f'video/mp4; codecs="{init.params.mime}"'
        if self._families and _family(mime) not in self._families:
            await self.say("codec", mime=mime, sub=self.camera.has_sub)
            raise CodecMissing(mime)
        if self.viewing is None:
            self._beginning = asyncio.ensure_future(self._account(init))
            self.viewing = await asyncio.shield(self._beginning)
        self._epoch += 1
        await self.say(
            "init",
            epoch=self._epoch & 0xFF,
            mime=mime,
            width=init.params.width,
            height=init.params.height,
            base_us=init.base_us,
            live=init.live,
            sub=self.camera.has_sub,
            **({"source": self.source} if self.source else {}),
        )
        wall_us = init.base_us + self.end * 100 // 9
        await self.line.send_bytes(
            binary_message(KIND_INIT, self._epoch, self.number, self._sequence, wall_us, init.data)
        )

    async def _account_for_sound(self, sound: OutputSound) -> None:
        """That a person listens is durable before the first sound leaves, and what is sent is counted before it is sent."""
        viewing = self.viewing
        if viewing is None:
            raise ChannelEnded("error", "sound came before its account was opened")
        if not viewing.listens:
            await self.studio.disk.surely(self.studio.journal.hear, viewing)
        viewing.heard.add(sound.wall_us, sound.end_us, 0)

    async def _account(self, init: Init) -> Viewing:
        claims = self.line.claims
        now_us = self.studio.clock.wall_us()
        begun = ViewBegun(
            id=view_id(),
            at=at_text(now_us),
            grant=claims.grant,
            index=claims.index,
            person=claims.sub,
            camera=self.camera.id,
            stream=self.taken_in.stream_of(self.opened.stream) if init.live else "main",
            at_us=None if init.live else self.opened.at,
            worker=self.studio.worker,
            source=self.source,
        )
        viewing = await self.studio.disk.run(self.studio.journal.begin, begun)
        self.studio.viewings[begun.id] = viewing
        return viewing


def _family(mime: str) -> str:
    """``avc1`` of ``video/mp4; codecs="avc1.640028"``; ``hev1`` and ``hvc1`` are one codec to a browser's decoder."""
    codec = mime.partition('codecs="')[2] or mime
    family = codec.strip().strip('"')[:4].lower()
    return "hvc1" if family == "hev1" else family
