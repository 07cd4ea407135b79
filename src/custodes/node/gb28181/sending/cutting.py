"""From pictures to RTP packets: program stream of GB/T 28181 (2016 Annex C), begun anew at each key picture."""

from __future__ import annotations

from custodes.gb28181.media.frame import CLOCK_RATE, Coding, Frame
from custodes.gb28181.media.mux import ProgramWriter, timestamp
from custodes.gb28181.media.rtp import Sender
from custodes.node.gb28181.sending.sounding import Piece, coding_of
from custodes.video.sound.frame import SoundParameters
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

    def sound(self, piece: Piece, *, live: bool) -> list[bytes]:
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
