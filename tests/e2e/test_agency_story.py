"""Two officers come to the counter: the whole story in a real browser, from the intake to a package that a stranger can check, and its hand-over."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e.conftest import CHROMIUM, CHROMIUM_ARGUMENTS, System
from tests.e2e.people import sign_in
from tests.e2e.picture import until
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e

LHASA = ZoneInfo("Asia/Shanghai")
CAMERA = "大昭寺广场东口"
STATE = "() => document.querySelector('custodes-player')?.state?.kind"
RECORDED = """async (camera) => {
  const now = Date.now();
  const query = new URLSearchParams({from: new Date(now - 600000).toISOString(), to: new Date(now).toISOString()});
  const answer = await fetch(`/api/cameras/${camera}/timeline?${query}`);
  const { runs = [] } = await answer.json();
  return Math.max(0, ...runs.map(([from, to]) => (to - from) / 1e6));
}"""
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser that draws the map without a graphics card."""
    arguments = [*CHROMIUM_ARGUMENTS, "--enable-unsafe-swiftshader"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
    yield browser
    browser.close()


def shot(page: Page, name: str) -> None:
    """A picture of the page, where somebody wants to look at it."""
    if folder := os.environ.get("CUSTODES_TEST_SHOTS"):
        page.screenshot(path=f"{folder}/agency-{name}.png", full_page=True)
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=f"{folder}/agency-{name}-phone.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="light")


def local(moment: datetime) -> str:
    return moment.astimezone(LHASA).strftime("%Y-%m-%dT%H:%M:%S")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="保存并继续").click()


