"""A camera of the story that no address answers: its node says so, the web raises it, and open pages show it by themselves."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import System
from tests.e2e.people import sign_in
from tests.e2e.picture import until
from tests.frontend.conftest import patient
from tests.patience import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

BROKEN = "停车场西侧（设备断电） 没有录像"


def test_an_alarm_and_what_another_does_about_it_come_to_an_open_page_by_themselves(
    page: Page, browser: Browser, system: System
) -> None:
    sign_in(page, system, "keyun")
    page.goto("/upkeep/alarms/")
    page.evaluate("() => { document.body.dataset.neverLoadedAnew = 'yes' }")
    link = page.locator("main").get_by_role("link", name=BROKEN)
    until(page, lambda: link.count() > 0, "the alarm comes", patience=max(PATIENCE, 240))
    expect(page.locator("[data-bell-count]")).not_to_be_empty()
    assert page.locator("[data-bell]").get_attribute("data-look") in ("serious", "critical")

    other = patient(browser.new_context(base_url=system.address, locale="zh-CN"))
    theirs = other.new_page()
    sign_in(theirs, system, "xitong")
    theirs.goto("/upkeep/alarms/")
    theirs.locator("main").get_by_role("link", name=BROKEN).first.click()
    theirs.get_by_label("已派人到现场").check()
    theirs.get_by_role("button", name="确认告警").click()
    expect(theirs.get_by_text("已确认。原因消除前，这条告警仍留在列表中。")).to_be_visible()
    other.close()

    said = page.get_by_text("陈静：已派人到现场")
    until(page, lambda: said.count() > 0, "what another did is seen")
    assert page.evaluate("() => document.body.dataset.neverLoadedAnew") == "yes"
    expect(link.first).to_be_visible()


def test_a_sound_is_chosen_tried_and_kept(page: Page, system: System) -> None:
    sign_in(page, system, "zhibanzhang")
    page.goto("/upkeep/alarms/recipients/")
    page.locator("select[name=sound]").select_option("siren")
    page.get_by_role("button", name="试听").click()
    page.get_by_role("button", name="保存提示音").click()
    expect(page.get_by_text("提示音已保存。")).to_be_visible()
    expect(page.locator("select[name=sound]")).to_have_value("siren")
    # This browser lets pages sound at once, so that the button that asks for a click has nothing to do.
    until(page, lambda: page.locator("[data-bell]").get_attribute("data-look") is not None, "the bell has asked")
    expect(page.get_by_role("button", name="开启声音")).to_be_hidden()
