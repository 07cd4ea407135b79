"""Telling again: chains say after how many minutes without acknowledgement an alarm is told again, and to which post; a division sets its own, or
goes back to the one that held without it; and the pass that tells again what nobody has acknowledged.

A division's own chain rules for all alarms that lie within it, the deepest division's first; where none is set, `DEFAULTS`
do. There is always one for what is critical: it can be set otherwise, not taken away.

Everything that one pass writes for an alarm is one transaction, and the alarm's place in its chain is moved in it by
compare and set: after a crash a step has been told or has not, and two threads never tell it twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from custodes.people.models import DUTY_POSTS, Division, DutySession, Person, Post, PostKind
from custodes.people.records import config_changed, differences, snapshot
from custodes.places.models import Camera
from custodes.settings import get_settings
from custodes.upkeep.alarms.delivery.queue import due_of
from custodes.upkeep.alarms.delivery.recipients import fallback_for, mailbox_of, watched_systems
from custodes.upkeep.alarms.kinds import KINDS, AlarmReach
from custodes.upkeep.alarms.visible import visible_alarms
from custodes.upkeep.models import (
    Alarm,
    AlarmCamera,
    AlarmDelivery,
    AlarmEscalation,
    AlarmEvent,
    AlarmState,
    AlarmStep,
    AlarmSubscription,
    AlarmTelling,
    Channel,
    EscalationChain,
    Severity,
)
from custodes.upkeep.models.alarm import look_again

SHORTEST_PAUSE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=4)
"""Behind the last step a critical alarm is told again after twice the last pause, doubling up to this."""


@dataclass(frozen=True)
class ChainStep:
    """One step of a chain.

    Attributes:
        after: how long nobody has acknowledged, counted from the alarm's raising.
        post: who is told then.
    """

    after: timedelta
    post: PostKind


Chain = tuple[ChainStep, ...]


def _chain(*steps: tuple[int, PostKind]) -> Chain:
    return tuple(ChainStep(timedelta(minutes=minutes), post) for minutes, post in steps)


DEFAULTS: Mapping[Severity, Chain] = {
    Severity.CRITICAL: _chain((5, PostKind.DUTY_LEAD), (15, PostKind.SYSTEM_ADMIN)),
    Severity.SERIOUS: _chain((30, PostKind.DUTY_LEAD), (120, PostKind.SYSTEM_ADMIN)),
    Severity.NOTICE: (),
}


def pause_before(chain: Chain, severity: int, position: int) -> timedelta | None:
    """How long after the telling before it, or after the beginning, a step comes; None when the chain is over.

    Args:
        chain: its steps.
        severity: the alarm's; only a critical one goes on behind the last step.
        position: which step, the first is 0.
    """
    if position < len(chain):
        return chain[position].after - (chain[position - 1].after if position else timedelta(0))
    if severity < Severity.CRITICAL or not chain:
        return None
    last = chain[-1].after - (chain[-2].after if len(chain) > 1 else timedelta(0))
    doublings: int = 2 ** min(position - len(chain) + 1, 10)
    return min(max(last, SHORTEST_PAUSE) * doublings, LONGEST_PAUSE)


def posts_of(chain: Chain, position: int) -> list[PostKind]:
    """Whom a step tells: its own post; behind the last step all of the chain's."""
    if position < len(chain):
        return [chain[position].post]
    return list(dict.fromkeys(step.post for step in chain))


def steps_of(row: EscalationChain) -> Chain:
    """A stored chain."""
    return _chain(*((step["after"], PostKind(step["post"])) for step in row.steps))


