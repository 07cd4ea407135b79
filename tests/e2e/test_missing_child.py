"""A child is missing: the story at the desk in a real browser, from opening the case to the picture beside the mother, the find and its review."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import System
from tests.e2e.people import sign_in
from tests.e2e.picture import POSITION, plays_on, until
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e

LHASA = ZoneInfo("Asia/Shanghai")
CAMERA = "大昭寺广场东口"
STATE = "() => document.querySelector('custodes-player')?.state?.kind"
SHOWN = "() => { const video = document.querySelector('custodes-player video'); return [video.videoWidth, video.videoHeight]; }"
RECORDED = """async (camera) => {
  const now = Date.now();
  const query = new URLSearchParams({from: new Date(now - 120000).toISOString(), to: new Date(now).toISOString()});
  const answer = await fetch(`/api/cameras/${camera}/timeline?${query}`);
  const said = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status} ${JSON.stringify(said)}`);
  const { runs } = said;
  return Math.max(0, ...runs.map(([from, to]) => (to - from) / 1e6));
}"""


def shot(page: Page, name: str) -> None:
    """A picture of the page, where somebody wants to look at it."""
    if folder := os.environ.get("CUSTODES_TEST_SHOTS"):
        page.screenshot(path=f"{folder}/missing-{name}.png", full_page=True)
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=f"{folder}/missing-{name}-phone.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="light")


def local(moment: datetime) -> str:
    return moment.astimezone(LHASA).strftime("%Y-%m-%dT%H:%M:%S")


def test_from_opening_to_the_picture_the_find_and_the_review(page: Page, system: System) -> None:
    sign_in(page, system, "zhiban")
    page.goto("/missing/new/")
    expect(page.locator("#lacking")).to_contain_text("未登记接警编号")
    shot(page, "open")
    page.get_by_label("儿童").check()
    page.get_by_label("走失人员姓名").fill("旦珠")
    page.get_by_label("年龄").fill("6")
    page.get_by_label("最后出现的时间和地点").fill("放学后，大昭寺广场东口")
    page.get_by_label("体貌和衣着").fill("红色羽绒服，蓝色书包")
    page.get_by_label("申请人姓名").fill("拉姆")
    page.get_by_label("与走失人员的关系").select_option("parent")
    page.get_by_label("证件号码").fill("540102199001010011")
    page.get_by_label("暂无证明，先作声明").check()
    page.get_by_label("接警编号").fill("JJ-0417")
    page.get_by_label("已核实，没有").check()
    expect(page.locator("#lacking")).to_contain_text("条件齐备")
    page.get_by_role("button", name="受理").click()

    page.wait_for_url("**/scope/")
    page.get_by_label("按地名、点位名称或者编号查找").press_sequentially(CAMERA[:3])
    box = page.locator("#cameras label", has_text=CAMERA).locator("input")
    box.check()
    camera = box.get_attribute("value")
    until(page, lambda: page.evaluate(RECORDED, camera) > 40, "some footage", patience=max(PATIENCE, 90), every=3)
    now = datetime.now(LHASA)
    page.get_by_label("起", exact=True).fill(local(now - timedelta(seconds=60)))
    page.get_by_label("止", exact=True).fill(local(now - timedelta(seconds=2)))
    shot(page, "scope")
    page.get_by_role("button", name="选定点位和时段").click()

    page.get_by_role("button", name="先行查看").click()
    until(page, lambda: page.evaluate(STATE) == "playing", "the officer's first look")
    assert page.evaluate(SHOWN)[1] <= 360, "coded anew, small"
    plays_on(page, 0.5)
    page.get_by_role("button", name="看过，可以请申请人查看").click()
    expect(page.locator("#next")).to_contain_text("已先行查看")

    page.get_by_role("link", name="请申请人查看").click()
    shot(page, "aloud")
    page.get_by_label("已用藏语朗读").check()
    page.get_by_label("按指印").check()
    page.get_by_role("button", name="开始查看").click()
    page.wait_for_url("**/sessions/**")
    until(page, lambda: page.evaluate(STATE) == "playing", "the mother sees the picture")
    expect(page.locator(".supervised__who")).to_contain_text("拉姆 查看，王伟 在场")
    expect(page.get_by_role("button", name="实时")).to_be_hidden()
    shot(page, "session")

    _enlarge(page)
    page.get_by_role("button", name="看到走失人员").click()
    expect(page.locator("#next")).to_contain_text("先通知处警民警，再告知家属")
    assert not page.locator("custodes-player").count()
    page.get_by_label("通知的处警民警").fill("多吉，八廓派出所")
    shot(page, "find")
    page.get_by_role("button", name="登记已通知，办结").click()
    expect(page.locator("#next")).to_contain_text("请由没有经办本件的值班长复核")
    expect(page.locator("main")).to_contain_text("画面时间")
    took = page.locator(".figure__value").first.inner_text()
    assert re.fullmatch(r"(\d+ 分 )?\d+ 秒", took), took
    print(f"from opening to the first picture: {took}")
    shot(page, "closed")
    case = page.url

    page.context.clear_cookies()
    sign_in(page, system, "zhibanzhang")
    page.goto(case)
    page.get_by_label("复核情况").fill("在场、告知和通知次序无误")
    page.get_by_role("button", name="复核归档").click()
    expect(page.locator("#next")).to_contain_text("已复核归档")


def _enlarge(page: Page) -> None:
    """By hand and by button; the picture goes on from where it stood."""
    stage = page.locator(".player__stage").bounding_box()
    assert stage
    before = page.evaluate(POSITION)
    x, y = stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2
    page.mouse.move(x - 60, y - 40)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=4)
    page.mouse.up()
    until(page, lambda: page.evaluate(STATE) == "playing", "the enlarged part plays")
    assert page.evaluate(POSITION) >= before - 2_000_000
    page.get_by_role("button", name="整个画面").click()
    until(page, lambda: page.evaluate(STATE) == "playing", "the whole picture plays")
