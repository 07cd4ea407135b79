"""A hold (信息保全, S33.2a): footage that is not deleted before two people have released it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMModelMixin, transition

from custodes.people.statefield import StateField
from custodes.places.models.lifecycle import Cleared, guarded


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


class Hold(FSMModelMixin, models.Model):
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
    state = StateField(_("状态"), max_length=14, choices=HoldState, default=HoldState.HELD, protected=True)
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

    def begin_release(self, by: Any, at: datetime) -> None:
        """Note the first of two."""
        self.release_by, self.release_asked_at = by, at

    @transition(state, _H.HELD, _H.RELEASE_ASKED)
    @guarded
    def ask_release(self, cleared: Cleared) -> None:
        """The first of two says that it may end."""

    @transition(state, _H.RELEASE_ASKED, _H.HELD)
    @guarded
    def decline_release(self, cleared: Cleared) -> None:
        """It goes on: the second says no, or the first takes it back."""

    @transition(state, _H.RELEASE_ASKED, _H.RELEASED)
    @guarded
    def confirm_release(self, cleared: Cleared) -> None:
        """The second of two, who is not the first."""

    @transition(state, list(OPEN), None)
    @guarded
    def review(self, cleared: Cleared) -> None:
        """It is still needed, until another day."""


class HoldStep(models.Model):
    """One step of a hold. Never changed, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hold = models.ForeignKey(Hold, models.PROTECT, related_name="steps")
    event = models.CharField(max_length=24)
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(max_length=16)
    on = models.DateField()
    reason = models.CharField(max_length=500)
    number = models.CharField(max_length=100, blank=True)
    clauses = models.JSONField(default=list)
    papers: models.ManyToManyField[Any, Any] = models.ManyToManyField("people.Paper", related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    record = models.OneToOneField("people.RecordOutbox", models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.event} {self.hold}"


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
