"""A link with a platform below is tried: what it does by itself is waited for, what it has is asked for, nothing of it is shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from custodes.gateway.lower_platforms import trying, words
from custodes.gateway.lower_platforms.ringing import TrialCalls
from custodes.gateway.lower_platforms.trying import PATIENCE
from custodes.gateway.process import GatewayProcess
from custodes.gb28181.device import answers
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.manscdp.collector import SECOND, AnswerPatience
from custodes.gb28181.sip.call import CallEvent
from custodes.tls.files import TlsFiles
from custodes.video.wire.statements import StatementsAt
from custodes.video.wire.upper_platforms import FARTHEST_MS, LinkTrials, LinkTried, LowerTrial, TriedPart
from tests.gateway.statements.world import Webs, certified
from tests.gateway.statements.world import lower as side_channel
from tests.gateway.world import QUICK, StandInWeb, World, channel, running_device
from tests.patience import until_async
from tests.ports import free_port

LOWER = "54010200002000000001"
PACE = replace(QUICK, patience=AnswerPatience(first=2 * SECOND, idle=SECOND // 2))


class TrialWeb(StandInWeb):
    """Says which links are to be tried."""

    def __init__(self, key: Any) -> None:
        super().__init__(key)
        self.lowers: list[LowerTrial] = []
        self.tried: list[LinkTried] = []
        self.name = "gateway-1"

    async def other(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/internal/gateway/linktests":
            made = LinkTrials(gateway=self.name, lowers=tuple(self.lowers))
            return httpx.Response(200, content=made.model_dump_json())
        if request.url.path == "/internal/gateway/linktests/tried":
            self.tried.append(LinkTried.model_validate_json(request.content))
            return httpx.Response(204)
        return await super().other(request)


@asynccontextmanager
async def above(folder: Path, **patience: float) -> AsyncIterator[tuple[World, TrialWeb, GatewayProcess]]:
    """Our gateway, at which the platform below may register."""
    (folder / "above").mkdir()
    world = World(folder / "above")
    world.web = web = TrialWeb(world.keys.control)
    world.assign(world.device(LOWER, keepalive_s=5))
    brisk = replace(PATIENCE, **{"look": 0.05, "register": 8.0, **patience})
    async with world.gateway(PACE, lower_patience=brisk) as ours:
        yield world, web, ours


def put(web: TrialWeb, **more: Any) -> LowerTrial:
    """A link that waits to be tried."""
    made = LowerTrial(**({"trial": uuid4(), "device": LOWER, "left_s": 60} | more))
    web.lowers.append(made)
    return made


async def outcome(web: TrialWeb, number: int = 0) -> dict[str, TriedPart]:
    await until_async(lambda: len(web.tried) > number)
    assert [part.part for part in web.tried[number].parts] == list(trying.PARTS)
    return {part.part: part for part in web.tried[number].parts}


def told(part: TriedPart) -> tuple[str, str]:
    return part.outcome, part.fault


async def test_a_sound_platform_passes_every_part_and_nothing_of_its_pictures_comes(tmp_path: Path) -> None:
    async with above(tmp_path) as (world, web, ours):
        ours_files: TlsFiles = ours.lowers._tools.files
        (tmp_path / "below").mkdir()
        async with (
            side_channel(tmp_path / "below", webs := Webs(), ours_files) as below,
            running_device(world.sip_port, LOWER, channels=3, carrier="TCP") as device,
        ):
            made = put(web, call=True, statements=below.at)
            found = await outcome(web)
            assert {part.outcome for part in found.values()} == {"passed"}, found
            assert not any(part.fault for part in found.values())
            assert (found["entries"].got, found["entries"].said) == (3, 3)
            assert found["registered"].ago_s is not None
            assert abs(found["time"].off_ms or 0) <= 1000
            assert not webs.stated, "nothing was stated"
            await until_async(lambda: not device.device.calls.streams)
            assert len(ours.switchboard) == 0
            # It waits on, because the web did not hear: told again, not tried again.
            again = await outcome(web, 2)
            assert again == found
            assert {one.trial for one in web.tried} == {made.trial}


class LastDays(datetime):
    """A device's clock that stands in the last year that can be written."""

    @classmethod
    def fromtimestamp(cls, timestamp: float, tz: tzinfo | None = None) -> Any:
        return datetime(9999, 12, 30, tzinfo=tz)


