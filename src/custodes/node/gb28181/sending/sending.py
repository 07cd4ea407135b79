"""One camera's pictures on their way to one upper platform, from the gateway's asking to its end, and the account of it."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Literal
from uuid import UUID

import structlog

from custodes.ledger.records import ViewBegun, at_text
from custodes.node.camera import Camera
from custodes.node.channel import Studio
from custodes.node.gate import Admission
from custodes.node.gb28181.sending.cutting import Cutter
from custodes.node.gb28181.sending.sounding import Piece, may_hear
from custodes.node.gb28181.sending.ways import Broken, Unsent, Way
from custodes.node.journal import Viewing, view_id
from custodes.video.sound.frame import SoundParameters
from custodes.video.unit import Codec

log = structlog.get_logger(__name__)


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
        camera: Camera,
        admission: Admission,
        way: Way,
        ssrc: int,
        studio: Studio,
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

    async def _send_sound(self, piece: Piece, *, live: bool = False) -> None:
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
