"""Building plans (S8) and technical norms (S12.2): a text, who was asked about it, and what became of it; and a norm as sites and systems name it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.law.building.departments import BY_KEY
from custodes.people.lawful import bilingual
from custodes.people.models import Division
from custodes.people.statefield import StateField, Stateful


class PlanningKind(models.TextChoices):
    """What a text is."""

    CITY_PLAN = "city_plan", _("全市规划")
    COUNTY_PLAN = "county_plan", _("县（区）规划")
    NORM = "norm", _("技术规范")


class PlanningState(models.TextChoices):
    """How far it has come."""

    DRAFT = "draft", pgettext_lazy("规划的状态", "起草")
    CONSULTING = "consulting", pgettext_lazy("规划的状态", "征求意见")
    SUBMITTED = "submitted", pgettext_lazy("规划的状态", "已报批")
    IN_FORCE = "in_force", pgettext_lazy("规划的状态", "施行中")
    ARCHIVED = "archived", pgettext_lazy("规划的状态", "已归档")


_S = PlanningState


class PlanningText(Stateful):
    """One version of a plan or a norm.

    Its state changes by the steps of `custodes.places.cityplans.case` alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("类别"), max_length=12, choices=PlanningKind, editable=False)
    division = models.ForeignKey("people.Division", models.PROTECT, related_name="+", editable=False)
    #: The police unit that draws it up.
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+", editable=False)
    title = models.CharField(_("名称"), max_length=120)
    version = models.CharField(_("版本"), max_length=20)
    number = models.CharField(_("编号"), max_length=80, blank=True)
    text = models.TextField(_("正文"), max_length=100_000, blank=True)
    #: The file that was handed in; `people.papers` keeps it. Nothing is uploaded on these pages yet.
    paper = models.ForeignKey("people.Paper", models.PROTECT, null=True, blank=True, related_name="+")
    city_plan = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="county_plans", verbose_name=_("所依据的全市规划")
    )
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="later", editable=False)
    state = StateField(_("状态"), max_length=12, choices=_S, default=_S.DRAFT, editable=False)
    #: How often it was drafted anew: opinions are of one round.
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    approval_number = models.CharField(_("批准文号"), max_length=80, blank=True, editable=False)
    approved_on = models.DateField(_("批准日期"), null=True, editable=False)
    in_force_from = models.DateField(_("施行日期"), null=True, editable=False)
    #: Counts edits; a form that was opened before the last one is not saved over it.
    revision = models.PositiveIntegerField(default=0, editable=False)
    changed_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+", editable=False)
    changed_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["kind", "division__path", "-changed_at"]
        verbose_name = _("规划和技术规范")
        constraints = [
            models.UniqueConstraint(fields=["kind", "division", "version"], name="planning_version_once"),
            models.UniqueConstraint(
                fields=["kind", "division"], condition=Q(state="in_force"), name="planning_one_in_force"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["in_force", "archived"])
                | Q(kind="norm", in_force_from__isnull=False)
                | (~Q(approval_number="") & Q(approved_on__isnull=False)),
                name="planning_in_force_was_approved",
            ),
            models.CheckConstraint(
                condition=~Q(kind="county_plan") | Q(state="draft") | Q(city_plan__isnull=False),
                name="planning_county_rests_on_city",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.version}）"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("places:city_plan", args=[self.pk])

    @property
    def is_norm(self) -> bool:
        """Whether no government approves it (S12.2)."""
        return self.kind == PlanningKind.NORM

    @property
    def clause(self) -> str:
        """On which it rests."""
        return {PlanningKind.CITY_PLAN: "S8.1", PlanningKind.COUNTY_PLAN: "S8.2"}.get(PlanningKind(self.kind), "S12.2")


class PlanningPartner(models.Model):
    """Somebody who is asked (会同部门), in one round: answered with day and words, or waived with a reason, or still open."""

    text = models.ForeignKey(PlanningText, models.CASCADE, related_name="partners")
    round = models.PositiveSmallIntegerField(editable=False)
    #: Of `law.building.departments`; empty for one that the clause does not name.
    key = models.CharField(max_length=24, blank=True, editable=False)
    name = models.CharField(_("部门名称"), max_length=80)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True)
    words = models.CharField(_("意见"), max_length=1000, blank=True)
    waived = models.BooleanField(_("不征求意见"), default=False)
    paper = models.ForeignKey("people.Paper", models.PROTECT, null=True, blank=True, related_name="+")
    entered_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", editable=False)
    entered_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["text", "round", "name"], name="planning_partner_once"),
            models.CheckConstraint(
                condition=Q(waived=False) | (Q(answered_on__isnull=True) & ~Q(words="")),
                name="planning_waived_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(bilingual(BY_KEY[self.key].name_zh, BY_KEY[self.key].name_en)) if self.key else self.name

    @property
    def settled(self) -> bool:
        """Whether it has answered or is waived."""
        return self.waived or self.answered_on is not None


class PlanningAnswer(models.Model):
    """What a person says to a sentence that may prescribe a brand, a seller or a firm (S13.2); it holds for that sentence."""

    text = models.ForeignKey(PlanningText, models.CASCADE, related_name="answers")
    sentence = models.CharField(max_length=64, editable=False)
    words = models.CharField(_("说明"), max_length=400)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text", "sentence"], name="planning_answer_once")]


class NormManager(models.Manager["TechnicalNorm"]):
    """Norms alone."""

    def get_queryset(self) -> models.QuerySet[TechnicalNorm]:
        """Of the table of plans and norms, the norms."""
        return super().get_queryset().filter(kind=PlanningKind.NORM)


class TechnicalNorm(PlanningText):
    """A version of the norm; a foreign key to it is one to that version."""

    objects: ClassVar[NormManager] = NormManager()

    class Meta:
        proxy = True


def norm_in_force(division: Division, day: date) -> TechnicalNorm | None:
    """The version that binds in `division` on `day`: of its city, the latest that was in force by then."""
    made = TechnicalNorm.objects.filter(
        state__in=[PlanningState.IN_FORCE, PlanningState.ARCHIVED],
        in_force_from__lte=day,
        division__in=Division.objects.above(division),
    )
    return made.order_by("-in_force_from", "-changed_at").first()
