"""Footage that is published: proposed, assessed, looked through at the node, drawn and reviewed in the editor, encoded, approved by another,
downloaded, made public and taken down.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import av
import pytest
from playwright.sync_api import Browser, Page, expect

from custodes.video.mask.detector import CenterFace, installed_models
from custodes.video.mask.leaks import find_leaks
from custodes.video.mask.linking import Linking
from custodes.video.mask.progress import MaskStage, ProgressWatcher
from custodes.video.mask.reading import FileSource
from custodes.video.mask.verifying import verify_copy
from tests.e2e.conftest import System
from tests.e2e.people import begin_duty, sign_in
from tests.e2e.picture import until
from tests.e2e.test_missing_child import LHASA, RECORDED, local
from tests.frontend.conftest import patient
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e

CAMERA = "大昭寺广场东口"
SECONDS = 2
"""Of film, in which one fragment lies whole: 25 pictures, looked through at the lowest priority beside nine cameras."""
MASKS = "document.querySelector('custodes-masks')"
SAVED = f"() => !{MASKS}.desk.store.unsaved"
TURNED = f"""(before) => document.querySelector(".masks__next").innerText !== before
  && !{MASKS}.desk.store.unsaved && !document.querySelector("custodes-masks video").seeking"""
ASKED_EVERY = 3
"""Seconds between two questions for footage: a person's pages ask no oftener, and who does is told to wait."""


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
        mine = patient(browser.new_context(base_url=system.address, locale="zh-CN")).new_page()
        sign_in(mine, system, username)
        return mine

    return opened


