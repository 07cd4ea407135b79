"""Three cascaded platforms, as `custodes demo --levels 3` starts them: a county's cameras on the region's page, through the city: live, and what
the county recorded, for an officer who is stated on the way; one of them steered until the county takes it over, and its alarms."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import migrated
from tests.e2e.conftest import FILMS, START_SECONDS, System, free_ports
from tests.e2e.people import begin_duty, open_camera, sign_in
from tests.e2e.picture import POSITION, frame_number, plays_on, until
from tests.frontend.conftest import patient
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e

STATE = "() => document.querySelector('custodes-player')?.state.kind"
NAMES = "() => JSON.parse(document.getElementById('wall-cameras')?.textContent || '[]').map((one) => one.name)"
CAMERA, DOME = "大昭寺广场东口", "大昭寺广场球机"


@pytest.fixture
def levels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, System]]:
    """The demo of three levels by their names, on a folder of its own; all of it must also stop cleanly."""
    first = free_ports(26)
    folder = tmp_path_factory.mktemp("levels")  # short: in it lies a socket, and its path may have 107 octets
    migrated.begin(folder / "data" / "region")
    with (folder / "demo.log").open("w+") as log:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "custodes.cli", "demo", "--levels", "3", "--json", "--data", str(folder / "data"),
                "--films", str(FILMS), "--web-port", str(first), "--node-port", str(first + 4), "--camera-port", str(first + 8),
            ],
            stdout=subprocess.PIPE, stderr=log, text=True,
            env={name: value for name, value in os.environ.items() if not name.startswith(("CUSTODES_", "DJANGO_"))},
        )  # fmt: skip
        assert process.stdout is not None
        try:
            ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
            line = process.stdout.readline() if ready else ""
            log.seek(0)
            assert line, f"it did not start:\n{log.read()}"
            facts = json.loads(line)
            logins = {
                name: {"username": name, "password": facts["password"]} for name in ("zhiban", "jiancha", "guanli")
            }
            ports = facts["camera_port"], facts["sent_port"]
            yield {
                one["level"]: System(one["address"], Path(one["data"]), logins, *ports, process)
                for one in facts["installations"]
            }
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(max(PATIENCE, 90))
        assert code == 0


@contextmanager
def at(browser: Browser, system: System) -> Iterator[Page]:
    """A browser of its own at one of the three."""
    with patient(
        browser.new_context(base_url=system.address, locale="zh-CN", viewport={"width": 1280, "height": 800})
    ) as context:
        yield context.new_page()


@pytest.mark.timeout(360, func_only=True)
def test_the_region_sees_a_countys_camera_live_and_recorded_through_the_city(
    browser: Browser, levels: dict[str, System]
) -> None:
    with at(browser, levels["region"]) as page:
        sign_in(page, levels["region"], "zhiban")
        begin_duty(page)

        def listed() -> bool:
            page.goto("/live/")
            return bool(set(page.evaluate(NAMES)) == {CAMERA, DOME})

        with what_they_said(levels):
            until(page, listed, "the city's catalogue became a camera", patience=max(PATIENCE, 90), every=2)
        until(page, lambda: page.evaluate(STATE) == "playing", "the picture plays")
        comes(page, "the county's frames come, one after the other")
        with cut_off(levels["county"]):
            until(page, lambda: page.evaluate(STATE) != "playing", "the picture stands still")
        until(page, lambda: page.evaluate(STATE) == "playing", "it comes again by itself", patience=max(PATIENCE, 90))
        comes(page, "the county's frames come again")
        looks_back(page)
        steers_until_taken_over(browser, page, levels)
        for level in ("city", "county"):
            is_on_record(browser, levels[level])
        hears_alarms(browser, levels)
        open_camera(page, CAMERA)
        until(page, lambda: page.evaluate(STATE) == "playing", "the picture plays")
        # A region that says nothing of who asks learns nothing of what was recorded.
        with closing(sqlite3.connect(levels["region"].data / "web.sqlite3", timeout=PATIENCE)) as register, register:
            register.execute("UPDATE sharing_platform SET custodes = 0 WHERE role = 'lower'")
            register.execute("UPDATE places_gateway SET generation = generation + 1")
        ask = page.get_by_role("button", name="查询设备录像")

        def refused() -> bool:
            ask.click()
            expect(ask).to_be_enabled()
            return bool(refusals(levels["city"]))

        until(page, refused, "it is refused where nobody was stated", every=1)
        [(status, unmet), *_] = refusals(levels["city"])
        assert status == 403
        assert [clause for clause, *_ in json.loads(unmet)] == ["S28.1(3)"]


@contextmanager
def what_they_said(levels: dict[str, System]) -> Iterator[None]:
    """A failure says how far each level was, and what its probes failed with."""
    try:
        yield
    except AssertionError as error:
        error.add_note((levels["region"].data.parents[1] / "demo.log").read_text()[-4000:])
        for name, system in levels.items():
            error.add_note(f"{name}: {(system.data / 'log' / 'taking.log').read_text()[-2000:]}")
            with closing(sqlite3.connect(system.data / "web.sqlite3", timeout=PATIENCE)) as register:
                error.add_note(str(register.execute("SELECT at, failure, detail FROM places_probe").fetchall()[-20:]))
        raise


@contextmanager
def cut_off(system: System) -> Iterator[None]:
    """Nothing of this level comes or goes, as where its line is cut: all of its processes stand still."""
    data = f"CUSTODES_DATA={system.data}".encode()
    ours = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if data in (folder / "environ").read_bytes().split(b"\0"):
                ours.append(int(folder.name))
    assert len(ours) >= 4, "web, node, its workers and gateway"
    for pid in ours:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in ours:
            os.kill(pid, signal.SIGCONT)


def comes(page: Page, what: str) -> None:
    """The picture moves."""
    numbers: set[int | None] = set()

    def moves() -> bool:
        numbers.add(frame_number(page))
        return len(numbers - {None}) >= 5

    until(page, moves, what)


def looks_back(page: Page) -> None:
    """Ask what the county recorded, play it, let it stand still, go on, go back to its beginning."""
    open_camera(page, CAMERA)
    until(page, lambda: page.evaluate(STATE) == "playing", "the picture plays")
    ask, box = page.get_by_role("button", name="查询设备录像"), page.locator(".timeline__box").first

    def told() -> bool:
        ask.click()
        expect(ask).to_be_enabled()
        return page.locator(".timeline__box").count() > 0 and seconds_of(box) >= 20

    until(
        page, told, "the county says what it recorded, and enough to be looked at", patience=max(PATIENCE, 90), every=2
    )
    badge = page.get_by_text("设备录像，未经本系统存证").first

    def shown() -> bool:
        place = page.evaluate(POSITION)
        past = place is not None and place < (time.time() - 10) * 1_000_000
        return bool(past and page.evaluate(STATE) == "playing" and badge.is_visible())

    def plays() -> bool:
        told()
        box.focus()
        page.keyboard.press("Enter")
        try:
            until(page, shown, "of the past", patience=8)
        except AssertionError:
            return False
        return True

    # What was recorded a moment ago is not asked for, and the first ten seconds are not either.
    until(page, plays, "it plays and is marked", every=3)
    comes(page, "the recording's frames come")
    begun = page.evaluate(POSITION)
    plays_on(page, 3)
    page.get_by_role("button", name="暂停").click()
    until(page, lambda: page.evaluate(STATE) == "paused", "it stands still")
    page.get_by_role("button", name="播放", exact=True).click()
    until(page, lambda: page.evaluate(STATE) == "playing", "and goes on")
    plays_on(page, 1)
    here = page.evaluate(POSITION)
    box.focus()
    page.keyboard.press("Enter")
    until(page, lambda: (page.evaluate(POSITION) or here) < begun + 2_000_000, "it begins anew")
    comes(page, "and its frames come")


def steers_until_taken_over(browser: Browser, page: Page, levels: dict[str, System]) -> None:
    """The region's officer turns the county's camera, by hand and by a preset, until the county's takes it."""
    open_camera(page, DOME)
    until(page, lambda: page.evaluate(STATE) == "playing", "the picture plays")
    pad = page.locator(".steer")
    expect(pad.locator(".steer__begin")).to_be_enabled()
    pad.get_by_role("button", name="操控", exact=True).click()
    expect(pad.get_by_text("您正在操控")).to_be_visible()
    presets = pad.locator(".steer__presets")
    expect(presets).to_contain_text("检票通道")  # as the device names it, through two platforms
    # Where it points is asked two platforms down, each of which is told by whom (decision 0381): the pad can point it by degrees then.
    expect(pad.get_by_role("button", name="转到指定角度")).to_be_visible()
    assert all(asked_for(levels[name]) == {("旦增", "自治区公安厅（训练）")} for name in ("city", "county"))
    with at(browser, levels["county"]) as own:
        sign_in(own, levels["county"], "zhiban")
        begin_duty(own)
        open_camera(own, DOME)
        theirs = own.locator(".steer")
        expect(theirs.locator(".steer__begin")).to_be_enabled()
        before = line(page)
        presets.select_option(label="检票通道")
        pad.get_by_role("button", name="转到预置位").click()
        until(page, lambda: unlike(before, line(page)), "it turns to the preset")
        aside = line(page)
        pad.get_by_role("button", name="向左").hover()
        page.mouse.down()
        until(page, lambda: unlike(aside, line(page)), "it turns while it is held")
        page.mouse.up()
        until(page, lambda: all(moves_of(levels[name])[-2:] == ["move", "stop"] for name in levels), "and is stopped")
        assert moves_of(levels["county"])[0] == "goto"
        # No hand that asks for nothing stands for more than a minute: the county's takes it at once.
        expect(theirs.locator(".steer__who")).to_contain_text("拉萨市公安局（训练）")
        theirs.locator(".steer__begin").click()
        expect(theirs.get_by_text("您正在操控")).to_be_visible()
        expect(pad.locator(".steer__who")).to_have_text("下级平台正在操控")
        expect(page.get_by_text("下级平台正在操控该点位，您的操控已结束").first).to_be_attached()


