"""Every page, for the posts that use it, on a desk and on a phone, light and dark: accessible, quiet, and no wider than the
window; and light on the wire.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Page

from tests.e2e.conftest import System
from tests.e2e.people import begin_duty, open_camera, sign_in
from tests.e2e.picture import until
from tests.frontend.conftest import patient
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e

Scheme = Literal["light", "dark"]
CONTROL: tuple[Scheme, ...] = ("dark", "light")
"""The control room is dark whatever the system says, and light only where somebody pins it."""

WEIGHT_LIMIT = 100_000
"""Bytes on the wire of a page with its styles and scripts, without pictures (ui.md, "Every page")."""

MAP, MAP_WEIGHT_LIMIT = "/cameras/map/", 400_000
"""The page that may load a map's library with its worker (the same list)."""

STARTS = ("/", "/me/", "/accounts/2fa/", "/parts/", "/no-such-page/")
ELSEWHERE = re.compile(
    r"^/(static|api|language|print)/|/logout/|/(note|proof)$|/paper/$|/papers/[a-z]+/$|/consent/$|/dossier/[0-9a-f-]{36}/$|/(pictures|papers)/[0-9a-f-]{36}/(small/)?$|/signed/$|\.(xlsx|csv|json|txt|pdf)(\?|$)"
)
#: An address's kind: one page of each kind is looked at.
PARTICULAR = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d|(?<=/)\d+(?=/)|(?<=/law/)[A-Z][^/]+|(?<=/looking/)\w+"
)
#: Posts whose pages together are all the pages.
POSTS = ("zhiban", "guanli", "jiancha", "anquan", "shenji")

#: So many kinds of pages at least are looked at as each: the first comes to what all share, the others to their own.
LEAST = {"zhiban": 25, "guanli": 5, "jiancha": 5, "anquan": 3, "shenji": 1}

DESK, PHONE = 1280, 390
OPENED_MS = PATIENCE * 1000
"""For a page on a busy machine: the first of the law's pages reads what serves each clause. How long it takes is no figure."""
HEADER_OVERLAPS = """() => {
  const [mark, end] = ['.header__mark', '.header__end'].map((one) => document.querySelector(one)?.getBoundingClientRect());
  return Boolean(mark && end && mark.bottom > end.top && mark.top < end.bottom && mark.right > end.left - 4);
}"""
COLOURS = ["color-contrast", "link-in-text-block"]
"""What takes axe nine tenths of its time: it looks behind each text."""

AXE: dict[str, object] = {"reporter": "no-passes"}
AXE_COLOURS: dict[str, object] = {**AXE, "runOnly": {"type": "rule", "values": COLOURS}}
AXE_STRUCTURE: dict[str, object] = {**AXE, "rules": {name: {"enabled": False} for name in COLOURS}}
# One text of each look: of the same elements one in another, in the same colours, each has the contrast of the first. What is lifted
# out of the flow may lie over anything, and each of it is looked at.
LOOKS = """() => {
  const told = new Map();
  const around = (one) => {
    if (!one) return '';
    if (!told.has(one)) {
      const style = getComputedStyle(one);
      const own = [one.localName, one.getAttribute('class'), style.backgroundColor, style.backgroundImage, style.opacity, style.position];
      told.set(one, around(one.parentElement) + own.join('|') + '>');
    }
    return told.get(one);
  };
  const looks = new Map();
  for (const one of document.body.querySelectorAll('*')) {
    const says = one.matches('input, select, textarea')
      || [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    // What axe is told to leave out it would look at when it is named, as these are.
    if (!says || !one.checkVisibility() || one.closest('.watermark')) continue;
    const style = getComputedStyle(one);
    const inside = around(one);
    const lifted = /[|](absolute|fixed)>/.test(inside) ? looks.size : '';
    const look = [inside, lifted, style.color, style.fontSize, style.fontWeight, style.textShadow, one.disabled].join('|');
    if (!looks.has(look)) looks.set(look, one);
  }
  return [...looks.values()];
}"""
FACTS = """() => ({
  headings: [...document.querySelectorAll('h1')].filter((each) => each.offsetParent).map((each) => each.textContent.trim()),
  title: document.title,
  links: [...document.querySelectorAll('a[href]')].map((each) => each.getAttribute('href')),
})"""
PIN = """(scheme) => {
  const root = document.documentElement;
  if (root.dataset.mood === 'control') root.dataset.theme = scheme;
}"""
SHAPES = """() => [...document.querySelectorAll('.wall__tile')].map((tile) => tile.clientWidth / tile.clientHeight)"""


