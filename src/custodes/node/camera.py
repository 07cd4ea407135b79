"""One camera under way: source, hub and recorder, as its assignment, its plan and the disk have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

import structlog

from custodes.node.camera_tools import StreamSource, Tools
from custodes.node.gb28181.trial import Live
from custodes.video.hub import Demand, StreamHub
from custodes.video.plan import PLANNED, SCHEDULE, dark_at
from custodes.video.source.state import Counters, SourceState
from custodes.video.unit import AccessUnit, SoundFrame
from custodes.video.wire.assignment import CameraAssignment, SourceAssignment
from custodes.video.wire.seal import Unsealable

log = structlog.get_logger(__name__)

LINGER_SECONDS = 10.0
"""A stream that nobody watches any more is taken in for this long."""


class ShortageRecording(StrEnum):
    """What is kept of a camera that is to be recorded, while the disk is short."""

    WHOLE = "whole"
    KEY_FRAMES = "key_frames"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class CameraState:
    """How a camera stands (docs/design/wire.md §2, `status`).

    Attributes:
        reason: of a gap while it lasts, or a finer word for it (`SourceState.code`).
        detail: of the finer word: one plain sentence.
    """

    state: str
    since_us: int
    reason: str
    detail: str = ""


_KEPT_OFF = frozenset({"disk", PLANNED, SCHEDULE})
"""Why a recorder keeps nothing of a camera that sends."""

_STATES = {"receiving": "recording", "codec": "refused", "certificate": "refused"}


@dataclass(frozen=True, slots=True)
class FormerCamera:
    """A camera that is none of this worker's any more: what it recorded is played for its term (S32), nothing of it is taken in."""

    id: UUID
    has_sub: ClassVar[bool] = False


