"""A passkey in Chromium: made on one's own page, then enough to sign in; nothing else is asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import System
from tests.e2e.people import sign_in

pytestmark = pytest.mark.e2e

AUTHENTICATOR = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_signs_in_without_a_password(page: Page, system: System) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    sign_in(page, system, "banan")
    page.goto("/accounts/2fa/webauthn/add/")
    if page.locator("input[name=password]").count():
        page.locator("input[name=password]").fill(system.login("banan")["password"])
        page.locator("main form button[type=submit]").first.click()
    page.locator("input[name=name]").fill("值班室电脑")
    page.locator("main form button").last.click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("值班室电脑")

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="通行密钥").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    expect(page.locator("body")).to_contain_text("赵敏")
    page.goto("/ledger/mine/?type=login")
    expect(page.locator("main")).to_contain_text("通行密钥")
