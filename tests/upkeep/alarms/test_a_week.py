"""Seven days of a node's life on a clock that the test moves, whatever cameras do: an alarm is never lost, never doubled,
never over while its cause is there, and the log hears little of what flaps.
"""

from __future__ import annotations

import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from custodes.people.models import RecordOutbox
from custodes.upkeep.alarms.condition import Condition
from custodes.upkeep.alarms.keeping import UNSTEADY_AFTER, UNSTEADY_SETTLES, keep
from custodes.upkeep.alarms.kinds.machines import VOLUME_BRAKED, VOLUME_FAILED
from custodes.upkeep.models import Alarm, AlarmState

BEGIN = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
WEEK = datetime.timedelta(days=7)
KINDS = (VOLUME_FAILED, VOLUME_BRAKED)
MINUTE = datetime.timedelta(minutes=1)

#: (minutes there, minutes away), again and again.
TURNS = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 40)), min_size=1, max_size=12)


class AWeek(TestCase):
    @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
    @given(TURNS, st.sampled_from(KINDS))
    def test_what_is_there_is_raised_and_what_is_gone_is_over(self, turns, kind):
        now, there_since, away_since = BEGIN, None, BEGIN
        for there, away in turns:
            for present, minutes in ((True, there), (False, away)):
                for _minute in range(minutes):
                    now += MINUTE
                    said = [Condition(kind, "volume:a", "a", now)] if present else []
                    keep(KINDS, said, now)
                    if present:
                        there_since, away_since = there_since or now, None
                    else:
                        there_since, away_since = None, away_since or now
                    self.check(kind, now, there_since, away_since)
        raised = RecordOutbox.objects.filter(type="alarm.raised").count()
        cleared = RecordOutbox.objects.filter(type="alarm.cleared").count()
        assert raised - cleared in {0, 1}
        # Held down: in any hour at most so many, then one for each half hour of peace.
        hours = (now - BEGIN) / datetime.timedelta(hours=1)
        assert raised <= UNSTEADY_AFTER + hours * 2

    def check(self, kind, now, there_since, away_since):
        rows = Alarm.objects.filter(kind=kind.key, state=AlarmState.OPEN)
        assert rows.count() <= 1
        if there_since is not None and now - there_since >= kind.lasting:
            assert rows.exists() or now - there_since < kind.lasting + MINUTE
        if away_since is not None and now - away_since > UNSTEADY_SETTLES + MINUTE:
            assert not rows.exists()
        alarm = rows.first()
        if alarm is not None and away_since is not None and not alarm.unsteady:
            assert now - away_since <= kind.settles + MINUTE


def test_seven_quiet_days_and_one_fault_each_night_are_seven_alarms(db):
    now, raised = BEGIN, 0
    while now < BEGIN + WEEK:
        now += MINUTE if now.hour == 20 else datetime.timedelta(hours=1)
        night = now.hour == 20 and 10 <= now.minute < 20
        kept = keep((VOLUME_FAILED,), [Condition(VOLUME_FAILED, "volume:a", "a", now)] if night else [], now)
        raised += len(kept.raised)
    assert raised == 7
    assert not Alarm.objects.filter(unsteady=True).exists()
    assert RecordOutbox.objects.count() == 14
