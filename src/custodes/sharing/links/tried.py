"""What the gateway measured of a link on trial: which of its trials still speaks of the link as it is, and what of it goes on record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Subquery

from custodes.sharing.models import Link, LinkState, LinkTrial
from custodes.video.wire.linktests import LOWER_SECONDS

WAITS = timedelta(minutes=3)
"""A gateway that told nothing within it tells nothing any more; of a platform below, whose keepalives are waited for, `LOWER_WAITS`."""

LOWER_WAITS = timedelta(seconds=LOWER_SECONDS)
TRIED_BELOW = (LinkState.EXAMINED, LinkState.TESTED)
"""States in which a link with a platform below is tried: while it is suspended that may not register (`links.below`)."""

SPEAKS = timedelta(days=1)
"""So long a trial stands beside the test of its link."""

TURNING = ("secret", "repoint", "void_test")
"""Steps behind which the link is another one than was tried."""


def waits(one: LinkTrial, at: datetime) -> bool:
    """Whether the gateway may still tell what came of it."""
    return one.told_at is None and at - one.at < (WAITS if one.link.upper else LOWER_WAITS)


def lasts_of(links: Iterable[Link]) -> dict[UUID, LinkTrial]:
    """The last trial of each of them that was tried, told or not."""
    newest = LinkTrial.objects.filter(link=OuterRef("link")).order_by("-at").values("pk")[:1]
    rows = LinkTrial.objects.filter(link__in=list(links), pk=Subquery(newest)).select_related("link__platform")
    return {one.link_id: one for one in rows}


def last_of(link: Link) -> LinkTrial | None:
    """Its last trial, told or not."""
    return link.trials.select_related("by__unit", "link__platform").order_by("-at").first()


def speaks(one: LinkTrial, at: datetime) -> bool:
    """Whether it is of the link as it is now, and of today."""
    turned = one.link.steps.filter(event__in=TURNING, revision__gt=one.revision).exists()
    return one.told_at is not None and at - one.told_at < SPEAKS and not turned


def beside(held: Link, at: datetime) -> LinkTrial | None:
    """The trial that a test which is entered now stands beside, put into the step's record; None for none. The decision stays a person's."""
    found = held.trials.filter(told_at__isnull=False).order_by("-at").first()
    if found is None or not speaks(found, at):
        return None
    parts = [{name: value for name, value in part.items() if name != "fault"} for part in found.parts]
    held.__dict__["_measured"] = {"trial": found.pk, "parts": parts}
    return found
