"""Planned interruptions, maintenance windows and recording hours: asked for by one person, approved by another (S34(6))."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from custodes.law.building.basis import PlaceKind
from custodes.law.duties.hours import HoursBasis as LawfulBasis
from custodes.places.models.camera import Camera
from custodes.places.models.decided import Decided, Decision, not_by_its_asker


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
    """How a plan repeats (`custodes.places.repeating`)."""

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
    """On what recording hours rest (`custodes.law.duties.hours`)."""

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
    #: ``[{"days": [1, …], "begin": minutes, "end": minutes}, …]`` as `custodes.video.wire.plan.WeekHours`.
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
