"""Signing in as one of the demo's people, with or without a second factor."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

from playwright.sync_api import Page, expect

from tests.e2e.conftest import System


def totp(secret: str, at: float | None = None) -> str:
    """Six digits of RFC 6238 (SHA-1, 30 s) for a base32 secret."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int((time.time() if at is None else at) // 30))
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def sign_in(page: Page, system: System, username: str) -> None:
    """Type user name and password and submit; whoever is asked for more, as for a second factor, is not in."""
    login = system.login(username)
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(login["username"])
    page.locator("input[name=password]").fill(login["password"])
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def begin_duty(page: Page) -> None:
    """Press 开始值班 on the workbench, unless this person already stands duty."""
    page.goto("/")
    button = page.get_by_role("button", name="开始值班")
    if button.count():
        button.first.click()
    expect(page.get_by_text("值班中").first).to_be_visible()


def open_camera(page: Page, name: str) -> None:
    """Open one camera from the wall."""
    page.goto("/live/")
    href = page.evaluate(
        "(name) => JSON.parse(document.getElementById('wall-cameras').textContent).find((c) => c.name === name).href",
        name,
    )
    page.goto(href)
