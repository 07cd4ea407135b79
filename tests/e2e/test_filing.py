"""Filing and removing in a real browser, page by page: a school from nothing to the receipt, with the draft left and taken up again;
a camera that shall go in fourteen days. Each page is looked at by axe, on a desk and on a phone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import System
from tests.e2e.people import sign_in
from tests.frontend.conftest import patient

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
LHASA = ZoneInfo("Asia/Shanghai")


def day(ahead: int) -> str:
    return (datetime.now(LHASA) + timedelta(days=ahead)).strftime("%Y-%m-%d")


def register_school(page: Page) -> None:
    """A site and a system that was built before the regulation."""
    page.goto("/sites/new/")
    page.get_by_label("场所名称").fill("江苏路示范小学分校（训练）")
    page.get_by_label("场所类别").select_option(index=9)
    page.get_by_label("地址").fill("江苏路 9 号")
    division = page.get_by_label("所在行政区划")
    division.select_option(value=division.locator("option", has_text="城关区").first.get_attribute("value"))
    page.get_by_label("登记单位").select_option(label="江苏路示范小学（训练）")
    page.get_by_role("button", name="保存场所").click()
    page.locator("main").get_by_role("link", name="登记系统").click()
    page.get_by_label("系统名称").fill("分校视频系统")
    page.get_by_label("建成日期").fill("2019-09-01")
    page.get_by_role("button", name="保存系统").click()
    expect(page.get_by_role("heading", name="分校视频系统")).to_be_visible()


def looked_at(page: Page, wrong: list[str]) -> None:
    """No violation for axe on a desk and on a phone, and no page wider than the phone."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        across = page.evaluate("() => document.documentElement.scrollWidth")
        if across > width:
            wrong.append(f"{page.url}: {across} px across at {width}")
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        result = AxeResults(page.evaluate("(options) => axe.run(document, options)", {"resultTypes": ["violations"]}))
        if result.violations_count:
            wrong.append(f"{page.url} at {width}: {result.generate_report()}")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="保存并继续").click()


