"""The editor of masks in a real browser: decisions, drawing, key frames, what goes wrong, keys alone, and how it looks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.frontend.conftest import patient, until
from tests.frontend.mask_film import MadeFilm, make_film
from tests.frontend.masks_stand import HEIGHT, WIDTH, MasksStand, box, served, track

MASKS = "document.querySelector('custodes-masks')"
FILM = f"{MASKS}.desk.film"
SHOTS = os.environ.get("CUSTODES_TEST_SHOTS")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> MadeFilm:
    return make_film(tmp_path_factory.mktemp("film"), pictures=60, rate="25", uneven=False)


@pytest.fixture
def stand(film: MadeFilm) -> Iterator[MasksStand]:
    times = film.times
    tracks = [
        track(1, [box(0, 100, 100, 160, 180), box(times[50], 300, 100, 360, 180)]),
        track(2, [box(times[10], 400, 200, 440, 250), box(times[40], 420, 200, 460, 250)], state="accepted",
              review={"by": "1", "acquaintance": "no", "remark": ""}),
        track(3, [box(times[30], 500, 300, 560, 330), box(times[59], 500, 300, 560, 330)], kind="plate",
              review={"by": "1", "acquaintance": "no", "remark": ""}),
    ]  # fmt: skip
    with served(MasksStand(film, tracks, [times[5], times[25], times[45]])) as one:
        yield one


def open_editor(page: Page, stand: MasksStand, query: str = "") -> None:
    page.goto(stand.url + "/" + query)
    until(page, f"{MASKS}?.desk && document.querySelector('.masks__video').readyState >= 2 && !{FILM}.seeking")


def choose(page: Page, number: int) -> None:
    page.get_by_role("button", name=f"#{number} ").first.click()
    expect(page.get_by_role("heading", name=f"#{number} ")).to_be_visible()
    until(page, f"!{FILM}.seeking")


def go(page: Page, index: int) -> None:
    page.evaluate(f"() => {FILM}.go({index})")
    until(page, f"!{FILM}.seeking && {FILM}.index === {index}")


def saved(page: Page, stand: MasksStand, count: int) -> None:
    """So many saves were sent, and all of them are answered."""
    until(page, f"!{MASKS}.desk.store.unsaved")
    assert len(stand.said) == count, stand.said


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a place of the source lies on the page."""
    stage = page.locator(".masks__stage")
    stage.scroll_into_view_if_needed()
    found = stage.bounding_box()
    assert found is not None
    return found["x"] + x * found["width"] / WIDTH, found["y"] + y * found["height"] / HEIGHT


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*at(page, *start))
    page.mouse.down()
    page.mouse.move(*at(page, (start[0] + end[0]) / 2, (start[1] + end[1]) / 2))
    page.mouse.move(*at(page, *end))
    page.mouse.up()


def pixels(frame: list[Any]) -> list[float]:
    return [value / 16 for value in frame[2:]]


def next_step(page: Page) -> Locator:
    return page.get_by_role("region", name="下一步")


def test_accepting_asks_first_whether_an_acquaintance_could_tell(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    choose(page, 1)
    page.get_by_role("button", name="遮蔽", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="请先回答")).to_be_visible()
    expect(page.get_by_label("能", exact=True)).to_be_focused()
    assert stand.said == []
    page.get_by_label("能", exact=True).check()
    expect(page.get_by_text("建议遮蔽全身")).to_be_visible()
    page.get_by_label("遮蔽全身").check()
    page.get_by_role("button", name="遮蔽", exact=True).click()
    expect(page.get_by_label("仍可公开的理由")).to_be_focused()
    page.keyboard.type("已遮蔽全身")
    page.get_by_role("button", name="确定遮蔽").click()
    expect(page.get_by_role("button", name="重新考虑")).to_be_focused()
    saved(page, stand, 3)
    kept = stand.of(1)
    assert (kept["state"], kept["whole_body"], kept["review"]["acquaintance"]) == ("accepted", True, "yes")
    assert "frames" not in stand.said[-1]["track"]
    assert stand.tokens == ["test-token"] * 3


