"""Dates: notices of what somebody was told, once for each date, stage and recipient, the daily round that wrote them, and the secret
address under which a calendar program asks for them.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NoticeStage(models.TextChoices):
    """Where in its course something is when it is told."""

    AHEAD = "ahead", _("将到期")
    DAY = "day", _("今天到期")
    LATE = "late", _("已逾期")


class DateNotice(models.Model):
    """One notice. It holds no name of a system, a place or a person: the page finds them for who may see them (R9).

    `person` is who is told in the page and, where they gave a mailbox, by mail; without one it is the mailbox of `unit`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: Of the date, its stage and its recipient: written once, whatever runs twice.
    key = models.CharField(max_length=200, unique=True)
    what = models.CharField(max_length=24)
    subject = models.CharField(max_length=120)
    day = models.DateField()
    stage = models.CharField(max_length=8, choices=NoticeStage)
    days = models.SmallIntegerField()
    person = models.ForeignKey("people.Person", models.CASCADE, null=True, related_name="date_notices")
    unit = models.ForeignKey("people.Unit", models.CASCADE, null=True, related_name="+")
    supervises = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "day"]
        indexes = [models.Index(fields=["person", "seen_at"], name="upkeep_date_notice_unseen")]
        verbose_name = _("期限提醒")

    def __str__(self) -> str:
        return self.key


class DateMail(models.Model):
    """One mail on its way: all that one mailbox is told in one round. `text` names nothing confidential."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    person = models.ForeignKey("people.Person", models.CASCADE, null=True, related_name="+")
    unit = models.ForeignKey("people.Unit", models.CASCADE, null=True, related_name="+")
    address = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(delivered_at__isnull=True, given_up_at__isnull=True),
                name="upkeep_date_mail_due",
            )
        ]


class ReminderRound(models.Model):
    """That the round of this local day was made: it is made once."""

    day = models.DateField(primary_key=True)
    at = models.DateTimeField()
    notices = models.PositiveIntegerField(default=0)


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
