"""What belongs to an agency request: its officers, papers, approvals, steps and sittings; and how many approve at a holder."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AgencyOfficer(models.Model):
    """One of those who ask: at least two, each with the number of a work card (S28.1(1)(2)).

    Attributes:
        person: their account's person, of a request that came in online.
        confirmed_at: they were at the counter, or have confirmed from their own account.
        seen_at: when the page on which they look was last heard of; None when it was left.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey("access.AgencyRequest", models.CASCADE, related_name="officers")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("姓名"), max_length=60)
    card = models.CharField(_("工作证件号"), max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "person"], condition=models.Q(person__isnull=False), name="access_officer_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class AgencyPaperKind(models.TextChoices):
    """What a paper of a request is."""

    LETTER = "letter", pgettext_lazy("查阅调取", "介绍信函")
    CARD = "card", pgettext_lazy("查阅调取", "工作证件")
    UNDERTAKING = "undertaking", pgettext_lazy("查阅调取", "保密承诺书")
    APPROVAL = "approval", pgettext_lazy("查阅调取", "批准文书")
    OTHER = "other", pgettext_lazy("查阅调取", "其他材料")


class AgencyPaper(models.Model):
    """A paper that was shown. Never replaced, never taken out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey("access.AgencyRequest", models.CASCADE, related_name="papers")
    kind = models.CharField(_("类别"), max_length=12, choices=AgencyPaperKind)
    paper: models.ForeignKey[Any, Any] = models.ForeignKey("people.Paper", models.PROTECT, related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.paper}"


class AgencyApproval(models.Model):
    """One of the holder's staff has approved; `review` where it was granted before (urgent path)."""

    request = models.ForeignKey("access.AgencyRequest", models.CASCADE, related_name="approvals")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    review = models.BooleanField(default=False)
    void = models.BooleanField(default=False)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "by"], condition=models.Q(void=False), name="access_approval_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.by}"


class AgencyStep(models.Model):
    """One step of a request. Never changed, never deleted; `by` is empty for what time alone brought.

    `revision` is the request's own behind the step: steps of one moment keep their order.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey("access.AgencyRequest", models.PROTECT, related_name="steps")
    revision = models.PositiveIntegerField()
    event = models.CharField(max_length=16)
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(max_length=16)
    on = models.DateField(_("日期"))
    words = models.CharField(_("说明"), max_length=500, blank=True)
    clauses = models.JSONField(default=list)
    papers: models.ManyToManyField[Any, Any] = models.ManyToManyField("people.Paper", related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    record = models.OneToOneField("people.RecordOutbox", models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        ordering = ["revision"]
        indexes = [models.Index(fields=["request", "revision"], name="access_step_of_request")]

    def __str__(self) -> str:
        return f"{self.request} {self.event}"


class AgencySitting(models.Model):
    """Officers stand beside one of the holder's staff, under whose session they look. It ends when one of them leaves."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey("access.AgencyRequest", models.PROTECT, related_name="sittings")
    staff = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    officers: models.ManyToManyField[Any, Any] = models.ManyToManyField(AgencyOfficer, related_name="+")
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-begun_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=models.Q(ended_at__isnull=True), name="access_one_open_sitting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.staff}"


class HolderApprovals(models.Model):
    """How many of a holder's staff approve an agency request there: the holder's own choice, no rule of the law (law.md §2.7)."""

    unit = models.OneToOneField("people.Unit", models.CASCADE, related_name="holder_approvals")
    count = models.PositiveSmallIntegerField(
        _("审批人数"), validators=[MinValueValidator(1), MaxValueValidator(5)], default=1
    )

    class Meta:
        verbose_name = _("审批人数")

    def __str__(self) -> str:
        return f"{self.unit} {self.count}"
