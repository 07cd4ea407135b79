"""A link is tried before it is in force: each part measured, nothing shown, nothing served, told once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from custodes.gateway.process import GatewayProcess
from custodes.gateway.upper_platforms import trying
from custodes.gateway.upper_platforms.trying import IN_FORCE, NOT_ASKED, PATIENCE
from custodes.video.wire.seal import seal
from custodes.video.wire.upper_platforms import GatewayUpper, LinkTrial, LinkTried
from tests.gateway.upper_platforms.world import OWN, Above, Below
from tests.patience import until_async

BRISK = replace(PATIENCE, look=0.05, register=8.0, keepalive=10.0, catalogue=10.0)


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "KEEPALIVE_S", 1)


@asynccontextmanager
async def two(folder: Path, **patience: float) -> AsyncIterator[tuple[Above, Below, GatewayProcess, GatewayProcess]]:
    """An upper that runs, and us without any link."""
    (folder / "above").mkdir()
    (folder / "below").mkdir()
    above, below = Above(folder / "above"), Below(folder / "below")
    async with above.world.gateway() as theirs, below.running() as ours:
        ours.uppers.trials.patience = replace(BRISK, **patience)
        yield above, below, theirs, ours


def put(above: Above, below: Below, **more: Any) -> LinkTrial:
    """A link that waits to be tried."""
    upper = below.link(above, **more)
    below.web.uppers.clear()
    below.web.entries.clear()
    made = LinkTrial(trial=uuid4(), upper=upper)
    below.web.trials.append(made)
    return made


async def outcome(below: Below, number: int = 0) -> LinkTried:
    await until_async(lambda: len(below.web.tried) > number)
    return below.web.tried[number]


def told(found: LinkTried) -> dict[str, tuple[str, str]]:
    return {part.part: (part.outcome, part.fault) for part in found.parts}


async def test_all_parts_of_a_trial_are_measured_and_nothing_is_shown(tmp_path: Path) -> None:
    async with two(tmp_path) as (above, below, theirs, ours):
        made = put(above, below)
        found = await outcome(below)
        assert found.trial == made.trial
        assert [part.part for part in found.parts] == ["register", "keepalive", "catalogue", "unregister"]
        assert all(part.outcome == "passed" and part.ms is not None and not part.fault for part in found.parts), found
        assert above.catalogue() == {}, "an empty tree"
        await until_async(lambda: theirs.context.reach(OWN) is None)
        assert not ours.uppers.links
        assert not below.web.wants
        # It waits on, because the web did not hear: told again, not tried again.
        taken = theirs.registrar.find(OWN)
        again = await outcome(below, 2)
        assert again == found
        assert theirs.registrar.find(OWN) is taken


async def test_a_wrong_password_is_said_and_nothing_more_is_tried(tmp_path: Path) -> None:
    async with two(tmp_path) as (above, below, _theirs, ours):
        wrong = seal(below.world.keys.seal.public_key(), "another")
        put(above, below, sealed_password=wrong)
        found = told(await outcome(below))
        assert found["register"][0] == "failed"
        assert found["register"][1].startswith("it refuses our ID or our password")
        assert {found[part] for part in ("keepalive", "catalogue", "unregister")} == {("untried", "")}
        # A password that does not open is said without a word to anybody.
        below.web.trials.clear()
        below.web.tried.clear()
        put(above, below, sealed_password="AAAA")
        found = told(await outcome(below))
        assert "does not open" in found["register"][1]
        assert ours.uppers.registered == 0


async def test_whoever_is_not_there_and_whoever_does_not_ask(tmp_path: Path) -> None:
    async with two(tmp_path, register=0.5) as (above, below, theirs, ours):
        theirs.catalogues.changed = lambda _change: None  # type: ignore[method-assign]
        put(above, below, port=9)
        found = told(await outcome(below))
        assert found["register"][0] == "failed"
        assert found["register"][1]
        below.web.trials.clear()
        below.web.tried.clear()
        ours.uppers.trials.patience = replace(BRISK, catalogue=0.1)
        put(above, below)
        found = told(await outcome(below))
        assert found["catalogue"] == ("untried", NOT_ASKED)
        assert found["keepalive"][0] == found["unregister"][0] == "passed"


async def test_a_call_during_a_trial_is_refused_and_asks_nobody(tmp_path: Path) -> None:
    async with two(tmp_path, catalogue=10.0) as (above, below, theirs, _ours):
        put(above, below)
        await until_async(lambda: theirs.context.reach(OWN))
        answer = await above.look()
        assert answer.step == "refused"
        assert (await outcome(below)).parts[-1].outcome == "passed"
        assert not below.web.wants


async def test_a_link_that_is_in_force_is_not_tried_beside_itself(tmp_path: Path) -> None:
    async with two(tmp_path) as (above, below, theirs, ours):
        upper: GatewayUpper = below.link(above)
        await until_async(lambda: ours.uppers.registered == 1)
        below.web.trials.append(LinkTrial(trial=uuid4(), upper=upper))
        found = told(await outcome(below))
        assert found["register"] == ("untried", IN_FORCE)
        assert theirs.context.reach(OWN) is not None


async def test_what_is_called_off_while_another_is_tried_is_not_tried(tmp_path: Path) -> None:
    """Several wait; trying one takes up to a minute, and a link may have been turned down meanwhile."""
    async with two(tmp_path) as (above, below, theirs, _ours):
        first, second = put(above, below), put(above, below)
        below.web.trials[:] = [first, second]
        await until_async(lambda: theirs.context.reach(OWN))
        below.web.trials[:] = [first]
        for number in range(3):
            assert (await outcome(below, number)).trial == first.trial
        assert {one.trial for one in below.web.tried} == {first.trial}
        below.web.trials[:] = [first, second]
        await until_async(lambda: second.trial in {one.trial for one in below.web.tried})
