"""What this room tells in the story of a site: the alarms about its cameras, for who may see them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import pgettext

from custodes.people.models import RecordOutbox
from custodes.people.permissions import Permission
from custodes.places.lifecycle.story import Happening
from custodes.places.telling import StoryQuestion
from custodes.upkeep.alarms.visible import visible_alarms
from custodes.upkeep.alarms.words import title
from custodes.upkeep.models import AlarmCamera, AlarmStep


def incidents(asked: StoryQuestion) -> Iterator[Happening]:
    """Each raised alarm, and its end."""
    if not asked.viewer.may(Permission.VIEW_ALARMS):
        return  # some kinds are seen elsewhere too, but not as alarms
    seen = visible_alarms(asked.reader, asked.at)
    concerned = AlarmCamera.objects.filter(camera__system__in=asked.systems)
    rows = seen.filter(pk__in=concerned.values("alarm"), raised_at__isnull=False).order_by("-raised_at")
    alarms = rows.select_related("cleared_by__unit", "acknowledged_by__unit").prefetch_related("events")[: asked.most]
    records = [event.record for alarm in alarms for event in alarm.events.all() if event.record]
    entered = dict(RecordOutbox.objects.filter(pk__in=records).values_list("pk", "index"))
    for alarm in alarms:
        assert alarm.raised_at is not None
        common = {"kind": "incident", "href": alarm.get_absolute_url()}
        entries = {event.step: entered[event.record] for event in alarm.events.all() if event.record in entered}
        day = timezone.localdate(alarm.raised_at)
        what = pgettext("经过", "告警")
        yield Happening(
            what,
            alarm.get_severity_display(),
            day,
            alarm.raised_at,
            None,
            title(alarm),
            (),
            index=entries.get(AlarmStep.RAISED),
            kept=AlarmStep.RAISED in entries,
            **common,  # type: ignore[arg-type]
        )
        if alarm.cleared_at is not None:
            day = timezone.localdate(alarm.cleared_at)
            words = alarm.cleared_words or title(alarm)
            what = pgettext("经过", "告警消除")
            yield Happening(
                what,
                "",
                day,
                alarm.cleared_at,
                alarm.cleared_by,
                words,
                (),
                index=entries.get(AlarmStep.CLEARED),
                kept=AlarmStep.CLEARED in entries,
                **common,  # type: ignore[arg-type]
            )
