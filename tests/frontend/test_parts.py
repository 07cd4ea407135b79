"""The parts page: drawn by Django, looked at in a real browser in every mood, colour, width and language."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.http import Http404
from django.test import RequestFactory
from django.utils import translation
from django_vite.core.asset_loader import DjangoViteAssetLoader
from playwright.sync_api import Browser, Page, Route

from custodes.people.permissions import Permission
from custodes.settings import Settings
from custodes.web.parts import parts
from tests.frontend.conftest import BUILT, patient, until

ORIGIN = "http://custodes.test"
SHOTS = os.environ.get("CUSTODES_TEST_SHOTS")


class Officer:
    """Somebody who may enter every room; no database is asked."""

    is_authenticated = True
    person = SimpleNamespace(name="德吉", unit=SimpleNamespace(name="城关区视频中心"))

    def has_perm(self, permission: str) -> bool:
        return True

    def get_all_permissions(self) -> set[str]:
        return set(Permission)


@pytest.fixture
def parts_html(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """The page as a training installation sends it, with the built assets."""
    settings.DJANGO_VITE = {"default": {**settings.DJANGO_VITE["default"], "dev_mode": False}}
    monkeypatch.setattr(DjangoViteAssetLoader, "_instance", None)
    training = Settings(training=True)
    monkeypatch.setattr("custodes.web.parts.get_settings", lambda: training)
    monkeypatch.setattr("custodes.web.navigation.get_settings", lambda: training)
    monkeypatch.setattr("custodes.web.navigation._of_police", lambda user: True)

    def render(mood: str = "office", language: str = "zh-hans") -> str:
        request = RequestFactory().get("/parts/", {"mood": mood})
        request.user = Officer()  # type: ignore[assignment]
        with translation.override(language):
            return parts(request).content.decode()

    yield render
    DjangoViteAssetLoader._instance = None


def show(browser: Browser, html: str, width: int, scheme: str) -> Page:
    context = patient(browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme))  # type: ignore[arg-type]
    page = context.new_page()

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path.startswith("/static/built/"):
            route.fulfill(path=BUILT / Path(path).name)
        else:
            policy = "default-src 'self'; script-src 'self'; style-src 'self'"
            route.fulfill(
                body=html, content_type="text/html; charset=utf-8", headers={"content-security-policy": policy}
            )

    page.route("**/*", serve)
    page.goto(ORIGIN + "/parts/")
    until(page, "document.querySelector('[data-theme-button]:not([hidden])')")
    return page


@pytest.mark.parametrize(
    ("width", "mood", "scheme", "language"),
    [
        (1280, "office", "light", "zh-hans"),
        (1280, "office", "dark", "en"),
        (1280, "control", "dark", "zh-hans"),
        (390, "office", "light", "en"),
        (390, "office", "dark", "zh-hans"),
        (390, "control", "dark", "en"),
    ],
)
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, parts_html: Callable[..., str], width: int, mood: str, scheme: str, language: str
) -> None:
    page = show(browser, parts_html(mood, language), width, scheme)
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/parts-{mood}-{scheme}-{width}-{language}.png", full_page=True)
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_targets_are_44_pixels_high_on_a_phone(browser: Browser, parts_html: Callable[..., str]) -> None:
    page = show(browser, parts_html(), 390, "light")
    small = page.evaluate(
        """() => {
          // The room around a small chip is its own, and a finger hits it.
          const around = (each) => {
            const style = getComputedStyle(each, '::after');
            return style.content !== 'none' && style.position === 'absolute' ? parseFloat(style.height) : 0;
          };
          return [...document.querySelectorAll('button, .button, input:not([type=checkbox], [type=radio], [type=hidden]), select, summary.menu__open')]
            .filter(each => each.checkVisibility() && Math.max(each.getBoundingClientRect().height, around(each)) < 44)
            .map(each => each.outerHTML.slice(0, 80));
        }"""
    )
    assert small == []
    page.context.close()


@pytest.mark.parametrize(("mood", "language"), [("office", "zh-hans"), ("office", "en"), ("control", "zh-hans")])
def test_the_header_is_one_row_on_a_phone(
    browser: Browser, parts_html: Callable[..., str], mood: str, language: str
) -> None:
    page = show(browser, parts_html(mood, language), 390, "light")
    middles = page.evaluate(
        """() => [...document.querySelectorAll('.header :is(a, button, summary)')].filter((each) => each.checkVisibility())
          .map((each) => each.getBoundingClientRect()).map((box) => Math.round(box.top + box.height / 2))"""
    )
    assert len(middles) > 3
    assert max(middles) - min(middles) <= 1
    page.evaluate("() => scrollTo(0, 0)")
    before = page.locator("main").bounding_box()
    page.locator("summary.menu__open").click()
    assert page.locator(".menu .nav__link").first.is_visible()
    assert page.locator("main").bounding_box() == before
    page.context.close()


def test_on_a_wide_screen_header_page_and_footer_begin_at_one_line(
    browser: Browser, parts_html: Callable[..., str]
) -> None:
    page = show(browser, parts_html(), 1920, "light")
    lefts = page.evaluate(
        """() => ['.header__mark', 'h1', '.footer p'].map((each) => document.querySelector(each))
          .map((each) => Math.round(each.getBoundingClientRect().left))"""
    )
    assert len(set(lefts)) == 1
    page.context.close()


PAPER = """() => {
  const seen = (selector) => [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility()).length;
  const behind = (selector) => getComputedStyle(document.querySelector(selector)).backgroundColor;
  const box = document.querySelector('.table-scroll');
  const table = box.querySelector('table').getBoundingClientRect();
  return {
    headings: seen('h1') + seen('h2'),
    navigation: seen('nav a') + seen('.menu') + seen('.skip') + seen('button, .button') + seen('.footer'),
    whose: document.querySelector('.header').innerText,
    grounds: ['html', 'body', '.header', '.main', '.table-scroll'].map(behind),
    text: getComputedStyle(document.querySelector('h1')).color,
    rows: [...box.querySelectorAll('tr')].every((row) => row.checkVisibility()),
    cut: table.height > box.clientHeight + 1 || table.width > box.clientWidth + 1,
    across: document.documentElement.scrollWidth - innerWidth,
    mark: seen('.training') && getComputedStyle(document.querySelector('.training')).printColorAdjust,
  };
}"""


@pytest.mark.parametrize("mood", ["office", "control"])
def test_paper_shows_the_whole_page_in_the_light_without_ways_to_elsewhere(
    browser: Browser, parts_html: Callable[..., str], mood: str
) -> None:
    # An A4 sheet without its margins is 688 px wide.
    page = show(browser, parts_html(mood), 688, "dark")
    headings = page.locator("h1, h2").filter(visible=True).count()
    page.emulate_media(media="print", color_scheme="dark")
    paper = page.evaluate(PAPER)
    assert paper["headings"] == headings
    assert paper["navigation"] == 0
    assert "德吉" in paper["whose"]
    assert Settings(training=True).installation_name in paper["whose"]
    light = {"rgba(0, 0, 0, 0)", "rgb(255, 255, 255)", "oklch(1 0 0)", "oklch(0.985 0.004 90)"}
    assert set(paper["grounds"]) <= light
    assert "0.24" in paper["text"]
    assert paper["rows"]
    assert not paper["cut"]
    assert paper["across"] <= 0
    assert paper["mark"] == "exact"
    page.context.close()


def test_each_printed_sheet_of_a_training_installation_says_so(
    browser: Browser, parts_html: Callable[..., str]
) -> None:
    page = show(browser, parts_html(), 1280, "light")
    page.emulate_media(media="print")
    assert page.evaluate("() => getComputedStyle(document.body).page") == "training"
    page.context.close()


def test_a_pinned_theme_is_there_before_the_first_paint(browser: Browser, parts_html: Callable[..., str]) -> None:
    page = show(browser, parts_html(), 1280, "light")
    button = page.locator("[data-theme-button]")
    before = page.evaluate("() => getComputedStyle(document.body.parentElement).backgroundColor")
    button.click()
    button.click()
    assert page.evaluate("() => document.documentElement.dataset.theme") == "dark"
    page.reload(wait_until="commit")
    until(page, "document.body")
    assert page.evaluate("() => document.documentElement.dataset.theme") == "dark"
    after = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
    assert after != before
    page.context.close()


def test_a_page_weighs_less_than_100_kb_compressed() -> None:
    import gzip

    manifest = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    for entry in ("src/player.ts", "src/wall.ts", "src/masks.ts"):
        files: set[str] = set()

        def collect(name: str, files: set[str] = files) -> None:
            chunk = manifest[name]
            files.update([chunk["file"], *chunk.get("css", [])])
            for imported in chunk.get("imports", []):
                collect(imported)

        for name in ("src/theme.ts", "src/main.ts", entry):
            collect(name)
        assert sum(len(gzip.compress((BUILT / file).read_bytes())) for file in files) < 100_000


def test_the_page_does_not_exist_outside_training() -> None:
    with pytest.raises(Http404):
        parts(RequestFactory().get("/parts/"))
