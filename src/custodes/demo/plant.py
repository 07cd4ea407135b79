"""Plants the demo's story in an empty training installation; in one that has it, changes nothing but ports."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from custodes.demo import story
from custodes.demo.alarms import name_recipients, tell_growth
from custodes.demo.changes import plant_changes
from custodes.demo.devices import plant_devices, plant_mobiles
from custodes.demo.life import plant_late, plant_lives
from custodes.demo.logins import FORMER, PEOPLE, StoryPerson
from custodes.demo.looks import plant_looks
from custodes.demo.missing import plant_missing
from custodes.demo.own_image import plant_individual, plant_own_images
from custodes.demo.people import plant_applications, plant_credentials, plant_dates, plant_entrustment
from custodes.demo.plans import plant_plans
from custodes.demo.register import plant_cityplans, plant_imports, plant_register
from custodes.demo.releases import plant_releases
from custodes.demo.requests import plant_holds, plant_requests
from custodes.demo.sharing import plant_sharing, point_links
from custodes.demo.speaking import plant_sound, plant_speaking
from custodes.people import accounts, posts
from custodes.people.models import Division, Person, Post, Unit
from custodes.people.records import config_changed, differences, snapshot
from custodes.places.assignment import bump
from custodes.places.models import (
    Camera,
    CameraState,
    Grade,
    Node,
    PlaceRole,
    Site,
    System,
    SystemPost,
    SystemRole,
    SystemState,
    Transport,
)
from custodes.places.models.site import PlaceRoleKind, SystemRoleKind
from custodes.settings import get_settings
from custodes.video.simcam.device import PROFILE
from custodes.video.simcam.film import FILE
from custodes.video.wire.seal import seal, seal_key_from_base64

_APPOINTED = datetime.timedelta(days=200)
"""Posts were given so long ago: before the first step that somebody of the story takes."""


class NotTraining(Exception):
    """The story belongs in a training installation only."""


def seed_demo(
    *,
    camera_port: int,
    camera_user: str,
    camera_password: str,
    certificate: str = "",
    gb_passwords: Mapping[str, str] | None = None,
) -> None:
    """Plant the story.

    Args:
        camera_port: RTSP port of the simulated cameras on loopback; RTSPS is two above it, Motion JPEG three, ONVIF four; the platforms above listen further behind (`platforms.PORT_STEP`).
        certificate: fingerprint of the certificate that they show over RTSPS.
        camera_user, camera_password: their digest login; the password is sealed to the node's key.

    Raises:
        NotTraining: this installation holds, or may hold, real footage.
    """
    if not get_settings().training:
        raise NotTraining("The demo's story is planted only where CUSTODES_TRAINING is on.")
    now = timezone.now()
    node = Node.objects.get(name=get_settings().node_name)
    with transaction.atomic():
        if not Unit.objects.filter(name=story.UNITS[0].name).exists():
            units = _plant_units(now)
            systems = _plant_systems(units, node, camera_user, camera_password, now)
            _plant_people(units, systems, now)
            plant_register(units, systems, node, now)
            name_recipients(now)
            plant_plans(now)
            plant_cityplans(now)
            plant_sound(now)
            plant_credentials(now)
            plant_applications(now)
            plant_entrustment(now)
            plant_lives(systems, now)
            plant_late(systems["tickets"], units["firm"], now)
            plant_changes(systems, now)
            plant_imports(now)
            plant_devices(systems["school"], node, now, gb_passwords or {})
            plant_mobiles(systems["roads"], node, now, gb_passwords or {})
            plant_speaking(systems["park"], node, now, gb_passwords or {})
            plant_dates(now)
            # Before the other requests: behind those two approve at this holder.
            plant_looks(units, now)
            plant_requests(units, now)
            plant_missing(systems["roads"], now)
            plant_individual(now)
            plant_releases(now)
            plant_own_images(now)
            plant_sharing(now, gb_passwords or {}, camera_port)
            tell_growth(node, now)
            plant_holds(node, now)
        _point_cameras(node, camera_port, certificate)
        point_links(camera_port, now)


def _plant_units(now: datetime.datetime) -> dict[str, Unit]:
    units = {}
    for told in story.UNITS:
        unit = Unit.objects.create(
            name=told.name,
            kind=told.kind,
            division=Division.objects.get(code=told.division),
            uscc=told.uscc,
            address=told.address,
            contact=told.contact,
            phone=told.phone,
        )
        config_changed(unit, differences({}, snapshot(unit)), by=None, at=now)
        units[told.key] = unit
    return units


def _plant_systems(
    units: dict[str, Unit], node: Node, user: str, password: str, now: datetime.datetime
) -> dict[str, System]:
    sealed = seal(seal_key_from_base64(node.seal_key), password)
    systems = {}
    for told in story.SYSTEMS:
        unit = units[told.unit]
        site = Site.objects.create(
            name=told.site,
            category=told.category,
            address=told.address,
            division=Division.objects.get(code=told.division),
            unit=unit,
        )
        system = System.objects.create(
            site=site,
            name=told.system,
            unit=unit,
            network=told.network,
            mlps_level=2 if told.new else None,
            state=SystemState.PROPOSED if told.new else SystemState.LEGACY,
        )
        PlaceRole.objects.create(site=site, unit=unit, role=PlaceRoleKind.MANAGER, since=now.date() - story.HELD)
        for role in (SystemRoleKind.BUILDER, SystemRoleKind.USER, SystemRoleKind.MANAGER):
            SystemRole.objects.create(system=system, unit=unit, role=role, since=now.date() - story.HELD)
        for order, (number, name, place) in enumerate(told.cameras, start=1):
            # The path is completed by `_point_cameras`, which knows the port of this start.
            path = f"cam-{number:02d}" if number else "no-such-camera"
            Camera.objects.create(
                system=system,
                number=f"{told.key.upper()}-{order:02d}",
                name=name,
                place=place,
                **_addresses(number, path),
                **_turning(number),
                username="" if number == story.FILE_CAMERA else user,
                sealed_password="" if number == story.FILE_CAMERA else sealed,
                node=node,
                state=CameraState.CONNECTED,
                connected_at=now,
                grade=Grade.ORDINARY if told.key in story.ORDINARY else Grade.IMPORTANT,
            )
        for order, name in enumerate(told.waiting, start=len(told.cameras) + 1):
            Camera.objects.create(
                system=system, number=f"{told.key.upper()}-{order:02d}", name=name, place=name, node=node
            )
        systems[told.key] = system
    return systems


def _plant_people(units: dict[str, Unit], systems: dict[str, System], now: datetime.datetime) -> None:
    hashed = make_password(story.PASSWORD)  # all have the same: hashed once, it takes a sixth of a second
    for told in PEOPLE:
        person = _plant_person(told, units, now)
        accounts.open_with_hash(person, told.username, hashed, by=None, at=now)
        until = now + datetime.timedelta(days=told.valid_days) if told.valid_days else None
        _watch(_post(told, person, units, now - _APPOINTED, until=until), told, systems)
    former = _plant_person(FORMER, units, now)
    ran_out = now + datetime.timedelta(days=FORMER.valid_days or 0)
    begun = ran_out - datetime.timedelta(days=365)
    _watch(_post(FORMER, former, units, begun, until=ran_out), FORMER, systems)


def _plant_person(told: StoryPerson, units: dict[str, Unit], now: datetime.datetime) -> Person:
    person = Person.objects.create(name=told.name, unit=units[told.unit])
    config_changed(person, differences({}, snapshot(person)), by=None, at=now)
    return person


def _post(
    told: StoryPerson,
    person: Person,
    units: dict[str, Unit],
    begun: datetime.datetime,
    *,
    until: datetime.datetime | None,
) -> Post:
    return posts.assign(person, units[told.unit], told.kind, by=None, at=begun, valid_until=until, note="训练装置")


def _watch(post: Post, told: StoryPerson, systems: dict[str, System]) -> None:
    for key in told.watches:
        SystemPost.objects.create(system=systems[key], post=post)


def _turning(number: int) -> dict[str, Any]:
    """What the register knows of the story's camera that turns."""
    if number != story.DOME_CAMERA:
        return {}
    return {
        "onvif_profile": PROFILE,
        "steering": story.DOME_ABLE,
        "home_preset": "1",
        "view": story.DOME_VIEW,
        **story.DOME_TURNS,
    }


