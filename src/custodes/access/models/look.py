"""Who may know of a look and when, and what of it has to be explained (N20, N25, S7, S28.1(4); design/requests.md, Q11)."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.people.statefield import StateField, Stateful


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


class Embargo(Stateful):
    """What is looked at under a request is told to the units whose cameras it is of only behind an end (暂缓告知).

    Attributes:
        until: the last day on which it is kept from them; `ends_at` the first moment behind it.
        earlier: the one that this one makes longer.
        asked_by: of those who ask, or the desk in their name; `decided_by` one of the holder's approvers.
        lifted_at: it was ended before its day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey("access.AgencyRequest", models.PROTECT, related_name="embargoes")
    state = StateField(_("状态"), max_length=10, choices=EmbargoState, default=EmbargoState.ASKED)
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


class LookFinding(Stateful):
    """Something about looks that a person has to judge. Kept are findings alone, never how somebody usually looks (decision 0287).

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
    state = StateField(_("状态"), max_length=10, choices=FindingState, default=FindingState.WAITING)
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


class LookPass(models.Model):
    """How far looks were gone through: the local day before which all were. One row."""

    done_until = models.DateField()
    passed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.done_until)
