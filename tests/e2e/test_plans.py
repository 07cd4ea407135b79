"""Plans in a real browser: one is asked for, looked at before that, approved by another, and ended; on wide and narrow screens."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import System
from tests.e2e.people import sign_in
from tests.frontend.conftest import patient

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

LHASA = ZoneInfo("Asia/Shanghai")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def moment(hours: float) -> str:
    return (datetime.now(LHASA) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def fits(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_plan_is_asked_for_looked_at_approved_by_another_and_ended(
    page: Page, browser: Browser, system: System
) -> None:
    sign_in(page, system, "zhibanzhang")
    page.goto("/upkeep/plans/")
    page.locator("main").get_by_role("link", name="申请计划").click()
    page.get_by_label("场所").select_option(label="北京中路及大昭寺广场（训练）")
    page.get_by_role("button", name="选择场所").click()
    page.get_by_label("事由").select_option(label="停电")
    page.get_by_label("说明").fill("更换天桥配电箱")
    page.get_by_label("开始").fill(moment(0))
    page.get_by_label("结束").fill(moment(3))
    for box in page.locator("input[name=cameras]").all():
        box.uncheck()
    page.get_by_role("checkbox", name="北京中路人行天桥").check()  # the bell may name the camera too
    page.get_by_role("button", name="查看这项计划会怎样").click()
    preview = page.locator("#preview")
    expect(preview).to_contain_text("1 个点位至多缺 3 小时")
    expect(preview).to_contain_text("点位没有录像")
    preview.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("已提交，由另一人批准后生效。")).to_be_visible()
    expect(page.locator("#decide")).to_have_count(0)
    address = page.url

    other = patient(browser.new_context(base_url=system.address, locale="zh-CN"))
    theirs = other.new_page()
    sign_in(theirs, system, "shenpi")
    theirs.goto(address)
    theirs.locator("#decide").get_by_label("意见").fill("同意")
    theirs.get_by_role("button", name="批准计划").click()
    expect(theirs.locator("main").get_by_text("进行中").first).to_be_visible()
    other.close()

    page.reload()
    page.get_by_role("button", name="现在结束").first.click()
    page.locator("dialog[open]").get_by_role("button", name="现在结束").click()
    expect(page.locator("main").get_by_text("已提前结束").first).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_the_list_and_a_plan_fit_the_screen_and_name_what_runs(
    page: Page, system: System, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    sign_in(page, system, "zhibanzhang")
    page.goto("/upkeep/plans/")
    expect(page.locator(".plan-day")).to_have_count(8)
    expect(page.locator(".plan-day--today").get_by_text("进行中").first).to_be_visible()
    assert fits(page)
    page.locator(".plan-day--today").get_by_role("link", name="检修").first.click()
    expect(page.locator("h1")).to_contain_text("清洁护罩")
    assert fits(page)


def test_recording_hours_of_a_place_that_must_be_recorded_are_refused_in_the_form_with_the_clause(
    page: Page, system: System
) -> None:
    sign_in(page, system, "guanli")
    page.goto("/cameras/")
    page.locator("main").get_by_role("link", name="小学校门").first.click()
    page.get_by_role("link", name="申请录像时段").click()
    page.get_by_label("不属于第九条").check()
    page.get_by_label("场所属于").select_option(label="条例第七条第二款所列场所")
    page.get_by_label("理由").fill("夜间无人")
    page.locator("input[name=days_0]").first.check()
    page.locator("input[name=begin_0]").fill("08:00")
    page.locator("input[name=end_0]").fill("18:00")
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("main")).to_contain_text("应当持续录像")
    expect(page.locator("main").get_by_role("button", name="N7.2").first).to_be_visible()
