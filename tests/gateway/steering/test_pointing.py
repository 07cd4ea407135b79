"""Where a camera of a platform below points, through two gateways of our own: subscribed to while a hand stands on it here, else asked."""

from __future__ import annotations

import asyncio
import math
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from custodes.gateway.figures import GatewayFigures
from custodes.gateway.steering import pointing as subscribing
from custodes.gb28181.cascade import moving as of_uppers
from custodes.gb28181.cascade import notifications
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.position import MobilePosition
from custodes.gb28181.sip.events import RequestReceived
from custodes.gb28181.sip.subscription import SubscriptionNews, SubscriptionStanding
from custodes.video.wire.commands import GatewaySteer, PositionAnswer, PositionAsk
from custodes.video.wire.sending import SendPosition
from custodes.video.wire.upper_platforms import UpperVerdict, UpperWants
from tests.gateway.upper_platforms.world import OWN, Pair, camera, pair
from tests.patience import until_async

CALM: dict[str, float] = {"say_again": 600.0, "idle": 600.0}
CAMERA = OWN, camera(1)
HAND = uuid4()


async def steered(both: Pair, grant: UUID = HAND, pan: int = 20) -> None:
    """A hand here moves it."""
    place = {"camera": both.above.cameras[camera(1)], "device": OWN, "channel": camera(1)}
    wish = GatewaySteer(**place, command="move", grant=grant, pan=pan)  # type: ignore[arg-type]
    assert (await both.above.node.steer(wish)).failure == ""


def ask(both: Pair, grant: UUID | None = HAND) -> PositionAsk:
    return PositionAsk(camera=both.above.cameras[camera(1)], device=OWN, channel=camera(1), grant=grant)


async def asked(both: Pair, grant: UUID = HAND) -> PositionAnswer:
    answer: PositionAnswer = await both.above.node.position(ask(both, grant))
    return answer


def ours(both: Pair) -> Any:
    """The room above."""
    return both.theirs.steering.pointing


def held(both: Pair) -> Any:
    return ours(both)._held.get(CAMERA)


def active(both: Pair) -> bool:
    found = held(both)
    return bool(found and found.subscription and found.subscription.stand is SubscriptionStanding.ACTIVE)


def questions(both: Pair) -> int:
    """Questions where it points that the platform below answered."""
    found: int = both.ours.uppers.asked.replies.answered["PTZPosition"]
    return found


async def followed(both: Pair) -> None:
    """A hand moves it, and its subscription stands."""
    both.node.position = SendPosition(pan=187.5, tilt=-12.0, zoom=4.0)
    await steered(both)
    await until_async(lambda: active(both))


async def spoken_to_in_2016(both: Pair) -> None:
    """A person knows better than its X-GB-Ver."""
    before = both.above.world.web.assignment
    assert before is not None
    both.above.world.assign(both.above.world.device(OWN, edition="2016"), channels=before.channels)
    await until_async(lambda: (reach := both.theirs.context.reach(OWN)) and reach.edition is Edition.E2016)


def lower(both: Pair) -> Any:
    return both.ours.uppers.links[0].lower


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_notices_take_the_place_of_questions_while_a_hand_stands(
    tmp_path: Path, transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribing, "FRESH", 5.0)  # a slow machine is not what is tried here
    async with pair(tmp_path, pace=CALM, edition="2022", transport=transport) as both:
        await followed(both)
        assert lower(both).points(camera(1)) == 1.0
        await until_async(lambda: held(both).there)
        found = await asked(both)
        assert (found.failure, found.pan, found.tilt, found.zoom) == ("", 187.5, -12.0, 4.0)
        assert held(both).there is None, "each is given once: what turns would seem to stand"
        assert questions(both) == 0
        assert len(both.web.wants) == 1, "the hand was decided, and nothing besides"
        samples = {one.name: one.value for family in GatewayFigures(both.theirs).collect() for one in family.samples}
        assert samples["custodes_gateway_pointing_subscriptions"] == 1
        assert samples["custodes_gateway_pointing_taken_total"] == 1
        # Another hand's question is its own.
        await until_async(lambda: held(both).there)
        assert (await asked(both, uuid4())).pan == 187.5
        assert questions(both) == 1
        # Nobody stands on it any more, as far as the node says.
        monkeypatch.setattr(subscribing, "SILENT", 0.0)
        await until_async(lambda: lower(both).points(camera(1)) is None)
        await until_async(lambda: not len(ours(both)))
        assert held(both) is None


