"""Duty sessions: when a person in fact stood duty (S34(1))."""

from __future__ import annotations

import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DutyEnd(models.TextChoices):
    """Why a duty session ended."""

    HAND_OVER = "hand_over", _("交接班")
    EXPIRED = "expired", _("超时自动结束")
    ENDED = "ended", _("本人结束")
    POST_ENDED = "post_ended", _("岗位终止")


class DutyQuerySet(models.QuerySet["DutySession"]):
    """Duty sessions by time."""

    def running(self, at: datetime.datetime) -> DutyQuerySet:
        """Sessions that count at this instant: begun, not ended, not run out, on a post that is still valid."""
        return self.filter(
            Q(begun_at__lte=at, ends_at__gt=at),
            Q(ended_at__isnull=True) | Q(ended_at__gt=at),
            Q(post__valid_until__isnull=True) | Q(post__valid_until__gt=at),
            Q(post__ended_at__isnull=True) | Q(post__ended_at__gt=at),
        )


class DutySession(models.Model):
    """One turn of duty. It ends at hand-over, by its own person, with its post, or at `ends_at`."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    post = models.ForeignKey("people.Post", models.PROTECT, related_name="duty_sessions", verbose_name=_("岗位"))
    person = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="duty_sessions", verbose_name=_("值班人员")
    )
    begun_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("最迟结束时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    end_reason = models.CharField(_("结束原因"), max_length=12, choices=DutyEnd.choices, blank=True)
    handed_to = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("接班人员")
    )

    objects = DutyQuerySet.as_manager()

    #: Set by pages: whether the session ran at the moment of the request.
    runs: bool

    class Meta:
        ordering = ["-begun_at", "-pk"]
        verbose_name = _("值班")
        verbose_name_plural = _("值班")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="people_duty_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.begun_at:%Y-%m-%d %H:%M}"
