"""What an upper may be told of the cameras that its link shows, beside their pictures: proposed by one, begun by another, stopped by one (S33.1).

Where a vehicle or an officer's recorder is says more of a person than a fixed camera's place does: that too is off with each new link
(decision 0389).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from custodes.cases.kind import Actor, Event
from custodes.cases.step import StepInput
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.stating import says_something
from custodes.people.independence import why_not_independent
from custodes.people.lawful import StepRefused
from custodes.people.models import Person
from custodes.sharing.forms.links import PaperForm, why
from custodes.sharing.models import Link, LinkState
from custodes.sharing.models.link import OPEN

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Reporting:
    """One kind of what may be told.

    Attributes:
        name: of the link's field that says whether it is told; NAME_asked_by proposed it, NAME_by said yes. Its steps are NAME_ask,
            NAME_on and NAME_off.
        what: it in words.
        asked, begun, stopped, back: names of the steps; the last of one that takes back what was only proposed.
        said: what the page says when they are done.
    """

    name: str
    what: StrPromise
    asked: Any
    begun: Any
    stopped: Any
    back: Any
    said: tuple[Any, Any, Any]

    def ask(self, row: Link, step: StepInput, terms: LegalTerms) -> None:
        """It leads to an upper, nobody has proposed it, and a reason is given. Nothing is told yet."""
        if not says_something(step.words):
            raise StepRefused(self.say(_("说明：请写明为什么需要上报%(what)s。")))
        if not row.upper:
            raise StepRefused(self.say(_("只有与上级平台的、正在办理或者已启用的联网可以上报%(what)s。")))
        if self.told(row) or self.asked_by(row) is not None:
            raise StepRefused(self.say(_("%(what)s上报已经开通，或者已有人提出。")))

    def stop(self, row: Link, step: StepInput, terms: LegalTerms) -> None:
        """There is something to stop, or to take back."""
        if self.asked_by(row) is None:
            raise StepRefused(self.say(_("%(what)s上报没有开通，也没有人提出。")))

    def told(self, row: Link) -> bool:
        """Whether it is told."""
        return bool(getattr(row, self.name))

    def asked_by(self, row: Link) -> int | None:
        """Who proposed it."""
        found: int | None = getattr(row, f"{self.name}_asked_by_id")
        return found

    def _set(self, row: Link, told: bool, **by: Any) -> None:
        setattr(row, self.name, told)
        for name, person in by.items():
            setattr(row, f"{self.name}_{name}", person)

    def say(self, sentence: str) -> str:
        """A sentence about it."""
        return sentence % {"what": self.what}

    def events(self, actor: Actor) -> tuple[Event, ...]:
        """Its three steps."""
        about: dict[str, Any] = {"actor": actor, "clauses": lambda row: row.clauses, "stays": True, "quiet": True}
        return (
            Event(
                name=f"{self.name}_ask",
                verb=self.asked,
                story=self.asked,
                said=self.said[0],
                sources=OPEN,
                form=why(gettext_lazy("需要上报的原因")),
                ask=self.ask,
                fill=lambda row, step, terms: self._set(row, False, asked_by=step.by, by=None),
                offered=lambda row, person, today, terms: row.upper and self.asked_by(row) is None,
                **about,
            ),
            Event(
                name=f"{self.name}_on",
                verb=self.begun,
                story=self.begun,
                said=self.said[1],
                sources=OPEN,
                form=PaperForm,
                ask=partial(tell, self),
                fill=lambda row, step, terms: self._set(row, True, by=step.by),
                offered=lambda row, person, today, terms: (
                    not self.told(row) and self.asked_by(row) not in (None, person.pk)
                ),
                **about,
            ),
            *(
                Event(
                    name=f"{self.name}_{name}",
                    recorded=f"{self.name}_off" if told is False else "",
                    verb=verb,
                    story=verb,
                    said=self.said[2] if told else gettext_lazy("已撤回。"),
                    sources=tuple(LinkState),
                    form=why(gettext_lazy("停止的原因") if told else gettext_lazy("撤回的原因")),
                    needs_words=gettext_lazy("说明：请写明原因。"),
                    ask=self.stop,
                    fill=lambda row, step, terms: self._set(row, False, asked_by=None, by=None),
                    offered=partial(self._stops, told),
                    danger=told,
                    **about,
                )
                for name, verb, told in (("off", self.stopped, True), ("back", self.back, False))
            ),
        )

    def _stops(self, told: bool, row: Link, person: Person, today: date, terms: LegalTerms) -> bool:
        return row.state in OPEN and self.asked_by(row) is not None and self.told(row) is told


def tell(one: Reporting, row: Link, step: StepInput, terms: LegalTerms) -> None:
    """It is begun by another person than whoever proposed it.

    Raises:
        StepRefused: nobody proposed it, or the same person did.
    """
    if one.told(row) or one.asked_by(row) is None:
        raise StepRefused(one.say(_("没有等待批准的%(what)s上报。")))
    if one.asked_by(row) == step.person.pk:
        said = one.say(_("%(what)s上报由提出人以外的另一人批准。请由另一人办理。"))
        raise StepRefused(said, clause="S33.1")
    if told := why_not_independent(step.person, one.asked_by(row), step.at):
        raise StepRefused(told, clause="S33.1")


ALARMS = Reporting(
    "alarms",
    gettext_lazy("报警"),
    pgettext_lazy("联网", "提出报警上报"),
    pgettext_lazy("联网", "批准报警上报"),
    pgettext_lazy("联网", "停止报警上报"),
    gettext_lazy("撤回报警上报"),
    (
        gettext_lazy("已提出报警上报，由另一人批准后生效。"),
        gettext_lazy("已批准，开始向上级平台报送报警。"),
        gettext_lazy("已停止报送报警，立即生效。"),
    ),
)
POSITIONS = Reporting(
    "positions",
    gettext_lazy("移动位置"),
    pgettext_lazy("联网", "提出移动位置上报"),
    pgettext_lazy("联网", "批准移动位置上报"),
    pgettext_lazy("联网", "停止移动位置上报"),
    gettext_lazy("撤回移动位置上报"),
    (
        gettext_lazy("已提出移动位置上报，由另一人批准后生效。"),
        gettext_lazy("已批准，开始向上级平台报送移动位置。"),
        gettext_lazy("已停止报送移动位置，立即生效。"),
    ),
)
