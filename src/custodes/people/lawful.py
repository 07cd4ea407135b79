"""What the law library is asked with: the installation's open values, and its words in the language of the page."""

from __future__ import annotations

import datetime

from django.utils import timezone

from custodes.law.assumptions.model import Assumptions
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
