"""Who is what: roles at a place (S11) apart from roles at a system (S16, S31, S34, N7.3, N15.2), and who watches it.

One unit may hold several; there is never one "operator".
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PlaceRoleKind(models.TextChoices):
    """Roles at a place (S11.2)."""

    OWNER = "owner", _("所有者")
    USER = "user", _("使用者")
    MANAGER = "manager", _("管理者")


class SystemRoleKind(models.TextChoices):
    """Roles at a system, each with the clause that names it."""

    BUILDER = "builder", _("建设单位（第十六条）")
    USER = "user", _("使用单位（第三十一条）")
    MANAGER = "manager", _("管理单位（第三十四条）")
    NATIONAL_MANAGER = "national_manager", _("公共安全视频系统管理单位（条例第七条）")
    MAINTAINER = "maintainer", _("维护单位（第三十一条）")
    OPERATOR = "operator", _("受托运营单位（条例第十五条）")


class _Dated(models.Model):
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("终止日期"), null=True, blank=True)

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        """Whether the role holds on `day`; both ends included."""
        return self.since <= day and (self.until is None or day <= self.until)


def holding_on(day: date, prefix: str = "") -> Q:
    """Rows whose since/until include `day`, reached over the relation `prefix` (``"roles__"``)."""
    return Q(**{f"{prefix}since__lte": day}) & (
        Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gte": day})
    )


class PlaceRole(_Dated):
    """One unit's role at one place for a time."""

    site = models.ForeignKey("places.Site", models.CASCADE, related_name="roles", verbose_name=_("场所"))
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="place_roles", verbose_name=_("单位"))
    role = models.CharField(_("角色"), max_length=16, choices=PlaceRoleKind)

    class Meta:
        ordering = ["role", "since"]


class SystemRole(_Dated):
    """One unit's role at one system for a time."""

    system = models.ForeignKey("places.System", models.CASCADE, related_name="roles", verbose_name=_("系统"))
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="system_roles", verbose_name=_("单位"))
    role = models.CharField(_("角色"), max_length=20, choices=SystemRoleKind)

    class Meta:
        ordering = ["role", "since"]


class SystemPost(models.Model):
    """A duty post watches a system. The post's own validity decides from when to when."""

    system = models.ForeignKey("places.System", models.CASCADE, related_name="posts", verbose_name=_("系统"))
    post = models.ForeignKey("people.Post", models.CASCADE, related_name="systems", verbose_name=_("值班监看岗位"))
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "post"], name="post_once_per_system")]
