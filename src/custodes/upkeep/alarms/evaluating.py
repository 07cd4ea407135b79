"""One round: every source that is due is asked, and what it says is kept. Called by the periodic sweep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from custodes.upkeep.alarms.condition import CannotTell, Condition, Source
from custodes.upkeep.alarms.holding import hold
from custodes.upkeep.alarms.keeping import Kept, keep
from custodes.upkeep.alarms.kinds.trust import WATCH_FAILED

log = structlog.get_logger("custodes.upkeep.alarms")


class Watch:
    """The sources and when each was asked last. One for the process; a test makes its own."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = list(sources)
        self._asked: dict[str, datetime] = {}
        self._failed: dict[str, datetime] = {}

    def add(self, source: Source) -> None:
        """Another source; rooms to the right of this one bring theirs when they are ready."""
        if source.name not in {each.name for each in self.sources}:
            self.sources.append(source)

    def round(self, now: datetime) -> Kept:
        """Ask and keep. A source that fails clears nothing, holds up no other, and becomes an alarm itself."""
        done = Kept()
        for source in self.sources:
            asked = self._asked.get(source.name)
            if asked is not None and timedelta(0) <= now - asked < source.every:
                continue
            self._asked[source.name] = now
            try:
                left = hold(source.kinds, source.look(now), now, source.every)
                kept = keep(source.kinds, left, now, source.every)
            except CannotTell:
                self._asked.pop(source.name)
                continue
            except Exception:
                self._asked.pop(source.name)
                log.exception("alarms.source_failed", source=source.name)
                self._failed.setdefault(source.name, now)
                continue
            self._failed.pop(source.name, None)
            done.raised += kept.raised
            done.cleared += kept.cleared
        own = keep((WATCH_FAILED,), self._failures(), now)
        done.raised += own.raised
        done.cleared += own.cleared
        if done.raised or done.cleared:
            log.info("alarms.round", raised=len(done.raised), cleared=len(done.cleared))
        return done

    def _failures(self) -> list[Condition]:
        return [Condition(WATCH_FAILED, f"source:{name}", name, since) for name, since in sorted(self._failed.items())]
