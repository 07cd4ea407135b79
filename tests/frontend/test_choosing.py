"""Cameras and times chosen on the map and the timeline, in a real browser: by pointer, by keyboard, without a map, on a phone."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Browser, Locator, Page, Route, expect, sync_playwright

from tests.frontend.conftest import ARGUMENTS, BUILT, built, patient, until
from tests.patience import PATIENCE

ORIGIN = "http://custodes.test"
LHASA = ZoneInfo("Asia/Shanghai")
SHOTS = os.environ.get("CUSTODES_TEST_SHOTS")
HERE = (91.1172, 29.6578)
IDS = [f"{n}" * 8 + "-1111-4111-8111-111111111111" for n in range(1, 5)]
NAMES = ["东门", "操场", "西门", "食堂"]
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; "
    "connect-src 'self'"
)
NO_WEBGL = """() => {
  const real = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
    return kind.startsWith('webgl') ? null : real.call(this, kind, ...more);
  };
}"""
BEGIN = datetime(2026, 6, 3, 8, tzinfo=LHASA)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser that draws WebGL without a graphics card."""
    path = os.environ.get("CUSTODES_TEST_BROWSER") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, headless=True, args=[*ARGUMENTS, "--enable-unsafe-swiftshader"]
        )
        yield browser
        browser.close()


def us(moment: datetime) -> int:
    return round(moment.timestamp()) * 1_000_000


@dataclass
class Server:
    """Answers as the web does, and remembers what was asked."""

    windows: list[dict[str, Any]] = field(default_factory=list)
    lanes: list[dict[str, Any]] = field(default_factory=list)
    decided: datetime = BEGIN + timedelta(days=3)
    days: int = 30
    most: int = 60
    language: str = "zh-hans"

    def page(self) -> str:
        with translation.override(self.language):
            context = {"subject": "agency:1", "field": "camera", "from_id": "from", "to_id": "to", "most": self.most}
            part = render_to_string("access/choosing.html", {**context, "may_hold": True})
            lanes = render_to_string("access/choosing_lanes.html", {})
        boxes = f'<label class="choice__option"><input type="checkbox" name="camera" value="{IDS[0]}"><span>1 东门</span></label>'
        ends = "".join(
            f'<div class="field"><label class="field__label" for="{name}">{word}</label>'
            f'<input type="datetime-local" step="1" id="{name}" name="{name}" value="{at:%Y-%m-%dT%H:%M:%S}"></div>'
            for name, word, at in (("from", "起", BEGIN), ("to", "止", BEGIN + HOUR))
        )
        language = "en" if self.language == "en" else "zh-Hans"
        return (
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>选择点位和时段</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="csrf-token" content="t">'
            f"{built('src/main.ts').replace('/static/', '/static/built/')}{built('src/choose.ts').replace('/static/', '/static/built/')}"
            f'</head><body><main class="main" id="main"><h1>选择点位和时段</h1><form class="form form--wide" method="post">{part}'
            f'<fieldset class="choice" data-choose-into><legend><h2>已选</h2></legend>{boxes}</fieldset>'
            f'<fieldset class="span"><legend><h2>时段</h2></legend><div class="span__ends">{ends}</div></fieldset>{lanes}'
            "</form></main></body></html>"
        )

    def window(self, said: dict[str, Any]) -> dict[str, Any]:
        self.windows.append(said)
        rows = [
            {
                "id": key,
                "number": str(n + 1),
                "name": name,
                "place": "校园",
                "system": "校园视频系统",
                "at": [HERE[0] + n * 0.002, HERE[1]],
            }
            for n, (key, name) in enumerate(zip(IDS, NAMES, strict=True))
        ]
        if said.get("shape"):
            return {"total": 3, "most": self.most, "cameras": rows[:3] if self.most >= 3 else []}
        found: dict[str, Any] = {"total": 4, "cameras": rows, "cells": []}
        if said.get("box") is None:
            under = {"tiles": "", "attribution": "", "seats": [{"name": "城关区", "at": [91.14, 29.65]}]}
            edge = [HERE[0] - 0.003, HERE[1] - 0.003, HERE[0] + 0.009, HERE[1] + 0.003]
            found |= {"extent": edge, "unplaced": 2, "underlay": under}
        return found

    def hours(self, said: dict[str, Any]) -> dict[str, Any]:
        self.lanes.append(said)
        begin, end = (round(datetime.fromisoformat(said[name]).timestamp()) * 1_000_000 for name in ("from", "to"))
        one, two = us(BEGIN + HOUR / 2 * 2), us(BEGIN + 3 * HOUR)
        runs = [
            [begin, one, "whole", "", one - begin],
            [one, two, "gap", "network", 0],
            [two, two + 3_600_000_000, "part", "disk", 120_000_000],
            [two + 3_600_000_000, end, "whole", "", end - two - 3_600_000_000],
        ]
        lanes = [
            {
                "id": key,
                "name": NAMES[IDS.index(key)],
                "number": str(IDS.index(key) + 1),
                "days": self.days,
                "oldest": begin + 7_200_000_000,
                "runs": runs,
                "holds": [[us(BEGIN), us(BEGIN + HOUR)]] if key == IDS[1] else [],
            }
            for key in said["cameras"]
        ]
        reasons = {"network": "网络中断", "disk": "存储空间不足或者故障"}
        return {"now": us(BEGIN + 24 * HOUR), "decided": us(self.decided), "reasons": reasons, "lanes": lanes}


