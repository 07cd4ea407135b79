"""The steps of everything in this room that has a state."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

#: Steps by which nobody takes part in compiling a version.
NOT_COMPILING = ("send_back", "publish", "supersede", "withdraw", "notice", "urge")

_KINDS = ("directory", "platform", "link", "grant", "cooperation")
_OF_ONE = Q()
for _kind in _KINDS:
    _OF_ONE |= Q(**{f"{_one}__isnull": _one != _kind for _one in _KINDS})


class SharingStep(models.Model):
    """One step of a directory, a platform, a link, a link grant or a cooperation request. Never changed, never deleted.

    `revision` is the row's own behind the step: steps of one moment keep their order.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    directory = models.ForeignKey("sharing.Directory", models.PROTECT, null=True, related_name="steps")
    platform = models.ForeignKey("sharing.Platform", models.PROTECT, null=True, related_name="steps")
    link = models.ForeignKey("sharing.Link", models.PROTECT, null=True, related_name="steps")
    grant = models.ForeignKey("sharing.LinkGrant", models.PROTECT, null=True, related_name="steps")
    cooperation = models.ForeignKey("sharing.Cooperation", models.PROTECT, null=True, related_name="steps")
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
        constraints = [
            *(
                models.UniqueConstraint(fields=[kind, "revision"], name=f"sharing_step_of_{kind}_once")
                for kind in _KINDS
            ),
            models.CheckConstraint(condition=_OF_ONE, name="sharing_step_of_one_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.on}"
