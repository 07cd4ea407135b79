"""A grant: who may look at which cameras, under which ground, from when to when."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from custodes.law.grounds.registry import GROUNDS
from custodes.settings import get_settings


def _in_words(chinese: str, english: str) -> str:
    return english if (get_language() or "").startswith("en") else chinese


_lazily = lazy(_in_words, str)


def grounds() -> list[tuple[str, Any]]:
    """The grounds on which looks are granted, with their names in lists: those of `law.grounds.registry`, in its order."""
    return [(entry.name, _lazily(*entry.granted)) for entry in GROUNDS.values() if entry.granted is not None]


class GrantQuerySet(models.QuerySet["Grant"]):
    """Grants by state."""

    def open(self) -> GrantQuerySet:
        """Neither ended nor revoked, whether or not a token of theirs still lives."""
        return self.filter(ended_at__isnull=True, revoked_at__isnull=True)

    def not_failed(self) -> GrantQuerySet:
        """Recorded ones and those that are on their way to the ledger; of what failed neither."""
        return self.filter(Q(index__isnull=False) | Q(ended_at__isnull=True, revoked_at__isnull=True))

    def recorded(self) -> GrantQuerySet:
        """Those whose record is in the ledger."""
        return self.filter(index__isnull=False)


class Grant(models.Model):
    """One leave to look. Its record is in the ledger before any token exists; `index` says where.

    `withheld` are those of its cameras that are not shown for now, by id: since when and what is not met (`withholding`).
    `request` is the request that it rests on, `beside` the names of those who look with the person (S28.1(1)).
    `matter` is the case or event that a look of the own duty names (`looks.matters`).
    `handover`: original footage may be handed out under it, and nothing looked at.
    `session` is the supervised session that it is of, `burnt` the name that stands in each of its pictures (S29, N21): no row is of
    a session and bears no name, which would be footage as it was recorded, and none is of a request besides.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="grants", verbose_name=_("人员"))
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="grants", verbose_name=_("单位"))
    post = models.ForeignKey("people.Post", models.PROTECT, null=True, related_name="grants", verbose_name=_("岗位"))
    duty_session = models.ForeignKey("people.DutySession", models.PROTECT, null=True, related_name="grants")
    ground = models.CharField(_("依据"), max_length=20, choices=grounds)
    request = models.ForeignKey("access.AgencyRequest", models.PROTECT, null=True, related_name="grants")
    beside = models.JSONField(default=list, editable=False)
    handover = models.BooleanField(default=False, editable=False)
    session = models.ForeignKey("access.SupervisedSession", models.PROTECT, null=True, related_name="grants")
    burnt = models.CharField(max_length=80, blank=True, editable=False)
    clauses = models.JSONField(default=list)
    cameras = models.ManyToManyField("places.Camera", related_name="grants", verbose_name=_("点位"))
    live = models.BooleanField(_("实时"), default=False)
    back_seconds = models.PositiveIntegerField(default=0)
    span_from = models.DateTimeField(_("起"), null=True)
    span_to = models.DateTimeField(_("止"), null=True)
    still = models.BooleanField(default=False)
    sound = models.JSONField(default=list, editable=False)
    purpose = models.CharField(_("事由"), max_length=200, blank=True)
    content = models.CharField(_("内容"), max_length=500, blank=True)
    matter = models.CharField(max_length=60, blank=True, editable=False)
    watermark = models.CharField(max_length=200)
    asked_at = models.DateTimeField(_("申请时间"))
    index = models.PositiveBigIntegerField(_("存证序号"), null=True, unique=True)
    renewed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    revoked_at = models.DateTimeField(_("收回时间"), null=True)
    revoked_reason = models.CharField(max_length=200, blank=True)
    withheld = models.JSONField(default=dict, editable=False)
    revoked_clause = models.CharField(max_length=20, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("查看")
        constraints = [
            models.CheckConstraint(
                condition=Q(session__isnull=True) | (~Q(burnt="") & Q(request__isnull=True)),
                name="access_grant_session_is_burnt",
            )
        ]
        indexes = [
            models.Index(fields=["person", "-asked_at"]),
            models.Index(
                fields=["person"], condition=Q(ended_at__isnull=True, revoked_at__isnull=True), name="access_grant_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_ground_display()} {self.id}"

    @property
    def hex(self) -> str:
        """The id as it may stand in an HTML id."""
        return self.id.hex

    @property
    def is_running(self) -> bool:
        """Whether somebody may be looking now: a look that was not renewed for two lives of a token is over, whether or
        not the browser said so."""
        if self.index is None or self.ended_at is not None or self.revoked_at is not None:
            return False
        last = self.renewed_at or self.asked_at
        return timezone.now() - last <= timedelta(seconds=2 * get_settings().grant_seconds)

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """The span that playback may reach besides live and the window back."""
        return (self.span_from, self.span_to) if self.span_from and self.span_to else None
