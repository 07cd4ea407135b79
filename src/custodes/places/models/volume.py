"""A person's decision about a volume of a node, as it waits for the node and as it was answered."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from custodes.video.wire.volumes import Outcome


class VolumeActionKind(models.TextChoices):
    """What is to be done; the names are the wire's (`custodes.video.wire.volumes.VolumeAction`)."""

    ADD = "add", _("添加存储卷")
    DRAIN = "drain", _("停止写入")
    RESUME = "resume", _("恢复写入")
    RETIRE = "retire", _("停用存储卷")
    REPLACE = "replace", _("更换存储卷")


class VolumeOrder(models.Model):
    """One decision. It is in the node's assignment until each of its workers has answered, or it was taken back.

    `answers` holds `Outcome` by worker; `outcome` is what they come to, null while it waits or when it was taken back.
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
        return self.outcome in (Outcome.DONE, Outcome.ALREADY)

    @property
    def partly(self) -> bool:
        """Whether some workers carried it out and others refused: the page names both, and a second order finishes it."""
        done = [said in (Outcome.DONE, Outcome.ALREADY) for said in self.answers.values()]
        return self.outcome is not None and any(done) and not all(done)

    @property
    def taken_back(self) -> bool:
        """Whether a person took it back before every worker had answered."""
        return self.ended_by_id is not None
