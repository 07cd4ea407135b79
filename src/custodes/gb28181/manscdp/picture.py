"""What a device's picture is made of and what it writes over it: `VideoParamAttribute` and `OSDConfig` (GB/T 28181-2022).

Only one library describes both, so nothing here is required, and numbers that only that one gives a meaning are kept as the text that came.
"""

from __future__ import annotations

from custodes.gb28181.manscdp.structure import Structure, one, several, structure
from custodes.gb28181.manscdp.values import Flag, Integer, Text

MOST_PIXELS = 65_535
MOST_TEXT = 256
"""Characters of a line of text that are read."""

_WORD = Text(64)


@structure
class VideoAttribute(Structure):
    """One stream: format, resolution and kind of bit rate as numbers of Annex G or in words, pictures a second, kbit/s."""

    stream_number: str = one("StreamNumber", _WORD, default="")
    video_format: str = one("VideoFormat", _WORD, default="")
    resolution: str = one("Resolution", _WORD, default="")
    frame_rate: str = one("FrameRate", _WORD, default="")
    bit_rate_type: str = one("BitRateType", _WORD, default="")
    video_bit_rate: str = one("VideoBitRate", _WORD, default="")


@structure
class VideoParamAttribute(Structure):
    """How each of its streams is made."""

    items: tuple[VideoAttribute, ...] = several("Item", VideoAttribute)


@structure
class OSDText(Structure):
    """A line of text, its upper left corner in pixels of the window. An empty one is written too: left out, a device keeps what stood there."""

    text: str = one("Text", Text(MOST_TEXT), default="", always=True)
    x: int | None = one("X", Integer(0, MOST_PIXELS))
    y: int | None = one("Y", Integer(0, MOST_PIXELS))


@structure
class OSDConfig(Structure):
    """What is written over the picture: in a window of `length` by `width` pixels (across, down) the time and lines of text."""

    length: int | None = one("Length", Integer(0, MOST_PIXELS))
    width: int | None = one("Width", Integer(0, MOST_PIXELS))
    time_x: int | None = one("TimeX", Integer(0, MOST_PIXELS))
    time_y: int | None = one("TimeY", Integer(0, MOST_PIXELS))
    time_enabled: bool | None = one("TimeEnable", Flag())
    time_type: int | None = one("TimeType", Integer(0, 9))
    text_enabled: bool | None = one("TextEnable", Flag())
    sum_num: int | None = one("SumNum", Integer(0, 255))
    items: tuple[OSDText, ...] = several("Item", OSDText)
