"""The player in a real browser, against a worker that speaks docs/design/wire.md §5."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.frontend.conftest import Stand, until
from tests.frontend.footage import make_clip
from tests.patience import PATIENCE

PLAYING = "document.querySelector('custodes-player').state.kind === 'playing'"
READ_NUMBER = """() => {
  const video = document.querySelector('custodes-player').video;
  if (video.readyState < 2 || video.seeking) return -1;  // nothing would be drawn, which reads as 0
  const canvas = document.createElement('canvas');
  canvas.width = 320; canvas.height = 192;
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0);
  let number = 0;
  for (let bit = 0; bit < 8; bit++)
    if (context.getImageData(bit * 32 + 16, 16, 1, 1).data[0] > 128) number |= 1 << bit;
  return number;
}"""


def open_live(page: Page, stand: Stand, query: str = "") -> None:
    page.goto(stand.url + "/" + query)
    until(page, PLAYING)


def number_on_screen(page: Page) -> int:
    return int(page.evaluate(READ_NUMBER))


def test_a_live_picture_moves_and_says_how_old_it_is(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    first = number_on_screen(page)
    until(page, f"({READ_NUMBER})() !== {first}")
    expect(page.locator(".player__age")).to_contain_text("延迟")
    assert stand.worker.asked[0]["live"] is True
    opened = next(message for message in stand.worker.said if message["type"] == "open")
    assert opened["at"] is None
    assert any("avc1" in mime for mime in opened["codecs"])


def player(page: Page, expression: str) -> object:
    return page.evaluate(f"() => document.querySelector('custodes-player').{expression}")


def said(stand: Stand, kind: str) -> list[dict]:
    return [message for message in stand.worker.said if message["type"] == kind]


def heard(page: Page, stand: Stand, kind: str, times: int = 1) -> None:
    """Wait until the worker has heard `times` messages of this kind."""
    comes(page, stand, lambda: len(said(stand, kind)) >= times, f"the worker to hear {kind}")


def comes(page: Page, stand: Stand, what: Callable[[], object], that: str) -> None:
    """Let the page run until something is so at the worker."""
    deadline = time.monotonic() + PATIENCE
    while not (seen := what()):
        assert time.monotonic() < deadline, (
            f"waited {PATIENCE:g} s in vain for {that}; last seen: {seen!r}; the worker heard {stand.worker.said}"
        )
        page.wait_for_timeout(40)


def go_back(page: Page, seconds: int) -> None:
    """Play from `seconds` ago."""
    player(page, f"seek(document.querySelector('custodes-player').nowUs - {seconds}e6)")
    until(page, f"{PLAYING} && !document.querySelector('custodes-player').live")


def test_the_picture_begins_at_the_live_edge_not_at_the_cached_key_frame(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    until(
        page,
        "document.querySelector('custodes-player').nowUs - document.querySelector('custodes-player').positionUs < 9e5",
    )


def test_a_camera_with_rare_key_frames_is_at_the_live_edge_at_once_and_stays_there(page: Page, stand: Stand) -> None:
    """Two hours after the worker's start it is 50 s behind the last key frame, and a minute before the next."""
    stand.worker.clip = make_clip(gop=1100, frames=1100)
    open_live(page, stand)
    behind = "document.querySelector('custodes-player').nowUs - document.querySelector('custodes-player').positionUs"
    # 1,100 pictures are decoded first, beside whatever else the machine does.
    until(page, f"{behind} < 9e5")
    opened = float(str(player(page, "nowUs")))
    seen, deadline = 0.0, time.monotonic() + PATIENCE
    while float(str(player(page, "nowUs"))) <= opened + 6e6 or float(str(page.evaluate(f"() => {behind}"))) >= 2e6:
        # For a moment a busy machine shows nothing; it never goes back towards the key frame.
        here = float(str(player(page, "positionUs")))
        assert here >= seen, "it goes back"
        assert time.monotonic() < deadline, "it does not stay at the live edge"
        seen = here
        page.wait_for_timeout(40)
    until(page, PLAYING)


