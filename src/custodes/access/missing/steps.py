"""The one next step of a case, and the line of steps over its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from custodes.access.missing.clock import over
from custodes.access.models import MissingCase, MissingState, SupervisedSession
from custodes.access.models.missing import Protected


@dataclass(frozen=True)
class Next:
    """What is to be done now.

    Attributes:
        name: for the page: ``complete``, ``scope``, ``preview``, ``session``, ``police``, ``running``, ``told``, ``prove``, ``review``, ``nothing``.
        session: that is running.
    """

    name: str
    session: SupervisedSession | None = None


def next_of(row: MissingCase, at: datetime) -> Next:
    """It follows from the case alone."""
    running = row.sessions.filter(ended_at__isnull=True).select_related("officer__unit").first()
    if running is not None:
        return Next("running", running)
    if row.state == MissingState.ARCHIVED:
        return Next("nothing")
    if row.state == MissingState.CLOSED:
        return Next("review")
    if row.found_at is not None:
        return Next("told")
    if row.state == MissingState.OPENED:
        return Next("complete")
    if row.state == MissingState.ADMITTED:
        return Next("scope")
    if row.protected == Protected.YES:
        return Next("police")
    if over(row, at):
        return Next("prove")
    return Next("session" if row.previewed_at else "preview")


def stepper(row: MissingCase) -> list[dict[str, Any]]:
    """Where the case is, of its seven steps."""
    closed = row.state in (MissingState.CLOSED, MissingState.ARCHIVED)
    done = [
        True,
        row.state != MissingState.OPENED,
        row.span is not None and row.cameras.exists(),
        row.previewed_at is not None or (row.protected == Protected.YES and row.first_picture_at is not None),
        row.first_shown_at is not None or (row.protected == Protected.YES and row.first_picture_at is not None),
        closed,
        row.state == MissingState.ARCHIVED,
    ]
    labels = [_("受理"), _("核实"), _("选定范围"), _("先行查看"), _("陪同查看"), _("办结"), _("复核")]
    current = next((at for at, one in enumerate(done) if not one), len(done))
    if closed:
        current = max(current, 6)
    return [
        {
            "label": label,
            "state": "done" if one else "current" if at == current else "todo",
        }
        for at, (label, one) in enumerate(zip(labels, done, strict=True))
    ]
