"""Who may know of a look and when, and what of it has to be explained (N20, N25, S7, S28.1(4); design/requests.md, Q11)."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMModelMixin, transition

from custodes.people.statefield import StateField
from custodes.places.models.lifecycle import Cleared, guarded


class EmbargoState(models.TextChoices):
    """How far it has come; that it is over is a matter of the clock."""

    ASKED = "asked", pgettext_lazy("暂缓告知", "待批准")
    APPROVED = "approved", pgettext_lazy("暂缓告知", "已批准")
    DECLINED = "declined", pgettext_lazy("暂缓告知", "不予批准")
    WITHDRAWN = "withdrawn", pgettext_lazy("暂缓告知", "已撤回")
    LAPSED = "lapsed", pgettext_lazy("暂缓告知", "未批准届满")
    LIFTED = "lifted", pgettext_lazy("暂缓告知", "提前解除")


class EmbargoQuerySet(models.QuerySet["Embargo"]):
    """Embargoes by the clock that is passed in."""

    def running(self, at: datetime) -> EmbargoQuerySet:
        """Those that keep looks from the units whose cameras they are of, at this instant. The end itself is not in it."""
        return self.filter(state=EmbargoState.APPROVED, ends_at__gt=at)

    def awaited(self, at: datetime) -> EmbargoQuerySet:
        """First ones that nobody has answered: no look begins meanwhile."""
        return self.filter(state=EmbargoState.ASKED, earlier__isnull=True, ends_at__gt=at)


class Embargo(FSMModelMixin, models.Model):
    """What is looked at under a request is told to the units whose cameras it is of only behind an end (暂缓告知).

    Attributes:
        until: the last day on which it is kept from them; `ends_at` the first moment behind it.
        earlier: the one that this one makes longer.
        asked_by: of those who ask, or the desk in their name; `decided_by` one of the holder's approvers.
        lifted_at: it was ended before its day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey("access.AgencyRequest", models.PROTECT, related_name="embargoes")
    state = StateField(_("状态"), max_length=10, choices=EmbargoState, default=EmbargoState.ASKED, protected=True)
    reason = models.CharField(_("暂缓理由"), max_length=300)
    until = models.DateField(_("暂缓至"))
    ends_at = models.DateTimeField(db_index=True)
    earlier = models.ForeignKey("self", models.PROTECT, null=True, related_name="later")
    asked_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = EmbargoQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("暂缓告知")
        constraints = [
            models.UniqueConstraint(fields=["request"], condition=Q(state="asked"), name="access_embargo_one_waits"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(state="approved") | ~Q(decided_by=F("asked_by")),
                name="access_embargo_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.until}"

    @staticmethod
    def end_of(until: date) -> datetime:
        """The first moment behind a local day."""
        return timezone.make_aware(datetime.combine(until + timedelta(days=1), time()))

    @property
    def mark(self) -> str:
        """What a page sends back, so that a step counts only for what stood on it."""
        return f"{self.pk}:{self.revision}"

    @transition(state, EmbargoState.ASKED, EmbargoState.APPROVED)
    @guarded
    def approve(self, cleared: Cleared) -> None:
        """The second of two lets it be kept back."""

    @transition(state, EmbargoState.ASKED, EmbargoState.DECLINED)
    @guarded
    def decline(self, cleared: Cleared) -> None:
        """The second of two says no."""

    @transition(state, EmbargoState.ASKED, EmbargoState.WITHDRAWN)
    @guarded
    def withdraw(self, cleared: Cleared) -> None:
        """Whoever asks does not want it any more."""

    @transition(state, EmbargoState.ASKED, EmbargoState.LAPSED)
    @guarded
    def lapse(self, cleared: Cleared) -> None:
        """Its last day went by unanswered."""

    @transition(state, EmbargoState.APPROVED, EmbargoState.LIFTED)
    @guarded
    def lift(self, cleared: Cleared) -> None:
        """The units may know before the day."""


class FindingKind(models.TextChoices):
    """Why a look is to be explained, or which two accounts of it differ. None says anything of who is in a picture."""

    ODD_HOUR = "odd_hour", pgettext_lazy("查看复核", "不在通常值班时间")
    MANY_LOOKS = "many_looks", pgettext_lazy("查看复核", "一小时内查看次数多")
    MANY_CAMERAS = "many_cameras", pgettext_lazy("查看复核", "一小时内查看点位多")
    LONG_WATCHED = "long_watched", pgettext_lazy("查看复核", "一日内查看时间长")
    SAME_CAMERA = "same_camera", pgettext_lazy("查看复核", "反复查看同一点位")
    UNSTATED = "unstated", pgettext_lazy("查看复核", "回看未写明事由")
    BEYOND = "beyond", pgettext_lazy("查看复核", "超出申请的点位或者时段")
    OFF_MATTER = "off_matter", pgettext_lazy("查看复核", "超出所填案件、事件的点位或者时段")
    MANY_REFUSED = "many_refused", pgettext_lazy("查看复核", "多次被拒绝")
    NO_GRANT = "no_grant", pgettext_lazy("查看复核", "节点显示未经准予")
    BEYOND_GRANT = "beyond_grant", pgettext_lazy("查看复核", "节点显示超出准予")
    NO_LEAVE = "no_leave", pgettext_lazy("查看复核", "操控未经准予")
    BEYOND_LEAVE = "beyond_leave", pgettext_lazy("查看复核", "操控超出准予")
    UNACCOUNTED = "unaccounted", pgettext_lazy("查看复核", "操控指令条数不符")
    NO_SPEECH = "no_speech", pgettext_lazy("查看复核", "喊话未经准予")
    BEYOND_SPEECH = "beyond_speech", pgettext_lazy("查看复核", "喊话超出准予")
    LONG_SPEECH = "long_speech", pgettext_lazy("查看复核", "喊话时长不符")
    OWN_IMAGES = "own_images", pgettext_lazy("查看复核", "本人影像申请多次核对画面后没有提供")


#: Two accounts that differ: an incident from the start, whatever anybody says to it.
MISMATCHES = (
    FindingKind.NO_GRANT,
    FindingKind.BEYOND_GRANT,
    FindingKind.NO_LEAVE,
    FindingKind.BEYOND_LEAVE,
    FindingKind.UNACCOUNTED,
    FindingKind.NO_SPEECH,
    FindingKind.BEYOND_SPEECH,
    FindingKind.LONG_SPEECH,
)


class FindingState(models.TextChoices):
    """How far a finding has come."""

    WAITING = "waiting", pgettext_lazy("查看复核", "待复核")
    ASKED = "asked", pgettext_lazy("查看复核", "待本人说明")
    EXPLAINED = "explained", pgettext_lazy("查看复核", "已说明，待判定")
    IN_ORDER = "in_order", pgettext_lazy("查看复核", "情况正常")
    INCIDENT = "incident", pgettext_lazy("查看复核", "记为事件")
    SETTLED = "settled", pgettext_lazy("查看复核", "事件已处置")


#: States in which somebody has the next step.
FINDING_OPEN = (FindingState.WAITING, FindingState.ASKED, FindingState.EXPLAINED, FindingState.INCIDENT)
#: States from which one is judged.
FINDING_JUDGED_FROM = (FindingState.WAITING, FindingState.ASKED, FindingState.EXPLAINED)


class LookFinding(FSMModelMixin, models.Model):
    """Something about looks that a person has to judge. Kept are findings alone, never how somebody usually looks (decision 0288).

    Attributes:
        key: what makes it this one and no other.
        person: who looked; None where a node names somebody whom the register does not know.
        unit: whose staff they are; of a mismatch without a known person None.
        grant: the first of the looks that it is about.
        day: the local day.
        facts: figures of the rule, and of a mismatch the places in the log of both accounts.
        explanation: in the words of whoever looked.
        clause: of an incident.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(_("事项"), max_length=16, choices=FindingKind)
    state = StateField(_("状态"), max_length=10, choices=FindingState, default=FindingState.WAITING, protected=True)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("人员"))
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    grant = models.ForeignKey("access.Grant", models.PROTECT, null=True, related_name="findings")
    day = models.DateField(_("日期"))
    facts = models.JSONField(default=dict)
    found_at = models.DateTimeField(_("发现时间"))
    due = models.DateField(_("复核期限"))
    explanation = models.CharField(_("说明"), max_length=500, blank=True)
    judged_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    clause = models.CharField(max_length=20, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-found_at", "pk"]
        verbose_name = _("查看复核")
        indexes = [models.Index(fields=["state", "due"], name="access_finding_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("access:finding", args=[self.pk])

    @property
    def mismatch(self) -> bool:
        """Whether two accounts differ."""
        return self.kind in MISMATCHES

    @transition(state, [FindingState.WAITING, FindingState.EXPLAINED], FindingState.ASKED)
    @guarded
    def ask(self, cleared: Cleared) -> None:
        """Whoever looked is asked to explain."""

    @transition(state, [FindingState.WAITING, FindingState.ASKED], FindingState.EXPLAINED)
    @guarded
    def explain(self, cleared: Cleared) -> None:
        """In the words of whoever looked."""

    @transition(state, list(FINDING_JUDGED_FROM), FindingState.IN_ORDER)
    @guarded
    def in_order(self, cleared: Cleared) -> None:
        """There was good reason for it."""

    @transition(state, list(FINDING_JUDGED_FROM), FindingState.INCIDENT)
    @guarded
    def incident(self, cleared: Cleared) -> None:
        """There was none."""

    @transition(state, FindingState.INCIDENT, FindingState.SETTLED)
    @guarded
    def settle(self, cleared: Cleared) -> None:
        """What was done about an incident."""


class LookStep(models.Model):
    """One step of an embargo or of a finding. Never changed, never deleted; `by` is empty for what the house itself did."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    embargo = models.ForeignKey("access.Embargo", models.PROTECT, null=True, related_name="steps")
    finding = models.ForeignKey("access.LookFinding", models.PROTECT, null=True, related_name="steps")
    event = models.CharField(max_length=16)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10)
    on = models.DateField(_("日期"))
    words = models.CharField(_("说明"), max_length=500, blank=True)
    clauses = models.JSONField(default=list)
    by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)
    record: models.OneToOneField[Any, Any] = models.OneToOneField(
        "people.RecordOutbox", models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(embargo__isnull=True, finding__isnull=False)
                | Q(embargo__isnull=False, finding__isnull=True),
                name="access_lookstep_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.at}"


class LookPass(models.Model):
    """How far looks were gone through: the local day before which all were. One row."""

    done_until = models.DateField()
    passed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.done_until)
