"""A cooperation request (S24): the police need a unit's system joined for public safety and say why; the unit answers."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.cases.models import Stepped
from custodes.people.models import Person
from custodes.people.scope import within
from custodes.people.statefield import StateField, Stateful
from custodes.sharing.offices import answering, offices, read_offices


class CooperationState(models.TextChoices):
    """How far it has come. Whether an answer is late, `due` says."""

    ASKED = "asked", pgettext_lazy("配合联网", "待答复")
    AGREED = "agreed", pgettext_lazy("配合联网", "同意配合")
    DECLINED = "declined", pgettext_lazy("配合联网", "不予配合")
    CLOSED = "closed", pgettext_lazy("配合联网", "已办结")
    WITHDRAWN = "withdrawn", pgettext_lazy("配合联网", "已撤回")


_S = CooperationState
#: States in which the office still has something to do or to wait for.
OPEN = (_S.ASKED, _S.AGREED, _S.DECLINED)


class Cooperation(Stepped, Stateful):
    """One request with its answer.

    Attributes:
        office: the police unit that asks; unit: who is asked.
        system: whose system it is about, where the register has it.
        need: for what public safety needs it (为了维护公共安全需要); wanted: what is asked of the unit.
        due: by when an answer is asked for; S24 sets no term, the days are a setting.
        promised_on: by when the unit says that it is going to be joined.
        reminders: how often the office reminded.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey("people.Unit", models.PROTECT, related_name="+", verbose_name=_("公安机关"))
    number = models.CharField(_("编号"), max_length=40)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="cooperations", verbose_name=_("被请求单位"))
    system = models.ForeignKey("places.System", models.PROTECT, null=True, blank=True, related_name="cooperations")
    need = models.TextField(_("公共安全需要"), max_length=1000)
    wanted = models.TextField(_("请求配合的内容"), max_length=1000)
    due = models.DateField(_("答复期限"))
    state = StateField(_("状态"), max_length=12, choices=CooperationState, default=_S.ASKED)
    asked_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    answered_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField(null=True)
    promised_on = models.DateField(_("计划接入日期"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("配合联网请求")
        constraints = [
            models.UniqueConstraint(fields=["office", "number"], name="sharing_cooperation_number_once"),
            models.CheckConstraint(
                condition=~Q(state__in=[_S.AGREED.value, _S.DECLINED.value])
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_on__isnull=False)),
                name="sharing_cooperation_answer_is_there",
            ),
        ]
        indexes = [models.Index(fields=["state", "due"], name="sharing_cooperation_due")]

    def __str__(self) -> str:
        return self.number

    @staticmethod
    def handled_by(person: Person, at: datetime) -> QuerySet[Cooperation]:
        """Cooperation requests of the person's offices."""
        return Cooperation.objects.filter(office__in=offices(person, at))

    @staticmethod
    def answerable_by(person: Person, at: datetime) -> QuerySet[Cooperation]:
        """Those that the person may answer for their unit."""
        return Cooperation.objects.filter(within(answering(person, at), "unit"))

    @staticmethod
    def visible_to(person: Person, at: datetime) -> QuerySet[Cooperation]:
        """Those of the own police unit and of those below it, and those that the own unit answers."""
        own = Q(pk__in=Cooperation.answerable_by(person, at).values("pk"))
        return Cooperation.objects.filter(Q(office__in=read_offices(person, at)) | own)

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("sharing:cooperation", args=[self.pk])

    def late(self, today: date) -> int:
        """Days since the last day for an answer that is still missing; 0 in time. Of an answer that came late: by how many days."""
        if self.state == _S.ASKED:
            return max(0, (today - self.due).days)
        return max(0, (self.answered_on - self.due).days) if self.answered_on else 0
