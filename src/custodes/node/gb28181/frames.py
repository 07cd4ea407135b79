"""Frames of a GB/T 28181 channel as `video` takes them: access units and sound frames."""

from __future__ import annotations

from collections.abc import Callable

from custodes.gb28181.media.frame import Coding, Frame
from custodes.video.codec.bits import CodecError
from custodes.video.codec.build import codec_parameters
from custodes.video.sound.config import FRAME_SAMPLES, UnknownSound, aac_parameters, g711_parameters
from custodes.video.sound.frame import LARGEST_FRAME, SoundCodec, SoundFrame, SoundParameters
from custodes.video.unit import AccessUnit, Codec, CodecParameters

_VIDEO = {Coding.H264: Codec.H264, Coding.H265: Codec.H265}
_G711 = {Coding.G711A: SoundCodec.PCMA, Coding.G711U: SoundCodec.PCMU}


class FrameTaker:
    """Hands a channel's frames on, as the sources of `video` do it.

    Args:
        on_unit: takes each access unit; the first is a key picture.
        on_sound: takes each frame of sound; None where the camera's record gives no reason for sound, and then none is looked at.

    Attributes:
        fault: why pictures can't be made of the parameter sets, empty while they can.
        sound_fault: why the sound is not taken, empty while it is.
    """

    def __init__(
        self, on_unit: Callable[[AccessUnit], None], on_sound: Callable[[SoundFrame], None] | None = None
    ) -> None:
        self.fault = ""
        self.sound_fault = ""
        self._on_unit = on_unit
        self._on_sound = on_sound
        self._sets: tuple[bytes, ...] = ()
        self._params: CodecParameters | None = None
        self._sound_from: tuple[Coding, tuple[bytes, ...]] | None = None
        self._sound: SoundParameters | None = None

    @property
    def hears(self) -> bool:
        """Whether sound is handed on at all."""
        return self._on_sound is not None

    def take(self, frame: Frame) -> None:
        """Take one frame, in the order in which the receiver gives them."""
        if not frame.coding.video:
            if self._on_sound is not None:
                self._take_sound(frame, self._on_sound)
            return
        if frame.sets is not self._sets:
            self._renew(frame)
        if self._params is not None:
            self._on_unit(AccessUnit(frame.data, frame.key, frame.time, frame.wall_us, self._params))

    def _renew(self, frame: Frame) -> None:
        """Other parameter sets are in force, which happens at a key frame only."""
        self._sets, self.fault = frame.sets, ""
        try:
            self._params = codec_parameters(_VIDEO[frame.coding], frame.sets)
        except CodecError as error:
            self._params, self.fault = None, str(error)

    def _take_sound(self, frame: Frame, on_sound: Callable[[SoundFrame], None]) -> None:
        if (frame.coding, frame.sets) != self._sound_from:
            self._sound_from, self.sound_fault = (frame.coding, frame.sets), ""
            try:
                aac = frame.coding is Coding.AAC
                self._sound = aac_parameters(frame.sets[0]) if aac else g711_parameters(_G711[frame.coding])
            except UnknownSound as error:
                self._sound, self.sound_fault = None, str(error)
        if self._sound is None or len(frame.data) > LARGEST_FRAME:
            return
        samples = FRAME_SAMPLES if frame.coding is Coding.AAC else len(frame.data)
        on_sound(SoundFrame(frame.data, frame.time, samples, frame.wall_us, self._sound))