async def test_a_question_is_answered_by_the_notice_that_comes_first(tmp_path: Path) -> None:
    async with pair(tmp_path, pace=CALM, edition="2022") as both:
        await followed(both)
        await until_async(lambda: ours(both).heard)
        answer = both.ours.uppers.asked.replies.answer
        both.ours.uppers.asked.replies.answer = lambda *_: None  # the answer never comes, the next notice does
        held(both).there = None
        assert (await asked(both)).pan == 187.5
        both.ours.uppers.asked.replies.answer = answer
        assert ours(both).taken == 1


async def test_what_came_before_an_answer_is_not_given_behind_it(tmp_path: Path) -> None:
    async with pair(tmp_path, pace=CALM, edition="2022") as both:
        await followed(both)
        await until_async(lambda: held(both).there)
        held(both).at = -math.inf  # long ago
        both.node.position = SendPosition(pan=190.0, tilt=0.0, zoom=1.0)
        assert (await asked(both)).pan == 190.0


async def test_the_word_of_the_node_that_its_hand_stands_keeps_it(tmp_path: Path) -> None:
    async with pair(tmp_path, pace=CALM, edition="2022") as both:
        await followed(both)
        held(both).heard = before = ours(both)._now - subscribing.SILENT / 2
        assert (await both.above.node.stands(ask(both, None))).failure == ""
        assert held(both).heard > before + 1
        held(both).heard = ours(both)._now - subscribing.SILENT - 0.1
        await until_async(lambda: held(both) is None)
        await until_async(lambda: lower(both).points(camera(1)) is None)


async def test_it_is_renewed(tmp_path: Path) -> None:
    async with pair(tmp_path, pace=CALM, edition="2022") as both:
        await followed(both)
        subscription = held(both).subscription
        until_then = subscription.until
        ours(both)._subscriber.tick(time.monotonic() + subscribing.SECONDS - 5)
        both.theirs.transport.drain()
        await until_async(lambda: subscription.until > until_then)
        assert active(both)


async def test_one_whose_edition_a_person_puts_right_is_renewed_and_ended_as_it_began(tmp_path: Path) -> None:
    async with pair(tmp_path, pace=CALM, edition="2022") as both:
        await followed(both)
        await spoken_to_in_2016(both)
        subscription = held(both).subscription
        until_then = subscription.until
        ours(both)._subscriber.tick(time.monotonic() + subscribing.SECONDS - 5)
        both.theirs.transport.drain()
        await until_async(lambda: subscription.until > until_then)
        await both.theirs.steering.stop()  # as where the gateway ends
        await until_async(lambda: lower(both).points(camera(1)) is None)
        await until_async(lambda: not len(ours(both)))


async def test_a_hand_that_is_not_decided_yet_below_is_waited_for(tmp_path: Path) -> None:
    async with pair(tmp_path, pace=CALM, edition="2022") as both:
        go, grant = asyncio.Event(), both.web.decide
        assert grant is not None

        async def slow(wants: UpperWants) -> UpperVerdict:
            await go.wait()
            return await grant(wants)

        both.web.decide = slow
        await steered(both)
        await until_async(lambda: ours(both).refused["403"])
        assert held(both).subscription is None
        go.set()
        await until_async(lambda: active(both))
        assert held(both).refusals == 0


async def test_what_the_platform_below_ended_is_asked_for_with_the_next_command_alone(tmp_path: Path) -> None:
    async with pair(tmp_path, pace=CALM, edition="2022") as both:
        await followed(both)
        both.ours.uppers.asked.leave(both.ours.uppers.links[0], "revoked")
        await until_async(lambda: held(both).subscription is None)
        assert math.isinf(held(both).due)
        await steered(both, pan=30)
        await until_async(lambda: active(both))


