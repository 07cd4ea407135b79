"""Which steps of a cooperation request stand behind its letters: as it was asked last, and the last reminder that came late."""

from __future__ import annotations

from custodes.sharing.models import Cooperation, SharingStep

ASKED = ("ask", "ask_again")


def asked_step(row: Cooperation) -> SharingStep:
    """By which it was asked, or asked again."""
    return row.steps.filter(event__in=ASKED).select_related("record").latest("revision")


def urging_step(row: Cooperation) -> SharingStep | None:
    """The last reminder of what is asked now, where it came after the last day for an answer; None where there was none."""
    late = row.steps.filter(event="remind", revision__gt=asked_step(row).revision, on__gt=row.due)
    return late.select_related("record").order_by("revision").last()
