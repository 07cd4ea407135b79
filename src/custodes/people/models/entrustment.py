"""Entrustments: each step that puts power into a person's or a unit's hands, who made it, and who else confirmed it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class EntrustmentKind(models.TextChoices):
    """What was put into a person's hands, or a unit's."""

    PERSON = "person", _("登记人员")
    POST = "post", _("分配岗位")
    ACCOUNT = "account", _("开立账号")
    RESET = "reset", _("重置密码")
    WATCH = "watch", _("指定值守系统")
    ALONE = "alone", _("声明一人办理")
    UNIT = "unit", _("变更单位类别、隶属")
    FEWER = "fewer", _("调低审批人数")
    MOVE = "move", _("变更所在单位")


class EntrustmentState(models.TextChoices):
    """How far it has come. What rests on a unit's sealed letter, and the entry of a person's name, is confirmed as it is made."""

    WAITING = "waiting", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    REFUSED = "refused", _("不予确认")
    WITHDRAWN = "withdrawn", _("已撤回")


class Entrustment(models.Model):
    """One such step (授权事项). Until it is confirmed its post, account, reset or link opens nothing.

    Attributes:
        person: who gets it, or is moved; of what a unit gets (UNIT, FEWER) who asked for it.
        post: that is assigned, or that shall watch a system.
        account: that is opened, or whose password is set anew; empty again where it was never confirmed.
        unit: that a declaration, a change of a unit or a number of approvals is of.
        wanted: of a change, each field and what it is to be, as it is stored.
        until: last day of a declaration.
        about: what it is of, in words: the user name, the post and unit, the system.
        second_factor: a reset takes the second factor off as well, because it was asked for.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("事项"), max_length=8, choices=EntrustmentKind.choices)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="entrustments", verbose_name=_("人员"))
    post = models.ForeignKey("people.Post", models.PROTECT, null=True, blank=True, related_name="entrustments")
    account = models.ForeignKey("people.Account", models.SET_NULL, null=True, blank=True, related_name="entrustments")
    unit = models.ForeignKey(
        "people.Unit", models.PROTECT, null=True, blank=True, related_name="entrustments", verbose_name=_("单位")
    )
    wanted: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    until = models.DateField(_("有效期至"), null=True, blank=True)
    about = models.CharField(_("内容"), max_length=300, blank=True)
    made_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("提出人"))
    made_at = models.DateTimeField(_("提出时间"))
    reason = models.CharField(_("事由"), max_length=200, blank=True)
    second_factor = models.BooleanField(_("同时解除两步验证"), default=False)
    state = models.CharField(
        _("状态"), max_length=10, choices=EntrustmentState.choices, default=EntrustmentState.WAITING
    )
    decided_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("确认人")
    )
    decided_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    words = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("授权事项")
        indexes = [
            models.Index(fields=["state", "made_at"], name="entrustment_state"),
            models.Index(fields=["made_by", "made_at"], name="entrustment_made_by"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(kind="reset", state="waiting"), name="entrustment_one_reset_waits"
            ),
            models.UniqueConstraint(
                fields=["unit", "kind"],
                condition=Q(kind__in=["unit", "fewer"], state="waiting"),
                name="entrustment_one_change_of_a_unit_waits",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(kind="move", state="waiting"), name="entrustment_one_move_waits"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["alone", "unit", "fewer"], unit__isnull=False)
                | ~Q(kind__in=["alone", "unit", "fewer"]) & Q(unit__isnull=True),
                name="entrustment_of_a_unit_names_it",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("made_by")) | ~Q(state="confirmed"),
                name="entrustment_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.about}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("people:entrustment", args=[self.uuid])


class DoneAlone(models.Model):
    """A step that takes two and that one person has done on a declaration (一人办理).

    Attributes:
        declaration: on which it rests, a confirmed `Entrustment` of the kind ALONE.
        step: of `people.two_persons.STEPS`.
        object, object_id: the row whose step it is.
    """

    declaration = models.ForeignKey(Entrustment, models.PROTECT, related_name="done", verbose_name=_("声明"))
    step = models.CharField(_("步骤"), max_length=16)
    object = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    about = models.CharField(_("内容"), max_length=300)
    at = models.DateTimeField(_("办理时间"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("一人办理")
        indexes = [models.Index(fields=["at"], name="done_alone_at")]

    def __str__(self) -> str:
        return f"{self.step} · {self.about}"