async def test_another_hand_has_its_own(tmp_path: Path) -> None:
    async with pair(tmp_path, pace=CALM, edition="2022") as both:
        await followed(both)
        first, other = held(both).subscription, uuid4()
        ended: list[object] = []
        end = ours(both)._subscriber.end
        ours(both)._subscriber.end = lambda one, now: (ended.append(one), end(one, now))
        await steered(both, other)
        await until_async(lambda: active(both) and held(both).grant == other)
        assert held(both).subscription is not first
        assert ended == [first], "by us: not every platform lets a second take the first one's place"
        await until_async(lambda: len(ours(both)) == 1)


async def test_a_late_notice_to_the_hand_before_is_given_to_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pair(tmp_path, pace=CALM, edition="2022") as both:
        await followed(both)
        first = held(both).subscription
        late = [SubscriptionNews(first, "told", "", b"<Notify/>")]
        event: Any = None
        with monkeypatch.context() as patched:
            patched.setattr(ours(both)._subscriber, "told", lambda _event, _now: late)
            assert ours(both).told(event) == [b"<Notify/>"]
            await steered(both, uuid4())
            assert ours(both).told(event) == [], "answered, and read by nobody"


async def test_a_camera_lost_to_somebody_below_is_told_no_more(tmp_path: Path) -> None:
    async with pair(tmp_path, pace=CALM, edition="2022") as both:
        await followed(both)
        both.theirs.steering._held_below(CAMERA)
        assert (await both.above.node.stands(ask(both, None))).failure == "held"
        assert held(both) is None
        await until_async(lambda: lower(both).points(camera(1)) is None)


async def test_of_a_platform_that_will_not_have_it_the_asking_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_uppers.PointingSubscriptions, "may", lambda _self, _query: False)
    async with pair(tmp_path, pace=CALM, edition="2022") as both:
        both.node.position = SendPosition(pan=187.5, tilt=-12.0, zoom=4.0)
        await steered(both)
        await until_async(lambda: ours(both).refused["403"] > 1)
        assert (await asked(both)).pan == 187.5
        assert questions(both) == 1
        samples = [one for family in GatewayFigures(both.theirs).collect() for one in family.samples]
        (refused,) = [one for one in samples if one.name == "custodes_gateway_pointing_refused_total"]
        assert refused.labels == {"status": "403"}


async def test_a_platform_that_knows_no_such_subscription_is_asked_once_and_for_no_other_camera(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_uppers.PointingSubscriptions, "may", lambda _self, _query: False)
    monkeypatch.setattr(notifications, "FORBIDDEN", (MobilePosition,))
    async with pair(tmp_path, pace=CALM, edition="2022") as both:
        both.node.position = SendPosition(pan=187.5)
        await steered(both)
        await until_async(lambda: ours(both).refused["489"])
        await steered(both)
        assert ours(both).refused == {"489": 1}, "with both tokens, and no more"
        await until_async(lambda: math.isinf(held(both).due))
        assert not len(ours(both))
        assert (await asked(both)).pan == 187.5


@pytest.mark.parametrize("token", ["presence", "Catalog"])
async def test_one_token_in_event_is_as_good_as_another(
    tmp_path: Path, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens: list[str] = []
    plain = notifications.UpperNotifications.subscribed

    def subscribed(self: notifications.UpperNotifications, event: RequestReceived, found: Any, now: float) -> None:
        if getattr(found, "CMD", "") != "PTZPosition":
            return plain(self, event, found, now)
        tokens.append(event.request.headers.get("Event").partition(";")[0])
        if tokens[-1] == token:
            return plain(self, event, found, now)
        self._endpoint.reply(event.transaction, 489, now=now)
        return None

    monkeypatch.setattr(notifications.UpperNotifications, "subscribed", subscribed)
    async with pair(tmp_path, pace=CALM, edition="2022") as both:
        await followed(both)
        await until_async(lambda: ours(both).heard)
        assert tokens[-1] == token


async def test_a_platform_of_2016_is_never_subscribed_to(tmp_path: Path) -> None:
    async with pair(tmp_path, pace=CALM) as both:
        await spoken_to_in_2016(both)
        await steered(both)
        await until_async(lambda: held(both) and math.isinf(held(both).due))
        assert not len(ours(both))
        assert not ours(both).refused
        assert (await asked(both)).failure == "refused", "2016 has no question for it either"
