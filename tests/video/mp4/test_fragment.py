"""Fragments made and taken apart again."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from custodes.video.mp4.boxes import Mp4Error
from custodes.video.mp4.fragment import Sample, fragment, fragment_header
from custodes.video.mp4.parse import parse_fragment, retime

samples = st.lists(
    st.builds(
        Sample,
        size=st.integers(0, 400),
        duration=st.integers(1, 1 << 20),
        composition=st.one_of(st.just(0), st.integers(-(1 << 20), 1 << 20)),
        key=st.booleans(),
    ),
    min_size=1,
    max_size=60,
)
walls = st.one_of(st.none(), st.integers(0, 4_000_000_000_000_000))


def made(described: list[Sample], wall_us: int | None, decode_time: int = 12345) -> bytes:
    return fragment(7, decode_time, described, [bytes([n % 251]) * s.size for n, s in enumerate(described)], wall_us)


@given(samples, walls, st.integers(0, 1 << 50))
def test_a_fragment_parses_back_to_what_it_was_made_of(
    described: list[Sample], wall_us: int | None, decode_time: int
) -> None:
    data = made(described, wall_us, decode_time)
    parsed = parse_fragment(data)
    assert list(parsed.samples) == described
    assert (parsed.sequence, parsed.decode_time, parsed.wall_us) == (7, decode_time, wall_us)
    assert data[parsed.data_offset :] == b"".join(bytes([n % 251]) * s.size for n, s in enumerate(described))
    assert parsed.end == len(data)


@given(samples, walls)
def test_the_header_alone_is_what_stands_before_the_pictures(described: list[Sample], wall_us: int | None) -> None:
    assert made(described, wall_us).startswith(fragment_header(7, 12345, described, wall_us))


@given(samples, walls, st.integers(0, 1 << 40))
def test_moving_a_fragment_changes_its_time_and_nothing_else(
    described: list[Sample], wall_us: int | None, decode_time: int
) -> None:
    data = made(described, wall_us)
    moved = parse_fragment(retime(data, decode_time, 99))
    assert (moved.decode_time, moved.sequence, list(moved.samples)) == (decode_time, 99, described)
    assert retime(data, decode_time, 99)[moved.data_offset :] == data[parse_fragment(data).data_offset :]


@given(samples, st.data())
def test_bytes_that_are_not_a_fragment_raise_only_the_rooms_own_error(
    described: list[Sample], data: st.DataObject
) -> None:
    good = bytearray(made(described, 1))
    at = data.draw(st.integers(0, len(good) - 1))
    good[at] ^= 1 << data.draw(st.integers(0, 7))
    cut = data.draw(st.integers(0, len(good)))
    for broken in (bytes(good), bytes(good[:cut]), bytes(good[cut:])):
        with contextlib.suppress(Mp4Error):
            parse_fragment(broken)
