"""The file of tracks: one way to write it, a closed list of fields, and one source that it is of."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.mask.shapes import MaskBox, Polygon
from custodes.video.mask.sidecar import BadSidecar, Sidecar, read_sidecar
from custodes.video.mask.tracks import (
    Acquaintance,
    MaskedKind,
    Review,
    Sighting,
    Track,
    TrackDecision,
    TrackOrigin,
    TrackPoint,
)

SOURCE = "ab" * 32
TRACKS = (
    Track(
        1, MaskedKind.FACE, TrackOrigin.MODEL,
        (TrackPoint(0, MaskBox(1.5, 2, 30.25, 40), Sighting.FOUND), TrackPoint(3600, MaskBox(2, 2, 31, 40), Sighting.FOLLOWED)),
        TrackDecision.ACCEPTED, 1.3, True, 0.875, Review("u-17", Acquaintance.NO, "背影"),
    ),
    Track(2, MaskedKind.LICENCE, TrackOrigin.HAND, (TrackPoint(3, Polygon(((0, 0), (10, 0), (5, 8.5)))),)),
)  # fmt: skip
SIDECAR = Sidecar(SOURCE, 1920, 1080, (("CenterFace", "cd" * 32),), TRACKS)


def test_what_is_written_is_read_again_and_written_the_same() -> None:
    data = SIDECAR.encode()
    assert read_sidecar(data, SOURCE) == SIDECAR
    assert read_sidecar(data).encode() == data


def test_it_is_of_one_source() -> None:
    with pytest.raises(BadSidecar, match="another film"):
        read_sidecar(SIDECAR.encode(), "00" * 32)


def _changed(*path: Any, value: Any = None, remove: bool = False) -> bytes:
    document = json.loads(SIDECAR.encode())
    at = document
    for step in path[:-1]:
        at = at[step]
    if remove:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"null", b"\xff", b"{" * 5_000, b'{"a":1,"a":2}',
        _changed("format", value="custodes-mask/2"),
        _changed("source", value="AB" * 32),
        _changed("width", value=0),
        _changed("width", value=True),
        _changed("tracks", 0, "number", value=2),
        _changed("tracks", 0, "kind", value="person"),
        _changed("tracks", 0, "state", value="maybe"),
        _changed("tracks", 0, "growth", value=100),
        _changed("tracks", 0, "whole_body", value=1),
        _changed("tracks", 0, "frames", value=[]),
        _changed("tracks", 0, "frames", 0, value=[0, "found", 1, 2, 3]),
        _changed("tracks", 0, "frames", 0, value=[0, "found", 5, 5, 5, 9]),
        _changed("tracks", 0, "frames", 1, value=[0, "found", 0, 0, 16, 16]),
        _changed("tracks", 0, "frames", 0, value=[-1, "found", 0, 0, 16, 16]),
        _changed("tracks", 0, "frames", 0, value=[1.5, "found", 0, 0, 16, 16]),
        _changed("tracks", 0, "review", "remark", value="x" * 3_000),
        _changed("tracks", 0, "review", remove=True),
    ],
)  # fmt: skip
def test_what_is_no_file_of_tracks_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(BadSidecar):
        read_sidecar(data)


@pytest.mark.parametrize("name", ["embedding", "plate_text", "identity", "thumbnail", "landmarks", "note"])
@pytest.mark.parametrize("path", [(), ("tracks", 0), ("tracks", 0, "review")])
def test_no_field_can_be_added_to_it(name: str, path: tuple[Any, ...]) -> None:
    with pytest.raises(BadSidecar, match="exactly"):
        read_sidecar(_changed(*path, name, value="x"))


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_sidecar(data)
    except BadSidecar:
        pass
    else:
        pytest.fail("random bytes were taken for a file of tracks")
