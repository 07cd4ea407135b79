"""Alarms: what needs a person, from the first sight of its cause until it is over."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Severity(models.IntegerChoices):
    """How soon somebody must act: now, this shift, this week."""

    NOTICE = 1, _("提示")
    SERIOUS = 2, _("重要")
    CRITICAL = 3, _("紧急")


class AlarmState(models.TextChoices):
    """Where an alarm is in its life. One that waits is shown to nobody: its cause has not lasted long enough."""

    WAITING = "waiting", _("观察中")
    OPEN = "open", _("未消除")
    CLEARED = "cleared", _("已消除")


class Alarm(models.Model):
    """One alarm. `kind` is a key of `upkeep/alarms/kinds.py`; `subject` says what it is about, ``node:node-1``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=160)
    name = models.CharField(max_length=200)
    severity = models.PositiveSmallIntegerField(choices=Severity)
    state = models.CharField(max_length=8, choices=AlarmState, default=AlarmState.WAITING)
    facts = models.JSONField(default=dict)
    node = models.ForeignKey("places.Node", models.SET_NULL, null=True, related_name="+")
    #: When the cause began, as far as is known; may lie before it was first seen.
    since = models.DateTimeField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    #: Since when the cause is no longer seen, while that is too short to call it over.
    gone_at = models.DateTimeField(null=True)
    raised_at = models.DateTimeField(null=True)
    #: How often the cause came, the first time included.
    raises = models.PositiveIntegerField(default=0)
    unsteady = models.BooleanField(default=False)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    acknowledged_words = models.CharField(max_length=200, blank=True)
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    cleared_words = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-severity", "raised_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=~Q(state="cleared"), name="upkeep_alarm_once_at_a_time"
            )
        ]
        indexes = [
            models.Index(fields=["state", "-severity"]),
            models.Index(fields=["kind", "subject"]),
            models.Index(fields=["-raised_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    def get_absolute_url(self) -> str:
        """The alarm's page."""
        return reverse("upkeep:alarm", args=[self.pk])


class AlarmCamera(models.Model):
    """A camera that an alarm is about. `back_at`: since when its own cause is gone while the alarm goes on."""

    alarm = models.ForeignKey(Alarm, models.CASCADE, related_name="cameras")
    camera = models.ForeignKey("places.Camera", models.CASCADE, related_name="+")
    since = models.DateTimeField()
    back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [models.UniqueConstraint(fields=["alarm", "camera"], name="upkeep_alarm_camera_once")]


class AlarmStep(models.TextChoices):
    """What happens in an alarm's life."""

    RAISED = "raised", _("发出告警")
    AGAIN = "again", _("再次出现")
    GREW = "grew", _("范围扩大")
    UNSTEADY = "unsteady", _("反复出现，合并为一条")
    ACKNOWLEDGED = "acknowledged", _("已确认")
    FELL_BACK = "fell_back", _("没有接收人，改为通知后备人员")
    UNDELIVERED = "undelivered", _("通知未能送达")
    TOLD_AGAIN = "told_again", _("无人确认，再次通知")
    NOBODY_THERE = "nobody_there", _("无人确认，但下一岗位没有人")
    CLEARED = "cleared", _("已消除")


class AlarmEvent(models.Model):
    """One step. `told` is false until its deliveries have been written down."""

    alarm = models.ForeignKey(Alarm, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    step = models.CharField(max_length=16, choices=AlarmStep)
    by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=300, blank=True)
    #: The record's id in the outbox; its index leads to the log.
    record = models.UUIDField(null=True)
    told = models.BooleanField(default=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["at"]),
            models.Index(fields=["id"], condition=Q(told=False), name="upkeep_alarm_event_untold"),
        ]
