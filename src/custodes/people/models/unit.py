"""Divisions (the tree of regions, cities, counties and functional parks), the units in them, and units that let themselves in."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from custodes.law.building.departments import BY_KEY, NAMED
from custodes.people.lawful import bilingual, in_english
from custodes.people.numbers import UsccField, valid_phone, valid_uscc


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


def _named(key: str) -> Any:
    return bilingual(BY_KEY[key].name_zh, BY_KEY[key].name_en)


class UnitKind(models.TextChoices):
    """Kinds of S5 and S6: the police, the seventeen named departments, the sectors, parks, and other bodies."""

    PUBLIC_SECURITY = "public_security", _("公安机关")
    DEVELOPMENT_REFORM = "development_reform", _named("development_reform")
    SCIENCE = "science", _named("science")
    ECONOMY_IT = "economy_it", _named("economy_it")
    FINANCE_DEPT = "finance_dept", _named("finance_dept")
    BIG_DATA = "big_data", _named("big_data")
    HOUSING = "housing", _named("housing")
    LABOUR = "labour", _named("labour")
    TRANSPORT = "transport", _named("transport")
    EDUCATION = "education", _named("education")
    NATURAL_RESOURCES = "natural_resources", _named("natural_resources")
    COMMERCE = "commerce", _named("commerce")
    CITY_MANAGEMENT = "city_management", _named("city_management")
    CULTURE = "culture", _named("culture")
    MARKET = "market", _named("market")
    TOURISM = "tourism", _named("tourism")
    HEALTH = "health", _named("health")
    STATE_SECURITY = "state_security", _named("state_security")
    OTHER_DEPARTMENT = "other_department", _("其他行政机关")
    JUDICIAL = "judicial", _("检察、审判机关")
    GOVERNMENT = "government", _("人民政府")
    PARK = "park", _("功能园区管理机构")
    SECTOR_POST = "sector_post", _("邮政")
    SECTOR_FINANCE = "sector_finance", _("金融")
    SECTOR_TELECOM = "sector_telecom", _("电信")
    SECTOR_POWER = "sector_power", _("电力")
    SECTOR_OTHER = "sector_other", _("其他具有公共服务管理职能的单位")
    ENTERPRISE = "enterprise", _("企业")
    INSTITUTION = "institution", _("事业单位")
    SOCIAL = "social", _("社会组织")
    OTHER = "other", _("其他单位")


#: Seventeen departments of S6 paragraph 2, in the order of the text; the list is open (等部门).
NAMED_DEPARTMENTS: tuple[UnitKind, ...] = tuple(UnitKind(one.key) for one in NAMED)


class UnitQuerySet(models.QuerySet["Unit"]):
    """Tree queries, all by the materialised path."""

    def within(self, unit: Unit) -> UnitQuerySet:
        """The unit itself and its sub-units."""
        return self.filter(path__startswith=unit.path)


class Unit(models.Model):
    """A unit (单位). Which roles it has towards a place or a system is said there, not here (S11, N7.3, N15.2)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("单位名称"), max_length=120)
    kind = models.CharField(_("单位类别"), max_length=24, choices=UnitKind.choices)
    division = models.ForeignKey(
        "people.Division", models.PROTECT, related_name="units", verbose_name=_("所在行政区划")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级单位")
    )
    uscc = UsccField(_("统一社会信用代码"), blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    contact = models.CharField(_("联系人"), max_length=60, blank=True)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True, validators=[valid_phone])
    #: A mailbox of the unit, for notices of what is due (decision 0208). It need not be anybody's account.
    mail = models.EmailField(_("联系邮箱"), blank=True)
    path = models.CharField(max_length=240, db_index=True, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        # Lists of systems and cameras are sorted by it, and are longer than the list of units.
        indexes = [models.Index(fields=["name"], name="unit_by_name")]
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        constraints = [
            models.UniqueConstraint(fields=["uscc"], condition=~models.Q(uscc=""), name="people_unit_uscc_once"),
            models.UniqueConstraint(fields=["division", "parent", "name"], name="people_unit_name_once"),
            models.UniqueConstraint(
                fields=["division", "name"],
                condition=models.Q(parent__isnull=True),
                name="people_unit_name_once_at_the_top",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A unit never stands under itself."""
        if self.parent and self.pk and self.parent.path.startswith(self.path):
            raise ValidationError({"parent": _("上级单位不能是本单位或者其下级单位。")})

    def save(self, *args: object, **kwargs: object) -> None:
        """Save, and give this unit and its sub-units the path that follows from the parent."""
        with transaction.atomic():
            before = self.path
            self.path = self._path() if self.pk else ""
            super().save(*args, **kwargs)  # type: ignore[arg-type]
            if self.path != self._path():
                self.path = self._path()
                Unit.objects.filter(pk=self.pk).update(path=self.path)
            if before and before != self.path:
                for unit in Unit.objects.filter(path__startswith=before).exclude(pk=self.pk):
                    Unit.objects.filter(pk=unit.pk).update(path=self.path + unit.path[len(before) :])

    def _path(self) -> str:
        return f"{self.parent.path if self.parent else ''}{self.pk}/"

    @property
    def uscc_is_wrong(self) -> bool:
        """Whether its code was entered before codes were checked, and is none."""
        try:
            valid_uscc(self.uscc)
        except ValidationError:
            return bool(self.uscc)
        return False

    @property
    def is_police(self) -> bool:
        """Whether this is a public security organ, whose posts see their division."""
        return self.kind == UnitKind.PUBLIC_SECURITY


class ApplicationState(models.TextChoices):
    """How far it has come."""

    WAITING = "waiting", _("待核实")
    RETURNED = "returned", _("已退回")
    CONFIRMED = "confirmed", _("已确认")
    LAPSED = "lapsed", _("逾期失效")


class UnitApplication(models.Model):
    """One application. It is no unit: nothing in the register refers to it, and it opens nothing.

    `password` is a hash, gone as soon as it is decided; `letter` is gone when the application lapses.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    receipt = models.CharField(_("受理编号"), max_length=24, unique=True, editable=False)
    name = models.CharField(_("单位名称"), max_length=120)
    kind = models.CharField(_("单位类别"), max_length=24, choices=UnitKind.choices)
    division = models.ForeignKey("people.Division", models.PROTECT, related_name="+", verbose_name=_("所在行政区划"))
    uscc = UsccField(_("统一社会信用代码"))
    address = models.CharField(_("地址"), max_length=200)
    contact = models.CharField(_("联系人"), max_length=60)
    phone = models.CharField(_("联系电话"), max_length=30, validators=[valid_phone])
    applicant = models.CharField(_("经办人"), max_length=60)
    username = models.CharField(_("用户名"), max_length=60)
    account_name = models.CharField(_("确认的用户名"), max_length=60, blank=True, editable=False)
    password = models.CharField(max_length=128, blank=True, editable=False)
    letter = models.ForeignKey(
        "people.Paper", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("委托办理备案授权书")
    )
    filed_by = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    filed_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    state = models.CharField(
        _("状态"), max_length=10, choices=ApplicationState.choices, default=ApplicationState.WAITING
    )
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(_("退回说明"), max_length=300, blank=True)
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, blank=True, related_name="applications")

    class Meta:
        ordering = ["filed_at", "pk"]
        verbose_name = _("单位登记申请")
        indexes = [models.Index(fields=["state", "filed_at"], name="people_application_state")]

    def __str__(self) -> str:
        return f"{self.receipt} {self.name}"


def leading_police(units: Iterable[Unit]) -> list[Unit]:
    """Those of these units that are police with no police of the same division above them in the tree."""
    police = [one for one in units if one.kind == UnitKind.PUBLIC_SECURITY]
    keys = {key for one in police for key in _above(one)}
    rows = Unit.objects.filter(pk__in=keys, kind=UnitKind.PUBLIC_SECURITY)
    divisions = dict(rows.values_list("pk", "division"))
    return [one for one in police if one.division_id not in {divisions.get(key) for key in _above(one)}]


def _above(unit: Unit) -> list[int]:
    return [int(key) for key in unit.path.split("/") if key and int(key) != unit.pk]
