"""The steps of everything in this room that has a state."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

#: Steps by which nobody takes part in compiling a version.
NOT_COMPILING = ("send_back", "publish", "supersede", "withdraw")


class SharingStep(models.Model):
    """One step of a directory. Never changed, never deleted.

    `revision` is the row's own behind the step: steps of one moment keep their order.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    directory = models.ForeignKey("sharing.Directory", models.PROTECT, null=True, related_name="steps")
    revision = models.PositiveIntegerField()
    event = models.CharField(max_length=16)
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(max_length=16)
    on = models.DateField(_("日期"))
    words = models.CharField(_("说明"), max_length=500, blank=True)
    clauses = models.JSONField(default=list)
    papers: models.ManyToManyField[Any, Any] = models.ManyToManyField("people.Paper", related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    record = models.OneToOneField("people.RecordOutbox", models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["revision"]
        constraints = [models.UniqueConstraint(fields=["directory", "revision"], name="sharing_step_of_directory_once")]

    def __str__(self) -> str:
        return f"{self.event} {self.on}"
