"""The editor's pictures: each step lands on exactly the next one, whatever the film's times and the order of its coding."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.frontend.conftest import until
from tests.frontend.mask_film import MadeFilm, make_film
from tests.frontend.masks_stand import MasksStand, box, served, track

MASKS = "document.querySelector('custodes-masks')"
FILM = f"{MASKS}.desk.film"
SHOWN = """() => {
  const video = document.querySelector('.masks__video');
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0);
  let number = 0;
  for (let bit = 0; bit < 8; bit += 1)
    if (context.getImageData(bit * 32 + 16, 16, 1, 1).data[0] > 125) number |= 1 << bit;
  return number;
}"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> MadeFilm:
    return make_film(tmp_path_factory.mktemp("film"))


@pytest.fixture
def stand(film: MadeFilm) -> Iterator[MasksStand]:
    last = film.times[-1]
    with served(MasksStand(film, [track(1, [box(0, 100, 100, 140, 160), box(last, 400, 100, 440, 160)])], [0])) as one:
        yield one


def open_editor(page: Page, stand: MasksStand, query: str = "") -> None:
    page.goto(stand.url + "/" + query)
    until(page, f"{MASKS}?.desk && document.querySelector('.masks__video').readyState >= 2")
    settled(page, 0)


def settled(page: Page, index: int) -> None:
    until(page, f"!{FILM}.seeking && {FILM}.index === {index}")


def test_the_film_is_uneven_and_coded_out_of_order(film: MadeFilm) -> None:
    steps = {two - one for one, two in zip(film.times, film.times[1:], strict=False)}
    assert len(film.times) == 80
    assert max(steps) > 1.8 * min(steps)


