"""Divisions: the tree of regions, cities, counties and functional parks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from custodes.people.said import in_english


class DivisionKind(models.TextChoices):
    """Levels of the tree. A park (功能园区, S5.2) lies under the city or county that it belongs to."""

    REGION = "region", _("自治区")
    CITY = "city", _("市")
    COUNTY = "county", _("县（区）")
    PARK = "park", _("功能园区")


class DivisionQuerySet(models.QuerySet["Division"]):
    """Tree queries, all by the materialised path."""

    def within(self, division: Division) -> DivisionQuerySet:
        """The division itself and everything under it."""
        return self.filter(path__startswith=division.path)

    def above(self, division: Division) -> DivisionQuerySet:
        """The division itself and everything over it, from the top."""
        codes = [code for code in division.path.split("/") if code]
        return self.filter(code__in=codes).order_by("path")


class Division(models.Model):
    """One administrative division.

    `code` is the GB/T 2260 code. Functional parks have none; theirs are our own, begin with ``P`` and have
    `is_standard` false, so that nobody takes them for a code of the standard.
    """

    code = models.CharField(_("区划代码"), max_length=12, unique=True)
    name_zh = models.CharField(_("中文名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=80)
    kind = models.CharField(_("层级"), max_length=10, choices=DivisionKind.choices)
    is_standard = models.BooleanField(_("国家标准代码（GB/T 2260）"), default=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=120, unique=True, editable=False)

    objects = DivisionQuerySet.as_manager()

    #: Set by pages: the level in the tree, 1 at the top.
    depth: int

    class Meta:
        ordering = ["path"]
        verbose_name = _("行政区划")
        verbose_name_plural = _("行政区划")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_en if in_english() else self.name_zh

    def save(self, *args: object, **kwargs: object) -> None:
        """Save with the path that the parent gives."""
        self.path = f"{self.parent.path if self.parent else ''}{self.code}/"
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def contains(self, other: Division) -> bool:
        """Whether `other` is this division or lies under it."""
        return other.path.startswith(self.path)
