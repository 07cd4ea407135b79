"""The life of a system (law.md §2.8), and the steps of everything in the register that has a state.

The state changes by `django-fsm-2`'s transitions alone, and each wants a `Cleared`: proof that the guards of this event were asked
of this row inside the running transaction. `places.lifecycle.stepping` is the one place that makes one.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, TypeVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMModelMixin, transition

from custodes.people.statefield import StateField


class SystemState(models.TextChoices):
    """Where a system is in its life."""

    PROPOSED = "proposed", pgettext_lazy("系统的状态", "拟建")
    PLANNED = "planned", pgettext_lazy("系统的状态", "已核对立项")
    DESIGNED = "designed", pgettext_lazy("系统的状态", "设计完成")
    BUILDING = "building", pgettext_lazy("系统的状态", "施工中")
    COMPLETED = "completed", pgettext_lazy("系统的状态", "已竣工")
    TRIAL = "trial", pgettext_lazy("系统的状态", "试运行")
    ACCEPTED = "accepted", pgettext_lazy("系统的状态", "验收合格")
    IN_USE = "in_use", pgettext_lazy("系统的状态", "投入使用")
    LEGACY = "legacy_in_use", pgettext_lazy("系统的状态", "在用（施行前建成）")
    REMOVED = "removed", pgettext_lazy("系统的状态", "已拆除")
    ABANDONED = "abandoned", pgettext_lazy("系统的状态", "不再建设")


_S = SystemState

#: States in which a node takes the system's cameras in (design/register.md, R4).
RECORDED = (_S.TRIAL, _S.ACCEPTED, _S.IN_USE, _S.LEGACY)
#: States in which whoever watches may look; a trial run is seen by who builds and who accepts alone.
WATCHED = (_S.ACCEPTED, _S.IN_USE, _S.LEGACY)
#: States in which addresses may be tried and cameras connected: there is something to connect.
CONNECTABLE = (_S.BUILDING, _S.COMPLETED, *RECORDED)
#: States before a trial, in which a project may still be given up.
BEFORE_TRIAL = (_S.PROPOSED, _S.PLANNED, _S.DESIGNED, _S.BUILDING, _S.COMPLETED)
#: States in which a system is in use: what was filed has to be true, removal has to be reported.
USED = (_S.IN_USE, _S.LEGACY)


@dataclass(frozen=True, slots=True)
class Cleared:
    """The guards of one event were asked of one row, in this transaction, and nothing is unmet."""

    event: str
    row: uuid.UUID


class NotCleared(Exception):
    """A state was to change without its guards having been asked: a fault of the program, not of a person."""


_Row = TypeVar("_Row", bound=models.Model)


def guarded(event: Callable[Concatenate[_Row, Cleared, ...], None]) -> Callable[Concatenate[_Row, Cleared, ...], None]:
    """A transition that asks for the proof that belongs to it."""

    @wraps(event)
    def checked(self: _Row, cleared: Cleared, *args: Any, **kwargs: Any) -> None:
        if cleared != Cleared(event.__name__, self.pk):
            raise NotCleared(f"{event.__name__} of {self.pk} with {cleared}")
        event(self, cleared, *args, **kwargs)

    return checked


class Lifecycle(FSMModelMixin, models.Model):
    """The part of a system that lives: its state and the events that change it."""

    state = StateField(
        _("状态"), max_length=16, choices=SystemState, default=SystemState.PROPOSED, protected=True, db_index=True
    )

    class Meta:
        abstract = True

    @transition(state, _S.PROPOSED, _S.PLANNED)
    @guarded
    def screen(self, cleared: Cleared) -> None:
        """Its places may have cameras, and there is a basis for it (S8.3, S10, S20, N7 to N10)."""

    @transition(state, _S.PLANNED, _S.DESIGNED)
    @guarded
    def design_ok(self, cleared: Cleared) -> None:
        """The design shows what S12.1 asks for."""

    @transition(state, _S.DESIGNED, _S.BUILDING)
    @guarded
    def start(self, cleared: Cleared) -> None:
        """A qualified firm begins to build (S13.1)."""

    @transition(state, _S.BUILDING, _S.COMPLETED)
    @guarded
    def complete(self, cleared: Cleared) -> None:
        """It is built (竣工)."""

    @transition(state, _S.COMPLETED, _S.TRIAL)
    @guarded
    def begin_trial(self, cleared: Cleared) -> None:
        """It runs on trial: recorded, and seen by who builds and accepts (GB 55029)."""

    @transition(state, _S.TRIAL, _S.ACCEPTED)
    @guarded
    def accept(self, cleared: Cleared) -> None:
        """It passed acceptance (S16.1)."""

    @transition(state, _S.TRIAL, _S.BUILDING)
    @guarded
    def fail(self, cleared: Cleared) -> None:
        """It did not pass: back to building."""

    @transition(state, _S.ACCEPTED, _S.IN_USE)
    @guarded
    def put_in_use(self, cleared: Cleared) -> None:
        """It is put in use (S15, S16.1)."""

    @transition(state, [_S.ACCEPTED, *USED], _S.REMOVED)
    @guarded
    def remove(self, cleared: Cleared) -> None:
        """It was removed after a report (S18)."""

    @transition(state, list(BEFORE_TRIAL), _S.ABANDONED)
    @guarded
    def abandon(self, cleared: Cleared) -> None:
        """It will not be built."""

    @property
    def recorded(self) -> bool:
        """Whether a node takes its cameras in."""
        return self.state in RECORDED

    @property
    def on_trial(self) -> bool:
        """Whether it runs on trial: who does not build or accept it does not see it."""
        return bool(self.state == SystemState.TRIAL)


class Step(models.Model):
    """One step of something that has a state: a system, a filing, a removal, an order. Never changed, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="steps")
    #: ``places.filing`` and its key; of a step of the system itself its own.
    object = models.CharField(max_length=40)
    object_id = models.UUIDField()
    event = models.CharField(max_length=24)
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(max_length=16)
    on = models.DateField(_("日期"))
    words = models.CharField(_("说明"), max_length=500, blank=True)
    clauses = models.JSONField(default=list)
    papers: models.ManyToManyField[Any, Any] = models.ManyToManyField("people.Paper", related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    #: Its record: kept in the outbox as long as the step, so that a page and a print can always name its entry.
    record = models.OneToOneField("people.RecordOutbox", models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["system", "at"], name="places_step_of_system"),
            models.Index(fields=["object_id", "at"], name="places_step_of_object"),
            # Which systems' clocks began by a day: terms of filing and of trials are counted from these steps.
            models.Index(
                fields=["event", "on", "object_id"],
                condition=Q(event__in=["accept", "put_in_use", "begin_trial"]),
                name="places_step_begins_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object} {self.event}"

    def get_absolute_url(self) -> str:
        """The page of the system that it is about."""
        return reverse("places:life", args=[self.system_id])
