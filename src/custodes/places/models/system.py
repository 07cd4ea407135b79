"""A system: the cameras of one site that are built, filed and watched together (S2.2)."""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from custodes.places.models.lifecycle import Lifecycle


class Network(models.TextChoices):
    """What kind of network the cameras are on; S20 keeps classified systems off public networks."""

    VIDEO = "video", _("公安视频专网")
    LOCAL = "local", _("单位内部网络")
    INTERNET = "internet", _("互联网")
    ISOLATED = "isolated", _("物理隔离网络")


class MlpsLevel(models.IntegerChoices):
    """Levels of the multi-level protection scheme (网络安全等级保护) that such a system can have."""

    ONE = 1, _("第一级")
    TWO = 2, _("第二级")
    THREE = 3, _("第三级")
    FOUR = 4, _("第四级")


class System(Lifecycle):
    """One system. Its responsible unit is who answers for it day by day; law's roles are rows of `SystemRole`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey("places.Site", models.PROTECT, related_name="systems", verbose_name=_("场所"))
    name = models.CharField(_("系统名称"), max_length=120)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="systems", verbose_name=_("责任单位"))
    network = models.CharField(_("所在网络"), max_length=16, choices=Network, default=Network.LOCAL)
    #: When it was built (竣工), where that was before it was entered here; what was built before the regulation is legacy (S16.2b).
    built_on = models.DateField(_("建成日期"), null=True, blank=True)
    classified = models.BooleanField(_("涉及国家安全、国家秘密"), default=False)
    mlps_level = models.PositiveSmallIntegerField(_("网络安全等级保护级别"), choices=MlpsLevel, null=True, blank=True)
    mlps_number = models.CharField(_("等级保护备案编号"), max_length=60, blank=True)
    norm_version = models.CharField(_("所依据的技术规范版本"), max_length=120, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Lifecycle.Meta):
        abstract = False
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["unit"]), models.Index(fields=["name", "id"], name="system_by_name")]
        verbose_name = _("系统")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The system's page."""
        return reverse("places:system", args=[self.pk])
