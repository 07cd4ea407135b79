"""Pictures from a platform below stand where what was asked for says, whatever their times do."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from custodes.node.gb28181.sending.placing import Placing, SentBeyond, SentJumped
from custodes.node.gb28181.sending.reading import ArchivedPicture
from custodes.node.gb28181.sending.sounding import SoundPiece
from custodes.node.gb28181.viewing.call import MOST_SOUNDS
from custodes.node.gb28181.viewing.opened import Stretch
from custodes.video.unit import AccessUnit, SoundCodec, SoundFrame, g711_parameters
from tests.video.footage import units

FROM = 1_795_000_000_000_000
MINUTE = Stretch(FROM, FROM + 60_000_000, 0, 60)


def placed(placing: Placing, film: list[AccessUnit], **how: bool) -> list[ArchivedPicture]:
    return [picture for unit in film if (picture := placing.add(unit, **how)) is not None]


def seconds(picture: ArchivedPicture) -> tuple[float, float]:
    return (picture.unit.wall_us - FROM) / 1e6, (picture.until_us - FROM) / 1e6


@pytest.mark.parametrize("bframes", [0, 2])
def test_they_run_on_from_the_first_key_picture(bframes: int) -> None:
    film = list(units(50, gop=10, media=7_000_000, bframes=bframes))
    placing = Placing(MINUTE, 90_000)
    pictures = placed(placing, film[3:])  # the first key picture is the eleventh
    pictures.append(placing.finish())  # type: ignore[arg-type]
    assert [picture.unit.data for picture in pictures] == [unit.data for unit in film[10:]]
    assert [picture.due for picture in pictures] == [90_000 + 3_600 * number for number in range(40)]
    assert seconds(pictures[0]) == (0, 0.04)
    assert all(before.until_us == after.unit.wall_us for before, after in pairwise(pictures))
    assert {picture.unit.media_time - picture.due >= 0 for picture in pictures} == {True}
    assert (placing.due, placing.reached_us) == (90_000 + 40 * 3_600, FROM + 1_600_000)


def test_key_pictures_alone_stand_for_all_up_to_the_next_and_all_again_from_one_on() -> None:
    film = list(units(60, gop=10))
    placing = Placing(MINUTE, 90_000)
    pictures = placed(placing, film[:15])
    pictures += placed(placing, film[15:35], keys_alone=True)
    pictures += placed(placing, film[35:])
    sent = [*range(15), 20, 30, *range(40, 59)]
    assert [picture.unit.data for picture in pictures] == [film[number].data for number in sent]
    assert all(before.until_us == after.unit.wall_us for before, after in pairwise(pictures))
    assert [seconds(pictures[at])[0] for at in (15, 16, 17)] == [0.8, 1.2, 1.6]


def test_key_pictures_that_come_alone_are_where_they_would_be_with_those_between() -> None:
    film = [unit for unit in units(100, gop=25, bframes=2) if unit.key]
    pictures = placed(Placing(MINUTE, 90_000), film, keys_alone=True)
    assert [seconds(picture) for picture in pictures] == [(0, 1), (1, 2), (2, 3)]
    assert {picture.unit.media_time - picture.due for picture in pictures} == {7_200}


@pytest.mark.parametrize("step", [200_000, -200_000, 10**9])
def test_times_that_step_are_believed_no_longer_unless_it_stood_still(step: int) -> None:
    film = list(units(30, gop=10))
    later = [replace(unit, media_time=unit.media_time + step) for unit in film[20:]]
    placing = Placing(MINUTE, 90_000)
    placed(placing, film[:20])
    with pytest.raises(SentJumped):
        placing.add(later[0])
    placing = Placing(MINUTE, 90_000)
    pictures = placed(placing, film[:20])
    placing.rejoin()
    pictures += placed(placing, later)
    assert {after.due - before.due for before, after in pairwise(pictures)} == {3_600}
    with pytest.raises(SentJumped):
        placing.add(replace(film[0], media_time=10**12))


def test_where_key_pictures_may_come_alone_they_may_be_far_apart() -> None:
    film = [unit for unit in units(500, length=4, gop=100) if unit.key]
    placing = Placing(MINUTE, 90_000)
    assert len(placed(placing, film, thinned=True)) == 4
    placing = Placing(MINUTE, 90_000)
    placing.add(film[0])
    with pytest.raises(SentJumped):
        placing.add(film[1])


def test_nothing_goes_beyond_what_was_asked_for() -> None:
    second = Stretch(FROM, FROM + 1_000_000, 0, 1)
    film = list(units(40, gop=10))
    placing = Placing(second, 90_000)
    assert len(placed(placing, film[:26])) == 25
    with pytest.raises(SentBeyond):
        placing.add(film[26])
    # One that would stand for others beyond it stands for itself.
    placing = Placing(second, 90_000)
    keys = placed(placing, film[:31], keys_alone=True)
    assert [seconds(picture) for picture in keys] == [(0, 0.4), (0.4, 0.8), (0.8, 0.84)]


def test_another_coding_begins_at_a_key_picture_and_goes_on() -> None:
    film = list(units(20, gop=10))
    film += [replace(unit, media_time=unit.media_time + 72_000) for unit in units(20, gop=10, width=192)]
    placing = Placing(MINUTE, 90_000)
    pictures = placed(placing, film)
    assert {after.due - before.due for before, after in pairwise(pictures)} == {3_600}
    assert len({picture.unit.params.width for picture in pictures}) == 2


PCMA = g711_parameters(SoundCodec.PCMA)


def tone(at: int, number: int = 0) -> SoundFrame:
    """20 ms of sound that begin at a media time."""
    return SoundFrame(bytes((number & 255,)) * 160, at, 160, 0, PCMA)


def heard(placing: Placing, film: list[AccessUnit], tones: list[SoundFrame], **how: bool) -> list[list[SoundPiece]]:
    """What is heard beside each picture, where sound comes in the order of its times."""
    found, waiting = [], sorted(tones, key=lambda one: one.media_time)
    for unit in film:
        before = [one for one in waiting if one.media_time < unit.media_time]
        waiting = waiting[len(before) :]
        picture = placing.add(unit, before, **how)
        if picture is not None:
            found.append(picture.sounds)
    return found


@pytest.mark.parametrize("bframes", [0, 2])
def test_sound_stands_where_its_pictures_do(bframes: int) -> None:
    base = 7_000_000
    film = list(units(51, gop=10, media=base, bframes=bframes))
    first = film[0].media_time
    tones = [tone(base + number * 1_800, number) for number in range(-5, 100)]
    placing = Placing(MINUTE, 90_000)
    beside = heard(placing, film, tones)
    pieces = [piece for one in beside for piece in one]
    begun = [one for one in tones if one.media_time >= first]
    assert [piece.data for piece in pieces] == [one.data for one in begun[: len(pieces)]], (
        "once, in order, none of it before"
    )
    assert len(pieces) >= 90
    # By the time at which the picture of the same moment is shown, above as below.
    shown = Placing(MINUTE, 90_000)
    at = next(picture for unit in film if (picture := shown.add(unit)) is not None).unit.media_time
    assert at == 90_000 + (7_200 if bframes else 0)
    assert [piece.time for piece in pieces] == [at + one.media_time - first for one in begun[: len(pieces)]]
    assert pieces[0].from_us - FROM == (begun[0].media_time - first) * 100 // 9
    assert all(piece.until_us - piece.from_us == 20_000 for piece in pieces)
    assert max(map(len, beside[3:-3])) <= 4


def test_sound_that_comes_late_goes_with_the_next_picture_at_its_own_time() -> None:
    film = list(units(20, gop=10))
    placing = Placing(MINUTE, 90_000)
    first = film[0].media_time
    placing.add(film[0])
    assert placing.add(film[1]) is not None
    assert placing.add(film[2]) is not None
    late = placing.add(film[3], [tone(first + 900), tone(first + 7_200)])
    assert late is not None
    assert [piece.time for piece in late.sounds] == [90_900, 97_200]


def test_sound_of_another_clock_and_from_before_is_left_out_and_holds_nothing_up() -> None:
    film = list(units(20, gop=10))
    first = film[0].media_time
    placing = Placing(MINUTE, 90_000)
    placing.add(film[0], [tone(first - 3_600)])
    picture = placing.add(film[1], [tone(first + 10**9), tone(first - 10**6), tone(first)])
    assert picture is not None
    assert [piece.time for piece in picture.sounds] == [90_000]
    flood = [tone(first + 1_000_000 // 4 + number) for number in range(5_000)]
    assert placing.add(film[2], flood) is not None
    assert len(placing._sounds) == MOST_SOUNDS


def test_sound_runs_on_where_it_stood_still() -> None:
    film = list(units(30, gop=10))
    placing = Placing(MINUTE, 90_000)
    placed(placing, film[:20])
    placing.rejoin()
    apart = 10**8
    later = [replace(unit, media_time=unit.media_time + apart) for unit in film[20:]]
    placing.add(later[0])
    picture = placing.add(later[1], [tone(later[0].media_time + 900)])
    assert picture is not None
    assert [piece.time for piece in picture.sounds] == [picture.unit.media_time + 900]
    assert picture.sounds[0].from_us == picture.unit.wall_us + 10_000
