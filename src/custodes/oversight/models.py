"""The tables of this app: a finding aid over the log, which is the notary's, and checks of the log that somebody asked for on the page."""

from __future__ import annotations

from django.db import models


class EntryRow(models.Model):
    """One entry's place. Nothing here proves anything; it only finds entries, and can be thrown away and made again.

    `person` is whom it speaks of: a person, or the link with a platform above whose officer it names (decision 0381).
    """

    index = models.PositiveBigIntegerField(primary_key=True)
    type = models.CharField(max_length=40)
    at = models.DateTimeField()
    person = models.UUIDField(null=True)
    camera = models.UUIDField(null=True)

    class Meta:
        ordering = ["-index"]
        indexes = [
            models.Index(fields=["type", "-index"]),
            models.Index(fields=["person", "-index"]),
            models.Index(fields=["camera", "-index"]),
        ]


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
