"""Cameras that should be recorded and are not, put together as they fell.

What fell together is one thing to do: many cameras of a node at once are a switch or a cable, some of one site at once are
that site's supply or line, one alone is one. A camera that is in an alarm stays in it until that alarm is over, so that
an alarm keeps its identity while cameras come back one by one. Cameras of a node or worker that nobody hears of are told
by that alarm, and by none of their own. A camera that a maintenance window covers is told apart from the others: it makes
none of them many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from custodes.places.models import Camera, Node
from custodes.upkeep.alarms.condition import CameraSince, Condition, ConditionSource, Fact
from custodes.upkeep.alarms.conditions.nodes import silent_nodes, silent_workers
from custodes.upkeep.alarms.kinds import AlarmKind
from custodes.upkeep.alarms.kinds.cameras import DOWN, LOST, SILENT
from custodes.upkeep.alarms.windows import Windows
from custodes.upkeep.models import AlarmCamera, AlarmState, SourceState
from custodes.upkeep.models.status import STALE
from custodes.video.wire.assignment import worker_of

TOGETHER = timedelta(minutes=2)
"""Cameras of one site whose trouble began within this time of the one before fell together."""

MANY = 50
"""So many cameras of one node and more than one site, fallen together, are the node's network and not theirs."""

MANY_OF_FEW = 10
"""Where a node has fewer: at least so many, and at least half of all that it records."""

_BAD = (SourceState.CONNECTING, SourceState.SILENT, SourceState.REFUSED, SourceState.NETWORK)
UNREPORTED = "unreported"


@dataclass(frozen=True)
class Fallen:
    """One camera that is not recorded."""

    camera: UUID
    name: str
    site: UUID
    site_name: str
    node: int
    state: str
    since: datetime

    @property
    def kind(self) -> AlarmKind:
        """Which kind of alarm it is by itself."""
        return SILENT if self.state == SourceState.SILENT else DOWN


@dataclass(frozen=True)
class FallenGroup:
    """Which alarm fallen cameras belong to."""

    kind: str
    subject: str


def look(now: datetime) -> Iterator[Condition]:
    """What is so."""
    fallen = sorted(_fallen(now), key=lambda one: (one.since, one.camera))
    groups, windows = _standing(), Windows.at(now)
    together: dict[FallenGroup, list[Fallen]] = defaultdict(list)
    fresh = []
    for one in fallen:
        group = groups.get(one.camera)
        if group is None and windows.over(one.camera, one.kind, one.since) is not None:
            yield _condition(FallenGroup(one.kind.key, f"cameras:{one.camera}"), [one], {})
        elif group is None:
            fresh.append(one)
        else:
            together[group].append(one)
    for group in [group for group, members in together.items() if _is_past(group, members)]:
        fresh += together.pop(group)
    fresh.sort(key=lambda one: (one.since, one.camera))
    for group, members in _put_together(fresh, together, now):
        together[group].extend(members)
    nodes = {node.pk: node.name for node in Node.objects.all()} if together else {}
    for group, members in together.items():
        yield _condition(group, members, nodes)


def _fallen(now: datetime) -> Iterator[Fallen]:
    """Every camera that should be recorded and is not; how long is for the alarm's kind to ask."""
    silent, workers = silent_nodes(now), silent_workers(now)
    numbers = dict(Node.objects.values_list("pk", "workers"))
    rows = (
        Camera.objects.taken_in().filter(record=True)
        .exclude(node__in=list(silent))
        .filter(Q(status__isnull=True) | Q(status__at__lt=now - STALE) | Q(status__state__in=_BAD))
        .values_list(
            "pk", "name", "system__site", "system__site__name", "node",
            "status__state", "status__since", "status__at", "connected_at",
        )
    )  # fmt: skip
    for pk, name, site, site_name, node, state, since, at, connected_at in rows.iterator(chunk_size=2000):
        if workers and (node, worker_of(pk, max(1, numbers.get(node, 1)))) in workers:
            continue
        known = state is not None and at >= now - STALE
        begun = since if known else at or connected_at or now
        yield Fallen(pk, name, site, site_name, node, state if known else UNREPORTED, begun)


def _is_past(group: FallenGroup, members: list[Fallen]) -> bool:
    """Of many that fell together few are left: the network is back, and what is left has reasons of its own."""
    return group.kind == LOST.key and len(members) < MANY_OF_FEW


