from __future__ import annotations
import pytest
from playwright.sync_api import Page
from tests.e2e.conftest import System
from tests.e2e.people import sign_in
pytestmark = pytest.mark.e2e

def test_shots(system: System, page: Page) -> None:
    sign_in(page, system, "jiancha")
    page.goto("/sharing/links/") if page.goto("/sharing/links/").status == 200 else page.goto("/sharing/")
    hrefs = page.evaluate("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
    print(hrefs)
    links = [h for h in hrefs if h and h.startswith("/sharing/links/") and len(h) > 40]
    for n, h in enumerate(dict.fromkeys(links)):
        for w in (1280, 390):
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": w, "height": 844})
                page.goto(h)
                page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                print(h, w, scheme, page.evaluate("document.documentElement.scrollWidth"))
                if (w, scheme) in ((1280, "light"), (390, "dark")):
                    page.screenshot(path=f"/tmp/revc-shots/link{n}-{w}-{scheme}.png", full_page=True)
        page.goto(h + "test/")
        page.screenshot(path=f"/tmp/revc-shots/linktest{n}.png", full_page=True)
