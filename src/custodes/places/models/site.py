"""A site: the area, place or key part of S9 in which systems stand."""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SiteCategory(models.IntegerChoices):
    """The fourteen items of S9, by number; the words are shortened, the clause chip shows the text."""

    ROADS = 1, _("（一）道路、广场、案件高发区域、水域")
    TRANSPORT = 2, _("（二）车站、交通枢纽、公共停车场")
    NEWS = 3, _("（三）新闻单位")
    GOVERNMENT = 4, _("（四）党政机关")
    TELECOM = 5, _("（五）电信、邮政营业网点")
    FINANCE = 6, _("（六）金融机构营业网点")
    ENERGY = 7, _("（七）能源、供水、供电、供气、加油（气）站")
    COMMERCE = 8, _("（八）物资储备、商贸中心、商业街、大型市场")
    EDUCATION_HEALTH = 9, _("（九）学校、幼儿园、医院")
    CULTURE_HERITAGE = 10, _("（十）博物馆、展览馆、档案馆、文物保护单位")
    DANGEROUS = 11, _("（十一）危险物品、菌种毒种场所")
    SPORTS_PARKS = 12, _("（十二）文化体育场所、公园、景区")
    RESIDENCE = 13, _("（十三）住宅小区、旅馆、娱乐、网吧、宗教活动场所")
    OTHER = 14, _("（十四）其他")


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
