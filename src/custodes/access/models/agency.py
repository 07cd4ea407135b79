"""An agency request (查阅、调取、复制): what an organ asks of a holder, and how far it has come (S27, S28; design/requests.md).

The state changes by the steps that `access.agency.case` declares alone.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.cases.models import CaseStep
from custodes.law.grounds import agency
from custodes.people.lawful import bilingual
from custodes.people.statefield import StateField, Stateful


class AgencyState(models.TextChoices):
    """How far a request has come."""

    DRAFT = "draft", pgettext_lazy("查阅调取", "草稿")
    CHECKING = "checking", pgettext_lazy("查阅调取", "待核对")
    REGISTERED = "registered", pgettext_lazy("查阅调取", "已登记，待审批")
    GRANTED_URGENT = "granted_urgent", pgettext_lazy("查阅调取", "紧急准予，待补审")
    GRANTED = "granted", pgettext_lazy("查阅调取", "已准予")
    SERVED = "served", pgettext_lazy("查阅调取", "已提供")
    CLOSED = "closed", pgettext_lazy("查阅调取", "已办结")
    REFUSED = "refused", pgettext_lazy("查阅调取", "已拒绝")
    LAPSED = "lapsed", pgettext_lazy("查阅调取", "草稿失效")
    REVOKED = "revoked", pgettext_lazy("查阅调取", "已收回")


_A = AgencyState
#: States in which footage may be shown.
OPEN = (_A.GRANTED_URGENT, _A.GRANTED, _A.SERVED)
#: States in which the letter of introduction belongs to this request: a draft may still be dropped, a refused one completed anew.
WITH_LETTER = (_A.CHECKING, _A.REGISTERED, *OPEN, _A.CLOSED, _A.REVOKED)


class Intake(models.TextChoices):
    """How it came in."""

    COUNTER = "counter", pgettext_lazy("查阅调取", "窗口")
    ONLINE = "online", pgettext_lazy("查阅调取", "网上")


class AsksAs(models.TextChoices):
    """Who asks (law.grounds.agency.Requester)."""

    ORGAN = "organ", _("国家机关或者有关部门")
    LAWYER = "lawyer", _("律师")
    FIRM = "firm", _("企业或者其他单位")
    PRIVATE = "private", _("个人")


class AsksFor(models.TextChoices):
    """On which ground (law.grounds.agency.AgencyBasis)."""

    JUDICIAL = "judicial", _("司法工作需要")
    ENFORCEMENT = "enforcement", _("执法工作需要")
    EMERGENCY = "emergency", _("调查、处置突发事件需要")
    NAMED_LAW = "named_law", _("依据其他法律")


class Way(models.TextChoices):
    """What is to be done (law.grounds.agency.AgencyVerb)."""

    CONSULT = "consult", bilingual("查阅", "Consult")
    RETRIEVE = "retrieve", bilingual("调取", "Retrieve")
    COPY = "copy", bilingual("复制", "Copy")


class AgencyRequest(Stateful):
    """One request to one holder.

    Attributes:
        number: in the holder's register, given with the registration.
        unit: the organ where it has accounts here; `unit_name` is how the form names it.
        wanted: where and what to look for, in the requester's words: whoever asks from outside does not see the register (S33.1).
        letter_key: issuing unit and number as they are compared; unique for a holder.
        span_from, span_to: UTC; the end itself is not in it.
        return_by: by when what was handed over is given back or deleted.
        approvals_needed: as the holder had set it when the request was registered.
        approve_due, review_due: when a missing approval is put to the upper unit, and when a missing review is an incident.
        escalated_at, overdue_at: when that happened.
        expires_at: until when footage may be shown; extended when it is needed longer.
        missing: what was unmet of a refusal, as it was printed.
        earlier: the refused request that this one completes.
        touched_at: when somebody last went on with the draft.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("登记号"), max_length=32, blank=True, editable=False)
    holder = models.ForeignKey(
        "people.Unit", models.PROTECT, related_name="agency_requests", verbose_name=_("持有单位")
    )
    intake = models.CharField(_("受理方式"), max_length=8, choices=Intake)
    state = StateField(_("状态"), max_length=16, choices=AgencyState, default=_A.DRAFT, db_index=True)
    requester = models.CharField(_("申请人"), max_length=8, choices=AsksAs, default=AsksAs.ORGAN)
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    unit_name = models.CharField(_("单位名称"), max_length=120, blank=True)
    basis = models.CharField(_("依据"), max_length=12, choices=AsksFor, blank=True)
    law = models.CharField(_("法律名称和条款"), max_length=200, blank=True)
    law_reviewed_by = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    way = models.CharField(_("方式"), max_length=8, choices=Way, default=Way.CONSULT)
    base_data = models.BooleanField(_("只要基础信息，不要录像"), default=False)
    purpose = models.CharField(_("事由"), max_length=200, blank=True)
    content = models.CharField(_("内容"), max_length=500, blank=True)
    wanted = models.CharField(_("地点和时间的说明"), max_length=500, blank=True)
    penalty = models.BooleanField(_("用于行政处罚"), default=False)
    security_organ = models.BooleanField(_("公安、国家安全机关为侦查犯罪、维护国家安全调取"), null=True, blank=True)
    approval_number = models.CharField(_("批准文书号"), max_length=80, blank=True)
    letter_number = models.CharField(_("介绍信函文号"), max_length=80, blank=True)
    letter_key = models.CharField(max_length=220, blank=True, editable=False)
    span_from = models.DateTimeField(_("起"), null=True, blank=True)
    span_to = models.DateTimeField(_("止"), null=True, blank=True)
    cameras: models.ManyToManyField[Any, Any] = models.ManyToManyField("places.Camera", related_name="agency_requests")
    undertaken_on = models.DateField(_("承诺书签署日期"), null=True, blank=True)
    return_by = models.DateField(_("归还或者删除期限"), null=True, blank=True)
    returned_on = models.DateField(_("归还或者删除日期"), null=True, blank=True)
    urgent_why = models.CharField(_("紧急情况"), max_length=300, blank=True)
    urgent_by = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    approvals_needed = models.PositiveSmallIntegerField(default=1)
    approve_due = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    review_due = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(_("准予查看至"), null=True)
    missing = models.JSONField(default=list, editable=False)
    refused_by = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    earlier = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="later")
    begun_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    touched_at = models.DateTimeField(db_index=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True)
    registered_on = models.DateField(_("登记日期"), null=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-begun_at"]
        verbose_name = _("查阅、调取、复制申请")
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "letter_key"],
                condition=models.Q(state__in=[one.value for one in WITH_LETTER]) & ~models.Q(letter_key=""),
                name="access_letter_once_a_holder",
            ),
            models.UniqueConstraint(
                fields=["holder", "number"], condition=~models.Q(number=""), name="access_request_number"
            ),
        ]
        indexes = [models.Index(fields=["holder", "-begun_at"], name="access_request_of_holder")]

    @property
    def ground(self) -> str:
        """The name of the ground on which its looks rest."""
        return agency.NAME

    def __str__(self) -> str:
        return f"{self.number or self.unit_name or gettext('尚未登记的申请')}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("access:request", args=[self.pk])

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """Both ends, where both are stated."""
        return (self.span_from, self.span_to) if self.span_from and self.span_to else None

    @property
    def steps(self) -> models.QuerySet[CaseStep]:
        """What was done, in its order."""
        return CaseStep.objects.filter(kind=self._meta.label_lower, case_id=self.pk)
