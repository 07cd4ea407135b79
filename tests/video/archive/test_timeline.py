"""What is where: runs, gaps, fragments, the live edge."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.archive.changes import add_run
from custodes.video.archive.fragments import FootageGone, Placed, pack, unpack
from custodes.video.archive.index import Index
from custodes.video.archive.timeline import merge, stretches
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


class CountingIndex:
    """The index; counts what is read of it."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.read = 0

    def rows(self, sql: str, arguments: Sequence[object] = ()) -> list[Any]:
        found = self.index.rows(sql, arguments)
        self.read += len(found)
        return found


def many_runs(site: Site, count: int, apart: float = 10.0) -> None:
    """A second is recorded, `apart` seconds are not, and so on, behind each other."""
    site.recorder()
    stream = site.archive.stream(CAMERA)
    with site.archive._index.transaction() as cursor:
        for number in range(count):
            start = START_US + round(number * (1 + apart) * SECOND)
            add_run(cursor, stream.row, start, start + SECOND)


def pages(site: Site, from_us: int, to_us: int, limit: int) -> list[list[tuple[int, int]]]:
    """All pages of stretches, each begun where the one before ended."""
    found = []
    while True:
        spans, more = site.archive.stretches(CAMERA, from_us, to_us, limit, 2 * SECOND)
        found.append(spans)
        if not more:
            return found
        assert spans, "a page that leads nowhere"
        from_us = spans[-1][1]


@pytest.mark.parametrize("from_s", [0, 0.5, 5, 110_000])
def test_a_page_of_stretches_costs_the_same_however_much_there_is(site: Site, from_s: float) -> None:
    many_runs(site, 20_000)
    counting = CountingIndex(site.archive._index)
    stream = site.archive.stream(CAMERA)
    from_us = START_US + round(from_s * SECOND)
    spans, more = stretches(counting, stream, from_us, START_US + 10**12, 100, 2 * SECOND)  # type: ignore[arg-type]
    assert (len(spans), more) == (100, True)
    assert counting.read <= 401
    assert spans[0][0] >= from_us
    assert spans == site.archive.runs(CAMERA, from_us, START_US + 10**12)[:100]


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
@pytest.mark.parametrize("apart", [1.0, 1.9, 2.1, 10.0])
def test_pages_of_stretches_hold_together_all_that_was_recorded(site: Site, limit: int, apart: float) -> None:
    many_runs(site, 50, apart)
    end_us = START_US + round(40.5 * (1 + apart) * SECOND)
    found = [span for page in pages(site, START_US - SECOND, end_us, limit) for span in page]
    assert all(len(page) <= limit for page in pages(site, START_US, end_us, limit))
    assert found == sorted(found)
    assert all(after[0] >= before[1] for before, after in pairwise(found))
    runs = site.archive.runs(CAMERA, START_US - SECOND, end_us)
    assert (found[0][0], found[-1][1]) == (runs[0][0], runs[-1][1])
    assert all(any(a <= start and end <= b for a, b in merge(found, 1)) for start, end in runs)
    if apart > 2:
        assert found == runs
    elif limit == 100:
        assert len(found) == 1


def test_stretches_have_what_is_being_written(site: Site) -> None:
    site.record(100)
    assert site.archive.stretches(CAMERA, 0, 1 << 60, 10, 2 * SECOND) == ([(START_US, START_US + 99 * SECOND)], False)
    assert site.archive.stretches(UUID(int=99), 0, 1 << 60, 10, 2 * SECOND) == ([], False)
