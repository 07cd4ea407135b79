"""Removal (拆除): reported at least fifteen days before, never permitted or refused by anybody (S18, N23(2))."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMModelMixin, transition

from custodes.people.statefield import StateField
from custodes.places.models.lifecycle import Cleared, guarded


class RemovalGround(models.TextChoices):
    """Why something has to go: S18 names two and leaves the list open (等)."""

    CITY_WORKS = "city_works", pgettext_lazy("拆除", "城市建设")
    CHANGE_OF_USE = "change_of_use", pgettext_lazy("拆除", "场所、部位改变用途")
    OTHER = "other", pgettext_lazy("拆除", "其他确需拆除的情形")


class RemovalState(models.TextChoices):
    """How far a removal has come."""

    PLANNED = "planned", pgettext_lazy("拆除", "拟拆除，尚未报告")
    REPORTED = "reported", pgettext_lazy("拆除", "已报告")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("拆除", "公安机关已收悉")
    REMOVED = "removed", pgettext_lazy("拆除", "已拆除")
    CANCELLED = "cancelled", pgettext_lazy("拆除", "不再拆除")


_R = RemovalState
#: States in which a removal is still ahead.
AHEAD = (_R.PLANNED, _R.REPORTED, _R.ACKNOWLEDGED)


class Removal(FSMModelMixin, models.Model):
    """The removal of some cameras of a system, or of all of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="removals")
    whole = models.BooleanField(_("拆除整个系统"), default=False)
    cameras: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "places.Camera", related_name="removals", verbose_name=_("拆除的点位")
    )
    ground = models.CharField(_("拆除理由"), max_length=16, choices=RemovalGround)
    why = models.CharField(_("情况说明"), max_length=500)
    planned = models.DateField(_("拟拆除日期"))
    state = StateField(_("状态"), max_length=14, choices=RemovalState, default=RemovalState.PLANNED, protected=True)
    drafted_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    reported_on = models.DateField(null=True)
    acknowledged_on = models.DateField(null=True)
    removed_on = models.DateField(null=True)

    class Meta:
        ordering = ["-drafted_at"]
        verbose_name = _("拆除")

    def __str__(self) -> str:
        return f"{self.system} · {self.planned}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("places:removal", args=[self.pk])

    @transition(state, _R.PLANNED, _R.REPORTED)
    @guarded
    def report(self, cleared: Cleared) -> None:
        """County police are told (S18)."""

    @transition(state, _R.REPORTED, _R.ACKNOWLEDGED)
    @guarded
    def acknowledge(self, cleared: Cleared) -> None:
        """County police say that they have read it; nothing hangs on it."""

    @transition(state, [_R.REPORTED, _R.ACKNOWLEDGED], _R.REMOVED)
    @guarded
    def carry_out(self, cleared: Cleared) -> None:
        """It is removed, fifteen days after the report or later."""

    @transition(state, list(AHEAD), _R.CANCELLED)
    @guarded
    def cancel(self, cleared: Cleared) -> None:
        """It stays."""