Open = Callable[..., Page]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def opened(browser: Browser, server: Server) -> Iterator[Open]:
    """Opens the page; at the end nothing may have broken its policy or its scripts."""
    problems: list[str] = []
    contexts = []

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path.startswith("/static/built/"):
            route.fulfill(path=BUILT / Path(path).name)
        elif path == "/choosing/window/":
            route.fulfill(json=server.window(json.loads(route.request.post_data or "")))
        elif path == "/upkeep/lanes/":
            route.fulfill(json=server.hours(json.loads(route.request.post_data or "")))
        else:
            headers = {"content-security-policy": POLICY}
            route.fulfill(body=server.page(), content_type="text/html; charset=utf-8", headers=headers)

    def show(width: int = 1280, scheme: Any = "light", webgl: bool = True) -> Page:
        context = patient(browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme))
        contexts.append(context)
        context.route("**/*", serve)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda one: problems.append(one.text) if one.type == "error" else None)
        if not webgl:
            page.add_init_script(f"({NO_WEBGL})()")
        page.goto(ORIGIN + "/")
        until(page, "document.querySelector('[data-choose]:not([hidden])')")
        return page

    yield show
    for context in contexts:
        context.close()
    assert problems == []


def with_map(page: Page) -> Locator:
    page.get_by_role("button", name="在地图上选择").click()
    until(page, "document.querySelector('[data-drawn]')")
    stage = page.locator(".choose__stage")
    stage.scroll_into_view_if_needed()
    return stage


def picked(page: Page) -> list[str]:
    return page.evaluate("() => [...document.querySelectorAll('input[name=camera]:checked')].map((box) => box.value)")  # type: ignore[no-any-return]


def typed(page: Page) -> tuple[str, str]:
    """Both ends with their seconds, which a browser leaves out where they are none."""
    ends = [datetime.fromisoformat(page.locator(name).input_value()) for name in ("#from", "#to")]
    return ends[0].isoformat(), ends[1].isoformat()


def shapes(server: Server) -> list[dict[str, Any]]:
    return [one["shape"] for one in server.windows if one.get("shape")]


def drawn(page: Page, server: Server, number: int) -> dict[str, Any]:
    """The shape with this number, once it was asked about."""
    deadline = time.monotonic() + PATIENCE
    while len(shapes(server)) < number:
        assert time.monotonic() < deadline, (
            f"waited {PATIENCE:g} s in vain for {number} shapes to be asked about; last seen: {shapes(server)}"
        )
        page.wait_for_timeout(50)
    expect(page.get_by_text("划定范围内点位 3 个。")).to_be_visible()
    return shapes(server)[number - 1]


def drag(page: Page, stage: Locator, begin: tuple[float, float], end: tuple[float, float]) -> None:
    box = stage.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + begin[0] * box["width"], box["y"] + begin[1] * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=6)
    page.mouse.up()


