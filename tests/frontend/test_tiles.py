"""A wall's tile says what is the matter and what to do, however small it is; the watermark can be read on any picture."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.frontend.conftest import Stand, until

WORDS = Path(__file__).parents[2] / "frontend/src/i18n"
REMEDIES = (
    "stands.do",
    "stands.do.off",
    "codec.remedy",
    "service.remedy",
    "stop.do.replaced",
    "lost.remedy",
    "mse.remedy",
)

#: A tile as `player/stage.ts` builds it, with two reasons and a button: the most that one can hold.
TILE = """([width, title, texts, remedy, button]) => {
  document.querySelector('main').innerHTML = `<div class="wall__tile"><custodes-frame class="player" compact>
    <div class="player__stage"><div class="player__top"><span class="player__name">北京中路人行天桥</span></div>
    <div class="panel" data-tone="attention"><svg class="icon"></svg><p class="panel__title"></p></div></div></custodes-frame></div>`;
  const tile = document.querySelector('.wall__tile');
  tile.style.inlineSize = `${width}px`;
  tile.querySelector('.panel__title').textContent = title;
  for (const text of texts) {
    const line = document.createElement('div');
    line.className = 'panel__line';
    line.append(Object.assign(document.createElement('p'), {textContent: text}));
    line.append(Object.assign(document.createElement('p'), {textContent: remedy, className: 'panel__remedy'}));
    tile.querySelector('.panel').append(line);
  }
  const row = Object.assign(document.createElement('div'), {className: 'button-row'});
  row.append(Object.assign(document.createElement('button'), {className: 'button button--secondary', textContent: button}));
  tile.querySelector('.panel').append(row);
}"""
CUT = """() => {
  const panel = document.querySelector('.panel'), tile = panel.getBoundingClientRect(), wrong = [];
  const top = document.querySelector('.player__name').getBoundingClientRect();
  for (const each of panel.querySelectorAll('.panel__title, .panel__remedy, .button')) {
    const box = each.getBoundingClientRect();
    if (!box.height) continue;
    if (box.bottom > tile.bottom + 0.5 || box.left < tile.left - 0.5 || box.right > tile.right + 0.5) wrong.push(`${each.className} outside`);
    if (box.top < top.bottom - 0.5) wrong.push(`${each.className} under the name`);
    if (each.scrollHeight > each.clientHeight + 1 && each.className !== 'button button--secondary') wrong.push(`${each.className} cut`);
  }
  if (![...panel.querySelectorAll('.panel__remedy')].some((each) => each.getBoundingClientRect().height)) wrong.push('no remedy');
  return wrong;
}"""


def said(language: str, key: str) -> str:
    """A sentence of the player, as its catalogue has it."""
    text = (WORDS / f"{language}.ts").read_text(encoding="utf-8")
    found = re.search(rf'"{re.escape(key)}":\s*("(?:[^"\\]|\\.)*")', text)
    assert found, key
    return str(json.loads(found[1]))


#: 1, 4, 9 and 16 pictures in a window of 1280 by 800 px, and on a phone of 390 px.
@pytest.mark.parametrize("width", [1180, 622, 430, 312, 358])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_remedy_of_a_tile_is_cut(page: Page, stand: Stand, width: int, language: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{stand.url}/wall?lang={language}")
    until(page, "document.querySelector('custodes-player')")
    for key in REMEDIES:
        text = said(language, "refused.plain")
        page.evaluate(TILE, [width, said(language, "service.title"), [text, text], said(language, key), "再次申请"])
        assert page.evaluate(CUT) == [], f"{key} at {width}"


@pytest.mark.parametrize("footage", ["#ffffff", "#000000", "#808080", "#87ceeb"])
def test_the_watermark_stands_out_from_bright_and_dark_footage(page: Page, stand: Stand, footage: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(stand.url)
    until(page, "document.querySelector('.watermark__tile')?.textContent")
    page.evaluate(
        """(footage) => {
          const stage = document.querySelector('.player__stage');
          const mark = document.querySelector('.watermark').cloneNode(true);
          mark.hidden = false;
          stage.replaceChildren(mark);
          stage.style.background = footage;
        }""",
        footage,
    )
    shot = page.locator(".player__stage").screenshot()
    picture = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(float) / 255
    linear = np.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    low, high = np.percentile(luminance, [0.2, 99.8])
    contrast = (high + 0.05) / (low + 0.05)
    # WCAG's own measure. Faint on purpose: well below what text to be read needs (4.5), well above what an eye overlooks.
    assert contrast >= 1.6, f"{contrast:.2f} on {footage}"
    strokes = np.abs(luminance - np.median(luminance)) > 0.02
    assert 0.01 < strokes.mean() < 0.35, f"{strokes.mean():.3f} of the picture: neither nothing nor a curtain"
