"""Every probe of a camera address: who asked, when, and what came of it (the address as a keyed digest only, never the password)."""

from __future__ import annotations

from django.db import models


class Probe(models.Model):
    """One probe on a node. It is kept as a record and counted for the rate limit, which a batch has of its own."""

    camera = models.UUIDField()
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="probes")
    system = models.ForeignKey("places.System", models.CASCADE, related_name="probes")
    at = models.DateTimeField()
    address = models.CharField(max_length=64)
    ok = models.BooleanField(default=False)
    failure = models.CharField(max_length=32, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    codec = models.CharField(max_length=16, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    frame_rate = models.FloatField(default=0)
    bitrate = models.PositiveBigIntegerField(default=0)
    certificate = models.CharField(max_length=64, blank=True)
    still_grant = models.UUIDField(null=True)
    in_batch = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["person", "at"]), models.Index(fields=["camera", "at"])]

    @property
    def kbits(self) -> int:
        """The measured bit rate in kbit/s."""
        return round(self.bitrate / 1000)
