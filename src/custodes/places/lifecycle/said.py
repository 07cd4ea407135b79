"""Words of a guard in the language of the page."""

from __future__ import annotations

from custodes.law.grounds.ground import Unmet
from custodes.people.lawful import in_english


def reason(unmet: Unmet) -> str:
    """What is missing."""
    return unmet.reason_en if in_english() else unmet.reason_zh


def remedy(unmet: Unmet) -> str:
    """What to do about it."""
    return unmet.remedy_en if in_english() else unmet.remedy_zh


def line(unmet: Unmet) -> dict[str, str]:
    """What a page tells of it (`cases/unmet.html`)."""
    return {"reason": reason(unmet), "remedy": remedy(unmet), "clause": unmet.clause}