async def test_what_is_wrong_is_said_part_by_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No keepalives, a clock of another age, a catalogue that is shorter than it says, another service at the side channel's address."""
    monkeypatch.setattr(answers, "datetime", LastDays)
    async with above(tmp_path) as (world, web, ours):
        (tmp_path / "other").mkdir()
        other = certified(tmp_path / "other")
        quirks = frozenset({Quirk.SUM_TOO_LARGE})
        async with running_device(world.sip_port, LOWER, channels=2, keepalive=False, quirks=quirks):
            await until_async(lambda: ours.context.registration(LOWER))
            nowhere = StatementsAt(url=f"https://127.0.0.1:{free_port()}", certificate=other.cert.read_text())
            put(web, call=True, statements=nowhere)
            found = await outcome(web)
            assert told(found["registered"]) == ("passed", "")
            assert told(found["alive"]) == ("failed", words.NO_KEEPALIVE)
            assert told(found["entries"]) == ("failed", words.SHORT)
            assert (found["entries"].got, found["entries"].said) == (2, 5)
            assert told(found["info"]) == ("passed", "")
            assert told(found["time"]) == ("failed", words.WRONG_TIME)
            assert found["time"].off_ms == FARTHEST_MS
            assert told(found["call"]) == ("untried", words.NOT_WHOLE)
            assert told(found["side"]) == ("failed", words.NO_CONNECTION)
            assert told(found["admitted"]) == ("untried", words.UNREACHED)


async def test_the_side_channel_shows_what_was_handed_over_or_another(tmp_path: Path) -> None:
    async with above(tmp_path, register=0.1) as (_world, web, _ours):
        (tmp_path / "below").mkdir()
        (tmp_path / "else").mkdir()
        strange = certified(tmp_path / "else")
        async with side_channel(tmp_path / "below", Webs()) as below:
            put(web, statements=below.at)
            found = await outcome(web)
            assert told(found["side"]) == ("passed", "")
            assert told(found["admitted"]) == ("untried", words.NOT_ADMITTED)
            web.lowers.clear()
            count = len(web.tried)
            put(web, statements=StatementsAt(url=below.at.url, certificate=strange.cert.read_text()))
            await until_async(lambda: web.tried[-1].trial == web.lowers[0].trial)
            found = await outcome(web, max(count, len(web.tried) - 1))
            assert told(found["side"]) == ("failed", words.OTHER_CERTIFICATE)


async def test_who_does_not_register_is_told_why_and_is_asked_nothing(tmp_path: Path) -> None:
    async with above(tmp_path, register=0.5) as (world, web, ours):
        put(web)
        found = await outcome(web)
        assert told(found["registered"]) == ("failed", words.NOT_REGISTERED)
        assert {told(found[part]) for part in ("alive", "time", "info", "entries", "call")} == {
            ("untried", words.UNREGISTERED)
        }
        assert told(found["side"]) == ("untried", words.NO_SIDE)
        web.lowers.clear()
        async with running_device(world.sip_port, LOWER, password="another"):
            await until_async(lambda: ours.unknown.why(LOWER, 0))
            made = put(web)
            await until_async(lambda: web.tried[-1].trial == made.trial)
            assert web.tried[-1].parts[0].fault == words.WRONG_PASSWORD
        web.lowers.clear()
        made = put(web, device="54010300002000000001")
        await until_async(lambda: web.tried[-1].trial == made.trial)
        assert web.tried[-1].parts[0].fault == words.NOT_ASSIGNED


async def test_a_call_that_is_not_taken_and_a_camera_of_the_register_that_is_left_alone(tmp_path: Path) -> None:
    async with (
        above(tmp_path) as (world, web, ours),
        running_device(world.sip_port, LOWER, channels=1, streams=0) as device,
    ):
        put(web, call=True)
        found = await outcome(web)
        assert told(found["call"]) == ("failed", f"{words.REFUSED} (486)")
        web.lowers.clear()
        only = device.device.settings.channels[0].id
        world.assign(world.device(LOWER, keepalive_s=5), channels=(channel(uuid4(), LOWER, only),))
        await until_async(lambda: ours.assigned.cameras(LOWER))
        made = put(web, call=True)
        await until_async(lambda: web.tried[-1].trial == made.trial)
        parts = {part.part: part for part in web.tried[-1].parts}
        assert told(parts["call"]) == ("untried", words.NO_CHANNEL)


async def test_a_trial_ends_with_its_time_and_one_for_another_gateway_is_not_begun(tmp_path: Path) -> None:
    async with above(tmp_path, register=60.0) as (_world, web, _ours):
        web.name = "gateway-2"
        other = put(web, left_s=3)
        await until_async(lambda: len(web.asked) > 1)
        assert not web.tried
        web.name = "gateway-1"
        found = await outcome(web)
        assert web.tried[0].trial == other.trial
        assert told(found["registered"]) == ("untried", words.OVER)


@pytest.mark.parametrize(("method", "answered"), [("INFO", [200]), ("MESSAGE", [])])
def test_what_comes_inside_a_call_of_a_trial_does_not_wait_for_ever(method: str, answered: list[int]) -> None:
    """A message is the process's, as inside of any call."""
    said: list[int] = []
    process: Any = SimpleNamespace(endpoint=SimpleNamespace(reply=lambda _transaction, status: said.append(status)))
    call: Any = object()
    (ringing := TrialCalls(process))._waiting[call] = SimpleNamespace(done=lambda: False)  # type: ignore[assignment]
    transaction: Any = SimpleNamespace(request=SimpleNamespace(method=method))
    heard = ringing.hear(CallEvent(call, "info", transaction=transaction))
    assert (heard, said) == (bool(answered), answered)
