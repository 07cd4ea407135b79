"""Numbers of streams, and the Subject of a call (GB/T 28181-2016 Annex F note 4, Annex K)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.ssrc import NoneLeft, SsrcPool, ssrc_of, written
from custodes.gb28181.subject import CallSubject, parse_subject, subject

CHANNEL, SERVER = "34020000001320000001", "34020000002000000001"


def test_a_number_has_its_kind_its_domain_and_ten_digits() -> None:
    pool = SsrcPool(SERVER)
    assert (pool.take(False, 0), pool.take(True, 0), pool.take(False, 0)) == ("0200000001", "1200000001", "0200000002")
    assert ssrc_of("1200000001") == 0x47868C01
    assert written(0x0BEBC201) == "0200000001"
    assert (ssrc_of(" 0200000001\r"), ssrc_of("1"), ssrc_of("000200000001")) == (0x0BEBC201, 1, 0x0BEBC201)


@pytest.mark.parametrize("value", ["", "abc", "9999999999", "12 34", "٠١٢٣", "-5", "1" * 30, "0000000000"])
def test_an_answer_that_names_no_number_names_none(value: str) -> None:
    assert ssrc_of(value) is None


def test_a_number_rests_before_somebody_else_has_it() -> None:
    pool = SsrcPool(SERVER, range(1, 3), quarantine_us=100)
    first, second = pool.take(False, 0), pool.take(False, 0)
    pool.give_back(first, 10)
    with pytest.raises(NoneLeft):
        pool.take(False, 109)
    assert pool.take(False, 110) == first
    pool.give_back(second, 111)
    pool.give_back(second, 400)
    pool.give_back("0200009999", 0)
    assert pool.take(False, 211) == second
    assert pool.used == 2


def test_a_number_that_a_peer_chose_in_our_domain_is_not_given_out() -> None:
    pool = SsrcPool(SERVER, range(1, 3))
    assert pool.reserve("0200000001")
    assert not pool.reserve("0200000001")
    assert pool.reserve("0999990001")
    assert pool.take(False, 0) == "0200000002"
    with pytest.raises(NoneLeft):
        pool.take(False, 0)


def test_reserving_and_giving_back_without_end_takes_no_more_memory() -> None:
    pool = SsrcPool(SERVER, range(1, 4), quarantine_us=1)
    for now in range(0, 10_000, 10):
        assert pool.reserve("0200000002")
        pool.give_back("0200000002", now)
        taken = pool.take(False, now + 5)
        pool.give_back(taken, now + 5)
        pool.take(True, now + 8)
        pool.give_back("1200000001", now + 8)
        pool.give_back("1200000002", now + 8)
        pool.give_back("1200000003", now + 8)
    assert sorted(pool.take(False, 10**6) for _ in range(3)) == ["0200000001", "0200000002", "0200000003"]


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=120))
def test_no_two_streams_ever_share_a_number(steps: list[tuple[bool, bool]]) -> None:
    pool, held, now = SsrcPool(SERVER, range(1, 8), quarantine_us=5), [], 0
    ended: dict[str, int] = {}
    for history, take in steps:
        now += 1
        if not take and held:
            number = held.pop(0)
            pool.give_back(number, now)
            ended[number] = now
            continue
        try:
            number = pool.take(history, now)
        except NoneLeft:
            continue
        assert number not in held
        assert now - ended.get(number, -99) >= 5
        held.append(number)


def test_a_platform_without_a_code_of_its_own_has_no_numbers() -> None:
    with pytest.raises(Gb28181Refused):
        SsrcPool("3402")
    with pytest.raises(Gb28181Refused):
        SsrcPool(SERVER, range(10))


def test_a_subject_names_the_sender_of_the_media_first() -> None:
    made = subject(CHANNEL, "0200000001", SERVER)
    assert str(made) == f"{CHANNEL}:0200000001,{SERVER}:0"
    assert parse_subject(f" {CHANNEL}:0200000001 , {SERVER}:0 ") == made


def test_peers_of_2011_send_none_or_half() -> None:
    assert parse_subject(None) is None
    assert parse_subject("  ") is None
    assert parse_subject(CHANNEL) == CallSubject(CHANNEL, "")
    assert parse_subject(f"{CHANNEL}:{'9' * 40},{SERVER}") == CallSubject(CHANNEL, "", SERVER, "")


@given(st.text(max_size=400))
def test_no_subject_raises_but_a_refusal(text: str) -> None:
    try:
        found = parse_subject(text)
    except Gb28181Refused:
        return
    assert found is None or parse_subject(str(found)) == found
