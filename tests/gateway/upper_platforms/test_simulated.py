"""The simulated platform above, at our gateway below it: it is let in by its password, sees the catalogue, gets a picture that is granted, and no other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from custodes.gateway.upper_platforms import trying
from custodes.gateway.upper_platforms.trying import PATIENCE
from custodes.gb28181.manscdp.item import EntryStatus
from custodes.gb28181.media.frame import Coding
from custodes.gb28181.sip.call import CallPhase
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.upper import upper as visiting
from custodes.gb28181.upper.line import Did, UpperSettings
from custodes.gb28181.upper.upper import SimulatedUpper
from custodes.video.wire.sending import SendAsk, SendReady
from custodes.video.wire.upper_platforms import LinkTrial, UpperVerdict, UpperWants
from tests.gateway.upper_platforms.world import OWN, Below, camera
from tests.gateway.world import ID, PASSWORD
from tests.gb28181.media.films import film, packets
from tests.patience import until_async
from tests.ports import free_port

GRANTED, OTHER = camera(1), camera(2)


@dataclass
class Visited:
    """Us below a simulated upper, and what that did."""

    below: Below
    upper: SimulatedUpper
    did: list[Did] = field(default_factory=list)

    def of(self, *what: str) -> list[Did]:
        return [one for one in self.did if one.what in what]

    async def grant(self, wants: UpperWants) -> UpperVerdict:
        """The first camera's live picture, and nothing else."""
        if wants.channel == GRANTED and wants.verb == "live":
            return await self.below.grant(wants)
        return UpperVerdict(status=403, why="not granted")

    async def send(self, ask: SendAsk) -> SendReady:
        """Send a film as soon as it is asked for: datagrams wait in the receiver's buffer."""
        for packet in packets(film(Coding.H264)):
            made = packet[:8] + ask.ssrc.to_bytes(4, "big") + packet[12:]
            self.below.node.socket.sendto(made, (ask.address, ask.port))
        return SendReady(address="127.0.0.1", port=self.below.node.socket.getsockname()[1])


@asynccontextmanager
async def visited(folder: Path, password: str = PASSWORD, **more: float) -> AsyncIterator[Visited]:
    """Us, with a link to nobody yet, and a simulated upper that listens."""
    settings = UpperSettings(ID, OWN, Secret(password), "127.0.0.1", free_port(), calls=2, **more)  # type: ignore[arg-type]
    did: list[Did] = []
    made = Visited(Below(folder), SimulatedUpper(settings, did.append), did)
    made.below.web.decide = made.grant
    made.below.node.ready = made.send
    await made.upper.open()
    try:
        async with made.below.node.running(), made.below.running() as ours:
            ours.uppers.trials.patience = replace(PATIENCE, look=0.05)
            yield made
    finally:
        await made.upper.close()


async def test_it_sees_what_it_is_shown_gets_what_is_granted_and_is_refused_the_rest(tmp_path: Path) -> None:
    async with visited(tmp_path) as at:
        at.below.link_at(at.upper.settings.port)
        await until_async(lambda: at.of("picture") and len(at.of("refused")) == 2)
        assert at.upper.there
        assert at.of("none") == []
        [catalogue] = at.of("catalogue")
        assert catalogue.count == len(at.upper.known) == 5, "we, a group, three cameras"
        assert [one.about for one in at.of("picture")] == [GRANTED]
        records, call = at.of("refused")
        assert (records.about, records.status, records.why) == (GRANTED, 0, "records: refused")
        assert (call.about, call.status) == (OTHER, 403)
        assert [(one.channel, one.verb) for one in at.below.web.wants] == [
            (GRANTED, "history"), (GRANTED, "live"), (OTHER, "live"),
        ]  # fmt: skip
        assert await until_async(lambda: at.below.node.of("end")), "it hangs up once it has seen"


