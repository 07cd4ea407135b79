"""What belongs to a system's file (S17, N11): its papers with their versions, the firms and technicians, the main works beside it.

Certificates of products (S13.1) say that a maker's model is a qualified security product, and until when.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.law.duties.building import CredentialFacts, s13_1_credentials
from custodes.law.duties.finding import DutyFinding
from custodes.people.lawful import legal_day, terms


class ProductQuerySet(models.QuerySet["Product"]):
    """Certificates by whether they count."""

    def standing(self) -> ProductQuerySet:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def counting(self) -> ProductQuerySet:
        """Those that stand and have their paper: a number alone certifies nothing."""
        return self.standing().filter(paper__isnull=False)


class Product(models.Model):
    """One certificate of one model. Never edited: a new one is entered, a wrong one is withdrawn.

    It recommends nothing: no plan or norm may name brands or sellers (S13.2).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    maker = models.CharField(_("生产厂家"), max_length=80)
    model = models.CharField(_("型号"), max_length=80)
    certificate = models.CharField(_("证书或者报告编号"), max_length=80)
    issuer = models.CharField(_("出具机构"), max_length=120)
    issued = models.DateField(_("出具日期"))
    valid_until = models.DateField(_("有效期至"))
    paper = models.ForeignKey("people.Paper", models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_why = models.CharField(_("撤销理由"), max_length=200, blank=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["maker", "model", "-valid_until"]
        verbose_name = _("产品合格证明")
        constraints = [
            models.UniqueConstraint(
                fields=["maker", "model", "certificate"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="places_product_certificate_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.maker} {self.model}"

    def finding(self, at: datetime.datetime) -> DutyFinding:
        """How it stands on the local day of `at`, as the law library says."""
        today = legal_day(at)
        return s13_1_credentials(CredentialFacts(self.valid_until), today, today, terms())

    @classmethod
    def certified_until(cls, maker: str, model: str) -> datetime.date | None:
        """The last day on which any certificate of this model that counts holds; None when there is none. Case does not matter."""
        rows = cls.objects.counting().filter(maker__iexact=maker.strip(), model__iexact=model.strip())
        found: datetime.date | None = rows.aggregate(until=models.Max("valid_until"))["until"]
        return found


class PaperKind(models.TextChoices):
    """The kinds of S17 and N11, and what stands beside them."""

    DESIGN = "design", pgettext_lazy("案卷", "设计资料")
    CONSTRUCTION = "construction", pgettext_lazy("案卷", "施工资料")
    INSPECTION = "inspection", pgettext_lazy("案卷", "检验资料")
    ACCEPTANCE = "acceptance", pgettext_lazy("案卷", "验收资料")
    MAINTENANCE = "maintenance", pgettext_lazy("案卷", "维护资料")
    OTHER = "other", pgettext_lazy("案卷", "其他资料")


class PaperSort(models.TextChoices):
    """Papers that a guard asks for by name; everything else is `PLAIN`."""

    PLAIN = "", pgettext_lazy("案卷", "一般资料")
    STANDARDS = "standards", pgettext_lazy("案卷", "标准符合性清单")
    NORM = "technical_norm", pgettext_lazy("案卷", "适用的建设技术规范版本说明")
    MLPS = "mlps", pgettext_lazy("案卷", "网络安全等级保护定级材料")
    INTERFACE = "interface", pgettext_lazy("案卷", "预留联网接口说明")
    ASSESSMENT = "assessment", pgettext_lazy("案卷", "个人信息保护影响评估报告")
    CONSENT = "consent", pgettext_lazy("案卷", "周边军事、涉密单位的同意函")
    REPORT = "report", pgettext_lazy("案卷", "验收报告")
    TRIAL = "trial", pgettext_lazy("案卷", "试运行报告")
    INSPECTED = "inspected", pgettext_lazy("案卷", "检验报告")


class DossierItem(models.Model):
    """One paper in the file of a system. A newer version is a new row that `replaces` the former; nothing is taken out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="dossier")
    kind = models.CharField(_("类别"), max_length=16, choices=PaperKind)
    sort = models.CharField(_("名目"), max_length=16, choices=PaperSort, blank=True, default=PaperSort.PLAIN)
    title = models.CharField(_("题名"), max_length=120)
    number = models.CharField(_("文号"), max_length=80, blank=True)
    dated = models.DateField(_("材料日期"))
    pages = models.PositiveSmallIntegerField(_("页数"), null=True, blank=True)
    paper = models.ForeignKey("people.Paper", models.PROTECT, related_name="+", verbose_name=_("材料"))
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by", editable=False)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "dated", "at"]
        verbose_name = _("案卷材料")

    def __str__(self) -> str:
        return self.title


class FirmStep(models.TextChoices):
    """For which step a firm stands (S13.1, S17)."""

    DESIGN = "design", pgettext_lazy("案卷", "设计")
    CONSTRUCTION = "construction", pgettext_lazy("案卷", "施工")
    ACCEPTANCE = "acceptance", pgettext_lazy("案卷", "验收")
    MAINTENANCE = "maintenance", pgettext_lazy("案卷", "维护")


class SystemFirm(models.Model):
    """A firm that does, or did, one step of a system, with its technicians: the two registers of S17.

    Attributes:
        until: the last day on which it does it; None while it does. The file keeps the row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="firms")
    step = models.CharField(_("承担事项"), max_length=16, choices=FirmStep)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+", verbose_name=_("单位"))
    technicians: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "people.Person", related_name="+", verbose_name=_("专业技术人员")
    )
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("终止日期"), null=True, editable=False)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["step", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "step", "unit"], condition=Q(until__isnull=True), name="places_firm_once_a_step"
            )
        ]
        verbose_name = _("承担单位")

    def __str__(self) -> str:
        return f"{self.get_step_display()} {self.unit}"


