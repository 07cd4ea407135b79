"""What a channel of a 2022 device says of the parts that are set as a whole, and their pages as a person sends them."""

from __future__ import annotations

from typing import Any

from custodes.places.models import GbDevice
from tests.places.devices.rows import CHANNELS
from tests.places.devices.test_configuration import REASON, address, sent

CHANNEL = CHANNELS[0]
DAYS = [{"day": day, "start": "00:00:00", "stop": "24:00:00"} for day in range(1, 8)]
OF_CHANNEL: dict[str, Any] = {
    "name": "通道 0",
    "mirror": 0,
    "resolutions": ["5", "6"],
    "mask": {"on": True, "regions": [{"number": 1, "point": "0,0,640,180"}], "whole": True},
    "osd": {
        "length": 1920, "width": 1080, "time_on": True, "time_x": 48, "time_y": 48, "time_type": 0, "text_on": True,
        "lines": [{"text": "通道 0", "x": 48, "y": 984}], "most": 2,
    },
    "record_plan": {"on": True, "spans": DAYS},
    "alarm_record": {"on": True, "after_s": 30, "before_s": 5},
    "alarm_report": {"motion": True, "field": False},
    "streams": [
        {"number": "0", "format": "2", "resolution": "6", "rate": "25", "kind": "2", "bits": "4096"},
        {"number": "1", "format": "2", "resolution": "5", "rate": "15", "kind": "1", "bits": "512"},
    ],
}  # fmt: skip


def page_of(device: GbDevice, part: str) -> str:
    return address(device, "configuration", CHANNEL) + f"of/{part}/"


def put(browser: Any, device: GbDevice, part: str, reason: str = REASON, **changes: Any) -> Any:
    """As the form sends it: all fields as they were shown, but for what is changed."""
    form = browser.get(page_of(device, part)).context["form"]
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: value for name, value in data.items() if value is not None and value is not False}
    return browser.post(page_of(device, part), data | {"reason": reason} | changes, follow=True)


def wish_of(gate: Any) -> dict[str, Any]:
    [body] = sent(gate)
    return {name: value for name, value in body["wish"].items() if value is not None}
