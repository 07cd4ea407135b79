"""Posts: what a person is there for, and from when to when; duty sessions: when they in fact stood duty (S34(1))."""

from __future__ import annotations

import datetime
import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from custodes.people.permissions import ADMINISTRATORS, DUTY_POSTS, PostKind


class PostQuerySet(models.QuerySet["Post"]):
    """Posts by time."""

    def open(self) -> PostQuerySet:
        """Posts that nobody has ended, whether or not their time has come or run out."""
        return self.filter(ended_at__isnull=True)

    def valid(self, at: datetime.datetime | Combinable) -> PostQuerySet:
        """Posts that count at this instant; one that nobody has confirmed yet counts at none."""
        return self.filter(
            Q(awaits=False),
            Q(valid_from__lte=at),
            Q(valid_until__isnull=True) | Q(valid_until__gt=at),
            Q(ended_at__isnull=True) | Q(ended_at__gt=at),
        )


class Post(models.Model):
    """A post (岗位) of a person at a unit. Never deleted: it is ended, so that it can be told later who could do what."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="posts", verbose_name=_("人员"))
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="posts", verbose_name=_("任职单位"))
    kind = models.CharField(_("岗位"), max_length=20, choices=PostKind.choices)
    valid_from = models.DateTimeField(_("生效时间"))
    valid_until = models.DateTimeField(_("失效时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("终止时间"), null=True, blank=True)
    ended_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("终止人")
    )
    note = models.CharField(_("备注"), max_length=200, blank=True)
    #: Assigned by one and not confirmed by a second yet (`people.entrusting`).
    awaits = models.BooleanField(_("待确认"), default=False, editable=False)

    objects = PostQuerySet.as_manager()

    #: Set by pages: whether the post counted at the moment of the request.
    counts: bool

    class Meta:
        ordering = ["-valid_from", "-pk"]
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")
        constraints = [
            # The database itself keeps the three administrators apart, whatever two requests do at once.
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_at__isnull=True, kind__in=sorted(ADMINISTRATORS)),
                name="people_post_one_administrator",
            ),
            models.UniqueConstraint(
                fields=["person", "unit", "kind"],
                condition=Q(ended_at__isnull=True),
                name="people_post_held_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("valid_from")),
                name="people_post_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.unit}"

    def clean(self) -> None:
        """One administrator post a person, and an end after the beginning."""
        if self.valid_until and self.valid_from and self.valid_until <= self.valid_from:
            raise ValidationError({"valid_until": _("失效时间应当晚于生效时间。")})
        if self.ended_at or not self.person_id or self.kind not in ADMINISTRATORS:
            return
        others = Post.objects.open().filter(person_id=self.person_id, kind__in=ADMINISTRATORS).exclude(pk=self.pk)
        if others.exists():
            raise ValidationError(
                {
                    "kind": _(
                        "系统管理员、安全管理员、审计管理员应当由不同人员担任（网络安全等级保护）。请先终止原管理员岗位。"
                    )
                }
            )

    def is_valid(self, at: datetime.datetime) -> bool:
        """Whether the post counts at this instant."""
        return (
            not self.awaits
            and self.valid_from <= at
            and (self.valid_until is None or at < self.valid_until)
            and (self.ended_at is None or at < self.ended_at)
        )

    @property
    def stands_duty(self) -> bool:
        """Whether a duty session can begin on this post."""
        return self.kind in DUTY_POSTS


class DutyEnd(models.TextChoices):
    """Why a duty session ended."""

    HAND_OVER = "hand_over", _("交接班")
    EXPIRED = "expired", _("超时自动结束")
    ENDED = "ended", _("本人结束")
    POST_ENDED = "post_ended", _("岗位终止")


class DutyQuerySet(models.QuerySet["DutySession"]):
    """Duty sessions by time."""

    def running(self, at: datetime.datetime | Combinable) -> DutyQuerySet:
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
