"""Footage is published: proposed, assessed, masked at the node, drawn and reviewed in the editor, approved by another, and taken down."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

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
FINDINGS = {
    "人脸和个体特征": "画面中没有",
    "机动车号牌": "画面中没有",
    "未成年人": "画面中没有",
    "法人、非法人组织": "已遮蔽",
}


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
def test_from_the_proposal_to_the_copy_that_is_public_and_taken_down(
    page: Page, system: System, desk_of: Callable[[str], Page], tmp_path: Path
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

    page.goto(url)
    for kind, answer in FINDINGS.items():
        page.get_by_role("group", name=kind).get_by_label(answer, exact=True).check()
    do(page, "登记结论")
    waits(page, "生成成品", 60)
    do(page, "生成成品")
    waits(page, "复核通过，送另一人审批")
    shot(page, "written")
    do(page, "复核通过，送另一人审批")
    expect(page.get_by_role("heading", name="等待另一人审批")).to_be_visible()

    approver.goto(url)
    waits(approver, "批准公开", 30)
    do(approver, "批准公开")
    publish(page, url, tmp_path)

    page.get_by_label("理由或者说明").last.fill("一名路人要求删除")
    page.get_by_label("已采取的下架措施").fill("已从政务新媒体账号删除，搜索快照已申请清除")
    do(page, "登记撤回")
    expect(page.get_by_text("已撤回").first).to_be_visible()
    shot(page, "withdrawn")


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


def publish(page: Page, url: str, folder: Path) -> None:
    """The copy is downloaded: its hash is the one that was reviewed, and there is one track of pictures in it and nothing else."""
    page.goto(url)
    page.get_by_role("link", name="下载成品、登记公开").click()
    digest = page.locator("code.hash").first.inner_text()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载成品").click()
    copy = folder / "copy.mp4"
    waiting.value.save_as(copy)
    assert hashlib.sha256(copy.read_bytes()).hexdigest() == digest
    told = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name:format_tags", "-of", "csv=p=0", str(copy)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.split() == ["h264"]
    page.get_by_label("公开的地方").fill("https://example.gov.cn/jianpiao")
    do(page, "登记公开")
    expect(page.get_by_text("已公开").first).to_be_visible()
    shot(page, "published")
