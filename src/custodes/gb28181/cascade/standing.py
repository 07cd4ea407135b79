"""How we stand with an upper: registration, keepalives, the last fault in plain words, how fast it answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from custodes.gb28181.cascade.events import UpperState, UpperStateChanged
from custodes.gb28181.cascade.hearing import HearingEndpoint
from custodes.gb28181.cascade.settings import UpperPlatformSettings
from custodes.gb28181.edition import Edition
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.events import Got
from custodes.gb28181.sip.message import Request
from custodes.gb28181.sip.registering import LONGEST_WAIT, Registering, RegistrationNews
from custodes.gb28181.sip.registering import RegistrationStanding as Registered
from custodes.gb28181.sip.transactions import Full

_STATUS = {
    "400": "it can't read our registration",
    "401": "it refuses our ID or our password",
    "403": "it refuses our ID or our password",
    "404": "it does not know our ID",
    "407": "it refuses our ID or our password",
    "423": "it wants a longer registration than we may ask for",
    "500": "it has a fault of its own",
    "503": "it is overloaded or not in service",
}
_LOST = {
    "timeout": "it does not answer",
    "keepalive": "it answers keepalives no longer",
    "connection": "the connection to it broke",
}


def words(news: RegistrationNews) -> str:
    """What went wrong, in plain words; empty for what is no fault."""
    if news.what == "redirected":
        return f"it sends us to {news.why[:200]}; whether we go there is for a person to decide"
    if news.what == "refused":
        return f"{_STATUS.get(news.why, 'it refuses our registration')} ({news.why})"
    if news.what == "lost":
        return _LOST.get(news.why) or f"it does not know us any more ({news.why})"
    return ""


class UpperRegistration:
    """Registration with one upper.

    Args:
        token: makes unguessable words; chance: a number from 0 to 1.
        keepalive: the body of a keepalive with a serial number.

    Attributes:
        state: how it stands; since: moment since when.
        fault: the last one, empty before there was one; it stays when all is well again. fault_at: its moment.
        latency: seconds from the last keepalive that was answered to its answer, None before there was one.
        registrations: how often it took us; turns: how often that was refreshed, refused, or came to nothing.
    """

    def __init__(
        self,
        endpoint: HearingEndpoint,
        settings: UpperPlatformSettings,
        token: Callable[[], str],
        chance: Callable[[], float],
        keepalive: Callable[[int], bytes],
    ) -> None:
        self.state = UpperState.NEVER
        self.since = 0.0
        self.fault = ""
        self.fault_at = 0.0
        self.latency: float | None = None
        self.registrations = 0
        self.turns = 0
        self._endpoint = endpoint
        self._settings = settings
        self._token, self._chance, self._keepalive = token, chance, keepalive
        self._registering = Registering(settings.upper, token, chance, keepalive)
        self._sent: dict[ClientTransaction, float] = {}
        self._leaving = False

    @property
    def due(self) -> float:
        """When `step` is to be called."""
        return self._registering.due

    @property
    def edition(self) -> Edition:
        """In which we talk: the older one of both."""
        theirs = self._settings.theirs if self._settings.theirs is not None else self._registering.edition
        return min(self._settings.upper.edition, theirs)

    @property
    def heard(self) -> bool:
        """Whether it may ask: it took us, or may have, for its first question can overtake its answer."""
        return self._registering.standing in (Registered.IN, Registered.ASKING)

    def step(self, now: float) -> list[UpperStateChanged]:
        """Whatever is due."""
        told = self._send(self._registering.step(now), now)
        if self._registering.standing is Registered.ASKING:
            told = [*self._stands(UpperState.REGISTERING, now), *told]
        return told

    def got(self, event: Got, now: float) -> list[UpperStateChanged] | None:
        """What became of a request; None where it is none of ours."""
        if event.transaction not in self._sent:
            return None
        request, response = event.transaction.request, event.response
        if response is None:
            del self._sent[event.transaction]
            return self._news(self._registering.unanswered(request, now), now)
        if response.status < 200:
            return []
        sent = self._sent.pop(event.transaction)
        if request.method == "MESSAGE" and response.status < 300:
            self.latency = max(0.0, now - sent)
        more, news = self._registering.answered(request, response, now)
        return [*self._news(news, now), *self._send(more, now)]

    def leave(self, now: float) -> list[UpperStateChanged]:
        """Unregister."""
        self._leaving = True
        told = self._send(self._registering.leave(), now)
        return told or (self._stands(UpperState.LEFT, now) if self._registering.standing is Registered.LEFT else [])

    def disconnected(self, now: float) -> list[UpperStateChanged]:
        """The TCP connection broke."""
        return self._news(self._registering.disconnected(now), now)

    def _send(self, requests: Sequence[Request], now: float) -> list[UpperStateChanged]:
        told: list[UpperStateChanged] = []
        for request in requests:
            try:
                self._sent[self._endpoint.send(request, self._endpoint.platform, now)] = now
            except Full:
                told += self._news(self._registering.unanswered(request, now), now)
        return told

    def _news(self, news: Sequence[RegistrationNews], now: float) -> list[UpperStateChanged]:
        told: list[UpperStateChanged] = []
        for one in news:
            found = words(one)
            if found:
                self.fault, self.fault_at = found, now
            if one.what == "redirected" and not self._leaving:
                # Nobody is followed by itself: the new place would get our answers to its challenges. It is tried again here.
                self._registering = Registering(
                    self._settings.upper,
                    self._token,
                    self._chance,
                    self._keepalive,
                    now + LONGEST_WAIT * (1 + self._chance()),
                )
            if one.what == "registered":
                self.registrations += 1
            else:
                self.turns += 1
            told += self._stands(self._state(one), now, found)
        return told

    def _state(self, news: RegistrationNews) -> UpperState:
        if self._leaving or news.what == "left":
            return UpperState.LEFT
        if news.what in ("registered", "refreshed"):
            return UpperState.REGISTERED
        answered = news.what in ("refused", "redirected") or news.why.isdigit()
        return UpperState.REFUSED if answered else UpperState.SILENT

    def _stands(self, state: UpperState, now: float, fault: str = "") -> list[UpperStateChanged]:
        if state is self.state and not fault:
            return []
        if state is not self.state:
            self.state, self.since = state, now
        return [UpperStateChanged(state, fault)]