def line(page: Page) -> list[int]:
    """Brightness along a line through the houses, which stand still; the street moves."""
    found: list[int] = page.evaluate("""() => {
      const canvas = Object.assign(document.createElement("canvas"), {width: 64, height: 36});
      const drawing = canvas.getContext("2d");
      drawing.drawImage(document.querySelector("custodes-player").video, 0, 0, 64, 36);
      const pixels = drawing.getImageData(0, 13, 64, 1).data;
      return Array.from({length: 64}, (_, at) => pixels[at * 4]);
    }""")
    return found


def unlike(one: list[int], other: list[int]) -> bool:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) > 64 * 8


def asked_for(system: System) -> set[tuple[str, str]]:
    """Whose questions about where a camera can be sent and points were given here, each with a leaf and its statement."""
    with closing(sqlite3.connect(system.data / "web.sqlite3", timeout=PATIENCE)) as register:
        rows = register.execute(
            "SELECT person, unit FROM sharing_served LEFT JOIN sharing_stated ON sharing_stated.id = stated_id"
            " WHERE sharing_served.verb = 'steer' AND status = 0 AND sharing_served.\"index\" IS NOT NULL"
        )
        return set(rows.fetchall())


def moves_of(system: System) -> list[str]:
    """What the worker of this level gave the camera, in order: durable before it goes further down."""
    [path] = system.data.glob("**/steering-0.sqlite3")
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as book:
        return [json.loads(command)["what"] for (command,) in book.execute("SELECT command FROM commands ORDER BY id")]