async def test_it_is_told_of_what_changes_and_calls_no_camera_that_is_off(tmp_path: Path) -> None:
    async with visited(tmp_path, each=0.5) as at:
        at.below.link_at(at.upper.settings.port)
        await until_async(lambda: at.of("picture"))
        at.below.web.off = {GRANTED}
        await until_async(lambda: at.of("changed"))
        assert at.upper.known[GRANTED].status is EntryStatus.OFF
        await until_async(lambda: at.did[-1].about == OTHER)
        seen = len(at.of("picture"))
        others = len(at.of("refused"))
        await until_async(lambda: len(at.of("refused")) > others + 2)
        assert len(at.of("picture")) == seen
        at.below.web.off = set()
        await until_async(lambda: len(at.of("picture")) > seen)


async def test_it_calls_again_where_no_picture_was_there_yet_and_not_for_ever(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(visiting, "LATER", 0.05)
    async with visited(tmp_path) as at:
        counted: list[str] = []

        async def later(wants: UpperWants) -> UpperVerdict:
            counted.append(wants.channel)
            return UpperVerdict(status=480, why="no picture")

        at.below.web.decide = later
        at.below.link_at(at.upper.settings.port)
        await until_async(lambda: len([one for one in at.of("refused") if one.status]) == 2 * visiting.TRIES)
        assert counted.count(OTHER) == visiting.TRIES


async def test_a_call_that_it_is_making_when_it_leaves_is_cancelled(tmp_path: Path) -> None:
    async with visited(tmp_path) as at:
        asked = asyncio.Event()

        async def never(ask: SendAsk) -> SendReady:
            asked.set()
            await asyncio.Event().wait()
            return await at.send(ask)

        at.below.node.ready = never
        at.below.link_at(at.upper.settings.port)
        await until_async(asked.is_set)
        [look] = at.upper._line._looks.values()
        await at.upper._leave()
        assert not at.upper._line._looks
        assert look.call.phase is CallPhase.CANCELLING


async def test_rounds_come_again_and_see_what_was_granted_meanwhile(tmp_path: Path) -> None:
    async with visited(tmp_path, each=0.5) as at:
        at.below.link_at(at.upper.settings.port)
        await until_async(lambda: at.of("refused"))
        at.below.web.decide = at.below.grant
        await until_async(lambda: OTHER in {one.about for one in at.of("picture")})


async def test_a_link_is_tried_against_it_and_it_is_shown_nothing(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(trying, "KEEPALIVE_S", 1)
    async with visited(tmp_path) as at:
        upper = at.below.link_at(at.upper.settings.port)
        at.below.web.uppers.clear()
        at.below.web.trials.append(LinkTrial(trial=uuid4(), upper=upper))
        await until_async(lambda: at.below.web.tried)
        parts = {part.part: part.outcome for part in at.below.web.tried[0].parts}
        assert parts == dict.fromkeys(("register", "keepalive", "catalogue", "unregister"), "passed")
        assert at.of("picture", "refused") == []
        assert not {id for id in at.upper.known if "132" in id}


async def test_a_password_that_is_not_its_own_is_refused(tmp_path: Path) -> None:
    async with visited(tmp_path, "another") as at:
        upper = at.below.link_at(at.upper.settings.port)
        at.below.web.uppers.clear()
        at.below.web.trials.append(LinkTrial(trial=uuid4(), upper=upper))
        await until_async(lambda: at.below.web.tried)
        first = at.below.web.tried[0].parts[0]
        assert (first.part, first.outcome) == ("register", "failed")
        assert first.fault.startswith("it refuses our ID or our password")
        assert at.did == []


async def test_who_leaves_is_gone_at_once(tmp_path: Path) -> None:
    async with visited(tmp_path, each=0.2) as at:
        at.below.link_at(at.upper.settings.port)
        await until_async(lambda: at.of("picture"))
        at.below.web.uppers.clear()
        await until_async(lambda: at.of("gone"))
        assert not at.upper.there
