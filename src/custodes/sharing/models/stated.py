"""What an officer of an upper platform stated: who asks for a camera, and why, before it is asked for (S28.1(3), N16.2(3), S33.1)."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from custodes.sharing.models.grant import Verb


class Stated(models.Model):
    """One statement as it came over the side channel: an index of its leaf in the log, which says the same.

    Attributes:
        statement: its id, as the platform above gave it; digest: SHA-256 of all that it said, by which the same one is known again.
        call_id: of the INVITE that it is of; empty where it covers queries of recordings, or steering.
        theirs: place of the decision in the upper's own log.
        said_at, until: as the platform above said; `until` no later than ten minutes behind `came_at`.
        record, index: its leaf; without an index none is there yet, and it counts for nothing.
        call: the one call for which it was used (`Served.call`); null where it was not yet, and always of one without a Call-ID.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey("sharing.Link", models.PROTECT, related_name="stated")
    statement = models.UUIDField()
    digest = models.CharField(max_length=64)
    channel = models.CharField(max_length=32)
    verb = models.CharField(max_length=12, choices=Verb)
    call_id = models.CharField(max_length=256, blank=True)
    span_from = models.DateTimeField(null=True)
    span_to = models.DateTimeField(null=True)
    unit = models.CharField(max_length=120)
    person = models.CharField(max_length=60)
    number = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=500)
    document = models.CharField(max_length=120, blank=True)
    ground = models.CharField(max_length=40)
    clauses = models.JSONField(default=list)
    theirs = models.PositiveBigIntegerField()
    said_at = models.DateTimeField()
    until = models.DateTimeField()
    came_at = models.DateTimeField()
    record = models.UUIDField(default=uuid.uuid4, editable=False)
    index = models.PositiveBigIntegerField(null=True)
    call = models.UUIDField(null=True)

    class Meta:
        ordering = ["-came_at", "pk"]
        verbose_name = _("上级调用说明")
        constraints = [models.UniqueConstraint(fields=["link", "statement"], name="sharing_stated_once")]
        indexes = [
            models.Index(fields=["link", "channel", "verb", "-until"], name="sharing_stated_of_channel"),
            models.Index(fields=["link", "-until"], name="sharing_stated_open"),
            models.Index(fields=["link", "-came_at"], name="sharing_stated_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.verb}"

    @property
    def officer(self) -> tuple[str, str, str]:
        """Whose word it is: unit, name, number."""
        return self.unit, self.person, self.number

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """Of footage."""
        return None if self.span_from is None or self.span_to is None else (self.span_from, self.span_to)
