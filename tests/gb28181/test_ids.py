"""IDs of 20 digits: cut, made, explained, refused with the field, the rule and the remedy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181 import ids
from custodes.gb28181.ids import GbId
from custodes.gb28181.refused import Gb28181Refused


def test_an_id_is_cut_into_its_parts() -> None:
    found = ids.parse("54010200021325000017")
    assert (found.centre, found.division, found.domain) == ("54010200", "540102", "5401020002")
    assert (found.industry, found.type, found.network, found.serial) == (2, 132, 5, "000017")
    assert found.province == "西藏自治区"
    assert (found.type_name.en, found.family) == ("IP camera", "peripheral")
    assert found.industry_name.zh == "社会治安内部接入"
    assert found.network_name.zh == "公安信息网"


@pytest.mark.parametrize(
    ("code", "family"),
    [
        ("34020000001110000001", "host"),
        ("34020000001180000001", "host"),
        ("34020000001310000001", "peripheral"),
        ("34020000002000000001", "platform"),
        ("34020000002160000001", "platform"),
        ("34020000003000000001", "centre-user"),
        ("34020000004430000001", "terminal-user"),
        ("34020000005010000001", "external"),
        ("34020000000000000001", "unknown"),
        ("34020000003440000001", "unknown"),
        ("camera-7", "unknown"),
        ("340200", "unknown"),
        ("", "unknown"),
        ("３４０２００００００１３２０００００１", "unknown"),
    ],
)
def test_what_a_peer_calls_itself_is_classified_and_never_refused(code: str, family: str) -> None:
    assert ids.family(code) == family


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("3402000000132000000", "19 digits"),
        ("340200000013200000011", "21 digits"),
        ("3402 0000 0013 2000 0001", "no decimal digit"),
        ("３４０２０００００0132000000１", "no decimal digit"),
        ("340200000013200001", "rule B"),
        ("340200", "administrative region"),
    ],
)
def test_what_is_no_id_is_refused_with_its_rule(text: str, words: str) -> None:
    with pytest.raises(Gb28181Refused, match=words) as caught:
        ids.parse(text)
    assert caught.value.field == "id"
    assert caught.value.remedy


def test_a_new_id_is_made_from_its_parts() -> None:
    assert ids.make("540102", 2, 200, 5, 1).text == "54010200022005000001"
    assert ids.make("54010207", 0, 132, 0, 999_999).text == "54010207001320999999"


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        (("5401", 2, 200, 5, 1), "centre"),
        (("990102", 2, 200, 5, 1), "centre"),
        (("540102", 100, 200, 5, 1), "industry"),
        (("540102", 2, 100, 5, 1), "type"),
        (("540102", 2, 200, 10, 1), "network"),
        (("540102", 2, 200, 5, 0), "serial"),
        (("540102", 2, 200, 5, 1_000_000), "serial"),
    ],
)
def test_a_part_that_cannot_be_right_is_named(parts: tuple[str, int, int, int, int], field: str) -> None:
    with pytest.raises(Gb28181Refused) as caught:
        ids.make(*parts)
    assert caught.value.field == field


@given(
    st.sampled_from(["540102", "34020000", "11010102"]),
    st.integers(0, 99),
    st.sampled_from([111, 118, 132, 200, 216, 300, 500]),
    st.integers(0, 9),
    st.integers(1, 999_999),
)
def test_what_is_made_is_read_back(centre: str, industry: int, kind: int, network: int, serial: int) -> None:
    made = ids.make(centre, industry, kind, network, serial)
    again = ids.parse(made.text)
    assert again == made
    assert (again.industry, again.type, again.network, int(again.serial)) == (industry, kind, network, serial)
    assert again.centre.startswith(centre)


@given(st.text(max_size=40))
def test_any_text_is_an_id_or_is_refused(text: str) -> None:
    assert isinstance(ids.family(text), str)
    try:
        found = ids.parse(text)
    except Gb28181Refused:
        return
    assert isinstance(found, GbId)
    assert len(found.text) == 20


def test_regions_are_told_from_devices() -> None:
    assert all(ids.is_region(code) for code in ("54", "5401", "540102", "54010207"))
    assert not any(ids.is_region(code) for code in ("", "5", "540", "54010200021325000017", "ab"))
    assert ids.domain_of("34020000002000000001") == "3402000000"
