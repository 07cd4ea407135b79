"""What is on the screen: frame numbers read from the strip of the simulated cameras (video/simcam/README.md)."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.patience import PATIENCE

READ = """
(index) => {
  const video = document.querySelectorAll("custodes-player")[index]?.video;
  if (!video || !video.videoWidth) return null;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth; canvas.height = Math.ceil(video.videoHeight / 18);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0);
  const bright = [];
  for (let i = 0; i < 32; i++) {
    const x = Math.round(((2 * i + 1) * video.videoWidth) / 64) - 2, y = Math.round(video.videoHeight / 36) - 2;
    const data = context.getImageData(x, y, 4, 4).data;
    let sum = 0;
    for (let k = 0; k < data.length; k += 4) sum += data[k];
    bright.push(sum / 16);
  }
  const threshold = (bright[0] + bright[1] + bright[30] + bright[31]) / 4;
  const bits = bright.map((value) => (value > threshold ? 1 : 0));
  if (bits[0] !== 1 || bits[1] !== 0 || bits[30] !== 0 || bits[31] !== 1) return null;
  return bits.slice(10, 26).reduce((value, bit) => value * 2 + bit, 0);
}
"""

POSITION = "() => document.querySelector('custodes-player').positionUs"


def frame_number(page: Page, player: int = 0) -> int | None:
    """Number of the frame that player `player` of the page shows, None while nothing readable is there."""
    number = page.evaluate(READ, player)
    return None if number is None else int(number)


def until(page: Page, condition: Callable[[], bool], what: str, every: float = 0, patience: float = PATIENCE) -> None:
    """Let the page run until `condition` holds.

    Args:
        every: seconds between two looks, where the server would tell who asks at every frame to wait.
        patience: seconds; longer for what takes minutes by itself, shorter only where it is then tried again.

    Raises:
        AssertionError: it did not.
    """
    deadline = time.monotonic() + patience
    while not (seen := condition()):
        assert time.monotonic() < deadline, (
            f"waited {patience:g} s in vain for {what}; last seen: {seen!r} at {page.url}"
        )
        if every:
            page.wait_for_timeout(every * 1000)
        else:
            page.evaluate("() => new Promise(requestAnimationFrame)")


def plays_on(page: Page, seconds: float) -> None:
    """Wait until the picture of the page's player is `seconds` further than now, by the camera's time."""
    here = page.evaluate(POSITION)
    what = f"the picture goes on for {seconds} s"
    until(page, lambda: (page.evaluate(POSITION) or 0) >= (here or 0) + seconds * 1_000_000, what)


def moves(page: Page, player: int) -> bool:
    """Whether the picture of this player changes within the next frames."""
    first = frame_number(page, player)
    if first is None:
        return False
    until(page, lambda: frame_number(page, player) not in (None, first), f"picture {player} moves")
    return True
