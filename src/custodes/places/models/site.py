"""A site: the area, place or key part of S9 in which systems stand."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.law.building.categories import category
from custodes.people.said import said


def _item(number: int) -> Any:
    return said(category(number).label_zh, category(number).label_en)


class SiteCategory(models.IntegerChoices):
    """The fourteen items of S9, by number; the words are shortened, the clause chip shows the text."""

    ROADS = 1, _item(1)
    TRANSPORT = 2, _item(2)
    NEWS = 3, _item(3)
    GOVERNMENT = 4, _item(4)
    TELECOM = 5, _item(5)
    FINANCE = 6, _item(6)
    ENERGY = 7, _item(7)
    COMMERCE = 8, _item(8)
    EDUCATION_HEALTH = 9, _item(9)
    CULTURE_HERITAGE = 10, _item(10)
    DANGEROUS = 11, _item(11)
    SPORTS_PARKS = 12, _item(12)
    RESIDENCE = 13, _item(13)
    OTHER = 14, _item(14)


class Site(models.Model):
    """One place, in one division, held by one unit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("场所名称"), max_length=120)
    category = models.PositiveSmallIntegerField(_("场所类别（第九条）"), choices=SiteCategory)
    address = models.CharField(_("地址"), max_length=200)
    division = models.ForeignKey(
        "people.Division", models.PROTECT, related_name="sites", verbose_name=_("所在行政区划")
    )
    unit = models.ForeignKey(
        "people.Unit", models.PROTECT, related_name="sites", verbose_name=pgettext_lazy("登记的单位", "登记单位")
    )
    created_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["unit"]), models.Index(fields=["division"])]
        verbose_name = _("场所")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The site's page."""
        return reverse("places:site", args=[self.pk])
