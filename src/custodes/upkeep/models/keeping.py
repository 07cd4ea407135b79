"""How far back each camera's footage could be played, day by day (S32): what its worker said."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


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