@dataclass
class Weight:
    """Bytes that came over the wire for one page, without pictures and video."""

    bytes: int = 0
    _pictures: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """A new page: count from nothing."""
        self.bytes = 0
        self._pictures.clear()

    def watch(self, session: CDPSession) -> None:
        """Count what this tab loads, with nothing from the browser's cache."""
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.responseReceived", self._response)
        session.on("Network.loadingFinished", self._finished)

    def _response(self, event: dict[str, object]) -> None:
        if event["type"] in ("Image", "Media", "Font"):
            self._pictures.add(str(event["requestId"]))

    def _finished(self, event: dict[str, object]) -> None:
        if event["requestId"] not in self._pictures:
            self.bytes += int(str(event["encodedDataLength"]).split(".")[0])


class Visitor:
    """Opens pages and collects what is wrong with them."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        # A colour on its way to another would be measured halfway.
        self.page.emulate_media(reduced_motion="reduce")
        self.wrong: list[str] = []
        self.weight = Weight()
        self._said: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._said.append(str(error)))
        self.weight.watch(context.new_cdp_session(self.page))

    def _heard(self, message: ConsoleMessage) -> None:
        # The browser's own line about a page's status is no fault of a script; the status is checked apart.
        about_status = message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url
        # Without a graphics card the browser remarks that reading WebGL back is slow; that is the machine's and no page's fault.
        about_machine = "GL Driver Message (OpenGL, Performance" in message.text
        if message.type in ("error", "warning") and not about_status and not about_machine:
            self._said.append(message.text)

    def open(self, path: str) -> list[str]:
        """Go there and check; the links of the page."""
        self._said.clear()
        self.weight.begin()
        response = self.page.goto(path, timeout=OPENED_MS)
        assert response is not None
        wanted = 404 if path == "/no-such-page/" else 200
        if response.status != wanted:
            self.wrong.append(f"{path}: status {response.status}")
        return self.check(path)

    def glance(self, path: str) -> None:
        """Go there and look at what words alone can change: the status, the width on a phone, and what axe finds there."""
        self._said.clear()
        response = self.page.goto(path, timeout=OPENED_MS)
        assert response is not None
        if response.status != 200:
            self.wrong.append(f"{path}: status {response.status}")
        self._width(path, PHONE)
        self._axe(f"{path}, {PHONE}", AXE)
        self.wrong += [f"{path}: {said}" for said in self._said]

    def _width(self, path: str, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 800})
        across = self.page.evaluate("() => document.documentElement.scrollWidth")
        if across > width:
            self.wrong.append(f"{path}: {across} px across at {width}")
        if self.page.evaluate(HEADER_OVERLAPS):
            self.wrong.append(f"{path}: the header's mark touches what stands beside it at {width}")

    def check(self, path: str, schemes: tuple[Scheme, ...] = ("light", "dark")) -> list[str]:
        """Check what is open now, under the name `path`, at both widths; the links of the page."""
        if self.weight.bytes > (MAP_WEIGHT_LIMIT if path.startswith(MAP) else WEIGHT_LIMIT):
            self.wrong.append(f"{path}: {self.weight.bytes} bytes")
        facts = self.page.evaluate(FACTS)
        if len(facts["headings"]) != 1 or not facts["headings"][0] or not facts["title"].split(" · ")[0].strip():
            self.wrong.append(f"{path}: headings {facts['headings']}, title {facts['title']!r}")
        for width in (PHONE, DESK):
            self._width(path, width)
            for scheme in schemes:
                self.page.emulate_media(color_scheme=scheme)
                self.page.evaluate(PIN, scheme)
                # What is where does not depend on the colours: once at each width; colours in each.
                if scheme == schemes[0]:
                    self._axe(f"{path}, {width} {scheme}", AXE_STRUCTURE)
                self._axe(f"{path}, {width} {scheme}", AXE_COLOURS, f"({LOOKS})()")
        self.wrong += [f"{path}: {said}" for said in self._said]
        return [link.split("#")[0] for link in facts["links"] if link.startswith("/") and not ELSEWHERE.search(link)]

    def _axe(self, name: str, options: dict[str, object], include: str = "[document]") -> None:
        # Brought into each page once; it is large, and a page is looked at several times.
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        # The watermark is faint on purpose and says what the page says elsewhere; tests/frontend/test_tiles.py looks at it.
        run = f"(options) => axe.run({{include: {include}, exclude: ['.watermark']}}, options)"
        result = AxeResults(self.page.evaluate(run, options))
        if result.violations_count:
            self.wrong.append(f"{name}: {result.generate_report()}")

    def walk(self, seen: set[str]) -> int:
        """Every kind of page that links lead to and isn't in `seen`; how many those were."""
        waiting, before = list(STARTS), len(seen)
        while waiting:
            path = waiting.pop()
            kind = PARTICULAR.sub("…", path.split("?")[0])
            if kind not in seen:
                seen.add(kind)
                waiting += self.open(path)
        return len(seen) - before


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """Kinds of pages that a post before this one has looked at: each is looked at once, by the first post that comes to it."""
    return set()


