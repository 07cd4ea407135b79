"""A site: the area, place or key part of S9 in which systems stand, or ought to; a vehicle of public transport is one too.

The sites are the inventory of places: one without a system is where S9's gap list comes from.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.law.building.basis import BASES, Basis, basis_of
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


BASIS_CHOICES = [(one.key, said(one.label_zh, one.label_en)) for one in BASES]


class SecretNear(models.TextChoices):
    """Whether a military zone or a secret unit lies beside the place (N10). Which one is never entered."""

    NO = "no", _("没有")
    YES = "yes", _("有")


def degrees(name: Any, most: int) -> models.DecimalField[Any, Any]:
    """A column for a longitude or latitude: decimal degrees of CGCS2000, six places (about a tenth of a metre)."""
    return models.DecimalField(
        name,
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-most), MaxValueValidator(most)],
    )


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
    basis = models.CharField(_("安装依据（条例第七条、第九条）"), max_length=8, choices=BASIS_CHOICES, blank=True)
    decision = models.CharField(_("列入应建范围的书面决定"), max_length=200, blank=True)
    necessity = models.CharField(_("必要性说明"), max_length=400, blank=True)
    key_parts = models.CharField(_("确定重点部位的文件"), max_length=200, blank=True)
    secret_near = models.CharField(
        _("周边有无军事禁区、军事管理区或者涉密单位"), max_length=4, choices=SecretNear, blank=True
    )
    consent = models.CharField(_("该单位同意的文号"), max_length=120, blank=True)
    consent_paper = models.ForeignKey("people.Paper", models.PROTECT, null=True, editable=False, related_name="+")
    key_target = models.BooleanField(_("防范恐怖袭击重点目标"), default=False)
    key_target_document = models.CharField(_("确定重点目标的文件"), max_length=200, blank=True)
    state_owned = models.BooleanField(_("属于国家所有"), default=False)
    agreed_builder = models.ForeignKey(
        "people.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("所有者与使用者约定的建设主体"),
    )
    agreement = models.CharField(_("约定文件"), max_length=200, blank=True)
    longitude = degrees(_("经度"), 180)
    latitude = degrees(_("纬度"), 90)
    plate = models.CharField(_("车船号牌"), max_length=20, blank=True)
    route = models.CharField(_("运营线路"), max_length=120, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["unit"]),
            models.Index(fields=["division"]),
            models.Index(fields=["category", "division"]),
        ]
        verbose_name = _("场所")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The site's page."""
        return reverse("places:site", args=[self.pk])

    @property
    def is_vehicle(self) -> bool:
        """A vehicle or ship: it has a plate, and its address is where it stands at night."""
        return bool(self.plate)

    @property
    def law_basis(self) -> Basis | None:
        """On what a system here rests; None while nobody has said it."""
        return basis_of(self.basis)

    @property
    def n9(self) -> bool:
        """N9 governs the place. While the register does not say so, the fuller regime holds."""
        return self.law_basis is not None and self.law_basis.n9