def in_words(chain: Chain, severity: int) -> str:
    """A chain in one plain sentence."""
    if not chain:
        return _("无人确认时不再次通知。")
    parts = [
        _("%(minutes)d 分钟无人确认，通知%(post)s")
        % {"minutes": step.after // timedelta(minutes=1), "post": step.post.label}
        for step in chain
    ]
    if severity >= Severity.CRITICAL:
        pauses = [pause_before(chain, severity, len(chain) + more) or timedelta(0) for more in (0, 1)]
        parts.append(
            _("此后每隔 %(first)d、%(second)d 分钟……（最长 4 小时）通知以上各岗位，直到有人确认")
            % {"first": pauses[0] // timedelta(minutes=1), "second": pauses[1] // timedelta(minutes=1)}
        )
    return _("；").join(parts) + _("。")


class Chains:
    """The chains that rule now."""

    def __init__(self) -> None:
        rows = EscalationChain.objects.filter(ended_at__isnull=True).select_related("division")
        self._own = {(row.division.path, row.severity): steps_of(row) for row in rows}

    def of(self, alarms: Sequence[Alarm]) -> dict[object, Chain]:
        """Each alarm's chain, by its key."""
        places = _places(alarms) if self._own else {}
        return {alarm.pk: self._ruling(places.get(alarm.pk, frozenset()), alarm.severity) for alarm in alarms}

    def _ruling(self, paths: frozenset[str], severity: int) -> Chain:
        fits = [
            path
            for path, ruled in self._own
            if ruled == severity and paths and all(each.startswith(path) for each in paths)
        ]
        return self._own[max(fits, key=len), severity] if fits else DEFAULTS[Severity(severity)]


def _places(alarms: Iterable[Alarm]) -> dict[object, frozenset[str]]:
    """Paths of the divisions that each alarm is about; the installation's own are about all that are watched."""
    alarms = list(alarms)
    found: dict[object, set[str]] = defaultdict(set)
    rows = AlarmCamera.objects.filter(alarm__in=[alarm.pk for alarm in alarms])
    for pk, path in rows.values_list("alarm", "camera__system__site__division__path").distinct():
        found[pk].add(path)
    nodes = {alarm.node_id for alarm in alarms if alarm.node_id is not None}
    of_node: dict[int, set[str]] = defaultdict(set)
    recorded = Camera.objects.taken_in().filter(node__in=nodes)
    for node, path in recorded.values_list("node", "system__site__division__path").distinct():
        of_node[node].add(path)
    everywhere = set(watched_systems().values_list("site__division__path", flat=True))
    for alarm in alarms:
        if alarm.node_id is not None:
            found[alarm.pk] |= of_node[alarm.node_id]
        if KINDS[alarm.kind].reach == AlarmReach.INSTALLATION:
            found[alarm.pk] |= everywhere
    return {pk: frozenset(paths) for pk, paths in found.items()}


MOST_STEPS = 4
LATEST = timedelta(days=1)
LATEST_FIRST = {Severity.CRITICAL: timedelta(hours=1), Severity.SERIOUS: LATEST, Severity.NOTICE: LATEST}
"""A critical alarm that nobody has acknowledged in an hour must have reached a second post."""


class ChainRefused(Exception):
    """It can't be set like this; the text says why, for the person."""


def set_chain(division: Division, severity: Severity, chain: Chain, *, by: Person, at: datetime) -> EscalationChain:
    """Set it; what held before is ended.

    Raises:
        ChainRefused: no step, too many, not in the order of time, or the first too late.
    """
    _check(chain, severity)
    with transaction.atomic():
        before = _end(division, severity, at)
        row = EscalationChain.objects.create(
            division=division,
            severity=severity,
            steps=[{"after": step.after // timedelta(minutes=1), "post": str(step.post)} for step in chain],
            created_by=by,
            created_at=at,
        )
        config_changed(row, differences(_recorded(before) if before else {}, _recorded(row)), by=by, at=at)
        look_again(at)
    return row


def end_chain(row: EscalationChain, *, by: Person, at: datetime) -> None:
    """Take a division's own chain back; the division's above holds, or the installation's.

    Raises:
        ChainRefused: it was taken back already.
    """
    with transaction.atomic():
        ended = _end(row.division, Severity(row.severity), at, row.pk)
        if ended is None:
            raise ChainRefused(_("该规则已经停用。"))
        config_changed(ended, {"ended_at": (None, at)}, by=by, at=at)
        look_again(at)


def _end(division: Division, severity: Severity, at: datetime, pk: int | None = None) -> EscalationChain | None:
    rows = EscalationChain.objects.select_for_update().filter(
        division=division, severity=severity, ended_at__isnull=True
    )
    row = (rows.filter(pk=pk) if pk is not None else rows).first()
    if row is not None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
    return row


def _recorded(row: EscalationChain) -> dict[str, object]:
    """What the log says of it: each step as ``5 duty_lead``."""
    return snapshot(row) | {"steps": [f"{step['after']} {step['post']}" for step in row.steps]}


def _check(chain: Chain, severity: Severity) -> None:
    if not chain:
        raise ChainRefused(_("至少填写一步。"))
    if len(chain) > MOST_STEPS:
        raise ChainRefused(_("最多 %(count)d 步。") % {"count": MOST_STEPS})
    times = [step.after for step in chain]
    if times != sorted(set(times)) or times[0] <= timedelta(0):
        raise ChainRefused(_("每一步的分钟数应当比前一步大。"))
    if times[0] > LATEST_FIRST[severity]:
        raise ChainRefused(
            _("第一步不能晚于 %(minutes)d 分钟：紧急告警无人确认时，应当及时有人接手（第三十四条第一项）。")
            % {"minutes": LATEST_FIRST[severity] // timedelta(minutes=1)}
        )
    if times[-1] > LATEST:
        raise ChainRefused(_("最后一步不能晚于 %(minutes)d 分钟。") % {"minutes": LATEST // timedelta(minutes=1)})


BATCH = 500


@dataclass(frozen=True)
class AlarmRecipient:
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
        position, told = row.position, list[AlarmRecipient]()
        while not told and (position == row.position or position < len(chain)):
            told = who.of(alarm, posts_of(chain, position))
            if not told:
                _nobody(alarm, posts_of(chain, position), at)
            position += 1
        if not told and alarm.severity >= Severity.CRITICAL:
            told = [AlarmRecipient(each.person, each.post, ()) for each in fallback_for(alarm, at)]
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


def _write(alarm: Alarm, told: Sequence[AlarmRecipient], number: int, at: datetime) -> None:
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


def _ways(told: AlarmRecipient, alarm: Alarm) -> list[AlarmSubscription | None]:
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
        self._seeing: dict[PostKind, list[tuple[AlarmRecipient, frozenset[object], bool]]] = {}

    def of(self, alarm: Alarm, posts: Iterable[PostKind]) -> list[AlarmRecipient]:
        """The posts' holders who see the alarm, each once; of duty posts those who stand duty, if any of them does."""
        found: dict[int, AlarmRecipient] = {}
        for post in posts:
            seeing = [(told, on_duty) for told, keys, on_duty in self._holders(post) if alarm.pk in keys]
            standing = [told for told, on_duty in seeing if on_duty]
            for told in standing or [told for told, _on_duty in seeing]:
                found.setdefault(told.person.pk, told)
        return list(found.values())

    def _holders(self, post: PostKind) -> list[tuple[AlarmRecipient, frozenset[object], bool]]:
        if post not in self._seeing:
            people = Person.objects.filter(pk__in=Post.objects.valid(self._at).filter(kind=post).values("person"))
            on_duty = set()
            if post in DUTY_POSTS:
                sessions = DutySession.objects.running(self._at).filter(post__kind=post)
                on_duty = set(sessions.values_list("person", flat=True))
            self._seeing[post] = [
                (AlarmRecipient(person, post, self._ways(person)), self._sees(person), person.pk in on_duty)
                for person in people.order_by("pk")
            ]
        return self._seeing[post]

    def _sees(self, person: Person) -> frozenset[object]:
        seen = visible_alarms(person, self._at).filter(pk__in=self._keys)
        return frozenset(seen.values_list("pk", flat=True))

    def _ways(self, person: Person) -> tuple[AlarmSubscription, ...]:
        rows = AlarmSubscription.objects.valid(self._at).filter(post__person=person, channel=Channel.MAIL)
        return tuple({row.address: row for row in rows}.values())  # several posts may name one address


def mark_read(alarm: Alarm, person: Person, at: datetime) -> None:
    """The person has the alarm's page before them."""
    alarm.tellings.filter(person=person, read_at__isnull=True).update(read_at=at)


def next_telling(alarm: Alarm) -> tuple[datetime, str] | None:
    """When it will be told again if nobody acknowledges, and to which posts; None when it will not."""
    row = getattr(alarm, "escalation", None)
    if row is None or row.next_at is None or alarm.acknowledged_at is not None or alarm.cleared_at is not None:
        return None
    posts = posts_of(Chains().of([alarm])[alarm.pk], row.position)
    return row.next_at, "、".join(str(post.label) for post in posts)