@pytest.mark.timeout(420, func_only=True)
def test_from_the_counter_to_a_package_that_a_stranger_can_check(page: Page, system: System, tmp_path: Path) -> None:
    # One approves here from now on: the duty lead takes it in, another person decides.
    sign_in(page, system, "shenpi")
    page.goto("/requests/approvals/")
    page.get_by_label("审批人数").fill("1")
    page.get_by_role("button", name="保存审批人数").click()
    expect(page.locator("main")).to_contain_text("调低审批人数须经两人")
    page.context.clear_cookies()
    sign_in(page, system, "shenpi2")
    page.goto("/people/entrustments/")
    page.locator("main").get_by_role("link", name="调低审批人数").first.click()
    page.get_by_role("button", name="确认", exact=True).click()
    expect(page.locator("main")).to_contain_text("已确认，现在生效")
    page.context.clear_cookies()
    sign_in(page, system, "zhibanzhang")
    _fill_in(page)
    shot(page, "filled")
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("main")).to_contain_text("条件齐全，可以登记")
    page.get_by_label("已核对介绍信函和每名工作人员的证件原件").check()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("main")).to_contain_text("等待本单位审批")
    request = page.url
    page.context.clear_cookies()
    sign_in(page, system, "shenpi")
    page.goto(request)
    page.get_by_role("button", name="批准复制").click()
    expect(page.locator("main")).to_contain_text("已准予")
    page.context.clear_cookies()
    sign_in(page, system, "zhibanzhang")
    page.goto(request)
    expect(page.locator("main")).to_contain_text("窗口查阅")

    for box in page.locator("input[name=officer]").all():
        box.check()
    page.get_by_role("button", name="登记到场，开始查阅").click()
    page.wait_for_url("**/look/")
    until(page, lambda: page.evaluate(STATE) == "playing", "both officers see the picture")
    shot(page, "look")

    with page.expect_download(timeout=max(PATIENCE, 150) * 1000) as taken:
        page.get_by_role("button", name="制作证据包").click()
        # It says at once that it works, and how far it is; a second press finds the button at rest.
        expect(page.get_by_text("完成后保存在本机的下载文件夹")).to_be_visible()
        expect(page.get_by_role("button", name="制作证据包")).to_be_disabled()
        expect(page.get_by_role("progressbar", name="制作进度")).to_be_visible()
    package = tmp_path / "package.zip"
    taken.value.save_as(package)
    assert taken.value.failure() is None
    _check(page, package, tmp_path)

    page.goto(request)
    page.locator("#packages-title + ul a").first.click()
    expect(page.locator("main")).to_contain_text("待交付")
    shot(page, "package")
    for box in page.locator("input[name=officers]").all():
        box.check()
    page.get_by_label("载体及编号").fill("一次性写入光盘 1 张，编号 2026-017")
    page.locator("input[name=signed]").set_input_files(
        {"name": "清单.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="登记交付").click()
    expect(page.locator("main")).to_contain_text("已交付")
    shot(page, "handed")


def _fill_in(page: Page) -> None:
    """The four pages, and the choice of camera and span on map and timeline; the span is what was recorded in the last minutes."""
    page.goto("/requests/new/")
    page.get_by_role("button", name="开始填写").click()
    page.get_by_label("国家机关或者有关部门").check()
    page.get_by_label("单位名称").fill("城关区人民检察院（训练）")
    page.get_by_label("介绍信函文号").fill("训检介〔2026〕77 号")
    for number, (name, card) in enumerate((("陈磊", "训检 0305"), ("德吉央宗", "训检 0312")), 1):
        page.get_by_label(f"第 {number} 名工作人员姓名").fill(name)
        page.get_by_label(f"第 {number} 名工作人员证件号").fill(card)
    go_on(page)
    page.get_by_label("司法工作需要").check()
    page.get_by_label("复制", exact=True).check()
    page.get_by_label("事由", exact=True).fill("审查起诉案件补充证据（训练）")
    page.get_by_label("内容", exact=True).fill("核实广场东口发生碰撞的经过")
    page.get_by_label("公安、国家安全机关为侦查犯罪、维护国家安全调取").select_option("no")
    go_on(page)
    where = page.url
    _choose(page, "/requests/" + where.split("/")[4] + "/cameras/")
    page.goto(where.replace("/where/", "/papers/"))
    now = datetime.now(LHASA)
    page.get_by_label("承诺书签署日期").fill(now.strftime("%Y-%m-%d"))
    page.get_by_label("归还或者删除期限").fill((now + timedelta(days=10)).strftime("%Y-%m-%d"))
    go_on(page)


def _choose(page: Page, address: str) -> None:
    """A circle around the middle of the map, one camera of those in it; then both ends, typed and moved on the timeline."""
    page.goto(address)
    assert "91.1" not in page.content(), "the page holds no position"
    page.get_by_role("button", name="在地图上选择").click()
    page.locator("[data-choose-map][data-drawn]").wait_for()
    page.get_by_label("半径（米）").fill("20000")
    page.get_by_role("button", name="以地图中心画圆").click()
    expect(page.get_by_text("划定范围内点位")).to_be_visible()
    page.locator(".choose__list label", has_text=CAMERA).locator("input").check()
    box = page.locator("[data-choose-into] label", has_text=CAMERA).locator("input[name=camera]").first
    expect(box).to_be_checked()
    camera = box.get_attribute("value")
    shot(page, "map")
    # What is older than a segment is sealed.
    until(page, lambda: page.evaluate(RECORDED, camera) >= 150, "some footage", patience=max(PATIENCE, 240), every=10)
    now = datetime.now(LHASA).replace(microsecond=0)
    page.get_by_label("起", exact=True).fill(local(now - timedelta(seconds=150)))
    page.get_by_label("止", exact=True).fill(local(now - timedelta(seconds=75)))
    page.get_by_label("止", exact=True).blur()
    expect(page.locator(".lanes__lane")).to_have_count(1)
    begin = page.get_by_role("slider", name="时段的起")
    begin.focus()
    for _second in range(5):
        page.keyboard.press("Shift+ArrowRight")
    typed = page.get_by_label("起", exact=True).input_value()
    assert datetime.fromisoformat(typed) == (now - timedelta(seconds=145)).replace(tzinfo=None)
    shot(page, "timeline")
    page.get_by_role("button", name="保存，以后再选").click()
    expect(page.locator("main")).to_contain_text(CAMERA)


def _check(page: Page, package: Path, folder: Path) -> None:
    """With the program from the package and the keys from elsewhere."""
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()
        (folder / "verify.py").write_bytes(archive.read("verify.py"))
    assert [name for name in names if name.startswith("media/")]
    assert {"docs/01-request.pdf", "docs/02-undertaking.pdf", "docs/03-extraction.pdf"} <= set(names)
    keys = page.context.request.get(page.url.split("/requests/")[0] + "/evidence/keys.txt")
    (folder / "keys.txt").write_text(keys.text())
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), str(package), "--trust", str(folder / "keys.txt")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
