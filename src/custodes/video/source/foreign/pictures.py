"""From Annex B to what a worker takes: parameter sets on their own, pictures as NAL units behind their lengths."""

from __future__ import annotations

from collections.abc import Callable

from custodes.video.codec import bitstream, h264, h265
from custodes.video.codec.bitstream import CodecError
from custodes.video.source.foreign import wire
from custodes.video.unit import Codec

_MOST_SETS = 32


class PictureReporter:
    """Tells a worker of coded pictures, each given as Annex B.

    Args:
        send: takes each message.
    """

    def __init__(self, codec: Codec, send: Callable[[bytes], None]) -> None:
        self._codec = codec
        self._send = send
        self._sets: dict[bytes, bytes] = {}
        self._told: tuple[bytes, ...] = ()
        self._begun = False

    def add(self, data: bytes, media_time: int) -> None:
        """One picture at `media_time` (90 kHz). What comes before the first key picture with its sets is left out."""
        nals, key = [], False
        for nal in bitstream.split(data):
            kind = nal[0] & 31 if self._codec is Codec.H264 else nal[0] >> 1 & 63
            if self._is_set(kind):
                self._keep(kind, nal)
            elif self._is_slice(kind):
                nals.append(nal)
                key = key or (kind == h264.IDR if self._codec is Codec.H264 else 16 <= kind < 24)
            elif self._is_information(kind):
                nals.append(nal)
        if not nals or not (self._begun or key):
            return
        sets = tuple(nal for _name, nal in sorted(self._sets.items()))
        if key and sets != self._told:
            self._told = sets
            self._send(wire.parameters(self._codec, sets))
        self._begun = True
        self._send(wire.picture(key, media_time, bitstream.lengths(nals)))

    def _is_set(self, kind: int) -> bool:
        if self._codec is Codec.H264:
            return kind in (h264.SPS, h264.PPS)
        return kind in (h265.VPS, h265.SPS, h265.PPS)

    def _is_slice(self, kind: int) -> bool:
        return 0 < kind < h264.SEI if self._codec is Codec.H264 else kind < h265.VPS

    def _is_information(self, kind: int) -> bool:
        return kind == h264.SEI if self._codec is Codec.H264 else kind in (h265.SEI_PREFIX, h265.SEI_SUFFIX)

    def _keep(self, kind: int, nal: bytes) -> None:
        """Sets of one kind and number replace each other; a broken one is left out."""
        try:
            number = self._number(kind, nal)
        except CodecError:
            return
        name = bytes((kind,)) + number.to_bytes(2, "big")
        if name in self._sets or len(self._sets) < _MOST_SETS:
            self._sets[name] = nal

    def _number(self, kind: int, nal: bytes) -> int:
        if self._codec is Codec.H265:
            return h265.set_number(nal)
        return h264.parse_sps(nal).number if kind == h264.SPS else h264.pps_number(nal)
