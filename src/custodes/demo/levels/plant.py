"""Unit, people, system and, in the county, cameras of one level; in an installation that has them nothing but camera ports changes."""

from __future__ import annotations

import datetime

from django.db import transaction

from custodes.demo.levels.story import CAMERAS, PEOPLE, Level, lower_of
from custodes.demo.plant import NotTraining
from custodes.demo.story import PASSWORD
from custodes.people import accounts, credentials, posts
from custodes.people.models import Division, Person, PostKind, Unit, UnitKind
from custodes.people.models.credential import OF_PERSONS, PROFESSIONAL
from custodes.people.records import config_changed, differences, snapshot
from custodes.places.assignment import bump
from custodes.places.models import (
    Camera,
    CameraState,
    Network,
    Node,
    PlaceRole,
    PlaceRoleKind,
    Site,
    SiteCategory,
    System,
    SystemPost,
    SystemRole,
    SystemState,
)
from custodes.places.models.site import SystemRoleKind
from custodes.settings import get_settings
from custodes.video.wire.seal import seal, seal_key_from_base64

_HELD = datetime.timedelta(days=150)
_APPOINTED = datetime.timedelta(days=200)
_TRAINED = datetime.timedelta(days=60)
SYSTEM = "城区道路视频系统"


def system_of(told: Level) -> str:
    """The name of the level's system: its own cameras in the county, those of the level below elsewhere."""
    lower = lower_of(told.key)
    return SYSTEM if lower is None else f"{lower.place}共享点位"


def plant(told: Level, now: datetime.datetime, *, camera_port: int, user: str, password: str) -> None:
    """Plant it.

    Args:
        camera_port: RTSP port of the simulated cameras on loopback, where the level has cameras of its own.
        user, password: their login.

    Raises:
        NotTraining: this installation holds, or may hold, real footage.
    """
    if not get_settings().training:
        raise NotTraining("The levels are planted only where CUSTODES_TRAINING is on.")
    with transaction.atomic():
        node = Node.objects.get(name=get_settings().node_name)
        if not Unit.objects.filter(name=told.unit).exists():
            unit = _unit(told, now)
            system = _system(told, unit, now)
            _people(told, unit, system, now)
            if lower_of(told.key) is None:
                _cameras(system, node, user, password, now)
        _point_cameras(node, camera_port)


def _unit(told: Level, now: datetime.datetime) -> Unit:
    unit = Unit.objects.create(
        name=told.unit,
        kind=UnitKind.PUBLIC_SECURITY,
        division=Division.objects.get(code=told.division),
        uscc=told.uscc,
        address="林廓北路",
        contact="技防管理科",
        phone="0891-6320001",
    )
    config_changed(unit, differences({}, snapshot(unit)), by=None, at=now)
    return unit


def _system(told: Level, unit: Unit, now: datetime.datetime) -> System:
    """One that was there before the regulation (S16.2b), so that it may run at once."""
    below = lower_of(told.key) or told
    site = Site.objects.create(
        name=f"{below.place}公共区域（训练）",
        category=SiteCategory.ROADS,
        address=below.place,
        division=Division.objects.get(code=below.division),
        unit=unit,
        basis="N7.1",
        necessity="人流、车流密集，须及时处置突发情况（训练）",
        state_owned=True,
        secret_near="no",  # noqa: S106 - no password: nothing of state secrecy is near
    )
    since = (now - _HELD).date()
    system = System.objects.create(
        site=site, name=system_of(told), unit=unit, network=Network.VIDEO, state=SystemState.LEGACY
    )
    PlaceRole.objects.create(site=site, unit=unit, role=PlaceRoleKind.MANAGER, since=since)
    for role in (SystemRoleKind.BUILDER, SystemRoleKind.USER, SystemRoleKind.MANAGER):
        SystemRole.objects.create(system=system, unit=unit, role=role, since=since)
    return system


def _people(told: Level, unit: Unit, system: System, now: datetime.datetime) -> None:
    for (username, kind), name in zip(PEOPLE, told.names, strict=True):
        number = f"{told.division[:4]}{PEOPLE.index((username, kind)) + 1:02d}"
        person = Person.objects.create(name=name, unit=unit, work_number=number)
        config_changed(person, differences({}, snapshot(person)), by=None, at=now)
        account, _ = accounts.open_account(person, username, by=None, at=now)
        account.set_password(PASSWORD)
        account.must_change_password = False
        account.save(update_fields=["password", "must_change_password"])
        post = posts.assign(person, unit, kind, by=None, at=now - _APPOINTED, note="训练装置")
        if kind == PostKind.DUTY_OFFICER:
            SystemPost.objects.create(system=system, post=post)
        if kind in credentials.STAFF_POSTS:
            _trained(person, now)


def _trained(person: Person, now: datetime.datetime) -> None:
    for kind in OF_PERSONS:
        if kind not in PROFESSIONAL:
            values = {
                "kind": kind, "number": "", "issuer": "训练中心", "issued": (now - _TRAINED).date(), "valid_until": None,
            }  # fmt: skip
            credentials.enter(person, values, by=None, at=now)


def _cameras(system: System, node: Node, user: str, password: str, now: datetime.datetime) -> None:
    sealed = seal(seal_key_from_base64(node.seal_key), password)
    for order, (name, place) in enumerate(CAMERAS, start=1):
        Camera.objects.create(
            system=system,
            number=f"ROADS-{order:02d}",
            name=name,
            place=place,
            # Completed by `_point_cameras`, which knows the port of this start.
            main_url=f"rtsp://127.0.0.1:0/cam-{order:02d}/main",
            sub_url=f"rtsp://127.0.0.1:0/cam-{order:02d}/sub",
            username=user,
            sealed_password=sealed,
            node=node,
            state=CameraState.CONNECTED,
            connected_at=now,
        )


def _point_cameras(node: Node, port: int) -> None:
    """Send the cameras to the port that the simulated ones have this time."""
    for camera in Camera.objects.filter(node=node, main_url__startswith="rtsp://127.0.0.1:"):
        path = camera.main_url.split("/")[3]
        main, sub = (f"rtsp://127.0.0.1:{port}/{path}/{stream}" for stream in ("main", "sub"))
        if camera.main_url != main:
            Camera.objects.filter(pk=camera.pk).update(main_url=main, sub_url=sub)
            bump(node)
