"""A table that is taken into the register: its rows until they are entered, and those that were refused.

What was handed in is kept as lines, and only once all of it was read: of a table with a classified row nothing is kept (R2).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportState(models.TextChoices):
    """How far a table has come."""

    CHECKING = "checking", pgettext_lazy("导入", "正在核对")
    CHECKED = "checked", pgettext_lazy("导入", "已核对，待确认")
    ENTERING = "entering", pgettext_lazy("导入", "正在登记")
    DONE = "done", pgettext_lazy("导入", "已登记")
    FAILED = "failed", pgettext_lazy("导入", "中断")


#: States in which the work runs, or will go on after a restart.
RUNNING = (ImportState.CHECKING, ImportState.ENTERING)


class TableImport(models.Model):
    """One table; only whoever handed it in sees it.

    Attributes:
        kind: of table, a key of `places.importing.kinds`.
        name: of the file, as the sender called it.
        sha256, size: of the file as it came.
        whole: all rows or none; None until it is confirmed.
        rows: of the table.
        done: rows that the running work has behind it.
        ready, faulty, doubtful: of the last check; `doubtful` are among the ready ones, and so are `rounded`, whose
            positions have more places than the register holds.
        entered: rows that are in the register.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=ImportState, default=ImportState.CHECKING)
    whole = models.BooleanField(null=True)
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    ready = models.PositiveIntegerField(default=0)
    faulty = models.PositiveIntegerField(default=0)
    doubtful = models.PositiveIntegerField(default=0)
    rounded = models.PositiveIntegerField(default=0)
    entered = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["by", "kind"], name="places_import_of"),
            models.Index(fields=["state"], name="places_import_state"),
        ]
        verbose_name = _("导入")

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("places:import", args=[self.pk])


class ImportChunk(models.Model):
    """Some hundred lines of a table, one step of the work.

    Attributes:
        lines: number, texts and faults of reading of each.
        entered: its ready rows are in the register.
    """

    table = models.ForeignKey(TableImport, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    lines = models.JSONField(default=list)
    entered = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["table", "number"], name="places_import_chunk_once")]


class ImportFault(models.Model):
    """A row that is not entered.

    Attributes:
        line: in the table, from 1.
        texts: column to what stands in it.
        faults: column, code (`places.importing.faults.WORDS`) and its values, of each thing that is wrong.
    """

    table = models.ForeignKey(TableImport, models.CASCADE, related_name="faults")
    line = models.PositiveIntegerField()
    texts = models.JSONField(default=dict)
    faults = models.JSONField(default=list)

    class Meta:
        ordering = ["line", "pk"]
        indexes = [models.Index(fields=["table", "line"], name="places_import_fault_of")]
