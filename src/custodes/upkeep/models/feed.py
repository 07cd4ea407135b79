"""The address under which a person's calendar program asks for their dates: a secret, of which only the hash is kept."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DateFeed(models.Model):
    """One feed of one person. A person has one that is open; making a new one closes it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="date_feeds")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("日历订阅")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(revoked_at__isnull=True), name="upkeep_one_open_feed_a_person"
            )
        ]

    def __str__(self) -> str:
        return str(self.uuid)
