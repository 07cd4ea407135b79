"""Where cameras of platforms below point, subscribed to (PTZPosition, 2022 §9.11) for as long as a hand of ours stands on them.

A notice takes the place of one question of that hand. Where none came the question is asked, as of platforms that will have no subscription:
whole seconds are what one can be wished for with, and a camera that turns is looked at more often (decision 0387).
"""

from __future__ import annotations

import asyncio
import itertools
import math
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from custodes.gateway.calls.needs import Process
from custodes.gb28181.edition import Edition
from custodes.gb28181.ids import family
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.manscdp.presets import PtzPosition, PtzPositionNotice, PtzPositionQuery
from custodes.gb28181.manscdp.subscription import events
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.events import Got, RequestReceived
from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.gb28181.sip.subscription import (
    Subscriber,
    Subscription,
    SubscriptionNews,
    SubscriptionWish,
    TooManySubscriptions,
)
from custodes.gb28181.sip.transactions import Full

log = structlog.get_logger(__name__)

Camera = tuple[str, str]
"""Device and channel."""

SECONDS = 120
"""How long at a time: where we end without a word, the platform below goes on for no longer."""

INTERVAL = 1
"""Seconds between two notices that are wished for, the least that can be."""

MOST, EACH = 500, 12
"""Of the endpoint's 20,000 dialogs, and of one platform: as many hands of one upper as this program takes."""

FRESH = 0.3
"""Seconds for which a notice says where a camera points that may be turning: what came since the node looked last, which is as long ago."""

SILENT = 6.0
"""Seconds without a word of the node, which says each two that its hand stands: then the hand is gone."""

FIRST, LONGEST = 0.5, 60.0
"""Seconds after a refusal until it is asked for anew, twice as many after each: a platform below may not have decided about the hand yet."""

UNKNOWN = frozenset({"400", "405", "415", "420", "489", "501"})
"""Refusals of who does not know it at all."""

REST = 3600.0
"""Seconds for which those are asked for no camera; with a new registration sooner."""


@dataclass(eq=False)
class _Held:
    """A camera with a hand on it.

    Attributes:
        grant: whose hand; heard: when its node spoke of it last, monotonic seconds. due: when it is subscribed to next, infinite for not again
            before another command; refusals: in a row.
        there: what the last notice said, until it was given or something newer was; at: when it came. waits: who waits for the next.
    """

    grant: UUID | None
    heard: float
    due: float
    refusals: int = 0
    subscription: Subscription | None = None
    there: PtzPosition | None = None
    at: float = -math.inf
    waits: asyncio.Future[PtzPosition] | None = None

    def said(self, there: PtzPosition, now: float) -> None:
        """A notice came."""
        if self.waits is not None and not self.waits.done():
            self.waits.set_result(there)
        else:
            self.there, self.at = there, now


