"""A newcomer brings one camera in, step by step; a caretaker brings in a table; a device found by ONVIF; in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.conftest import System
from tests.e2e.people import sign_in
from tests.frontend.conftest import patient
from tests.patience import PATIENCE
from tests.video.onvif.virtual import virtual_camera

pytestmark = pytest.mark.e2e

LOGIN = ("admin", "simulated-only")


@dataclass
class Stopwatch:
    """Counts what a person does: a press, or a field that is filled in. Time says something about the machine alone."""

    page: Page
    presses: int = 0
    fields: int = 0

    def press(self, what: Locator) -> None:
        self.presses += 1
        what.click()

    def fill(self, name: str, value: str) -> None:
        self.fields += 1
        self.page.locator(f"[name={name}]").fill(value)

    def choose(self, name: str, value: str) -> None:
        self.fields += 1
        self.page.locator(f"[name={name}]").select_option(value)


@pytest.fixture(params=[1280, 390], ids=["desk", "phone"])
def wide(request: pytest.FixtureRequest, browser: Browser, system: System) -> Iterator[Page]:
    """One tab at a desk's and at a phone's width."""
    context: BrowserContext = patient(
        browser.new_context(base_url=system.address, viewport={"width": request.param, "height": 844}, locale="zh-CN")
    )
    yield context.new_page()
    context.close()


def open_wizard(page: Page, system: System) -> None:
    # The caretaker may have probed as often as one may in a minute (test_adding_a_camera.py): the administrator does it here.
    sign_in(page, system, "xitong")
    page.goto("/systems/")
    page.get_by_role("link", name="校园视频系统").click()
    page.get_by_role("link", name="接入点位").first.click()


def nothing_hangs_out(page: Page) -> None:
    """The page itself never scrolls sideways. Asked of a locator: it waits while one page gives way to the next."""
    assert page.locator("html").evaluate("(root) => root.scrollWidth <= root.clientWidth + 1")


def test_a_newcomer_has_a_camera_recorded_within_a_handful_of_presses(wide: Page, system: System) -> None:
    page, watch = wide, Stopwatch(wide)
    open_wizard(page, system)
    number = page.viewport_size["width"]  # type: ignore[index]
    camera = {1280: "cam-01", 390: "cam-02"}[number]
    watch.fill("place", f"教学楼东侧立柱 {number}")
    watch.fill("view", "教学楼东门内外")
    watch.press(page.locator("[name=clear]"))
    nothing_hangs_out(page)
    watch.press(page.get_by_role("button", name="下一步：设备地址"))
    nothing_hangs_out(page)
    watch.press(page.get_by_role("link", name="按地址模板填写"))
    watch.choose("maker", "simcam")
    watch.fill("host", "127.0.0.1")
    watch.fill("channel", camera[-2:])
    watch.fill("port", str(system.camera_port))
    watch.fill("username", LOGIN[0])
    watch.fill("password", LOGIN[1])
    expect(page.locator(".preview")).to_contain_text(f"rtsp://127.0.0.1:{system.camera_port}/{camera}/main")
    nothing_hangs_out(page)
    watch.press(page.get_by_role("button", name="下一步：检测地址"))
    expect(page.locator("main")).to_contain_text("检测成功")
    assert LOGIN[1] not in page.content()
    nothing_hangs_out(page)
    watch.press(page.get_by_role("button", name="核对一张画面"))
    expect(page.locator("main img").first).to_be_visible()
    watch.press(page.get_by_role("link", name="画面无误，下一步：名称和编号"))
    watch.fill("name", f"教学楼东门 {number}")
    watch.press(page.get_by_role("button", name="确认接入"))
    expect(page.get_by_role("heading", name="点位已接入")).to_be_visible()
    nothing_hangs_out(page)
    assert watch.presses <= 7
    assert watch.fields <= 9
    watch.press(page.get_by_role("link", name="接入下一个点位"))
    expect(page.get_by_role("heading", name="接在哪里，拍摄什么")).to_be_visible()


def test_a_table_is_previewed_mended_registered_and_probed(page: Page, system: System) -> None:
    sign_in(page, system, "guanli")
    page.goto("/systems/")
    page.get_by_role("link", name="校园视频系统").click()
    page.get_by_role("link", name="批量接入").first.click()
    root = f"rtsp://127.0.0.1:{system.camera_port}"
    rows = [
        ("点位名称", "安装位置", "主码流地址", "登录名", "密码"),
        ("图书馆", "门前灯杆", f"{root}/cam-05/main", *LOGIN),
        ("操场北侧", "看台上方", f"{root}/cam-99/main", *LOGIN),
        ("", "柱子", f"{root}/cam-06/main", *LOGIN),
        ("卫生间外走廊", "走廊东端", f"{root}/cam-08/main", *LOGIN),
    ]
    page.locator("[name=table]").fill("\n".join("\t".join(row) for row in rows))
    page.get_by_role("button", name="下一步：预览").click()
    main = page.locator("main")
    expect(main).to_contain_text("2 行可以登记，1 行需要改正，1 行待人工核对")
    assert LOGIN[1] not in page.content()
    card = page.get_by_role("group", name=re.compile("第 4 行"))
    card.get_by_label("点位名称").fill("柱子")
    page.get_by_role("group", name=re.compile("第 5 行")).get_by_label("核对说明").fill("只拍走廊，门内不可见")
    page.get_by_role("button", name="保存并重新核对").click()
    page.get_by_role("button", name="确认登记 4 个点位").click()
    page.get_by_role("button", name="检测 4 个点位").click()
    expect(main).to_contain_text("等待检测")
    expect(main).to_contain_text("已接入 2", timeout=max(PATIENCE, 90) * 1000)
    expect(main).to_contain_text("检测未成功 2")
    expect(page.get_by_role("row", name=re.compile("操场北侧"))).to_contain_text("设备上没有该码流")
    expect(page.get_by_role("button", name="重新检测未成功的 2 个")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("卫生间外走廊"))).to_contain_text("待核对")
    page.get_by_role("link", name="图书馆").click()
    expect(main).to_contain_text("已接入")


def test_a_device_says_its_streams_by_onvif(page: Page, system: System) -> None:
    open_wizard(page, system)
    page.locator("[name=place]").fill("后门立柱")
    page.locator("[name=view]").fill("后门内外")
    page.locator("[name=clear]").check()
    page.get_by_role("button", name="下一步：设备地址").click()
    with virtual_camera(rtsp_port=system.camera_port, login=LOGIN) as camera:
        camera.config.main_stream_name, camera.config.sub_stream_name = "cam-03/main", "cam-03/sub"
        page.get_by_role("link", name="通过 ONVIF 读取").click()
        page.locator("[name=host]").fill("127.0.0.1")
        page.locator("[name=port]").fill(str(camera.port))
        page.locator("[name=username]").fill(LOGIN[0])
        page.locator("[name=password]").fill(LOGIN[1])
        page.get_by_role("button", name="读取设备").click()
        expect(page.get_by_role("heading", name="选择通道")).to_be_visible()
        expect(page.locator("main")).to_contain_text(camera.config.manufacturer)
        page.get_by_role("button", name="下一步：检测地址").click()
    expect(page.locator("main")).to_contain_text("检测成功")
    expect(page.locator("main")).to_contain_text("cam-03/main")
