"""Units: the bodies of S6 and everybody else who builds, runs or uses a system."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from custodes.law.building.departments import BY_KEY, NAMED
from custodes.people.phones import valid_phone
from custodes.people.said import said
from custodes.people.uscc_field import UsccField, valid_uscc


def _named(key: str) -> Any:
    return said(BY_KEY[key].name_zh, BY_KEY[key].name_en)


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
