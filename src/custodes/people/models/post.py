"""Posts: what a person is there for, and from when to when."""

from __future__ import annotations

import datetime
import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PostKind(models.TextChoices):
    """Kinds of posts. What each may do is the table in `people/permissions.py`."""

    DUTY_OFFICER = "duty_officer", _("值班监看员")
    DUTY_LEAD = "duty_lead", _("值班长")
    CARETAKER = "caretaker", _("系统管理人")
    APPROVER = "approver", _("审批人")
    AGENCY_OFFICER = "agency_officer", _("办案人员")
    CLERK = "clerk", _("备案受理员")
    INSPECTOR = "inspector", _("监督检查员")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")


#: GB/T 22239: the three administrators, which one account never holds together.
ADMINISTRATORS: frozenset[str] = frozenset({PostKind.SYSTEM_ADMIN, PostKind.SECURITY_ADMIN, PostKind.AUDIT_ADMIN})

#: Posts that stand duty (S34(1)).
DUTY_POSTS: frozenset[str] = frozenset({PostKind.DUTY_OFFICER, PostKind.DUTY_LEAD})


class PostQuerySet(models.QuerySet["Post"]):
    """Posts by time."""

    def open(self) -> PostQuerySet:
        """Posts that nobody has ended, whether or not their time has come or run out."""
        return self.filter(ended_at__isnull=True)

    def valid(self, at: datetime.datetime) -> PostQuerySet:
        """Posts that count at this instant."""
        return self.filter(
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
            self.valid_from <= at
            and (self.valid_until is None or at < self.valid_until)
            and (self.ended_at is None or at < self.ended_at)
        )

    @property
    def stands_duty(self) -> bool:
        """Whether a duty session can begin on this post."""
        return self.kind in DUTY_POSTS
