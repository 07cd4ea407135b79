"""Steps and papers of all cases, each in one table."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

WORDS = 500
"""Characters that a step's words may have."""


class CaseStep(models.Model):
    """One step of one case. Never changed, never deleted.

    Attributes:
        kind: label of the case's model, ``places.filing``. It stands in records and never changes.
        case_id: key of the case.
        about: key of whose page tells of it too: a system. None where nobody's does.
        seq: order within the case, from 1; gaps are allowed.
        before: its state before; empty for the step by which it was begun.
        on: the day that counts in law.
        extra: what only this step has to say.
        record: kept in the outbox as long as the step, so that a page and a print can always name its entry in the log.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    case_id = models.UUIDField()
    about = models.UUIDField(null=True)
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=24)
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(max_length=16)
    on = models.DateField(_("日期"))
    words = models.CharField(_("说明"), max_length=WORDS, blank=True)
    clauses = models.JSONField(default=list)
    extra = models.JSONField(default=dict)
    papers: models.ManyToManyField[Any, Any] = models.ManyToManyField("people.Paper", related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    record = models.OneToOneField("people.RecordOutbox", models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        ordering = ["case_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["kind", "case_id", "seq"], name="cases_step_once")]
        indexes = [
            models.Index(fields=["about", "at"], name="cases_step_about"),
            models.Index(fields=["case_id", "seq"], name="cases_step_of_case"),
            # Which systems' clocks began by a day: terms of filing and of trials are counted from these steps.
            models.Index(
                fields=["event", "on", "case_id"],
                condition=Q(event__in=["accept", "put_in_use", "begin_trial"]),
                name="cases_step_begins_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event}"


class Stepped:
    """A row of which steps are kept."""

    pk: Any
    _meta: Any

    @property
    def steps(self) -> QuerySet[CaseStep]:
        """What was done, the oldest first."""
        return CaseStep.objects.filter(kind=self._meta.label_lower, case_id=self.pk).order_by("seq")


class CasePaper(models.Model):
    """A paper that goes with a case. Never replaced, never taken out.

    Attributes:
        kind, case_id: of the case, as of its steps.
        sort: what it is, one of the kind's own.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    case_id = models.UUIDField()
    sort = models.CharField(max_length=16)
    paper = models.ForeignKey("people.Paper", models.PROTECT, related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["case_id", "at"], name="cases_paper_of_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.sort}"
