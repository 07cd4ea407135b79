"""Small films as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av

from custodes.video.unit import Codec
from tests.video.streams import stream


def film(path: Path, codec: Codec = Codec.H264, loops: int = 4, **options: Any) -> Path:
    """The test picture in a container that follows from the name of `path`."""
    params, pictures = stream(codec, 320, 192, 25, 5)
    raw = path.with_suffix(".raw")
    raw.write_bytes(
        b"".join(b"\0\0\1" + nal for nals, key in pictures * loops for nal in (*(params.sets if key else ()), *nals))
    )
    source: Any = av.open(str(raw), format="h264" if codec is Codec.H264 else "hevc")
    target: Any = av.open(str(path), "w", **options)
    track = target.add_stream_from_template(source.streams.video[0])
    for number, packet in enumerate(source.demux(source.streams.video[0])):
        if packet.size:
            packet.pts = packet.dts = number * 48_000
            packet.stream = track
            target.mux(packet)
    target.close()
    source.close()
    raw.unlink()
    return path
