"""Finds become tracks: misses, low scores, edges, and two who cross."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from custodes.video.mask.detector import Detection, suppress
from custodes.video.mask.linking import Linker, Linking
from custodes.video.mask.shapes import MaskBox, bounds
from custodes.video.mask.tracks import MaskedKind, Sighting, Track
from tests.video.mask.films import shown

STEP = 3600


def box(number: int) -> MaskBox:
    """Where the square of `films.picture` is."""
    return MaskBox(8 + 4 * number, 30, 32 + 4 * number, 54)


def linked(finds: Mapping[int, list[Detection]], count: int = 30, linking: Linking | None = None) -> list[Track]:
    linker = Linker(MaskedKind.FACE, linking or Linking())
    for number in range(count):
        linker.add(shown(number), finds.get(number, []))
    return linker.tracks()


def hides(track: Track, number: int, share: float = 0.9) -> bool:
    mask = track.mask_at(number * STEP)
    return mask is not None and bounds(mask).shared(box(number)) >= share * box(number).area


def test_what_is_found_in_every_picture_is_one_track() -> None:
    (track,) = linked({number: [Detection(box(number), 0.8)] for number in range(30)})
    assert track.surest == 0.8
    assert all(hides(track, number) for number in range(30))


@pytest.mark.parametrize("missed", [range(10, 11), range(8, 12), range(6, 16)])
def test_missed_pictures_are_followed_or_filled(missed: range) -> None:
    (track,) = linked({number: [Detection(box(number), 0.8)] for number in range(25) if number not in missed})
    assert [number for number in range(25) if not hides(track, number)] == []
    assert Sighting.FOLLOWED in {one.sighting for one in track.frames}


def test_what_is_missed_for_longer_than_is_bridged_becomes_two_tracks() -> None:
    finds = {number: [Detection(box(0), 0.8)] for number in (*range(3), *range(60, 63))}
    assert len(linked(finds, 64, Linking(follow=0))) == 2


def test_low_scores_go_on_a_track_and_begin_one_that_is_confirmed_later() -> None:
    scores = dict.fromkeys(range(20), 0.2) | {12: 0.5}
    (track,) = linked({number: [Detection(box(number), score)] for number, score in scores.items()})
    found = [one.time // STEP for one in track.frames if one.sighting is Sighting.FOUND]
    assert found == list(range(20))


def test_low_scores_alone_are_no_track() -> None:
    assert linked({number: [Detection(box(number), 0.3)] for number in range(20)}) == []


def test_one_sure_find_is_enough_and_is_followed_both_ways_and_drawn_out() -> None:
    (track,) = linked({15: [Detection(box(15), 0.6)]}, 30)
    hidden = [number for number in range(30) if hides(track, number)]
    assert set(range(4, 27)) <= set(hidden)
    assert {one.sighting for one in track.frames} == {Sighting.FOUND, Sighting.FOLLOWED, Sighting.FILLED}


def test_a_track_begins_and_ends_half_a_second_beyond_what_was_seen_and_never_outside_of_the_film() -> None:
    finds = {number: [Detection(box(number), 0.8)] for number in range(18, 20)}
    (track,) = linked(finds, 60, Linking(follow=0))
    assert track.begins == 18 * STEP - 45_000
    assert track.ends == 19 * STEP + 45_000
    (early,) = linked({0: [Detection(box(0), 0.8)]}, 2, Linking(follow=0))
    assert (early.begins, early.ends) == (0, STEP)


def test_a_track_drawn_out_goes_on_as_it_went() -> None:
    finds = {number: [Detection(box(number), 0.8)] for number in range(5, 15)}
    (track,) = linked(finds, 30, Linking(follow=0))
    assert hides(track, 18)
    assert hides(track, 2)


def test_two_who_cross_are_hidden_throughout() -> None:
    def other(number: int) -> MaskBox:
        return MaskBox(130 - 4 * number, 60, 150 - 4 * number, 84)

    finds = {number: [Detection(box(number), 0.8), Detection(other(number), 0.7)] for number in range(25)}
    tracks = linked(finds, 25, Linking(follow=0))
    assert len(tracks) == 2
    for number in range(25):
        masks = [mask for one in tracks if (mask := one.mask_at(number * STEP)) is not None]
        assert any(bounds(mask).shared(other(number)) >= 0.95 * other(number).area for mask in masks)
        assert any(bounds(mask).shared(box(number)) >= 0.95 * box(number).area for mask in masks)


def test_a_small_find_among_large_ones_does_not_shrink_the_mask() -> None:
    finds = {number: [Detection(box(number), 0.8)] for number in range(20)}
    finds[10] = [Detection(box(10).grown(0.6), 0.2)]
    (track,) = linked(finds, 20)
    assert hides(track, 10, 0.99)


def test_tracks_are_numbered_by_their_beginnings_from_the_number_that_is_given() -> None:
    linker = Linker(MaskedKind.FACE, Linking())
    late = MaskBox(100, 60, 120, 90)
    for number in range(30):
        finds = [Detection(box(number), 0.8)] + ([Detection(late, 0.9)] if number > 20 else [])
        linker.add(shown(number), finds)
    assert [one.number for one in linker.tracks(5)] == [5, 6]


def test_many_finds_of_one_thing_are_one() -> None:
    sure = Detection(MaskBox(10, 10, 50, 60), 0.9)
    others = [
        Detection(MaskBox(12, 11, 52, 62), 0.5),
        Detection(MaskBox(20, 20, 40, 45), 0.4),
        Detection(MaskBox(80, 10, 99, 30), 0.3),
    ]
    assert suppress([others[0], sure, *others[1:]]) == [sure, others[2]]


def test_a_picture_full_of_noise_ends() -> None:
    noise = [Detection(MaskBox(x, y, x + 3, y + 3), 0.9) for x in range(0, 160, 4) for y in range(0, 96, 4)]
    assert len(linked(dict.fromkeys(range(3), noise), 3)) == 500
