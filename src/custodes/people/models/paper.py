"""Papers: files that people hand in (letters, certificates, designs, pictures), each known by its bytes."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Paper(models.Model):
    """One file as it was handed in. Its bytes lie in the store by `sha256`; whoever refers to it says who may read it.

    A row is never edited: a new version of a file is a new row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True, editable=False)
    size = models.PositiveBigIntegerField(editable=False)
    #: Found in the bytes (`people.papers.kinds`), never taken from the sender.
    media_type = models.CharField(max_length=80, editable=False)
    name = models.CharField(_("文件名"), max_length=200)
    by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("材料")

    def __str__(self) -> str:
        return self.name
