"""What happens on a screen when the post behind it is ended: the second lead's, on whom no other test rests."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import System
from tests.e2e.people import begin_duty, open_camera, sign_in
from tests.e2e.picture import frame_number, moves, until
from tests.frontend.conftest import patient

pytestmark = pytest.mark.e2e

STATE = "() => document.querySelector('custodes-player').state.kind"


def test_the_picture_stops_and_says_why_when_the_post_ends(page: Page, context: BrowserContext, system: System) -> None:
    sign_in(page, system, "jieban")
    begin_duty(page)
    open_camera(page, "河滨公园步道")
    until(page, lambda: page.evaluate(STATE) == "playing", "live picture")
    assert moves(page, 0)

    browser = context.browser
    assert browser is not None
    security = patient(browser.new_context(base_url=system.address, locale="zh-CN"))
    admin = security.new_page()
    sign_in(admin, system, "anquan")
    admin.goto("/people/posts/?q=央金")
    admin.get_by_role("link", name="央金").first.click()
    admin.get_by_role("button", name="终止岗位").first.click()
    admin.locator("dialog[open]").get_by_role("button", name="终止岗位").click()
    expect(page.get_by_text("画面已停止", exact=True)).to_be_visible(timeout=5_000)
    expect(page.locator("custodes-player")).to_contain_text("S34(1)")
    assert frame_number(page) is None, "no picture is left behind the reason"
    security.close()
