"""A camera that left its worker's assignment: what it recorded is looked at, handed out and held (test_retention of the archive: and goes on its day)."""

from __future__ import annotations

import time
from uuid import UUID, uuid4

from custodes.video.wire.archive import Segments
from tests.node.past import Past, write_past
from tests.node.support import Browser, FakeNotary, Installation, RunningWorker, browse, camera
from tests.patience import until

CAMERA = UUID(int=1)
UNKNOWN = UUID(int=9)


async def test_it_is_played_while_its_worker_runs_on_and_after_a_restart_and_nothing_more(
    installation: Installation, notary: FakeNotary
) -> None:
    past = write_past(installation, CAMERA)
    installation.assign([camera(0, None)])
    with RunningWorker(installation) as running:
        await looked_at(installation, notary, past)
        installation.assign([])
        running.order()
        until(lambda: running.call(lambda: len(running.worker.cameras)) == 0)
        await looked_at(installation, notary, past)
    with RunningWorker(installation):
        await looked_at(installation, notary, past)
        await nothing_more(installation, past)
        await taken_out(installation, past)
        handed_out(installation, past)
        held(installation, past)


async def looked_at(installation: Installation, notary: FakeNotary, past: Past) -> None:
    """Played and looked up under a leave for its span, on record; no second more."""
    grant = uuid4()
    leave = {"grant": grant, "live": False, "back_seconds": 0, "span": (past.at(10), past.at(15))}
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, **leave))
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(10), rate=4)
        assert (await browser.text("end"))["reason"] == "span"
        shown = [wall_us for kind, _, _, _, wall_us, _ in browser.fragments if kind == 1]
        assert past.at(10) <= min(shown) < max(shown) < past.at(15)
        await browser.say("still", channel=1, camera=str(CAMERA), at=past.at(12.2))
        assert (await browser.text("still"))["wall_us"] is not None
        await browser.say("still", channel=1, camera=str(CAMERA), at=past.at(30))
        assert (await browser.text("still"))["reason"] == "span"
    found = until(lambda: [r for r in notary.of_type("view.begun") if r["grant"] == str(grant)])
    assert {(one["camera"], one["stream"]) for one in found} == {(str(CAMERA), "main")}


async def nothing_more(installation: Installation, past: Past) -> None:
    """No live picture, no recording of the device, no other camera, and nothing under somebody else's leave."""
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, UNKNOWN))
        for asked in ({"at": None}, {"at": past.at(10), "source": "device"}):
            await browser.say("open", channel=0, camera=str(CAMERA), **asked)
            assert (await browser.text("end"))["reason"] == "closed"
        await browser.say("control", channel=0)
        assert (await browser.text("error"))["detail"]
        await browser.say("open", channel=1, camera=str(UNKNOWN), at=past.at(10))
        assert "does not open" in (await browser.text("error"))["detail"]
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(UNKNOWN))
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(10))
        assert "does not open" in (await browser.text("error"))["detail"]
        assert browser.fragments == []


async def taken_out(installation: Installation, past: Past) -> None:
    """A look at its recordings is taken back as any other."""
    claims = {"grant": uuid4(), "live": False, "back_seconds": 0, "span": (past.at(0), past.at(60))}
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, UNKNOWN, **claims))
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(1))
        await browser.media(1)
        told = {"grants": [str(claims["grant"])], "cameras": [str(CAMERA)], "reason": "点位已停用", "clause": "S34(1)"}
        assert installation.request("POST", "/internal/revoke", told).status_code == 204
        end = await browser.text("end")
        assert (end["reason"], end["clause"]) == ("revoked", "S34(1)")


def handed_out(installation: Installation, past: Past) -> None:
    """For an evidence package: its segments, and the record of why there is nothing behind them."""
    span = (past.at(5), round(time.time() * 1_000_000) - 1_000_000)
    token = installation.token(CAMERA, live=False, back_seconds=0, span=span, handover=True)
    answer = installation.request(
        "POST", "/internal/segments", {"token": token, "camera": str(CAMERA), "from_us": span[0]}
    )
    listed = Segments.model_validate_json(answer.content)
    assert (len(listed.segments), len(listed.gaps) > 1) == (8, True)
    query = f"/internal/timeline?camera={CAMERA}&from={past.start}&to={past.at(230)}"
    told = installation.request("GET", query).json()
    assert told["runs"][0][0] == past.start


def held(installation: Installation, past: Past) -> None:
    order = {"id": str(uuid4()), "version": 1, "from_us": past.at(0), "to_us": past.at(60), "cameras": [str(CAMERA)]}
    [told] = installation.request("POST", "/internal/hold", order).json()["cameras"]
    assert (told["known"], told["there_us"], told["never_us"]) == (True, 60_000_000, 0)
