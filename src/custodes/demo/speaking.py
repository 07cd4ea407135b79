"""The story's camera through which one speaks, and that somebody did yesterday; and leave to record sound, given once and asked for once."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.utils import timezone

from custodes.access import grants
from custodes.access.control import speaking
from custodes.access.models import Grant
from custodes.demo import story
from custodes.demo.looks import look
from custodes.demo.people import DAY, HOUR, person
from custodes.law.grounds import duty
from custodes.ledger import records
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.people import delivery as line
from custodes.people.records import timestamp
from custodes.places import deciding, sound
from custodes.places.assignment import bump
from custodes.places.devices.channel import Channel
from custodes.places.devices.entering import enter_device
from custodes.places.devices.gateways import own_gateway
from custodes.places.models import Camera, CameraState, GbDevice, Grade, MediaWay, Node, SoundOrder, System, Transport


def plant_sound(now: datetime.datetime) -> bool:
    """Plant them.

    Returns:
        Whether it was done now: once for an installation.
    """
    if SoundOrder.objects.exists():
        return False
    given = _ask(story.SOUND_GIVEN, now)
    deciding.approve(given, sound.RULES, person("shenpi"), now, "必要，限于求助通话")
    _ask(story.SOUND_WAITING, now)
    return True


def _ask(told: tuple[str, str], now: datetime.datetime) -> SoundOrder:
    name, why = told
    order = SoundOrder(camera=Camera.objects.get(name=name), reason="emergency", why=why)
    return sound.ask(order, person("xitong"), now)


SPOKEN_AT = 16 * HOUR


def plant_speaking(system: System, node: Node, now: datetime.datetime, passwords: Mapping[str, str]) -> None:
    """Plant the device and the camera; nothing where this machine has no gateway, or nobody plays the device.

    Args:
        passwords: of the devices that are simulated.
    """
    told = story.SPEAKING_DEVICE
    if own_gateway() is None or told.gb_id not in passwords:
        return
    device = GbDevice(gb_id=told.gb_id, name=told.name, system=system, media=MediaWay.UDP)
    enter_device(device, person("xitong"), now - 9 * DAY, simulated=passwords[told.gb_id])
    number, name, place, view = story.SPEAKING_CAMERA
    url = Channel(told.gb_id, story.SPEAKING_CHANNEL).url
    Camera.objects.create(
        system=system, number=number, name=name, place=place, view=view, main_url=url, sub_url=url, transport=Transport.UDP,
        voice_output=story.SPEAKING_CHANNEL, node=node, state=CameraState.CONNECTED, connected_at=now, grade=Grade.ORDINARY,
    )  # fmt: skip
    bump(node)


def leave_speech(now: datetime.datetime) -> bool:
    """Record yesterday's look and leave to speak, once for an installation, as soon as the notary is there.

    How it ended is a node's to say, and none was there: like leave that a node never heard of.

    Returns:
        Whether they are there now.
    """
    camera = Camera.objects.filter(name=story.SPEAKING_CAMERA[1]).exclude(voice_output="").first()
    if camera is None or Grant.objects.recorded().filter(cameras=camera).exists():
        return True
    who, reason = story.SPOKEN
    midnight = timezone.make_aware(datetime.datetime.combine(timezone.localdate(now), datetime.time()))
    at = midnight - DAY + SPOKEN_AT
    try:
        grant = look(who, duty.NAME, camera.name, at)
        line.notary().append([_leave(grant, camera, reason, at)])
    except (grants.NotaryDown, NotaryUnavailable, NotaryRefused):
        return False
    return True


def _leave(grant: Grant, camera: Camera, reason: str, at: datetime.datetime) -> records.SpeechBegun:
    post = grant.post
    return records.SpeechBegun(
        id=records.new_id(),
        at=timestamp(at),
        speech=records.new_id(),
        grant=grant.pk,
        person=str(grant.person.uuid),
        person_name=grant.person.name,
        unit=grant.unit.name,
        post=str(post.uuid) if post is not None else "",
        ground=duty.NAME,
        clauses=speaking.CLAUSES,
        camera=camera.pk,
        reason=reason,
    )