def do(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def waits(page: Page, what: str) -> None:
    """Until the node has done its part, as long as the page tells within some time that it goes on: it asks by itself, and how long
    a film takes depends on what else the machine does.
    """
    job, told = page.locator("#job"), ""
    patience = max(PATIENCE, 120)
    deadline = time.monotonic() + patience
    while page.get_by_role("button", name=what, exact=True).count() == 0:
        says = job.inner_text() if job.count() else ""
        if says != told:
            told, deadline = says, time.monotonic() + patience
        assert time.monotonic() < deadline, (
            f"nothing more for {patience:g} s on the way to {what}; the page says: {told}"
        )
        page.wait_for_timeout(500)


@pytest.mark.timeout(900, func_only=True)
def test_from_the_proposal_to_the_copy_that_was_public_and_was_taken_down(
    page: Page, system: System, desk_of: Callable[[str], Page], tmp_path: Path
) -> None:
    sign_in(page, system, "zhibanzhang")
    watcher = desk_of("zhiban")
    begin_duty(watcher)
    url = propose(page, watcher)
    approver = desk_of("shenpi")
    approver.goto(url)
    approver.get_by_label("必要性").fill("提醒骑行人注意检票通道前的减速带\n文字通知没有效果")
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
    answer_each_kind(page, hidden_kinds(page), url)
    do(page, "生成成品")
    waits(page, "复核通过，送另一人审批")
    page.locator("#id_review_words").fill("已把成品从头看到尾，招牌已遮住。")
    shot(page, "written")
    do(page, "复核通过，送另一人审批")
    expect(page.get_by_text("等待另一人审批").first).to_be_visible()

    approver.goto(url)
    waits(approver, "批准公开")
    do(approver, "批准公开")
    expect(approver.get_by_role("alert")).to_contain_text("没有您看过要公开的成品的记录")
    watch_the_copy(approver)
    waits(approver, "批准公开")
    expect(approver.get_by_text("仍然可见").first).to_be_visible()
    shot(approver, "second-review")
    do(approver, "批准公开")
    expect(approver.get_by_text("已审批，可以公开。")).to_be_visible()

    page.goto(url)
    page.get_by_role("link", name="下载成品、登记公开").click()
    output = page.locator("code.hash").first.inner_text()
    shot(page, "approved")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载成品", exact=True).click()
    copy = tmp_path / "copy.mp4"
    download.value.save_as(copy)
    the_copy_shows_nobody(copy, output)

    page.get_by_label("公开的地方").fill("\n".join(PLACES))
    do(page, "登记公开")
    page.get_by_role("link", name="公开登记和撤回").click()
    for words in (*PLACES, output):
        expect(page.get_by_text(words).first).to_be_visible()
    hashes = page.locator("code.hash").all_inner_texts()
    assert output in hashes
    assert len({one for one in hashes if re.fullmatch("[0-9a-f]{64}", one)}) == 2, "source and copy"
    shot(page, "public")
    page.get_by_label("已采取的下架措施").fill("政务新媒体账号已删除\n网站已删除，由值班长办理")
    page.locator("#id_withdraw_words").fill("提醒期满")
    do(page, "登记撤回")
    expect(page.get_by_text("已登记撤回。")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已撤回")
    shot(page, "withdrawn")


PLACES = ("城关公安政务新媒体账号 https://example.org/1", "城关区政府网站 https://example.org/2", "客运站大厅电子屏")


def watch_the_copy(page: Page) -> None:
    """Where the page that refused leads to; played to its end, and back again."""
    waits(page, "批准公开")
    page.get_by_role("link", name="看成品").click()
    video = page.locator("video.release-copy")
    expect(video).to_have_attribute("preload", "none")
    video.evaluate("one => one.play()")
    until(page, lambda: video.evaluate("one => one.ended"), "the copy is played to its end")
    page.reload()
    expect(page.get_by_text("您从头到尾看过这件成品")).to_be_visible()
    page.get_by_role("link", name="回到办理页面").click()


def hidden_kinds(page: Page) -> set[str]:
    """Kinds of the tracks that are hidden, as the editor has them."""
    return set(
        page.evaluate(
            f"() => [...{MASKS}.desk.tracks()].filter((one) => one.state !== 'rejected').map((one) => one.kind)"
        )
    )


def answer_each_kind(page: Page, hidden: set[str], url: str) -> None:
    """What was drawn is masked; what the reviewer did not see is absent."""
    page.goto(url)
    waits(page, "登记结论")
    shot(page, "answers")
    people, there = (
        "masked" if hidden & {"face", "body"} else "absent",
        lambda kind: "masked" if kind in hidden else "absent",
    )
    answers = {"faces": people, "plates": there("plate"), "minors": "absent", "organisations": there("sign")}
    answers |= {"overlay": "shown"}
    for kind, answer in answers.items():
        page.locator(f"input[name={kind}-answer][value={answer}]").check()
    do(page, "登记结论")
    waits(page, "生成成品")


def the_copy_shows_nobody(path: Path, output: str) -> None:
    """It is the file that was reviewed, of pictures alone, and the detector finds nobody in it."""
    assert hashlib.sha256(path.read_bytes()).hexdigest() == output
    with av.open(str(path)) as film:
        assert [one.type for one in film.streams] == ["video"]
        assert not {"creation_time", "location", "title", "comment"} & {*film.metadata, *film.streams[0].metadata}
        pictures = sum(1 for _ in film.decode(video=0))
    assert pictures > 0
    verify_copy(path, pictures)
    [model] = installed_models()
    assert (
        list(find_leaks(FileSource(path), (), [CenterFace(model)], Linking().sure, ProgressWatcher(MaskStage.CHECK)))
        == []
    )


def propose(page: Page, watcher: Page) -> str:
    """Two seconds of a minute ago, once they are there; the address of the release."""
    page.goto("/release/new/")
    page.get_by_label("标题").fill("检票通道前减速提醒")
    box = page.locator("label", has_text=CAMERA).locator("input[name=camera]").first
    box.check()
    camera = box.get_attribute("value")
    until(page, lambda: _recorded(watcher, camera) > 90, "some footage", patience=max(PATIENCE, 150), every=ASKED_EVERY)
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
    """Seconds."""
    return float(watcher.evaluate(RECORDED, camera))


def draw_a_sign(page: Page) -> None:
    """What no detector looks for is drawn by hand, moved into place and accepted; then the samples are looked at."""
    page.get_by_role("link", name="进入遮蔽页面").first.click()
    until(page, lambda: page.evaluate(f"() => {MASKS}?.desk?.store !== undefined"), "the editor")
    video = page.locator("custodes-masks video")
    until(page, lambda: video.evaluate("one => one.readyState >= 2"), "the film")
    page.get_by_label("类别").first.select_option("sign")
    do(page, "画方框")
    box = video.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    page.mouse.up()
    until(page, lambda: page.evaluate(SAVED), "the box is kept")
    follow_the_next_step(page)


def turned(page: Page, told: str, what: str) -> None:
    """Something else is next, all of it is saved and shown."""
    until(page, lambda: page.evaluate(TURNED, told), what)


def follow_the_next_step(page: Page) -> None:
    """Whatever the editor says is next, until nothing is: tracks of the detector and the drawn one, then each sample."""
    step = page.get_by_role("region", name="下一步")
    for _ in range(80):
        kind = page.locator(".masks__head").get_attribute("data-next")
        if kind == "done":
            return
        told = step.inner_text()
        step.get_by_role("button").first.click()
        if kind == "answer":
            page.get_by_label("不能", exact=True).check()
        elif kind in ("decide", "tick"):
            page.keyboard.press("Enter")
        turned(page, told, f"{kind}: what was said is kept")
    raise AssertionError(f"the editor has no end: {step.inner_text()}")
