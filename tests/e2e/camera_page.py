"""A camera's page in a browser: how tests come to it, wait until what is done there beside looking is offered, and read what the log has of it."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.conftest import System
from tests.e2e.people import begin_duty, open_camera, sign_in
from tests.e2e.picture import until
from tests.patience import PATIENCE

STATE = "() => document.querySelector('custodes-player').state.kind"


def on_duty(page: Page, system: System) -> None:
    """The officer on duty at the wall."""
    sign_in(page, system, "zhiban")
    begin_duty(page)


def look(page: Page, camera: str) -> None:
    """Open a camera's live picture."""
    open_camera(page, camera)
    until(page, lambda: page.evaluate(STATE) == "playing", f"live picture of {camera}")


def wait_for_offer(page: Page, button: str) -> None:
    """Until a pad's button can be pressed: a channel opened before the node knew of the camera is opened again."""

    def offered() -> bool:
        try:
            expect(page.locator(button)).to_be_enabled(timeout=4000)
        except AssertionError:
            page.reload()
            return False
        return True

    until(page, offered, f"{button} is offered")


def wait_for_words(page: Page, *words: str) -> None:
    """Until the officer's own page of the log says them."""

    def listed(one: str) -> bool:
        if page.get_by_text(one).count():
            return True
        page.reload()
        return False

    page.goto("/ledger/mine/")
    until(page, lambda: all(listed(one) for one in words), f"the log says {words}")


def records(system: System, kind: str) -> list[dict[str, Any]]:
    """Those of a type that the log has."""
    with closing(sqlite3.connect(system.data / "ledger" / "book.sqlite3", timeout=PATIENCE)) as book:
        rows = book.execute("SELECT record FROM entry WHERE record IS NOT NULL").fetchall()
    return [one for one in (json.loads(record) for (record,) in rows) if one["type"] == kind]


def shot(page: Page, name: str) -> None:
    """A picture for whoever looks, where CUSTODES_SHOTS names a folder."""
    if folder := os.environ.get("CUSTODES_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))
