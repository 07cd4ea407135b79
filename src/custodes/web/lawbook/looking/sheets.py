"""What is asked of each ground, step by step, and how the answers become its facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from custodes.law.assumptions.model import Assumptions, items
from custodes.law.grounds.registry import GROUNDS, Entry
from custodes.law.grounds.stating import Scope
from custodes.web.lawbook.looking import official, own, public
from custodes.web.lawbook.looking.questions import Step, facts_of

Own = Callable[[Mapping[str, Any], datetime], dict[str, Any]]


@dataclass(frozen=True)
class Sheet:
    """The questions of one ground.

    Attributes:
        about: when somebody would use it, in a sentence.
        steps: what is asked, one thing at a time.
        own: the fields of the facts that take more than one answer.
    """

    entry: Entry
    about: Any
    steps: tuple[Step, ...]
    own: Own

    def facts(self, answers: Mapping[str, Any], at: datetime, values: Assumptions) -> Any:
        """The facts at the moment `at`, with what the installation has set."""
        told = {**self.own(answers, at), **_assumed(self.entry, values)}
        if ("scope.longest", "request_hours") in self.entry.filled:
            longest = timedelta(hours=values.request_hours)
            told["scope"] = Scope(answers.get("cameras") or 0, answers.get("begin"), answers.get("end"), longest)
        return facts_of(self.entry.facts, self.steps, answers, told)


def _assumed(entry: Entry, values: Assumptions) -> dict[str, Any]:
    found = {}
    for field, name in entry.filled:
        if "." not in field:
            value = getattr(values, name)
            found[field] = timedelta(minutes=value) if items()[name].unit == "minutes" else value
    return found


SHEETS = {
    name: Sheet(GROUNDS[name], about, steps, make)
    for name, about, steps, make in (*own.SHEETS, *official.SHEETS, *public.SHEETS)
}
