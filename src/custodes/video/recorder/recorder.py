"""How a recorder stands, for the node's reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from custodes.video.archive.archive import Archive
from custodes.video.archive.volume import NoRoom
from custodes.video.clock import HostClock
from custodes.video.mp4.fragment import fragment_header, with_sound
from custodes.video.plan import EXCUSED
from custodes.video.recorder.host_clock import HostSync, read_host_sync
from custodes.video.recorder.left_out import LATE_US, KeyFrameThinning, PlanWatch
from custodes.video.recorder.session import (
    Gathering,
    RecorderAccount,
    RecordingSession,
    WallTime,
    next_cut_us,
    origin_of,
)
from custodes.video.recorder.sound import SoundTrack
from custodes.video.source.state import CameraClock, SourceState
from custodes.video.unit import AccessUnit, SoundFrame


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """How a recorder stands.

    Attributes:
        state: ``recording``, or the reason of the gap that lasts.
        since_us: since when, microseconds UTC.
        detail: one plain sentence, may be empty.
        units, dropped: access units taken, and those left out (waiting for a key frame or a disk).
        bytes: coded bytes taken.
        session, sequence: of the file being written, 0 when none is.
        sound: ``recording``, ``lost`` where it has stopped to come, empty where none is recorded.
        sounds, sounds_dropped: frames of sound written, and left out.
    """

    state: str
    since_us: int
    detail: str
    units: int
    dropped: int
    bytes: int
    session: int
    sequence: int
    sound: str = ""
    sounds: int = 0
    sounds_dropped: int = 0


_BACK_TICKS = -135_000
_RETRY_SECONDS = 5.0
_FAILED = frozenset({"silent", "refused", "network", "codec", "certificate"})
_log = structlog.get_logger(__name__)


class Recorder:
    """Records one camera. All calls come from one thread, that of the source; none of them raises or blocks.

    Args:
        camera: its id; it must be registered in the archive.
        archive: where the footage goes.
        clock: the host's.
        segment_seconds: length of a file; it is cut at the next key frame.
        host_sync: how far the host's clock can be trusted; give all recorders one `CachedHostSync`.
        camera_clock: the camera's own clock by its last sender report, ``lambda: source.camera_clock``.
    """

    def __init__(
        self,
        camera: UUID,
        archive: Archive,
        clock: HostClock,
        *,
        segment_seconds: int = 60,
        host_sync: Callable[[], HostSync] = read_host_sync,
        camera_clock: Callable[[], CameraClock | None] = lambda: None,
    ) -> None:
        self.camera = camera
        self._archive = archive
        self._stream = archive.stream(camera)
        self._clock = clock
        self._segment_us = segment_seconds * 1_000_000
        self._host_sync = host_sync
        self._camera_clock = camera_clock
        self._session: RecordingSession | None = None
        self._stopped = False
        self._not_before = 0.0
        self._account = RecorderAccount(self._stream, archive.book, clock.wall_us())
        self._units = 0
        self._dropped = 0
        self._bytes = 0
        self._last_file_bytes = 0
        self._plan = PlanWatch(self._stream)
        self._thinning = KeyFrameThinning()
        self._sound = SoundTrack()
        self._sound_lost = False

    # -- what the source tells -----------------------------------------------------------------------------------

    def take(self, unit: AccessUnit) -> None:
        """Take the next picture, in decoding order."""
        self._units += 1
        self._bytes += len(unit.data)
        if self._plan.crosses(unit.wall_us, LATE_US):
            self._enter_phase(unit.wall_us)
        if self._plan.excuse is not None:
            self._dropped += 1
            return
        session = self._session
        if session is None:
            self._wait_for_key(unit)
            return
        if not unit.key and session.keys_only:
            session.seen = max(session.seen, unit.media_time + session.shift)
            return
        if unit.params is not session.params and self._params_changed(session, unit):
            return
        media_time = unit.media_time + session.shift
        step = media_time - session.last_media
        if not _BACK_TICKS < step < session.hole_ticks:
            mended = self._odd_step(session, unit, media_time, step)
            if mended is None:
                return
            media_time = mended
        decode_time = session.decode_times.next(media_time)
        other = unit.params is not session.params
        if other or session.gathering.ends_before(unit.key, decode_time, session.frame):
            if not self._next_fragment(session, unit, decode_time, media_time):
                return
        else:
            session.gathering.add(unit, decode_time, media_time)
        duration = decode_time - session.last_decode
        if 0 < duration < session.hole_ticks:
            session.frame = duration
        session.last_decode = decode_time
        session.last_media = session.seen = max(session.last_media, media_time)
        session.last_wall_us = unit.wall_us

    def take_sound(self, frame: SoundFrame) -> None:
        """Take the next frame of sound; it is kept beside pictures only, and never with key frames alone."""
        session = self._session
        if session is None or session.keys_only:
            self._sound.forget()
            return
        self._sound.take(replace(frame, media_time=frame.media_time + session.shift) if session.shift else frame)

    def source_state(self, state: SourceState) -> None:
        """The source's state has changed."""
        if state.state == "receiving":
            self._plan.nothing_wrong()
        if self._stopped or state.state in ("receiving", "connecting"):
            return
        reason = state.reason if state.state in _FAILED and state.reason else "operator"
        self._plan.own = (reason, state.detail)
        if self._plan.excuse is not None:
            return  # the plan is why nothing is recorded; this counts when it is over
        if self._session is not None:
            self._end(self._session, reason, state.detail)
        else:
            self._account.gap(state.since_us, reason, state.detail)

    def stop(self, reason: str, detail: str = "") -> None:
        """Record no more for now: ``operator``, or ``schedule`` when it is planned out."""
        self._stopped = True
        self._plan.own = (reason, detail)
        if self._plan.excuse is None:
            self._stop_here(reason, detail)

    def resume(self) -> None:
        """Record again from the next key frame."""
        self._stopped = False
        self._plan.nothing_wrong()

    def keep_plan(self, now_us: int) -> None:
        """Obey the stream's plan though no picture comes; called from time to time, and when the plan has changed."""
        if self._plan.crosses(now_us):
            self._enter_phase(now_us)

    def _enter_phase(self, at_us: int) -> None:
        """A plan begins to stop recording, or has stopped it for long enough."""
        if not self._plan.enter(at_us):
            return
        excuse = self._plan.excuse
        if excuse is not None:
            self._stop_here(excuse.reason, excuse.detail, self._plan.from_us)
        elif self._stream.gap is not None and self._stream.gap.reason in EXCUSED:
            self._account.gap(self._plan.from_us, *self._plan.own)

    def _stop_here(self, reason: str, detail: str, since_us: int | None = None) -> None:
        if self._session is not None:
            self._end(self._session, reason, detail)
        else:
            self._account.gap(self._clock.wall_us() if since_us is None else since_us, reason, detail)

    def thin(self, detail: str) -> None:
        """Keep key frames only from the next one on; `detail` says why and on whose order."""
        self._thinning.why = detail

    def keep_whole(self) -> None:
        """Keep every picture again from the next key frame on."""
        self._thinning.why = ""

    def close(self, reason: str = "restart") -> None:
        """Seal what is open; the gap that begins is ended by the next start."""
        self._stopped = True
        if self._session is not None:
            self._end(self._session, reason, "")

    @property
    def status(self) -> RecorderStatus:
        """How it stands."""
        session, gap = self._session, self._stream.gap
        return RecorderStatus(
            state="recording" if session is not None else gap.reason if gap is not None else "restart",
            since_us=self._account.since_us,
            detail=gap.detail if gap is not None and session is None else "",
            units=self._units,
            dropped=self._dropped,
            bytes=self._bytes,
            session=session.number if session is not None else 0,
            sequence=session.segment.origin.sequence if session is not None and session.segment is not None else 0,
            sound="lost" if self._sound.lost else "recording" if session and self._sound.track else "",
            sounds=self._sound.frames,
            sounds_dropped=self._sound.dropped,
        )

    # -- sessions ------------------------------------------------------------------------------------------------

    def _wait_for_key(self, unit: AccessUnit) -> None:
        late = unit.wall_us < self._plan.from_us
        if not unit.key or self._stopped or late or self._clock.monotonic() < self._not_before:
            self._dropped += 1
            return
        self._begin(unit)

    def _begin(self, unit: AccessUnit) -> RecordingSession:
        self._session = RecordingSession(unit, self._wall_less_monotonic(), key_ticks=self._thinning.picture_ticks)
        self._thinning.begin()
        return self._session

    def _wall_less_monotonic(self) -> float:
        return self._clock.wall_us() - self._clock.monotonic() * 1e6

    def _end(self, session: RecordingSession, reason: str, detail: str) -> None:
        """End a session with a gap behind it."""
        end_us = self._finish(session)
        if end_us is not None:
            self._account.gap(end_us, reason, detail)
            self._account.ended(session, end_us, reason)

    def _finish(self, session: RecordingSession) -> int | None:
        """Write what is gathered and seal; the session's end, or None when a disk took it away meanwhile."""
        next_decode = session.end
        if not self._write(session, next_decode) or session.segment is None:
            return None
        end_us = session.wall_at(next_decode)
        self._seal(session, end_us)
        self._session = None
        return end_us

    def _seal(self, session: RecordingSession, end_us: int) -> None:
        if session.segment is not None:
            self._last_file_bytes = session.segment.size
            session.segment.seal(end_us)
            session.new_file()

    def _disk_failed(self, session: RecordingSession, detail: str) -> None:
        segment = session.segment
        if segment is not None:
            end_us = segment.written_end_us
            if not segment.failed:
                segment.seal(end_us)
            self._account.ended(session, end_us, "disk")
        else:
            end_us = session.wall_at(session.gathering.start) if session.line is not None else self._clock.wall_us()
        self._account.gap(end_us, "disk", detail)
        self._session = None
        self._not_before = self._clock.monotonic() + _RETRY_SECONDS
        _log.warning("recorder.disk", camera=str(self.camera), detail=detail)

    def _params_changed(self, session: RecordingSession, unit: AccessUnit) -> bool:
        """Other parameters begin a new file, later; True when they end the session here."""
        if unit.params == session.params:
            session.params = unit.params
            return False
        if not unit.key:
            self._end(session, "codec", "the parameters changed without a key frame")
            self._dropped += 1
            return True
        if unit.params.reorder == session.params.reorder:
            return False
        end_us = self._finish(session)  # decode times can't run on across another reorder depth
        if end_us is not None:
            self._account.ended(session, end_us, "codec")
        self._wait_for_key(unit)
        return True

    # -- time that does not run on -------------------------------------------------------------------------------

    def _odd_step(self, session: RecordingSession, unit: AccessUnit, media_time: int, step: int) -> int | None:
        """Media time has jumped. The picture's media time to go on with, or None when it began a new session."""
        passed = (unit.wall_us - session.last_wall_us) * 9 // 100
        if step > 0 and abs(step - passed) < max(session.hole_ticks, step // 5):
            return self._hole(session, unit, media_time, step)
        session.step = session.step or f"the camera's RTP clock moved by {(step - passed) * 100 // 9} µs"
        if unit.key:
            self._step_to_new_session(session, unit)
            return None
        carried_on = session.last_media + session.frame
        session.shift += carried_on - media_time
        return carried_on

    def _hole(self, session: RecordingSession, unit: AccessUnit, media_time: int, step: int) -> int | None:
        """Pictures stayed away while the connection stood."""
        if step < 4 * session.frame:
            return media_time
        detail = f"no picture for {step * 100 // 9} µs"
        if unit.key:
            self._end(session, "silent", detail)
            self._wait_for_key(unit)
            return None
        session.holes.append((session.last_media + session.frame, media_time, detail))
        if session.segment is not None:
            self._account.holes(session)
        return media_time

    def _step_to_new_session(self, session: RecordingSession, unit: AccessUnit) -> None:
        """A clock stepped and here is a key frame: a new session without a lost picture."""
        end_us = self._finish(session)
        if end_us is None:
            self._wait_for_key(unit)
            return
        self._account.ended(session, end_us, "clock")
        self._begin(unit)

    # -- fragments and files -------------------------------------------------------------------------------------

    def _next_fragment(self, session: RecordingSession, unit: AccessUnit, decode_time: int, media_time: int) -> bool:
        """Write the gathered fragment and begin the next one with `unit`; False when the session is over."""
        if not self._write(session, decode_time):
            self._wait_for_key(unit)
            return False
        session.look_at_clocks(self._wall_less_monotonic())
        now_us = session.wall_at(decode_time)
        if unit.key:
            self._thinning.note_key(media_time, session.hole_ticks)
        if unit.key and session.keys_only != self._thinning.wanted:
            self._change_what_is_kept(session, unit, decode_time)
            return False
        if unit.key and session.step:
            # What follows begins with this picture, so nothing is gathered that the end would write again.
            self._end_at(session, decode_time)
            self._begin(unit)
            return False
        other = unit.params is not session.params or self._sound.wants_file
        if unit.key and (now_us >= session.cut_us or other):
            self._seal(session, now_us)
            session.params = unit.params
        elif now_us - session.cut_us > 10 * self._segment_us:
            self._end_at(session, decode_time, "codec", "no key frame for too long")
            self._dropped += 1
            return False
        session.gathering = Gathering(unit, decode_time, media_time)
        return True

    def _change_what_is_kept(self, session: RecordingSession, unit: AccessUnit, decode_time: int) -> None:
        """Key frames only from `unit` on, or every picture again: a new session that touches the old one."""
        end_us = session.wall_at(decode_time)
        self._seal(session, end_us)
        self._account.ended(session, end_us, self._thinning.reason)
        begun = self._begin(unit)
        begun.line = WallTime(begun.gathering.start + begun.lead, end_us)

    def _end_at(self, session: RecordingSession, decode_time: int, reason: str = "clock", detail: str = "") -> None:
        """End a session between two fragments."""
        end_us = session.wall_at(decode_time)
        self._seal(session, end_us)
        self._account.ended(session, end_us, reason)
        self._session = None
        if reason != "clock":
            self._account.gap(end_us, reason, detail)

    def _write(self, session: RecordingSession, next_decode: int) -> bool:
        """Hand the gathered fragment to the archive; False when the disk ended the session."""
        gathering = session.gathering
        if session.line is None:
            anchor = gathering.start + session.lead
            session.line = WallTime(anchor, gathering.earliest_us + anchor * 100 // 9)
        if session.segment is None:
            try:
                self._open(session)
            except NoRoom as error:
                self._disk_failed(session, str(error))
                return False
        segment = session.segment
        assert segment is not None
        start_us = session.wall_at(gathering.start)
        samples = gathering.samples(next_decode)
        header = fragment_header(session.fragments, gathering.start - session.base, samples, start_us, gathering.size)
        session.note_delay(next_decode, gathering.earliest_us)
        if segment.failed or segment.volume.full or segment.volume.absent:
            self._disk_failed(session, segment.failed or segment.volume.full or segment.volume.absent)
            return False
        pieces, size = [header, *gathering.datas], gathering.size
        taken = self._sound.fill(session.base, next_decode + session.lead)
        if taken is not None:
            pieces = [with_sound(header, taken.run, size), *gathering.datas, *taken.datas]
            size += taken.run.size
        if self._sound.lost is not self._sound_lost:
            self._note_sound()
        segment.append(
            pieces,
            len(pieces[0]) + size,
            key=gathering.key,
            start_us=start_us,
            duration=next_decode - gathering.start,
            end_us=session.wall_at(next_decode),
        )
        session.fragments += 1
        return True

    def _note_sound(self) -> None:
        """The sound is lost, or back: said, and nothing else; the pictures go on."""
        self._sound_lost = self._sound.lost
        event = "recorder.sound_lost" if self._sound_lost else "recorder.sound_back"
        _log.warning(event, camera=str(self.camera))

    def _open(self, session: RecordingSession) -> None:
        gathering, params, stream = session.gathering, session.params, self._stream
        start_us = session.wall_at(gathering.start)
        first = session.number == 0
        origin = origin_of(self.camera, session, stream, self._host_sync(), self._camera_clock())
        session.segment = self._archive.begin(origin, params, self._last_file_bytes, self._sound.begin_file())
        session.base = gathering.start
        session.cut_us = next_cut_us(self.camera, start_us, self._segment_us)
        if first:
            session.number = self._account.begun(start_us, self._thinning.why if session.keys_only else "")
        self._account.holes(session)
