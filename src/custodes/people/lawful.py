"""What the law library is asked with: the installation's open values, and its words in the language of the page."""

from __future__ import annotations

import datetime

from django.utils import timezone

from custodes.law.assumptions.model import Assumptions
from custodes.law.assumptions.telling import caveats
from custodes.law.duties.finding import Finding
from custodes.law.duties.terms import Terms
from custodes.people.said import in_english
from custodes.settings import get_settings


def terms() -> Terms:
    """The last argument of every check."""
    return Terms(assumed=Assumptions(**get_settings().law_values))


def legal_day(at: datetime.datetime) -> datetime.date:
    """The local day of an instant."""
    return timezone.localdate(at)


def words(finding: Finding) -> str:
    """Why, in the language of the page."""
    return finding.en if in_english() else finding.zh


def words_apart(finding: Finding, of: Terms) -> tuple[str, list[str]]:
    """The same words, and apart from them what could not be confirmed of the values on which the finding rests.

    For a line among other facts of a page: what has to be said besides has a place of its own there.
    """
    english = in_english()
    said = [one.en if english else one.zh for one in caveats(of.assumed, *finding.unconfirmed)]
    found = words(finding)
    for one in reversed(said):
        found = found.removesuffix(one).rstrip("；; ")
    return found, said
