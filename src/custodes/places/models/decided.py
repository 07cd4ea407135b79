"""What one person asks for and another decides (S34(6)): interruptions, maintenance windows, recording hours, a camera out of use until a day (S18), sound."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from custodes.places.models.camera import Camera
import uuid
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.law.building.categories import PlaceKind
from custodes.law.building.sound import BY_KEY, SoundReason
from custodes.law.duties.keeping import HoursBasis as LawfulBasis
from custodes.people.lawful import in_english
from custodes.places.models.camera import Camera, CameraState


class Decision(models.TextChoices):
    """How far a request has come. Whether an approved one runs, or is over, the clock says."""

    WAITING = "waiting", pgettext_lazy("计划的状态", "待批准")
    APPROVED = "approved", pgettext_lazy("计划的状态", "已批准")
    REFUSED = "refused", pgettext_lazy("计划的状态", "未批准")
    WITHDRAWN = "withdrawn", pgettext_lazy("计划的状态", "已撤回")
    ENDED = "ended", pgettext_lazy("计划的状态", "已提前结束")


class Decided(models.Model):
    """A request: asked for, decided, ended, each by whom and when. `custodes.places.deciding` takes it from step to step."""

    asked_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=Decision, default=Decision.WAITING)
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_words = models.CharField(max_length=200, blank=True)
    ended_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_words = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True
        ordering = ["-asked_at"]

    @property
    def was_approved(self) -> bool:
        """Whether it holds, or held for a while."""
        return self.state in (Decision.APPROVED, Decision.ENDED)

    def get_absolute_url(self) -> str:
        """Its page."""
        raise NotImplementedError

    def concerned(self) -> list[Camera]:
        """The cameras that it is about."""
        raise NotImplementedError

    def over(self, at: datetime) -> bool:
        """Whether its time has gone by: nothing is decided or ended any more."""
        return False

    def decided_with(self, at: datetime) -> Sequence[Self]:
        """Others that can be decided together with it."""
        return ()

    @property
    def decided_whole(self) -> bool:
        """Whether it is decided together with those of `decided_with` and not by itself."""
        return False

    def ended_with(self, at: datetime) -> Sequence[Self]:
        """Others that can be taken back or ended together with it."""
        return ()

    def begun(self, at: datetime) -> bool:
        """Whether what was approved holds already: taking it back is ending it then."""
        return self.state == Decision.APPROVED


def not_by_its_asker(name: str) -> models.CheckConstraint:
    """Two persons, in the database too."""
    return models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name=name)


class PlannedRequest(Decided):
    """What plans and recording hours have in common."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    words = models.CharField(_("说明"), max_length=200)

    class Meta(Decided.Meta):
        abstract = True


class PlanKind(models.TextChoices):
    """What a plan lets happen."""

    INTERRUPTION = "interruption", _("计划中断：录像可以中断")
    WINDOW = "window", _("维护窗口：只暂缓告警，录像照常")


class PlanCause(models.TextChoices):
    """Why; a closed list, so that it can be counted."""

    MAINTENANCE = "maintenance", _("检修")
    POWER = "power", _("停电")
    WORKS = "works", _("施工")
    RELOCATION = "relocation", _("迁移、拆除（第十八条）")
    VOTE = "vote", _("投票、选举（第十条第三项）")


class Repeat(models.TextChoices):
    """How a plan repeats (`custodes.places.planning`)."""

    ONCE = "", _("不重复")
    WEEKLY = "weekly", _("每周")
    MONTHLY = "monthly", _("每月")


