"""Sites and their systems: a site's category, a system's life (law.md §2.8), and who is what at either (S11, S16, S31, S34, N7.3, N15.2).

A site is the area, place or key part of S9 in which systems stand, or ought to; a vehicle of public transport is one too. The sites are
the inventory of places: one without a system is where S9's gap list comes from. A system is the cameras of one site that are built, filed
and watched together (S2.2).

A system's state changes by the steps of `places.lifecycle.case` alone.

One unit may hold several roles; there is never one "operator".
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.law.building.categories import BASES, BuildingBasis, basis_of, category
from custodes.people.lawful import bilingual
from custodes.people.statefield import StateField, Stateful


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


class SystemPostQuerySet(models.QuerySet["SystemPost"]):
    """Links by whether they count."""

    def in_force(self) -> SystemPostQuerySet:
        """Those that a second person has confirmed."""
        return self.filter(awaits=False)


class SystemPost(models.Model):
    """A duty post watches a system. The post's own validity decides from when to when.

    Attributes:
        awaits: one has linked them and no second has confirmed it yet: the post watches nothing by it.
        entrustment: by whom it was linked and confirmed; empty where the installation's own commands did.
    """

    system = models.ForeignKey("places.System", models.CASCADE, related_name="posts", verbose_name=_("系统"))
    post = models.ForeignKey("people.Post", models.CASCADE, related_name="systems", verbose_name=_("值班监看岗位"))
    since = models.DateTimeField(auto_now_add=True)
    awaits = models.BooleanField(_("待确认"), default=False, editable=False)
    entrustment = models.OneToOneField(
        "people.Entrustment", models.SET_NULL, null=True, blank=True, editable=False, related_name="watch"
    )

    objects = SystemPostQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "post"], name="post_once_per_system")]


class SystemState(models.TextChoices):
    """Where a system is in its life."""

    PROPOSED = "proposed", pgettext_lazy("系统的状态", "拟建")
    PLANNED = "planned", pgettext_lazy("系统的状态", "已核对立项")
    DESIGNED = "designed", pgettext_lazy("系统的状态", "设计完成")
    BUILDING = "building", pgettext_lazy("系统的状态", "施工中")
    COMPLETED = "completed", pgettext_lazy("系统的状态", "已竣工")
    TRIAL = "trial", pgettext_lazy("系统的状态", "试运行")
    ACCEPTED = "accepted", pgettext_lazy("系统的状态", "验收合格")
    IN_USE = "in_use", pgettext_lazy("系统的状态", "投入使用")
    LEGACY = "legacy_in_use", pgettext_lazy("系统的状态", "在用（施行前建成）")
    REMOVED = "removed", pgettext_lazy("系统的状态", "已拆除")
    ABANDONED = "abandoned", pgettext_lazy("系统的状态", "不再建设")


_S = SystemState

#: States in which a node takes the system's cameras in (design/register.md, R4).
RECORDED = (_S.TRIAL, _S.ACCEPTED, _S.IN_USE, _S.LEGACY)
#: States in which whoever watches may look; a trial run is seen by who builds and who accepts alone.
WATCHED = (_S.ACCEPTED, _S.IN_USE, _S.LEGACY)
#: States in which addresses may be tried and cameras connected: there is something to connect.
CONNECTABLE = (_S.BUILDING, _S.COMPLETED, *RECORDED)
#: States before a trial, in which a project may still be given up.
BEFORE_TRIAL = (_S.PROPOSED, _S.PLANNED, _S.DESIGNED, _S.BUILDING, _S.COMPLETED)
#: States in which a system is in use: what was filed has to be true, removal has to be reported.
USED = (_S.IN_USE, _S.LEGACY)


class Lifecycle(Stateful):
    """The part of a system that lives: its state and the events that change it."""

    state = StateField(_("状态"), max_length=16, choices=SystemState, default=SystemState.PROPOSED, db_index=True)

    class Meta:
        abstract = True

    @property
    def recorded(self) -> bool:
        """Whether a node takes its cameras in."""
        return self.state in RECORDED

    @property
    def on_trial(self) -> bool:
        """Whether it runs on trial: who does not build or accept it does not see it."""
        return bool(self.state == SystemState.TRIAL)


def _item(number: int) -> Any:
    return bilingual(category(number).label_zh, category(number).label_en)


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


BASIS_CHOICES = [(one.key, bilingual(one.label_zh, one.label_en)) for one in BASES]


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
    def law_basis(self) -> BuildingBasis | None:
        """On what a system here rests; None while nobody has said it."""
        return basis_of(self.basis)

    @property
    def n9(self) -> bool:
        """N9 governs the place. While the register does not say so, the fuller regime holds."""
        return self.law_basis is not None and self.law_basis.n9


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
    #: What S20 wants held of a classified system; a networked installation has none and asks for none.
    secrecy_opinion = models.CharField(_("保密审查意见"), max_length=200, blank=True)
    entry_control = models.CharField(_("安全准入机制"), max_length=200, blank=True)
    trusted_products = models.CharField(_("安全可控产品设备"), max_length=200, blank=True)
    fit_crew = models.CharField(_("符合要求的专业队伍"), max_length=200, blank=True)
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
