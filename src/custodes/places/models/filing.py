"""Filing (备案): a machine of its own beside the system's (S16.2, N14). It is a notice, not a licence: it is always taken, late or not."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMModelMixin, transition

from custodes.people.statefield import StateField
from custodes.places.models.lifecycle import Cleared, guarded


class FilingKind(models.TextChoices):
    """What is filed."""

    INITIAL = "initial", pgettext_lazy("备案", "新建系统备案")
    LEGACY = "legacy", pgettext_lazy("备案", "施行前建成系统备案")
    CHANGE = "change", pgettext_lazy("备案", "变更备案")


class FilingState(models.TextChoices):
    """How far a filing has come."""

    DRAFT = "draft", pgettext_lazy("备案", "草稿")
    SUBMITTED = "submitted", pgettext_lazy("备案", "已提交，待公安机关接收")
    RETURNED = "returned", pgettext_lazy("备案", "退回补正")
    FILED = "filed", pgettext_lazy("备案", "已备案")
    WITHDRAWN = "withdrawn", pgettext_lazy("备案", "已撤回")


_F = FilingState
#: States in which a filing is on its way: a system has one of these at a time.
OPEN = (_F.DRAFT, _F.SUBMITTED, _F.RETURNED)


class Filing(FSMModelMixin, models.Model):
    """One filing of one system. `content` is what was said, as it stood when it was submitted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="filings")
    kind = models.CharField(_("备案事项"), max_length=8, choices=FilingKind)
    state = StateField(_("状态"), max_length=12, choices=FilingState, default=FilingState.DRAFT, protected=True)
    #: Answers of `places.filing.form.FIELDS`, by key; a key in `unclear` was answered 暂不清楚.
    content = models.JSONField(default=dict)
    unclear = models.JSONField(default=list)
    items: models.ManyToManyField[Any, Any] = models.ManyToManyField("places.DossierItem", related_name="filings")
    drafted_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    #: Counter staff who entered it for a unit that came with papers.
    on_behalf = models.BooleanField(default=False)
    submitted_on = models.DateField(null=True)
    submitted_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    filed_on = models.DateField(null=True)
    filed_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    receipt = models.CharField(_("回执编号"), max_length=40, blank=True)
    #: Who gave the receipt, where it was filed before the system was entered here (S16.2b); empty for what was filed here.
    authority = models.CharField(_("原备案机关"), max_length=80, blank=True)
    receipt_paper = models.ForeignKey("people.Paper", models.PROTECT, null=True, editable=False, related_name="+")
    returned_words = models.CharField(max_length=300, blank=True)
    national_number = models.CharField(_("全国备案平台回执号"), max_length=60, blank=True)

    class Meta:
        ordering = ["-drafted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["system"], condition=Q(state__in=[one.value for one in OPEN]), name="places_one_open_filing"
            ),
            models.UniqueConstraint(
                fields=["authority", "receipt"],
                condition=~Q(receipt="") & ~Q(state=FilingState.WITHDRAWN.value),
                name="places_receipt_once",
            ),
            models.CheckConstraint(
                condition=Q(authority="") | (~Q(receipt="") & Q(receipt_paper__isnull=False)),
                name="places_receipt_with_its_paper",
            ),
        ]
        # What waits for the police, the oldest first: a work list walks to it.
        indexes = [models.Index(fields=["state", "submitted_on", "id"], name="places_filing_waiting")]
        verbose_name = _("备案")

    def __str__(self) -> str:
        return f"{self.system} · {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("places:filing", args=[self.pk])

    @property
    def elsewhere(self) -> bool:
        """It was filed elsewhere and its receipt was taken over; what it says lies there."""
        return bool(self.authority)

    @transition(state, _F.FILED, _F.WITHDRAWN)
    @guarded
    def revoke(self, cleared: Cleared) -> None:
        """A receipt that was taken over wrongly counts no more; one that was given here is never taken back."""

    @transition(state, [_F.DRAFT, _F.RETURNED], _F.SUBMITTED)
    @guarded
    def submit(self, cleared: Cleared) -> None:
        """The unit hands it in."""

    @transition(state, _F.SUBMITTED, _F.RETURNED)
    @guarded
    def send_back(self, cleared: Cleared) -> None:
        """Police say what is missing; the day on which it was handed in stays."""

    @transition(state, _F.SUBMITTED, _F.FILED)
    @guarded
    def receive(self, cleared: Cleared) -> None:
        """Police take it and give a receipt."""

    @transition(state, list(OPEN), _F.WITHDRAWN)
    @guarded
    def withdraw(self, cleared: Cleared) -> None:
        """The unit takes it back."""
