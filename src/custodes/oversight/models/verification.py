"""A check of the log that somebody asked for on the page, and what it found."""

from __future__ import annotations

from django.db import models


class Verification(models.Model):
    """One run of the offline verifier."""

    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    ok = models.BooleanField(null=True)
    report = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-begun_at"]
