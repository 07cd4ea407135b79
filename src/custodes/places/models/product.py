"""Product certificates (S13.1): that a maker's model is a qualified security product, and until when."""

from __future__ import annotations

import datetime
import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from custodes.law.duties.building import CredentialFacts, s13_1_credentials
from custodes.law.duties.finding import Finding
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

    def finding(self, at: datetime.datetime) -> Finding:
        """How it stands on the local day of `at`, as the law library says."""
        today = legal_day(at)
        return s13_1_credentials(CredentialFacts(self.valid_until), today, today, terms())

    @classmethod
    def certified_until(cls, maker: str, model: str) -> datetime.date | None:
        """The last day on which any certificate of this model that counts holds; None when there is none. Case does not matter."""
        rows = cls.objects.counting().filter(maker__iexact=maker.strip(), model__iexact=model.strip())
        found: datetime.date | None = rows.aggregate(until=models.Max("valid_until"))["until"]
        return found
