"""The law library on pages: what it is asked with, its words in the language of the page, and a step that it refuses."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from custodes.law.assumptions import Assumptions, caveats
from custodes.law.duties.finding import DutyFinding, LegalTerms
from custodes.law.grounds.ground import Unmet
from custodes.settings import get_settings

RESTRICTED = _("限制查阅")
"""Instead of base data, for who does not read it (S33.1)."""


def in_english() -> bool:
    """Whether the page is in English."""
    return (get_language() or "").startswith("en")


def bilingual(zh: str, en: str) -> Any:
    """A label that is Chinese or English when it is shown, by the language of the page."""
    return lazy(lambda: en if in_english() else zh, str)()


def terms() -> LegalTerms:
    """The last argument of every check."""
    return LegalTerms(assumed=Assumptions(**get_settings().law_values))


def legal_day(at: datetime.datetime) -> datetime.date:
    """The local day of an instant."""
    return timezone.localdate(at)


def finding_text(finding: DutyFinding) -> str:
    """Why, in the language of the page."""
    return finding.en if in_english() else finding.zh


def finding_text_and_caveats(finding: DutyFinding, of: LegalTerms) -> tuple[str, list[str]]:
    """The same words, and apart from them what could not be confirmed of the values on which the finding rests.

    For a line among other facts of a page: what has to be said besides has a place of its own there.
    """
    english = in_english()
    said = [one.en if english else one.zh for one in caveats(of.assumed, *finding.unconfirmed)]
    found = finding_text(finding)
    for one in reversed(said):
        found = found.removesuffix(one).rstrip("；; ")
    return found, said


class StepRefused(Exception):
    """The step can't be taken. `unmet` says what is missing, each with its clause and remedy; empty for a plain reason in the text.

    Attributes:
        remedy: of a plain reason, what to do; empty where the text says it.
        clause: of a plain reason, on what it rests; empty for the clauses of what was asked for.
        field: of the form, where one is wrong; empty for none.
    """

    def __init__(
        self, text: str, unmet: Sequence[Unmet] = (), *, remedy: str = "", clause: str = "", field: str = ""
    ) -> None:
        super().__init__(text)
        self.unmet = tuple(unmet)
        self.remedy, self.clause, self.field = remedy, clause, field


def tasks_of(unmet: Iterable[Unmet]) -> list[dict[str, Any]]:
    """What is unmet as tasks, each with its remedy and clause."""
    return [
        {
            "label": bilingual(one.reason_zh, capfirst(one.reason_en)),
            "hint": str(bilingual(f"{one.remedy_zh}（{one.clause}）", capfirst(f"{one.remedy_en} ({one.clause})"))),
            "state": "attention",
            "state_label": _("尚缺"),
        }
        for one in unmet
    ]
