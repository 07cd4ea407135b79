"""A media node: the process that takes cameras in, records them and shows them; and people's orders about its disks.

An order about a volume waits for the node and keeps what was answered. An order to thin lets cameras keep key frames only when disks get
short (S34(6): no stop without cause).
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from custodes.places.models.camera import Grade
from custodes.video.wire.archive import VolumeOrderOutcome


class ThinningOrder(models.Model):
    """One order: up to which grade key frames only may be kept, until when, by whom and why. A node has one at a time."""

    node = models.ForeignKey("places.Node", models.CASCADE, related_name="thinning_orders", verbose_name=_("媒体节点"))
    grade = models.PositiveSmallIntegerField(_("可以降级到的等级"), choices=Grade)
    reason = models.CharField(_("事由"), max_length=200)
    until = models.DateTimeField(_("有效至"), null=True, blank=True)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["node"], condition=Q(ended_at__isnull=True), name="one_thinning_order_a_node"
            )
        ]
        verbose_name = _("降级录像指令")

    def __str__(self) -> str:
        return f"{self.node} · {self.get_grade_display()}"

    def holds(self, at: datetime) -> bool:
        """Whether it holds at `at`."""
        return self.ended_at is None and (self.until is None or at < self.until)


class VolumeActionKind(models.TextChoices):
    """What is to be done; the names are the wire's (`custodes.video.wire.archive.VolumeAction`)."""

    ADD = "add", _("添加存储卷")
    DRAIN = "drain", _("停止写入")
    RESUME = "resume", _("恢复写入")
    RETIRE = "retire", _("停用存储卷")
    REPLACE = "replace", _("更换存储卷")


class VolumeOrder(models.Model):
    """One decision. It is in the node's assignment until each of its workers has answered, or it was taken back.

    `answers` holds `VolumeOrderOutcome` by worker; `outcome` is what they come to, null while it waits or when it was taken back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    node = models.ForeignKey("places.Node", models.CASCADE, related_name="volume_orders", verbose_name=_("媒体节点"))
    action = models.CharField(_("办理事项"), max_length=16, choices=VolumeActionKind)
    path = models.CharField(_("文件夹"), max_length=400, blank=True)
    volume = models.CharField(max_length=36, blank=True)
    shared_disk = models.BooleanField(default=False)
    reason = models.CharField(_("事由"), max_length=200)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answers = models.JSONField(default=dict)
    outcome = models.PositiveSmallIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "path"], condition=Q(ended_at__isnull=True), name="one_volume_order_a_folder"
            )
        ]
        verbose_name = _("存储卷办理")

    def __str__(self) -> str:
        return f"{self.node} · {self.get_action_display()} · {self.path}"

    @property
    def waits(self) -> bool:
        """Whether a worker has still to answer."""
        return self.ended_at is None

    @property
    def done(self) -> bool:
        """Whether it is so now: carried out, or so already."""
        return self.outcome in (VolumeOrderOutcome.DONE, VolumeOrderOutcome.ALREADY)

    @property
    def partly(self) -> bool:
        """Whether some workers carried it out and others refused: the page names both, and a second order finishes it."""
        done = [said in (VolumeOrderOutcome.DONE, VolumeOrderOutcome.ALREADY) for said in self.answers.values()]
        return self.outcome is not None and any(done) and not all(done)

    @property
    def taken_back(self) -> bool:
        """Whether a person took it back before every worker had answered."""
        return self.ended_by_id is not None


class Node(models.Model):
    """One node. Worker *i* listens on `port` + *i*.

    `internal_origin` is how the web reaches the workers, `browser_origin` how browsers do; both without the port.
    """

    name = models.CharField(_("节点名称"), max_length=64, unique=True)
    public_key = models.CharField(max_length=64)
    seal_key = models.CharField(max_length=64)
    workers = models.PositiveSmallIntegerField(_("工作进程"), default=1)
    port = models.PositiveIntegerField(_("起始端口"), default=8100)
    internal_origin = models.CharField(max_length=200, default="http://127.0.0.1")
    browser_origin = models.CharField(max_length=200, default="http://localhost")
    generation = models.PositiveBigIntegerField(default=1, editable=False)
    last_seen = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("媒体节点")

    def __str__(self) -> str:
        return self.name

    def worker_url(self, worker: int) -> str:
        """Where the web reaches worker `worker`."""
        return f"{self.internal_origin}:{self.port + worker}"

    def socket_url(self, worker: int) -> str:
        """The WebSocket at which browsers reach worker `worker` (wire.md §5)."""
        scheme, _sep, host = self.browser_origin.partition("://")
        return f"{'wss' if scheme == 'https' else 'ws'}://{host}:{self.port + worker}/view"