def test_each_step_lands_on_exactly_the_next_picture_and_back(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    numbers = stand.film.numbers
    forward = page.get_by_role("button", name="下一帧")
    for index in range(1, len(numbers)):
        forward.click()
        settled(page, index)
        assert page.evaluate(SHOWN) == numbers[index], f"picture {index}"
    forward.click()
    settled(page, len(numbers) - 1)
    for index in range(len(numbers) - 2, len(numbers) - 30, -1):
        page.get_by_role("button", name="上一帧").click()
        settled(page, index)
        assert page.evaluate(SHOWN) == numbers[index], f"picture {index}"


def test_steps_pressed_faster_than_pictures_come_are_all_counted(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    page.locator(".masks__stage").focus()
    for _ in range(25):
        page.keyboard.press(".")
    for _ in range(4):
        page.keyboard.press(",")
    settled(page, 21)
    assert page.evaluate(SHOWN) == stand.film.numbers[21]


def test_a_paused_picture_is_the_one_that_is_named(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    for _ in range(3):
        page.get_by_role("button", name="播放", exact=True).click()
        page.wait_for_timeout(300)
        page.get_by_role("button", name="暂停", exact=True).click()
        until(page, f"!{FILM}.playing")
        # The report of the last picture may come a little after the pause.
        until(page, f"{list(stand.film.numbers)}[{FILM}.index] === ({SHOWN})()")


def test_while_it_plays_each_reported_picture_is_named_rightly(page: Page, stand: MasksStand) -> None:
    """What the report names is read from the picture in the same callback.

    A busy browser may have gone on to a later picture between its report and our look (the standard promises no more);
    then it is one that the next report names.  A name that were wrong by rule would agree with no picture at all.
    """
    open_editor(page, stand)
    page.evaluate(f"""() => {{
      const video = document.querySelector('.masks__video');
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [320, 240];
      const context = canvas.getContext('2d', {{ willReadFrequently: true }});
      window.seen = [];
      const look = () => {{
        context.drawImage(video, 0, 0);
        let number = 0;
        for (let bit = 0; bit < 8; bit += 1)
          if (context.getImageData(bit * 32 + 16, 16, 1, 1).data[0] > 125) number |= 1 << bit;
        window.seen.push([{FILM}.index, number]);
      }};
      {FILM}.addEventListener('picture', look);
      {FILM}.play();
    }}""")
    until(page, f"{FILM}.video.ended")
    reports = page.evaluate("() => window.seen")
    named = [stand.film.numbers[index] for index, _ in reports]
    seen = [number for _, number in reports]
    assert len(set(named)) > 30
    wrong = [
        (name, number)
        for name, number, later in zip(named, seen, [*named[1:], stand.film.numbers[-1]], strict=True)
        if not name <= number <= later
    ]
    assert not wrong
    assert sum(name == number for name, number in zip(named, seen, strict=True)) > 0.75 * len(named)


def test_a_film_whose_clock_begins_before_its_first_picture_is_stepped_as_exactly(
    page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    film = make_film(tmp_path_factory.mktemp("late"), pictures=40, edit_list=False)
    with served(MasksStand(film, [track(1, [box(0, 1, 1, 9, 9)])], [0])) as stand:
        open_editor(page, stand)
        until(page, f"{FILM}.times.offset > 0.03")  # known with the first picture that is reported
        for index in range(1, len(film.numbers)):
            page.evaluate(f"() => {FILM}.step(1)")
            settled(page, index)
            assert page.evaluate(SHOWN) == film.numbers[index], f"picture {index}"


def test_a_film_that_comes_in_small_pieces_plays_and_steps(page: Page, stand: MasksStand) -> None:
    stand.piece = 16_384
    open_editor(page, stand)
    for index in (40, 3, 4, 79, 5):
        page.evaluate(f"() => {FILM}.go({index})")
        settled(page, index)
        assert page.evaluate(SHOWN) == stand.film.numbers[index]
    page.evaluate(f"() => {FILM}.go(0)")
    settled(page, 0)
    page.evaluate(f"() => {FILM}.play()")
    until(page, f"{FILM}.video.ended")
    assert stand.pieces >= stand.film.path.stat().st_size // stand.piece


@pytest.mark.parametrize("edit_list", [True, False])
def test_a_browser_without_reports_of_pictures_steps_as_exactly(
    page: Page, tmp_path_factory: pytest.TempPathFactory, edit_list: bool
) -> None:
    film = make_film(tmp_path_factory.mktemp("plain"), edit_list=edit_list)
    page.add_init_script("delete HTMLVideoElement.prototype.requestVideoFrameCallback")
    with served(MasksStand(film, [track(1, [box(0, 1, 1, 9, 9)])], [0])) as stand:
        open_editor(page, stand)
        # Such a film's length leaves its beginning out, and no browser seeks behind it.
        for index in (1, 2, 3, 40, 41, 42, 79 if edit_list else 76):
            page.evaluate(f"() => {FILM}.go({index})")
            settled(page, index)
            until(page, f"({SHOWN})() === {film.numbers[index]}")


def test_the_mask_is_drawn_where_the_picture_has_it(page: Page, stand: MasksStand) -> None:
    """Half way the mask's middle is half way: read from the canvas that lies over the picture, filled as in the copy."""
    open_editor(page, stand)
    page.get_by_label("按公开后的样子看").check()
    index = len(stand.film.times) // 2
    page.evaluate(f"() => {FILM}.go({index})")
    settled(page, index)
    share = stand.film.times[index] / stand.film.times[-1]
    middle = page.evaluate("""() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
      const canvas = document.querySelector('.masks__over');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let [left, right, top, bottom] = [canvas.width, 0, canvas.height, 0];
      for (let y = 0; y < canvas.height; y += 1)
        for (let x = 0; x < canvas.width; x += 1)
          if (data[4 * (y * canvas.width + x) + 3] > 200) {
            left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y);
          }
      const scale = canvas.width / 640;
      done([left, top, right + 1, bottom + 1].map(value => value / scale));
    })))""")
    x = 120 + 300 * share
    assert middle == pytest.approx([x - 26, 130 - 39, x + 26, 130 + 39], abs=1.5)