def hears_alarms(browser: Browser, levels: dict[str, System]) -> None:
    """An alarm of the county's device stands on the region's page by the camera's name there, and each once."""
    with at(browser, levels["region"]) as page:
        sign_in(page, levels["region"], "guanli")

        def told() -> bool:
            page.goto("/devices/")
            page.get_by_role("link", name="拉萨市联网共享平台（训练）").first.click()
            return page.locator("section").filter(has_text="设备报来的报警").get_by_text("入侵检测").count() > 0

        until(page, told, "an alarm comes up through two platforms", patience=max(PATIENCE, 90), every=2)
        alarms = page.locator("section").filter(has_text="设备报来的报警").get_by_role("listitem").all_inner_texts()
        assert all(DOME in one for one in alarms)
        assert len(set(alarms)) == len(alarms)


def seconds_of(box: Locator) -> int:
    """How long a recording is, by the two times that its box says."""
    times = re.findall(r"(\d\d):(\d\d):(\d\d)", box.get_attribute("aria-label") or "")
    begin, end = (int(hour) * 3600 + int(minute) * 60 + int(second) for hour, minute, second in times[-2:])
    return (end - begin) % 86_400


def is_on_record(browser: Browser, system: System) -> None:
    """What this level gave stands on its page, with the region's officer and why."""
    with at(browser, system) as page:
        sign_in(page, system, "jiancha")
        with closing(sqlite3.connect(system.data / "web.sqlite3", timeout=PATIENCE)) as register:
            [(link,)] = register.execute("SELECT DISTINCT link_id FROM sharing_served").fetchall()
        page.goto(f"/sharing/links/{UUID(link)}/served/")
        given = page.get_by_role("row").filter(has_text="查阅录像").first
        for words in (CAMERA, "旦增", "自治区公安厅（训练）", "值班监看", "S34(1)", "已提供"):
            expect(given).to_contain_text(words)


def refusals(system: System) -> list[tuple[int, str]]:
    """What was refused of recordings here, with a leaf."""
    with closing(sqlite3.connect(system.data / "web.sqlite3", timeout=PATIENCE)) as register:
        return register.execute(
            "SELECT status, unmet FROM sharing_served WHERE verb = 'history' AND status > 0 AND \"index\" IS NOT NULL"
        ).fetchall()
