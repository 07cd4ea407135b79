"""How cameras, volumes and workers stood at the last report, every ten seconds."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
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
