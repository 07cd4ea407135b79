"""A stolen bicycle: somebody asks at the school's desk (N21), the caretaker answers in three questions, they look together; and a refusal."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, Response, expect

from tests.e2e.conftest import System
from tests.e2e.people import sign_in
from tests.e2e.picture import plays_on, until
from tests.e2e.test_missing_child import LHASA, RECORDED, SHOWN, STATE, local
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e

CAMERA = "校门"
ENDED = "() => !document.querySelector('custodes-player')"
TAKE_AWAY = """() => [...document.querySelectorAll('a[download], a[href*="blob:"], a[href$=".mp4"], video[controls]')].length
  + [...document.querySelectorAll('button, a')].filter((one) => /截图|下载|保存|导出|复制|另存/.test(one.textContent)).length"""
ASK_AGAIN = """async ([camera, span]) => {
  const answer = await fetch('/api/views', {
    method: 'POST',
    headers: {'Content-Type': 'application/json', 'X-CSRFToken': document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? ''},
    body: JSON.stringify({cameras: [camera], live: false, span, reason: null}),
  });
  return [answer.status, await answer.text()];
}"""


def shot(page: Page, name: str) -> None:
    """A picture of the page, where somebody wants to look at it."""
    if folder := os.environ.get("CUSTODES_TEST_SHOTS"):
        page.screenshot(path=f"{folder}/bicycle-{name}.png", full_page=True)


def fill_in(page: Page, purpose: str, interest: str = "财产安全") -> None:
    """The first question: who asks, and why."""
    page.goto("/individual/new/")
    page.get_by_label("本人", exact=True).check()
    page.get_by_label("申请人姓名").fill("卓嘎")
    page.get_by_label("证件类别").select_option("id_card")
    page.get_by_label("证件号码").fill("540102199503030044")
    page.get_by_label(interest, exact=True).check()
    page.get_by_label("事由").fill(purpose)
    page.get_by_label("内容").fill("推走蓝色自行车的人")


def test_from_the_desk_to_the_burnt_picture_and_its_end(page: Page, system: System) -> None:
    sign_in(page, system, "guanli")
    files: list[str] = []
    page.on("response", lambda answer: _keep_file(answer, files))
    fill_in(page, "停在校门外的自行车被盗")
    box = page.locator("label", has_text=CAMERA).locator("input[name=cameras]").first
    camera = box.get_attribute("value")
    until(page, lambda: page.evaluate(RECORDED, camera) > 40, "some footage", patience=max(PATIENCE, 90), every=3)
    now = datetime.now(LHASA)
    span = (now - timedelta(seconds=60), now - timedelta(seconds=2))

    # A consent without a camera is refused, says by which clause, and keeps what was typed.
    page.locator("input[name=span_from]").fill(local(span[0]))
    page.locator("input[name=span_to]").fill(local(span[1]))
    page.get_by_label("同意查阅").check()
    page.get_by_role("button", name="登记并答复").click()
    expect(page.locator("main")).to_contain_text("没有指明点位")
    expect(page.get_by_label("事由")).to_have_value("停在校门外的自行车被盗")
    page.locator("label", has_text=CAMERA).locator("input[name=cameras]").first.check()
    shot(page, "questions")
    page.get_by_role("button", name="登记并答复").click()
    expect(page.locator("#next")).to_contain_text("请申请人到屏幕前")
    shot(page, "consented")

    page.get_by_role("link", name="请申请人查阅").click()
    expect(page.locator("#aloud")).to_contain_text("停在校门外的自行车被盗")
    page.get_by_label("已用国家通用语言朗读").check()
    page.get_by_label("签名").check()
    shot(page, "aloud")
    page.get_by_role("button", name="开始查阅").click()
    page.wait_for_url("**/sessions/**")
    until(page, lambda: page.evaluate(STATE) == "playing", "the picture")
    assert 0 < page.evaluate(SHOWN)[1] <= 360, "coded anew, small"
    expect(page.locator(".supervised__who")).to_contain_text("卓嘎 查阅，次仁拉姆 在场")
    expect(page.get_by_role("button", name="实时")).to_be_hidden()
    expect(page.get_by_role("button", name="看到走失人员")).to_have_count(0)
    plays_on(page, 1)
    shot(page, "session")

    assert page.evaluate(TAKE_AWAY) == 0
    assert page.evaluate("() => document.querySelector('custodes-player video').src").startswith("blob:")
    ends = [one.astimezone(tz=None).isoformat() for one in span]
    status, said = page.evaluate(ASK_AGAIN, [camera, ends])
    assert status == 403, "what the session shows, the caretaker's own account does not"
    assert "token" not in said
    assert files == []

    session = page.url
    page.get_by_role("button", name="结束查阅").click()
    expect(page.locator("#next")).to_contain_text("请申请人到屏幕前")
    page.goto(session)
    expect(page.locator("main")).to_contain_text("本次查阅已经结束")
    assert page.evaluate(ENDED)
    page.go_back()
    page.get_by_role("button", name="办结").click()
    expect(page.locator("#next")).to_contain_text("已办结")
    shot(page, "closed")


def test_a_refusal_says_why_is_printed_and_shows_nothing(page: Page, system: System) -> None:
    sign_in(page, system, "guanli")
    fill_in(page, "核对邻居每天出门的时间", "其他")
    page.get_by_label("不同意", exact=True).check()
    page.get_by_role("button", name="登记并答复").click()
    expect(page.locator("main")).to_contain_text("未写明不同意的理由")
    page.get_by_label("不同意的理由").fill("不是为保护生命健康或者财产安全")
    page.get_by_role("button", name="登记并答复").click()
    expect(page.locator("main")).to_contain_text("不是为保护生命健康或者财产安全")
    expect(page.get_by_role("link", name="请申请人查阅")).to_have_count(0)
    shot(page, "refused")
    href = page.get_by_role("link", name="打印告知书").get_attribute("href")
    assert href
    printed = page.request.get(href)
    assert printed.ok
    assert printed.body().startswith(b"%PDF")
    begun = page.request.get(f"{page.url}session/")
    assert begun.ok
    assert "custodes-player" not in begun.text()


def _keep_file(answer: Response, files: list[str]) -> None:
    kind = answer.headers.get("content-type", "")
    if kind.startswith(("video/", "application/octet-stream")) or "attachment" in answer.headers.get(
        "content-disposition", ""
    ):
        files.append(answer.url)
