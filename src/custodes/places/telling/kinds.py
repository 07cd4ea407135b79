"""The kinds of lines of a site's story, and who tells them. Rooms above this one tell theirs by `tells`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import pgettext_lazy

from custodes.people.models import Person
from custodes.people.viewer import Viewer
from custodes.places.lifecycle.story import Happening
from custodes.places.models import Site, System

KINDS: dict[str, Any] = {
    "entry": pgettext_lazy("经过的类别", "登记"),
    "life": pgettext_lazy("经过的类别", "系统办理"),
    "filing": pgettext_lazy("经过的类别", "备案"),
    "change": pgettext_lazy("经过的类别", "变更"),
    "upgrade": pgettext_lazy("经过的类别", "限期升级改造"),
    "removal": pgettext_lazy("经过的类别", "拆除"),
    "paper": pgettext_lazy("经过的类别", "案卷材料"),
    "doubt": pgettext_lazy("经过的类别", "禁止部位核对"),
    "plan": pgettext_lazy("经过的类别", "规划和计划"),
    "incident": pgettext_lazy("经过的类别", "告警"),
}


@dataclass(frozen=True)
class Asked:
    """Whose story is told, to whom.

    Attributes:
        systems: of the site that the reader may see, or the one that is asked for.
        whole: nothing was asked for but the site itself.
        exact: the reader may know what lies beside the place and where it is (R9).
        most: lines of a kind.
    """

    site: Site
    systems: tuple[System, ...]
    whole: bool
    exact: bool
    viewer: Viewer
    most: int

    @property
    def reader(self) -> Person:
        """Who reads."""
        return self.viewer.person

    @property
    def at(self) -> datetime:
        """When."""
        return self.viewer.at


Teller = Callable[[Asked], Iterable[Happening]]
TELLERS: dict[str, list[Teller]] = {kind: [] for kind in KINDS}


def tells(kind: str, teller: Teller) -> None:
    """Let a room tell its lines of this kind; telling twice is telling once."""
    if teller not in TELLERS[kind]:
        TELLERS[kind].append(teller)
