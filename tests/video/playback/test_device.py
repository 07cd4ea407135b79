"""A device's own recording on a media timeline: placed by what was asked for, without holes, ended where its place is not known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custodes.video.live import Fragment, Init, Output
from custodes.video.playback.device import Beyond, DeviceTimeline, Jumped
from custodes.video.unit import CLOCK_RATE, AccessUnit, Codec
from tests.video.footage import loop

FRAME = CLOCK_RATE // 25
T0 = 1_700_000_000_000_000
PARAMS, CODED = loop(Codec.H264, gop=5)


def unit(number: int, key: bool | None = None, at: int | None = None) -> AccessUnit:
    data, is_key, _ = CODED[number % len(CODED)]
    media = 1000 + number * FRAME if at is None else at
    return AccessUnit(data, is_key if key is None else key, media, 0, PARAMS)


def fragments(made: list[Output]) -> list[Fragment]:
    return [one for one in made if isinstance(one, Fragment)]


def begun(start: int = 0, seconds: int = 60) -> DeviceTimeline:
    made = DeviceTimeline(start)
    made.begin(T0, T0 + seconds * 1_000_000)
    return made


def test_the_first_picture_stands_where_it_was_asked_for() -> None:
    line = begun(9000)
    assert line.add(unit(3, key=False)) == []
    [init] = line.add(unit(5, key=True))
    assert isinstance(init, Init)
    assert (init.live, init.base_us) == (False, T0 - 100_000)
    made = fragments([*line.add(unit(6, key=False)), *line.add(unit(7, key=False)), *line.finish()])
    assert [one.wall_us - T0 for one in made] == [0, 40_000, 80_000]
    assert line.end == 9000 + 3 * FRAME
    assert line.reached_us == T0 + 120_000


def test_key_pictures_alone_leave_no_hole() -> None:
    line = begun()
    made: list[Output] = []
    for number in range(4):
        made += line.add(unit(number, key=True, at=number * 4 * CLOCK_RATE), keys_only=True)
    assert [one.end_us - one.wall_us for one in fragments(made)] == [4_000_000] * 3
    assert line.end == 12 * CLOCK_RATE


@pytest.mark.parametrize("step", [5 * CLOCK_RATE, -5 * CLOCK_RATE])
def test_a_step_of_its_times_ends_it(step: int) -> None:
    line = begun()
    line.add(unit(0, key=True))
    line.add(unit(1, key=False))
    with pytest.raises(Jumped):
        line.add(unit(2, key=True, at=1000 + 2 * FRAME + step))


def test_another_coding_ends_it() -> None:
    line = begun()
    line.add(unit(0, key=True))
    with pytest.raises(Jumped):
        line.add(replace(unit(1, key=True), params=replace(PARAMS, width=PARAMS.width + 2)))


def test_where_it_stood_still_it_goes_on_without_a_step() -> None:
    line = begun()
    line.add(unit(0, key=True))
    line.add(unit(1, key=False))
    line.rejoin()
    far = 1000 + 1000 * CLOCK_RATE
    made = fragments([*line.add(unit(2, key=False, at=far)), *line.add(unit(3, key=False, at=far + FRAME))])
    assert [one.wall_us - T0 for one in made] == [40_000, 80_000]


def test_nothing_is_put_beyond_the_end() -> None:
    line = begun(seconds=1)
    made = [one for number in range(26) for one in line.add(unit(number, key=number == 0))]
    with pytest.raises(Beyond):
        line.add(unit(26, key=False))
    assert fragments(made)[-1].end_us <= T0 + 1_000_000
    assert line.finish() == []
    assert len(fragments(made)) == 25


def test_what_comes_behind_a_new_beginning_is_placed_there() -> None:
    line = begun()
    line.add(unit(0, key=True))
    line.add(unit(1, key=False))
    line.begin(T0 + 30_000_000, T0 + 60_000_000)
    assert line.media_at(T0 + 31_000_000) == line.end
    [init] = line.add(unit(100, key=True))
    assert isinstance(init, Init)
    [made] = fragments(line.add(unit(101, key=False)))
    assert made.wall_us == T0 + 30_000_000
