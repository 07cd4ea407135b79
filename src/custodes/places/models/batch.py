"""Many cameras that come in together (批量接入): the table as it was read, until each row is a camera or is let go.

Rows hold the sealed password and never the password; they are no cameras before somebody confirms them.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from custodes.places.fields import names


class Batch(models.Model):
    """One table of cameras for one system and one node.

    Attributes:
        connect: whether a camera is connected as soon as its probe succeeds.
        probed_by: who last ordered that all be probed; it is done in their name while they may still tend the system.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey("places.System", models.CASCADE, related_name="batches")
    node = models.ForeignKey("places.Node", models.CASCADE, related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    connect = models.BooleanField(default=True)
    probed_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at"]

    def get_absolute_url(self) -> str:
        """The page of the batch."""
        return reverse("places:batch", args=[self.pk])


class RowState(models.TextChoices):
    """Where a row is. The first three are of the preview, the others of a camera that the row became."""

    FAULTY = "faulty", _("需要改正")
    DOUBTFUL = "doubtful", _("待人工核对")
    READY = "ready", _("可以登记")
    DRAFT = "draft", _("已登记，未检测")
    QUEUED = "queued", _("等待检测")
    PROBING = "probing", _("正在检测")
    FAILED = "failed", _("检测未成功")
    FOUND = "found", _("检测成功")
    CONNECTED = "connected", _("已接入")


PREVIEW = (RowState.FAULTY, RowState.DOUBTFUL, RowState.READY)


class BatchRow(models.Model):
    """One row.

    Attributes:
        line: in the table that was read.
        number, name, place, view and so on: what is asked of a row too (`places.fields`, `batched`), as it was typed.
        numbered: its number was given here, so another may be given when somebody else takes it meanwhile.
        faults: what reading found (`places.bulk.reading.FAULTS`), field to code.
        failure: of the last probe.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    number = models.TextField(blank=True)
    numbered = models.BooleanField(default=False)
    name = models.TextField(blank=True)
    place = models.TextField(blank=True)
    view = models.TextField(blank=True)
    zone = models.CharField(max_length=32, blank=True)
    screening_note = models.TextField(blank=True)
    main_url = models.TextField(blank=True)
    sub_url = models.TextField(blank=True)
    username = models.TextField(blank=True)
    sealed_password = models.TextField(editable=False, blank=True)
    faults = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=RowState, default=RowState.FAULTY)
    camera = models.OneToOneField("places.Camera", models.SET_NULL, null=True, related_name="batch_row")
    failure = models.CharField(max_length=32, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["line", "id"]
        indexes = [models.Index(fields=["state"])]


for _name in names(lambda field: field.batched):
    if not hasattr(BatchRow, _name):  # as it was typed, until it is a camera's
        BatchRow.add_to_class(_name, models.TextField(blank=True))
