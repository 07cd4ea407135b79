"""A unit that lets itself in: what it said of itself, until the police of its division have confirmed it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from custodes.people.models.unit import UnitKind
from custodes.people.phones import valid_phone
from custodes.people.uscc_field import UsccField


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