def test_going_back_shows_the_picture_of_that_moment_and_live_returns(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    player(page, "pause()")
    wanted = stand.worker.start + 95 * 60_000_000
    player(page, f"seek({wanted})")
    until(
        page,
        f"document.querySelector('custodes-player').state.kind === 'paused' && ({READ_NUMBER})() === {57000 % 100}",
    )
    page.get_by_role("button", name="实时").click()
    until(page, f"{PLAYING} && document.querySelector('custodes-player').live")


def test_frames_step_one_by_one_both_ways_across_the_start_of_the_buffer(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    player(page, "pause()")
    player(page, f"seek({stand.worker.start + 95 * 60_000_000})")
    until(page, f"({READ_NUMBER})() === 0 && document.querySelector('custodes-player').state.kind === 'paused'")
    page.locator(".player__stage").focus()
    for key, wanted in [
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("ArrowLeft", 0),
        ("ArrowLeft", 99),
        ("ArrowLeft", 98),
    ]:
        page.keyboard.press(key)
        until(page, f"({READ_NUMBER})() === {wanted}")


def test_playback_says_where_it_is_and_crosses_a_gap(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    before = (stand.worker.gap[0] - 3_000_000 - stand.worker.start) / 1e6
    player(page, f"seek({stand.worker.start + int(before * 1e6)})")
    until(page, f"document.querySelector('custodes-player').positionUs > {stand.worker.gap[1]}")
    expect(page.locator(".player__toast")).to_contain_text("网络中断")
    heard(page, stand, "position")


def test_the_rate_is_told_to_the_worker_and_to_the_element(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    go_back(page, 600)
    page.locator(".player__stage").focus()
    page.keyboard.press("l")
    until(page, "document.querySelector('custodes-player').video.playbackRate === 2")
    heard(page, stand, "rate")
    assert said(stand, "rate")[-1]["rate"] == 2


def test_a_revoked_grant_takes_the_picture_away_and_says_why(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    stand.worker.refuse = {"refusal": [], "index": 1}
    stand.call(stand.worker.revoke)
    panel = page.locator(".panel")
    expect(panel).to_contain_text("画面已停止")
    expect(panel).to_contain_text("值守岗位已由管理员结束。")
    expect(panel).to_contain_text("S34(1)")
    assert player(page, "video.src") == ""
    assert player(page, "video.readyState") == 0


def test_a_refusal_names_clause_and_remedy_in_place_of_the_picture(page: Page, stand: Stand) -> None:
    refusal = {"clause": "S34(1)", "reason": "您还没有开始值班。", "remedy": "请在工作台开始值班后再查看。"}
    stand.worker.refuse = {"refusal": [refusal], "index": 12}
    page.goto(stand.url)
    panel = page.locator(".panel")
    expect(panel).to_contain_text("您还没有开始值班。")
    expect(panel).to_contain_text("S34(1)")
    expect(panel).to_contain_text("请在工作台开始值班后再查看。")
    stand.worker.refuse = None
    page.get_by_role("button", name="重新申请查看").click()
    until(page, PLAYING)


def test_a_lost_connection_is_said_and_comes_back_with_a_fresh_token(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    stand.call(stand.worker.drop)
    expect(page.locator(".panel")).to_contain_text("连接已中断")
    until(page, PLAYING)
    assert stand.worker.renewals == 1
    assert said(stand, "open")[-1]["at"] is None


def test_the_token_is_renewed_on_the_socket_before_it_ends(page: Page, stand: Stand) -> None:
    stand.worker.token_seconds = 4
    open_live(page, stand)
    heard(page, stand, "token")
    until(page, PLAYING)
    assert len(said(stand, "open")) == 1


def test_a_missing_codec_is_named(page: Page, stand: Stand) -> None:
    stand.worker.mime = 'video/mp4; codecs="hvc1.1.6.L93.B0"'
    page.goto(stand.url)
    expect(page.locator(".panel")).to_contain_text("H.265 (hvc1.1.6.L93.B0)")
    expect(page.get_by_role("button", name="改看子码流")).to_be_visible()


def test_a_hidden_page_takes_no_stream_and_comes_back(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    hide = """hidden => {
      Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
      document.dispatchEvent(new Event('visibilitychange'));
    }"""
    page.evaluate(hide, True)
    comes(page, stand, lambda: not stand.worker.sockets, "the page to close its socket")
    page.evaluate(hide, False)
    heard(page, stand, "open", 2)
    until(page, PLAYING)


def test_leaving_the_page_ends_the_grant(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    page.goto(stand.url + "/c/1")
    comes(page, stand, lambda: stand.worker.ended, "the grant to end")
    assert stand.worker.ended == ["grant-1"]


def test_older_footage_asks_for_purpose_and_content_first(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    wanted = stand.worker.start + 30 * 60_000_000
    page.evaluate(f"() => void document.querySelector('custodes-player').seek({wanted})")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("N16.2(3)")
    dialog.get_by_role("button", name="申请查看").click()
    expect(dialog).to_contain_text("请填写事由和内容")
    dialog.get_by_label("事由").fill("核实报警")
    dialog.get_by_label("内容").fill("东门进出人员")
    dialog.get_by_role("button", name="申请查看").click()
    until(page, f"{PLAYING} && Math.abs(document.querySelector('custodes-player').positionUs - {wanted}) < 5e6")
    wish = stand.worker.asked[-1]
    assert wish["reason"] == {"purpose": "核实报警", "content": "东门进出人员", "matter": ""}
    assert wish["span"]["from"] < wish["span"]["to"]
    expect(page.locator(".player__purpose")).to_contain_text("核实报警")


def test_a_page_that_begins_beyond_the_grant_asks_for_the_reason(page: Page, stand: Stand) -> None:
    at = datetime.fromtimestamp(stand.worker.start / 1e6 + 1800, UTC).isoformat()
    page.goto(f"{stand.url}/?at={quote(at)}")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("事由").fill("核实报警")
    dialog.get_by_label("内容").fill("东门进出人员")
    dialog.get_by_role("button", name="申请查看").click()
    until(page, f"{PLAYING} && !document.querySelector('custodes-player').live")


def test_a_granted_request_shows_its_span_on_the_timeline_and_offers_nothing_live(page: Page, stand: Stand) -> None:
    begin = stand.worker.start + 1_800_000_000
    ends = [datetime.fromtimestamp(us / 1e6, UTC).isoformat() for us in (begin, begin + 600_000_000)]
    page.goto(f"{stand.url}/?request=r&span-from={quote(ends[0])}&span-to={quote(ends[1])}")
    until(page, f"{PLAYING} && !document.querySelector('custodes-player').live")
    assert stand.worker.asked[-1]["live"] is False
    view = page.evaluate("document.querySelector('custodes-timeline').view")
    assert (view["from"], view["to"]) == (begin, begin + 600_000_000)
    expect(page.locator(".player__live")).to_be_hidden()
    page.get_by_role("slider").focus()
    page.keyboard.press("End")
    assert page.evaluate("document.querySelector('custodes-player').live") is False
    assert len(stand.worker.asked) == 1, "nothing else was asked for"
    expect(page.get_by_text("回到实时").filter(visible=True)).to_have_count(0)


def test_the_watermark_lies_over_the_picture(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    tile = page.locator(".watermark__tile").first
    expect(tile).to_contain_text("德吉 · 城关区视频中心")
    expect(tile).to_contain_text("#4711")
    before = tile.text_content()
    until(page, f"document.querySelector('.watermark__tile').textContent !== {before!r}")


def test_each_frame_on_screen_is_announced_with_its_wall_time(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    detail = page.evaluate(
        """() => new Promise(done => document.querySelector('custodes-player')
          .addEventListener('custodes-frame', event => done(event.detail), {once: true}))"""
    )
    assert (detail["wall_us"] - stand.worker.start) % 100_000 == 0
    assert detail["presented"] > 0


def test_keys_work_wherever_the_focus_is_but_not_in_fields(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    page.locator("h1").click()
    page.keyboard.press("k")
    until(page, "document.querySelector('custodes-player').state.kind === 'paused'")
    page.locator(".player__bar").get_by_role("button", name="快捷键").focus()
    page.keyboard.press("k")
    until(page, PLAYING)
    page.get_by_label("跳到时间").focus()
    page.keyboard.press("k")
    page.get_by_role("slider").focus()
    page.keyboard.press("k")
    until(page, "document.querySelector('custodes-player').state.kind === 'paused'")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("k")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert player(page, "state.kind") == "paused"


def test_pausing_a_picture_that_waits_for_data_pauses_it(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    stand.worker.dries = True
    until(page, "document.querySelector('custodes-player').state.kind === 'stalled'")
    page.keyboard.press("k")
    until(page, "document.querySelector('custodes-player').state.kind === 'paused'")


def test_a_camera_that_refuses_is_said_in_words_and_since_when(page: Page, stand: Stand) -> None:
    stand.worker.stands = {"state": "refused", "since_us": stand.worker.start, "reason": "refused"}
    page.goto(stand.url)
    panel = page.locator(".panel")
    expect(panel).to_contain_text("点位拒绝连接")
    expect(panel).to_contain_text("起没有画面")
    expect(page.locator(".player__camera-state")).to_have_text("拒绝连接")


def test_coming_back_to_a_camera_that_fell_silent_says_so(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    go_back(page, 600)
    stand.worker.stands = {"state": "silent", "since_us": time.time_ns() // 1000 - 60_000_000, "reason": "silent"}
    page.get_by_role("button", name="实时").click()
    expect(page.locator(".panel__title")).to_have_text("点位无数据")
    expect(page.locator(".player__camera-state")).to_be_visible()


def test_a_recording_whose_codec_is_missing_is_named_and_leads_to_the_sub_stream(page: Page, stand: Stand) -> None:
    open_live(page, stand)
    stand.worker.mime = 'video/mp4; codecs="hvc1.1.6.L93.B0"'
    page.goto(stand.url)
    expect(page.locator(".panel")).to_contain_text("H.265")
    player(page, "seek(document.querySelector('custodes-player').nowUs - 60e6)")
    expect(page.locator(".panel")).to_contain_text("录像只保存主码流")
    stand.worker.mime = None
    page.get_by_role("button", name="看子码流的实时画面").click()
    until(page, PLAYING)
    assert said(stand, "open")[-1]["stream"] == "sub"
