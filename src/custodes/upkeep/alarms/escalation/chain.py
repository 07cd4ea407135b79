"""Chains: after how many minutes without acknowledgement an alarm is told again, and to which post.

A division's own chain rules for all alarms that lie within it, the deepest division's first; where none is set, `DEFAULTS`
do. There is always one for what is critical: it can be set otherwise, not taken away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from custodes.people.models import PostKind
from custodes.places.models import Camera
from custodes.upkeep.alarms.delivery.recipients import watched_systems
from custodes.upkeep.alarms.kinds import KINDS, Reach
from custodes.upkeep.models import Alarm, AlarmCamera, EscalationChain, Severity

SHORTEST_PAUSE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=4)
"""Behind the last step a critical alarm is told again after twice the last pause, doubling up to this."""


@dataclass(frozen=True)
class Step:
    """One step of a chain.

    Attributes:
        after: how long nobody has acknowledged, counted from the alarm's raising.
        post: who is told then.
    """

    after: timedelta
    post: PostKind


Chain = tuple[Step, ...]


def _chain(*steps: tuple[int, PostKind]) -> Chain:
    return tuple(Step(timedelta(minutes=minutes), post) for minutes, post in steps)


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
        if KINDS[alarm.kind].reach == Reach.INSTALLATION:
            found[alarm.pk] |= everywhere
    return {pk: frozenset(paths) for pk, paths in found.items()}
