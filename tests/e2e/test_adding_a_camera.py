"""A caretaker brings a camera in on one page, in a real browser: each way in which an address can be wrong, then the right one."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import System
from tests.e2e.people import sign_in
from tests.patience import PATIENCE
from tests.ports import closed_port

pytestmark = pytest.mark.e2e

LOGIN = ("admin", "simulated-only")
#: A picture that is a JPEG a frame (RFC 2435), as old cameras send it.
JPEG = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 0 RTP/AVP 26\r\na=control:track1\r\n"


def _listen() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


@contextmanager
def _silent_device() -> Iterator[int]:
    """A device that accepts connections and says nothing."""
    with _listen() as listener:
        yield listener.getsockname()[1]


@contextmanager
def _jpeg_camera() -> Iterator[int]:
    """A device that speaks RTSP and offers a codec that is not taken in."""
    with _listen() as listener:
        device = threading.Thread(target=_offer_jpeg, args=(listener,), daemon=True)
        device.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)  # closing it does not wake who waits for a connection
        device.join(PATIENCE)
    assert not device.is_alive(), "the simulated device has not ended"


def _offer_jpeg(listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with (
            suppress(OSError),
            connection,
            connection.makefile("rb") as lines,
        ):  # the other side may hang up at any time
            while request := _head(lines):
                number = re.search(r"CSeq: *(\d+)", request, re.IGNORECASE)
                answer = f"RTSP/1.0 200 OK\r\nCSeq: {number[1] if number else 0}\r\n"
                if request.startswith("DESCRIBE"):
                    answer += f"Content-Type: application/sdp\r\nContent-Length: {len(JPEG)}\r\n\r\n{JPEG}"
                else:
                    answer += "Public: OPTIONS, DESCRIBE, SETUP, PLAY\r\n\r\n"
                connection.sendall(answer.encode())


def _head(lines: BinaryIO) -> str:
    """A request up to its empty line; nothing where the other side has hung up, or breaks off within one."""
    head = b""
    while line := lines.readline(4096):
        if line == b"\r\n":
            return head.decode()
        head += line
    return ""


def _fill_in_address(page: Page, url: str, password: str) -> None:
    page.locator("input[name=main_url]").fill(url)
    page.locator("input[name=username]").fill(LOGIN[0])
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="下一步：检测地址").click()


def _probe(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^(重新检测|检测地址)$")).click()
    expect(page.get_by_role("button", name="重新检测")).to_be_visible()


def _try(page: Page, url: str, words: str, password: str = LOGIN[1]) -> None:
    """Give this address, probe it, and find it said what failed."""
    page.get_by_role("link", name="修改地址").click()
    _fill_in_address(page, url, password)
    _probe(page)
    expect(page.locator("main")).to_contain_text(words)


def test_a_camera_comes_in_after_every_wrong_address_was_told_apart(page: Page, system: System) -> None:
    sign_in(page, system, "guanli")
    page.goto("/systems/")
    page.get_by_role("link", name="校园视频系统").click()
    page.get_by_role("link", name="接入点位").first.click()
    page.get_by_role("link", name="在一页上填写全部内容").click()
    page.locator("input[name=number]").fill("0901")
    page.locator("input[name=name]").fill("教学楼东侧")
    page.locator("input[name=place]").fill("东侧立柱")
    right = f"rtsp://127.0.0.1:{system.camera_port}/cam-01/main"
    with closed_port() as nobody:
        _fill_in_address(page, f"rtsp://127.0.0.1:{nobody}/main", LOGIN[1])
        _probe(page)
        expect(page.locator("main")).to_contain_text("设备拒绝连接")
    _try(page, right, "登录名或者密码不正确", password="wrong")
    _try(page, right.replace("cam-01", "cam-99"), "设备上没有该码流")
    _try(page, "rtsp://192.0.2.10/main", "不在允许接入的网络范围内")
    with _jpeg_camera() as port:
        _try(page, f"rtsp://127.0.0.1:{port}/main", "码流编码不支持")
    with _silent_device() as port:
        _try(page, f"rtsp://127.0.0.1:{port}/main", "设备没有应答")
    page.context.clear_cookies()

    # A person probes six times in a minute; the system administrator goes on.
    sign_in(page, system, "xitong")
    page.goto("/cameras/?q=0901")
    page.get_by_role("link", name="教学楼东侧").first.click()
    page.get_by_role("link", name=re.compile("检测|地址")).first.click()
    if page.get_by_role("link", name="修改地址").count():
        page.get_by_role("link", name="修改地址").click()
    _fill_in_address(page, right, LOGIN[1])
    _probe(page)
    expect(page.locator("main")).to_contain_text("检测成功")
    expect(page.locator("main")).to_contain_text("H264")
    assert LOGIN[1] not in page.content()

    page.get_by_role("button", name="核对一张画面").click()
    picture = page.locator("main img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.naturalWidth") >= 640
    page.get_by_role("button", name="确认接入").click()
    expect(page.locator("body")).to_contain_text("点位已接入")

    page.goto("/ledger/mine/?type=grant")
    expect(page.locator("main")).to_contain_text("接入核对画面一张")
