"""A person's order that cameras of a node may be thinned when its disks get short (S34(6): no stop without cause)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from custodes.places.models.camera import Grade


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
