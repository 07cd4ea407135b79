"""What a device writes over its picture and when it records is filled in by keyboard: the drawing shows what was entered, an error stands where it is."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.camera_page import shot
from tests.e2e.conftest import System
from tests.e2e.people import sign_in

pytestmark = pytest.mark.e2e

DEVICE, CHANNEL = "综合楼国标录像机（训练）", "模拟·客运站候车厅外"
REASON = "试填，不下发（训练）"


@pytest.fixture
def page(context: BrowserContext, system: System) -> Page:
    """The school's caretaker at the page of a channel that was read just now."""
    page: Page = context.new_page()
    sign_in(page, system, "guanli")
    page.goto("/devices/")
    page.get_by_role("link", name=DEVICE).click()
    page.get_by_role("link", name="设备配置").first.click()
    page.get_by_role("link", name=CHANNEL).click()
    page.get_by_role("button", name="读取配置").click()
    expect(page.get_by_role("link", name="更改画面文字")).to_be_visible()
    return page


def press(page: Page, target: Locator, limit: int = 60) -> None:
    """Come to it by Tab, as a hand without a mouse does, and press Enter."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError("the keyboard never came to it")


def write(page: Page, label: str, text: str) -> None:
    """Type into a field, in place of what stands there."""
    page.get_by_label(label, exact=True).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_text_is_drawn_and_refused_outside_the_picture(page: Page) -> None:
    page.get_by_role("link", name="更改画面文字").press("Enter")
    drawing = page.get_by_role("img", name="时间、文字和遮挡在画面中的位置")
    expect(drawing).to_contain_text(CHANNEL)
    write(page, "第 2 行文字", "北楼二层")
    page.keyboard.press("Tab")
    page.keyboard.type("900")
    page.keyboard.press("Tab")
    page.keyboard.type("500")
    press(page, page.get_by_role("button", name="按填写的预览"))
    expect(drawing).to_contain_text("北楼二层")
    shot(page, "device-text-drawn")

    write(page, "时间距左边（像素）", "1920")
    write(page, "更改理由", REASON)
    press(page, page.get_by_role("button", name="下发更改"))
    wrong = page.get_by_label("时间距左边（像素）", exact=True)
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{wrong.get_attribute('aria-describedby')}")).to_contain_text("画面以外")
    page.get_by_role("link", name="位置在画面以外").press("Enter")
    expect(wrong).to_be_focused()


def test_a_week_is_drawn_and_a_wrong_day_is_named(page: Page) -> None:
    page.get_by_role("link", name="更改设备录像计划").press("Enter")
    write(page, "周六", "08:00-12:00、14:00-18:00")
    press(page, page.get_by_role("button", name="按填写的预览"))
    saturday = page.get_by_role("row", name="周六").locator(".device-week__span")
    expect(saturday).to_have_count(2)
    shot(page, "device-week-drawn")

    write(page, "周日", "八点到九点")
    write(page, "更改理由", REASON)
    press(page, page.get_by_role("button", name="下发更改"))
    wrong = page.get_by_label("周日", exact=True)
    expect(wrong).to_have_value("八点到九点")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{wrong.get_attribute('aria-describedby')}")).to_contain_text("不是时段")
