"""What of a GB/T 28181 device moves, as a person entered it, and its last place: that one alone, overwritten by the next (decision 0413)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.places.models.gbdevice import ID_LENGTH, GbDevice

SHORTEST_S, LONGEST_S = 5, 3600
LATE = timedelta(minutes=10)
"""A place that is older counts as late, and one that is older than three intervals where those are longer."""


class MobileKind(models.IntegerChoices):
    """What carries it: GB/T 28181-2022, MobileDeviceType."""

    ROBOT = 1, _("移动机器人载摄像机")
    BODY_WORN = 2, _("执法记录仪")
    PORTABLE = 3, _("移动单兵设备")
    VEHICLE = 4, _("车载视频记录设备")
    DRONE = 5, _("无人机载摄像机")
    OTHER = 9, pgettext_lazy("移动采集设备", "其他")


class Watch(models.TextChoices):
    """How the gateway's subscription to its position stands."""

    WAITING = "waiting", _("等待设备注册或者应答")
    ACTIVE = "active", _("已订阅")
    REFUSED = "refused", _("设备拒绝订阅")
    UNANSWERED = "unanswered", _("设备没有应答")


class GbMobile(models.Model):
    """A channel that moves, or a device with all of its channels. Of nothing else a position is asked for or kept.

    With the row its place goes: there is no list of places, so that nobody can see from it where something or somebody went.

    Attributes:
        channel_id: the device's own ID for all of it.
        interval_s: seconds between two of its positions, as the device is asked for them.
        reason: why its position is needed.
        said_at: by the device's clock, where that can be true; heard_at: when it came.
        watch_status: SIP's, of a refusal.
    """

    device = models.ForeignKey(GbDevice, models.CASCADE, related_name="mobiles")
    channel_id = models.CharField(_("移动的设备或者通道"), max_length=ID_LENGTH)
    kind = models.PositiveSmallIntegerField(_("移动采集设备类型"), choices=MobileKind)
    interval_s = models.PositiveSmallIntegerField(
        _("位置上报间隔（秒）"),
        default=60,
        validators=[MinValueValidator(SHORTEST_S), MaxValueValidator(LONGEST_S)],
    )
    reason = models.CharField(_("需要位置的理由"), max_length=200)
    entered_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    longitude = models.FloatField(null=True, editable=False)
    latitude = models.FloatField(null=True, editable=False)
    said_at = models.DateTimeField(null=True, editable=False)
    heard_at = models.DateTimeField(null=True, editable=False)
    watch = models.CharField(max_length=12, choices=Watch, default=Watch.WAITING, editable=False)
    watch_status = models.PositiveSmallIntegerField(default=0, editable=False)
    watch_since = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["device", "channel_id"]
        constraints = [
            models.UniqueConstraint(fields=["device", "channel_id"], name="gb_mobile_once"),
            models.CheckConstraint(
                condition=models.Q(interval_s__gte=SHORTEST_S, interval_s__lte=LONGEST_S), name="gb_mobile_interval"
            ),
            models.CheckConstraint(
                condition=models.Q(heard_at__isnull=True, longitude__isnull=True, latitude__isnull=True)
                | models.Q(heard_at__isnull=False, longitude__isnull=False, latitude__isnull=False),
                name="gb_mobile_whole_place",
            ),
        ]
        indexes = [models.Index(fields=["longitude", "latitude"], name="gb_mobile_by_place")]

    def __str__(self) -> str:
        return self.channel_id

    @property
    def whole_device(self) -> bool:
        """Whether it is the device with all of its channels."""
        return self.channel_id == self.device.gb_id

    @property
    def seen_at(self) -> datetime | None:
        """When it was at its last place, as far as is known: not later than we heard of it."""
        if self.heard_at is None or self.said_at is None:
            return self.heard_at
        return min(self.said_at, self.heard_at)

    def late(self, now: datetime) -> bool:
        """Whether its last place is too old to say where it is."""
        seen = self.seen_at
        return seen is None or now - seen > max(LATE, timedelta(seconds=3 * self.interval_s))
