"""Who is told of alarms, how, and each telling on its way."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from custodes.upkeep.models.alarm import Severity


class Channel(models.TextChoices):
    """How somebody is told."""

    PAGE = "page", _("本系统页面")
    MAIL = "mail", _("电子邮件")
    HOOK = "hook", _("网络回调")


class SubscriptionQuerySet(models.QuerySet["AlarmSubscription"]):
    """Subscriptions by time."""

    def valid(self, at: datetime) -> SubscriptionQuerySet:
        """Those that count at this instant: not ended, and with a post only as long as the post does."""
        post = (
            Q(post__valid_from__lte=at)
            & (Q(post__valid_until__isnull=True) | Q(post__valid_until__gt=at))
            & (Q(post__ended_at__isnull=True) | Q(post__ended_at__gt=at))
        )
        return self.filter(Q(ended_at__isnull=True), Q(post__isnull=True) | post)


class AlarmSubscription(models.Model):
    """One recipient: a post's holder, or, without a post, a division's own mailbox or program.

    A division narrows a post's subscription; without a post it says whose alarms are sent. `quiet_from` and `quiet_to`
    are local times of the installation; from later than to spans midnight.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("岗位")
    )
    division = models.ForeignKey(
        "people.Division", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("行政区划")
    )
    channel = models.CharField(_("方式"), max_length=4, choices=Channel)
    address = models.CharField(_("地址"), max_length=300, blank=True)
    secret = models.TextField(blank=True, editable=False)
    severity = models.PositiveSmallIntegerField(_("最低级别"), choices=Severity, default=Severity.SERIOUS)
    quiet_from = models.TimeField(_("免打扰起"), null=True, blank=True)
    quiet_to = models.TimeField(_("免打扰止"), null=True, blank=True)
    holds_critical = models.BooleanField(_("免打扰时段内紧急告警也不通知"), default=False)
    language = models.CharField(max_length=10, blank=True)
    created_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["ended_at"])]
        verbose_name = _("告警接收")

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.address}"


class AlarmDelivery(models.Model):
    """One telling of one step to one recipient. `alarm` is empty for a test; `round` counts tellings again.

    The id is the message's own: sent again after a crash it is the same message (``webhook-id``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subscription = models.ForeignKey(AlarmSubscription, models.CASCADE, related_name="deliveries")
    alarm = models.ForeignKey("upkeep.Alarm", models.CASCADE, null=True, related_name="deliveries")
    step = models.CharField(max_length=16)
    round = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "alarm", "step", "round"],
                condition=Q(alarm__isnull=False),
                name="upkeep_alarm_delivery_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(delivered_at__isnull=True, given_up_at__isnull=True),
                name="upkeep_alarm_delivery_due",
            ),
            models.Index(fields=["given_up_at"]),
        ]


class Sound(models.TextChoices):
    """Sounds that a page makes for a new alarm; the browser makes them, no file is fetched."""

    NONE = "none", _("不响")
    CHIME = "chime", _("钟声")
    PULSE = "pulse", _("短促")
    SIREN = "siren", _("警笛")


class AlarmPreference(models.Model):
    """How a person's own pages behave: which sound, and from which severity."""

    person = models.OneToOneField("people.Person", models.CASCADE, primary_key=True, related_name="+")
    sound = models.CharField(_("提示音"), max_length=5, choices=Sound, default=Sound.NONE)
    sound_from = models.PositiveSmallIntegerField(_("响铃级别"), choices=Severity, default=Severity.CRITICAL)
