"""From pictures to RTP packets: program stream of GB/T 28181 (2016 Annex C), begun anew at each key picture."""

from __future__ import annotations

from custodes.gb28181.media.frame import CLOCK_RATE, Coding, Frame
from custodes.gb28181.media.mux import ProgramWriter, timestamp
from custodes.gb28181.media.rtp import Sender
from custodes.video.unit import AccessUnit, Codec

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

    def packets(self, unit: AccessUnit, time: int | None = None) -> list[bytes]:
        """The packets of one picture, the last with the marker. The first picture, and one of another codec, is a key picture.

        Args:
            time: of the picture in what is sent, 90 kHz ticks; None by its stream's clock.
        """
        coding = _CODINGS[unit.params.codec]
        if self._writer is None or coding is not self._coding:
            self._coding, self._writer = coding, ProgramWriter(coding)
        if time is None:
            time = self._time(unit)
            self._before = unit
        frame = Frame(coding, unit.data, unit.key, time, unit.wall_us, unit.params.sets)
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