def test_a_circle_a_rectangle_and_a_polygon_are_drawn_and_end_as_ticked_boxes(opened: Open, server: Server) -> None:
    page = opened()
    stage = with_map(page)
    assert page.locator("[data-choose-count]").inner_text() == "已选 0 个点位"
    page.get_by_role("button", name="画圆", exact=True).click()
    drag(page, stage, (0.4, 0.5), (0.5, 0.5))
    longitude, latitude, metres = drawn(page, server, 1)["circle"]
    assert abs(longitude - HERE[0]) < 0.01
    assert abs(latitude - HERE[1]) < 0.001
    assert 20 < metres < 2_000
    page.get_by_role("button", name="全部选入（3 个）").click()
    assert sorted(picked(page)) == IDS[:3]
    expect(page.get_by_role("button", name="全部选入")).to_be_hidden()
    assert page.locator("[data-choose-count]").inner_text() == "已选 3 个点位"

    page.get_by_role("button", name="画方框").click()
    drag(page, stage, (0.2, 0.2), (0.6, 0.7))
    west, east = (corner[0] for corner in drawn(page, server, 2)["ring"][:2])
    assert west < east

    page.get_by_role("button", name="画多边形").click()
    for x, y in ((0.3, 0.3), (0.7, 0.3), (0.5, 0.7)):
        box = stage.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.wait_for_timeout(400)  # two clicks within the time of a double click are one
    page.get_by_role("button", name="完成").click()
    assert len(drawn(page, server, 3)["ring"]) == 3


def test_by_keyboard_alone_a_circle_of_so_many_metres_around_the_middle(opened: Open, server: Server) -> None:
    page = opened()
    button = page.get_by_role("button", name="在地图上选择")
    button.focus()
    page.keyboard.press("Enter")
    until(page, "document.querySelector('[data-drawn]')")
    metres = page.get_by_label("半径（米）")
    metres.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("350")
    page.keyboard.press("Enter")
    assert page.url == ORIGIN + "/", "a key in the map sends no form"
    page.get_by_role("button", name="以地图中心画圆").focus()
    page.keyboard.press("Space")
    everything = page.get_by_role("button", name="全部选入（3 个）")
    expect(everything).to_be_visible()
    assert shapes(server)[0]["circle"][2] == 350
    box = page.get_by_role("checkbox", name="2 操场")
    box.focus()
    page.keyboard.press("Space")
    assert picked(page) == [IDS[1]]
    page.keyboard.press("Escape")
    expect(page.get_by_text("本视图内点位 4 个。")).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-choose-map]")).to_be_hidden()


def test_a_click_on_a_camera_chooses_it_and_another_takes_it_out(opened: Open) -> None:
    page = opened()
    stage = with_map(page)
    for expected in ([IDS[0]], []):
        # The first camera lies a quarter of the extent from its western edge.
        box = stage.bounding_box()
        assert box is not None
        west = (box["width"] - (box["width"] - 60)) / 2
        page.mouse.click(box["x"] + west + 0.25 * (box["width"] - 60), box["y"] + box["height"] / 2)
        until(page, f"document.querySelectorAll('input[name=camera]:checked').length === {len(expected)}")
        assert picked(page) == expected


def test_more_than_may_be_chosen_is_said_and_nothing_is_offered(opened: Open, server: Server) -> None:
    server.most = 2
    page = opened()
    with_map(page)
    page.get_by_role("button", name="以地图中心画圆").click()
    expect(page.get_by_text("划定范围内点位 3 个，超过最多 2 个。请缩小范围。")).to_be_visible()
    expect(page.get_by_role("button", name="全部选入")).to_be_hidden()


def test_where_nothing_can_be_drawn_the_list_does_the_same(opened: Open) -> None:
    page = opened(webgl=False)
    page.get_by_role("button", name="在地图上选择").click()
    expect(page.get_by_text("本浏览器不能绘制地图")).to_be_visible()
    page.get_by_role("checkbox", name="4 食堂").check()
    assert picked(page) == [IDS[3]]
    expect(page.get_by_text("另有 2 个可选点位不在地图上")).to_be_visible()


