"""Filing and removing in a real browser: a school from nothing to the receipt; a shop's camera, fourteen days ahead."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import System
from tests.e2e.people import sign_in

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


def test_a_school_files_its_system_from_nothing_to_the_receipt(page: Page, browser: Browser, system: System) -> None:
    sign_in(page, system, "guanli")
    register_school(page)
    page.get_by_role("link", name="办理与经过").click()
    expect(page.get_by_text("在用（施行前建成）").first).to_be_visible()
    page.get_by_role("button", name="办理备案").click()
    # What the register can't know is asked; what is missing stands at its field, and nothing typed is lost.
    page.get_by_label("联系人").fill("次仁拉姆")
    page.get_by_label("联系电话").fill("")
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator("#id_phone_error")).to_be_visible()
    expect(page.get_by_label("联系人")).to_have_value("次仁拉姆")
    page.get_by_label("联系电话").fill("0891-6320000")
    page.get_by_label("统一社会信用代码").fill("12540102MB1234567X")
    page.get_by_label("点位和采集范围").fill("F-01　分校校门　校门内侧立柱")
    page.get_by_label("设备数量及类型").fill("摄像机 1 台")
    page.get_by_label("存储期限（日）").fill("30")
    for box in page.get_by_label("暂不清楚").all():
        box.check()
    page.get_by_role("button", name="下一步：核对").click()
    page.get_by_role("button", name="提交备案").click()
    expect(page.get_by_text("已提交，待公安机关接收").first).to_be_visible()
    address = page.url

    other = browser.new_context(base_url=system.address, locale="zh-CN")
    police = other.new_page()
    sign_in(police, system, "jiancha")
    police.goto(address)
    police.get_by_role("button", name="出具备案回执").click()
    expect(police.get_by_text(re.compile(r"回执编号 540102-\d{4}-\d{4}")).first).to_be_visible()
    other.close()

    page.reload()
    expect(page.get_by_text(re.compile(r"回执编号 540102-\d{4}-\d{4}")).first).to_be_visible()


def test_a_camera_that_shall_go_in_fourteen_days_is_told_why_not_and_when(page: Page, system: System) -> None:
    sign_in(page, system, "guanli")
    page.goto("/systems/")
    page.locator("main").get_by_role("link", name="校园视频系统").click()
    page.get_by_role("link", name="办理与经过").click()
    page.get_by_role("link", name="拆除系统或者点位").click()
    page.get_by_role("checkbox", name="小学校门").check()
    page.get_by_label("拆除理由").select_option(label="场所、部位改变用途")
    page.get_by_label("情况说明").fill("校门改建")
    page.get_by_label("拟拆除日期").fill(day(14))
    page.get_by_role("button", name="下一步：核对报告").click()
    expect(page.get_by_text("来不及按原定日期拆除")).to_be_visible()
    page.get_by_role("button", name="报告拆除").click()
    expect(page.get_by_text("还不能拆除")).to_be_visible()
    expect(page.get_by_text(re.compile(f"最早可以在 {day(15)}")).first).to_be_visible()
    expect(page.get_by_role("button", name="登记已拆除")).to_have_count(0)
    page.get_by_label("改为").fill(day(15))
    page.get_by_role("button", name="改期").click()
    expect(page.get_by_text("已改期。")).to_be_visible()
