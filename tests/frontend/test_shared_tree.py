"""Cameras are dragged into an organisation of a shared tree, on the page as Django draws it, in a real browser; Django gets what it sends."""

from __future__ import annotations

import mimetypes
import os
import re
import shutil
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Request, Route, expect, sync_playwright

from custodes.places.models import Camera, CameraState
from custodes.sharing.tree import changing
from tests.frontend.conftest import ARGUMENTS, BUILT, built, patient
from tests.sharing.stage import in_force, organisation, second, taken

pytestmark = pytest.mark.django_db
ORIGIN = "http://custodes.test"
SHOTS = os.environ.get("CUSTODES_TEST_SHOTS")


class Stage:
    """A page that was drawn before, its files from the build, and the forms that it sends.

    Django is not asked while the browser runs: its driver keeps an event loop in this thread.
    """

    def __init__(self, html: str) -> None:
        # Under test Django points at a development server's scripts; the built ones are tried.
        bare = re.sub(r"<script[^>]*://localhost[^>]*></script>", "", html)
        self.html = bare.replace("</head>", f"{built('src/main.ts')}</head>")
        self.sent: list[tuple[str, dict[str, list[str]]]] = []

    def answer(self, route: Route, request: Request) -> None:
        """Give what is asked for, keep what is posted."""
        path = urlsplit(request.url).path
        if request.method == "POST":
            self.sent.append((path, parse_qs(request.post_data or "", keep_blank_values=True)))
            route.fulfill(
                body="<!doctype html><title>ok</title><h1>已放入</h1>", content_type="text/html; charset=utf-8"
            )
        elif path.startswith("/static/"):
            file = BUILT / path.removeprefix("/static/")
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            route.fulfill(body=file.read_bytes(), content_type=kind) if file.is_file() else route.fulfill(status=404)
        elif request.is_navigation_request():
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=204)

    def open(self, page: Page) -> None:
        """The page, with its script at work."""
        page.route("**/*", self.answer)
        page.goto(ORIGIN)
        expect(page.locator("[data-camera][draggable=true]").first).to_be_visible()

    def browse(self, act) -> None:  # type: ignore[no-untyped-def]
        """Do something with the page in Chromium."""
        path = os.environ.get("CUSTODES_TEST_BROWSER") or shutil.which("chromium")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, headless=True, args=ARGUMENTS)
            page = patient(browser.new_page(viewport={"width": 1280, "height": 900}))
            self.open(page)
            act(page)
            browser.close()


def test_one_that_is_dragged_goes_alone_and_ticked_ones_go_together(cast, stage, client_of):
    by = cast.inspector.person
    Camera.objects.update(state=CameraState.CONNECTED)
    link = in_force(cast, second(cast).person)
    node = organisation(link, by)
    other = changing.add_node(link, node.parent, "操场", taken(by))
    url = reverse("sharing:tree", args=[link.pk])
    inspector = client_of("inspector")
    drawn = Stage(inspector.get(f"{url}?show=candidates").content.decode())

    def drag(page: Page) -> None:
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/shared-tree.png", full_page=True)
        box = page.locator("[data-camera]")
        gate, yard = (box.filter(has=page.locator(f"input[value='{one.pk}']")) for one in (stage.gate, stage.yard))
        group = page.locator(".shared-tree__node--0")
        # Onto a business group, which holds no cameras: nothing is sent.
        gate.drag_to(group)
        assert drawn.sent == []
        # The other one is ticked, and stays behind: one that is not ticked is dragged alone.
        yard.locator("input").check()
        gate.drag_to(page.locator(f"[data-drop='{node.pk}']"))
        expect(page.locator("h1")).to_have_text("已放入")
        page.goto(ORIGIN)
        expect(page.locator("[data-camera][draggable=true]").first).to_be_visible()
        gate.locator("input").check()
        yard.locator("input").check()
        yard.drag_to(page.locator(f"[data-drop='{other.pk}']"))
        expect(page.locator("h1")).to_have_text("已放入")

    drawn.browse(drag)
    (first, alone), (_path, both) = drawn.sent
    assert first == reverse("sharing:tree_act", args=[link.pk, "put"])
    assert (alone["camera"], alone["target"]) == ([str(stage.gate.pk)], [str(node.pk)])
    assert (set(both["camera"]), both["target"]) == ({str(stage.gate.pk), str(stage.yard.pk)}, [str(other.pk)])
    for path, form in drawn.sent:
        assert inspector.post(path, form).status_code == 302
    assert set(link.shared.values_list("camera", "node")) == {(stage.gate.pk, other.pk), (stage.yard.pk, other.pk)}
