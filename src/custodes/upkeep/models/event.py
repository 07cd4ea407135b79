"""What cameras say of themselves: somebody covers them, something moves before them, their disk fails."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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