def test_a_school_files_its_system_from_nothing_to_the_receipt(page: Page, browser: Browser, system: System) -> None:
    wrong: list[str] = []
    sign_in(page, system, "guanli")
    register_school(page)
    page.get_by_role("link", name="办理与经过").click()
    expect(page.get_by_text("在用（施行前建成）").first).to_be_visible()
    page.locator("main").get_by_role("link", name="办理备案").click()
    looked_at(page, wrong)
    page.get_by_role("button", name="开始填写").click()

    # What the register can't know is asked; what is missing stands at its field, and nothing typed is lost.
    expect(page.get_by_role("heading", level=1)).to_have_text("单位基本情况")
    page.get_by_label("联系人").fill("次仁拉姆")
    page.get_by_label("联系电话").fill("")
    go_on(page)
    expect(page.locator("#id_phone_error")).to_be_visible()
    expect(page.get_by_label("联系人")).to_have_value("次仁拉姆")
    looked_at(page, wrong)
    page.get_by_label("联系电话").fill("0891-6320000")
    page.get_by_label("统一社会信用代码").fill("12540102MB1234567X")
    page.get_by_label("单位地址").fill("江苏路 9 号")
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("建设位置")
    looked_at(page, wrong)
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("点位和采集范围")
    page.get_by_label("点位和采集范围").fill("F-01　分校校门　校门内侧立柱")
    looked_at(page, wrong)

    # Put aside, signed out; days later it is gone on with from the work list, on the page that was left.
    page.get_by_role("button", name="保存，以后再填").click()
    page.context.clear_cookies()
    page.goto("/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    sign_in(page, system, "guanli")
    page.goto("/")
    page.get_by_role("link", name="继续填写备案：分校视频系统").click()
    expect(page.get_by_label("点位和采集范围")).to_have_value("F-01　分校校门　校门内侧立柱")
    go_on(page)

    page.get_by_label("设备数量及类型").fill("摄像机 1 台")
    page.get_by_label("存储期限（日）").fill("三十天")
    go_on(page)
    expect(page.get_by_text("请填写天数，例如 30。").first).to_be_visible()
    page.get_by_label("存储期限（日）").fill("30")
    looked_at(page, wrong)
    go_on(page)
    for heading in ("网络和安全保护", "建设和维护情况"):
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        for box in page.get_by_label("暂不清楚").all():
            box.check()
        looked_at(page, wrong)
        go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("材料")
    looked_at(page, wrong)
    go_on(page)

    # Everything once more; one answer is mended from there.
    expect(page.get_by_role("heading", level=1)).to_have_text("核对并提交")
    looked_at(page, wrong)
    page.get_by_role("link", name="修改 单位基本情况").click()
    page.get_by_label("联系人").fill("次仁卓嘎")
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("核对并提交")
    expect(page.get_by_text("次仁卓嘎")).to_be_visible()
    page.get_by_role("button", name="提交备案").click()
    expect(page.get_by_text("已提交，待公安机关接收").first).to_be_visible()
    address = page.url
    page.goto("/")
    expect(page.get_by_role("link", name="继续填写备案：分校视频系统")).to_have_count(0)

    other = patient(browser.new_context(base_url=system.address, locale="zh-CN"))
    police = other.new_page()
    sign_in(police, system, "jiancha")
    police.goto(address)
    police.get_by_role("button", name="出具备案回执").click()
    expect(police.get_by_text(re.compile(r"回执编号 540102-\d{4}-\d{4}")).first).to_be_visible()
    other.close()

    page.goto(address)
    expect(page.get_by_text(re.compile(r"回执编号 540102-\d{4}-\d{4}")).first).to_be_visible()
    looked_at(page, wrong)
    page.get_by_role("navigation", name="所在位置").get_by_role("link", name="江苏路示范小学分校（训练）").click()
    expect(page.get_by_text("出具备案回执")).to_be_visible()
    looked_at(page, wrong)
    assert not wrong, "\n".join(wrong)


def test_a_camera_that_shall_go_in_fourteen_days_is_told_why_not_and_when(page: Page, system: System) -> None:
    wrong: list[str] = []
    sign_in(page, system, "guanli")
    page.goto("/systems/?q=校园视频系统")
    page.locator("main").get_by_role("link", name="校园视频系统").click()
    page.get_by_role("link", name="办理与经过").click()
    page.get_by_role("link", name="拆除系统或者点位").click()
    expect(page.get_by_text(re.compile(f"今天报告的，最早可以在 {day(15)}")).first).to_be_visible()
    looked_at(page, wrong)
    page.get_by_role("button", name="开始填写").click()
    page.get_by_label("拆除部分点位").check()
    go_on(page)
    expect(page.get_by_text("请选择要拆除的点位").first).to_be_visible()
    page.get_by_role("checkbox", name="小学校门").check()
    looked_at(page, wrong)
    go_on(page)
    page.get_by_label("场所、部位改变用途").check()
    page.get_by_label("情况说明").fill("校门改建")
    looked_at(page, wrong)
    go_on(page)

    # Fourteen days are not fifteen: said at once, with the first day; nothing is reported yet.
    page.get_by_label("拟拆除日期").fill(day(14))
    go_on(page)
    expect(page.locator("#id_planned_error")).to_contain_text(f"应当不迟于 {day(-1)} 报告")
    expect(page.locator("#id_planned_error")).to_contain_text(f"最早可以在 {day(15)} 拆除")
    looked_at(page, wrong)
    page.get_by_role("button", name="保存，以后再填").click()
    page.context.clear_cookies()
    sign_in(page, system, "guanli")
    page.goto("/")
    page.get_by_role("link", name="全部期限和待办").click()
    page.get_by_role("link", name="继续填写拆除报告：校园视频系统").click()
    expect(page.get_by_label("拟拆除日期")).to_have_value(day(14))
    page.get_by_label("拟拆除日期").fill(day(15))
    go_on(page)
    expect(page.get_by_text("校门改建")).to_be_visible()
    looked_at(page, wrong)
    page.get_by_role("button", name="报告拆除").click()

    expect(page.get_by_text("还不能拆除")).to_be_visible()
    expect(page.get_by_text(re.compile(f"最早可以在 {day(15)}")).first).to_be_visible()
    expect(page.get_by_role("button", name="登记已拆除")).to_have_count(0)
    page.get_by_label("改为").fill(day(16))
    page.get_by_role("button", name="改期").click()
    expect(page.get_by_text("已改期。")).to_be_visible()
    looked_at(page, wrong)
    assert not wrong, "\n".join(wrong)
