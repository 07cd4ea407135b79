"""What the node says of each camera's hour: recorded, owed, and the reasons for the rest."""

from __future__ import annotations

from django.db import models


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
