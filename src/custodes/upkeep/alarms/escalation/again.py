"""Tells again what nobody has acknowledged.

Everything that one pass writes for an alarm is one transaction, and the alarm's place in its chain is moved in it by
compare and set: after a crash a step has been told or has not, and two threads never tell it twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation

from custodes.people.models import DUTY_POSTS, DutySession, Person, Post, PostKind
from custodes.settings import get_settings
from custodes.upkeep.alarms.delivery.queue import due_of
from custodes.upkeep.alarms.delivery.recipients import fallback_for, mailbox_of
from custodes.upkeep.alarms.escalation.chain import Chain, Chains, pause_before, posts_of
from custodes.upkeep.alarms.visible import visible_alarms
from custodes.upkeep.models import (
    Alarm,
    AlarmDelivery,
    AlarmEscalation,
    AlarmEvent,
    AlarmState,
    AlarmStep,
    AlarmSubscription,
    AlarmTelling,
    Channel,
    Severity,
)

BATCH = 500


@dataclass(frozen=True)
class Told:
    """Somebody to tell: a person by the post for which they are told, and the ways; no way but the page where empty."""

    person: Person
    post: PostKind
    ways: tuple[AlarmSubscription, ...]


def tell_again(at: datetime) -> int:
    """One pass: begin the chains of fresh alarms and take every step that is due; how many alarms were told again."""
    unanswered = Alarm.objects.filter(state=AlarmState.OPEN, acknowledged_at__isnull=True)
    fresh = list(unanswered.filter(escalation__isnull=True).order_by("-severity", "pk")[:BATCH])
    chains = Chains()
    _begin(fresh, chains.of(fresh), at)
    due = list(
        unanswered.filter(escalation__next_at__lte=at).select_related("escalation").order_by("-severity")[:BATCH]
    )
    if not due:
        return 0
    ruling = chains.of(due)
    who = _Holders(due, at)
    return sum(_step(alarm, ruling[alarm.pk], who, at) for alarm in due)


def _begin(alarms: Sequence[Alarm], chains: dict[object, Chain], at: datetime) -> None:
    rows = []
    for alarm in alarms:
        pause = pause_before(chains[alarm.pk], alarm.severity, 0)
        rows.append(AlarmEscalation(alarm=alarm, counted_from=at, next_at=at + pause if pause is not None else None))
    AlarmEscalation.objects.bulk_create(rows, ignore_conflicts=True)


def _step(alarm: Alarm, chain: Chain, who: _Holders, at: datetime) -> bool:
    """Take the step that is due, and those behind it for whose posts nobody is there; whether anybody was told."""
    row = alarm.escalation
    with transaction.atomic():
        pause = pause_before(chain, alarm.severity, row.position)
        due = row.counted_from + pause if pause is not None else None
        if due is None or due > at:  # the rules have changed meanwhile
            _move(row, row.position, row.rounds, row.counted_from, due)
            return False
        position, told = row.position, list[Told]()
        while not told and (position == row.position or position < len(chain)):
            told = who.of(alarm, posts_of(chain, position))
            if not told:
                _nobody(alarm, posts_of(chain, position), at)
            position += 1
        if not told and alarm.severity >= Severity.CRITICAL:
            told = [Told(each.person, each.post, ()) for each in fallback_for(alarm, at)]
        pause = pause_before(chain, alarm.severity, position)
        if not _move(row, position, row.rounds + 1, at, at + pause if pause is not None else None):
            transaction.set_rollback(True)
            return False
        _write(alarm, told, row.rounds + 1, at)
        return bool(told)


def _move(row: AlarmEscalation, position: int, rounds: int, counted_from: datetime, next_at: datetime | None) -> bool:
    """Compare and set."""
    stands = AlarmEscalation.objects.filter(pk=row.pk, rounds=row.rounds, position=row.position, next_at=row.next_at)
    return bool(stands.update(position=position, rounds=rounds, counted_from=counted_from, next_at=next_at))


def _nobody(alarm: Alarm, posts: Iterable[PostKind], at: datetime) -> None:
    with translation.override(get_settings().language):
        words = "、".join(str(post.label) for post in posts)
    AlarmEvent.objects.create(alarm=alarm, at=at, step=AlarmStep.NOBODY_THERE, words=words[:300])


def _write(alarm: Alarm, told: Sequence[Told], number: int, at: datetime) -> None:
    deliveries, tellings = [], []
    for each in told:
        for way in _ways(each, alarm):
            channel = way.channel if way is not None else Channel.PAGE
            tellings.append(
                AlarmTelling(
                    alarm=alarm,
                    round=number,
                    at=at,
                    person=each.person,
                    post_kind=each.post,
                    channel=channel,
                    subscription=way,
                )
            )
            if way is not None:
                deliveries.append(_delivery(way, alarm, number, at))
    for program in _programs(alarm):
        tellings.append(AlarmTelling(alarm=alarm, round=number, at=at, channel=Channel.HOOK, subscription=program))
        deliveries.append(_delivery(program, alarm, number, at))
    AlarmDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    AlarmTelling.objects.bulk_create(tellings)
    if told:
        names = "、".join(dict.fromkeys(each.person.name for each in told))
        AlarmEvent.objects.create(alarm=alarm, at=at, step=AlarmStep.TOLD_AGAIN, words=names[:300])


def _ways(told: Told, alarm: Alarm) -> list[AlarmSubscription | None]:
    """The ways to tell somebody; None is the page alone. For what is critical the last address that they gave will do."""
    if told.ways:
        return [*told.ways]
    return [mailbox_of(told.person) if alarm.severity >= Severity.CRITICAL else None]


def _delivery(way: AlarmSubscription, alarm: Alarm, number: int, at: datetime) -> AlarmDelivery:
    # A recipient whose quiet hours hold critical alarms back relies on somebody else, and nobody has come.
    held = alarm.severity < Severity.CRITICAL
    return AlarmDelivery(
        subscription=way,
        alarm=alarm,
        step=AlarmStep.TOLD_AGAIN,
        round=number,
        created_at=at,
        due_at=due_of(way, alarm, at) if held else at,
    )


def _programs(alarm: Alarm) -> list[AlarmSubscription]:
    """Programs that were told of the raising: they carry it on to telephones and boards."""
    rows = AlarmSubscription.objects.filter(
        channel=Channel.HOOK, ended_at__isnull=True, pk__in=alarm.tellings.filter(round=0).values("subscription")
    )
    return list(rows)


class _Holders:
    """Who holds which post and sees which of some alarms: asked once a pass, however many alarms there are."""

    def __init__(self, alarms: Sequence[Alarm], at: datetime) -> None:
        self._at = at
        self._keys = [alarm.pk for alarm in alarms]
        self._seeing: dict[PostKind, list[tuple[Told, frozenset[object], bool]]] = {}

    def of(self, alarm: Alarm, posts: Iterable[PostKind]) -> list[Told]:
        """The posts' holders who see the alarm, each once; of duty posts those who stand duty, if any of them does."""
        found: dict[int, Told] = {}
        for post in posts:
            seeing = [(told, on_duty) for told, keys, on_duty in self._holders(post) if alarm.pk in keys]
            standing = [told for told, on_duty in seeing if on_duty]
            for told in standing or [told for told, _on_duty in seeing]:
                found.setdefault(told.person.pk, told)
        return list(found.values())

    def _holders(self, post: PostKind) -> list[tuple[Told, frozenset[object], bool]]:
        if post not in self._seeing:
            people = Person.objects.filter(pk__in=Post.objects.valid(self._at).filter(kind=post).values("person"))
            on_duty = set()
            if post in DUTY_POSTS:
                sessions = DutySession.objects.running(self._at).filter(post__kind=post)
                on_duty = set(sessions.values_list("person", flat=True))
            self._seeing[post] = [
                (Told(person, post, self._ways(person)), self._sees(person), person.pk in on_duty)
                for person in people.order_by("pk")
            ]
        return self._seeing[post]

    def _sees(self, person: Person) -> frozenset[object]:
        seen = visible_alarms(person, self._at).filter(pk__in=self._keys)
        return frozenset(seen.values_list("pk", flat=True))

    def _ways(self, person: Person) -> tuple[AlarmSubscription, ...]:
        rows = AlarmSubscription.objects.valid(self._at).filter(post__person=person, channel=Channel.MAIL)
        return tuple({row.address: row for row in rows}.values())  # several posts may name one address
