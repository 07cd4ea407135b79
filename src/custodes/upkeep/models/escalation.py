"""The second telling: who is told again when nobody acknowledges, how far that has gone, and whom an alarm has reached."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from custodes.people.models import PostKind
from custodes.upkeep.models.alarm import Alarm, AlarmState, Severity
from custodes.upkeep.models.notice import Channel


class EscalationChain(models.Model):
    """Whom a division's alarms of one severity are told again, and when. Never changed: it is ended, and another begins.

    `steps` is a list of ``{"after": minutes without acknowledgement, "post": kind of post}``, the earliest first.
    """

    division = models.ForeignKey("people.Division", models.PROTECT, related_name="+", verbose_name=_("行政区划"))
    severity = models.PositiveSmallIntegerField(_("级别"), choices=Severity)
    steps = models.JSONField()
    created_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["division__path", "-severity"]
        verbose_name = _("再次通知规则")
        constraints = [
            models.UniqueConstraint(
                fields=["division", "severity"], condition=Q(ended_at__isnull=True), name="upkeep_chain_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.division} {self.get_severity_display()}"


class AlarmEscalation(models.Model):
    """How far one alarm's chain has gone.

    `position` is the step that is next, `rounds` how often it was told again in its whole life, `counted_from` the moment
    from which the next step's time counts: its beginning, or the telling before.
    """

    alarm = models.OneToOneField("upkeep.Alarm", models.CASCADE, primary_key=True, related_name="escalation")
    position = models.PositiveSmallIntegerField(default=0)
    rounds = models.PositiveSmallIntegerField(default=0)
    counted_from = models.DateTimeField()
    #: Empty: nothing more follows.
    next_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"])]

    def __str__(self) -> str:
        return f"{self.alarm_id} {self.rounds}"


class AlarmTelling(models.Model):
    """That somebody was told of an alarm: at its raising (`round` 0) or again. Without a person: a division's mailbox or program.

    Whether a message arrived is its delivery's to say: the one of the same subscription, alarm and round.
    """

    alarm = models.ForeignKey("upkeep.Alarm", models.CASCADE, related_name="tellings")
    round = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    post_kind = models.CharField(max_length=20, choices=PostKind, blank=True)
    channel = models.CharField(max_length=4, choices=Channel)
    subscription = models.ForeignKey("upkeep.AlarmSubscription", models.SET_NULL, null=True, related_name="+")
    #: When the person first opened the alarm's page after it.
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["round", "at", "pk"]
        indexes = [models.Index(fields=["person", "round", "at"])]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.at:%H:%M}"


def count_anew(alarm: Alarm, at: datetime) -> None:
    """Begin an alarm's chain anew: its acknowledgement has lapsed. The rounds of its life go on."""
    AlarmEscalation.objects.filter(alarm=alarm).update(position=0, counted_from=at, next_at=at)


def look_again(at: datetime) -> None:
    """Have every running chain worked out again, because the rules have changed; what is not due stays so."""
    AlarmEscalation.objects.filter(alarm__state=AlarmState.OPEN, alarm__acknowledged_at__isnull=True).update(next_at=at)
