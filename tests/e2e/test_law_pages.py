"""The law's answers in a real browser: accessible at both widths, light and dark; clause chips by keyboard; taken along."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import System
from tests.e2e.people import begin_duty, open_camera, sign_in
from tests.e2e.picture import until
from tests.e2e.test_pages import CONTROL, Visitor
from tests.frontend.conftest import patient

pytestmark = pytest.mark.e2e

_DAYS = "&conduct_from=2025-06-01&conduct_to=2025-06-30&decided=2025-09-01"
_ORDERED = "&ordered=2025-07-01&term_ends=2025-07-20"
ANSWERS = {
    "a day that moved over Losar": "/law/deadline/?kind=filing&start=2026-01-25&done=2026-03-01",
    "a provisional day": "/law/deadline/?kind=suit&start=2098-11-01",
    "a removal": "/law/deadline/?kind=removal&start=2099-03-14",
    "a day that can't be right": "/law/deadline/?kind=filing&start=2024-04-30",
    "the second step of a fine": "/law/fine/?clause=S38&respondent=unit",
    "a fine": f"/law/fine/?clause=S38&respondent=unit&item=2{_DAYS}{_ORDERED}&complied=no",
    "an act under two clauses": f"/law/fine/?clause=N27&respondent=unit{_DAYS}&also1-clause=N29&also1-asked=N29",
    "a clause that was just added": f"/law/fine/?clause=N27&respondent=unit{_DAYS}&also1-clause=",
    "a fact of another clause that can't be right": f"/law/fine/?clause=N27&respondent=unit{_DAYS}&also1-clause=N29&also1-asked=N29&also1-term_ends=2025-07-01",
    "a conflict": f"/law/fine/?clause=S40&respondent=unit{_DAYS}",
    "facts that can't be right": "/law/fine/?clause=N29&respondent=unit&conduct_from=2025-06-01&conduct_to=2025-01-01&decided=",
    "a hearing and its notice": "/law/deadline/?kind=hearing-notice&start=2026-03-12&done=2026-03-04",
    "two terms that can't both be kept": "/law/deadline/?kind=hearing-day&start=2026-09-30",
    "a term of hours": "/law/deadline/?kind=spot-report&start=2026-03-06&at=09:30",
    "a term of hours that was not kept": "/law/deadline/?kind=spot-report&start=2026-03-06&at=09:30&done=2026-03-07&done_at=11:35",
    "a least length": "/law/deadline/?kind=public-notice&start=2026-03-02&done=2026-05-01",
    "a late fee": "/law/late-fee/?fine=10000&delivered=2026-03-02&review_from=2026-03-20&review_to=2026-03-25",
    "a late fee of a fine that was paid in parts": "/law/late-fee/?fine=10000&delivered=2026-03-02&paid=2026-05-01"
    "&pay1_day=2026-03-19&pay1_yuan=2000&pay2_day=2026-03-25&pay2_yuan=3000.50",
    "a look at places of N9": "/law/looking/maintenance/?step=3&contracted=on&running=on&n9=on&cameras_asked=1",
    "a late fee that can't be right": "/law/late-fee/?fine=0&delivered=2026-03-02&paid=",
    "a term of one's own": f"/law/retention/?captured=2026-03-01&days=180&source={'某单位内部安全保卫规定' * 5}&rank=0",
    "a hold": "/law/retention/?captured=2026-03-01&hold_reason=盗窃案",
    "who builds": "/law/builder/?category=2&state_owned=on",
    "questions about a look": "/law/looking/agency/?step=3&requester=organ",
    "a number that can't be read": "/law/looking/inspection/?step=2&cards=9999",
    "a look that lacks something": "/law/looking/missing_person/?step=4&missing=child&age=9",
    "a look that may go on": "/law/looking/own_image/?step=4&identity_shown=on&shows_requester=on&content=on",
    "nothing found": "/law/search/?q=绝无此词",
}


def test_every_kind_of_answer_is_accessible_quiet_light_and_fits(context: BrowserContext, system: System) -> None:
    visitor = Visitor(context)
    sign_in(visitor.page, system, "jiancha")
    for path in ANSWERS.values():
        visitor.open(path)
    assert not visitor.wrong, "\n".join(visitor.wrong)


def test_every_kind_of_answer_fits_a_phone_in_english(context: BrowserContext, system: System) -> None:
    visitor = Visitor(context)
    sign_in(visitor.page, system, "jiancha")
    _switch(visitor.page, "English", "en")
    for path in (*ANSWERS.values(), "/law/examples/", "/law/looking/"):
        visitor.glance(path)
    # The account remembers its language, and the next test reads Chinese.
    _switch(visitor.page, "中文", "zh-Hans")
    assert not visitor.wrong, "\n".join(visitor.wrong)


def _switch(page: Page, button: str, language: str) -> None:
    page.get_by_role("button", name=button).click()
    page.locator(f"html[lang={language}]").wait_for()
    page.wait_for_load_state("networkidle")


def test_the_workbench_tells_the_refusal_of_the_story_with_its_clause_one_click_away(
    page: Page, system: System
) -> None:
    sign_in(page, system, "banan")
    page.goto("/")
    page.get_by_role("link", name="次查看未获准").click()
    expect(page.locator("tbody .clause button").first).to_have_text("S34(1)")


def test_a_clause_chip_opens_and_closes_by_keyboard_and_fits_a_phone(context: BrowserContext, system: System) -> None:
    visitor = Visitor(context)
    page = visitor.page
    sign_in(page, system, "jiancha")
    page.goto("/law/S40/")
    chip = page.locator(".clause button", has_text="S18b").first
    card = page.locator(".clause__card:popover-open")
    chip.focus()
    page.keyboard.press("Enter")
    expect(card).to_contain_text("拆除前十五日")
    visitor.weight.begin()
    visitor.check("an open clause")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.getAttribute('href')") == "/law/S18b/"
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    assert page.evaluate("() => document.activeElement.matches('.clause button')")
    page.set_viewport_size({"width": 390, "height": 800})
    chip.click()
    box = card.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert abs(box["y"] + box["height"] - 800) < 2
    assert not visitor.wrong, "\n".join(visitor.wrong)


def test_without_script_a_fine_is_asked_step_by_step_and_answered(context: BrowserContext, system: System) -> None:
    first = context.new_page()
    sign_in(first, system, "jiancha")
    plain = patient(context.browser.new_context(base_url=system.address, java_script_enabled=False, locale="zh-CN"))  # type: ignore[union-attr]
    plain.add_cookies(context.cookies())  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto("/law/fine/")
    page.get_by_role("radio", name="N29").check()
    page.get_by_role("radio", name="单位", exact=True).check()
    page.get_by_role("button", name="下一步").click()
    for label, day in (
        ("行为开始之日", "2025-06-01"),
        ("行为终了之日", "2025-06-30"),
        ("拟作出决定之日", "2025-09-01"),
    ):
        page.get_by_label(label).fill(day)
    page.get_by_role("button", name="计算罚款").click()
    expect(page.locator("#memo")).to_contain_text("先责令")
    chip = page.locator("#memo .clause button").first
    chip.click()
    expect(page.locator(".clause__card:popover-open")).to_be_visible()
    plain.close()


def test_without_script_a_clause_is_added_and_a_look_is_checked(context: BrowserContext, system: System) -> None:
    first = context.new_page()
    sign_in(first, system, "jiancha")
    plain = patient(context.browser.new_context(base_url=system.address, java_script_enabled=False, locale="zh-CN"))  # type: ignore[union-attr]
    plain.add_cookies(context.cookies())  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto(f"/law/fine/?clause=N27&respondent=unit{_DAYS}")
    page.get_by_role("button", name="同一行为同时违反其他规定").click()
    page.get_by_label("同时违反的规定").select_option("N29")
    page.get_by_role("button", name="下一步").click()
    page.locator("input[name=item][value='1']").check()
    page.get_by_label("是否公共场所").first.select_option("yes")
    page.get_by_role("button", name="计算罚款").click()
    expect(page.locator("#memo")).to_contain_text("依此处罚")
    expect(page.locator("#memo")).to_contain_text("待责令期满")
    page.goto("/law/looking/")
    page.get_by_role("link", name="接入核对").click()
    page.get_by_label("有在该系统接入点位的权限").check()
    page.get_by_label("点位正在接入").check()
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.locator("#memo")).to_contain_text("尚未成功检测该点位的地址")
    page.get_by_role("link", name=re.compile("修改.*检测")).click()
    page.get_by_label("刚刚成功检测了地址").check()
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.locator("#memo")).to_contain_text("可以继续")
    plain.close()


def test_an_answer_is_copied_as_words_and_taken_into_a_calendar(context: BrowserContext, system: System) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    sign_in(page, system, "jiancha")
    page.goto(ANSWERS["a conflict"])
    page.get_by_role("button", name="复制文字").click()
    page.get_by_role("button", name="已复制").wait_for()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert "一、事实" in copied
    assert "规范冲突，由法制审核决定" in copied
    page.goto(ANSWERS["a day that moved over Losar"])
    with page.expect_download() as waiting:
        page.get_by_role("link", name="添加到日历").click()
    assert waiting.value.suggested_filename == "filing-2026-02-27.ics"


def test_the_dialog_that_asks_for_the_reason_opens_its_clause(
    page: Page, context: BrowserContext, system: System
) -> None:
    visitor = Visitor(context)
    page = visitor.page
    sign_in(page, system, "zhiban")
    begin_duty(page)
    open_camera(page, "河滨公园步道")
    playing = "() => document.querySelector('custodes-player').state.kind === 'playing'"
    until(page, lambda: page.evaluate(playing), "the picture")
    page.evaluate("() => void document.querySelector('custodes-player').seek(Date.now() * 1000 - 3600e6)")
    page.get_by_role("dialog").locator(".clause button").click()
    expect(page.locator(".clause__card:popover-open")).to_contain_text("条例》第十六条第二款第三项")
    visitor.weight.begin()
    visitor.check("the clause in the dialog", CONTROL)
    assert not visitor.wrong, "\n".join(visitor.wrong)
