"""Everything that happened to a system as one list, the newest first: what its page tells. A site's page tells it of all its systems
and of what else happened there (`places.telling`), in the same lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from custodes.cases.models import CaseStep
from custodes.cases.registry import registry
from custodes.cases.story import says_the_same
from custodes.people.models import Person
from custodes.places.models import (
    CameraState,
    System,
)

#: What happened, of the objects that are not the system itself.
_VERBS: dict[tuple[str, str], Any] = {
    ("places.camera", "correct"): pgettext_lazy("经过", "更正点位登记"),
    ("places.gbdevice", "enter"): pgettext_lazy("经过", "登记国标设备"),
    ("places.gbdevice", "change"): pgettext_lazy("经过", "修改国标设备"),
    ("places.gbdevice", "renew_password"): pgettext_lazy("经过", "更换国标设备密码"),
    ("places.gbdevice", "make_cameras"): pgettext_lazy("经过", "选取国标通道接入点位"),
    ("places.gbdevice", "settle"): pgettext_lazy("经过", "核对国标目录差异"),
    ("places.gbdevice", "ask_reboot"): pgettext_lazy("经过", "要求重启国标设备"),
    ("places.gbdevice", "reboot"): pgettext_lazy("经过", "下发重启的结果"),
    ("places.gbdevice", "ask_configuration"): pgettext_lazy("经过", "要求更改设备配置"),
    ("places.gbdevice", "configuration"): pgettext_lazy("经过", "更改设备配置的结果"),
    ("places.gbdevice", "enter_mobile"): pgettext_lazy("经过", "登记移动设备"),
    ("places.gbdevice", "end_mobile"): pgettext_lazy("经过", "取消移动设备"),
    ("places.gbdevice", "retire"): pgettext_lazy("经过", "停用国标设备"),
}
#: Of two steps of one moment the later of its case comes first.
NEWEST = ("-at", "-seq")
#: Of a step's object, the kind of its lines; one whose object is not among them is told by nobody.
KINDS_OF = {
    "places.system": "life",
    "places.filing": "filing",
    "places.removal": "removal",
    "places.changecase": "change",
    "places.upgradeorder": "upgrade",
    "places.camera": "entry",
    "places.gbdevice": "entry",
}
#: Pages of objects that whoever is told of them may open; other lines lead to the page of their system.
_PAGES = {
    "places.camera": "places:camera",
    "places.gbdevice": "places:device",
}
_STATES = {
    "places.camera": dict(CameraState.choices),
    "places.gbdevice": {
        "entered": pgettext_lazy("国标设备", "已登记"),
        "retired": pgettext_lazy("国标设备", "已停用"),
    },
}


@dataclass(frozen=True)
class Happening:
    """One line of the story.

    Attributes:
        by: None for what the system itself found.
        index: of its record in the log, None while it is on its way.
        kept: its record stays with it, so that it can name its entry; what else is on record is found in the log.
        kind: a key of `places.telling`.
        system: whose it is, where more than one is told of.
        href: where more is said; empty for whom it is not open.
        about: the row whose record of this moment is its entry (`places.telling.recorded`), where none stays with it.
    """

    what: Any
    state: Any
    on: date
    at: datetime
    by: Person | None
    words: Any
    clauses: tuple[str, ...]
    papers: int = 0
    index: int | None = None
    kept: bool = False
    kind: str = "life"
    system: System | None = None
    href: str = ""
    about: str = ""


def story_of(steps: QuerySet[CaseStep], most: int = 200) -> list[Happening]:
    """These steps of a system and of its filings, removals, changes and orders, the newest first.

    Args:
        steps: as many as the reader may see (`places.telling.visible_steps`).
        most: lines.
    """
    return list(told(steps.order_by(*NEWEST), most))


def story_of_object(row: Any, most: int = 100) -> list[Happening]:
    """The steps of one object, the oldest first."""
    return list(told(CaseStep.objects.filter(case_id=row.pk).order_by("seq"), most))


def step_words(object: str, event: str) -> Any:
    """What happened, in words: of a step, or of its record in the log."""
    declared = registry.get(object)
    return declared.story(event) if declared is not None else _VERBS.get((object, event), event)


def told(steps: QuerySet[CaseStep], most: int) -> Iterator[Happening]:
    """At most so many steps as lines."""
    found = list(steps.select_related("by__unit", "record").prefetch_related("papers")[:most])
    systems = System.objects.in_bulk({step.about for step in found if step.about})
    for step in found:
        yield Happening(
            what=step_words(step.kind, step.event),
            state=_state_of(step),
            on=step.on,
            at=step.at,
            by=step.by,
            words=step.words,
            clauses=tuple(step.clauses),
            papers=len(step.papers.all()),
            index=step.record.index if step.record is not None else None,
            kept=True,
            kind=KINDS_OF.get(step.kind, "life"),
            system=systems.get(step.about),
            href=_page_of(step),
        )


def _state_of(step: CaseStep) -> Any:
    """What it is since; empty where the step's own words say it (确认设计 and 设计完成), or where it was so before."""
    declared = registry.get(step.kind)
    states = dict(declared.states.choices) if declared is not None else _STATES.get(step.kind, {})
    state = states.get(step.after, step.after)
    if step.after == step.before:
        return ""
    return "" if says_the_same(step_words(step.kind, step.event), state) else state


def _page_of(step: CaseStep) -> str:
    declared = registry.get(step.kind)
    page = declared.url if declared is not None else _PAGES.get(step.kind)
    return reverse(page, args=[step.case_id]) if page else reverse("places:life", args=[step.about])
