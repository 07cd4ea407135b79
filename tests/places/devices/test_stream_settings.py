"""How a device makes its picture: no worse than is registered, whichever way it is asked."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from custodes.places.devices.configured import mark_of, reading_of, said_in
from custodes.places.devices.configuring import configure_device, ground_of
from custodes.places.devices.settingrules import told_of
from custodes.places.lifecycle.stepping import StepRefused
from custodes.video.wire.configuration import ConfigurationWish
from tests.places.devices.parts import CHANNEL, OF_CHANNEL, put
from tests.places.devices.test_configuration import READ as READ_PATH
from tests.places.devices.test_configuration import REASON, address, answer, read, sent


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"s0_rate": 12}, "s0_rate", "低于登记的每秒 25 帧"),
        ({"s0_resolution": "5"}, "s0_resolution", "低于登记的1080 行"),
        ({"s0_format": "3"}, "s0_format", "平台录制 H.264 和 H.265"),
    ],
)
def test_a_picture_is_made_no_worse_than_is_registered(gate, browser, device, recorded, changes, field, words):
    page = put(browser, device, "video", aware="on", **changes)
    assert page.status_code == 400
    assert words in "".join(page.context["form"].errors[field])
    assert sent(gate) == []


def test_the_main_stream_is_the_one_that_says_so_wherever_it_stands(gate, browser, device, recorded):
    gate.answers[READ_PATH] = answer(OF_CHANNEL | {"streams": OF_CHANNEL["streams"][::-1]})
    read(browser, device, CHANNEL)
    page = put(browser, device, "video", aware="on", s1_rate=12)
    assert "低于登记的每秒 25 帧" in "".join(page.context["form"].errors["s1_rate"])
    assert put(browser, device, "video", aware="on", s0_rate=12).status_code == 200


def test_streams_of_one_number_are_held_against_themselves(gate, browser, device, recorded):
    streams = [one | {"number": ""} for one in OF_CHANNEL["streams"]]
    gate.answers[READ_PATH] = answer(OF_CHANNEL | {"streams": streams})
    read(browser, device, CHANNEL)
    page = put(browser, device, "video", aware="on", s0_rate=12)
    assert "低于登记的每秒 25 帧" in "".join(page.context["form"].errors["s0_rate"])
    fewer = ConfigurationWish.model_validate({"streams": streams[1:]})
    told = told_of(ground_of(device, CHANNEL, said_in(reading_of(device, CHANNEL))), fewer)
    assert [(one.refused, "不是同样的几路" in one.words) for one in told] == [(True, True)]


def test_a_picture_whose_lines_nobody_knows_gets_no_fewer_than_are_registered(gate, browser, device, recorded):
    streams = [OF_CHANNEL["streams"][0] | {"resolution": "7"}]
    gate.answers[READ_PATH] = answer(OF_CHANNEL | {"streams": streams})
    read(browser, device, CHANNEL)
    page = put(browser, device, "video", aware="on", s0_resolution="5")
    assert "低于登记的1080 行" in "".join(page.context["form"].errors["s0_resolution"])


def test_a_whole_device_is_no_way_around_its_channels(gate, client_of, device, recorded):
    """Its main stream may be any of theirs."""
    browser = client_of("caretaker")
    gate.answers[READ_PATH] = answer(OF_CHANNEL)
    read(browser, device)
    page = address(device, "configuration") + "of/video/"
    form = browser.get(page).context["form"]
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    found = browser.post(page, data | {"reason": REASON, "aware": "on", "s0_rate": 12})
    assert "低于登记的每秒 25 帧" in "".join(found.context["form"].errors["s0_rate"])
    assert sent(gate) == []


@pytest.mark.clause("S10(4)")
def test_a_picture_with_a_mask_is_not_mirrored_away_from_under_it(gate, browser, device, stage):
    reading = reading_of(device, CHANNEL)
    later = timezone.now() + datetime.timedelta(minutes=2)
    with pytest.raises(StepRefused, match="第十条第四项"):
        configure_device(
            device,
            CHANNEL,
            ConfigurationWish(mirror=1),
            REASON,
            mark_of(reading),
            stage.cast.caretaker.person,
            later,
            aware=True,
        )
    assert sent(gate) == []