def _addresses(number: int, path: str) -> dict[str, str | bool]:
    """How a camera of the story is taken in; most over RTSP and TCP, one each in another way."""
    if number == story.FILE_CAMERA:
        return {"main_url": f"file:///{FILE}", "sub_url": ""}
    if number == story.MJPEG_CAMERA:
        return {"main_url": f"http://127.0.0.1:0/{path}.mjpg", "sub_url": "", "reencode": True}
    scheme = "rtsps" if number == story.TLS_CAMERA else "rtsp"
    return {
        "main_url": f"{scheme}://127.0.0.1:0/{path}/main",
        "sub_url": f"{scheme}://127.0.0.1:0/{path}/sub",
        "transport": Transport.UDP if number == story.UDP_CAMERA else Transport.TCP,
    }


def _point_cameras(node: Node, port: int, certificate: str) -> None:
    """Send the story's cameras to the ports, and to the certificate, that the simulated ones have this time."""
    ports = {"rtsp": port, "rtsps": port + 2, "http": port + 3}
    changed = False
    for camera in Camera.objects.filter(node=node, main_url__contains="://127.0.0.1:"):
        scheme = camera.main_url.partition("://")[0]
        if scheme not in ports:
            continue
        wanted = {
            "main_url": _with_port(camera.main_url, ports[scheme]),
            "sub_url": _with_port(camera.sub_url, ports[scheme]),
            "certificate": certificate if scheme == "rtsps" else camera.certificate,
            "onvif_port": port + 4 if camera.steering else camera.onvif_port,
        }
        if any(getattr(camera, name) != value for name, value in wanted.items()):
            Camera.objects.filter(pk=camera.pk).update(**wanted)
            changed = True
    if changed:
        bump(node)


def _with_port(url: str, port: int) -> str:
    if not url:
        return ""
    scheme, _, rest = url.partition("://")
    _, _, path = rest.partition("/")
    return f"{scheme}://127.0.0.1:{port}/{path}"