def test_who_is_not_sure_is_taken_to_have_said_yes(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    choose(page, 1)
    page.get_by_label("不确定").check()
    saved(page, stand, 1)
    assert stand.of(1)["review"]["acquaintance"] == "yes"
    expect(page.get_by_label("不确定")).to_be_checked()
    expect(page.get_by_text("建议遮蔽全身")).to_be_visible()


def test_what_an_acquaintance_can_still_tell_is_hidden_with_a_reason_only(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    choose(page, 2)
    page.get_by_label("能", exact=True).check()
    saved(page, stand, 1)
    assert stand.of(2)["state"] == "open", "accepted on another answer"
    page.get_by_role("button", name="遮蔽", exact=True).click()
    page.get_by_role("button", name="确定遮蔽").click()
    expect(page.get_by_text("请写明仍可公开的理由")).to_be_visible()
    page.get_by_label("仍可公开的理由").fill("已遮蔽全身，只能从地点推断")
    page.get_by_role("button", name="确定遮蔽").click()
    saved(page, stand, 2)
    assert (stand.of(2)["state"], stand.of(2)["review"]["remark"]) == ("accepted", "已遮蔽全身，只能从地点推断")
    expect(page.get_by_text("理由：已遮蔽全身")).to_be_visible()


def test_rejecting_needs_its_reason_and_what_is_typed_outlives_a_look_elsewhere(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    choose(page, 1)
    page.get_by_role("button", name="不遮蔽", exact=True).click()
    page.get_by_role("button", name="确定不遮蔽").click()
    expect(page.get_by_text("请填写不遮蔽的理由")).to_be_visible()
    expect(page.get_by_label("不遮蔽的理由")).to_be_focused()
    page.get_by_label("不遮蔽的理由").fill("海报上的")
    choose(page, 2)
    choose(page, 1)
    expect(page.get_by_label("不遮蔽的理由")).to_have_value("海报上的")
    page.get_by_label("不遮蔽的理由").fill("海报上的人像")
    page.get_by_role("button", name="确定不遮蔽").click()
    expect(page.get_by_text("请选择是本来不用遮蔽，还是保留可见")).to_be_visible()
    page.get_by_label("本来不用遮蔽").check()
    page.get_by_role("button", name="确定不遮蔽").click()
    saved(page, stand, 1)
    assert (stand.of(1)["state"], stand.of(1)["left"], stand.of(1)["review"]["remark"]) == (
        "rejected",
        False,
        "海报上的人像",
    )
    page.get_by_role("button", name="重新考虑").click()
    saved(page, stand, 2)
    assert stand.of(1)["state"] == "open"


def test_the_last_change_is_undone(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    choose(page, 3)
    page.get_by_role("button", name="遮蔽", exact=True).click()
    saved(page, stand, 1)
    page.get_by_role("button", name="撤销").click()
    saved(page, stand, 2)
    assert stand.of(3)["state"] == "open"
    expect(page.get_by_role("button", name="撤销")).to_be_disabled()


def test_a_box_is_drawn_and_hides_until_somebody_says_where_it_ends(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    go(page, 4)
    page.get_by_label("类别").first.select_option("sign")
    page.get_by_role("button", name="画方框").click()
    drag(page, (50, 300), (150, 360))
    saved(page, stand, 1)
    made = stand.of(4)
    assert stand.said[0]["track"]["number"] is None
    assert (made["kind"], made["state"]) == ("sign", "open")
    times = stand.film.times
    assert [frame[:2] for frame in made["frames"]] == [[times[4], "drawn"], [times[-1], "filled"]]
    assert pixels(made["frames"][0]) == pytest.approx([50, 300, 150, 360], abs=1.5)
    expect(page.get_by_role("heading", name="#4 招牌或名称")).to_be_visible()
    # Moved later on, it stays where it was moved to.
    go(page, 20)
    drag(page, (100, 330), (200, 330))
    saved(page, stand, 2)
    assert [frame[0] for frame in made["frames"]] == [times[4], times[20], times[-1]]
    assert pixels(made["frames"][1]) == pytest.approx([150, 300, 250, 360], abs=2)
    assert made["frames"][2][2:] == made["frames"][1][2:]
    go(page, 30)
    page.get_by_role("button", name="到此帧为止").click()
    saved(page, stand, 3)
    assert [frame[0] for frame in made["frames"]] == [times[4], times[20], times[30]]


def test_a_polygon_is_drawn_corner_by_corner(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    page.get_by_role("button", name="画多边形").click()
    corners = [(400, 50), (500, 60), (480, 150), (410, 140)]
    for corner in corners:
        page.mouse.click(*at(page, *corner))
    page.mouse.click(*at(page, *corners[0]))
    saved(page, stand, 1)
    flat = [value for corner in corners for value in corner]
    assert pixels(stand.of(4)["frames"][0]) == pytest.approx(flat, abs=1.5)


def test_a_handle_resizes_and_the_middle_moves_with_a_key_frame_between(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    choose(page, 1)
    go(page, 25)
    expect(page.get_by_text("位置由计算得出")).to_be_visible()
    drag(page, (260, 180), (280, 200))
    saved(page, stand, 1)
    times = stand.film.times
    frames = stand.of(1)["frames"]
    assert [frame[0] for frame in frames] == [0, times[25], times[50]]
    assert frames[1][1] == "drawn"
    assert pixels(frames[1]) == pytest.approx([200, 100, 280, 200], abs=2)
    expect(page.get_by_text("此帧是关键帧")).to_be_visible()
    page.get_by_role("button", name="删除关键帧").click()
    saved(page, stand, 2)
    assert [frame[0] for frame in stand.of(1)["frames"]] == [0, times[50]]
    page.get_by_role("button", name="从此帧开始").click()
    saved(page, stand, 3)
    assert [frame[0] for frame in stand.of(1)["frames"]] == [times[25], times[50]]


def test_what_lies_under_the_pointer_is_chosen(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    go(page, 20)
    page.mouse.click(*at(page, 427, 225))
    expect(page.get_by_role("heading", name="#2 人脸")).to_be_visible()
    page.mouse.click(*at(page, 600, 460))
    expect(page.get_by_text("请从列表或画面中选择")).to_be_visible()


def test_dragging_in_an_enlarged_picture_moves_by_what_is_seen(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    choose(page, 1)
    page.get_by_role("button", name="放大画面").click()
    page.get_by_role("button", name="放大画面").click()
    zoom = page.evaluate(f"() => new DOMMatrix(getComputedStyle({FILM}.video).transform).a")
    assert zoom == pytest.approx(2.25)
    shown = page.evaluate(
        f"""() => {{ const box = {FILM}.video.getBoundingClientRect();
        const [x, y] = [130, 140].map((value, at) => value * (at ? box.height / {HEIGHT} : box.width / {WIDTH}));
        return [box.left + x, box.top + y, box.width / {WIDTH}]; }}"""
    )
    page.mouse.move(shown[0], shown[1])
    page.mouse.down()
    page.mouse.move(shown[0] + 45, shown[1])
    page.mouse.move(shown[0] + 90, shown[1])
    page.mouse.up()
    saved(page, stand, 1)
    by = 90 / shown[2]
    assert pixels(stand.of(1)["frames"][0]) == pytest.approx([100 + by, 100, 160 + by, 180], abs=1.5)


def test_somebody_elses_change_comes_in_and_ones_own_is_kept(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    choose(page, 3)
    stand.changed_by_another(2, state="open")
    page.get_by_role("button", name="遮蔽", exact=True).click()
    expect(page.get_by_text("他人同时改动了遮蔽")).to_be_visible()
    until(page, f"!{MASKS}.desk.store.unsaved")
    assert stand.of(3)["state"] == "accepted"
    expect(page.get_by_role("button", name="#2 人脸 未确认")).to_be_visible()


@pytest.mark.parametrize(("press", "state"), [("保存我的改动", "accepted"), ("采用他人的", "rejected")])
def test_where_both_changed_one_mask_the_person_chooses(page: Page, stand: MasksStand, press: str, state: str) -> None:
    open_editor(page, stand)
    choose(page, 3)
    stand.changed_by_another(3, state="rejected", review={"by": "2", "acquaintance": "unasked", "remark": "不是号牌"})
    page.get_by_role("button", name="遮蔽", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="他人同时改动了这条遮蔽")).to_be_visible()
    assert stand.of(3)["state"] == "rejected"
    expect(next_step(page)).to_contain_text("#3 的改动没有被接受")
    page.get_by_role("button", name=press).click()
    until(page, f"!{MASKS}.desk.store.unsaved")
    assert stand.of(3)["state"] == state
    expect(page.get_by_role("heading", name="#3")).to_be_visible()
    assert page.evaluate(f"() => {MASKS}.desk.track.state") == state


def test_what_the_server_refuses_is_said_beside_it_and_kept(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    choose(page, 3)
    stand.refuse = "号牌的遮蔽须盖住整块号牌（第三十条第二款）。请扩大后再保存。"
    page.get_by_role("button", name="遮蔽", exact=True).click()
    expect(page.locator(".masks__panel").get_by_role("alert").filter(has_text="须盖住整块号牌")).to_be_visible()
    expect(page.get_by_role("button", name="#3 机动车号牌 遮蔽 0:01.20 – 0:02.36 没有保存")).to_be_visible()
    next_step(page).get_by_role("button", name="处理 #3").click()
    expect(page.get_by_role("button", name="再试")).to_be_focused()
    stand.refuse = None
    page.get_by_role("button", name="再试").click()
    saved(page, stand, 2)
    assert stand.of(3)["state"] == "accepted"


def test_a_network_that_is_gone_loses_nothing(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    choose(page, 3)
    page.context.set_offline(True)
    page.get_by_role("button", name="遮蔽", exact=True).click()
    expect(page.get_by_text("网络中断")).to_be_visible()
    go(page, 5)
    page.get_by_role("button", name="有保留可见的").click()
    page.get_by_role("button", name="确定保留可见").click()
    expect(page.get_by_text("请选择保留可见的有哪几类")).to_be_visible()
    page.get_by_label("人脸和个体特征").check()
    page.get_by_role("button", name="确定保留可见").click()
    expect(page.get_by_text("请写明是什么、为什么可以公开")).to_be_visible()
    page.get_by_label("保留可见的是什么").fill("讲解员，本人同意")
    page.get_by_role("button", name="确定保留可见").click()
    expect(next_step(page)).to_contain_text("有 2 项改动没有保存")
    page.context.set_offline(False)
    next_step(page).get_by_role("button", name="再次保存").click()
    saved(page, stand, 2)
    assert stand.of(3)["state"] == "accepted"
    assert stand.looked == [[stand.film.times[5], "left", "讲解员，本人同意", ["faces"]]]
    expect(page.get_by_text("已全部保存")).to_be_visible()


def test_a_login_that_has_ended_is_said(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    choose(page, 3)
    stand.status = 403
    page.get_by_role("button", name="遮蔽", exact=True).click()
    expect(page.get_by_text("登录已到期，或没有权限")).to_be_visible()


def test_tracks_that_can_not_be_loaded_are_asked_for_again(page: Page, stand: MasksStand) -> None:
    page.route("**/tracks", lambda route: route.abort())
    page.goto(stand.url + "/")
    expect(page.get_by_role("alert").filter(has_text="没有载入")).to_be_visible()
    page.unroute("**/tracks")
    page.get_by_role("button", name="再次载入").click()
    expect(page.get_by_text("未确认 2")).to_be_visible()


def test_a_track_is_played_through_once_and_stays_on_its_last_picture(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    choose(page, 2)
    page.get_by_role("button", name="放一遍").click()
    until(page, f"{FILM}.playing")
    until(page, f"!{FILM}.playing && !{FILM}.seeking && {FILM}.index === 40")


def test_the_next_step_leads_through_the_whole_review(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    step = next_step(page)
    expect(step).to_contain_text("还有 2 条未确认")
    for _ in range(20):
        kind = page.locator(".masks__head").get_attribute("data-next")
        if kind == "done":
            break
        told = step.inner_text()
        step.get_by_role("button").click()
        if kind == "answer":
            expect(page.get_by_label("能", exact=True)).to_be_focused()
            page.get_by_label("不能", exact=True).check()
        if kind == "decide":
            expect(page.get_by_role("button", name="遮蔽", exact=True)).to_be_focused()
            page.keyboard.press("Enter")
        if kind == "tick":
            expect(page.get_by_role("group", name="应遮蔽的").locator(":focus")).to_be_enabled()
            page.keyboard.press("Enter")
        expect(step).not_to_have_text(told, use_inner_text=True)
        until(page, f"!{FILM}.seeking && !{MASKS}.desk.store.unsaved")
    expect(step).to_contain_text("全部遮蔽已定，抽查画面全部已答复")
    expect(page.get_by_text("抽查画面已答复 3/3 · 未确认 0")).to_be_visible()
    assert sorted(one[0] for one in stand.looked) == stand.samples
    for time, answer, *_more in stand.looked:
        hidden = any(one["frames"][0][0] <= time <= one["frames"][-1][0] for one in stand.tracks)
        assert answer == ("masked" if hidden else "none")
    assert {one["state"] for one in stand.tracks} == {"accepted"}


def test_it_is_worked_by_keys_alone(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand)
    keys = page.keyboard

    def tab_to(what: Callable[[], bool]) -> None:
        for _ in range(60):
            keys.press("Tab")
            if what():
                return
        raise AssertionError("never reached by Tab")

    def focused(script: str) -> Callable[[], bool]:
        return lambda: bool(page.evaluate(f"() => {{ const it = document.activeElement; return {script}; }}"))

    tab_to(focused("it.classList.contains('masks__stage')"))
    keys.press(".")
    until(page, f"{FILM}.index === 1 && !{FILM}.seeking")
    keys.press("n")
    until(page, f"{MASKS}.desk.selected !== null && !{FILM}.seeking")
    before = page.evaluate(f"() => {MASKS}.desk.shape")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    keys.press("ArrowDown")
    keys.press("Shift+ArrowRight")
    page.locator(".masks__stage").evaluate("it => it.dispatchEvent(new Event('blur'))")
    until(page, f"!{MASKS}.desk.store.unsaved")
    after = page.evaluate(f"() => {MASKS}.desk.shape")
    step = after["top"] - before["top"]
    assert step >= 1
    assert after["left"] == pytest.approx(before["left"] + step)
    assert after["right"] == pytest.approx(before["right"] + 3 * step)
    assert len(stand.said) == 1, "keys that rest are one change"
    keys.press("c")
    expect(page.get_by_text("已选第 1 个角或边，共 8 个")).to_be_visible()
    keys.press("Escape")
    # A new box without a pointer.
    tab_to(focused("it.textContent.includes('画方框')"))
    keys.press("Enter")
    expect(page.locator(".masks__stage")).to_be_focused()
    keys.press("Enter")
    until(page, f"{MASKS}.desk.selected === 4")
    assert stand.of(4)["frames"][0][1] == "drawn"
    # The list by arrows, the decision by Enter.
    tab_to(focused("it.classList.contains('masks__row')"))
    keys.press("Home")
    until(page, f"{MASKS}.desk.selected === 1")
    keys.press("ArrowDown")
    until(page, f"{MASKS}.desk.selected === 3")
    assert focused("it.textContent.startsWith('#3')")()
    tab_to(focused("it.textContent.trim() === '遮蔽'"))
    keys.press("Enter")
    until(page, f"!{MASKS}.desk.store.unsaved")
    assert stand.of(3)["state"] == "accepted"
    # The bar by arrows.
    page.get_by_role("slider", name="时间条").focus()
    keys.press("End")
    until(page, f"{FILM}.index === 59 && !{FILM}.seeking")
    keys.press("ArrowLeft")
    until(page, f"{FILM}.index === 58 && !{FILM}.seeking")


def test_who_may_only_look_changes_nothing(page: Page, stand: MasksStand) -> None:
    open_editor(page, stand, "?readonly")
    choose(page, 1)
    expect(page.get_by_role("button", name="遮蔽", exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="画方框")).to_be_hidden()
    drag(page, (130, 140), (200, 140))
    page.locator(".masks__stage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    # What rests would be said at once.
    page.locator(".masks__stage").evaluate("it => it.dispatchEvent(new Event('blur'))")
    assert not page.evaluate(f"() => {MASKS}.desk.store.canUndo")
    until(page, f"!{MASKS}.desk.store.unsaved")
    assert stand.said == []
    expect(next_step(page)).to_contain_text("只能查看")


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1280, "light", "zh"), (1280, "dark", "zh"), (1280, "light", "en"), (390, "light", "zh"), (390, "dark", "en")],
)
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, stand: MasksStand, width: int, scheme: Any, language: str
) -> None:
    context = patient(browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme))
    page = context.new_page()
    open_editor(page, stand, "?lang=en" if language == "en" else "")
    choose(page, 1)
    reject = page.get_by_role("button", name="Show it" if language == "en" else "不遮蔽", exact=True)
    reject.click()
    until(page, f"!{FILM}.seeking && document.getAnimations().every((one) => one.playState !== 'running')")
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/masks-{scheme}-{width}-{language}.png", full_page=True)
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    if width == 390:
        small = page.evaluate("""() => [...document.querySelectorAll('.masks :is(button, select, textarea, summary)')]
          .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44).map(one => one.outerHTML.slice(0, 90))""")
        assert small == []
    context.close()


def test_a_finger_draws_and_moves(browser: Browser, stand: MasksStand) -> None:
    context = patient(browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True))
    page = context.new_page()
    open_editor(page, stand)
    page.get_by_role("button", name="画方框").tap()
    session = context.new_cdp_session(page)

    def swipe(start: tuple[float, float], end: tuple[float, float]) -> None:
        for kind, places in (("touchStart", [start]), ("touchMove", [end]), ("touchEnd", [])):
            points = [dict(zip("xy", at(page, *place), strict=True)) for place in places]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    swipe((200, 250), (320, 370))
    until(page, f"{MASKS}.desk.selected === 4 && !{MASKS}.desk.store.unsaved")
    assert pixels(stand.of(4)["frames"][0]) == pytest.approx([200, 250, 320, 370], abs=3)
    swipe((260, 310), (360, 310))
    until(page, f"!{MASKS}.desk.store.unsaved")
    assert pixels(stand.of(4)["frames"][0]) == pytest.approx([300, 250, 420, 370], abs=4)
    context.close()


def test_five_hundred_tracks_over_ten_minutes_stay_light(browser: Browser, film: MadeFilm, tmp_path: Path) -> None:
    """Only what is there is drawn. How long it takes is told, and is no test (docs/design/mask.md)."""
    pictures = 15_000
    times = tuple(range(0, pictures * 3600, 3600))
    tracks = []
    for number in range(1, 501):
        begin = (number - 1) * 28
        frames = [
            box(times[begin + at], 20 + number % 500 + at // 4, 50, 60 + number % 500 + at // 4, 100)
            for at in range(500)
        ]
        tracks.append(track(number, frames))
    long = MadeFilm(film.path, times, ())
    with served(MasksStand(long, tracks, list(times[::1000]))) as stand:
        page = patient(browser.new_page(viewport={"width": 1280, "height": 900}))
        open_editor(page, stand)
        page.get_by_role("button", name="#1 ").first.click()
        measured = page.evaluate(
            f"""async () => {{
              const masks = {MASKS};
              const frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
              masks.desk.changed(); await frame();
              const whole = performance.now(); masks.desk.changed(); await frame();
              return {{ ...masks.measured, frame: performance.now() - whole, rows: document.querySelectorAll('.masks__row').length }};
            }}"""
        )
        print(measured)
        assert measured["rows"] == 500
        assert measured["picture"]["tracks"] == 1
        assert measured["lanes"]["lanes"] < 500
        page.close()
