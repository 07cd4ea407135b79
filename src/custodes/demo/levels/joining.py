"""Platforms and links of one level, each by the house's own steps: asked, examined, tested in its five parts, put in force by another person;
what the upper may have proposed by one and approved by another."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from custodes.cases.taking import take
from custodes.demo.levels.plant import system_of
from custodes.demo.levels.story import DOME_DEVICE, KEEPS, LINKS, STARTS, Level, below_of, lower_of, upper_of
from custodes.demo.people import DAY, person, step
from custodes.demo.sharing import approve_grant, ask_first_trials, plant_below, propose_grant, settle
from custodes.people.lawful import terms
from custodes.people.models import Unit
from custodes.places.devices.entering import enter_device, password_mark, renew_password
from custodes.places.models import Camera, CameraState, GbDevice, MediaWay, System
from custodes.sharing.links.case import LINK, ask
from custodes.sharing.links.entering import save
from custodes.sharing.models import GrantState, Link, Platform, Verb
from custodes.sharing.models.link import OPEN
from custodes.sharing.tree import changing

Address = tuple[str, int]
"""Host and port of a platform's signalling."""
Statements = tuple[str, str]
"""Where a platform takes statements of who asks, and the certificate of its gateway."""

GRANTED_DAYS = 90
NEED = "上下级平台级联"
WHY = "日常巡查和突发事件处置（训练）"
GRANTED = (Verb.LIVE, Verb.HISTORY, Verb.DOWNLOAD, Verb.STEER)
ORGANISATION = "道路和公共区域"
DOME_NAME = "大昭寺广场录像机（训练）"


def enter_platforms(
    told: Level,
    addresses: Mapping[str, Address],
    now: datetime.datetime,
    statements: Mapping[str, Statements] | None = None,
) -> None:
    """The own platform, the one above, the one below; a link with each of the last two. A platform that stands elsewhere this time is
    changed: its link waits to be tested again.

    Args:
        addresses: ``own``, ``upper``, ``lower``.
        statements: of ``upper`` and ``lower``, as they were handed over.
    """
    handed = statements or {}
    rows = (("own", told), ("upper", upper_of(told.key)), ("lower", lower_of(told.key)))
    with transaction.atomic():
        for role, one in rows:
            if one is not None:
                _enter(told, role, one, addresses[role], handed.get(role, ("", "")), now)
        for role in ("upper", "lower"):
            platform = Platform.objects.filter(office__name=told.unit, role=role).first()
            if platform is not None and not platform.links.exists():
                by = person(LINKS)
                link = ask(platform, step(by, now, NEED, need=NEED), terms())
                take(LINK, link, "examine", step(by, now, test_on=None), terms())
        below = _link(told, "lower")
        if below is not None:
            settle(below, person(LINKS), person(STARTS), now)


def hand_out(told: Level, now: datetime.datetime, *, joined: bool) -> str:
    """Enter the platform below as a device that may register here.

    Args:
        joined: it has its password; else it gets one, a new one where the first was lost on the way.

    Returns:
        The password, to be handed over; empty where it has one.
    """
    lower = lower_of(told.key)
    if lower is None:
        return ""
    by = person(KEEPS)
    device = GbDevice.objects.filter(gb_id=lower.gb_id).order_by("-entered_at").first()
    if device is None:
        system = System.objects.get(name=system_of(told))
        return enter_device(GbDevice(gb_id=lower.gb_id, name=lower.platform, system=system), by, now)
    return "" if joined or device.retired_at is not None else renew_password(device, by, now, password_mark(device))


def enter_dome(told: Level, password: str, now: datetime.datetime) -> None:
    """Enter the simulated device of the lowest level, with the password that it has; nothing where it was entered, retired or not."""
    if not GbDevice.objects.filter(gb_id=DOME_DEVICE).exists():
        system = System.objects.get(name=system_of(told))
        device = GbDevice(gb_id=DOME_DEVICE, name=DOME_NAME, system=system, media=MediaWay.UDP)
        enter_device(device, person(KEEPS), now, simulated=password)


