"""A camera of the story is turned aside: its alarm comes by itself, and its pictures are held side by side and declared anew."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import System
from tests.e2e.people import begin_duty, sign_in
from tests.e2e.picture import until
from tests.frontend.conftest import patient
from tests.patience import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(700)]

MOVED = "北京中路人行天桥 画面异常：视角偏移"
LOADED = "pictures => pictures.every(one => one.complete && one.naturalWidth > 300)"


def open_pair(page: Page) -> None:
    page.goto("/upkeep/alarms/")
    link = page.locator("main").get_by_role("link", name=MOVED)
    until(
        page,
        lambda: (page.reload(), link.count() > 0)[1],
        "the alarm of the camera that was moved comes",
        patience=max(PATIENCE, 480),
        every=1,
    )
    link.first.click()
    assert page.locator("img[src^='data:']").count() == 0, "opening the alarm is no look"
    page.get_by_role("button", name="打开画面对比").click()
    expect(page.locator("picture-pair")).to_be_visible()


def _keep(page: Page, name: str) -> None:
    """A picture of the page for who wants to look, where `CUSTODES_TEST_PICTURES` names a folder."""
    if folder := os.environ.get("CUSTODES_TEST_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_duty_officer_holds_the_pictures_side_by_side(
    browser: Browser, system: System, width: int, theme: str
) -> None:
    context = patient(
        browser.new_context(
            base_url=system.address, viewport={"width": width, "height": 844}, color_scheme=theme, locale="zh-CN"
        )
    )  # type: ignore[arg-type]
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(page, system, "zhiban")
    begin_duty(page)
    open_pair(page)
    pictures = page.locator(".pair__image")
    expect(pictures).to_have_count(3)
    assert pictures.evaluate_all(LOADED)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing hangs over the edge"
    tops = pictures.evaluate_all("all => new Set(all.map(one => Math.round(one.getBoundingClientRect().top))).size")
    assert (tops == 3) if width == 390 else (tops < 3), "stacked on a phone, side by side else"
    expect(page.get_by_text("判定界限")).to_be_visible()
    _keep(page, f"pair-{width}-{theme}")

    page.get_by_role("button", name="滑动对比").click()
    slider = page.get_by_label("分界线位置")
    slider.fill("20")
    cut = page.locator("[data-place=second] .pair__image").evaluate("one => getComputedStyle(one).clipPath")
    assert "20%" in cut
    page.get_by_role("button", name="轮换").click()
    second = page.locator("[data-place=second] .pair__image")
    expect(second).to_be_hidden()
    page.get_by_role("button", name="切换画面").click()
    expect(second).to_be_visible()
    page.get_by_role("button", name="差异").click()
    blend = second.evaluate("one => getComputedStyle(one).mixBlendMode")
    assert blend == "difference"
    _keep(page, f"difference-{width}-{theme}")
    assert page.get_by_role("button", name="声明为新的标准视场").count() == 0, "who stands duty declares nothing"
    assert faults == []
    context.close()


def test_who_tends_the_camera_declares_the_new_view_and_the_history_says_so(page: Page, system: System) -> None:
    sign_in(page, system, "luguan")
    open_pair(page)
    page.get_by_label("声明理由").fill("变更备案 2026-17（训练）")
    page.get_by_role("button", name="声明为新的标准视场").click()
    expect(page.get_by_text("标准视场已声明，写入存证日志。")).to_be_visible()
    expect(page.get_by_text("变更备案 2026-17（训练）")).to_be_visible()
    expect(page.get_by_text("由新的声明取代")).to_be_visible()
    page.get_by_label("核对理由").fill("核对夜间画面（训练）")
    page.get_by_role("button", name="声明当前画面为标准视场").click()
    expect(page.locator(".pair__image")).to_have_count(2)
    assert page.locator(".pair__image").evaluate_all(LOADED)
    _keep(page, "declare-1280-light")
    page.get_by_label("夜间", exact=True).check()
    page.get_by_label("声明理由").fill("夜间补光（训练）")
    page.get_by_role("button", name="声明为标准视场", exact=True).click()
    expect(page.get_by_text("夜间补光（训练）")).to_be_visible()
    _keep(page, "views-1280-light")
