"""A hold (信息保全, S33.2a): footage that is not deleted before two people have released it; and how it names the request that it rests on."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Replace
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.people.statefield import StateField, Stateful

OF_AGENCY = "agency.request"
OF_OWN_IMAGE = "own_image.request"


def reference(request: UUID, kind: str = OF_AGENCY) -> str:
    """As it stands on the hold and in its record."""
    return f"{kind}:{request}"


def referred(said: str, kind: str = OF_AGENCY) -> UUID | None:
    """The request of this kind that is named; None where it is of another kind or none."""
    before, colon, key = said.partition(":")
    return UUID(key) if colon and before == kind else None


def bare(of: Any = "request") -> Replace:
    """A reference as the database compares it: without hyphens, since one database writes ids with them and another without."""
    return Replace(F(of) if isinstance(of, str) else of, Value("-"), Value(""))


def references_of(rows: QuerySet[Any], kind: str = OF_AGENCY) -> QuerySet[Any]:
    """How holds name these requests, as `bare` has it; asked by the database beside the holds."""
    key = bare(Cast(F("pk"), CharField()))
    return rows.order_by().values_list(Concat(Value(f"{kind}:"), key, output_field=CharField()))


REVIEW_DAYS = 180
"""When nothing else is said somebody looks after so many days whether it is still needed."""
LONGEST_REVIEW_DAYS = 365


class HoldBasis(models.TextChoices):
    """On what it rests."""

    CASE = "case", _("案件、事件")
    SPAN = "span", _("指定时段")
    REQUEST = "request", _("查阅调取申请")


class HoldState(models.TextChoices):
    """How far it has come. In each state but the last the footage is held."""

    HELD = "held", pgettext_lazy("信息保全", "保全中")
    RELEASE_ASKED = "release_asked", pgettext_lazy("信息保全", "待第二人确认解除")
    RELEASED = "released", pgettext_lazy("信息保全", "已解除")


_H = HoldState
#: States in which the footage is held.
OPEN = (_H.HELD, _H.RELEASE_ASKED)


class Hold(Stateful):
    """One hold. What workers are told follows from it and its `version`; what they answered is in `HoldDelivery`.

    Attributes:
        asked_by: whose document asks for it; `number` is that document's.
        request: a reference to a request in this house: ``agency.request:UUID``; empty for none.
        review_on: the day on which somebody looks whether it is still needed. Nothing ends by itself on it.
        placed_unit: of the post by which it was placed: only posts that reach it may release it.
        version: rises with each change that the workers are told of.
        effective_version, effective_at: the last version that every worker had in its index, and since when.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    basis = models.CharField(_("保全依据"), max_length=8, choices=HoldBasis)
    case_name = models.CharField(_("案件、事件名称"), max_length=200)
    number = models.CharField(_("文书编号"), max_length=100, blank=True)
    asked_by = models.CharField(_("提出保全的单位"), max_length=200, blank=True)
    request = models.CharField(max_length=80, blank=True, editable=False)
    reason = models.CharField(_("保全理由"), max_length=500)
    clauses = models.JSONField(default=list)
    cameras: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "places.Camera", related_name="holds", verbose_name=_("点位")
    )
    span_from = models.DateTimeField(_("起"))
    span_to = models.DateTimeField(_("止"))
    review_on = models.DateField(_("复核日期"))
    state = StateField(_("状态"), max_length=14, choices=HoldState, default=HoldState.HELD)
    placed_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    placed_unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    release_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    release_asked_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    effective_version = models.PositiveIntegerField(default=0, editable=False)
    effective_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-placed_at"]
        verbose_name = _("信息保全")
        constraints = [
            models.CheckConstraint(condition=Q(span_to__gt=F("span_from")), name="access_hold_span"),
            # Two people, in the database too.
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("release_by")), name="access_hold_by_two"
            ),
            models.CheckConstraint(
                condition=~Q(state=_H.RELEASED.value) | Q(released_by__isnull=False, release_by__isnull=False),
                name="access_hold_released_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "review_on"], name="access_hold_review"),
            models.Index(fields=["request"], condition=~Q(request=""), name="access_hold_request"),
        ]

    def __str__(self) -> str:
        return self.case_name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("access:hold", args=[self.pk])

    @property
    def open(self) -> bool:
        """Whether the footage is held, as far as this house is concerned."""
        return self.state in OPEN

    @property
    def in_effect(self) -> bool:
        """Whether every worker has what this house wants in its index."""
        return self.effective_version >= self.version

    def review_due(self, today: date) -> bool:
        """Whether somebody has to look whether it is still needed."""
        return self.open and self.review_on <= today


class HoldDelivery(models.Model):
    """What one worker was told of a hold, and what it answered.

    Attributes:
        cameras: ids of the cameras that it is told of.
        version: the last one that the worker said is in its index; 0 for none.
        report: `wire.holds.HeldCamera` of each camera, as it was then.
        tried_at, trouble: the last try that was not answered, and what was wrong.
    """

    hold = models.ForeignKey(Hold, models.CASCADE, related_name="deliveries")
    node = models.ForeignKey("places.Node", models.PROTECT, related_name="+")
    worker = models.PositiveSmallIntegerField()
    cameras = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)
    report = models.JSONField(default=list)

    class Meta:
        ordering = ["node", "worker"]
        constraints = [models.UniqueConstraint(fields=["hold", "node", "worker"], name="access_hold_once_a_worker")]
        indexes = [models.Index(fields=["node", "hold"], name="access_hold_of_node")]

    def __str__(self) -> str:
        return f"{self.node}/{self.worker}"