def test_lanes_say_what_is_there_and_both_ends_keep_step_with_what_is_typed(opened: Open, server: Server) -> None:
    page = opened()
    expect(page.get_by_text("选定点位后，在这里显示其录像时段。")).to_be_visible()
    assert server.lanes == []
    page.get_by_role("checkbox", name="1 东门").check()
    said = page.locator("[data-said]").first
    expect(said).to_contain_text("所选时段：有录像 1 小时。")
    begin = page.get_by_role("slider", name="时段的起")
    end = page.get_by_role("slider", name="时段的止")
    assert begin.get_attribute("aria-valuetext") == "2026-06-03（周三）08:00:00"
    end.focus()
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowRight")
    assert typed(page) == ("2026-06-03T08:00:00", "2026-06-03T10:01:00")
    expect(said).to_contain_text("缺失（网络中断） 1 小时")
    begin.focus()
    page.keyboard.press("Shift+ArrowRight")
    assert typed(page)[0] == "2026-06-03T08:00:01"
    page.locator("#to").fill("2026-06-03T11:30:00")
    page.locator("#to").dispatch_event("change")
    assert end.get_attribute("aria-valuetext") == "2026-06-03（周三）11:30:00"
    # Whatever is typed outside of what is shown is shown.
    page.locator("#from").fill("2026-05-20T08:00:00")
    page.locator("#to").fill("2026-05-20T09:00:00")
    page.locator("#to").dispatch_event("change")
    until(page, "document.querySelector('.lanes__band:not([hidden])')")
    assert begin.get_attribute("aria-valuetext") == "2026-05-20（周三）08:00:00"


def test_a_span_is_dragged_and_each_end_by_its_handle(opened: Open) -> None:
    page = opened()
    page.get_by_role("checkbox", name="1 东门").check()
    area = page.locator(".lanes__area")
    expect(area).to_be_visible()
    area.scroll_into_view_if_needed()
    drag(page, area, (0.25, 0.6), (0.5, 0.6))
    begin, end = (datetime.fromisoformat(one) for one in typed(page))
    assert timedelta(hours=5) < end - begin < timedelta(hours=8), "a quarter of twenty-five hours"
    handle = page.get_by_role("slider", name="时段的止").bounding_box()
    assert handle is not None
    page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + 12)
    page.mouse.down()
    page.mouse.move(handle["x"] + 120, handle["y"] + 12, steps=5)
    page.mouse.up()
    later = datetime.fromisoformat(typed(page)[1])
    assert later > end
    assert datetime.fromisoformat(typed(page)[0]) == begin


def test_what_goes_before_it_is_decided_is_said_with_the_way_to_a_hold(opened: Open, server: Server) -> None:
    server.days, server.decided = 1, BEGIN + timedelta(days=3)
    page = opened()
    page.get_by_role("checkbox", name="1 东门").check()
    notice = page.locator(".lanes__ends")
    expect(notice).to_contain_text("1 东门：2026-06-05（周五）起删除")
    href = notice.get_by_role("link", name="为这些点位设定保全").get_attribute("href") or ""
    assert href.startswith(f"/holds/new/?camera={IDS[0]}&from=2026-06-03T00%3A00%3A00")
    server.days = 30
    page.get_by_role("button", name="一天").click()
    expect(notice).to_be_empty()


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1280, "light", "zh-hans"), (1280, "dark", "zh-hans"), (390, "light", "zh-hans"), (390, "dark", "zh-hans"), (1280, "light", "en")],
)  # fmt: skip
def test_it_is_accessible_and_no_wider_than_the_window(
    opened: Open, server: Server, width: int, scheme: str, language: str
) -> None:
    server.language, server.days = language, 1
    page = opened(width, scheme)
    page.locator("[data-choose-open]").click()
    until(page, "document.querySelector('[data-drawn]')")
    page.locator("#choose-metres + button, .choose__modes > button").nth(4).click()
    until(page, "document.querySelector('.regmap__side .button:not([hidden])')")
    page.locator(".regmap__side .button").first.click()
    until(page, "document.querySelectorAll('.lanes__lane').length === 3")
    if SHOTS:
        page.wait_for_timeout(600)
        page.screenshot(path=f"{SHOTS}/choosing-{width}-{scheme}-{language}.png", full_page=True)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, input:not([type=checkbox], [type=hidden])')]
          .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 40).map((each) => each.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_a_page_with_the_choice_weighs_less_than_100_kb_before_the_map_is_opened(opened: Open) -> None:
    import gzip

    manifest = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    files: set[str] = set()

    def collect(name: str) -> None:
        chunk = manifest[name]
        files.update([chunk["file"], *chunk.get("css", [])])
        for imported in chunk.get("imports", []):
            collect(imported)

    for name in ("src/theme.ts", "src/main.ts", "src/choose.ts"):
        collect(name)
    assert sum(len(gzip.compress((BUILT / file).read_bytes())) for file in files) < 100_000
    page = opened()
    loaded = page.evaluate("() => performance.getEntriesByType('resource').map((one) => one.name)")
    assert not any("maplibre" in name or "panel" in name for name in loaded)