@pytest.mark.timeout(300, func_only=True)  # up to sixty kinds of pages for a post, each looked at several times
@pytest.mark.parametrize("post", POSTS)
def test_every_office_page_is_accessible_quiet_light_and_fits(
    context: BrowserContext, system: System, post: str, seen: set[str]
) -> None:
    visitor = Visitor(context)
    sign_in(visitor.page, system, post)
    seen.discard("/")  # everybody has their own
    opened = visitor.walk(seen)
    assert opened >= LEAST[post], sorted(seen)
    assert not visitor.wrong, "\n".join(visitor.wrong)


def test_the_page_for_signing_in_is_accessible_quiet_light_and_fits(context: BrowserContext, system: System) -> None:
    visitor = Visitor(context)
    visitor.open("/accounts/login/")
    assert not visitor.wrong, "\n".join(visitor.wrong)


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("odd", ["a cell", "what a label lies over"])
def test_a_text_that_cannot_be_read_at_one_width_and_in_one_scheme_is_found(
    browser: Browser, width: int, scheme: Scheme, odd: str
) -> None:
    """One of many texts has no contrast, at that width and in those colours alone."""
    at = "max-width: 600px" if width == PHONE else "min-width: 600px"
    kinds = ["odd" if number == 31 else "plain" for number in range(40)]
    if odd == "a cell":
        cells = "".join(f"<div class='{kind}'>{number}</div>" for number, kind in enumerate(kinds))
        rule = ".odd { color: #777; background: #888 }"
    else:
        cells = "".join(
            f"<div class='tile'><i class='{kind}'></i><b>{number}</b></div>" for number, kind in enumerate(kinds)
        )
        rule = f".odd {{ background: {'#444' if scheme == 'light' else '#bbb'} }}"
    context = patient(browser.new_context(color_scheme="light"))
    visitor = Visitor(context)
    visitor.page.set_content(
        f"""<!doctype html><html lang="en"><title>Cells</title><meta name="viewport" content="width=device-width">
        <style>:root {{ color-scheme: light dark }} body {{ background: Canvas; color: CanvasText }}
        .tile {{ position: relative; height: 30px }} .tile > * {{ position: absolute; inset: 0 }}
        @media ({at}) and (prefers-color-scheme: {scheme}) {{ {rule} }}</style>
        <main><h1>Cells</h1>{cells}</main>"""
    )
    visitor.check("made")
    context.close()
    [found] = visitor.wrong
    assert found.startswith(f"made, {width} {scheme}: ")
    assert "color-contrast" in found


