"""Whether a channel turns: by the kind of camera that its device's last whole catalogue names (PTZType, GB/T 28181 Annex A.2.1).

The standard has no question for what a channel can do. What is kept says what may be asked of it; nothing is kept but at a person's word.
"""

from __future__ import annotations

from datetime import datetime

from custodes.people.models import Person
from custodes.places.devices.channel import channel_of
from custodes.places.models import Camera, GbChannel
from custodes.places.onvif import keep_abilities
from custodes.video.wire.steering import SteeringLook

TURNING = frozenset({1, 4, 5})
"""Dome, remote bullet (2016), remote half-dome (2022). A half-dome, a fixed bullet and a panorama do not turn."""

PRESETS = 255


def look_at_channel(camera: Camera, person: Person, at: datetime) -> bool | None:
    """Keep in the register whether a channel turns; None where its device's catalogue does not say."""
    channel = channel_of(camera.main_url)
    if channel is None:
        return None
    devices = {"device__gb_id": channel.device, "device__system": camera.system_id, "device__retired_at__isnull": True}
    kind = GbChannel.objects.filter(**devices, channel_id=channel.channel).values_list("ptz", flat=True).first()
    if kind is None:
        return None
    turns = kind in TURNING
    found = SteeringLook(ok=True, move=turns, zoom=turns, focus=turns, iris=turns, presets=PRESETS if turns else 0)
    keep_abilities(camera, found, person, at)
    return turns
