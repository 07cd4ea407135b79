"""What each edit of a row of the register changed: told to whoever edits the same row at the same time (R8)."""

from __future__ import annotations

from django.db import models


class RowEdit(models.Model):
    """One edit of a site, a system, a camera, main works, or of what a filing says.

    Attributes:
        object, object_id: which row: ``places.site`` and its key.
        revision: of the row after it.
        changes: field to value before and after, as JSON has them. What is sealed, and addresses of devices, are not here.
    """

    object = models.CharField(max_length=40)
    object_id = models.UUIDField()
    revision = models.PositiveIntegerField()
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ["revision"]
        constraints = [models.UniqueConstraint(fields=["object", "object_id", "revision"], name="one_edit_a_revision")]
