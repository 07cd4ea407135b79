"""Fragments of the archive on one channel's timeline."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from custodes.video.archive.fragments import FragmentRef
from custodes.video.live import Fragment, Init, Output
from custodes.video.mp4.boxes import Mp4Error
from custodes.video.mp4.fragment import Sample, fragment
from custodes.video.mp4.parse import parse_fragment
from custodes.video.playback.timeline import PlaybackTimeline, read_key_picture
from tests.video.units import PARAMS, START_US

CAMERA = UUID(int=7)
SECOND = 90_000


def stored(second: int, *, key: bool = True, pictures: int = 25, wall: int = 0) -> bytes:
    samples = [Sample(40, 3600, 0, key and n == 0) for n in range(pictures)]
    datas = [(second * 100 + n).to_bytes(4, "big") * 10 for n in range(pictures)]
    return fragment(second + 1, second * SECOND, samples, datas, wall_us=START_US + wall)


def ref(second: int, *, key: bool = True, session: int = 1, late_us: int = 0, path: Path = Path("x")) -> FragmentRef:
    return FragmentRef(
        camera=CAMERA,
        path=path,
        offset=0,
        size=len(stored(second)),
        key=key,
        start_us=START_US + second * 1_000_000 + late_us,
        duration_us=1_000_000,
        media_time=second * SECOND,
        duration=SECOND,
        sequence=second // 60,
        session=session,
        segment_start_us=START_US,
        params=PARAMS,
    )


def decode_times(outputs: list[Output]) -> list[int]:
    return [parse_fragment(output.data).decode_time for output in outputs if isinstance(output, Fragment)]


def test_neighbours_follow_without_a_new_init_across_file_borders() -> None:
    timeline = PlaybackTimeline()
    outputs = [output for n in range(58, 62) for output in timeline.add(ref(n), stored(n))]
    assert [type(output) for output in outputs] == [Init] + [Fragment] * 4
    assert decode_times(outputs) == [0, SECOND, 2 * SECOND, 3 * SECOND]
    assert isinstance(outputs[0], Init)
    assert outputs[0].base_us == START_US + 58_000_000
    assert not outputs[0].live


def test_behind_a_gap_media_time_goes_on_and_an_init_says_the_new_wall_time() -> None:
    timeline = PlaybackTimeline()
    timeline.add(ref(0), stored(0))
    after = ref(900, session=2)
    assert timeline.hole_before(after) == (START_US + 1_000_000, START_US + 900_000_000)
    outputs = timeline.add(after, stored(900))
    assert isinstance(outputs[0], Init)
    assert outputs[0].base_us == START_US + 899_000_000
    assert decode_times(outputs) == [SECOND]


def test_a_codec_change_brings_a_new_init_and_no_hole() -> None:
    timeline = PlaybackTimeline()
    timeline.add(ref(0), stored(0))
    changed = replace(ref(1), params=replace(PARAMS, mime="avc1.640028"))
    assert timeline.hole_before(changed) is None
    outputs = timeline.add(changed, stored(1))
    assert isinstance(outputs[0], Init)
    assert outputs[0].params.mime == "avc1.640028"
    assert decode_times(outputs) == [SECOND]


def test_nothing_starts_within_a_group_of_pictures() -> None:
    timeline = PlaybackTimeline()
    assert not timeline.takes(ref(1, key=False))
    timeline.add(ref(2), stored(2))
    assert timeline.takes(ref(3, key=False))
    assert not timeline.takes(ref(4, key=False))


def test_after_a_seek_media_time_goes_on_behind_an_init() -> None:
    timeline = PlaybackTimeline()
    timeline.add(ref(100), stored(100))
    timeline.restart()
    assert timeline.hole_before(ref(5)) is None
    outputs = timeline.add(ref(5), stored(5))
    assert isinstance(outputs[0], Init)
    assert decode_times(outputs) == [SECOND]


def test_wall_time_is_found_on_the_media_timeline_across_a_gap() -> None:
    timeline = PlaybackTimeline()
    timeline.add(ref(0), stored(0))
    timeline.add(ref(900, session=2), stored(900))
    assert timeline.media_at(START_US + 500_000) == SECOND // 2
    assert timeline.media_at(START_US + 900_500_000) == SECOND + SECOND // 2
    assert timeline.media_at(START_US + 3_600_000_000) == 2 * SECOND
    assert timeline.media_at(0) == 0


def test_key_frames_alone_fill_the_time_of_their_groups(tmp_path: Path) -> None:
    timeline = PlaybackTimeline()
    outputs: list[Output] = []
    for n in (0, 2):
        (tmp_path / str(n)).write_bytes(b"before" + stored(n))
        placed = replace(ref(n, path=tmp_path / str(n)), offset=6)
        sample, picture = read_key_picture(placed)
        assert picture == (n * 100).to_bytes(4, "big") * 10
        outputs += timeline.add_key(placed, sample, picture, 2 * SECOND)
        timeline.skip_to(ref(n + 1, key=False))
    assert [type(output) for output in outputs] == [Init, Fragment, Fragment]
    assert decode_times(outputs) == [0, 2 * SECOND]
    parsed = [parse_fragment(output.data) for output in outputs if isinstance(output, Fragment)]
    assert [(p.samples[0].duration, len(p.samples), p.key) for p in parsed] == [(2 * SECOND, 1, True)] * 2


@pytest.mark.parametrize("cut", [0, 5, 60, 100, 440])
def test_a_fragment_that_is_cut_off_is_refused(tmp_path: Path, cut: int) -> None:
    (tmp_path / "f").write_bytes(stored(0)[:cut])
    with pytest.raises((Mp4Error, OSError)):
        read_key_picture(ref(0, path=tmp_path / "f"))


def test_bytes_that_are_no_fragment_are_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(bytes(range(256)) * 30)
    with pytest.raises(Mp4Error):
        read_key_picture(ref(0, path=tmp_path / "f"))
