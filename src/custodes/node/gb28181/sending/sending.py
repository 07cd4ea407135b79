"""One camera's pictures on their way to one upper platform, from the gateway's asking to its end, and the account of it; live ones."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Literal
from uuid import UUID

import structlog

from custodes.gb28181.media.frame import CLOCK_RATE, Coding, Frame
from custodes.gb28181.media.mux import ProgramWriter, timestamp
from custodes.gb28181.media.rtp import Sender
from custodes.ledger.records import ViewBegun, at_text
from custodes.node.camera import NodeCamera
from custodes.node.catch_up import CatchingUp
from custodes.node.channel import WorkerServices
from custodes.node.gate import Admission, FootageBounds
from custodes.node.gb28181.sending.sounding import LiveSoundTap, SoundPiece, coding_of, may_hear
from custodes.node.gb28181.sending.ways import Broken, SendTransport, Unsent
from custodes.node.journal import Viewing, view_id
from custodes.video.hub import ViewerQueue
from custodes.video.unit import AccessUnit, Codec, SoundParameters

log = structlog.get_logger(__name__)


_CODINGS = {Codec.H264: Coding.H264, Codec.H265: Coding.H265}
_JUMP_TICKS = 10 * CLOCK_RATE
"""A clock that differs by more from the picture before was set anew: a camera that connects again begins anywhere."""
_PICTURE = 3600
"""Of a stream that does not say how long its pictures last, 90 kHz ticks."""


class Cutter:
    """Of one receiver.

    Its times begin at one second and follow the stream's clock; where that was set anew they go on by the wall clock.

    Attributes:
        lasts: of the picture that was cut last, microseconds, as far as its stream says.
    """

    def __init__(self, ssrc: int, sequence: int = 0) -> None:
        self.lasts = _PICTURE * 100 // 9
        self._sender = Sender(ssrc, sequence)
        self._writer: ProgramWriter | None = None
        self._coding = Coding.H264
        self._before: AccessUnit | None = None
        self._offset = 0
        self._sound: Coding | None = None

    def packets(self, unit: AccessUnit, time: int | None = None) -> list[bytes]:
        """The packets of one picture, the last with the marker. The first picture, and one of another codec, is a key picture.

        Args:
            time: of the picture in what is sent, 90 kHz ticks; None by its stream's clock.
        """
        coding = _CODINGS[unit.params.codec]
        if self._writer is None or coding is not self._coding:
            self._coding, self._writer = coding, ProgramWriter(coding, self._sound)
        if time is None:
            time = self._time(unit)
            self._before = unit
        frame = Frame(coding, unit.data, unit.key, time, unit.wall_us, unit.params.sets)
        return list(self._sender.packets_of(self._writer.frame(frame), timestamp(frame)))

    def expect(self, params: SoundParameters | None) -> None:
        """Sound of this kind goes beside the pictures from now on: the map says so from the next packets on, in the first where it is said before."""
        coding = coding_of(params)
        if coding is not None and coding is not self._sound:
            self._sound = coding
            if self._writer is not None:
                self._writer.sounds(coding)

    def sound(self, piece: SoundPiece, *, live: bool) -> list[bytes]:
        """The packets of a piece of sound; none before the first picture, and where it can't be sent in a program stream.

        Args:
            live: its time is by its stream's clock, as that of the pictures beside it.
        """
        coding = coding_of(piece.params)
        time = piece.time + (self._offset if live else 0)
        if coding is None or self._writer is None or time < 0:
            return []
        self.expect(piece.params)
        sets = (piece.params.config,) if coding is Coding.AAC else ()
        frame = Frame(coding, piece.data, True, time, piece.from_us, sets)
        return list(self._sender.packets_of(self._writer.frame(frame), timestamp(frame)))

    def _time(self, unit: AccessUnit) -> int:
        before = self._before
        if before is None:
            self._offset = CLOCK_RATE - unit.media_time
        elif not -_JUMP_TICKS < unit.media_time - before.media_time < _JUMP_TICKS:
            passed = max(_PICTURE, (unit.wall_us - before.wall_us) * 9 // 100)
            self._offset += before.media_time + passed - unit.media_time
        if before is None or before.params is not unit.params:
            rate = unit.params.frame_rate
            self.lasts = round(1_000_000 / rate) if 1 <= rate <= 240 else _PICTURE * 100 // 9
        return unit.media_time + self._offset


class NoPicture(Exception):
    """None comes from the camera, or none is recorded there."""


class Sending(ABC):
    """One call. What is sent, and when, is said by `LiveSending` and `RecordedSending`.

    Args:
        on_over: called at its end, when its account is closed.

    Attributes:
        kept_at: when the gateway named it last, monotonic seconds.
        sent_at: when its last picture left, or it was told to begin; None before.
        over: it has ended, or is ending; `why` for the gateway, empty where that ended it itself.
        at_us: from when on recordings are sent, µs UTC; None of the live picture.
        source: ``device`` where they are a platform's below.
        silent: the upper wants no sound.
        sound: how the sound is coded that goes with the pictures, once that is known; None for none.
        codec: of the pictures, once it is known.
    """

    at_us: int | None = None
    source: Literal["", "device"] = ""
    silent = False
    sound: SoundParameters | None = None
    codec: Codec | None = None

    def __init__(
        self,
        call: UUID,
        camera: NodeCamera,
        admission: Admission,
        way: SendTransport,
        ssrc: int,
        studio: WorkerServices,
        on_over: Callable[[Sending], None],
    ) -> None:
        self.call = call
        self.camera = camera
        self.admission = admission
        self.way = way
        self.kept_at = studio.clock.monotonic()
        self.sent_at: float | None = None
        self.over = False
        self.why = ""
        self._reason = "error"
        self._studio = studio
        self._cutter = Cutter(ssrc, secrets.randbelow(1 << 16))
        self._on_over = on_over
        loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[bool] = loop.create_future()
        self._go = asyncio.Event()
        self._viewing: Viewing | None = None
        self._beginning: asyncio.Future[Viewing] | None = None
        self._task = loop.create_task(self._run())
        self._task.add_done_callback(self._let_go)

    async def ready(self) -> bool:
        """Whether there is a picture to send; said once it is known."""
        return await self._ready

    def start(self) -> None:
        """Pictures may go (ACK came)."""
        if self.sent_at is None:
            self.sent_at = self._studio.clock.monotonic()
        self._go.set()

    def quiet(self, seconds: float) -> bool:
        """Whether for so long nothing was sent that should have been."""
        return self.sent_at is not None and self._studio.clock.monotonic() - self.sent_at > seconds

    def end(self, why: str, reason: str) -> None:
        """No more packet leaves; `why` for the gateway, `reason` for ``view.ended``. Returns at once."""
        if not self.over:
            self.over, self.why, self._reason = True, why, reason
            self._task.cancel()

    async def ended(self) -> None:
        """Wait until its account is closed."""
        await asyncio.wait({self._task})

    @abstractmethod
    async def _send(self) -> None:
        """Say that it is ready, wait for the start, and send to the end. Raises `NoPicture`, `Broken`."""

    def _is_ready(self) -> None:
        self._ready.set_result(True)

    def _is_over(self, why: str, reason: str) -> None:
        if not self.over:
            self.over, self.why, self._reason = True, why, reason

    async def _send_picture(self, packets: Sequence[bytes], from_us: int, until_us: int) -> bool:
        """Send one picture, which shows what was from `from_us` to `until_us`; whether all of it went. Raises `Broken`."""
        viewing = self._viewing
        if viewing is None:
            viewing = self._viewing = await self._begin()
        went = True
        try:
            whole = await self.way.send(packets)
        except Unsent as error:
            went = False
            if isinstance(error, Broken):
                raise
            return False
        finally:
            if went:  # what is cut off half-way was looked at, not the other way round
                viewing.shown.add(from_us, until_us, sum(map(len, packets)))
        self.sent_at = self._studio.clock.monotonic()
        return whole

    @property
    def _hears(self) -> bool:
        return not self.silent and may_hear(self.camera, self.admission)

    async def _send_sound(self, piece: SoundPiece, *, live: bool = False) -> None:
        """Send a piece of sound beside the pictures; that it is heard is durable before the first leaves. Raises `Broken`."""
        viewing = self._viewing
        packets = self._cutter.sound(piece, live=live)
        if viewing is None or not packets:
            return
        if not viewing.listens:
            await self._studio.disk.surely(self._studio.journal.hear, viewing)
        viewing.heard.add(piece.from_us, piece.until_us, 0)
        try:
            await self.way.send(packets)
        except Unsent as error:
            if isinstance(error, Broken):
                raise

    async def _run(self) -> None:
        try:
            await self._send()
        except asyncio.CancelledError:
            if not self.over:
                self._is_over("", "closed")
        except Broken as error:
            log.info("send.broken", camera=str(self.camera.id), why=str(error))
            self._is_over("broken", "disconnected")
        except NoPicture:
            self._is_over("no_picture", "closed")
        except sqlite3.Error as error:
            log.error("send.not_accounted", camera=str(self.camera.id), why=type(error).__name__)
            self._is_over("no_picture", "error")
        except Exception:
            log.exception("send.failed", camera=str(self.camera.id))
            self._is_over("broken", "error")
        finally:
            await self._close_account()

    def _let_go(self, task: asyncio.Task[None]) -> None:
        """Also where it was cancelled before it began."""
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("send.not_closed", camera=str(self.camera.id), why=type(error).__name__)
        self.way.close()
        self._on_over(self)
        if not self._ready.done():
            self._ready.set_result(False)

    async def _begin(self) -> Viewing:
        """That it is looked at is durable before the first packet leaves."""
        claims, studio = self.admission.claims, self._studio
        begun = ViewBegun(
            id=view_id(),
            at=at_text(studio.clock.wall_us()),
            grant=claims.grant,
            index=claims.index,
            person=claims.sub,
            camera=self.camera.id,
            stream="main",
            at_us=self.at_us,
            worker=studio.worker,
            source=self.source,
        )
        # A view that is cut off while its beginning is written down has begun all the same.
        self._beginning = asyncio.ensure_future(studio.disk.run(studio.journal.begin, begun))
        viewing = await asyncio.shield(self._beginning)
        studio.viewings[begun.id] = viewing
        return viewing

    async def _close_account(self) -> None:
        if self._beginning is None:
            return
        try:
            viewing = await asyncio.shield(self._beginning)
        except sqlite3.Error:
            return  # nothing was begun, and nothing left
        self._studio.viewings.pop(viewing.begun.id, None)
        await self._studio.disk.surely(self._studio.journal.end, viewing, self._reason)


PICTURE_SECONDS = 4.0
"""Within which a camera that is taken in has a picture to send; one that is not recorded is connected to first."""


class LiveSending(Sending):
    """From the key picture of the moment at which it may begin, for as long as pictures come."""

    async def _send(self) -> None:
        self._want_key()
        hub = self.camera.hub("main")
        first = hub.watch()
        try:
            await self._have_picture(first)
            await self._go.wait()
            await self.way.reach()
            queue = hub.watch()  # from the key picture of now on, while the stream goes on for the first
        finally:
            hub.leave(first)
        try:
            await self._send_from(queue)
        finally:
            hub.leave(queue)

    def _want_key(self) -> None:
        """Whoever begins with an old key picture has a new one asked for; seldom, however often this is called."""
        if self._studio.key_frames is not None:
            self._studio.key_frames.joined(self.camera, "main")

    async def _have_picture(self, queue: ViewerQueue) -> None:
        try:
            async with asyncio.timeout(PICTURE_SECONDS):
                there = await queue.take()
        except TimeoutError as error:
            raise NoPicture from error
        if there is None:
            raise NoPicture
        self.codec = there[0].params.codec
        if self._hears:
            self.sound = self.camera.hub("main").sound
            self._cutter.expect(self.sound)
        self._is_ready()

    async def _send_from(self, queue: ViewerQueue) -> None:
        """Send what comes; a receiver that is too slow for it goes on at the next key picture."""
        studio, camera = self._studio, self.camera.id
        self._want_key()
        if queue.behind is not None and not self._opens(queue.behind.key):
            queue.give_up()
        pictures = CatchingUp(queue, lambda: studio.archive.being_written(camera), studio.disk, studio.clock)
        sending, ears = False, LiveSoundTap(self.camera.hub("main"))
        try:
            while (item := await pictures.take()) is not None:
                unit, hole = item
                if not self._opens(unit) or not (unit.key or (sending and not hole)):
                    sending = False
                    continue
                packets = self._cutter.packets(unit)
                sending = await self._send_picture(packets, unit.wall_us, unit.wall_us + self._cutter.lasts)
                await self._hear(ears, unit)
        finally:
            ears.close()
        raise NoPicture  # the camera is no longer taken in here

    async def _hear(self, ears: LiveSoundTap, unit: AccessUnit) -> None:
        """Send the sound that came beside a picture, where it goes with it."""
        if not self._hears:
            ears.close()
            return
        for piece in ears.take(unit):
            # A slow receiver takes its time for each, and the leave may end meanwhile.
            now_us = self._studio.clock.wall_us()
            if self._hears and FootageBounds.of(self.admission.claims).opens_live(piece.from_us, now_us):
                await self._send_sound(piece, live=True)

    def _opens(self, unit: AccessUnit) -> bool:
        return FootageBounds.of(self.admission.claims).opens_live(unit.wall_us, self._studio.clock.wall_us())
