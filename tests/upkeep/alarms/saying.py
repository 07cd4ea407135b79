"""A node that says what it is told to, by its own signed reports, and a watch whose clock the test moves."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from custodes.places.models import Camera, Node
from custodes.upkeep.alarms.condition import ConditionSource
from custodes.upkeep.alarms.evaluating import SourceWatch
from custodes.upkeep.alarms.keeping import PassOutcome
from custodes.upkeep.intake import take_status
from custodes.upkeep.models import Alarm, AlarmState
from custodes.upkeep.reports import Status

BEGIN = datetime.datetime(2026, 3, 2, 4, 0, tzinfo=datetime.UTC)
STEP = datetime.timedelta(seconds=15)

OK_VOLUME: dict[str, Any] = {
    "path_name": "footage",
    "bytes_used": 10**12,
    "bytes_free": 10**12,
    "rate_bytes_per_s": 1000.0,
    "days_left": None,
    "days_held": None,
    "oldest": None,
    "state": "ok",
}


@dataclass
class Talking:
    """One node's worker 0 and 1, and what they say."""

    node: Node
    states: dict[Any, tuple[str, datetime.datetime]] = field(default_factory=dict)
    volume: dict[str, Any] = field(default_factory=lambda: dict(OK_VOLUME))
    clock: dict[str, Any] = field(default_factory=lambda: {"synchronised": True, "offset_us": 12})
    more: dict[str, Any] = field(default_factory=dict)
    reasons: dict[Any, str] = field(default_factory=dict)
    quiet: bool = False
    quiet_workers: set[int] = field(default_factory=set)

    def say(self, now: datetime.datetime) -> None:
        """One report of each worker."""
        if self.quiet:
            return
        for worker in range(self.node.workers):
            if worker in self.quiet_workers:
                continue
            cameras = [
                {
                    "camera": str(camera.pk),
                    "state": state,
                    "since": since.isoformat(),
                    "reason": self.reasons.get(camera.pk, ""),
                }
                for camera, (state, since) in self._all(now)
                if camera.worker == worker
            ]
            report = {"worker": worker, "cameras": cameras, "volumes": [self.volume], "clock": self.clock}
            report |= self.more if worker == 0 else {}
            take_status(self.node, Status.model_validate(report), now)

    def _all(self, now: datetime.datetime) -> Iterable[tuple[Camera, tuple[str, datetime.datetime]]]:
        for camera in Camera.objects.filter(node=self.node).select_related("node"):
            yield camera, self.states.get(camera.pk, ("recording", BEGIN))


@dataclass
class Clocked:
    """A watch over some sources, and a node beside it."""

    watch: SourceWatch
    node: Talking
    now: datetime.datetime = BEGIN

    @classmethod
    def over(cls, node: Node, sources: Sequence[ConditionSource]) -> Clocked:
        """Over these sources alone."""
        return cls(SourceWatch(sources), Talking(node))

    def run(self, step: datetime.timedelta = STEP, **length: float) -> PassOutcome:
        """Let so much time pass, a look every 15 seconds unless said otherwise; what happened in all."""
        end = self.now + datetime.timedelta(**length)
        done = PassOutcome()
        while self.now < end:
            self.now += step
            self.node.say(self.now)
            kept = self.watch.round(self.now)
            done.raised += kept.raised
            done.cleared += kept.cleared
        return done

    def falls(self, *cameras: Camera, state: str = "network", after: float = 0) -> None:
        """These cameras stop now (or so many seconds later)."""
        for camera in cameras:
            self.node.states[camera.pk] = (state, self.now + datetime.timedelta(seconds=after))

    def returns(self, *cameras: Camera) -> None:
        """These cameras are recorded again."""
        for camera in cameras:
            self.node.states[camera.pk] = ("recording", self.now)


def standing() -> list[str]:
    """Kinds of the alarms that are raised and not over."""
    return sorted(Alarm.objects.filter(state=AlarmState.OPEN).values_list("kind", flat=True))
