"""Templates spell addresses; nobody's brand comes before another's."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from custodes.places.forms.address import parse_address
from custodes.places.makers import (
    MAKERS,
    MAX_CHANNEL,
    BadChannel,
    UnknownMaker,
    channels_of,
    maker_named,
    maker_of,
    makers,
)


@pytest.mark.parametrize("maker", makers(training=True), ids=lambda maker: maker.key)
@pytest.mark.parametrize(("host", "port"), [("10.1.2.3", 554), ("cam.example", 8554), ("fd00::1", 554)])
def test_every_template_spells_addresses_that_are_taken(maker, host, port):
    address = maker.spell(host, port, 12)
    for url in filter(None, (address.main, address.sub)):
        assert parse_address(url).hostname == host
        assert "{" not in url


def test_the_list_is_in_alphabetical_order_and_recommends_nobody():
    names = [maker.en.casefold() for maker in MAKERS]
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("海康威视", "hikvision"),
        ("Dahua", "dahua"),
        ("宇视", "uniview"),
        ("宇视 Uniview 录像机", "uniview-nvr"),
        ("simcam", "simcam"),
    ],
)
def test_a_table_names_a_template_as_people_do(name, key):
    assert maker_named(name).key == key


def test_what_nobody_could_confirm_is_said_to_be_so(stage, client_of):
    unconfirmed = [maker for maker in MAKERS if not maker.confirmed]
    assert [maker.key for maker in unconfirmed] == ["tiandy"]
    assert "未证实" in maker_of("tiandy").label
    assert "未证实" not in maker_of("dahua").label
    page = client_of("caretaker").get(reverse("places:recorder_add", args=[stage.school.pk])).content.decode()
    assert page.count("未证实</span>") == 2, "Tiandy's badge, and Kedacom's"
    assert "科达 Kedacom" in page
    assert not any("Kedacom" in maker.en for maker in MAKERS)


@pytest.mark.parametrize("name", ["", "无", "Hik"])
def test_a_name_that_no_template_has_is_none(name):
    with pytest.raises(UnknownMaker):
        maker_named(name)


@pytest.mark.parametrize(
    ("text", "channels"), [("1", [1]), ("1-3", [1, 2, 3]), ("1,3，5-6", [1, 3, 5, 6]), ("2 2 2", [2])]
)
def test_channels_are_written_as_people_write_them(text, channels):
    assert channels_of(text) == channels


@pytest.mark.parametrize("text", ["", "0", "3-1", "1-513", "a", "1--2", "-1", "1,,x", "9" * 40, "²"])
def test_what_names_no_channels_is_refused(text):
    with pytest.raises(BadChannel):
        channels_of(text)


@given(st.text(max_size=30))
def test_no_text_gives_a_channel_that_there_can_not_be(text):
    try:
        channels = channels_of(text)
    except BadChannel:
        return
    assert all(1 <= channel <= MAX_CHANNEL for channel in channels)


def test_a_channel_beyond_the_last_is_refused():
    with pytest.raises(BadChannel):
        maker_of("dahua").spell("h", 554, MAX_CHANNEL + 1)
