"""A browser that looks at a camera and does more there: how tests open its socket, give it leave as the web does, and hear who has the camera."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from custodes.video.wire.token import GrantClaims, sign_token
from tests.node.support import Browser, Installation, browse

CAMERA, UNABLE = UUID(int=1), UUID(int=2)
"""Of a worker's two cameras the one at which something can be done, and the one at which it can't."""

CHANNEL = 3


@asynccontextmanager
async def looking(
    installation: Installation, claims: GrantClaims, camera: UUID = CAMERA, **opened: Any
) -> AsyncIterator[Browser]:
    """A browser with a picture of the camera on `CHANNEL`; live, or as `opened` says."""
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=sign_token(claims, installation.grant_key))
        await browser.text("granted")
        await browser.say("open", channel=CHANNEL, camera=str(camera), **opened)
        await browser.media(1)
        yield browser


def give(installation: Installation, verb: str, claims: GrantClaims, camera: UUID, **own: Any) -> dict[str, Any]:
    """Tell the worker of leave for whoever looks by these claims, as the web does; what it says."""
    body = {
        verb: str(uuid.uuid4()),
        "index": 7,
        "grant": str(claims.grant),
        "camera": str(camera),
        "person": claims.sub,
        "person_name": "卓玛",
        "unit": "城关分局",
        **own,
    }
    answer: dict[str, Any] = installation.request("POST", f"/internal/{verb}/begin", body).json()
    return answer


async def heard(browser: Browser, kind: str, what: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """The next word of this kind for which `what` is true, or the last one that was said."""
    last = next((said for said in reversed(browser.texts) if said["type"] == kind), None)
    while last is None or not what(last):
        last = await browser.text(kind)
    return last


def revoke(installation: Installation, claims: GrantClaims) -> None:
    """Take the look back, as the web does."""
    installation.request("POST", "/internal/revoke", {"grants": [str(claims.grant)], "reason": "值班已结束"})


def check_the_web_alone_gives_leave(installation: Installation, verb: str, has: str, unable: str) -> None:
    """A request that is not signed, or malformed, gives none; who has a camera is told to the web.

    Args:
        has: the field that names who has it; unable: what is said of a camera that can't.
    """
    assert installation.request("POST", f"/internal/{verb}/begin", {}, headers={}).status_code == 401
    assert installation.request("POST", f"/internal/{verb}/begin", {"camera": "x"}).status_code == 422
    state = installation.request("GET", f"/internal/{verb}?camera={CAMERA}").json()
    assert (state["ok"], state[has]) == (True, None)
    assert installation.request("GET", f"/internal/{verb}?camera={UNABLE}").json()["failure"] == unable
