"""A gate at which more is done than looking, and how a browser asks leave for it."""

from __future__ import annotations

from typing import Any

from custodes.places.models import Camera

OUTPUT = "54010200021378000001"
ABLE = {"move": True, "zoom": True, "presets": 8, "home": True}


def make_able(stage: Any) -> None:
    """The gate turns, and has a loudspeaker."""
    url = "gb28181://54010200021188000001/54010200021318000001"
    Camera.objects.filter(pk=stage.gate.pk).update(main_url=url, voice_output=OUTPUT, steering=ABLE)


def post(browser: Any, path: str, body: Any) -> Any:
    return browser.post(path, body, content_type="application/json")


def look(browser: Any, camera: Any) -> str:
    """A look at the camera; its grant."""
    answer = post(browser, "/api/views", {"cameras": [str(camera.pk)], "live": True})
    assert answer.status_code == 201
    return str(answer.json()["grant"])


def begun(stage: Any, verb: str) -> list[Any]:
    """What the node was told of leave."""
    found: list[Any] = stage.worker.asked(f"/internal/{verb}/begin")
    return found
