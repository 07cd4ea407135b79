"""A reviewer at the page of masks, in a real browser: the editor and this server speak the same, under the page's own policy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django_vite.core.asset_loader import DjangoViteAssetLoader
from playwright.sync_api import Page, expect, sync_playwright

from custodes.access.models import Release, ReleaseTrack
from tests.access.release import node as desk
from tests.access.release.flow import Flow
from tests.frontend.conftest import ARGUMENTS, patient
from tests.frontend.mask_film import HEIGHT, WIDTH, make_film

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="session", autouse=True)
def _rows_beside_the_event_loop() -> Iterator[None]:
    """The database is made, and rows are asked for, beside the loop that drives a browser: another file's may run already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(autouse=True)
def _built_files(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages name the built files in place of the development server's."""
    monkeypatch.setitem(settings.DJANGO_VITE["default"], "dev_mode", False)
    monkeypatch.setattr(DjangoViteAssetLoader, "_instance", None)
    yield
    DjangoViteAssetLoader._instance = None


def test_a_track_is_accepted_and_a_sample_looked_at(
    flow: Flow,
    client_of: Callable[[str], Client],
    live_server: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    film = make_film(tmp_path)
    monkeypatch.setattr(desk, "FILM", film.path.read_bytes())
    monkeypatch.setattr(desk, "TIMES", film.times)
    places = [[time, "found", 16 * 40, 16 * 60, 16 * 80, 16 * 110] for time in (film.times[0], film.times[40])]
    flow.node.tracks = [desk.track(1, frames=places)]
    row = flow.masked()
    Release.objects.filter(pk=row.pk).update(width=WIDTH, height=HEIGHT)
    path = os.environ.get("CUSTODES_TEST_BROWSER") or shutil.which("chromium")
    session = client_of("caretaker").cookies[settings.SESSION_COOKIE_NAME].value
    troubles: list[str] = []
    with sync_playwright() as playwright:
        page = patient(playwright.chromium.launch(executable_path=path, args=ARGUMENTS).new_page())
        page.on("console", lambda message: message.type == "error" and troubles.append(message.text))
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto(live_server.url + reverse("access:release_masks", args=[row.pk]))
        _accept(page)
        page.get_by_role("button", name="去答复").click()
        page.get_by_role("button", name="都已遮蔽").click()
        expect(page.get_by_text("抽查画面已答复 1/12")).to_be_visible()
        expect(page.get_by_text("已全部保存")).to_be_visible()
        page.context.browser.close()
    track = ReleaseTrack.objects.get()
    assert (track.state, track.acquaintance, track.by) == ("accepted", "no", flow.reviewer)
    assert track.frames == places
    seen = row.looks.get()
    assert (seen.by, seen.answer, seen.masks) == (flow.reviewer, "masked", 1)
    assert troubles == []


def _accept(page: Page) -> None:
    page.get_by_role("button", name="#1 ").first.click()
    page.get_by_label("不能", exact=True).check()
    page.get_by_role("button", name="遮蔽", exact=True).click()
    expect(page.get_by_role("button", name="重新考虑")).to_be_visible()
