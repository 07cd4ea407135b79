"""A table of places as it was read, until each row is a site or is let go."""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse


class Inventory(models.Model):
    """One table; only whoever handed it in sees it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def get_absolute_url(self) -> str:
        """Its preview."""
        return reverse("places:inventory", args=[self.pk])


class InventoryRow(models.Model):
    """One row.

    Attributes:
        line: in the table that was read.
        texts: column to what stands in it.
        faults: column to what reading found wrong there.
        ready: nothing was wrong with it at the last check.
        site: what it became.
    """

    inventory = models.ForeignKey(Inventory, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    texts = models.JSONField(default=dict)
    faults = models.JSONField(default=dict)
    ready = models.BooleanField(default=False)
    site = models.ForeignKey("places.Site", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["line"]
        indexes = [models.Index(fields=["inventory", "ready"])]
