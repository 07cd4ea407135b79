"""Alarms: what needs a person, from the first sight of its cause until it is over; who is told, and told again when nobody acknowledges."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from custodes.people.models import PostKind


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
    #: A person looked and found nothing wrong: it ended with that, and is counted as such.
    false_alarm = models.BooleanField(default=False)
    #: Of a false alarm: what it was raised for is still seen, and is not asked about again until it was gone, a day has passed or it is worse.
    still_seen = models.BooleanField(default=False)

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
            models.Index(fields=["kind"], condition=Q(still_seen=True), name="upkeep_alarm_still_seen"),
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
    FALSE_ALARM = "false_alarm", _("确认为误报")
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


class HeldAlarm(models.Model):
    """One cause that was seen inside a window: kept, shown, and raised at the window's end if it is still so.

    `kind` and `subject` as an alarm's. `ripe_at`: when it would have been raised; null while it has not lasted long enough.
    """

    plan = models.ForeignKey("places.Plan", models.CASCADE, related_name="held_alarms")
    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=160)
    name = models.CharField(max_length=200)
    camera = models.ForeignKey("places.Camera", models.CASCADE, null=True, related_name="+")
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    ripe_at = models.DateTimeField(null=True)
    #: When its cause was gone while the window still ran.
    gone_at = models.DateTimeField(null=True)
    #: When the window had ended and it was still so: from then on it is an alarm like any other.
    raised_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["first_seen", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind", "subject"], name="upkeep_held_once_a_plan"),
        ]
        indexes = [models.Index(fields=["-last_seen"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


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
