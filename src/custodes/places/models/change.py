"""Change (变更): what is in use is moved, turned or changed after leave alone (S34(7), N23(2)), and the change is filed (N14)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.people.statefield import StateField, Stateful


class ChangeKind(models.TextChoices):
    """What changes: place, direction and function of S34(7), and what N14 has filed besides."""

    MOVE = "move", pgettext_lazy("变更", "移动点位")
    TURN = "turn", pgettext_lazy("变更", "调整指向或者采集范围")
    REPLACE = "replace", pgettext_lazy("变更", "更换设备（型号、功能改变）")
    FUNCTION = "function", pgettext_lazy("变更", "改变系统设施的功能、用途")
    ADD = "add", pgettext_lazy("变更", "增加点位")
    REMOVE = "remove", pgettext_lazy("变更", "减少点位")
    RETENTION = "retention", pgettext_lazy("变更", "改变存储期限")
    UNIT = "unit", pgettext_lazy("变更", "单位名称等基本情况变更")
    OTHER = "other", pgettext_lazy("变更", "其他备案事项变更")


_K = ChangeKind
#: Kinds that are about cameras which are there already.
OF_CAMERAS = frozenset({_K.MOVE, _K.TURN, _K.REPLACE, _K.REMOVE})
#: Kinds that change whether, for what and how long pictures are kept: two decide them without exception (`people.two_persons`).
OF_RECORDING = frozenset({_K.REMOVE, _K.FUNCTION, _K.RETENTION})
#: Kinds that pictures show: how it was, and how it is.
PICTURED = frozenset({_K.MOVE, _K.TURN, _K.REPLACE})


class ChangeState(models.TextChoices):
    """How far a change has come."""

    REQUESTED = "requested", pgettext_lazy("变更", "待审批")
    APPROVED = "approved", pgettext_lazy("变更", "已批准，待实施")
    REFUSED = "refused", pgettext_lazy("变更", "不予批准")
    FOUND = "found", pgettext_lazy("变更", "擅自改变，待处理")
    DONE = "done", pgettext_lazy("变更", "已实施，待变更备案")
    FILING = "filing", pgettext_lazy("变更", "已提交变更备案")
    CLOSED = "closed", pgettext_lazy("变更", "已办结")
    RESTORED = "restored", pgettext_lazy("变更", "已恢复原状")
    WITHDRAWN = "withdrawn", pgettext_lazy("变更", "已撤回")


_C = ChangeState
#: States in which somebody has still to do something.
OPEN = (_C.REQUESTED, _C.APPROVED, _C.FOUND, _C.DONE, _C.FILING)


class ChangeCase(Stateful):
    """One change of one system, from the wish to the filed change; or one that nobody had allowed, from its discovery on.

    Attributes:
        was, wanted: before and after, in words. Of cameras the register says it too (`ChangedCamera`).
        unauthorised: it was made without leave (擅自改变): an incident of S34(7), whatever becomes of it.
        alone: one person asked for it and decided it, on a declaration that the unit has no second (`people.two_persons`).
        revision: counts up with each amendment, so that nobody approves what they have not read (R8).
        done_on: the day on which it was made; of what was found the day as far as it is known.
        filed_on: the day on which the filing that says it was first handed in.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="changes")
    kind = models.CharField(_("变更事项"), max_length=12, choices=ChangeKind)
    was = models.CharField(_("变更前"), max_length=500, blank=True)
    wanted = models.CharField(_("变更后"), max_length=500)
    why = models.CharField(_("变更原因"), max_length=500)
    planned = models.DateField(_("拟实施日期"), null=True, blank=True)
    state = StateField(_("状态"), max_length=12, choices=ChangeState, default=ChangeState.REQUESTED)
    unauthorised = models.BooleanField(default=False)
    alone = models.BooleanField(_("一人办理"), default=False, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    asked_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    done_on = models.DateField(null=True)
    filed_on = models.DateField(null=True)
    filing = models.ForeignKey("places.Filing", models.PROTECT, null=True, related_name="changes")

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            # What was found is never what waits for leave: one is a breach, the other a wish.
            models.CheckConstraint(
                condition=~Q(unauthorised=True, state__in=[_C.REQUESTED.value, _C.APPROVED.value]),
                name="places_found_is_not_asked",
            )
        ]
        verbose_name = _("变更")

    def __str__(self) -> str:
        return f"{self.system} · {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("places:change", args=[self.pk])


class ChangedCamera(models.Model):
    """A camera of a change, as the register had it before and has it after.

    Attributes:
        revision: of the camera when the change was entered: an edit after it is the change's.
        before, after: field to value, of `places.changes.gate.HELD`. Base data: read by who may read papers (S30.1).
    """

    case = models.ForeignKey(ChangeCase, models.CASCADE, related_name="cameras")
    camera = models.ForeignKey("places.Camera", models.PROTECT, related_name="changes")
    revision = models.PositiveIntegerField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["camera__number"]
        constraints = [models.UniqueConstraint(fields=["case", "camera"], name="places_camera_once_a_change")]

    def __str__(self) -> str:
        return str(self.camera)


class Moment(models.TextChoices):
    """When a picture was taken."""

    BEFORE = "before", pgettext_lazy("变更", "变更前")
    AFTER = "after", pgettext_lazy("变更", "变更后")


#: When pictures may be added: how it was until somebody decides, how it is until it is made or restored.
PICTURES = {
    Moment.BEFORE: (_C.REQUESTED, _C.FOUND),
    Moment.AFTER: (_C.APPROVED, _C.FOUND),
}


class ChangePicture(models.Model):
    """A picture or a paper that shows how it was or how it is. Never replaced, never taken out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(ChangeCase, models.CASCADE, related_name="pictures")
    camera: models.ForeignKey[Any, Any] = models.ForeignKey(
        "places.Camera", models.PROTECT, null=True, related_name="+"
    )
    moment = models.CharField(_("何时"), max_length=6, choices=Moment)
    paper = models.ForeignKey("people.Paper", models.PROTECT, related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.get_moment_display()} {self.paper}"
