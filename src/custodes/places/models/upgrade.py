"""Upgrade order (限期升级改造): county police set a term for a system that falls short of the standards in force (S16.2c)."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMModelMixin, transition

from custodes.people.statefield import StateField
from custodes.places.models.lifecycle import Cleared, guarded

LONGEST = 730
"""Days that a term may have here: a slip of the pen is refused; the clause itself names no number."""


class UpgradeState(models.TextChoices):
    """How far an order has come."""

    ORDERED = "ordered", pgettext_lazy("升级改造", "已通知，待报方案")
    PLANNED = "planned", pgettext_lazy("升级改造", "已报方案，改造中")
    REPORTED = "reported", pgettext_lazy("升级改造", "已报完成，待复查")
    FAILED = "failed", pgettext_lazy("升级改造", "复查不合格，继续改造")
    REFERRED = "referred", pgettext_lazy("升级改造", "逾期，已转监督检查")
    PASSED = "passed", pgettext_lazy("升级改造", "复查合格，已办结")
    REVOKED = "revoked", pgettext_lazy("升级改造", "已撤销")


_U = UpgradeState
#: States in which the system has still to be upgraded.
OPEN = (_U.ORDERED, _U.PLANNED, _U.REPORTED, _U.FAILED, _U.REFERRED)
#: States in which the unit has the next step.
WITH_UNIT = (_U.ORDERED, _U.PLANNED, _U.FAILED, _U.REFERRED)


class UpgradeOrder(FSMModelMixin, models.Model):
    """One order to one system.

    Attributes:
        checked: the day of the check that found what falls short.
        delivered: 送达; its term runs from the day after.
        days: natural days of the term, set by who issues it.
        guide, guide_phone: under whose guidance it is done.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="upgrades")
    checked = models.DateField(_("核查日期"))
    delivered = models.DateField(_("送达日期"))
    days = models.PositiveSmallIntegerField(
        _("期限（日）"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    why = models.CharField(_("情况说明"), max_length=500, blank=True)
    guide = models.CharField(_("指导单位（人员）"), max_length=80)
    guide_phone = models.CharField(_("联系电话"), max_length=40)
    state = StateField(_("状态"), max_length=10, choices=UpgradeState, default=UpgradeState.ORDERED, protected=True)
    issued_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    reported_on = models.DateField(null=True)
    rechecked_on = models.DateField(null=True)
    referred_on = models.DateField(null=True)

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["system"],
                condition=models.Q(state__in=[one.value for one in OPEN]),
                name="places_one_open_upgrade",
            )
        ]
        verbose_name = _("限期升级改造")

    def __str__(self) -> str:
        return f"{self.system} · {self.delivered}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("places:upgrade", args=[self.pk])

    @transition(state, [_U.ORDERED, _U.FAILED, _U.REFERRED], _U.PLANNED)
    @guarded
    def plan(self, cleared: Cleared) -> None:
        """The unit says how and by when."""

    @transition(state, list(WITH_UNIT), _U.REPORTED)
    @guarded
    def report(self, cleared: Cleared) -> None:
        """The unit says that it is done, with papers."""

    @transition(state, list(OPEN), _U.PASSED)
    @guarded
    def pass_recheck(self, cleared: Cleared) -> None:
        """Looked at again on the spot: nothing falls short any more."""

    @transition(state, list(OPEN), _U.FAILED)
    @guarded
    def fail_recheck(self, cleared: Cleared) -> None:
        """Looked at again on the spot: something still does. The term stays what it was."""

    @transition(state, [_U.ORDERED, _U.PLANNED, _U.REPORTED, _U.FAILED], _U.REFERRED)
    @guarded
    def refer(self, cleared: Cleared) -> None:
        """The term is over: it becomes a matter of inspection (S36(3)). The unit still has to upgrade."""

    @transition(state, list(OPEN), _U.REVOKED)
    @guarded
    def revoke(self, cleared: Cleared) -> None:
        """It was issued in error, or the system is gone."""


class Shortfall(models.Model):
    """Where the system falls short: which standard, what was found, what is asked for; and how it was at the recheck."""

    order = models.ForeignKey(UpgradeOrder, models.CASCADE, related_name="shortfalls")
    standard = models.CharField(_("标准及条款"), max_length=120)
    found = models.CharField(_("核查情况"), max_length=300)
    wanted = models.CharField(_("改造要求"), max_length=300)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.standard


class UpgradePaperKind(models.TextChoices):
    """What a paper of an order is."""

    CHECK = "check", pgettext_lazy("升级改造", "核查记录")
    PLAN = "plan", pgettext_lazy("升级改造", "改造方案")
    DONE = "done", pgettext_lazy("升级改造", "完成材料")
    RECHECK = "recheck", pgettext_lazy("升级改造", "复查记录")


class UpgradePaper(models.Model):
    """A paper that goes with an order. Never replaced, never taken out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(UpgradeOrder, models.CASCADE, related_name="papers")
    kind = models.CharField(_("类别"), max_length=8, choices=UpgradePaperKind)
    paper: models.ForeignKey[Any, Any] = models.ForeignKey("people.Paper", models.PROTECT, related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.paper}"
