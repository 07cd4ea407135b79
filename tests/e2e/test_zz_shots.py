from __future__ import annotations
import pytest
from playwright.sync_api import BrowserContext
from tests.e2e.conftest import System
from tests.e2e.people import sign_in
from tests.e2e.test_law_pages import _switch
pytestmark = pytest.mark.e2e
SHOTS = {
 "late": "/law/late-fee/?fine=10000&delivered=2026-03-02&review_from=2026-03-20&review_to=2026-03-25",
 "latecap": "/law/late-fee/?fine=5000&delivered=2026-01-05",
 "lateform": "/law/late-fee/",
 "latewrong": "/law/late-fee/?fine=0&delivered=2026-03-02&paid=",
 "hearing": "/law/deadline/?kind=hearing-notice&start=2026-03-12&done=2026-03-04",
 "hearingday": "/law/deadline/?kind=hearing-day&start=2026-09-30",
 "spot": "/law/deadline/?kind=spot-report&start=2026-03-06&at=09:30",
 "public": "/law/deadline/?kind=public-notice&start=2026-03-02&done=2026-05-01",
 "fine": "/law/fine/",
 "examples": "/law/examples/",
}
def test_shots(context: BrowserContext, system: System) -> None:
    page = context.new_page()
    sign_in(page, system, "jiancha")
    for lang in ("zh", "en"):
        if lang == "en":
            page.goto("/law/")
            _switch(page, "English", "en")
        for name, path in SHOTS.items():
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 900})
                for scheme in ("light", "dark"):
                    if (lang, scheme) == ("en", "dark") and width == 1280: continue
                    page.emulate_media(color_scheme=scheme)
                    page.goto(path)
                    page.screenshot(path=f"/tmp/lt/{name}-{lang}-{width}-{scheme}.png", full_page=True)