class MainWorks(models.Model):
    """The building works beside which a system is designed, built, accepted and used (S14), with the days of the works."""

    system = models.OneToOneField("places.System", models.PROTECT, related_name="works", primary_key=True)
    name = models.CharField(_("主体工程名称"), max_length=120)
    design = models.DateField(_("主体工程完成设计"), null=True, blank=True)
    build = models.DateField(_("主体工程竣工"), null=True, blank=True)
    accept = models.DateField(_("主体工程验收合格"), null=True, blank=True)
    use = models.DateField(_("主体工程投入使用"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("主体工程")

    def __str__(self) -> str:
        return self.name


class Acceptance(models.Model):
    """One acceptance of a system (S16.1): passed or not, the five parts of its file (N11), and who took part."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="acceptances")
    on = models.DateField(_("验收日期"))
    passed = models.BooleanField(_("验收结论"))
    #: Part → what was found, of `places.lifecycle.facts.PARTS`; a part that is not there was not looked at.
    parts = models.JSONField(default=dict)
    members = models.CharField(_("验收人员"), max_length=300)
    words = models.CharField(_("意见"), max_length=500, blank=True)
    report = models.ForeignKey(DossierItem, models.PROTECT, null=True, related_name="+", verbose_name=_("验收报告"))
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "at"]
        verbose_name = _("验收")

    def __str__(self) -> str:
        return f"{self.system} {self.on}"


class InterfaceTest(models.Model):
    """A live try of a system's interface before acceptance (S12.1): each connected camera asked by its node, at one go."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="interface_tests")
    asked = models.PositiveIntegerField()
    answered = models.PositiveIntegerField(default=0)
    #: Camera → what failed (wire.md §3), for those that did not answer.
    failures = models.JSONField(default=dict)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=Q(answered__lte=models.F("asked")), name="places_interface_answers"),
            models.UniqueConstraint(
                fields=["system"], condition=Q(ended_at__isnull=True), name="places_one_interface_try"
            ),
        ]
        verbose_name = _("联网接口现场测试")

    def __str__(self) -> str:
        return f"{self.system} {self.at}"

    @property
    def passed(self) -> bool:
        """Every camera answered, and there was one."""
        return self.ended_at is not None and 0 < self.asked == self.answered
