"""Records on their way to the notary."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordOutbox(models.Model):
    """A record written in the same transaction as what it tells of, delivered to the notary afterwards.

    `id` is the record's own id, the idempotency key: delivering twice gives the first index. `about` is the row of which a
    `config.changed` tells, ``places.site:…``: whoever tells of that row finds the entry by it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    type = models.CharField(_("类型"), max_length=40)
    record = models.JSONField(_("记录"))
    about = models.CharField(max_length=120, blank=True, default="", editable=False)
    created_at = models.DateTimeField(_("写入时间"))
    delivered_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    index = models.BigIntegerField(_("存证序号"), null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["created_at"]
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(delivered_at__isnull=True), name="people_outbox_waiting"
            ),
            models.Index(fields=["about", "created_at"], condition=~models.Q(about=""), name="people_outbox_about"),
        ]
        verbose_name = _("待存证记录")
        verbose_name_plural = _("待存证记录")

    def __str__(self) -> str:
        return f"{self.type} {self.id}"
