"""Answers in parts: put together, sent, matched to their questions (GB/T 28181 Annex N, §2.5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.manscdp.catalog import CatalogPart
from custodes.gb28181.manscdp.collector import SECOND, AnswerPatience, Collector, End
from custodes.gb28181.manscdp.frame import write_message
from custodes.gb28181.manscdp.item import CatalogItem, EntryStatus, completed
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.manscdp.paging import OVER_UDP, PagedAnswer, parts
from custodes.gb28181.manscdp.waiting import SerialNumbers, TooManyQuestions, Waiting, WaitingQuestion

DEVICE = "34020000001180000001"


def channel(number: int, name: str = "", status: EntryStatus | None = EntryStatus.ON) -> CatalogItem:
    return CatalogItem(device_id=f"3402000000132{number:07d}", name=name or f"通道{number}", status=status)


def collector(now_us: int = 0, **patience: int) -> Collector[CatalogItem]:
    return Collector(lambda item: item.device_id, now_us, AnswerPatience(**patience))


def test_an_answer_is_complete_when_all_that_was_announced_is_there() -> None:
    answer = collector()
    assert answer.add(3, [channel(1), channel(2)], 1) is None
    assert answer.add(3, [channel(2)], 2) is None
    assert answer.add(3, [channel(3)], 3) is End.COMPLETE
    found = answer.collected()
    assert [item.device_id[-1] for item in found.entries] == ["1", "2", "3"]
    assert (found.whole, found.repeated, found.parts, answer.due_us) == (True, 1, 3, None)


def test_nothing_is_a_whole_answer() -> None:
    answer = collector()
    assert answer.add(0, [], 1) is End.COMPLETE
    assert answer.collected().whole


def test_a_device_that_announces_too_many_is_waited_for_and_nothing_known_is_deleted_for_it() -> None:
    answer = collector()
    answer.add(64, [channel(n) for n in range(40)], SECOND)
    assert answer.due_us == 13 * SECOND
    assert answer.tick(13 * SECOND - 1) is None
    assert answer.tick(13 * SECOND) is End.PARTIAL
    assert not answer.collected().whole
    assert len(answer.collected().entries) == 40


def test_a_device_that_counts_anew_in_each_part_is_held_to_its_largest_number() -> None:
    answer = collector()
    assert answer.add(5, [channel(1), channel(2)], 1) is None
    assert answer.add(2, [channel(3)], 2) is None
    assert answer.announced == 5


def test_parts_that_repeat_do_not_keep_an_answer_open() -> None:
    answer = collector()
    answer.add(9, [channel(1)], 0)
    for second in range(1, 12):
        assert answer.add(9, [channel(1)], second * SECOND) is None
    assert answer.tick(12 * SECOND) is End.PARTIAL


def test_a_peer_that_never_stops_is_stopped_by_time_and_by_number() -> None:
    slow = collector(longest=100 * SECOND)
    for step in range(200):
        slow.add(10**6, [channel(step)], step * SECOND)
    assert slow.end is End.PARTIAL
    assert slow.arrived == 100
    assert slow.late == 100
    wide = collector(most=10)
    assert wide.add(10**6, [channel(step) for step in range(50)], 1) is End.FULL
    assert (wide.arrived, wide.collected().left_out) == (10, 40)


def test_nobody_answers() -> None:
    answer = collector()
    with pytest.raises(ValueError):
        answer.collected()
    assert answer.due_us == 15 * SECOND
    assert answer.tick(15 * SECOND) is End.SILENT


def test_two_devices_of_one_code_are_told_of_and_the_first_stands() -> None:
    answer = collector()
    answer.add(3, [channel(1, "东门"), channel(1, "西门"), channel(2)], 0)
    answer.tick(60 * SECOND)
    found = answer.collected()
    assert (found.end, found.doubled, found.entries[0].name) == (End.PARTIAL, 1, "东门")


def test_what_comes_after_the_end_is_counted_and_changes_nothing() -> None:
    answer = collector()
    answer.add(1, [channel(1)], 0)
    answer.add(1, [channel(2)], 1)
    assert (answer.arrived, answer.late) == (1, 1)


@given(st.permutations(list(range(12))), st.integers(1, 5), st.lists(st.integers(0, 11), max_size=8))
def test_parts_in_any_order_with_repeats_come_to_the_same(order: list[int], size: int, again: list[int]) -> None:
    answer = collector()
    for begin in range(0, 12, size):
        chunk = order[begin : begin + size]
        answer.add(12, [channel(n) for n in [*chunk, *(n for n in again if n in order[:begin])]], begin)
    assert answer.end is End.COMPLETE
    assert {item.device_id for item in answer.collected().entries} == {channel(n).device_id for n in range(12)}


def test_a_day_of_a_platform_that_asks_each_hour_ends_every_answer_in_time() -> None:
    """Simulated 24 hours: a device that answers, one that stops in the middle, one that is silent, one that never stops."""
    hour, open_answers, ends = 3600 * SECOND, [], {"good": 0, "half": 0, "silent": 0, "endless": 0}
    expected = {"good": End.COMPLETE, "half": End.PARTIAL, "silent": End.SILENT, "endless": End.PARTIAL}
    for now in range(0, 24 * hour + 1800 * SECOND + 1, 5 * SECOND):
        if now % hour == 0 and now < 24 * hour:
            assert not open_answers
            open_answers = [(name, collector(now)) for name in ends]
        for name, answer in open_answers:
            step = (now - now // hour * hour) // (5 * SECOND)
            if name == "good" or (name == "half" and step < 2):
                answer.add(6, [channel(step)], now)
            elif name == "endless":
                answer.add(10**6, [channel(step)], now)
            answer.tick(now)
            if answer.end is not None:
                assert answer.end is expected[name]
                ends[name] += 1
        open_answers = [(name, answer) for name, answer in open_answers if answer.end is None]
    assert open_answers == []
    assert set(ends.values()) == {24}


@pytest.mark.parametrize(("count", "size", "sizes"), [(0, 1, [0]), (3, 1, [1, 1, 1]), (5, 2, [2, 2, 1]), (4, 10, [4])])
def test_an_answer_is_cut_into_parts_that_all_name_the_whole(count: int, size: int, sizes: list[int]) -> None:
    found = list(parts([channel(n) for n in range(count)], size))
    assert [len(part.entries) for part in found] == sizes
    assert {part.sum_num for part in found} == {count}


def test_a_part_has_1_to_10000_entries() -> None:
    for size in (0, 10_001):
        with pytest.raises(ValueError):
            list(parts([], size))


def test_a_part_over_udp_stays_below_1300_octets() -> None:
    item = completed(channel(1, "拉萨市城关区八廓街道办事处八廓东街与吉日二巷交叉口东北角高清球机"), "540102")
    [part] = parts([item], OVER_UDP)
    data = write_message(CatalogPart(sn=1, device_id=DEVICE, sum_num=part.sum_num, items=part.entries))
    assert len(data) < 1300
    read = read_body(data)
    assert isinstance(read, CatalogPart)
    assert read.items == (item,)


def test_one_part_is_on_its_way_at_a_time_and_an_unanswered_one_ends_it() -> None:
    sending = PagedAnswer([1, 2, 3])
    first = sending.next()
    assert first is not None
    assert sending.next() is None
    sending.acknowledged()
    assert sending.next() is not None
    sending.unanswered()
    assert (sending.over, sending.failed, sending.next()) == (True, True, None)
    whole = PagedAnswer([1], 5)
    whole.next()
    whole.acknowledged()
    assert (whole.next(), whole.over, whole.failed) == (None, True, False)


def question(sn: int, peer: str = "a", device: str = DEVICE, due: int = 10) -> WaitingQuestion[str]:
    return WaitingQuestion(peer, "Catalog", sn, device, due, f"{peer}{sn}")


def test_an_answer_is_matched_by_peer_command_and_number() -> None:
    waiting: Waiting[str] = Waiting()
    waiting.ask(question(1))
    waiting.ask(question(2))
    waiting.ask(question(1, "b"))
    assert waiting.answered("a", "catalog", 2, DEVICE) == question(2)
    assert waiting.answered("b", "Catalog", 1, DEVICE) == question(1, "b")


def test_a_device_that_echoes_another_number_is_matched_by_what_it_is_about() -> None:
    waiting: Waiting[str] = Waiting()
    waiting.ask(question(7, device="34020000001180000009"))
    waiting.ask(question(8))
    assert waiting.answered("a", "Catalog", 0, DEVICE) == question(8)
    assert waiting.answered("a", "RecordInfo", 8, DEVICE) is None
    assert waiting.answered("b", "Catalog", 8, DEVICE) is None
    assert waiting.answered("a", "Catalog", 0, "") is None
    assert waiting.strays == 3


def test_questions_are_bounded_for_each_peer_and_in_all_and_end_in_time() -> None:
    waiting: Waiting[str] = Waiting(most=5, of_peer=3)
    for sn in (1, 2, 3):
        waiting.ask(question(sn, due=sn))
    with pytest.raises(TooManyQuestions):
        waiting.ask(question(4))
    waiting.ask(question(1, "b"))
    with pytest.raises(TooManyQuestions):
        waiting.ask(question(1, "b"))
    waiting.ask(question(1, "c"))
    with pytest.raises(TooManyQuestions):
        waiting.ask(question(1, "d"))
    assert waiting.due_us == 1
    assert [each.sn for each in waiting.due(2)] == [1, 2]
    assert waiting.due_us == 3
    waiting.done(question(3))
    waiting.done(question(3))
    assert [each.what for each in waiting.forget("b")] == ["b1"]
    assert len(waiting) == 1
    assert waiting.forget("nobody") == []
    assert waiting.due_us == question(1, "c").due_us
    waiting.forget("c")
    assert waiting.due_us is None


def test_numbers_rise_and_begin_anew_before_they_are_too_large() -> None:
    numbers = SerialNumbers()
    assert [numbers.next() for _ in range(3)] == [1, 2, 3]
    assert SerialNumbers(2**31 - 1).next() == 1
