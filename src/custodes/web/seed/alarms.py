"""The story's alarms, each with a real cause: one is over (nobody was told of alarms, then somebody was), one is
acknowledged (a line that was reported), and one waits (a camera without power, which nobody has seen to, so that after some minutes the next post is told).
"""

from __future__ import annotations

import datetime

from custodes.people.models import Account, PostKind
from custodes.upkeep.alarms.acknowledging import acknowledge
from custodes.upkeep.alarms.conditions.delivery import look_at_recipients
from custodes.upkeep.alarms.delivery import recipients_change
from custodes.upkeep.alarms.escalation.chain import Step
from custodes.upkeep.alarms.escalation.change import set_chain
from custodes.upkeep.alarms.keeping import keep
from custodes.upkeep.alarms.kinds.trust import NOBODY_TOLD
from custodes.upkeep.models import Alarm, AlarmState, AlarmSubscription, Channel, Severity
from custodes.web.seed import story


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
        recipients_change.add(told, by=person, at=at)
    keep((NOBODY_TOLD,), look_at_recipients(at), at)
    _call_soon(at)
    return True


def _call_soon(at: datetime.datetime) -> None:
    """What nobody acknowledges is told again within minutes, so that a visitor sees it happen."""
    admin = _account(PostKind.SYSTEM_ADMIN).person
    division = admin.posts.get(kind=PostKind.SYSTEM_ADMIN).unit.division
    minutes = {PostKind.DUTY_LEAD: 3, PostKind.SYSTEM_ADMIN: 8}
    chain = tuple(Step(datetime.timedelta(minutes=after), post) for post, after in minutes.items())
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
    username = next(told.username for told in story.PEOPLE if told.kind == kind)
    return Account.objects.select_related("person").get(username=username)
