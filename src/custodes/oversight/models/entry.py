"""A finding aid over the log: which entry is of which type, person and camera. The log itself is the notary's."""

from __future__ import annotations

from django.db import models


class EntryRow(models.Model):
    """One entry's place. Nothing here proves anything; it only finds entries, and can be thrown away and made again.

    `person` is whom it speaks of: a person, or the link with a platform above whose officer it names (decision 0382).
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