@dataclass
class NodeCamera:
    """One camera under way.

    Attributes:
        state: of its main stream.
        on_state: called with each new state; add and discard freely.
    """

    assignment: CameraAssignment
    tools: Tools
    state: CameraState = field(init=False)
    on_state: set[Callable[[CameraState], None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.state = CameraState("connecting", self.tools.now_us(), "new")
        self._recorder = self.tools.make_recorder(self.assignment, lambda: self._main_source.camera_clock)
        self._password = self._open_password()
        self._stopped = False
        self._dark = False
        self._source_state: SourceState | None = None
        self._demands: list[tuple[Demand, Callable[[], StreamSource]]] = []
        self.kept = ShortageRecording.WHOLE
        recorded = self.assignment.record
        self._main = StreamHub(
            f"{self.id}/main",
            self.tools.gop_cache_bytes,
            recorder=self._recorder.take if recorded else None,
            demand=None if recorded else self._demand(lambda: self._main_source),
            on_watching=self.tools.watching,
            sound_recorder=self._recorder.take_sound if recorded and self.assignment.audio else None,
        )
        # Only where the record says why is the camera asked for sound at all, and for one stream alone.
        hears = self._main.on_sound if self.assignment.audio else None
        self._main_source = self._source(self.assignment.main, self._main, self._on_main_state, hears)
        self._sub: StreamHub | None = None
        if self.assignment.sub is not None:
            self._sub = StreamHub(
                f"{self.id}/sub",
                self.tools.gop_cache_bytes,
                demand=self._demand(lambda: sub_source),
                on_watching=self.tools.watching,
            )
            sub_source = self._source(self.assignment.sub, self._sub, self._on_sub_state, name="sub")

    @property
    def id(self) -> UUID:
        """The camera's id in the register."""
        return self.assignment.id

    def start(self) -> None:
        """Begin: record, or say that nothing is owed."""
        if self._password is None:
            detail = "the sealed password does not open with this node's key"
            self._on_main_state(SourceState("refused", "refused", detail, self.tools.now_us()))
        elif dark_at(self.assignment, self.tools.now_us()):
            self.keep_plan(self.tools.now_us())
        elif self.assignment.record:
            self._main_source.start()
        else:
            self._recorder.stop("schedule", "not to be recorded")
            self._set_state(CameraState("off", self.tools.now_us(), "schedule"))

    def stop(self, reason: str) -> None:
        """End: `restart` when the process ends, `operator` when the camera is taken away or changed."""
        # The recorder first: it would take the source's end for an operator's wish.
        if reason == "restart":
            self._recorder.close(reason)
        else:
            self._recorder.stop(reason, "the camera was taken from this node or changed")
        self._stopped = True
        self._main_source.stop()
        self._main.close()
        if self._sub is not None:
            self._sub.close()
        self.on_state.clear()

    def keep(self, kept: ShortageRecording, detail: str) -> None:
        """What is kept from now on; `detail` says why and on whose order. The live picture goes on all the same."""
        if kept is self.kept or not self.assignment.record or self._stopped:
            return
        log.warning("camera.kept", camera=str(self.id), kept=kept.value, why=detail)
        if self.kept is ShortageRecording.NOTHING:
            self._recorder.resume()
        if kept is ShortageRecording.NOTHING:
            self._recorder.stop("disk", detail)
        if kept is ShortageRecording.KEY_FRAMES:
            self._recorder.thin(detail)
        else:
            self._recorder.keep_whole()
        self.kept = kept

    def keep_plan(self, now_us: int) -> None:
        """Stop and go on as was planned (S34(6)); where nothing may be seen at all (S10(3)) the camera is left alone."""
        if self._stopped:
            return
        self._recorder.keep_plan(now_us)
        dark = dark_at(self.assignment, now_us) is not None
        if dark and not self._dark:
            self._darken()
        elif self._dark and not dark:
            self._lighten()

    def _darken(self) -> None:
        self._dark = True
        self._main_source.stop()
        self._main.on_interruption()
        for demand, source in self._demands:
            if demand.running:
                source().stop()
        if self._sub is not None:
            self._sub.on_interruption()
        self._set_state(CameraState("off", self.tools.now_us(), PLANNED))

    def _lighten(self) -> None:
        self._dark = False
        for demand, source in self._demands:
            if demand.running and self._password is not None:
                source().start()
        self.start()

    @property
    def dark(self) -> bool:
        """Whether nothing of it may be taken in just now (S10(3))."""
        return self._dark

    def hub(self, stream: str) -> StreamHub:
        """The hub of `main` or `sub`; a camera without a sub-stream answers with its main one."""
        return self._sub if stream == "sub" and self._sub is not None else self._main

    @property
    def has_sub(self) -> bool:
        """Whether it has a sub-stream."""
        return self._sub is not None

    def stream_of(self, stream: str) -> Literal["main", "sub"]:
        """Which stream `hub` gives for `stream`."""
        return "sub" if stream == "sub" and self._sub is not None else "main"

    @property
    def present_state(self) -> CameraState:
        """`state`, unless the camera sends and its recorder can't keep it: that must not look like recording."""
        kept = self._recorder.status
        if self.state.state == "recording" and kept.state in _KEPT_OFF:
            return CameraState("off", kept.since_us, kept.state)
        if self.state.state == "recording" and self.kept is ShortageRecording.KEY_FRAMES:
            return CameraState("recording", kept.since_us, "thinned")
        return self.state

    def live(self) -> Live | None:
        """How its main stream stands; None where nothing of it is taken in."""
        if self._stopped or self._dark or self._source_state is None or self._source_state.state == "off":
            return None
        octets = getattr(getattr(self._main_source, "counters", None), "bytes", 0)
        return Live(self._source_state, self._main.key_frame, self._main.units, octets)

    @property
    def key_frame(self) -> AccessUnit | None:
        """The last key frame of the main stream."""
        return self._main.key_frame

    def figures(self) -> dict[str, int]:
        """What was counted of it since the worker took it on; a source or recorder that counts nothing is left out."""
        received: Counters | None = getattr(self._main_source, "counters", None)
        kept = self._recorder.status
        found = {"recorded_bytes": getattr(kept, "bytes", 0), "dropped_units": getattr(kept, "dropped", 0)}
        if received is not None:
            found["dropped_units"] += received.dropped
            found |= {
                "received_bytes": received.bytes,
                "lost_packets": received.lost,
                "connections": received.connections,
            }
            if self.assignment.audio:
                found |= {"sounds": received.sounds, "sounds_lost": received.sound_lost}
        return found

    def _open_password(self) -> str | None:
        if not self.assignment.sealed_password:
            return ""
        try:
            return self.tools.unseal(self.assignment.sealed_password)
        except Unsealable:
            log.error("camera.password_sealed_to_another_key", camera=str(self.id))
            return None

    def _demand(self, source: Callable[[], StreamSource]) -> Demand:
        def start() -> None:
            if self._password is not None and not self._dark:
                source().start()

        demand = Demand(start, lambda: source().stop(), LINGER_SECONDS, self.tools.call_later)
        self._demands.append((demand, source))
        return demand

    def _source(
        self,
        assigned: SourceAssignment,
        hub: StreamHub,
        on_state: Callable[[SourceState], None],
        on_sound: Callable[[SoundFrame], None] | None = None,
        name: Literal["main", "sub"] = "main",
    ) -> StreamSource:
        return self.tools.make_source(
            self.id,
            assigned,
            self.assignment.username,
            self._password or "",
            hub.on_unit,
            on_state,
            lambda jump: log.warning("camera.clock_jumped", stream=hub.name, clock=jump.clock, by_us=jump.by_us),
            on_sound,
            name,
        )

    def _on_main_state(self, state: SourceState) -> None:
        self._source_state = state
        if self._stopped or self._dark:
            return
        if state.state != "receiving":
            self._main.on_interruption()
        if self.assignment.record:
            self._recorder.source_state(state)
            stands, why = _STATES.get(state.state, state.state), state.code or state.reason
            self._set_state(CameraState(stands, state.since_us, why, state.detail if state.code else ""))

    def _on_sub_state(self, state: SourceState) -> None:
        if state.state != "receiving" and self._sub is not None:
            self._sub.on_interruption()

    def _set_state(self, state: CameraState) -> None:
        self.state = state
        log.info("camera.state", camera=str(self.id), state=state.state, reason=state.reason)
        for listener in tuple(self.on_state):
            listener(state)
