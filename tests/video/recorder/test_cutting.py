"""Where fragments and files end."""

from __future__ import annotations

import itertools
from uuid import UUID

import pytest

from custodes.video.recorder.session import next_cut_us
from custodes.video.unit import Codec
from tests.video.archive.conftest import CAMERA, OTHER, Site
from tests.video.footage import START_US


def spans(site: Site) -> list[tuple[bool, int]]:
    return [(ref.key, ref.duration) for ref in site.archive.fragments(CAMERA, START_US, START_US + 10**9)]


def test_a_gop_of_one_second_is_one_fragment(site: Site) -> None:
    site.record(6)
    assert spans(site) == [(True, 90_000)] * 5


def test_a_long_gop_is_cut_every_second_and_only_its_first_fragment_is_a_key(site: Site) -> None:
    site.record(13, gop=100, length=4)
    assert spans(site)[:8] == [(True, 90_000), (False, 90_000), (False, 90_000), (False, 90_000)] * 2


def test_an_all_intra_stream_makes_two_fragments_a_second_not_twenty_five(site: Site) -> None:
    site.record(4, gop=1)
    assert spans(site)[0] == (True, 13 * 3600)


def test_every_file_begins_with_a_key_frame_and_is_cut_at_the_cameras_own_mark(site: Site) -> None:
    site.record(130, OTHER)
    starts = [row[0] for row in site.rows("SELECT start_us FROM segments ORDER BY start_us")]
    for start in starts[1:]:
        assert 0 <= (start - OTHER.int) % 60_000_000 < 1_000_000
    first = {ref.segment_start_us: ref.key for ref in reversed(list(site.archive.fragments(OTHER, 0, 1 << 60)))}
    assert all(first.values())


def test_cameras_do_not_close_their_files_together() -> None:
    marks = {next_cut_us(UUID(int=n * 7_919_000), START_US, 60_000_000) for n in range(100)}
    assert len(marks) == 100


def test_no_first_file_is_shorter_than_a_quarter() -> None:
    for n in range(120):
        cut = next_cut_us(UUID(int=n * 500_000), START_US, 60_000_000) - START_US
        assert 15_000_000 <= cut < 75_000_000


def test_files_follow_each_other_exactly(site: Site) -> None:
    site.record(150, bframes=2)
    rows = site.rows("SELECT start_us, end_us, media_time, duration, session, sequence FROM segments ORDER BY sequence")
    for (_, end, media, duration, session, number), after in itertools.pairwise(rows):
        assert (after[0], after[2], after[4], after[5]) == (end, media + duration, session, number + 1)  # type: ignore[operator]
    assert len(site.archive.runs(CAMERA, 0, 1 << 60)) == 1


def test_new_parameters_begin_a_new_file_and_lose_nothing(site: Site) -> None:
    site.record(5)
    site.sent[CAMERA] = 0
    site.record(5, width=192, height=112, media=1_000_000 + 5 * 90_000)
    site.recorder().close()
    site.archive.tick()
    assert [ref.params.width for ref in site.archive.fragments(CAMERA, 0, 1 << 60)] == [160] * 5 + [192] * 5
    assert len(site.files()) == 2
    assert len(site.archive.runs(CAMERA, 0, 1 << 60)) == 1


@pytest.mark.parametrize("order", [(0, 2), (2, 0)])
def test_another_reorder_depth_begins_a_new_session(site: Site, order: tuple[int, int]) -> None:
    site.record(4, bframes=order[0])
    site.sent[CAMERA] = 0
    site.record(4, bframes=order[1], media=1_000_000 + 4 * 90_000)
    site.recorder().close()
    site.archive.tick()
    assert [row[0] for row in site.rows("SELECT reason FROM sessions ORDER BY number")] == ["codec", "restart"]
    assert sum(ref.duration for ref in site.archive.fragments(CAMERA, 0, 1 << 60)) == 8 * 90_000


def test_another_codec_goes_into_another_file(site: Site) -> None:
    site.record(3)
    site.sent[CAMERA] = 0
    site.record(3, codec=Codec.H265, media=1_000_000 + 3 * 90_000)
    site.recorder().close()
    site.archive.tick()
    assert {ref.params.codec for ref in site.archive.fragments(CAMERA, 0, 1 << 60)} == {Codec.H264, Codec.H265}
