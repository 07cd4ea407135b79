"""An officer speaks through a camera in a real browser with a made-up microphone: the device takes the call, and the ledger knows."""

from __future__ import annotations

import cmath
import math
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from custodes.gb28181.media.g711 import RATE, samples_of
from tests.e2e.camera_page import look, on_duty, records, shot, wait_for_offer, wait_for_words
from tests.e2e.conftest import CHROMIUM, CHROMIUM_ARGUMENTS, System
from tests.e2e.picture import until
from tests.frontend.conftest import patient
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e

CAMERA, QUIET = "河滨公园广播柱", "河滨公园步道"
CALLED = "移动执法车"
"""Its device says ERROR to an announcement, and is called by the short form."""
BUTTON = ".speak__begin"
MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
HEARD_US, BEEPS_US = 1_000_000, 1_600_000
BEEP_HZ, BEEPS_EACH_S = 400, 0.5
"""Of Chromium's made-up microphone (`media/audio/simple_sources.cc`)."""
WINDOW = RATE // 100
BEEP = 4
"""Windows that hold a whole beep, wherever in the first of them it begins."""
LOUD, STILL = 3_000, 300
"""Of samples of 16 bits: a beep is some 14,000, the stillness between two a handful."""


@pytest.fixture
def speaking(playwright: Playwright, system: System) -> Iterator[BrowserContext]:
    """A browser whose microphone beeps, and that allows it without asking."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*CHROMIUM_ARGUMENTS, *MICROPHONE])
    context = patient(
        browser.new_context(base_url=system.address, viewport={"width": 1280, "height": 800}, locale="zh-CN")
    )
    yield context
    context.close()
    browser.close()


def test_an_officer_speaks_and_the_ledger_knows_who_why_and_for_how_long(
    system: System, speaking: BrowserContext
) -> None:
    page = speaking.new_page()
    broken: list[str] = []
    page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    on_duty(page, system)
    look(page, CAMERA)
    pad = page.locator(".speak")
    wait_for_offer(page, BUTTON)
    broken.clear()
    before = _heard(system)

    pad.get_by_role("button", name="喊话", exact=True).click()
    why = page.get_by_role("dialog", name="喊话事由")
    why.get_by_role("button", name="开始喊话").click()
    expect(why.get_by_role("alert")).to_contain_text("请选择事由")
    why.get_by_text("劝阻危险行为").click()
    shot(page, "speak-why")
    why.get_by_role("button", name="开始喊话").click()
    hold = pad.get_by_role("button", name="按住说话")
    expect(hold).to_be_visible()
    expect(pad.get_by_text("已接通，按住")).to_be_visible()
    shot(page, "speak-ready")

    box = hold.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    expect(pad.get_by_text("现场听得到")).to_be_visible()
    level = pad.locator("meter")
    until(page, lambda: level.evaluate("meter => meter.value") > 0, "the microphone is heard")
    until(page, lambda: _sent(system) >= BEEPS_US, "the device is to hear three beeps of it", every=0.5)
    shot(page, "speak-held")
    assert hold.bounding_box() == box  # it stands still under the finger, whatever is said beside it
    page.mouse.up()
    expect(pad.get_by_text("已接通，按住")).to_be_visible()
    page.keyboard.down("t")
    expect(pad.get_by_text("现场听得到")).to_be_visible()
    page.keyboard.up("t")

    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    pad.get_by_role("button", name="结束喊话").click()
    expect(pad.get_by_text("喊话已结束")).to_be_visible()
    assert broken == []

    until(page, lambda: bool(records(system, "speech.ended")), "it is on record", every=1)
    [ended] = records(system, "speech.ended")
    [begun] = [one for one in records(system, "speech.begun") if one["speech"] == ended["speech"]]
    assert (begun["reason"], begun["person_name"]) == ("劝阻危险行为", "王伟")
    assert (ended["reason"], ended["person"], ended["form"]) == ("left", begun["person"], "broadcast")
    assert ended["spoken_us"] >= HEARD_US
    assert ended["spoken_us"] <= ended["ended_us"] - ended["begun_us"]
    until(page, lambda: bool(_heard(system, before)), "the device was hung up on", every=1)
    [heard] = _heard(system, before)
    assert_beeps(heard.read_bytes())
    wait_for_words(page, "准予喊话", "结束喊话")


def test_an_officer_speaks_through_a_device_that_is_called(system: System, speaking: BrowserContext) -> None:
    page = speaking.new_page()
    on_duty(page, system)
    look(page, CALLED)
    pad = page.locator(".speak")
    wait_for_offer(page, BUTTON)
    before = {one["id"] for one in records(system, "speech.ended")}
    pad.get_by_role("button", name="喊话", exact=True).click()
    page.get_by_role("dialog").get_by_text("设备试音").click()
    page.get_by_role("button", name="开始喊话").click()
    hold = pad.get_by_role("button", name="按住说话")
    expect(hold).to_be_visible()
    page.keyboard.down("t")
    expect(pad.get_by_text("现场听得到")).to_be_visible()
    until(page, lambda: _sent(system) >= HEARD_US, "it is spoken, and measured below", every=0.5)
    page.keyboard.up("t")
    pad.get_by_role("button", name="结束喊话").click()
    expect(pad.get_by_text("喊话已结束")).to_be_visible()

    def ended() -> list[dict[str, Any]]:
        return [one for one in records(system, "speech.ended") if one["id"] not in before]

    until(page, lambda: bool(ended()), "it is on record", every=1)
    [record] = ended()
    assert (record["form"], record["reason"]) == ("talk", "left")
    assert record["spoken_us"] >= HEARD_US


def test_whoever_is_refused_a_microphone_is_told_and_no_leave_is_asked(system: System, context: BrowserContext) -> None:
    page = context.new_page()
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    on_duty(page, system)
    look(page, CAMERA)
    wait_for_offer(page, BUTTON)
    before = len(records(system, "speech.begun"))
    pad = page.locator(".speak")
    pad.get_by_role("button", name="喊话", exact=True).click()
    page.get_by_role("dialog").get_by_text("提醒注意安全").click()
    page.get_by_role("button", name="开始喊话").click()
    expect(pad.get_by_text("浏览器没有允许使用麦克风")).to_be_visible()
    assert len(records(system, "speech.begun")) == before
    look(page, QUIET)
    expect(page.locator(".speak")).to_have_count(0)


def assert_beeps(alaw: bytes) -> None:
    """What the microphone spoke is what the device heard: its tone, as loud and as often, and nothing between."""
    samples = samples_of(alaw)
    assert len(samples) >= RATE * HEARD_US // 1_000_000
    levels = [loudness(samples[at : at + WINDOW]) for at in range(0, len(samples) - WINDOW + 1, WINDOW)]
    assert sorted(levels)[len(levels) // 2] < STILL
    begins = [at for at in range(1, len(levels)) if levels[at] >= LOUD > levels[at - 1]]
    assert len(begins) >= 2, levels
    # Where the key was released, or the machine was busy, what was heard has a cut.
    apart = [(later - earlier) * WINDOW / RATE for earlier, later in pairwise(begins)]
    assert any(abs(one - BEEPS_EACH_S) <= 0.03 for one in apart), apart
    # A beep that was cut is as short as it happens to be, and is no tone.
    beeps = [samples[at * WINDOW : (at + BEEP) * WINDOW] for at in begins]
    loudest = max(loudness(one) for one in beeps)
    whole = [one for one in beeps if loudness(one) >= 0.9 * loudest]
    assert len(whole) >= 2, levels
    assert {pitch(one) for one in whole} == {BEEP_HZ}


def loudness(samples: Sequence[int]) -> float:
    """Root of the mean square."""
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))


def pitch(samples: Sequence[int]) -> int:
    """The strongest frequency from 100 Hz to 3,900, to 50 Hz."""

    def strength(hz: int) -> float:
        return abs(sum(sample * cmath.exp(2j * math.pi * hz * at / RATE) for at, sample in enumerate(samples)))

    return max(range(100, 3_901, 50), key=strength)


def _heard(system: System, before: Collection[Path] = ()) -> list[Path]:
    """Speeches that came to the devices, but for those of before."""
    return sorted(set(system.heard.glob("*.al")) - set(before))


def _sent(system: System) -> int:
    """Microseconds of the speech that goes on that went to its device, as its node notes them each five seconds."""
    found = 0
    for path in (system.data / "node").glob("speaking-*.sqlite3"):
        with closing(sqlite3.connect(path, timeout=PATIENCE)) as book:
            found = max(found, *(spoken for (spoken,) in book.execute("SELECT spoken_us FROM speeches")), 0)
    return found
