"""How a view ends: revoked, expired, replaced, renewed with the wrong token."""

import time
from typing import Any
from uuid import UUID, uuid4

from custodes.video.wire.token import sign_token
from tests.node.support import Browser, FakeNotary, Installation, RunningWorker, browse
from tests.patience import until

CAMERA = UUID(int=1)


async def test_a_revocation_stops_a_running_view_and_says_why(
    worker: RunningWorker, installation: Installation, notary: FakeNotary
) -> None:
    claims = installation.claims(CAMERA)
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=sign_token(claims, installation.grant_key))
        await browser.say("open", channel=0, camera=str(CAMERA))
        await browser.media(5)
        body = {"grants": [str(claims.grant)], "reason": "值班结束", "clause": "S34(1)"}
        assert installation.request("POST", "/internal/revoke", body).status_code == 204
        sent = time.monotonic()
        stopped = await browser.text("stopped")
        assert time.monotonic() - sent < 2, "invariant 2: two seconds by push"
        assert (stopped["reason"], stopped["clause"], stopped["detail"]) == ("revoked", "S34(1)", "值班结束")
        count = len(browser.fragments)
        assert await browser.closed() == 4410
        assert len(browser.fragments) == count, "no picture after the word"
    [ended] = until(lambda: [r for r in notary.of_type("view.ended") if r["grant"] == str(claims.grant)])
    assert ended["reason"] == "revoked"
    assert ended["shown"]
    # Another token of the same grant, signed before the revocation was known to whoever signed it.
    again = installation.claims(CAMERA, grant=claims.grant)
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=sign_token(again, installation.grant_key))
        assert await browser.closed() == 4410


async def test_a_view_whose_token_is_not_renewed_ends(worker: RunningWorker, installation: Installation) -> None:
    now = int(time.time())
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, iat=now, exp=now + 2))
        await browser.say("open", channel=0, camera=str(CAMERA))
        stopped = await browser.text("stopped")
        assert stopped["reason"] == "expired"
        assert await browser.closed() == 4408
        assert time.time() >= now + 2


async def test_a_renewal_on_the_socket_keeps_the_picture_going(
    worker: RunningWorker, installation: Installation
) -> None:
    grant, now = uuid4(), int(time.time())
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, grant=grant, iat=now, exp=now + 2))
        await browser.say("open", channel=0, camera=str(CAMERA))
        await browser.media(1)
        await browser.say("token", token=installation.token(CAMERA, grant=grant))
        while time.time() < now + 3:
            await browser.media(1)
    assert [text["type"] for text in browser.texts].count("granted") == 2
    assert [text["type"] for text in browser.texts].count("init") == 1


async def test_a_renewal_with_another_grant_or_another_persons_token_ends_the_view(
    worker: RunningWorker, installation: Installation
) -> None:
    for changes in ({"grant": uuid4()}, {"sub": "person-2"}):
        grant = uuid4()
        async with browse(installation) as connection:
            browser = Browser(connection)
            await browser.say("token", token=installation.token(CAMERA, grant=grant))
            await browser.text("granted")
            await browser.say("token", token=installation.token(CAMERA, **{"grant": grant, **changes}))
            assert await browser.closed() == 4401


async def test_a_renewal_that_names_fewer_cameras_ends_the_others(
    worker: RunningWorker, installation: Installation
) -> None:
    grant, other = uuid4(), UUID(int=2)
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, other, grant=grant))
        await browser.say("open", channel=1, camera=str(other))
        await browser.media(2)
        await browser.say("token", token=installation.token(CAMERA, grant=grant))
        await browser.say("open", channel=0, camera=str(CAMERA))
        while (await browser.text("init"))["channel"] != 0:
            pass
        assert {fragment[2] for fragment in await browser.media(20)} == {0}


async def test_the_same_grant_in_another_window_replaces_the_first(
    worker: RunningWorker, installation: Installation
) -> None:
    grant = uuid4()
    async with browse(installation) as first_connection, browse(installation) as second_connection:
        first, second = Browser(first_connection), Browser(second_connection)
        await first.say("token", token=installation.token(CAMERA, grant=grant))
        await first.text("granted")
        await second.say("token", token=installation.token(CAMERA, grant=grant))
        await second.text("granted")
        assert (await first.text("stopped"))["reason"] == "replaced"
        assert await first.closed() == 4409
        await second.say("open", channel=0, camera=str(CAMERA))
        await second.media(3)


async def test_a_camera_that_is_taken_out_of_a_grant_ends_with_its_clause_and_the_others_go_on(
    worker: RunningWorker, installation: Installation, notary: FakeNotary
) -> None:
    other = UUID(int=2)
    claims = installation.claims(CAMERA, other)
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=sign_token(claims, installation.grant_key))
        await browser.say("open", channel=0, camera=str(CAMERA))
        await browser.say("open", channel=1, camera=str(other))
        await browser.media(6)
        body = {"grants": [str(claims.grant)], "cameras": [str(other)], "reason": "正在投票", "clause": "S10(3)"}
        assert installation.request("POST", "/internal/revoke", body).status_code == 204
        end = await browser.text("end")
        assert (end["channel"], end["reason"], end["clause"], end["detail"]) == (1, "revoked", "S10(3)", "正在投票")
        assert {fragment[2] for fragment in await browser.media(20)} == {0}
        # A token that was signed before the web said so opens it no more.
        late = installation.claims(CAMERA, other, grant=claims.grant)
        await browser.say("token", token=sign_token(late, installation.grant_key))
        await browser.say("open", channel=2, camera=str(other))
        assert (await browser.text("error"))["channel"] == 2
        assert {fragment[2] for fragment in await browser.media(10)} == {0}
    ended = until(lambda: ends_of(notary, claims.grant, other))[0]
    assert (ended["reason"], bool(ended["shown"])) == ("revoked", True)
    assert until(lambda: ends_of(notary, claims.grant, CAMERA))[0]["reason"] == "disconnected"


async def test_playback_of_a_camera_that_is_taken_out_ends_as_well(
    worker: RunningWorker, installation: Installation, notary: FakeNotary
) -> None:
    other, begun = UUID(int=2), time.time_ns() // 1000
    until(lambda: recorded(installation, other, begun - 60_000_000))
    claims = installation.claims(CAMERA, other)
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=sign_token(claims, installation.grant_key))
        await browser.say("open", channel=1, camera=str(other), at=recorded(installation, other, begun - 60_000_000))
        await browser.media(1)
        await browser.say("token", token=installation.token(CAMERA, grant=claims.grant))
        end = await browser.text("end")
        assert (end["channel"], end["reason"], end["clause"]) == (1, "revoked", "")
    ended = until(lambda: ends_of(notary, claims.grant, other))[0]
    assert ended["reason"] == "revoked"


def ends_of(notary: FakeNotary, grant: UUID, camera: UUID) -> list[dict[str, Any]]:
    """Accounts of what a grant showed of one camera."""
    ended = notary.of_type("view.ended")
    return [one for one in ended if one["grant"] == str(grant) and one["camera"] == str(camera)]


def recorded(installation: Installation, camera: UUID, since: int) -> int:
    """A moment of a camera that is recorded, 0 while there is none."""
    path = f"/internal/timeline?camera={camera}&from={since}&to={time.time_ns() // 1000}"
    runs = installation.request("GET", path).json()["runs"]
    return int(runs[0][0]) if runs else 0