def _standing() -> dict[UUID, FallenGroup]:
    """Cameras that are in a raised alarm, whether or not they have come back meanwhile.

    What only waits is put together anew at each look: when everything starts at once, all cameras are missing for a moment.
    """
    rows = AlarmCamera.objects.filter(alarm__kind__in=[DOWN.key, SILENT.key, LOST.key], alarm__state=AlarmState.OPEN)
    return {
        camera: FallenGroup(kind, subject)
        for camera, kind, subject in rows.values_list("camera", "alarm__kind", "alarm__subject")
    }


def _put_together(
    fresh: list[Fallen], standing: dict[FallenGroup, list[Fallen]], now: datetime
) -> Iterator[tuple[FallenGroup, list[Fallen]]]:
    """Cameras that are in no alarm yet: to a node's, to one of their site's that still grows, or to a new one.

    An alarm that is raised takes only cameras whose trouble has lasted as long as its own had to: a moment's absence of its
    neighbours must not undo an acknowledgement.
    """
    left = list(fresh)
    for node, members in _by_node(fresh).items():
        if _is_many(node, members):
            yield FallenGroup(LOST.key, f"node-cameras:{node}"), members
            taken = {one.camera for one in members}
            left = [one for one in left if one.camera not in taken]
    growing = _growing(standing)
    for run in _runs(left):
        first = run[0]
        near = (group for group, since in growing.get(first.site, ()) if abs(first.since - since) <= TOGETHER)
        found = next(near, None) if now - run[-1].since >= DOWN.lasting else None
        kind = SILENT if all(one.state == SourceState.SILENT for one in run) else DOWN
        yield found or FallenGroup(kind.key, f"cameras:{first.camera}"), run


def _by_node(fresh: Iterable[Fallen]) -> dict[int, list[Fallen]]:
    nodes: dict[int, list[Fallen]] = defaultdict(list)
    for one in fresh:
        nodes[one.node].append(one)
    return {node: run for node, members in nodes.items() for run in [_longest_run(members)]}


def _longest_run(members: list[Fallen]) -> list[Fallen]:
    """The most of them that fell together."""
    return max(_split(members), key=len)


def _split(members: list[Fallen]) -> list[list[Fallen]]:
    """Runs in which each fell within `TOGETHER` of the one before; `members` are in the order of their falls."""
    runs: list[list[Fallen]] = []
    for one in members:
        if runs and one.since - runs[-1][-1].since <= TOGETHER:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _is_many(node: int, members: list[Fallen]) -> bool:
    if len({one.site for one in members}) < 2 or len(members) < MANY_OF_FEW:
        return False
    if len(members) >= MANY:
        return True
    recorded = Camera.objects.taken_in().filter(node=node, record=True).count()
    return len(members) * 2 >= recorded


def _growing(standing: dict[FallenGroup, list[Fallen]]) -> dict[UUID, list[tuple[FallenGroup, datetime]]]:
    """Alarms of sites, with when their newest camera fell."""
    found: dict[UUID, list[tuple[FallenGroup, datetime]]] = defaultdict(list)
    for group, members in standing.items():
        if group.kind != LOST.key:
            found[members[0].site].append((group, max(one.since for one in members)))
    return found


def _runs(left: list[Fallen]) -> Iterator[list[Fallen]]:
    sites: dict[UUID, list[Fallen]] = defaultdict(list)
    for one in left:
        sites[one.site].append(one)
    for members in sites.values():
        yield from _split(members)


def _condition(group: FallenGroup, members: list[Fallen], nodes: dict[int, str]) -> Condition:
    kind = {DOWN.key: DOWN, SILENT.key: SILENT, LOST.key: LOST}[group.kind]
    first = members[0]
    since = min(one.since for one in members)
    facts: dict[str, Fact] = {
        "count": len(members),
        "state": first.state if len({one.state for one in members}) == 1 else "mixed",
    }
    cameras = tuple(CameraSince(one.camera, one.since) for one in members)
    made = Condition(kind, group.subject, first.name, since, facts, cameras)
    if kind is LOST:
        return replace(made, name=nodes.get(first.node, ""), node=first.node)
    return replace(made, name=first.site_name) if len(members) > 1 else made


SOURCE = ConditionSource("cameras", (DOWN, SILENT, LOST), look)
