"""The catalogue as an upper takes it, and what it is told of its changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custodes.gb28181.cascade.events import UpperState
from custodes.gb28181.charset import Charset
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.catalog import CatalogNotice, CatalogPart, CatalogQuery
from custodes.gb28181.manscdp.item import CatalogItem, EntryEvent, EntryStatus
from custodes.gb28181.manscdp.subscription import AlarmSubscription, PositionSubscription
from custodes.gb28181.manscdp.tree import build_tree
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.peer import Peer
from tests.gb28181.cascade.world import (
    GROUP,
    NAME,
    ORGANISATION,
    OWN,
    Pair,
    Shares,
    Upper,
    World,
    camera,
    entries,
    settings,
    small,
)


def test_five_thousand_entries_arrive_whole_and_no_message_is_too_large() -> None:
    pair = Pair(5_000).ready()
    lost = iter(range(10**9))
    pair.net.fate = lambda _number, _octets: [] if next(lost) % 97 == 13 else [0.01]
    sizes: list[int] = []
    take = pair.lower.endpoint.take

    def watched():  # type: ignore[no-untyped-def]
        sends, events = take()
        sizes.extend(len(send.octets) for send in sends)
        return sends, events

    pair.lower.endpoint.take = watched  # type: ignore[method-assign]
    pair.upper.take_catalog()
    pair.until(lambda: pair.upper.catalog, 1_000, 0.02)
    catalog = pair.upper.catalog
    assert catalog is not None
    assert catalog.whole
    assert catalog.announced == len(catalog.entries) == 5_003
    assert [item.device_id for item in catalog.entries[:3]] == [OWN, GROUP, ORGANISATION]
    assert max(sizes) <= 1_300
    tree = build_tree(catalog.entries, OWN)
    assert len(tree.children[ORGANISATION]) == 5_000
    assert not tree.oddities.orphans


def test_a_bad_network_leaves_nothing_out() -> None:
    pair = Pair(40, seed=11).ready()
    pair.upper.take_catalog()
    pair.until(lambda: pair.upper.catalog, 900)
    assert pair.upper.catalog is not None
    assert pair.upper.catalog.whole


def test_several_uppers_each_have_their_own_ids_and_characters() -> None:
    world = World(seed=5)
    ways = (
        ("54010000002000000001", Edition.E2016, None),
        ("54010000002000000002", Edition.E2022, Charset.GB18030),
        ("54010000002000000003", Edition.E2022, Charset.UTF8),
    )
    for number, (server, edition, charset) in enumerate(ways, start=1):
        at, home = Peer("UDP", f"192.0.2.{number}", 5060), Peer("UDP", "192.0.2.10", 5060 + number)
        own = f"5401020000200000010{number}"
        upper = Upper(world.net, server, own, at, home, edition=edition, charset=charset)
        shared = [replace(item, device_id=f"{number}{item.device_id[1:]}") for item in entries(3, own)[3:]]
        world.below(upper, settings(server, own, at, home, charset=charset), shared)
    world.until(lambda: all(lower.standing.state is UpperState.REGISTERED for lower in world.lowers), 200)
    for upper in world.uppers:
        upper.take_catalog()
    world.until(lambda: all(upper.catalog for upper in world.uppers), 600)
    for number, upper in enumerate(world.uppers, start=1):
        assert upper.catalog is not None
        assert upper.catalog.whole
        assert [item.device_id for item in upper.catalog.entries] == [
            f"{number}{camera(one)[1:]}" for one in range(1, 4)
        ]
        assert [item.name for item in upper.catalog.entries] == [f"{NAME}{one}" for one in range(1, 4)]
        label = (charset := ways[number - 1][2]) and charset.value
        assert all((label or "GB2312").encode() in octets for octets in upper.octets if b"Catalog" in octets)


def test_what_a_device_needs_is_never_empty_and_a_group_has_no_status() -> None:
    pair = Pair(1, theirs=Edition.E2016).ready()
    pair.upper.take_catalog()
    pair.until(lambda: pair.upper.catalog)
    assert pair.upper.catalog is not None
    by_id = {item.device_id: item for item in pair.upper.catalog.entries}
    one = by_id[camera(1)]
    assert (one.manufacturer, one.model, one.owner, one.address, one.civil_code) == (*["Unknown"] * 4, OWN[:6])
    assert by_id[ORGANISATION].group == GROUP
    assert by_id[GROUP].status is None


@pytest.mark.parametrize(
    ("about", "count"), [(OWN, 7), (GROUP, 6), (ORGANISATION, 5), (camera(2), 1)], ids=["own", "215", "216", "camera"]
)
def test_a_question_about_a_part_gets_that_part(about: str, count: int) -> None:
    pair = Pair(4).ready()
    pair.upper.take_catalog(about)
    pair.until(lambda: pair.upper.catalog)
    assert pair.upper.catalog is not None
    assert pair.upper.catalog.whole
    assert len(pair.upper.catalog.entries) == count


def test_what_is_not_shown_is_refused_and_nothing_shown_is_a_whole_answer() -> None:
    pair = Pair().ready()
    pair.upper.ask(CatalogQuery(sn=77, device_id=camera(99)))
    pair.pass_by(1)
    assert b"<SN>77</SN>" in pair.upper.octets[-1]
    assert b"<Result>ERROR</Result>" in pair.upper.octets[-1]
    pair.lower.show(Shares([]), pair.now)
    pair.upper.take_catalog()
    pair.until(lambda: pair.upper.catalog)
    assert pair.upper.catalog is not None
    assert (pair.upper.catalog.announced, pair.upper.catalog.entries) == (0, ())


def test_an_entry_that_is_too_large_is_told_with_less() -> None:
    pair = Pair(0).ready()
    long = CatalogItem(
        device_id=camera(1),
        name="ཀ" * 250,
        address="址" * 250,
        parents=(OWN,),
        manufacturer="造" * 120,
        model="型" * 120,
    )
    pair.lower.show(Shares([long]), pair.now)
    pair.upper.take_catalog()
    pair.until(lambda: pair.upper.catalog)
    assert pair.upper.catalog is not None
    (item,) = pair.upper.catalog.entries
    assert item.device_id == camera(1)
    assert item.name == "ཀ" * 24
    assert item.parents == (OWN,)


def test_over_tcp_many_entries_go_at_once() -> None:
    world = World()
    at, home = Peer("TCP", "192.0.2.1", 5060, 3), Peer("TCP", "192.0.2.10", 5060, 3)
    upper = Upper(world.net, at=at, home=home)
    world.below(upper, settings(at=at, home=home), entries(400))
    world.until(lambda: upper.registered)
    world.pass_by(0.5)
    upper.take_catalog()
    world.until(lambda: upper.catalog)
    assert upper.catalog is not None
    assert upper.catalog.whole
    assert upper.catalog.parts == 9


def test_a_flood_of_questions_costs_the_upper_alone() -> None:
    pair = Pair(30, bounds=small(takings=2, messages=8)).ready()
    for number in range(300):
        pair.upper.ask(CatalogQuery(sn=1_000 + number, device_id=(OWN, GROUP, ORGANISATION, camera(1))[number % 4]))
    for _ in range(40):
        pair.pass_by(0.05)
        assert pair.lower.endpoint.counts["clients"] <= 8 + 400  # what was acknowledged lingers for seconds
        assert len(pair.lower.questions.line) <= 3
    assert 503 in pair.upper.statuses
    pair.pass_by(60, 0.25)
    pair.upper.take_catalog()
    pair.until(lambda: pair.upper.catalog)
    assert pair.upper.catalog is not None
    assert pair.upper.catalog.whole


def test_one_taking_after_the_other_and_the_newer_question_counts() -> None:
    pair = Pair(10, bounds=small(takings=2)).ready()
    for sn in (1, 2, 3, 4):
        pair.upper.ask(CatalogQuery(sn=sn, device_id=OWN))
    pair.pass_by(6)
    answered = [part.sn for part in pair.upper.of(CatalogPart) if part.items]
    assert answered == [1] * 13 + [4] * 13
    errors = [octets for octets in pair.upper.octets if b"ERROR" in octets]
    assert len(errors) == 2


def test_who_is_not_there_gets_no_second_part() -> None:
    pair = Pair(10).ready()
    pair.upper.take_catalog()
    pair.pass_by(0.1)
    pair.net.fate = lambda _number, octets: [] if octets.startswith((b"MESSAGE", b"SIP/2.0 200")) else [0.01]
    pair.pass_by(40, 0.25)
    assert len(pair.lower.questions.line) == 0


def test_subscribers_are_told_at_once_what_is_off_and_then_what_happens() -> None:
    pair = Pair(5, off=(2, 4)).ready()
    pair.upper.take_catalog()
    pair.until(lambda: pair.upper.catalog)
    assert pair.upper.catalog is not None
    pair.upper.known = {item.device_id: replace(item, status=EntryStatus.ON) for item in pair.upper.catalog.entries}
    pair.upper.subscribe(CatalogQuery)
    pair.pass_by(2)
    off = [id for id, item in pair.upper.known.items() if item.status is EntryStatus.OFF]
    assert off == [camera(2), camera(4)]

    lower = pair.lower
    lower.changed(
        [CatalogItem(device_id=camera(2), event=EntryEvent.ON), CatalogItem(device_id=camera(1), event=EntryEvent.OFF)],
        pair.now,
    )
    new = CatalogItem(
        device_id=camera(9), event=EntryEvent.ADD, name="新", parents=(ORGANISATION,), status=EntryStatus.ON
    )
    lower.changed([new, CatalogItem(device_id=camera(5), event=EntryEvent.DEL)], pair.now)
    lower.changed([replace(new, device_id=camera(3), event=EntryEvent.UPDATE, name="改")], pair.now)
    pair.pass_by(3)
    known = pair.upper.known
    assert [id for id, item in known.items() if item.status is EntryStatus.OFF] == [camera(1), camera(4)]
    assert camera(5) not in known
    assert known[camera(9)].name == "新"
    assert known[camera(3)].name == "改"
    for notice in pair.upper.of(CatalogNotice):
        assert notice.sum_num == len(notice.items)
        for item in notice.items:
            if item.event in (EntryEvent.ON, EntryEvent.OFF, EntryEvent.DEL):
                assert item == CatalogItem(device_id=item.device_id, event=item.event)


def test_a_new_tree_is_told_by_its_differences() -> None:
    pair = Pair(4).ready()
    pair.upper.subscribe(CatalogQuery)
    pair.pass_by(1)
    made = entries(5, off=(2,))
    del made[3]
    pair.lower.show(Shares(made), pair.now)
    pair.pass_by(2)
    told = [(item.device_id, item.event) for notice in pair.upper.of(CatalogNotice) for item in notice.items]
    assert told == [(camera(1), EntryEvent.DEL), (camera(2), EntryEvent.OFF), (camera(5), EntryEvent.ADD)]


def test_a_thousand_changes_while_the_upper_is_slow_are_told_as_they_stand() -> None:
    pair = Pair(20, seed=2).ready()
    pair.upper.subscribe(CatalogQuery)
    pair.pass_by(8)
    for turn in range(100):
        event = EntryEvent.OFF if turn % 2 == 0 else EntryEvent.ON
        pair.lower.changed([CatalogItem(device_id=camera(n), event=event) for n in range(1, 21)], pair.now)
    pair.lower.changed([CatalogItem(device_id=camera(7), event=EntryEvent.OFF)], pair.now)
    pair.until(lambda: camera(7) in [i.device_id for n in pair.upper.of(CatalogNotice) for i in n.items], 300)
    pair.pass_by(20)
    last = {item.device_id: item.event for notice in pair.upper.of(CatalogNotice) for item in notice.items}
    assert last == {camera(n): EntryEvent.OFF if n == 7 else EntryEvent.ON for n in range(1, 21)}
    assert len(pair.upper.of(CatalogNotice)) < 60


def test_a_subscription_of_a_part_is_told_of_that_part() -> None:
    pair = Pair(3).ready()
    pair.upper.subscribe(CatalogQuery, camera(2))
    pair.pass_by(1)
    pair.lower.changed([CatalogItem(device_id=camera(n), event=EntryEvent.OFF) for n in (1, 2, 3)], pair.now)
    pair.lower.changed([CatalogItem(device_id=camera(2), event=EntryEvent.DEL)], pair.now)
    pair.pass_by(1)
    told = [(item.device_id, item.event) for notice in pair.upper.of(CatalogNotice) for item in notice.items]
    assert told in ([(camera(2), EntryEvent.OFF), (camera(2), EntryEvent.DEL)], [(camera(2), EntryEvent.DEL)])


def test_what_moves_is_refused_and_what_is_not_shown_is_not_there() -> None:
    pair = Pair().ready()
    pair.upper.subscribe(PositionSubscription)
    pair.upper.subscribe(CatalogQuery, camera(99))
    pair.upper.subscribe(AlarmSubscription, OWN[:10])
    pair.pass_by(2)
    assert {(one.subscription.wish.events[0], one.what, one.why) for one in pair.upper.news if one.what != "told"} == {
        ("presence", "refused", "403"),
        ("Catalog;id=7", "refused", "404"),
        ("presence", "active", ""),
    }


def test_two_entries_of_one_id_are_refused_and_what_was_shown_stays() -> None:
    pair = Pair(2).ready()
    with pytest.raises(Gb28181Refused, match="is there twice"):
        pair.lower.show(Shares([*entries(1), *entries(1)]), pair.now)
    with pytest.raises(Gb28181Refused):
        pair.lower.changed([CatalogItem(device_id="no id", event=EntryEvent.ADD)], pair.now)
    pair.upper.take_catalog()
    pair.until(lambda: pair.upper.catalog)
    assert pair.upper.catalog is not None
    assert len(pair.upper.catalog.entries) == 5


def test_subscriptions_end_when_we_leave_and_when_they_are_not_refreshed() -> None:
    pair = Pair().ready()
    pair.upper.subscribe(CatalogQuery)
    pair.pass_by(1)
    assert len(pair.lower.telling.notifier) == 1
    pair.pass_by(700, 1)
    assert len(pair.lower.telling.notifier) == 1  # refreshed
    pair.lower.leave(pair.now)
    pair.pass_by(1)
    assert len(pair.lower.telling.notifier) == 0
    assert [one.what for one in pair.upper.news if one.what != "refreshed"] == ["active", "terminated"]


def test_what_comes_and_goes_off_before_it_is_told_is_told_whole() -> None:
    pair = Pair(1).ready()
    pair.upper.subscribe(CatalogQuery, GROUP)
    pair.pass_by(1)
    new = CatalogItem(
        device_id=camera(8), event=EntryEvent.ADD, name="新", parents=(ORGANISATION,), status=EntryStatus.ON
    )
    # The first waits for its 200 while the others come.
    pair.lower.changed([CatalogItem(device_id=camera(1), event=EntryEvent.OFF)], pair.now)
    pair.lower.changed([new], pair.now)
    pair.lower.changed([CatalogItem(device_id=camera(8), event=EntryEvent.OFF)], pair.now)
    pair.lower.changed([CatalogItem(device_id=camera(1), event=EntryEvent.DEL)], pair.now)
    pair.pass_by(1)
    told = [item for notice in pair.upper.of(CatalogNotice) for item in notice.items]
    last = {item.device_id: item for item in told}
    assert (last[camera(8)].event, last[camera(8)].name, last[camera(8)].status) == (
        EntryEvent.ADD,
        "新",
        EntryStatus.OFF,
    )
    assert last[camera(1)].event is EntryEvent.DEL


def test_parents_go_first_whatever_the_order_is() -> None:
    pair = Pair(0).ready()
    pair.lower.show(Shares(reversed(entries(2))), pair.now)
    pair.upper.take_catalog()
    pair.until(lambda: pair.upper.catalog)
    assert pair.upper.catalog is not None
    order = [item.device_id for item in pair.upper.catalog.entries]
    assert order.index(GROUP) < order.index(ORGANISATION) < order.index(camera(1))
    assert pair.lower.orphans == 0


def test_parts_are_paced() -> None:
    pair = Pair(40, bounds=small(parts=10)).ready()
    before = pair.now
    pair.upper.take_catalog()
    pair.until(lambda: pair.upper.catalog)
    assert pair.now - before >= 4.2
