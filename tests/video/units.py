"""Access units made up for tests: sizes, keys and times are true, the coded data is not."""

from custodes.video.unit import AccessUnit, Codec, CodecParameters

START_US = 1_750_000_000_000_000

PARAMS = CodecParameters(
    codec=Codec.H264,
    sets=(b"\x67\x64\x00\x1f", b"\x68\xee"),
    width=640,
    height=360,
    frame_rate=25.0,
    reorder=0,
    mime="avc1.64001f",
    sample_entry=b"\x00\x00\x00\x10avc1\x00\x00\x00\x00\x00\x00\x00\x00",
)


def unit(number: int, *, key: bool = False, size: int = 100, params: CodecParameters = PARAMS) -> AccessUnit:
    """Picture `number` of a 25 fps stream."""
    return AccessUnit(
        data=number.to_bytes(4, "big") + bytes(size - 4),
        key=key,
        media_time=number * 3600,
        wall_us=START_US + number * 40_000,
        params=params,
    )


def number_of(taken: AccessUnit) -> int:
    """The number that `unit` was called with."""
    return taken.media_time // 3600
