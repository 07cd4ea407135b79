"""ONVIF devices through the node: rate-limited for each person together with probes, and recorded whatever comes of it.

Whether a channel of GB/T 28181 turns is kept here too: by the kind of camera that its device's last whole catalogue names (PTZType, Annex
A.2.1). The standard has no question for what a channel can do. What is kept says what may be asked of it; nothing is kept but at a
person's word.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from custodes.people.models import Person
from custodes.places.assignment import bump
from custodes.places.devices.channel import channel_of
from custodes.places.models import Camera, GbChannel, OnvifLook, Probe
from custodes.places.node_client import NodeBusy, NodeUnreachable, worker_client
from custodes.places.probing import too_often
from custodes.places.register import record_change
from custodes.video.source.address import parse_camera_url
from custodes.video.wire.control_leases import SteeringAsk, SteeringLook
from custodes.video.wire.onvif import OnvifAsk, OnvifClock, OnvifFound, OnvifSearch

ONVIF_PORT = 80
Answer = TypeVar("Answer", OnvifFound, OnvifClock, SteeringLook)


class NotLooked(Exception):
    """Nothing was asked or nobody answered; `failure` is a code of `probing.FAILURES`."""

    def __init__(self, failure: str) -> None:
        super().__init__(failure)
        self.failure = failure


def search(camera: Camera, person: Person, at: datetime) -> OnvifSearch:
    """Search the networks of cameras of the camera's node.

    Raises:
        NotLooked: over the rate, or the node is busy or away.
    """
    _within_rate(person, at)
    try:
        found = worker_client(camera.node, camera.worker).search_onvif()
    except (NodeBusy, NodeUnreachable) as error:
        failure = "busy" if isinstance(error, NodeBusy) else "node"
        _keep(camera, person, at, "places.search", failure, failure)
        raise NotLooked(failure) from error
    _keep(camera, person, at, "places.search", "", str(len(found.devices)))
    return found


def look(
    camera: Camera, host: str, port: int, username: str, sealed_password: str, person: Person, at: datetime
) -> OnvifLook:
    """Look at one device and keep what was found for the choice that follows.

    Raises:
        NotLooked: as `search`.
    """
    _within_rate(person, at)
    ask = OnvifAsk(camera=camera.pk, host=host, port=port, username=username, sealed_password=sealed_password)
    found = _answered(lambda: worker_client(camera.node, camera.worker).look_at_onvif(ask), OnvifFound)
    _keep(camera, person, at, "places.onvif", found.failure, "ok" if found.ok else found.failure)
    kept, _new = OnvifLook.objects.update_or_create(
        camera=camera,
        defaults={
            "host": host,
            "port": port,
            "username": username,
            "sealed_password": sealed_password,
            "found": found.model_dump(mode="json"),
            "by": person,
            "at": at,
        },
    )
    return kept


def set_clock(camera: Camera, person: Person, at: datetime) -> OnvifClock:
    """Set the clock of a camera that is heard by ONVIF; the record says how far it was off, before and after.

    Raises:
        NotLooked: as `search`.
    """
    _within_rate(person, at)
    ask = OnvifAsk(
        camera=camera.pk,
        host=parse_camera_url(camera.main_url).host,
        port=camera.onvif_port or ONVIF_PORT,
        username=camera.username,
        sealed_password=camera.sealed_password,
    )
    done = _answered(lambda: worker_client(camera.node, camera.worker).set_onvif_clock(ask), OnvifClock)
    _keep(camera, person, at, "places.clock", done.failure, "ok" if done.ok else done.failure)
    if done.ok:
        change = [_said(done.before_s), _said(done.after_s)]
        record_change(person, camera._meta.label_lower, str(camera.pk), {"device_clock_ahead_s": change}, at)
    return done


def look_at_steering(camera: Camera, person: Person, at: datetime) -> SteeringLook:
    """Have the device say how its camera can be steered, and keep that in the register.

    Raises:
        NotLooked: as `search`.
    """
    _within_rate(person, at)
    ask = SteeringAsk(
        camera=camera.pk,
        host=parse_camera_url(camera.main_url).host,
        port=camera.onvif_port or ONVIF_PORT,
        username=camera.username,
        sealed_password=camera.sealed_password,
        url=camera.main_url,
    )
    found = _answered(lambda: worker_client(camera.node, camera.worker).look_at_steering(ask), SteeringLook)
    _keep(camera, person, at, "places.steering", found.failure, "ok" if found.ok else found.failure)
    if found.ok:
        keep_abilities(camera, found, person, at)
    return found


def _answered(ask: Callable[[], Answer], kind: type[Answer]) -> Answer:
    """What the node answers; a node that is busy or away is an answer of the same kind that says so."""
    try:
        return ask()
    except NodeBusy:
        return kind(ok=False, failure="busy")
    except NodeUnreachable:
        return kind(ok=False, failure="node")


def keep_abilities(camera: Camera, found: SteeringLook, person: Person, at: datetime) -> None:
    """What a camera offers is kept in the register, on record, and told to its node."""
    before = (camera.onvif_profile, camera.steering)
    able = found.model_dump(mode="json", exclude={"ok", "failure", "detail", "profile"})
    if before == (found.profile, able):
        return
    with transaction.atomic():
        camera.onvif_profile, camera.steering = found.profile, able
        camera.save(update_fields=["onvif_profile", "steering"])
        named = [_named(before[1]), _named(able)]
        record_change(person, camera._meta.label_lower, str(camera.pk), {"steering": named}, at)
        bump(camera.node)


def _named(able: dict[str, int] | None) -> str | None:
    return None if able is None else " ".join(name for name, value in able.items() if value) or "-"


def _said(seconds: float | None) -> str | None:
    return None if seconds is None else f"{seconds:.1f}"


def _within_rate(person: Person, at: datetime) -> None:
    if too_often(person, at):
        raise NotLooked("rate")


def _keep(camera: Camera, person: Person, at: datetime, what: str, failure: str, outcome: str) -> None:
    """A row that counts for the rate, and a record. It is no probe of an address: nothing can be adopted by it."""
    Probe.objects.create(
        camera=camera.pk,
        person=person,
        system=camera.system,
        at=at,
        address=what,
        ok=False,
        failure=(failure or "found")[:16],
    )
    record_change(person, what, str(camera.pk), {"result": [None, outcome]}, at)


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
