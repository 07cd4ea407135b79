"""Footage that is to be published: proposed, assessed, looked through at the node, drawn and reviewed in the editor."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import System
from tests.e2e.people import begin_duty, sign_in
from tests.e2e.picture import until
from tests.e2e.test_missing_child import LHASA, RECORDED, local

pytestmark = pytest.mark.e2e

CAMERA = "大昭寺广场东口"
SECONDS = 2
"""Of film, in which one fragment lies whole: 25 pictures, looked through at the lowest priority beside nine cameras."""
MASKS = "document.querySelector('custodes-masks')"
SAVED = f"() => !{MASKS}.desk.store.unsaved"
SETTLED = f"() => !{MASKS}.desk.store.unsaved && !document.querySelector('custodes-masks video').seeking"


def shot(page: Page, name: str) -> None:
    """A picture of the page, where somebody wants to look at it."""
    if folder := os.environ.get("CUSTODES_TEST_SHOTS"):
        page.screenshot(path=f"{folder}/release-{name}.png", full_page=True)
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=f"{folder}/release-{name}-phone.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="light")


@pytest.fixture
def desk_of(browser: Browser, system: System) -> Callable[[str], Page]:
    """A browser of one's own for each of those who work on it."""

    def opened(username: str) -> Page:
        mine = browser.new_context(base_url=system.address, locale="zh-CN").new_page()
        sign_in(mine, system, username)
        return mine

    return opened


def do(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def waits(page: Page, what: str, seconds: float = 240) -> None:
    """Until the node has done its part; the page asks by itself."""
    try:
        until(page, lambda: page.get_by_role("button", name=what, exact=True).count() > 0, what, seconds)
    except AssertionError as error:
        raise AssertionError(f"{error}; the page says: {page.locator('#job').inner_text()}") from error


@pytest.mark.timeout(900, func_only=True)
def test_from_the_proposal_to_masks_that_a_person_has_reviewed(
    page: Page, system: System, desk_of: Callable[[str], Page]
) -> None:
    sign_in(page, system, "zhibanzhang")
    watcher = desk_of("zhiban")
    begin_duty(watcher)
    url = propose(page, watcher)
    approver = desk_of("shenpi")
    approver.goto(url)
    approver.get_by_label("必要性").fill("提醒骑行人注意检票通道前的减速带，文字通知没有效果")
    approver.get_by_label("对个人权益的影响和风险").fill("画面中有过路人，遮蔽后熟人仍可能认出衣着")
    approver.get_by_label("保护措施").fill("遮蔽人脸和招牌，公开三十日，由值班长负责撤回")
    do(approver, "登记评估，准予遮蔽")

    page.reload()
    do(page, "开始检测")
    assert page.get_by_role("alert").all_inner_texts() == []
    waits(page, "载入检测结果")
    shot(page, "found")
    do(page, "载入检测结果")
    draw_a_sign(page)
    shot(page, "masks")


def propose(page: Page, watcher: Page) -> str:
    """Two seconds of a minute ago, once they are there; the address of the release."""
    page.goto("/release/new/")
    page.get_by_label("标题").fill("检票通道前减速提醒")
    box = page.locator("label", has_text=CAMERA).locator("input[name=camera]").first
    box.check()
    camera = box.get_attribute("value")
    until(page, lambda: _recorded(watcher, camera) > 90, "some footage", 150)
    end = datetime.now(LHASA) - timedelta(seconds=75)
    page.get_by_label("起", exact=True).fill(local(end - timedelta(seconds=SECONDS)))
    page.get_by_label("止", exact=True).fill(local(end))
    page.get_by_label("交通安全宣传").check()
    page.get_by_label("事由").fill("近期有人在减速带前摔倒")
    page.get_by_label("法律、法规的规定").check()
    page.get_by_label("依据的名称和条款").fill("中华人民共和国道路交通安全法第六条")
    page.get_by_label("拟公开的途径").fill("本局政务新媒体账号")
    shot(page, "propose")
    do(page, "提出公开")
    page.wait_for_url(lambda url: url.rstrip("/").count("-") == 4)
    return page.url


def _recorded(watcher: Page, camera: str | None) -> float:
    """Seconds; asked for as rarely as a person's pages do, who would be told to wait otherwise."""
    watcher.wait_for_timeout(3000)
    return float(watcher.evaluate(RECORDED, camera))


def draw_a_sign(page: Page) -> None:
    """What no detector looks for is drawn by hand, moved into place and accepted; then the samples are looked at."""
    page.get_by_role("link", name="进入遮蔽页面").first.click()
    until(page, lambda: page.evaluate(f"() => {MASKS}?.desk?.store !== undefined"), "the editor", 60)
    video = page.locator("custodes-masks video")
    until(page, lambda: video.evaluate("one => one.readyState >= 2"), "the film", 60)
    page.get_by_label("类别").first.select_option("sign")
    do(page, "画方框")
    box = video.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    page.mouse.up()
    until(page, lambda: page.evaluate(SAVED), "the box is kept", 30)
    follow_the_next_step(page)


def follow_the_next_step(page: Page) -> None:
    """Whatever the editor says is next, until nothing is: tracks of the detector and the drawn one, then each sample."""
    step = page.get_by_role("region", name="下一步")
    for _ in range(80):
        kind = page.locator(".masks__head").get_attribute("data-next")
        if kind == "done":
            return
        step.get_by_role("button").first.click()
        if kind == "answer":
            page.get_by_label("不能", exact=True).check()
        elif kind == "decide":
            page.keyboard.press("Enter")
        until(page, lambda: page.evaluate(SETTLED), "what was said is kept", 30)
        page.wait_for_timeout(100)
    raise AssertionError(f"the editor has no end: {step.inner_text()}")
