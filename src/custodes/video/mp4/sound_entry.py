"""Sample entries of sound: AAC as ``mp4a`` with ``esds`` (ISO/IEC 14496-14 §6.7), G.711 as ``alaw`` and ``ulaw``.

The two names for G.711 are those of the QuickTime file format, which the registration authority of ISO media files lists
and FFmpeg, GStreamer and VLC read.
"""

from __future__ import annotations

import struct

from custodes.video.mp4.boxes import Mp4Error, box, find, full_box, read_header
from custodes.video.sound.config import UnknownSound, aac_parameters, g711_parameters
from custodes.video.sound.frame import SoundCodec, SoundParameters

_AUDIO = 28
"""Bytes of AudioSampleEntry (ISO/IEC 14496-12 §12.2.3) before its child boxes."""
_NAMES = {SoundCodec.AAC: b"mp4a", SoundCodec.PCMA: b"alaw", SoundCodec.PCMU: b"ulaw"}
_CODECS = {name: codec for codec, name in _NAMES.items()}

_ES, _DECODER, _SPECIFIC, _SYNC = 3, 4, 5, 6
_AAC_OBJECT = 0x40
_AUDIO_STREAM = 0x15


def sound_entry(params: SoundParameters) -> bytes:
    """The sample entry of `params`."""
    fixed = struct.pack(">6xHIIHHHHI", 1, 0, 0, params.channels, 16, 0, 0, params.rate << 16)
    parts = (fixed, _esds(params.config)) if params.codec is SoundCodec.AAC else (fixed,)
    return box(_NAMES[params.codec], *parts)


def _esds(config: bytes) -> bytes:
    specific = _descriptor(_SPECIFIC, config)
    decoder = _descriptor(_DECODER, struct.pack(">BBBHII", _AAC_OBJECT, _AUDIO_STREAM, 0, 0, 0, 0), specific)
    return full_box(b"esds", 0, 0, _descriptor(_ES, struct.pack(">HB", 2, 0), decoder, _descriptor(_SYNC, b"\2")))


def _descriptor(tag: int, *parts: bytes) -> bytes:
    payload = b"".join(parts)
    return bytes((tag, len(payload))) + payload  # never longer than 127


def sound_from_entry(entry: bytes) -> SoundParameters:
    """The parameters that a sample entry of ours states.

    Raises:
        Mp4Error: another kind of entry, or cut off.
    """
    try:
        head = read_header(entry, 0, len(entry))
        codec = _CODECS.get(head.kind)
        if codec is None:
            raise Mp4Error(f"sample entry {head.kind!r} is not one that is recorded here")
        if codec is not SoundCodec.AAC:
            return g711_parameters(codec)
        esds = find(entry, head.body + _AUDIO, head.end, b"esds")
        return aac_parameters(_specific(entry[esds.body + 4 : esds.end]))
    except (struct.error, IndexError) as error:
        raise Mp4Error("the sample entry is cut off") from error
    except UnknownSound as error:
        raise Mp4Error(str(error)) from error


def _specific(data: bytes) -> bytes:
    """The AudioSpecificConfig in the descriptors as `_esds` lays them out."""
    at = 0
    for tag, fixed in ((_ES, 3), (_DECODER, 13)):
        if data[at] != tag:
            raise Mp4Error("the esds box is not one of ours")
        at += 2 + fixed
    if data[at] != _SPECIFIC or at + 2 + data[at + 1] > len(data):
        raise Mp4Error("the esds box is not one of ours")
    return data[at + 2 : at + 2 + data[at + 1]]