class CameraPointings:
    """All such subscriptions of one gateway, one of a camera.

    Attributes:
        refused: by what it was refused with, since the start. heard: notices that came; taken: those that spared or answered a question.
    """

    def __init__(self, process: Process) -> None:
        self.refused: Counter[str] = Counter()
        self.heard = self.taken = 0
        self._process = process
        self._subscriber = Subscriber(process.endpoint, most=MOST, of_device=EACH)
        self._held: dict[Camera, _Held] = {}
        self._rests: dict[str, float] = {}  # platforms that do not know it, until when
        self._numbers = itertools.count(1)

    def __len__(self) -> int:
        return len(self._subscriber)

    # What the node says

    def commanded(self, camera: Camera, grant: UUID | None) -> None:
        """A command of a hand was taken: there may be a hand on the camera below too, and it may be asked for once more."""
        if family(camera[0]) != "platform":
            return
        held = self._held.get(camera)
        if held is not None and held.grant != grant:
            self.end(camera)  # each hand has its own
            held = None
        if held is None:
            if len(self._held) < MOST:
                self._held[camera] = _Held(grant, self._now, self._now)
            return
        held.heard = self._now
        if math.isinf(held.due) and held.subscription is None:
            held.due, held.refusals = self._now, 0

    def stands(self, camera: Camera) -> None:
        """The hand on it stands."""
        held = self._held.get(camera)
        if held is not None:
            held.heard = self._now

    def end(self, camera: Camera) -> None:
        """No hand of ours is on it any more."""
        held = self._held.pop(camera, None)
        if held is None:
            return
        if held.waits is not None:
            held.waits.cancel()
        if held.subscription is not None:
            self._subscriber.end(held.subscription, self._now)

    def end_all(self) -> None:
        """The gateway ends."""
        for camera in list(self._held):
            self.end(camera)

    # What the node asks

    def take(self, camera: Camera, grant: UUID | None) -> PtzPosition | None:
        """Where it points by a notice that this hand was not given yet; None for no such, or for what is too long ago."""
        held = self._of(camera, grant)
        there = held.there if held is not None and self._now - held.at <= FRESH else None
        if held is not None:
            held.there = None
        self.taken += there is not None
        return there

    async def sooner(self, camera: Camera, grant: UUID | None, asking: asyncio.Task[Any]) -> PtzPosition | None:
        """Where it points by a notice that comes before the answer to a question, which is waited for no more then; None where the answer is first."""
        held = self._of(camera, grant)
        if held is None or held.subscription is None or held.waits is not None:
            return None
        waits: asyncio.Future[PtzPosition] = asyncio.get_running_loop().create_future()
        held.waits = waits
        try:
            await asyncio.wait({asking, waits}, return_when=asyncio.FIRST_COMPLETED)
        except BaseException:
            asking.cancel()
            raise
        finally:
            held.waits = None
        if asking.done() or waits.cancelled():
            waits.cancel()
            return None
        asking.cancel()
        self.taken += 1
        return waits.result()

    # What happens

    def changed(self, change: RegistrationChange) -> None:
        """What became of a registration."""
        if change.what in ("restarted", "offline", "gone"):
            self._note(self._subscriber.gone(change.id))
        elif change.what == "moved" and (reach := self._process.reach(change.id)) is not None:
            self._subscriber.moved(change.id, reach.peer)
        if change.what in ("registered", "restarted", "gone"):
            self._rests.pop(change.id, None)

    def tick(self) -> None:
        """Whatever is due."""
        now = self._now
        self._note(self._subscriber.tick(now))
        for camera, held in list(self._held.items()):
            if now - held.heard > SILENT:
                self.end(camera)
            elif now >= held.due and held.subscription is None:
                self._ask(camera, held)

    def got(self, event: Got) -> bool:
        """What became of a request; False where it is none of ours."""
        news = self._subscriber.got(event, self._now)
        self._note(news or [])
        return news is not None

    def told(self, event: RequestReceived) -> list[bytes] | None:
        """The bodies of a notice, which is answered here; None where it is in no subscription of ours. Of one that was ended none: the hand was another."""
        news = self._subscriber.told(event, self._now)
        if news is None:
            return None
        self._note(news)
        return [one.body for one in news if one.what == "told" and self._stands(one.subscription)]

    def hear_message(self, device: str, message: Message) -> bool:
        """A message of a device; True where it was a notice where a camera points. Of one that is not subscribed to it says nothing."""
        if not isinstance(message, PtzPositionNotice):
            return False
        held = self._held.get((device, message.device_id))
        if held is not None and held.subscription is not None and message.pan is not None:
            self.heard += 1
            there = PtzPosition(
                sn=message.sn, device_id=message.device_id, pan=message.pan, tilt=message.tilt, zoom=message.zoom
            )
            held.said(there, self._now)
        return True

    # Within

    @property
    def _now(self) -> float:
        return self._process.clock.monotonic()

    def _stands(self, subscription: Subscription) -> bool:
        """Whether a subscription is that of the hand that is on its camera now."""
        held = self._held.get((subscription.wish.device, subscription.wish.user))
        return held is not None and held.subscription is subscription

    def _of(self, camera: Camera, grant: UUID | None) -> _Held | None:
        """The camera with this hand on it."""
        held = self._held.get(camera)
        return held if held is not None and held.grant == grant else None

    def _ask(self, camera: Camera, held: _Held) -> None:
        device, channel = camera
        reach = self._process.reach(device)
        held.due = math.inf
        if reach is None or reach.edition < Edition.E2022 or self._now < self._rests.get(device, -math.inf):
            return  # what is asked goes on being asked
        tokens = events(PtzPositionQuery.CMD, next(self._numbers) % 1_000_000 + 1)
        wish = SubscriptionWish(device, channel, tokens, lambda: self._query(camera), SECONDS)
        try:
            held.subscription = self._subscriber.subscribe(wish, reach.peer, self._now)
        except (TooManySubscriptions, Full, Gb28181Refused):
            held.due = self._now + LONGEST

    def _query(self, camera: Camera) -> bytes:
        device, channel = camera
        reach = self._process.reach(device)
        query = PtzPositionQuery(sn=self._process.number(device), device_id=channel, interval=INTERVAL)
        # In whichever edition it is spoken to by now: no other than 2022 can write it, and it is to be ended too.
        return write_message(query, Edition.E2022, reach.charset if reach else None)

    def _note(self, news: list[SubscriptionNews]) -> None:
        for one in news:
            wish = one.subscription.wish
            held = self._held.get((wish.device, wish.user))
            if held is None or held.subscription is not one.subscription:
                continue  # it was ended by us
            if one.what == "active":
                held.refusals = 0
            elif one.what not in ("told", "refreshed"):
                held.subscription, held.there = None, None
                self._lost(wish, held, one)

    def _lost(self, wish: SubscriptionWish, held: _Held, one: SubscriptionNews) -> None:
        """It does not stand. What the peer ended ends for good (RFC 6665 §4.1.3), until another command is the ground for another."""
        if one.what == "unanswered":
            held.due = self._now + LONGEST
        elif one.what == "refused":
            held.due = self._now + min(FIRST * 2**held.refusals, LONGEST)
            held.refusals = min(held.refusals + 1, 10)
            if one.why in UNKNOWN:
                held.due, self._rests[wish.device] = math.inf, self._now + REST
        if one.what in ("refused", "unanswered"):
            self.refused[one.why if one.what == "refused" else "none"] += 1
            log.info("pointing.not_subscribed", device=wish.device, channel=wish.user, status=one.why)
