"""Subscriptions of ours (RFC 6665; GB/T 28181-2016 §9.11): asked for, kept, ended, and the notices that come. Those of peers: `notifying.py`.

Uses an `Endpoint`, which finds the dialog of each notice; the moment is an argument. What a notice says is its body, which is handed on unread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from custodes.gb28181.agenda import Agenda
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.dialog import Dialog, DialogState, sound_routes
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import Got, RequestReceived
from custodes.gb28181.sip.fields import parameters, split_parameters
from custodes.gb28181.sip.message import Request, Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.timers import GIVE_UP, NEVER
from custodes.gb28181.sip.transactions import Full

XML = ("Content-Type", "Application/MANSCDP+xml")
MOST_OF_DEVICE = 64
MOST = 20_000
LONGEST = 86_400
"""Seconds of a subscription, at most."""

EARLY = 0.8
"""It is refreshed after this part of its time."""

RETRY = 30.0
"""Seconds until a refresh that failed is tried again, while the subscription lasts."""


class TooManySubscriptions(Exception):
    """As many subscriptions as are kept, of this device or in all."""


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """What `Subscription-State` says: ``active``, ``pending`` or ``terminated``; seconds that are left, where it says so; why it ended."""

    what: str
    expires: int | None = None
    reason: str = ""

    def __str__(self) -> str:
        left = f";expires={self.expires}" if self.expires is not None else ""
        return f"{self.what}{left}{f';reason={self.reason}' if self.reason else ''}"


def read_state(text: str) -> SubscriptionState:
    """The value of `Subscription-State`. Devices leave it out: then, and where it is no known word, the subscription goes on."""
    what, *rest = split_parameters(text) or [""]
    found = parameters(rest)
    digits = found.get("expires", "")
    left = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None
    what = what.strip().lower()
    known = what if what in ("active", "pending", "terminated") else "active"
    return SubscriptionState(known, left, found.get("reason", "")[:64])


class SubscriptionStanding(Enum):
    """How a subscription stands."""

    ASKING = "asking"
    ACTIVE = "active"
    ENDING = "ending"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class SubscriptionWish:
    """What is subscribed to.

    Attributes:
        device: the registered ID that it is asked of; user: the ID in the Request-URI, the device or one of its channels.
        events: the Event header, and what to try when that is answered by 489 (`manscdp.subscription.events`).
        body: makes the body, anew for each SUBSCRIBE, since each has a serial number of its own.
        seconds: how long at a time.
    """

    device: str
    user: str
    events: tuple[str, ...]
    body: Callable[[], bytes]
    seconds: int = 600


class Subscription:
    """One subscription of ours.

    Attributes:
        stand: how it stands.
        until: when it ends unless it is refreshed.
    """

    def __init__(self, wish: SubscriptionWish, peer: Peer) -> None:
        self.wish = wish
        self.peer = peer
        self.stand = SubscriptionStanding.ASKING
        self.until = NEVER
        self.seconds = wish.seconds
        self.number = 0  # of the event that is asked for
        self.dialog: Dialog | None = None
        self.asked: ClientTransaction | None = None
        self.anew = False  # it was lost by the peer and asked for again, once
        self.end_wished = False

    @property
    def event(self) -> str:
        """The Event header that it is asked for with."""
        return self.wish.events[self.number]


@dataclass(frozen=True, slots=True)
class SubscriptionNews:
    """What became of one: ``active``, ``refreshed``, ``told`` (with the notice), ``ended`` (by us), ``terminated`` (by the peer, with its reason),
    ``refused`` (with the status), ``unanswered``, ``lost`` (not refreshed in time), ``gone`` (the peer is).
    """

    subscription: Subscription
    what: str
    why: str = ""
    body: bytes = b""


class Subscriber:
    """All subscriptions of ours at one endpoint.

    Args:
        answer: the body of the 200 to a notice: editions before 2022 want one (J.19, J.21).
    """

    def __init__(
        self,
        endpoint: Endpoint,
        answer: Callable[[Subscription, bytes], bytes] = lambda _subscription, _body: b"",
        most: int = MOST,
        of_device: int = MOST_OF_DEVICE,
    ) -> None:
        self._endpoint = endpoint
        self._answer = answer
        self._most, self._of_device = most, of_device
        self._count = 0
        self._by_dialog: dict[int, Subscription] = {}
        self._by_request: dict[ClientTransaction, Subscription] = {}
        self._of: dict[str, dict[Subscription, None]] = {}  # by device
        self._agenda: Agenda[Subscription] = Agenda()

    def __len__(self) -> int:
        return self._count

    @property
    def due(self) -> float | None:
        """When `tick` is to be called; None for never."""
        return self._agenda.next()

    def subscribe(self, wish: SubscriptionWish, peer: Peer, now: float) -> Subscription:
        """Ask for it.

        Raises:
            TooMany: as many as are kept.
            Full: too many requests are under way.
            Refused: its body can't be written.
        """
        if self._count >= self._most or len(self._of.get(wish.device, ())) >= self._of_device:
            raise TooManySubscriptions
        made = Subscription(wish, peer)
        self._begin(made, now)
        self._of.setdefault(wish.device, {})[made] = None
        self._count += 1
        return made

    def end(self, subscription: Subscription, now: float) -> None:
        """Ask for no more of it: Expires 0, then the peer's last notice. Before it stands it is ended as soon as it does."""
        if subscription.stand is SubscriptionStanding.ASKING:
            subscription.end_wished = True
        elif subscription.stand is SubscriptionStanding.ACTIVE:
            subscription.stand = SubscriptionStanding.ENDING
            self._again(subscription, 0, now)
            self._agenda.set(subscription, now + 2 * GIVE_UP)

    def gone(self, device: str) -> list[SubscriptionNews]:
        """A device restarted, fell silent or left: it holds none of ours any more, nothing is sent."""
        return [self._over(one, "gone") for one in list(self._of.get(device, ()))]

    def moved(self, device: str, peer: Peer) -> None:
        """A device is reached elsewhere from now on."""
        for one in self._of.get(device, ()):
            one.peer = peer
            if one.dialog is not None:
                one.dialog.peer = peer

    def tick(self, now: float) -> list[SubscriptionNews]:
        """Whatever is due: refreshing, the end of what was not refreshed."""
        found: list[SubscriptionNews] = []
        for one in self._agenda.take(now):
            if one.stand is SubscriptionStanding.ENDING:
                found.append(self._over(one, "ended"))
            elif now >= one.until:
                found.append(self._over(one, "lost", "expired"))
            else:
                if one.asked is None:
                    self._again(one, one.seconds, now)
                self._agenda.set(one, min(one.until, now + RETRY))
        return found

    # What comes

    def got(self, event: Got, now: float) -> list[SubscriptionNews] | None:
        """What became of a request; None where it is none of ours."""
        one = self._by_request.pop(event.transaction, None)
        if one is None:
            return None
        one.asked = None
        if one.stand is SubscriptionStanding.OVER:
            return []
        response = event.response
        if response is None:
            return self._failed(one, "unanswered", event.why, now)
        if response.status < 200:
            self._by_request[event.transaction], one.asked = one, event.transaction
            return []
        if response.status < 300:
            return self._granted(one, response, now)
        if (
            one.stand is SubscriptionStanding.ASKING
            and response.status == 489
            and one.number + 1 < len(one.wish.events)
        ):
            one.number += 1
            return self._tried(one, now)
        least = response.number("Min-Expires", LONGEST)
        if response.status == 423 and least and least > one.seconds:
            one.seconds = least
            if one.stand is SubscriptionStanding.ASKING:
                return self._tried(one, now)
            self._again(one, least, now)
            return []
        return self._failed(one, "refused", str(response.status), now)

    def told(self, event: RequestReceived, now: float) -> list[SubscriptionNews] | None:
        """A NOTIFY, answered here; None where it is in no dialog of ours: whoever calls answers it then."""
        one = self._by_dialog.get(id(event.dialog)) if event.request.method == "NOTIFY" else None
        if one is None or one.dialog is None:
            return None
        request = event.request
        if not one.dialog.remote.tag and request.sender.tag:
            self._name(one, one.dialog, request)
        body = self._answer(one, request.body) if request.body else b""
        self._endpoint.reply(event.transaction, 200, (XML,) if body else (), body, now)
        found = [SubscriptionNews(one, "told", "", request.body)] if request.body.strip() else []
        state = read_state(request.headers.get("Subscription-State"))
        if state.what == "terminated":
            ours = one.stand is SubscriptionStanding.ENDING
            return [*found, self._over(one, "ended" if ours else "terminated", state.reason)]
        if state.expires is not None and one.stand is SubscriptionStanding.ACTIVE and now + state.expires < one.until:
            self._lasts(one, state.expires, now)
        return found

    # Within

    def _begin(self, one: Subscription, now: float) -> None:
        """The first SUBSCRIBE, in a dialog that is still to be made."""
        wish, endpoint = one.wish, self._endpoint
        fields = (("Event", one.event), ("Expires", str(one.seconds)), ("Accept", XML[1]), XML)
        request = endpoint.request("SUBSCRIBE", wish.user, one.peer, wish.body(), fields)
        self._forget(one)
        one.dialog = Dialog.awaited(request, one.peer)
        one.asked = endpoint.send(request, one.peer, now)
        self._by_request[one.asked] = one
        endpoint.keep(one.dialog)
        self._by_dialog[id(one.dialog)] = one

    def _tried(self, one: Subscription, now: float) -> list[SubscriptionNews]:
        """The first SUBSCRIBE once more, for what it was refused."""
        try:
            self._begin(one, now)
        except Full:
            return [self._over(one, "unanswered", "full")]
        except Gb28181Refused:
            return [self._over(one, "unanswered", "unwritable")]
        return []

    def _again(self, one: Subscription, seconds: int, now: float) -> None:
        """SUBSCRIBE inside: refreshing and, with 0, ending."""
        if one.dialog is None:
            return
        endpoint, wish = self._endpoint, one.wish
        more = (
            ("Contact", endpoint.contact(one.peer)),
            ("Event", one.event),
            ("Expires", str(seconds)),
            ("Accept", XML[1]),
            XML,
        )
        try:
            request = one.dialog.request("SUBSCRIBE", endpoint.address(one.peer), endpoint.branch(), more, wish.body())
            one.asked = endpoint.send(request, one.peer, now)
        except (Full, Gb28181Refused):
            return  # the agenda tries it again, or ends it; the others that are due are looked at all the same
        self._by_request[one.asked] = one

    def _granted(self, one: Subscription, response: Response, now: float) -> list[SubscriptionNews]:
        if one.dialog is None:
            return []
        if one.stand is SubscriptionStanding.ENDING:
            self._agenda.set(one, now + GIVE_UP)
            return []
        first = one.stand is SubscriptionStanding.ASKING
        if first and response.to.tag and response.to.tag != one.dialog.remote.tag:
            self._name(one, one.dialog, response)
        one.dialog.refresh(response)
        granted = response.number("Expires", LONGEST)
        if granted == 0:
            return [self._over(one, "refused", "expires-0")]
        one.stand, one.anew = SubscriptionStanding.ACTIVE, False
        self._lasts(one, min(granted or one.seconds, one.seconds), now)
        if one.end_wished:
            self.end(one, now)
            return []
        return [SubscriptionNews(one, "active" if first else "refreshed")]

    def _lasts(self, one: Subscription, seconds: int, now: float) -> None:
        one.until = now + seconds
        self._agenda.set(one, now + seconds * EARLY)

    def _name(self, one: Subscription, dialog: Dialog, message: Request | Response) -> None:
        """The peer's tag is known now: of its 200, or of a notice that overtook it, or whose 200 had none."""
        self._endpoint.forget(dialog)
        dialog.routes = sound_routes(message.headers.items("Record-Route"), self._endpoint.own)
        if isinstance(message, Response):
            dialog.routes.reverse()
        dialog.remote = message.to if isinstance(message, Response) else message.sender
        dialog.refresh(message)
        dialog.stage = DialogState.CONFIRMED
        self._endpoint.keep(dialog)

    def _failed(self, one: Subscription, what: str, why: str, now: float) -> list[SubscriptionNews]:
        """A SUBSCRIBE came to nothing. A refresh that is answered by 481 is asked for anew, once; another is tried again while it lasts."""
        if one.stand is SubscriptionStanding.ENDING:
            return [self._over(one, "ended", why)]
        if one.stand is SubscriptionStanding.ACTIVE and why == "481" and not one.anew:
            one.stand, one.anew = SubscriptionStanding.ASKING, True
            self._agenda.drop(one)
            return self._tried(one, now)
        if one.stand is SubscriptionStanding.ACTIVE and why != "481":
            self._agenda.set(one, min(one.until, now + RETRY))
            return []
        return [self._over(one, what, why)]

    def _forget(self, one: Subscription) -> None:
        if one.dialog is not None:
            self._endpoint.forget(one.dialog)
            self._by_dialog.pop(id(one.dialog), None)
            one.dialog = None

    def _over(self, one: Subscription, what: str, why: str = "") -> SubscriptionNews:
        self._forget(one)
        one.stand = SubscriptionStanding.OVER
        self._agenda.drop(one)
        there = self._of.get(one.wish.device, {})
        if one in there:
            del there[one]
            self._count -= 1
            if not there:
                del self._of[one.wish.device]
        return SubscriptionNews(one, what, why)