class Plan(PlannedRequest):
    """One planned interruption (计划中断) or maintenance window (维护窗口) of some cameras.

    `silences` are keys of alarm kinds that it keeps back; which there are is upkeep's.
    """

    kind = models.CharField(_("内容"), max_length=16, choices=PlanKind, default=PlanKind.INTERRUPTION)
    cause = models.CharField(_("事由"), max_length=16, choices=PlanCause)
    begins = models.DateTimeField(_("开始"))
    ends = models.DateTimeField(_("结束"))
    silences = models.JSONField(default=list)
    #: Which occurrences belong together; null where it does not repeat.
    series = models.UUIDField(null=True, editable=False, db_index=True)
    repeat = models.CharField(_("重复"), max_length=8, choices=Repeat, blank=True, default=Repeat.ONCE)
    #: The occurrence from which on it takes the place of another series, once it is approved.
    replaces = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="replaced_by")
    cameras: models.ManyToManyField[Any, Any] = models.ManyToManyField("places.Camera", related_name="plans")

    class Meta(PlannedRequest.Meta):
        verbose_name = _("计划")
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="plan_ends_after_it_begins"),
            not_by_its_asker("plan_not_approved_by_its_asker"),
        ]
        indexes = [models.Index(fields=["state", "ends"], name="plan_by_state_and_end")]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} {self.begins:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        """The plan's page."""
        return reverse("upkeep:plan", args=[self.pk])

    def concerned(self) -> list[Camera]:
        """The cameras that it is about."""
        return list(self.cameras.all())

    def over(self, at: datetime) -> bool:
        """Whether its time has gone by."""
        return self.ends <= at

    def begun(self, at: datetime) -> bool:
        """Whether it was approved and its time has come."""
        return self.state == Decision.APPROVED and self.begins <= at

    def occurrences(self) -> QuerySet[Plan]:
        """All of the series that it belongs to, in order; itself alone where it does not repeat."""
        same = Plan.objects.filter(series=self.series) if self.series else Plan.objects.filter(pk=self.pk)
        return same.order_by("begins")

    def decided_with(self, at: datetime) -> Sequence[Plan]:
        """Other occurrences that wait and have not run out."""
        return list(self.occurrences().filter(state=Decision.WAITING, ends__gt=at).exclude(pk=self.pk))

    def ended_with(self, at: datetime) -> Sequence[Plan]:
        """Later occurrences that wait or are to come."""
        return list(self.still_to_come(at).exclude(pk=self.pk))

    @property
    def decided_whole(self) -> bool:
        """What takes the place of another series does so with all its occurrences."""
        return self.replaces_id is not None

    def still_to_come(self, at: datetime) -> QuerySet[Plan]:
        """Occurrences of its series from it on which wait, are to come or run."""
        open_ones = self.occurrences().filter(state__in=[Decision.WAITING, Decision.APPROVED], ends__gt=at)
        return open_ones.filter(begins__gte=self.begins)

    @property
    def is_vote(self) -> bool:
        """Nothing may be taken in while it lasts (S10(3))."""
        return self.cause == PlanCause.VOTE

    @property
    def effective(self) -> tuple[datetime, datetime] | None:
        """From when until when it holds: nothing is planned afterwards, and one that was ended ends there."""
        if not self.was_approved or self.decided_at is None:
            return None
        begin = max(self.begins, self.decided_at)
        end = self.ends if self.ended_at is None else min(self.ends, self.ended_at)
        return (begin, end) if begin < end else None

    def running(self, at: datetime) -> bool:
        """Whether it holds at `at`."""
        span = self.effective
        return span is not None and span[0] <= at < span[1]

    @property
    def length(self) -> timedelta:
        """As it was asked for."""
        return self.ends - self.begins


class HoursBasis(models.TextChoices):
    """On what recording hours rest (`custodes.law.duties.keeping`)."""

    FREE_PLACE = LawfulBasis.FREE_PLACE.value, _("不属于第九条、条例第七条的场所（条例第九条）")
    ORDER = LawfulBasis.ORDER.value, _("人民法院或者主管机关书面要求")


class PlaceArticle(models.TextChoices):
    """Which article of Order 799 the place falls under, as the asker says."""

    N7_1 = PlaceKind.N7_1.value, _("道路等公共场所（条例第七条第一款）")
    N7_2 = PlaceKind.N7_2.value, _("条例第七条第二款所列场所")
    OTHER_PUBLIC = PlaceKind.OTHER_PUBLIC.value, _("其他公共场所（条例第九条）")
    NOT_PUBLIC = PlaceKind.NOT_PUBLIC.value, _("不是公共场所")


class HoursCalendar(models.TextChoices):
    """Which days recording hours go by."""

    WEEK = "week", _("不看节假日，只按星期")
    LAW = "law", _("看节假日：放假的按周日，调休上班的按周一")


class RecordingHours(PlannedRequest):
    """Hours of the week at which a camera is recorded (录像时段); a camera has one at a time."""

    camera = models.ForeignKey("places.Camera", models.CASCADE, related_name="recording_hours", verbose_name=_("点位"))
    basis = models.CharField(_("依据"), max_length=16, choices=HoursBasis)
    place = models.CharField(_("场所属于"), max_length=16, choices=PlaceArticle)
    order_number = models.CharField(_("文号"), max_length=80, blank=True)
    #: ``[{"days": [1, …], "begin": minutes, "end": minutes}, …]`` as `custodes.video.wire.assignment.WeekHours`.
    week = models.JSONField(default=list)
    calendar = models.CharField(_("节假日"), max_length=8, choices=HoursCalendar, default=HoursCalendar.WEEK)

    class Meta(PlannedRequest.Meta):
        verbose_name = _("录像时段")
        constraints = [
            models.UniqueConstraint(
                fields=["camera"], condition=Q(state="approved"), name="one_recording_hours_a_camera"
            ),
            not_by_its_asker("hours_not_approved_by_their_asker"),
        ]

    def __str__(self) -> str:
        return f"{self.camera} {self.get_basis_display()}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("upkeep:hours", args=[self.pk])

    def concerned(self) -> list[Camera]:
        """The camera that it is about."""
        return [self.camera]

    @property
    def in_figures(self) -> tuple[str, ...]:
        """Its hours for a record: ``1,2,3,4,5 22:00-06:00``, days from 1 for Monday."""
        return tuple(
            f"{','.join(map(str, each['days']))} {_clock(each['begin'])}-{_clock(each['end'])}" for each in self.week
        )


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


class RetirementBasis(models.TextChoices):
    """On what it rests; what goes for good is a removal, with its own report (S18)."""

    REPLACEMENT = "replacement", pgettext_lazy("停用", "原位更换、送修设备")
    ORDER = "order", pgettext_lazy("停用", "人民法院或者主管机关书面要求停用")


class Retirement(Decided):
    """One stop of one camera, asked for by one person and approved by another of who runs its system.

    Attributes:
        until: the last day on which it may be out of use.
        issuer, order_number: of an order, whose it is and its number.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    camera = models.ForeignKey("places.Camera", models.PROTECT, related_name="retirements", verbose_name=_("点位"))
    basis = models.CharField(_("停用依据"), max_length=12, choices=RetirementBasis)
    issuer = models.CharField(_("作出要求的机关"), max_length=120, blank=True)
    order_number = models.CharField(_("文号"), max_length=80, blank=True)
    until = models.DateField(_("不迟于该日恢复"))
    words = models.CharField(_("停用理由"), max_length=200)

    class Meta(Decided.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["camera"], condition=Q(state=Decision.APPROVED), name="one_retirement_a_camera"
            ),
            models.UniqueConstraint(
                fields=["camera"], condition=Q(state=Decision.WAITING), name="one_retirement_request_a_camera"
            ),
            not_by_its_asker("retirement_not_approved_by_its_asker"),
        ]
        verbose_name = _("停用点位")

    def __str__(self) -> str:
        return f"{self.camera} · {self.get_basis_display()}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("places:retirement", args=[self.pk])

    def concerned(self) -> list[Camera]:
        """The camera that it is about."""
        return [self.camera]

    def over(self, at: datetime) -> bool:
        """What was approved ends when the camera is back or removed, by nobody's word; what waits runs out with its day."""
        return self.state == Decision.APPROVED or self.until < timezone.localdate(at)

    def overdue(self, today: date) -> bool:
        """The camera is out still and its day has passed."""
        return self.state == Decision.APPROVED and self.camera.state == CameraState.RETIRED and self.until < today


class SoundOrder(Decided):
    """One leave. A camera has one in force at a time; without one no octet of sound is asked of it.

    `approver` is the name that was typed in before a second account had to approve; empty since.
    """

    id = models.BigAutoField(primary_key=True)
    camera = models.ForeignKey("places.Camera", models.CASCADE, related_name="sound_orders", verbose_name=_("点位"))
    reason = models.CharField(_("采集声音的事由"), max_length=20)
    statute = models.CharField(_("法律、行政法规及条款"), max_length=200, blank=True)
    why = models.CharField(_("必要性"), max_length=500)
    approver = models.CharField(_("批准人"), max_length=40, blank=True)

    class Meta(Decided.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["camera"], condition=Q(state=Decision.APPROVED), name="one_sound_order_a_camera"
            ),
            models.UniqueConstraint(
                fields=["camera"], condition=Q(state=Decision.WAITING), name="one_sound_request_a_camera"
            ),
            not_by_its_asker("sound_not_approved_by_its_asker"),
        ]
        verbose_name = _("采集声音的许可")

    def __str__(self) -> str:
        return f"{self.camera} · {self.reason_words}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("places:sound_order", args=[self.pk])

    def concerned(self) -> list[Camera]:
        """The camera that it is about."""
        return [self.camera]

    @property
    def law(self) -> SoundReason:
        """What the law library says of the reason."""
        return BY_KEY[self.reason]

    @property
    def reason_words(self) -> str:
        """The reason in the language of the page."""
        reason = self.law
        return reason.en if in_english() else reason.zh
