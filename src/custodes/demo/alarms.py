"""The story's alarms, each with a real cause: one is over (nobody was told of alarms, then somebody was), one is
acknowledged (a line that was reported), and one waits (a camera without power, which nobody has seen to, so that after some minutes the next post is told); and what two of them come of: a camera turned aside from its declared view, and
a disk too small for what is written to it, with a new one that waits to be added.
"""

from __future__ import annotations

import datetime
from pathlib import Path

from custodes.demo import story
from custodes.demo.logins import PEOPLE
from custodes.demo.people import person
from custodes.people.models import Account, PostKind
from custodes.places.models import Camera, Node, VolumeActionKind, VolumeOrder
from custodes.places.node_client import NodeBusy, NodeUnreachable
from custodes.places.volumes import order_volume
from custodes.upkeep.alarms.conditions.delivery import look_at_recipients
from custodes.upkeep.alarms.delivery import recipients
from custodes.upkeep.alarms.escalation import ChainStep, set_chain
from custodes.upkeep.alarms.keeping import keep
from custodes.upkeep.alarms.kinds.trust import NOBODY_TOLD
from custodes.upkeep.alarms.steps import acknowledge
from custodes.upkeep.declaring import Declaration, declare
from custodes.upkeep.health import forecasts
from custodes.upkeep.models import (
    Alarm,
    AlarmState,
    AlarmSubscription,
    CameraStatus,
    Channel,
    DeclaredView,
    HourRollup,
    Severity,
    SourceState,
    ViewLabel,
)

NEW_DISK = "new-disk"
_ADMINISTRATOR = next(told.username for told in PEOPLE if told.kind == PostKind.SYSTEM_ADMIN)
LAST_DAYS = 15 / 1440
"""When so little is left and no visitor has added the new disk, the story's administrator does: a demo that is left alone goes on recording."""
GROWN = {"大昭寺广场东口": 1.62, "河滨公园步道": 1.24}
"""How many times what it was a camera writes since a week ago: somebody raised the bit rate."""
DAILY = 4_600_000_000
"""Bytes a day of a camera of the story."""


def lay_out_disk(roots: Path) -> None:
    """The folder of the new disk, below the one in which volumes may be added."""
    (roots / NEW_DISK).mkdir(parents=True, exist_ok=True)


def add_disk_in_time(roots: Path, at: datetime.datetime) -> bool:
    """The system administrator of the story adds the new disk before the first one is full, where no visitor did.

    Returns:
        Whether nothing is left to do: it was ordered, by whomever, and no node refused.
    """
    path = roots / NEW_DISK
    orders = VolumeOrder.objects.filter(action=VolumeActionKind.ADD, path=str(path))
    if any(one.waits or one.done for one in orders):
        return True
    for volume in forecasts(capped=True):
        if volume.days_left is not None and volume.days_left < LAST_DAYS:
            administrator = Account.objects.get(username=_ADMINISTRATOR).person
            reason = "存储卷将写满，值班期间无人办理；训练装置没有第二块硬盘"
            order = VolumeOrder(node=volume.node, action=VolumeActionKind.ADD, path=str(path), shared_disk=True)
            order.reason = reason
            order_volume(order, administrator, at)
            return True
    return False


def tell_growth(node: Node, at: datetime.datetime) -> None:
    """Sizes of the two weeks before the story begins."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    rows = []
    for camera in Camera.objects.filter(node=node, record=True):
        for back in range(1, 14 * 24):
            size = DAILY // 24 * (GROWN.get(camera.name, 1.0) if back <= 7 * 24 else 1.0)
            rows.append(
                HourRollup(
                    camera=camera, hour=hour - datetime.timedelta(hours=back), recorded_us=0, owed_us=0, roots="",
                    worker=0, received_at=at, bytes=round(size),
                )
            )  # fmt: skip
    HourRollup.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def declare_story_view(at: datetime.datetime) -> bool:
    """Declare what the camera shows now, as its caretaker; once for an installation, as soon as it is recorded.

    Returns:
        Whether nothing is left to do.
    """
    camera = Camera.objects.select_related("node").filter(name=story.MOVED).first()
    if camera is None or DeclaredView.objects.filter(camera=camera).exists():
        return True
    if not CameraStatus.objects.filter(camera=camera, state=SourceState.RECORDING).exists():
        return False
    try:
        declare(camera, Declaration(ViewLabel.DAY, story.MOVED_REASON, None), person(story.TENDS_ROADS), at)
    except (NodeUnreachable, NodeBusy):
        return False
    return True


def name_recipients(at: datetime.datetime) -> bool:
    """Nobody is told of alarms yet, so that there is an alarm; then two name themselves, and it is over.

    Returns:
        Whether it was done now: once for an installation.
    """
    if Alarm.objects.exists() or AlarmSubscription.objects.exists():
        return False
    keep((NOBODY_TOLD,), look_at_recipients(at), at)
    for kind in (PostKind.DUTY_LEAD, PostKind.SYSTEM_ADMIN):
        person = _account(kind).person
        told = AlarmSubscription(
            post=person.posts.get(kind=kind),
            channel=Channel.PAGE,
            severity=Severity.NOTICE,
            created_by=person,
            created_at=at,
        )
        recipients.add(told, by=person, at=at)
    keep((NOBODY_TOLD,), look_at_recipients(at), at)
    _call_soon(at)
    return True


def _call_soon(at: datetime.datetime) -> None:
    """What nobody acknowledges is told again within minutes, so that a visitor sees it happen."""
    admin = _account(PostKind.SYSTEM_ADMIN).person
    division = admin.posts.get(kind=PostKind.SYSTEM_ADMIN).unit.division
    minutes = {PostKind.DUTY_LEAD: 3, PostKind.SYSTEM_ADMIN: 8}
    chain = tuple(ChainStep(datetime.timedelta(minutes=after), post) for post, after in minutes.items())
    set_chain(division, Severity.SERIOUS, chain, by=admin, at=at)


def acknowledge_known(at: datetime.datetime) -> bool:
    """The duty lead acknowledges the camera whose line is down, once its alarm has been raised.

    Returns:
        Whether nothing is left to do.
    """
    alarm = Alarm.objects.filter(kind="camera.down", state=AlarmState.OPEN, name=story.REPORTED).first()
    if alarm is None:
        return False
    if not alarm.events.filter(step="acknowledged").exists():
        acknowledge(alarm, by=_account(PostKind.DUTY_LEAD).person, words=story.REPORTED_WORDS, at=at)
    return True


def _account(kind: str) -> Account:
    username = next(told.username for told in PEOPLE if told.kind == kind)
    return Account.objects.select_related("person").get(username=username)