def test_the_control_rooms_pages_are_accessible_quiet_light_and_fit(context: BrowserContext, system: System) -> None:
    visitor = Visitor(context)
    page = visitor.page
    sign_in(page, system, "zhiban")
    begin_duty(page)
    visitor.weight.begin()
    visitor.check("/ on duty")
    visitor.open("/duty/")
    visitor.open("/live/")
    playing = "() => [...document.querySelectorAll('custodes-player')].some((each) => each.state.kind === 'playing')"
    until(page, lambda: page.evaluate(playing), "a tile plays")
    visitor.weight.begin()
    visitor.check("the wall", CONTROL)
    for tiles in (4, 9):
        page.get_by_label("画面数").select_option(str(tiles))
        _fits(visitor, f"the wall with {tiles} tiles")
        shapes = page.evaluate(SHAPES)
        if not shapes or any(abs(shape - 16 / 9) > 0.05 for shape in shapes):
            visitor.wrong.append(f"the wall with {tiles} tiles: they are {shapes} times as wide as high")

    open_camera(page, "北郊环岛（线路故障）")
    page.wait_for_load_state("networkidle")  # what still comes of this load is not the next one's
    visitor.weight.begin()
    page.reload()
    page.get_by_text("点位拒绝连接", exact=True).first.wait_for()
    visitor.check("a camera that refuses", CONTROL)
    open_camera(page, "柳梧大桥南端")
    page.get_by_role("button", name="改看子码流").wait_for()
    visitor.weight.begin()
    visitor.check("a camera whose codec the browser lacks", CONTROL)
    open_camera(page, "河滨公园步道")
    until(page, lambda: page.evaluate(playing), "the picture")
    visitor.weight.begin()
    visitor.check("a camera", CONTROL)
    _fits(visitor, "a camera")
    page.evaluate("() => void document.querySelector('custodes-player').seek(Date.now() * 1000 - 3600e6)")
    page.get_by_role("dialog").wait_for()
    visitor.weight.begin()
    visitor.check("the dialog that asks for the reason", CONTROL)
    assert not visitor.wrong, "\n".join(visitor.wrong)


def _fits(visitor: Visitor, name: str) -> None:
    """On a desk the picture and its controls need no scrolling."""
    tall = visitor.page.evaluate("() => document.documentElement.scrollHeight - innerHeight")
    if tall > 0:
        visitor.wrong.append(f"{name}: {tall} px taller than the window")


def test_a_duty_officer_gets_from_the_sign_in_to_an_older_recording_by_keyboard(page: Page, system: System) -> None:
    login = system.login("zhiban")
    page.goto("/accounts/login/")
    _tab_to(page, "input[name=login]")
    page.keyboard.type(login["username"])
    _tab_to(page, "input[name=password]")
    page.keyboard.type(login["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    begin = "form[action$='/duty/begin/'] button"
    if page.locator(begin).count():
        _tab_to(page, begin)
        page.keyboard.press("Enter")
        page.get_by_text("值班中").first.wait_for()
    _tab_to(page, ".header__nav a[href='/live/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/live/")
    _tab_to(page, ".wall__open")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/live/[0-9a-f-]+/"))
    kind = "() => document.querySelector('custodes-player').state.kind"
    until(page, lambda: page.evaluate(kind) == "playing", "the picture")
    page.keyboard.press("k")
    until(page, lambda: page.evaluate(kind) == "paused", "it pauses with the focus on no part of the player")
    _tab_to(page, ".timeline__track")
    page.keyboard.press("-")
    page.keyboard.press("Home")
    page.get_by_role("dialog").wait_for()
    _tab_to(page, "dialog[open] input[id$=purpose]")
    page.keyboard.type("核实报警")
    _tab_to(page, "dialog[open] textarea")
    page.keyboard.type("东门进出人员")
    _tab_to(page, "dialog[open] .button--primary")
    page.keyboard.press("Enter")
    until(page, lambda: not page.locator("dialog[open]").count(), "the reason is taken")
    page.goto("/ledger/mine/")
    _tab_to(page, "tbody tr a")


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on it; it must be seen to be there."""
    for _ in range(60):
        if page.evaluate("(selector) => document.activeElement?.matches(selector) ?? false", selector):
            ring = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' || s.boxShadow !== 'none'; }"
            )
            assert ring, f"no visible focus on {selector}"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {selector}")
