"""What is where: runs, gaps, fragments, the live edge."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.archive.archive import FootageGone
from custodes.video.archive.fragments import Placed, pack, unpack
from custodes.video.mp4.parse import parse_fragment
from tests.video.archive.conftest import CAMERA, Site
from tests.video.footage import START_US

SECOND = 1_000_000


def test_fragments_start_at_the_key_frame_that_is_needed(site: Site) -> None:
    site.record(20, gop=100, length=4)
    refs = list(site.archive.fragments(CAMERA, START_US + 6 * SECOND + 500_000, START_US + 9 * SECOND))
    assert [(ref.key, (ref.start_us - START_US) // SECOND) for ref in refs] == [
        *((True, 4), (False, 5), (False, 6), (False, 7), (True, 8))
    ]


def test_fragments_cross_from_sealed_files_into_the_one_being_written(site: Site) -> None:
    site.record(100)
    refs = list(site.archive.fragments(CAMERA, START_US, START_US + 1000 * SECOND))
    assert [ref.start_us for ref in refs] == [START_US + n * SECOND for n in range(len(refs))]
    assert len(refs) == 99
    assert {ref.sequence for ref in refs} == {1, 2, 3}
    for ref in refs:
        parsed = parse_fragment(site.archive.read(ref))
        assert (parsed.wall_us, parsed.duration, parsed.key) == (ref.start_us, ref.duration, ref.key)


def test_what_is_not_durable_is_not_shown(site: Site) -> None:
    site.record(5, tick=False)
    assert list(site.archive.fragments(CAMERA, 0, 1 << 60)) == []
    assert site.archive.runs(CAMERA, 0, 1 << 60) == []
    site.archive.tick()
    assert len(list(site.archive.fragments(CAMERA, 0, 1 << 60))) == 4


def test_the_live_edge_goes_on_behind_the_last_fragment(site: Site) -> None:
    site.record(30)
    refs = list(site.archive.fragments(CAMERA, START_US + 20 * SECOND, 1 << 60))
    site.record(60)
    more = list(site.archive.fragments_after(refs[-1], 1 << 60))
    assert more[0].start_us == refs[-1].end_us
    assert len(refs) + len(more) == 69
    assert list(site.archive.fragments_after(more[-1], 1 << 60)) == []


def test_a_span_inside_a_gap_holds_what_comes_after_only_when_it_overlaps(site: Site) -> None:
    site.record(5)
    site.recorder().stop("operator")
    site.clock.advance(60)
    site.recorder().resume()
    site.record(5)
    inside = list(site.archive.fragments(CAMERA, START_US + 20 * SECOND, START_US + 40 * SECOND))
    across = list(site.archive.fragments(CAMERA, START_US + 20 * SECOND, START_US + 68 * SECOND))
    assert inside == []
    assert [ref.session for ref in across] == [2, 2, 2]


def test_parameters_are_one_object_while_they_are_equal(site: Site) -> None:
    site.record(100)
    assert len({id(ref.params) for ref in site.archive.fragments(CAMERA, 0, 1 << 60)}) == 1


def test_an_unknown_camera_has_nothing(site: Site) -> None:
    stranger = UUID(int=99)
    assert list(site.archive.fragments(stranger, 0, 1 << 60)) == []
    assert site.archive.runs(stranger, 0, 1) == site.archive.gaps(stranger, 0, 1) == []


def test_footage_that_is_gone_says_so(site: Site) -> None:
    site.record(3)
    ref = next(site.archive.fragments(CAMERA, 0, 1 << 60))
    site.files()[0].unlink()
    with pytest.raises(FootageGone):
        site.archive.read(ref)


@given(
    st.lists(
        st.tuples(st.integers(1, 1 << 24), st.integers(1, 1 << 20), st.booleans(), st.integers(-5000, 10**7)),
        max_size=90,
    ),
    st.integers(0, 4000),
)
def test_packed_fragments_come_back_exactly(parts: list[tuple[int, int, bool, int]], init_size: int) -> None:
    placed, offset, start, media = [], init_size, START_US, 0
    for size, duration, key, slew in parts:
        placed.append(Placed(offset, size, key, start, duration, media))
        offset, media, start = offset + size, media + duration, start + duration * 100 // 9 + slew
    packed = pack(placed, start)
    assert unpack(packed, init_size, START_US) == placed


def test_an_hour_of_ordinary_footage_costs_few_bytes_in_the_index(site: Site) -> None:
    site.record(130)
    packed, seconds = site.rows("SELECT sum(length(fragments)), sum(duration) / 90000 FROM segments")[0]
    assert packed / seconds < 8  # type: ignore[operator]
