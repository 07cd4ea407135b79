"""What one person asks for and another decides: plans, recording hours, sound."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from custodes.places.models.camera import Camera


class Decision(models.TextChoices):
    """How far a request has come. Whether an approved one runs, or is over, the clock says."""

    WAITING = "waiting", pgettext_lazy("计划的状态", "待批准")
    APPROVED = "approved", pgettext_lazy("计划的状态", "已批准")
    REFUSED = "refused", pgettext_lazy("计划的状态", "未批准")
    WITHDRAWN = "withdrawn", pgettext_lazy("计划的状态", "已撤回")
    ENDED = "ended", pgettext_lazy("计划的状态", "已提前结束")


class Decided(models.Model):
    """A request: asked for, decided, ended, each by whom and when. `custodes.places.deciding` takes it from step to step."""

    asked_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=Decision, default=Decision.WAITING)
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_words = models.CharField(max_length=200, blank=True)
    ended_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_words = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True
        ordering = ["-asked_at"]

    @property
    def was_approved(self) -> bool:
        """Whether it holds, or held for a while."""
        return self.state in (Decision.APPROVED, Decision.ENDED)

    def get_absolute_url(self) -> str:
        """Its page."""
        raise NotImplementedError

    def concerned(self) -> list[Camera]:
        """The cameras that it is about."""
        raise NotImplementedError

    def over(self, at: datetime) -> bool:
        """Whether its time has gone by: nothing is decided or ended any more."""
        return False

    def decided_with(self, at: datetime) -> Sequence[Self]:
        """Others that can be decided together with it."""
        return ()

    @property
    def decided_whole(self) -> bool:
        """Whether it is decided together with those of `decided_with` and not by itself."""
        return False

    def ended_with(self, at: datetime) -> Sequence[Self]:
        """Others that can be taken back or ended together with it."""
        return ()

    def begun(self, at: datetime) -> bool:
        """Whether what was approved holds already: taking it back is ending it then."""
        return self.state == Decision.APPROVED


def not_by_its_asker(name: str) -> models.CheckConstraint:
    """Two persons, in the database too."""
    return models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name=name)
