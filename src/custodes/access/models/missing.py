"""A case of a missing person (走失人员查看, S29): who is lost, who asks, which recordings, and how far it has come."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.access.models.supervised import DocumentKind
from custodes.cases.models import Stepped
from custodes.people.statefield import StateField, Stateful


class MissingState(models.TextChoices):
    """How far a case has come."""

    OPENED = "opened", pgettext_lazy("走失人员", "已受理，待核实")
    ADMITTED = "admitted", pgettext_lazy("走失人员", "已核实，待选定范围")
    SCHEDULED = "scheduled", pgettext_lazy("走失人员", "待查看")
    VIEWED = "viewed", pgettext_lazy("走失人员", "查看中")
    CLOSED = "closed", pgettext_lazy("走失人员", "已结束，待复核")
    ARCHIVED = "archived", pgettext_lazy("走失人员", "已复核归档")


_M = MissingState
#: States in which somebody may still look.
LOOKING = (_M.SCHEDULED, _M.VIEWED)
#: States in which the case goes on.
RUNNING = (_M.OPENED, _M.ADMITTED, *LOOKING)


class LostAs(models.TextChoices):
    """Who is lost (law.grounds.missing_person.LostPerson)."""

    CHILD = "child", _("儿童")
    ELDERLY = "elderly", _("老人")
    INTELLECTUALLY_DISABLED = "intellectually_disabled", _("智障人员")


class Kin(models.TextChoices):
    """Who asks (law.grounds.missing_person.Relation)."""

    PARENT = "parent", _("父母（含养父母、有抚养关系的继父母）")
    GUARDIAN = "guardian", _("监护人")
    SPOUSE = "spouse", _("配偶")
    CHILD = "child", _("子女")
    SIBLING = "sibling", _("兄弟姐妹")
    GRANDPARENT = "grandparent", _("祖父母、外祖父母")
    GRANDCHILD = "grandchild", _("孙子女、外孙子女")
    OTHER = "other", _("其他人")


class ProofKind(models.TextChoices):
    """How the relation is shown (law.grounds.missing_person.RelationProof)."""

    SHOWN = "shown", _("已出示证明")
    PROVISIONAL = "provisional", _("暂无证明，先作声明")
    NONE = "none", _("没有说明关系")


class Protected(models.TextChoices):
    """Whether a protection order or a dispute about custody exists."""

    NO = "no", _("已核实，没有")
    YES = "yes", _("有，由民警单独查看")


class MissingCase(Stepped, Stateful):
    """One case at one police unit.

    Attributes:
        number: in the unit's own register, given when it is opened.
        guardian_unit: the unit that is the guardian (福利院, 居委会, 民政); the person who came for it is the applicant.
        report_number: 接警编号.
        proof_words: what was shown or declared.
        protected_words: which order or dispute, where police found it.
        span_from, span_to: UTC; the end itself is not in it.
        previewed_at: an officer has looked at all of it first; narrowing anew takes it back.
        first_picture_at: the first picture on any screen of this case; `first_shown_at` the first beside who asks.
        found_camera, found_picture_at: where and when who is lost was seen; `found_at` when the button was pressed.
        police_told_at, police_told: when and whom of the police that search was told, before anybody else.
        provisional_over: the step that told that the provisional proof ran out is written.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("编号"), max_length=32, editable=False)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="missing_cases", verbose_name=_("受理单位"))
    state = StateField(_("状态"), max_length=12, choices=MissingState, default=_M.OPENED, db_index=True)
    report_number = models.CharField(_("接警编号"), max_length=40, blank=True)
    lost_as = models.CharField(_("走失人员类别"), max_length=24, choices=LostAs, blank=True)
    lost_name = models.CharField(_("走失人员姓名"), max_length=40, blank=True)
    age = models.PositiveSmallIntegerField(_("年龄"), null=True, blank=True, validators=[MaxValueValidator(150)])
    looks = models.CharField(_("体貌和衣着"), max_length=300, blank=True)
    last_seen = models.CharField(_("最后出现的时间和地点"), max_length=200, blank=True)
    applicant = models.CharField(_("申请人姓名"), max_length=40, blank=True)
    relation = models.CharField(_("与走失人员的关系"), max_length=12, choices=Kin, blank=True)
    guardian_unit = models.CharField(_("监护单位"), max_length=80, blank=True)
    document = models.CharField(_("证件类别"), max_length=12, choices=DocumentKind, blank=True)
    document_number = models.CharField(_("证件号码"), max_length=40, blank=True)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    proof = models.CharField(_("关系证明"), max_length=12, choices=ProofKind, default=ProofKind.NONE)
    proof_words = models.CharField(_("证明或者声明的内容"), max_length=200, blank=True)
    protected = models.CharField(_("人身安全保护令或者监护争议"), max_length=3, choices=Protected, blank=True)
    protected_words = models.CharField(_("核实情况"), max_length=200, blank=True)
    span_from = models.DateTimeField(_("起"), null=True, blank=True)
    span_to = models.DateTimeField(_("止"), null=True, blank=True)
    cameras: models.ManyToManyField[Any, Any] = models.ManyToManyField("places.Camera", related_name="missing_cases")
    opened_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("受理时间"), db_index=True)
    previewed_at = models.DateTimeField(null=True)
    first_picture_at = models.DateTimeField(null=True)
    first_shown_at = models.DateTimeField(null=True)
    found_camera = models.ForeignKey("places.Camera", models.PROTECT, null=True, blank=True, related_name="+")
    found_picture_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField(null=True)
    police_told_at = models.DateTimeField(_("通知处警民警的时间"), null=True)
    police_told = models.CharField(_("通知的民警"), max_length=60, blank=True)
    provisional_over = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(_("结束原因"), max_length=300, blank=True)
    reviewed_by = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-opened_at"]
        verbose_name = _("走失人员查看")
        constraints = [models.UniqueConstraint(fields=["unit", "number"], name="access_missing_number")]
        indexes = [models.Index(fields=["unit", "-opened_at"], name="access_missing_of_unit")]

    def __str__(self) -> str:
        return f"{self.number} {self.lost_name}".strip()

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("access:missing", args=[self.pk])

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """Both ends, where both are stated."""
        return (self.span_from, self.span_to) if self.span_from and self.span_to else None

    @property
    def to_first_picture(self) -> timedelta | None:
        """From opening to the first picture on a screen, as the page told it."""
        return self.first_picture_at - self.opened_at if self.first_picture_at else None

    @property
    def to_first_shown(self) -> timedelta | None:
        """From opening to the first picture beside who asks."""
        return self.first_shown_at - self.opened_at if self.first_shown_at else None


class MissingPaper(models.Model):
    """A paper of a case: proof of the relation, the undertaking with signature or thumbprint. Never replaced, never taken out."""

    class Kind(models.TextChoices):
        """What it is."""

        PROOF = "proof", pgettext_lazy("走失人员", "关系证明")
        UNDERTAKING = "undertaking", pgettext_lazy("走失人员", "签名或者按指印的承诺书")
        OTHER = "other", pgettext_lazy("走失人员", "其他材料")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    missing = models.ForeignKey("access.MissingCase", models.CASCADE, related_name="papers")
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    paper: models.ForeignKey[Any, Any] = models.ForeignKey("people.Paper", models.PROTECT, related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.paper}"
