"""What nodes report: how cameras, volumes and workers stand (every ten seconds), each camera's hours and days of keeping, and what
cameras say of themselves.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

STALE = timedelta(seconds=45)
"""After this long without a report the state is unknown, not what it was."""


class SourceState(models.TextChoices):
    """States of a camera's source (wire.md §2)."""

    RECORDING = "recording", _("录像中")
    CONNECTING = "connecting", _("连接中")
    SILENT = "silent", _("无数据")
    REFUSED = "refused", _("被拒绝")
    NETWORK = "network", _("网络中断")
    OFF = "off", _("计划内不录")


class CameraStatus(models.Model):
    """One camera's source as its worker last saw it."""

    camera = models.OneToOneField("places.Camera", models.CASCADE, primary_key=True, related_name="status")
    state = models.CharField(max_length=16, choices=SourceState)
    since = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    def known(self, now: datetime) -> bool:
        """Whether the report is recent enough to be believed."""
        return now - self.at <= STALE


class VolumeStands(models.TextChoices):
    """How a volume stands (wire.md §2, `stands`)."""

    RECORDING = "recording", _("录像中")
    FULL = "full", _("已写满")
    DRAINING = "draining", _("停止写入")
    RETIRED = "retired", _("已停用")
    MISSING = "missing", _("缺失")
    WRONG = "wrong", _("不是原来的卷")
    REPLACED = "replaced", _("已更换")
    UNUSED = "unused", _("未配置")


class VolumeStatus(models.Model):
    """One worker's share of one volume.

    `failing_since` to `turned_away`: it answered with an error and has taken nothing since (wire.md §2); the last are camera ids.
    """

    node = models.ForeignKey("places.Node", models.CASCADE, related_name="volumes")
    worker = models.PositiveSmallIntegerField()
    path_name = models.CharField(max_length=200)
    path = models.CharField(max_length=400, blank=True)
    identity = models.CharField(max_length=36, blank=True)
    stands = models.CharField(max_length=16, choices=VolumeStands, blank=True)
    bytes_protected = models.PositiveBigIntegerField(null=True)
    bytes_held = models.PositiveBigIntegerField(null=True)
    bytes_used = models.PositiveBigIntegerField()
    bytes_free = models.PositiveBigIntegerField()
    rate_bytes_per_s = models.FloatField()
    days_left = models.FloatField(null=True)
    days_held = models.FloatField(null=True)
    oldest = models.DateTimeField(null=True)
    state = models.CharField(max_length=40, default="ok")
    failing_since = models.DateTimeField(null=True)
    failing_with = models.CharField(max_length=200, blank=True)
    turned_away = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        ordering = ["node", "path_name", "worker"]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "worker", "path_name", "path", "identity"], name="upkeep_volume_once"
            ),
        ]


class WorkerStatus(models.Model):
    """One worker: when it last reported, its host's clock, how short its disks are, and how its process stands (wire.md §2)."""

    node = models.ForeignKey("places.Node", models.CASCADE, related_name="worker_states")
    worker = models.PositiveSmallIntegerField()
    clock_synchronised = models.BooleanField()
    clock_offset_us = models.BigIntegerField(null=True)
    shortage = models.JSONField(default=dict)
    volume_places = models.JSONField(default=dict)
    started_at = models.DateTimeField(null=True)
    restarts = models.PositiveIntegerField(default=0)
    version = models.CharField(max_length=40, blank=True)
    views = models.PositiveIntegerField(default=0)
    lateness_ms = models.PositiveIntegerField(default=0)
    backlog_bytes = models.PositiveBigIntegerField(default=0)
    disk_ms = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        ordering = ["node", "worker"]
        constraints = [models.UniqueConstraint(fields=["node", "worker"], name="upkeep_worker_once")]


class HourRollup(models.Model):
    """One hour (UTC) of one camera. A later report of the same hour replaces it: late segments are counted too."""

    camera = models.ForeignKey("places.Camera", models.CASCADE, related_name="hours")
    hour = models.DateTimeField()
    recorded_us = models.PositiveBigIntegerField()
    owed_us = models.PositiveBigIntegerField()
    degraded_us = models.PositiveBigIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(null=True)
    reasons = models.JSONField(default=dict)
    roots = models.CharField(max_length=64)
    worker = models.PositiveSmallIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["hour"]
        constraints = [models.UniqueConstraint(fields=["camera", "hour"], name="upkeep_hour_once")]
        indexes = [models.Index(fields=["hour"])]


class KeptDay(models.Model):
    """One camera on one local day. Its worker's record of the day is in the log (``keeping``).

    Attributes:
        days: whole local days that were asked for.
        asked: when the oldest footage that was owed begins.
        oldest: when the oldest playable footage begins, held footage too; null for none.
        begins: when the playable footage inside the term begins; null for none.
        short_days: days at the term's beginning of which nothing can be played although it was owed.
        missing: why, in microseconds by reason: a gap's, ``deleted``, ``absent``.
        at: when the worker looked.
    """

    camera = models.ForeignKey("places.Camera", models.CASCADE, related_name="kept_days")
    day = models.DateField()
    days = models.PositiveIntegerField()
    asked = models.DateTimeField()
    oldest = models.DateTimeField(null=True)
    begins = models.DateTimeField(null=True)
    short_days = models.PositiveIntegerField(default=0)
    missing = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-day"]
        verbose_name = _("留存日报")
        constraints = [models.UniqueConstraint(fields=["camera", "day"], name="upkeep_kept_once_a_day")]
        indexes = [
            models.Index(fields=["day"], name="upkeep_kept_day"),
            models.Index(fields=["camera", "-day"], condition=Q(short_days__gt=0), name="upkeep_kept_short"),
        ]

    def __str__(self) -> str:
        return f"{self.camera_id} {self.day}"

    @property
    def lost(self) -> timedelta:
        """How much was recorded inside the term and can't be played."""
        return timedelta(microseconds=self.missing.get("deleted", 0) + self.missing.get("absent", 0))

    @property
    def short(self) -> bool:
        """Whether less was kept than had to be: a finding of S32."""
        return self.short_days > 0 or self.lost >= timedelta(minutes=1)


class EventKind(models.TextChoices):
    """What is heard. All of it is about picture and device; nothing is about who is in the picture."""

    TAMPER = "tamper", _("画面被遮挡、模糊或者移动")
    MOTION = "motion", _("画面有移动")
    DISK = "disk", _("设备存储故障")


class CameraEvent(models.Model):
    """One happening at one camera, from its first notice to its last; `count` notices came.

    Attributes:
        text: the device's own words for it.
        over: the device said that it has ended.
        at: when the node last reported it; while it goes on, every ten seconds.
    """

    camera = models.ForeignKey("places.Camera", models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=EventKind)
    since = models.DateTimeField()
    last = models.DateTimeField()
    count = models.PositiveIntegerField()
    text = models.CharField(max_length=100, blank=True)
    over = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-since"]
        constraints = [models.UniqueConstraint(fields=["camera", "kind", "since"], name="upkeep_event_once")]
        indexes = [models.Index(fields=["at"])]