def enter_below(told: Level, made: Mapping[str, str], now: datetime.datetime) -> None:
    """Enter the simulated platforms below of a level that has some; their links wait for their test.

    Args:
        made: their passwords.
    """
    rows = below_of(told.key)
    if rows:
        system = System.objects.get(name=system_of(told))
        plant_below(rows, NEED, system, person(LINKS), now, made, keeps=person(KEEPS))


def try_below(told: Level, now: datetime.datetime) -> None:
    """Have those tried that the level wants tried and nobody had tried."""
    rows = below_of(told.key)
    if rows:
        ask_first_trials(rows, person(LINKS), now)


def join_upper(told: Level, password: str, now: datetime.datetime) -> None:
    """Put the link with the platform above in force.

    Args:
        password: that the upper made; empty where the link has it.
    """
    link = _link(told, "upper")
    if link is None:
        return
    with transaction.atomic():
        if password:
            take(LINK, link, "secret", step(person(LINKS), now, password=password), terms())
        settle(link, person(LINKS), person(STARTS), now)


def share(told: Level, cameras: Iterable[Camera], now: datetime.datetime) -> None:
    """Show cameras to the platform above: into the tree, grants of what it may have that another person approves, and their alarms.

    Live by the grant alone; recordings and steering for an officer who was stated. What a person took out of the tree, and a grant that a person ended, stay so.
    """
    link = _link(told, "upper")
    lower = lower_of(told.key) or told
    wanted = [camera.pk for camera in cameras]
    if link is None or not wanted:
        return
    by, today = person(LINKS), timezone.localdate(now)
    with transaction.atomic():
        node = link.nodes.filter(parent__isnull=False).first()
        if node is None:
            group = changing.add_node(link, None, lower.place, step(by, now))
            node = changing.add_node(link, group, ORGANISATION, step(by, now))
        there = set(link.shared.values_list("camera", flat=True))
        new = [pk for pk in wanted if pk not in there]
        if new:
            changing.put(link, new, node, step(by, now))
        for verb in GRANTED:
            last = link.grants.filter(verb=verb).order_by("-proposed_at").first()
            if new or last is None or (last.state == GrantState.IN_FORCE and last.until_on < today):
                until = today + GRANTED_DAYS * DAY
                approve_grant(propose_grant(link, verb, by, now, WHY, (today, until)), person(STARTS), now)
        _tell_alarms(link, now)


def _tell_alarms(link: Link, now: datetime.datetime) -> None:
    """Proposed by one, begun by another (S33.1), once: what a person stopped stays so."""
    row = Link.objects.get(pk=link.pk)
    if not row.steps.filter(event="alarms_ask").exists():
        take(LINK, row, "alarms_ask", step(person(LINKS), now, WHY), terms())
        take(LINK, row, "alarms_on", step(person(STARTS), now), terms())


def shown(told: Level) -> list[Camera]:
    """Connected cameras of this level that are to be shown above."""
    rows = Camera.objects.filter(system__name=system_of(told), name__in=told.shown, state=CameraState.CONNECTED)
    return list(rows.order_by("number"))


def _enter(told: Level, role: str, one: Level, address: Address, handed: Statements, now: datetime.datetime) -> None:
    office = Unit.objects.get(name=told.unit)
    row = Platform.objects.filter(office=office, gb_id=one.gb_id).first()
    # A platform above states by its certificate alone; nothing is stated to it.
    handed = ("" if role == "upper" else handed[0], handed[1])
    if row is not None and (row.host, row.port, row.statements_url, row.statements_certificate) == (*address, *handed):
        return
    if row is None:
        row = Platform(
            office=office,
            role=role,
            level=one.key,
            gb_id=one.gb_id,
            name=one.platform,
            unit_name=one.unit,
            custodes=True,
        )
    row.host, row.port = address
    row.statements_url, row.statements_certificate = handed
    save(row, step(person(LINKS), now), terms())


def _link(told: Level, role: str) -> Link | None:
    rows = Link.objects.filter(office__name=told.unit, platform__role=role, state__in=OPEN)
    return rows.select_related("office__division", "platform").first()
