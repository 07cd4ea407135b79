"""What the law's functions count with, from this installation's settings: open values, and the calendar."""

from __future__ import annotations

from custodes.law.assumptions.model import Assumptions
from custodes.law.duties.terms import Terms
from custodes.settings import get_settings


def terms_now() -> Terms:
    """The terms that hold at this moment."""
    return Terms(assumed=Assumptions(**get_settings().law_values))
