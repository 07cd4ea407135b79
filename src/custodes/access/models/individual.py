"""An individual's look (个人查阅, N21): who asks, what is to be protected, which recordings, and what the managing unit answered.

Kept apart from S29: another ground, another holder, another machine (law.md §1.1).
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.access.models.supervised import DocumentKind
from custodes.cases.models import Stepped
from custodes.people.statefield import StateField, Stateful


class IndividualState(models.TextChoices):
    """How far a request has come."""

    ASKED = "asked", pgettext_lazy("个人查阅", "待答复")
    CONSENTED = "consented", pgettext_lazy("个人查阅", "已同意")
    REFUSED = "refused", pgettext_lazy("个人查阅", "不同意")
    CLOSED = "closed", pgettext_lazy("个人查阅", "已办结")


class AsksAsPerson(models.TextChoices):
    """Who asks (law.grounds.individual.IndividualClaim)."""

    SELF = "self", _("本人")
    NEAR_RELATIVE = "near_relative", _("近亲属")
    CUSTODY = "custody", _("负有监护、看护、代管责任的人")
    OTHER = "other", _("其他人")


class Protects(models.TextChoices):
    """What is to be protected (law.grounds.individual.Interest)."""

    LIFE_OR_HEALTH = "life_or_health", _("生命健康")
    PROPERTY = "property", _("财产安全")
    OTHER = "other", _("其他")


class IndividualRequest(Stepped, Stateful):
    """One request to one managing unit.

    Attributes:
        number: in the unit's own register.
        refusal: why the unit does not agree.
        turned_from: the case of a missing person whose cameras off the platform it is about.
        first_picture_at: the first picture on a screen of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("编号"), max_length=32, editable=False)
    unit = models.ForeignKey(
        "people.Unit", models.PROTECT, related_name="individual_requests", verbose_name=_("管理单位")
    )
    state = StateField(_("状态"), max_length=10, choices=IndividualState, default=IndividualState.ASKED, db_index=True)
    claim = models.CharField(_("申请人身份"), max_length=16, choices=AsksAsPerson)
    name = models.CharField(_("申请人姓名"), max_length=40)
    document = models.CharField(_("证件类别"), max_length=12, choices=DocumentKind)
    document_number = models.CharField(_("证件号码"), max_length=40, blank=True)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    interest = models.CharField(_("需要保护的权益"), max_length=16, choices=Protects)
    purpose = models.CharField(_("事由"), max_length=200)
    content = models.CharField(_("内容"), max_length=500)
    span_from = models.DateTimeField(_("起"), null=True, blank=True)
    span_to = models.DateTimeField(_("止"), null=True, blank=True)
    cameras: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "places.Camera", related_name="individual_requests"
    )
    turned_from = models.ForeignKey("access.MissingCase", models.PROTECT, null=True, related_name="turned")
    taken_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"), db_index=True)
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refusal = models.CharField(_("不同意的理由"), max_length=300, blank=True)
    first_picture_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("个人查阅")
        constraints = [models.UniqueConstraint(fields=["unit", "number"], name="access_individual_number")]
        indexes = [models.Index(fields=["unit", "-asked_at"], name="access_individual_of_unit")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("access:individual", args=[self.pk])

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """Both ends, where both are stated."""
        return (self.span_from, self.span_to) if self.span_from and self.span_to else None
