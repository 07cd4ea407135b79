"""The events of a system's life in their order: words, clauses, and what a person enters with each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext_lazy

from custodes.places.models import SystemState

_S = SystemState


@dataclass(frozen=True)
class Event:
    """One event.

    Attributes:
        name: of the transition in `models.lifecycle`, and of its guard.
        verb: as the button says it.
        clauses: on which it rests.
        leads: to which state.
        from_states: from which it may be taken.
        words: a reason has to be written.
        recording: whether the node takes in more or fewer cameras afterwards.
    """

    name: str
    verb: Any
    clauses: tuple[str, ...]
    from_states: tuple[SystemState, ...]
    leads: SystemState
    words: bool = False
    recording: bool = False


EVENTS = (
    Event("screen", pgettext_lazy("系统的办理", "核对立项"), ("S8.3", "S10", "N7.3"), (_S.PROPOSED,), _S.PLANNED),
    Event("design_ok", pgettext_lazy("系统的办理", "确认设计"), ("S12.1",), (_S.PLANNED,), _S.DESIGNED),
    Event("start", pgettext_lazy("系统的办理", "开始施工"), ("S13.1",), (_S.DESIGNED,), _S.BUILDING),
    Event("complete", pgettext_lazy("系统的办理", "登记竣工"), ("S14", "S16.1"), (_S.BUILDING,), _S.COMPLETED),
    Event(
        "begin_trial",
        pgettext_lazy("系统的办理", "开始试运行"),
        ("GB55029",),
        (_S.COMPLETED,),
        _S.TRIAL,
        recording=True,
    ),
    Event("accept", pgettext_lazy("系统的办理", "登记验收合格"), ("S16.1",), (_S.TRIAL,), _S.ACCEPTED),
    Event(
        "fail",
        pgettext_lazy("系统的办理", "登记验收不合格"),
        ("S16.1",),
        (_S.TRIAL,),
        _S.BUILDING,
        words=True,
        recording=True,
    ),
    Event("put_in_use", pgettext_lazy("系统的办理", "投入使用"), ("S15", "S16.1"), (_S.ACCEPTED,), _S.IN_USE),
    Event(
        "abandon",
        pgettext_lazy("系统的办理", "不再建设"),
        ("S8.3",),
        (_S.PROPOSED, _S.PLANNED, _S.DESIGNED, _S.BUILDING, _S.COMPLETED),
        _S.ABANDONED,
        words=True,
    ),
    Event(
        "remove",
        pgettext_lazy("系统的办理", "登记拆除"),
        ("S18a", "S18b"),
        (_S.ACCEPTED, _S.IN_USE, _S.LEGACY),
        _S.REMOVED,
        words=True,
        recording=True,
    ),
)
BY_NAME = {event.name: event for event in EVENTS}
#: The states on the way to use, in order: what the stepper of a system's page shows.
WAY = (_S.PROPOSED, _S.PLANNED, _S.DESIGNED, _S.BUILDING, _S.COMPLETED, _S.TRIAL, _S.ACCEPTED, _S.IN_USE)


def open_events(state: str) -> tuple[Event, ...]:
    """What may come next from a state; a removal comes through its own case (`places.removal`)."""
    return tuple(event for event in EVENTS if state in event.from_states and event.name != "remove")
