"""One stream that a process of its own takes in: Motion JPEG, RTMP, a file. Kept going like an RTSP source."""

from __future__ import annotations

from custodes.video.codec.bitstream import CodecError
from custodes.video.codec.build import codec_parameters
from custodes.video.source.address import UnknownName
from custodes.video.source.foreign.process import Apart
from custodes.video.source.foreign.wire import (
    BadSourceMessage,
    CodedPicture,
    CodedSound,
    FailureKind,
    Message,
    Parameters,
    SoundFault,
    SourceFailure,
)
from custodes.video.source.kept import LOGIN_SECONDS, WELL_SECONDS, JumpDetector, KeptSource
from custodes.video.source.state import Counters, State
from custodes.video.unit import AccessUnit, CodecParameters, SoundFrame, SoundParameters

HANDSHAKE_SECONDS = 20.0
"""From the start of the process to its first picture."""

_STATE_OF: dict[FailureKind, State] = {
    "password": "refused",
    "path": "refused",
    "refused": "refused",
    "codec": "codec",
    "protocol": "network",
    "network": "network",
}


class ApartSource(KeptSource):
    """Starts a process for the source, and another whenever that ends; see `KeptSource`.

    `camera_clock` stays None, since such sources say nothing of the camera's clock.
    """

    def _prepare(self) -> None:
        self._counters = Counters()
        self._apart: Apart | None = None
        self._params: CodecParameters | None = None
        self._sound: SoundParameters | None = None
        self._begun_at = 0.0
        self._first_at: float | None = None
        self._unit_at = 0.0

    @property
    def counters(self) -> Counters:
        """What came in since the source was made."""
        return self._counters

    def _begin(self) -> None:
        self.session += 1
        self._counters.connections += 1
        self._begun_at = self._reader.now
        self._first_at = None
        self._params = None
        self._sound = None
        self._rtp_jumps = JumpDetector()
        self._apart = Apart(self._reader, self._ground.yard, self._take, self._refuse, self._lose)
        self._set_timer(1.0, self._each_second)
        self._apart.open(self._url, self._way, self._policy)

    # What the process says

    def _take(self, message: Message) -> None:
        match message:
            case CodedPicture():
                self._take_picture(message)
            case CodedSound():
                self._take_sound(message)
            case SoundParameters():
                self._sound, self._sound_fault = message, ""
            case SoundFault():
                self._sound_fault = message.detail
            case Parameters():
                self._take_parameters(message)
            case SourceFailure():
                least = LOGIN_SECONDS if message.kind == "password" else 0.0
                self._fail(_STATE_OF[message.kind], message.detail, least)

    def _take_parameters(self, told: Parameters) -> None:
        try:
            params = codec_parameters(told.codec, told.sets)
        except CodecError as error:
            self._fail("codec", str(error))
            return
        if self._params is None or params.sets != self._params.sets:
            self._params = params

    def _take_picture(self, picture: CodedPicture) -> None:
        if self._params is None:
            raise BadSourceMessage("a picture comes before its parameters")
        now = self._reader.now
        if self._first_at is None:
            if not picture.key:
                self._counters.dropped += 1
                return
            self._first_at = now
        self._unit_at = now
        self._enter("receiving", "", "receiving")
        unit = AccessUnit(picture.data, picture.key, picture.media_time, self._reader.wall_us, self._params)
        self._counters.units += 1
        self._counters.bytes += len(picture.data)
        self._hand_on(unit, now)

    def _take_sound(self, sound: CodedSound) -> None:
        if self._on_sound is None or self._sound is None:
            raise BadSourceMessage("sound comes that nobody has asked for")
        if self._first_at is None:  # nothing to hear before there is something to see
            return
        self._counters.sounds += 1
        self._counters.bytes += len(sound.data)
        wall_us = self._reader.wall_us
        self._hand_on_sound(SoundFrame(sound.data, sound.media_time, sound.samples, wall_us, self._sound))

    def _refuse(self, why: Exception) -> None:
        self._fail("network" if isinstance(why, UnknownName) else "refused", str(why))

    def _lose(self, detail: str) -> None:
        self._fail("network", detail)

    def _each_second(self) -> None:
        apart, now = self._apart, self._reader.now
        if apart is None:
            return
        self._set_timer(1.0, self._each_second)
        apart.each_second()
        if self._first_at is None:
            if now - self._begun_at > HANDSHAKE_SECONDS:
                self._fail("network", "no picture came in time")
        elif now - self._unit_at > self._silent_seconds:
            self._fail("silent", f"connected, but nothing came for {self._silent_seconds:g} s")
        elif now - self._first_at > WELL_SECONDS:
            self._backoff.reset()

    # Ending

    def _say_goodbye(self) -> None:
        """There is nobody to tell: the process ends with its pipe."""

    def _close(self) -> None:
        apart, self._apart = self._apart, None
        if apart is not None:
            self._counters.throttled += apart.throttled
            apart.close()
