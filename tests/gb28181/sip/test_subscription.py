"""Subscriptions between two endpoints: tokens, tags, times, bounds, ends."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import Got, RequestReceived
from custodes.gb28181.sip.notifying import MOST_WAITING, Notifier, PeerSubscription
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.subscription import (
    Subscriber,
    Subscription,
    SubscriptionNews,
    SubscriptionStanding,
    SubscriptionState,
    SubscriptionWish,
    TooManySubscriptions,
    read_state,
)
from tests.gb28181.sip.examples import DEVICE, HOME, REALM, SERVER
from tests.gb28181.sip.network import Network

US = Peer("UDP", "192.0.2.1", 5060)


class Pair:
    """We subscribe; a peer answers by `Notifier` unless `status` says otherwise."""

    def __init__(self, of_peer: int = 32, of_device: int = 64) -> None:
        words = itertools.count(1)
        self.net = Network()
        ours = Endpoint(SERVER, REALM, lambda _peer: US, lambda: f"p{next(words)}")
        theirs = Endpoint(DEVICE, REALM, lambda _peer: HOME, lambda: f"d{next(words)}")
        self.ours, self.theirs = ours, theirs
        self.net.put("ours", ours, US)
        self.net.put("theirs", theirs, HOME)
        self.subscriber = Subscriber(ours, of_device=of_device)
        self.notifier = Notifier(theirs, of_peer)
        self.news: list[SubscriptionNews] = []
        self.held: list[PeerSubscription] = []
        self.asked: list[str] = []  # Event and Expires of each SUBSCRIBE
        self.status: list[tuple[int, tuple[tuple[str, str], ...]]] = []
        self.first = True

    def wish(self, seconds: int = 100) -> SubscriptionWish:
        return SubscriptionWish(DEVICE, DEVICE, ("Catalog;id=3", "presence"), lambda: b"<Query/>", seconds)

    def subscribe(self, seconds: int = 100) -> Subscription:
        return self.subscriber.subscribe(self.wish(seconds), HOME, self.net.now)

    def run(self, seconds: float, step: float = 0.1) -> None:
        for _ in range(round(seconds / step)):
            for event in self._told("theirs"):
                if isinstance(event, Got):
                    self.notifier.got(event, self.net.now)
                elif isinstance(event, RequestReceived):
                    self._asked(event)
            for event in self._told("ours"):
                if isinstance(event, Got):
                    self.news += self.subscriber.got(event, self.net.now) or []
                elif isinstance(event, RequestReceived):
                    told = self.subscriber.told(event, self.net.now)
                    assert told is not None
                    self.news += told
            self.news += self.subscriber.tick(self.net.now)
            self.notifier.tick(self.net.now)
            self.net.run(step)

    def whats(self) -> list[tuple[str, str]]:
        return [(news.what, news.why) for news in self.news]

    def _told(self, name: str) -> list[object]:
        events, self.net.events[name] = self.net.events[name], []
        return list(events)

    def _asked(self, event: RequestReceived) -> None:
        request = event.request
        self.asked.append(f"{request.headers.get('Event')} {request.headers.get('Expires')}")
        if self.status:
            status, fields = self.status.pop(0)
            self.theirs.reply(event.transaction, status, fields, now=self.net.now)
            return
        held = self.notifier.asked(event, "Catalog", None, self.net.now)
        if held is not None and held not in self.held:
            self.held.append(held)
            if self.first:
                self.notifier.notify(held, b"first", self.net.now)


def test_it_is_refreshed_in_its_dialog_before_it_ends() -> None:
    pair = Pair()
    one = pair.subscribe()
    pair.run(170)
    assert pair.whats() == [("active", ""), ("told", ""), ("refreshed", ""), ("refreshed", "")]
    assert pair.asked == ["Catalog;id=3 100"] * 3
    assert len(pair.held) == len(pair.notifier) == 1
    assert one.stand is SubscriptionStanding.ACTIVE


def test_one_whose_body_can_not_be_written_any_more_ends_and_holds_up_no_other() -> None:
    pair = Pair()
    sound: list[bytes] = [b"<Query/>"]

    def body() -> bytes:
        if not sound:
            raise Gb28181Refused("CmdType", "is in no edition of the peer", "ask it of others")
        return sound[0]

    first = pair.subscriber.subscribe(replace(pair.wish(), body=body), HOME, pair.net.now)
    second = pair.subscribe()
    pair.run(2)
    sound.clear()
    pair.run(170)
    assert (first.stand, second.stand) == (SubscriptionStanding.OVER, SubscriptionStanding.ACTIVE)
    assert [news.what for news in pair.news if news.subscription is first][-1] == "lost"
    pair.subscriber.end(second, pair.net.now)


def test_requests_inside_go_to_what_its_answer_named() -> None:
    pair = Pair()
    one = pair.subscribe()
    pair.run(2)
    assert one.dialog is not None
    assert one.dialog.target == f"sip:{DEVICE}@{HOME.written}"
    pair.ours.contact = lambda peer: f"<sip:{SERVER}@192.0.2.7:5070>"
    pair.run(90)
    assert pair.held[0].dialog.target == f"sip:{SERVER}@192.0.2.7:5070"


def test_the_notice_may_overtake_the_answer() -> None:
    pair = Pair()
    pair.net.fate = lambda _number, octets: (
        [0.4] if octets.startswith(b"SIP/2.0 200") and b"SUBSCRIBE" in octets else [0.01]
    )
    pair.subscribe()
    pair.run(3)
    assert pair.whats() == [("told", ""), ("active", "")]
    pair.notifier.notify(pair.held[0], b"second", pair.net.now)
    pair.run(1)
    assert pair.news[-1].body == b"second"
    pair.run(90)
    assert pair.news[-1].what == "refreshed"


def test_another_event_is_tried_after_489() -> None:
    pair = Pair()
    pair.status = [(489, ())]
    one = pair.subscribe()
    pair.run(2)
    assert pair.asked == ["Catalog;id=3 100", "presence 100"]
    assert one.stand is SubscriptionStanding.ACTIVE
    assert pair.held[0].event == "presence"


def test_where_no_event_is_taken_it_is_refused() -> None:
    pair = Pair()
    pair.status = [(489, ()), (489, ())]
    pair.subscribe()
    pair.run(2)
    assert pair.whats() == [("refused", "489")]
    assert len(pair.subscriber) == 0
    assert pair.ours.counts["dialogs"] == 0


def test_too_short_a_time_is_mended() -> None:
    pair = Pair()
    one = pair.subscribe(5)
    pair.run(2)
    assert pair.asked == ["Catalog;id=3 5", "Catalog;id=3 10"]
    assert one.stand is SubscriptionStanding.ACTIVE


def test_a_peer_that_forgot_it_is_asked_anew_once() -> None:
    pair = Pair()
    one = pair.subscribe()
    pair.run(2)
    pair.notifier.gone(US.host)
    pair.run(90)
    assert one.stand is SubscriptionStanding.ACTIVE
    assert [what for what, _why in pair.whats()] == ["active", "told", "active", "told"]
    assert len(pair.notifier) == 1
    pair.status = [(481, ()), (481, ())]
    pair.run(90)
    assert pair.whats()[-1] == ("refused", "481")
    assert one.stand is SubscriptionStanding.OVER


def test_a_refresh_that_fails_is_tried_again_while_it_lasts_and_then_lost() -> None:
    pair = Pair()
    one = pair.subscribe(300)
    pair.run(2)
    pair.status = [(500, ())]
    pair.run(290, 0.5)
    assert one.stand is SubscriptionStanding.ACTIVE
    assert pair.whats()[-1][0] == "refreshed"
    pair.net.fate = lambda _number, _octets: []
    pair.run(400, 0.5)
    assert pair.whats()[-1] == ("lost", "expired")
    assert len(pair.subscriber) == len(pair.notifier) == 0
    pair.run(70, 0.5)
    assert pair.ours.counts["dialogs"] == pair.theirs.counts["dialogs"] == pair.ours.counts["clients"] == 0


def test_nobody_answers() -> None:
    pair = Pair()
    pair.net.fate = lambda _number, _octets: []
    pair.subscribe()
    pair.run(40)
    assert pair.whats() == [("unanswered", "timeout")]


def test_it_is_ended_by_us_also_before_it_stands() -> None:
    pair = Pair()
    pair.first = False
    one = pair.subscribe()
    pair.subscriber.end(one, pair.net.now)
    pair.run(3)
    assert pair.asked == ["Catalog;id=3 100", "Catalog;id=3 0"]
    assert pair.whats() == [("ended", "timeout")]
    assert len(pair.notifier) == 0


def test_it_is_over_also_when_no_last_notice_comes() -> None:
    pair = Pair()
    one = pair.subscribe()
    pair.run(2)
    pair.status = [(200, (("Expires", "0"),))]
    pair.subscriber.end(one, pair.net.now)
    pair.run(40)
    assert pair.whats()[-1] == ("ended", "")


def test_the_peer_ends_it_and_what_is_said_last_is_heard() -> None:
    pair = Pair()
    pair.subscribe()
    pair.run(2)
    pair.notifier.end(pair.held[0], "noresource", pair.net.now)
    pair.run(2)
    assert pair.whats()[-1] == ("terminated", "noresource")
    assert pair.ours.counts["dialogs"] == pair.theirs.counts["dialogs"] == 0


def test_who_is_gone_holds_none() -> None:
    pair = Pair()
    one = pair.subscribe()
    pair.run(2)
    sent = len(pair.net.wire)
    assert [news.what for news in pair.subscriber.gone(DEVICE)] == ["gone"]
    pair.run(2)
    assert len(pair.net.wire) == sent
    assert one.stand is SubscriptionStanding.OVER
    # Its next notice is answered by 481, and it tells nothing more.
    pair.notifier.notify(pair.held[0], b"late", pair.net.now)
    pair.run(2)
    assert len(pair.notifier) == 0


def test_who_moved_is_asked_where_it_is() -> None:
    pair = Pair()
    one = pair.subscribe()
    pair.run(2)
    elsewhere = Peer("UDP", HOME.host, 6060)
    pair.subscriber.moved(DEVICE, elsewhere)
    assert one.dialog is not None
    assert one.dialog.peer == elsewhere


def test_a_shorter_time_in_a_notice_counts() -> None:
    pair = Pair()
    one = pair.subscribe()
    pair.run(2)
    pair.held[0].until = pair.net.now + 20
    pair.notifier.notify(pair.held[0], b"soon", pair.net.now)
    pair.run(1)
    assert one.until <= pair.net.now + 20


def test_ours_are_bounded_for_each_device() -> None:
    pair = Pair(of_device=2)
    first = pair.subscribe()
    pair.subscribe()
    with pytest.raises(TooManySubscriptions):
        pair.subscribe()
    assert len(pair.subscriber) == 2
    pair.subscriber.gone(DEVICE)
    assert first.stand is SubscriptionStanding.OVER
    pair.subscribe()


def test_those_of_a_peer_are_bounded_and_one_of_a_kind_replaces_the_other() -> None:
    pair = Pair(of_peer=2)
    for _ in range(5):
        pair.subscribe()
        pair.run(1)
    assert len(pair.notifier) == 1
    for user in ("34020000001320000002", "34020000001320000003"):
        wish = SubscriptionWish(DEVICE, user, ("presence",), lambda: b"<Query/>")
        pair.subscriber.subscribe(wish, HOME, pair.net.now)
        pair.run(1)
    assert len(pair.notifier) == 2
    assert pair.whats()[-1] == ("refused", "503")


def test_notices_go_one_by_one_and_whoever_takes_none_is_told_no_more() -> None:
    pair = Pair()
    pair.subscribe()
    pair.run(2)
    held = pair.held[0]
    for number in range(5):
        pair.notifier.notify(held, str(number).encode(), pair.net.now)
    assert len(held.waiting) == 4
    pair.run(2)
    assert [news.body for news in pair.news if news.what == "told"][1:] == [b"0", b"1", b"2", b"3", b"4"]
    pair.net.fate = lambda _number, _octets: []
    for _ in range(MOST_WAITING + 2):
        pair.notifier.notify(held, b"more", pair.net.now)
    assert len(pair.notifier) == 0
    assert not held.waiting


def test_it_ends_by_time() -> None:
    pair = Pair()
    one = pair.subscribe(100)
    pair.run(2)
    # We fall silent without a word.
    pair.subscriber.gone(DEVICE)
    assert one.stand is SubscriptionStanding.OVER
    pair.run(100, 0.5)
    assert len(pair.notifier) == pair.theirs.counts["dialogs"] == 0


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("active;expires=60", SubscriptionState("active", 60)),
        ("Terminated ; reason=timeout", SubscriptionState("terminated", None, "timeout")),
        ("pending", SubscriptionState("pending")),
        ("", SubscriptionState("active")),
        ("nonsense;expires=x", SubscriptionState("active")),
        ("active;expires=" + "9" * 30, SubscriptionState("active")),
    ],
)
def test_states_are_read_with_tolerance(text: str, state: SubscriptionState) -> None:
    assert read_state(text) == state


def test_states_are_written() -> None:
    assert str(SubscriptionState("active", 60)) == "active;expires=60"
    assert str(SubscriptionState("terminated", None, "timeout")) == "terminated;reason=timeout"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ((("Event", "x" * 200),), 489),
        ((("Event", "presence"), ("Expires", "3")), 423),
        ((("Event", "presence;id=5"),), 200),
        ((), 200),
    ],
)
def test_a_subscribe_by_hand(fields: tuple[tuple[str, str], ...], status: int) -> None:
    pair = Pair()
    request = pair.ours.request("SUBSCRIBE", DEVICE, HOME, b"<Query/>", fields)
    pair.ours.send(request, HOME, pair.net.now)
    pair.net.run(0.1)
    (asked,) = pair._told("theirs")
    assert isinstance(asked, RequestReceived)
    held = pair.notifier.asked(asked, "Catalog", None, pair.net.now)
    pair.net.run(0.1)
    (got,) = pair._told("ours")
    assert isinstance(got, Got)
    assert got.response is not None
    assert got.response.status == status
    assert (held is not None) is (status == 200)
    if held is not None:
        assert got.response.number("Expires") == 600
        assert held.event == (dict(fields).get("Event") or "presence")
