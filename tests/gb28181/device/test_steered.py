"""A camera that turns shows it from the next key frame on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custodes.gb28181.device.looped_film import LoopedFilm, Steered, side_of
from custodes.gb28181.device.ptz import View
from custodes.gb28181.media.frame import Coding
from tests.gb28181.media.films import mixed, tone

FILM = mixed(Coding.H264)
LEFT = [replace(frame, data=b"left") if frame.coding.video else frame for frame in FILM]


def test_the_film_changes_at_a_key_frame_and_nowhere_else() -> None:
    side = ""
    reel = Steered(LoopedFilm(FILM), {"left": LoopedFilm(LEFT)}, lambda: side)
    shown = []
    for number in range(len(FILM) * 2):
        side = "left" if 3 <= number < len(FILM) else ""
        place, frame = reel.at(number)
        assert (place, frame) == reel.at(number)
        if frame.coding.video:
            shown.append((frame.key, frame.data == b"left"))
    turns = [at for at in range(1, len(shown)) if shown[at][1] is not shown[at - 1][1]]
    assert len(turns) == 2
    assert all(shown[at][0] for at in turns)


def test_a_side_without_a_film_is_shown_straight_ahead() -> None:
    reel = Steered(LoopedFilm(FILM), {}, lambda: "left")
    assert [reel.at(number)[1] for number in range(len(FILM))] == FILM


@pytest.mark.parametrize(
    ("view", "side"),
    [
        (View(), ""), (View(pan=29), ""), (View(pan=31), "right"), (View(pan=180), "right"),
        (View(pan=200), "left"), (View(pan=331), ""), (View(pan=90, zoom=5), "near"),
    ],
)  # fmt: skip
def test_pan_and_zoom_say_which_side(view: View, side: str) -> None:
    assert side_of(view) == side


def test_sound_alone_is_no_film() -> None:
    with pytest.raises(ValueError, match="key frame"):
        LoopedFilm(tone(3))
